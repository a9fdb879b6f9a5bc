//! Taking along all that is held, and leaving.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::{StatusCode, header};

use super::me;
use crate::web::Web;
use crate::web::problem::Problem;
use crate::web::rate::Limited;
use crate::web::screens::cookies::{self, Holder};
use crate::web::screens::frame::{Frame, Surface, answer};
use crate::web::screens::signed::SignedCitizen;
use crate::web::screens::visit::Visit;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new()
        .route("/me/export", get(export))
        .route("/me/leave", get(ask).post(leave))
        .route("/left", get(left))
}

#[derive(Template)]
#[template(path = "participant/leave.html")]
struct LeavePage {
    frame: Frame,
}

#[derive(Template)]
#[template(path = "participant/left.html")]
struct LeftPage {
    frame: Frame,
}

async fn export(State(web): State<Web>, SignedCitizen(scope): SignedCitizen) -> Result<Response, Problem> {
    web.rates().take(Limited::ExportByParticipant, scope.number)?;
    let export = web.desk().export_own(&scope).await?;
    let name = [(
        header::CONTENT_DISPOSITION,
        "attachment; filename=\"oproep.json\"",
    )];
    Ok((name, Json(export)).into_response())
}

async fn ask(visit: Visit, _: SignedCitizen) -> Response {
    let frame = me::frame(&visit, &visit.t.say("leave-title").to_string());
    answer(&visit, StatusCode::OK, &LeavePage { frame })
}

async fn leave(State(web): State<Web>, SignedCitizen(scope): SignedCitizen) -> Result<Response, Problem> {
    web.desk().leave(&scope).await?;
    let cookie = cookies::drop(&web, Holder::Participant);
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/left")).into_response())
}

async fn left(visit: Visit) -> Response {
    let frame = Frame::new(
        &visit,
        Surface::Participant,
        visit.t.say("left-title").to_string(),
    );
    answer(&visit, StatusCode::OK, &LeftPage { frame })
}
