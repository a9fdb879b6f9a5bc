//! CM.com's app that asks for a key, as its documentation has it.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::json;

use super::{CM_TOKEN, Callee, Exchange, here};
use crate::receivers::faults::Course;
use crate::receivers::inbox::Kind;
use crate::receivers::serve::hang_up;

/// The longest that is said at once, in characters.
const LONGEST_PROMPT: usize = 1_000;

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Request {
    instruction_id: String,
    callee: String,
    caller: String,
    callback_url: String,
    prompt: String,
    prompt_type: String,
    valid_prompt: String,
    invalid_prompt: String,
    min_digits: u8,
    max_digits: u8,
    max_attempts: u8,
    regex: String,
}

pub(super) async fn order(State(exchange): State<Exchange>, headers: HeaderMap, body: Bytes) -> Response {
    let course = match exchange.meet().await {
        Ok(course) => course,
        Err(response) => return response,
    };
    if headers
        .get("x-cm-producttoken")
        .is_none_or(|token| token.as_bytes() != CM_TOKEN.as_bytes())
    {
        return (StatusCode::UNAUTHORIZED, "Unauthorized").into_response();
    }
    let request = match serde_json::from_slice::<Request>(&body) {
        Ok(request) if is_fit(&request) => request,
        _ => return (StatusCode::BAD_REQUEST, "The instruction is not valid").into_response(),
    };
    let Ok(target) = here(&request.callback_url) else {
        return (StatusCode::BAD_REQUEST, "The callback url is not valid").into_response();
    };
    let ground = &exchange.0.ground;
    let call_id = format!("{:032x}", u128::from_be_bytes(ground.random.bytes()));
    if course == Course::Lose {
        ground.inbox.record_dropped(Kind::Voice);
    } else {
        let (callee, _) = exchange.callee();
        let callee = if course == Course::Unregistered {
            Callee::Failed
        } else {
            callee
        };
        let (code, words, digits) = match callee {
            // Any other key than the one that is asked for counts as none.
            Callee::Answers { key, then } if [key, then].contains(&Some('1')) => {
                (10, "Finished successfully", "1")
            }
            Callee::Answers { .. } | Callee::Machine => (10, "Finished successfully", ""),
            Callee::Busy => (12, "Call rejected", ""),
            Callee::NoAnswer => (9, "Cancelled", ""),
            Callee::Failed => (11, "Failed", ""),
        };
        if code == 10 {
            exchange.said(&request.callee, &request.instruction_id, request.prompt.clone());
        }
        let told = target.cm_call(&json!({
            "type": "dtmf-finished", "call-id": call_id, "instruction-id": request.instruction_id,
            "caller": request.caller, "callee": request.callee, "digits": digits,
            "result": { "code": code, "description": words },
        }));
        exchange.0.reports.bring(vec![told]).await;
    }
    if course == (Course::Drop { taken: true }) {
        return hang_up();
    }
    Json(json!({ "success": true, "call-id": call_id })).into_response()
}

fn is_fit(request: &Request) -> bool {
    let is_number = |number: &str| {
        (8..=24).contains(&number.len())
            && number
                .strip_prefix('+')
                .is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let is_prompt = |prompt: &str| (1..=LONGEST_PROMPT).contains(&prompt.chars().count());
    is_number(&request.callee)
        && is_number(&request.caller)
        && (1..=64).contains(&request.instruction_id.len())
        && [&request.prompt, &request.valid_prompt, &request.invalid_prompt]
            .iter()
            .all(|prompt| is_prompt(prompt))
        && request.prompt_type == "TTS"
        && (1..=request.max_digits).contains(&request.min_digits)
        && request.max_attempts > 0
        && !request.regex.is_empty()
}
