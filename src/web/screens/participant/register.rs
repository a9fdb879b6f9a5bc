//! Taking part: an address, a place, 16 or older; then a code.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::StatusCode;

use super::code;
use crate::domain::participant::PlaceKind;
use crate::domain::participant::registration::{PlaceInput, RegistrationInput};
use crate::domain::participant::{Topic, Topics};
use crate::web::Web;
use crate::web::address::CallerAddress;
use crate::web::problem::Problem;
use crate::web::rate::Limited;
use crate::web::screens::form::Form;
use crate::web::screens::frame::{Frame, Surface, answer};
use crate::web::screens::visit::Visit;
use crate::web::screens::wrong::Wrong;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new()
        .route("/register", get(ask).post(register))
        .route("/register/{verification}", get(code::ask).post(code::take))
}

#[derive(Template)]
#[template(path = "participant/register.html")]
struct RegisterPage {
    frame: Frame,
    form: Form,
    wrong: Wrong,
}

impl RegisterPage {
    fn wrong_address(&self) -> Option<&str> {
        let fields = ["email", "phone", "address"];
        fields.into_iter().find_map(|field| self.wrong.with(field))
    }

    fn wrong_place(&self) -> Option<&str> {
        let fields = ["places[0].postcode", "places[0].longitude", "places"];
        fields.into_iter().find_map(|field| self.wrong.with(field))
    }
}

async fn ask(visit: Visit) -> Response {
    show(&visit, StatusCode::OK, Form::default(), Wrong::default())
}

fn show(visit: &Visit, status: StatusCode, form: Form, wrong: Wrong) -> Response {
    let title = visit.t.say("take-part-title").to_string();
    let frame = Frame::new(visit, Surface::Participant, title);
    answer(visit, status, &RegisterPage { frame, form, wrong })
}

/// A place as it was typed or pointed at: the point goes first.
pub(super) fn place(form: &Form) -> PlaceInput {
    let degrees = |name| form.text(name).parse().ok();
    let kind = form.filled("kind").unwrap_or(PlaceKind::Home.name());
    PlaceInput {
        kind: kind.to_owned(),
        longitude: degrees("longitude"),
        latitude: degrees("latitude"),
        postcode: form.text("postcode").to_owned(),
        label: form.text("label").to_owned(),
    }
}

async fn register(
    State(web): State<Web>,
    visit: Visit,
    address: CallerAddress,
    form: Form,
) -> Result<Response, Problem> {
    web.rates().take(Limited::CodeByAddress, address)?;
    let typed = form.text("address");
    let (email, phone) = if typed.contains('@') {
        (typed, "")
    } else {
        ("", typed)
    };
    let input = RegistrationInput {
        language: visit.t.tag().to_owned(),
        email: email.to_owned(),
        phone: phone.to_owned(),
        is_old_enough: form.is_ticked("age"),
        places: vec![place(&form)],
        // What the network is for; the rest is chosen afterwards.
        topics: Topic::ALL
            .into_iter()
            .filter(|topic| Topics::CALL_OUTS.contains(*topic))
            .map(|topic| topic.name().to_owned())
            .collect(),
        ..RegistrationInput::default()
    };
    match web.desk().register(&input, None).await {
        Ok(sent) => Ok(Redirect::to(&code::path("/register", &sent, "")).into_response()),
        Err(error) => {
            let problem = Problem::from(error);
            let wrong = Wrong::of(&problem, visit.t);
            Ok(show(&visit, problem.kind().status(), form, wrong))
        }
    }
}
