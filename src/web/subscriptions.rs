//! Ending mails about a topic by the link in one of them: `List-Unsubscribe` with one click (RFC 8058).
//!
//! A mail program posts to `/u/REFERENCE` without anybody looking on, so that a POST ends the topic whatever its
//! body says. A GET, which scanners of mail follow too, changes nothing and shows what would end.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::HeaderMap;
use serde_json::json;

use super::Web;
use super::extract::Path;
use super::problem::Problem;
use super::screens::linked::subscription::subscription;
use super::screens::linked::{in_language_of, wants_page};
use super::screens::problem_page;
use super::screens::visit::Visit;
use crate::desk::DeskError;
use crate::desk::participants::Subscription;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new()
        .route("/u/{reference}", get(show).post(end))
        .route("/u/{reference}/back", post(begin))
}

async fn show(
    State(web): State<Web>,
    Path(reference): Path<String>,
    visit: Visit,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let found = web.desk().subscription(&reference).await;
    answer(&web, visit, &headers, &reference, found)
}

async fn end(
    State(web): State<Web>,
    Path(reference): Path<String>,
    visit: Visit,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let switched = web.desk().switch_subscription(&reference, false).await;
    answer(&web, visit, &headers, &reference, switched)
}

async fn begin(
    State(web): State<Web>,
    Path(reference): Path<String>,
    visit: Visit,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let switched = web.desk().switch_subscription(&reference, true).await;
    answer(&web, visit, &headers, &reference, switched)
}

fn answer(
    web: &Web,
    visit: Visit,
    headers: &HeaderMap,
    reference: &str,
    found: Result<Subscription, DeskError>,
) -> Result<Response, Problem> {
    match found {
        Ok(found) if wants_page(headers) => {
            let visit = in_language_of(visit, web, headers, found.language);
            Ok(subscription(&visit, reference, &found))
        }
        Ok(found) => Ok(Json(json!({
            "topic": found.topic,
            "is_on": found.is_on,
            "others": found.others,
        }))
        .into_response()),
        Err(error) if wants_page(headers) => Ok(problem_page::page(&visit, &error.into())),
        Err(error) => Err(error.into()),
    }
}
