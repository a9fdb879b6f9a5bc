//! Signing in at the console, and out.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use http::{HeaderValue, StatusCode, header};
use serde::Deserialize;

use super::cookies::{self, Holder};
use super::form::Form;
use super::frame::{Frame, Surface, answer};
use super::signed::Desked;
use super::visit::{Visit, local_path};
use crate::desk::DeskError;
use crate::desk::accounts::sign_in::Credentials;
use crate::domain::problem::ProblemCode;
use crate::web::Web;
use crate::web::address::CallerAddress;
use crate::web::auth::UserAgent;
use crate::web::problem::Problem;
use crate::web::rate::Limited;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new()
        .route("/sign-in", get(ask).post(sign_in))
        .route("/sign-out", post(sign_out))
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage<'a> {
    frame: Frame,
    username: &'a str,
    next: &'a str,
    /// Whether the password was right and a code is asked for.
    asks_code: bool,
    wrong: Option<String>,
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    next: String,
}

async fn ask(visit: Visit, Query(asked): Query<Asked>) -> Response {
    show(&visit, StatusCode::OK, "", &asked.next, false, None)
}

fn show(
    visit: &Visit,
    status: StatusCode,
    username: &str,
    next: &str,
    asks_code: bool,
    wrong: Option<String>,
) -> Response {
    let frame = Frame::new(visit, Surface::Public, visit.t.say("sign-in-title").to_string());
    let page = SignInPage {
        frame,
        username,
        next,
        asks_code,
        wrong,
    };
    answer(visit, status, &page)
}

async fn sign_in(
    State(web): State<Web>,
    visit: Visit,
    address: CallerAddress,
    UserAgent(agent): UserAgent,
    form: Form,
) -> Response {
    let (username, next) = (form.text("username"), form.text("next"));
    if let Err(problem) = web.rates().take(Limited::SignInByAddress, address) {
        let (_, detail) = problem.words(visit.t.0);
        let mut response = show(
            &visit,
            problem.kind().status(),
            username,
            next,
            false,
            Some(detail.to_owned()),
        );
        problem.add_headers(response.headers_mut());
        return response;
    }
    let credentials = Credentials {
        username,
        password: form.raw("password"),
    };
    let opened = web
        .desk()
        .sign_in_with_code(
            credentials,
            form.filled("code"),
            &address.to_text(),
            agent.as_deref(),
        )
        .await;
    let opened = match opened {
        Ok(opened) => opened,
        Err(error) => {
            // That a code is asked for is told after the right password alone.
            let asks_code = matches!(&error, DeskError::Invalid(fields) if fields.iter().any(|field| field.field == "code"));
            let is_first_ask = asks_code && is_missing_code(&error);
            let problem = Problem::from(error);
            let field = problem.fields(visit.t.0).next().map(|(_, said)| said.to_owned());
            let said = field.unwrap_or_else(|| problem.words(visit.t.0).1.to_owned());
            let wrong = (!is_first_ask).then_some(said);
            return show(
                &visit,
                StatusCode::UNPROCESSABLE_ENTITY,
                username,
                next,
                asks_code,
                wrong,
            );
        }
    };
    let lasts = opened.expires_at.since(visit.now);
    let cookie = cookies::keep(&web, Holder::Staff, opened.token.as_str(), lasts);
    let next = if next.is_empty() {
        "/console"
    } else {
        local_path(next)
    };
    ([(header::SET_COOKIE, cookie)], Redirect::to(next)).into_response()
}

fn is_missing_code(error: &DeskError) -> bool {
    matches!(error, DeskError::Invalid(fields) if fields.iter().any(|field| field.code == ProblemCode::ProofCodeMissing))
}

async fn sign_out(State(web): State<Web>, desked: Result<Desked, Problem>) -> Result<Response, Problem> {
    // Whoever is signed out already gets what they asked for.
    if let Ok(desked) = desked {
        web.desk().sign_out(&desked.scope).await?;
    }
    let cookie: HeaderValue = cookies::drop(&web, Holder::Staff);
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/sign-in")).into_response())
}
