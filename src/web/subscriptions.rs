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
use super::language::asked;
use super::page::subscription::subscription;
use super::page::{refused, wants_page};
use super::problem::Problem;
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
    headers: HeaderMap,
) -> Result<Response, Problem> {
    answer(&headers, &reference, web.desk().subscription(&reference).await)
}

async fn end(
    State(web): State<Web>,
    Path(reference): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let switched = web.desk().switch_subscription(&reference, false).await;
    answer(&headers, &reference, switched)
}

async fn begin(
    State(web): State<Web>,
    Path(reference): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let switched = web.desk().switch_subscription(&reference, true).await;
    answer(&headers, &reference, switched)
}

fn answer(
    headers: &HeaderMap,
    reference: &str,
    found: Result<Subscription, DeskError>,
) -> Result<Response, Problem> {
    match found {
        Ok(found) if wants_page(headers) => Ok(subscription(reference, &found)),
        Ok(found) => Ok(Json(json!({
            "topic": found.topic,
            "is_on": found.is_on,
            "others": found.others,
        }))
        .into_response()),
        Err(error) if wants_page(headers) => {
            let problem = Problem::from(error);
            Ok(refused::refused(asked(headers).unwrap_or_default(), &problem))
        }
        Err(error) => Err(error.into()),
    }
}
