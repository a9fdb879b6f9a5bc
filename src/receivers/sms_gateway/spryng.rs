//! Spryng's `POST /v1/messages` as its documentation has it.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::AUTHORIZATION;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::json;

use super::{SPRYNG_KEY, SmsGateway};
use crate::domain::sms_text::Alphabet;
use crate::receivers::faults::Course;
use crate::receivers::reports::Outcome;
use crate::receivers::serve::hang_up;

/// The most recipients of one request.
const MOST_RECIPIENTS: usize = 1_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    encoding: String,
    body: String,
    route: String,
    originator: String,
    recipients: Vec<String>,
    #[serde(default)]
    reference: String,
}

pub(super) async fn send(State(gateway): State<SmsGateway>, headers: HeaderMap, body: Bytes) -> Response {
    let course = match gateway.meet().await {
        Ok(course) => course,
        Err(response) => return response,
    };
    let bearer = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    if bearer != Some(SPRYNG_KEY) {
        return refused(StatusCode::UNAUTHORIZED, "Unauthenticated.");
    }
    let request = match serde_json::from_slice::<Request>(&body) {
        Ok(request) if is_fit(&request) => request,
        _ => return refused(StatusCode::UNPROCESSABLE_ENTITY, "The given data was invalid."),
    };
    let outcome = if course == Course::Unregistered {
        Outcome::Failed
    } else {
        Outcome::Delivered
    };
    let shared = &gateway.0;
    for number in &request.recipients {
        gateway.take(course, number, &request.reference, request.body.clone());
        if let Some(target) = shared.spryng_receipts.as_ref().filter(|_| course != Course::Lose) {
            let calls = ["Buffered", outcome.spryng()].map(|status| {
                target.spryng_call(&[("REFERENCE", request.reference.as_str()), ("STATUS", status)])
            });
            shared.reports.bring(calls.into()).await;
        }
    }
    if course == (Course::Drop { taken: true }) {
        return hang_up();
    }
    let id = format!("{:032x}", u128::from_be_bytes(shared.ground.random.bytes()));
    Json(json!({ "id": id, "originator": request.originator, "reference": request.reference }))
        .into_response()
}

fn is_fit(request: &Request) -> bool {
    let is_number = |number: &String| {
        (7..=15).contains(&number.len())
            && !number.starts_with('0')
            && number.bytes().all(|byte| byte.is_ascii_digit())
    };
    let encoding = match Alphabet::of(&request.body) {
        Alphabet::Gsm7 => ["plain", "auto", "unicode"].contains(&request.encoding.as_str()),
        Alphabet::Ucs2 => ["auto", "unicode"].contains(&request.encoding.as_str()),
    };
    encoding
        && !request.body.is_empty()
        && !request.route.is_empty()
        && (1..=15).contains(&request.originator.len())
        && (1..=MOST_RECIPIENTS).contains(&request.recipients.len())
        && request.recipients.iter().all(is_number)
        && request.reference.len() <= 256
}

fn refused(status: StatusCode, message: &str) -> Response {
    (status, Json(json!({ "message": message }))).into_response()
}
