//! Where other systems bring their alerts (CAP), each under a secret address of its own.

use axum::Json;
use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use bytes::Bytes;
use http::StatusCode;
use serde_json::json;

use super::Web;
use super::address::CallerAddress;
use super::extract::Path;
use super::problem::{Problem, ProblemKind};
use super::rate::Limited;
use super::settings::is_secret;
use crate::cap::tree::MAX_BYTES;
use crate::desk::DeskError;
use crate::desk::notices::{Taken, refusal};

/// The route.
pub fn router() -> Router<Web> {
    Router::new().route(
        "/alerts/in/{secret}",
        post(take).layer(DefaultBodyLimit::max(MAX_BYTES)),
    )
}

/// Takes in one message. What is no notice is stored and refused with the reason; brought again, it is known.
async fn take(
    State(web): State<Web>,
    address: CallerAddress,
    Path(secret): Path<String>,
    body: Bytes,
) -> Result<Response, Problem> {
    web.rates().take(Limited::AlertByAddress, address)?;
    let sources = web.alert_sources();
    let place = sources.find(|known| is_secret(Some(known), &secret));
    let place = place.ok_or(ProblemKind::NotFound)?;
    let answer = match web.desk().take_document(sources, place, &body).await? {
        Taken::Known => (StatusCode::OK, json!({ "state": "known" })),
        Taken::Stored {
            reason: Some(reason), ..
        } => {
            return Err(DeskError::refused(reason, refusal(reason)).into());
        }
        Taken::Stored { id, state, .. } => (StatusCode::CREATED, json!({ "id": id, "state": state })),
    };
    Ok((answer.0, Json(answer.1)).into_response())
}
