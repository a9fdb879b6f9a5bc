//! The live stream of the console: the API's, for whoever is signed in by cookie. Its events say that something
//! happened; the page asks for the part that shows it.

use axum::Router;
use axum::extract::{Query, State};
use axum::response::sse::Sse;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::HeaderMap;
use serde::Deserialize;

use crate::domain::id::ActionId;
use crate::web::Web;
use crate::web::api::live::{Screen, last_event};
use crate::web::live::follow;
use crate::web::problem::Problem;
use crate::web::screens::signed::Desked;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new().route("/console/live", get(live))
}

#[derive(Deserialize)]
struct LiveQuery {
    action: Option<ActionId>,
}

async fn live(
    State(web): State<Web>,
    desked: Desked,
    Query(query): Query<LiveQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let after = last_event(&headers)?;
    let screen = Screen::new(&web, &desked.scope, desked.token)?;
    Ok(Sse::new(follow(web, screen, query.action, after)).into_response())
}
