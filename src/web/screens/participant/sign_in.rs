//! Signing in as a participant, by a code to one's address; and out.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use http::{StatusCode, header};
use serde::Deserialize;

use super::code;
use crate::web::Web;
use crate::web::address::CallerAddress;
use crate::web::problem::Problem;
use crate::web::rate::Limited;
use crate::web::screens::cookies::{self, Holder};
use crate::web::screens::form::Form;
use crate::web::screens::frame::{Frame, Surface, answer};
use crate::web::screens::signed::SignedCitizen;
use crate::web::screens::visit::Visit;
use crate::web::screens::wrong::Wrong;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new()
        .route("/me/sign-in", get(ask).post(send))
        .route("/me/sign-in/{verification}", get(code::ask).post(code::take))
        .route("/me/sign-out", post(sign_out))
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    next: String,
}

#[derive(Template)]
#[template(path = "participant/sign_in.html")]
struct SignInPage<'a> {
    frame: Frame,
    address: &'a str,
    next: &'a str,
    wrong: Wrong,
}

fn show(visit: &Visit, status: StatusCode, address: &str, next: &str, wrong: Wrong) -> Response {
    let page = SignInPage {
        frame: Frame::new(
            visit,
            Surface::Participant,
            visit.t.say("me-sign-in-title").to_string(),
        ),
        address,
        next,
        wrong,
    };
    answer(visit, status, &page)
}

async fn ask(visit: Visit, Query(asked): Query<Asked>) -> Response {
    show(&visit, StatusCode::OK, "", &asked.next, Wrong::default())
}

async fn send(
    State(web): State<Web>,
    visit: Visit,
    address: CallerAddress,
    form: Form,
) -> Result<Response, Problem> {
    web.rates().take(Limited::CodeByAddress, address)?;
    let (typed, next) = (form.text("address"), form.text("next"));
    match web.desk().request_sign_in(typed, visit.t.0).await {
        Ok(sent) => Ok(Redirect::to(&code::path("/me/sign-in", &sent, next)).into_response()),
        Err(error) => {
            let problem = Problem::from(error);
            let wrong = Wrong::of(&problem, visit.t);
            Ok(show(&visit, problem.kind().status(), typed, next, wrong))
        }
    }
}

async fn sign_out(
    State(web): State<Web>,
    signed: Result<SignedCitizen, Problem>,
) -> Result<Response, Problem> {
    // Whoever is signed out already gets what they asked for.
    if let Ok(SignedCitizen(scope)) = signed {
        web.desk().sign_participant_out(&scope).await?;
    }
    let cookie = cookies::drop(&web, Holder::Participant);
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response())
}
