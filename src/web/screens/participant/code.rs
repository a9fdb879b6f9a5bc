//! The code that was sent: typed in, it finishes what waits for it.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{StatusCode, header};
use serde::Deserialize;

use crate::desk::participants::{CodeSent, ConfirmedAs};
use crate::domain::channel::Channel;
use crate::domain::id::VerificationId;
use crate::web::Web;
use crate::web::address::CallerAddress;
use crate::web::auth::UserAgent;
use crate::web::problem::Problem;
use crate::web::rate::Limited;
use crate::web::screens::cookies::{self, Holder};
use crate::web::screens::form::Form;
use crate::web::screens::frame::{Frame, Surface, answer};
use crate::web::screens::visit::{Visit, local_path};
use crate::web::screens::wrong::Wrong;

/// Where a code that was sent is typed in; `begin` is where one asks for it.
pub fn path(begin: &str, sent: &CodeSent, next: &str) -> String {
    let mut path = format!("{begin}/{}?by={}", sent.verification, sent.channel);
    if !next.is_empty() {
        path.push_str("&next=");
        path.extend(form_urlencoded::byte_serialize(next.as_bytes()));
    }
    path
}

/// How the code travelled, and where one goes on to.
#[derive(Deserialize)]
pub struct Asked {
    by: Option<Channel>,
    #[serde(default)]
    next: String,
}

#[derive(Template)]
#[template(path = "participant/code.html")]
struct CodePage<'a> {
    frame: Frame,
    is_mail: bool,
    /// Where one asks for another code.
    begin: &'a str,
    wrong: Wrong,
}

fn show(visit: &Visit, status: StatusCode, asked: &Asked, wrong: Wrong) -> Response {
    let here = visit.path.split('?').next().unwrap_or_default();
    let page = CodePage {
        frame: Frame::new(visit, Surface::Participant, visit.t.say("code-title").to_string()),
        is_mail: asked.by != Some(Channel::Sms),
        begin: here.rsplit_once('/').map_or("/", |(begin, _)| begin),
        wrong,
    };
    answer(visit, status, &page)
}

/// Asks for the code.
pub async fn ask(visit: Visit, Path(_): Path<VerificationId>, Query(asked): Query<Asked>) -> Response {
    show(&visit, StatusCode::OK, &asked, Wrong::default())
}

/// Takes it.
pub async fn take(
    State(web): State<Web>,
    visit: Visit,
    address: CallerAddress,
    UserAgent(agent): UserAgent,
    Path(verification): Path<VerificationId>,
    Query(asked): Query<Asked>,
    form: Form,
) -> Result<Response, Problem> {
    web.rates().take(Limited::CodeByAddress, address)?;
    let code: String = form.text("code").chars().filter(|c| !c.is_whitespace()).collect();
    let confirmed = match web.desk().confirm(verification, &code, agent.as_deref()).await {
        Ok(confirmed) => confirmed,
        Err(error) => {
            let problem = Problem::from(error);
            let wrong = Wrong::of(&problem, visit.t);
            return Ok(show(&visit, problem.kind().status(), &asked, wrong));
        }
    };
    let place = match confirmed.outcome {
        ConfirmedAs::Registered => "/me?welcome=1",
        ConfirmedAs::SignedIn if !asked.next.is_empty() => local_path(&asked.next),
        ConfirmedAs::SignedIn => "/me",
        ConfirmedAs::AddressChanged => "/me/settings?saved=1",
    };
    let mut response = Redirect::to(place).into_response();
    if let Some(session) = confirmed.session {
        let lasts = session.expires_at.since(visit.now);
        let cookie = cookies::keep(&web, Holder::Participant, session.token.as_str(), lasts);
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
