//! CM.com's `POST /v1.0/message` as its documentation has it: every message is judged by itself.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{CM_TOKEN, SmsGateway};
use crate::domain::sms_text::SmsLength;
use crate::receivers::faults::Course;
use crate::receivers::reports::Outcome;
use crate::receivers::serve::hang_up;

/// The most messages of one request.
const MOST_MESSAGES: usize = 1_000;

#[derive(Deserialize)]
struct Request {
    messages: Messages,
}

#[derive(Deserialize)]
struct Messages {
    msg: Vec<Msg>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Msg {
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: Vec<To>,
    #[serde(default)]
    body: Body,
    #[serde(default)]
    reference: String,
    #[serde(default = "one")]
    maximum_number_of_message_parts: usize,
    #[serde(default)]
    validity: Option<String>,
}

const fn one() -> usize {
    1
}

#[derive(Deserialize)]
struct To {
    number: String,
}

#[derive(Deserialize, Default)]
struct Body {
    #[serde(default)]
    content: String,
}

pub(super) async fn send(State(gateway): State<SmsGateway>, headers: HeaderMap, body: Bytes) -> Response {
    let course = match gateway.meet().await {
        Ok(course) => course,
        Err(response) => return response,
    };
    if headers
        .get("x-cm-producttoken")
        .is_none_or(|token| token.as_bytes() != CM_TOKEN.as_bytes())
    {
        return whole(101, "No account found for the given authentication");
    }
    let Ok(request) = serde_json::from_slice::<Request>(&body) else {
        return whole(202, "The JSON is malformed");
    };
    if !(1..=MOST_MESSAGES).contains(&request.messages.msg.len()) {
        return whole(203, "The MSG array is incorrect");
    }
    let mut lines = Vec::with_capacity(request.messages.msg.len());
    let mut created = 0;
    for message in request.messages.msg {
        let number = message.to.first().map(|to| to.number.clone()).unwrap_or_default();
        let (reference, parts) = (
            message.reference.clone(),
            SmsLength::of(&message.body.content).segments,
        );
        if let Some((code, details)) = refusal(&message, parts) {
            lines.push(line(&number, &reference, "Rejected", 0, Some(details), code));
        } else {
            created += 1;
            lines.push(line(&number, &reference, "Accepted", parts, None, 0));
            take(&gateway, course, &number, message).await;
        }
    }
    if course == (Course::Drop { taken: true }) {
        return hang_up();
    }
    let code = if created == lines.len() { 0 } else { 201 };
    let status = if created == 0 {
        StatusCode::BAD_REQUEST
    } else {
        StatusCode::OK
    };
    let details = format!("Created {created} message(s)");
    (
        status,
        Json(json!({ "details": details, "errorCode": code, "messages": lines })),
    )
        .into_response()
}

async fn take(gateway: &SmsGateway, course: Course, number: &str, message: Msg) {
    let shared = &gateway.0;
    gateway.take(course, number, &message.reference, message.body.content);
    let Some(target) = shared.cm_receipts.as_ref().filter(|_| course != Course::Lose) else {
        return;
    };
    let outcome = if course == Course::Unregistered {
        Outcome::Failed
    } else {
        Outcome::Delivered
    };
    let received = shared.ground.clock.now().to_string();
    let calls = [(0, "Accepted"), outcome.cm()].map(|(code, words)| {
        // Values are strings, as the documented template makes them.
        target.cm_call(&json!({ "messages": { "msg": {
            "received": received, "to": number, "reference": message.reference,
            "status": { "code": code.to_string(), "errorCode": "", "errorDescription": words },
            "operator": "20404",
        } } }))
    });
    shared.reports.bring(calls.into()).await;
}

/// Why a message is refused: code and words.
fn refusal(message: &Msg, parts: usize) -> Option<(u32, &'static str)> {
    let number = message.to.first().map_or("", |to| to.number.as_str());
    let digits = number.strip_prefix("00").unwrap_or_default();
    if message.from.is_empty() || message.from.len() > 16 {
        Some((301, "The From field is invalid"))
    } else if message.to.len() != 1 {
        Some((302, "The To field is invalid"))
    } else if !(7..=15).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        Some((303, "The number is no number"))
    } else if message.body.content.is_empty() || parts > message.maximum_number_of_message_parts {
        Some((304, "A body without content was found"))
    } else if message.validity.as_deref().is_some_and(|text| !is_offset(text)) {
        Some((305, "The validity is no offset in hours or minutes"))
    } else {
        None
    }
}

/// Hours or minutes, as `2h` or `30m`; never both.
fn is_offset(text: &str) -> bool {
    let number = text.strip_suffix('h').or_else(|| text.strip_suffix('m'));
    number.is_some_and(|number| number.parse::<u32>().is_ok_and(|number| number > 0))
}

/// An error of the whole request.
fn whole(code: u32, details: &str) -> Response {
    let body = json!({ "details": details, "errorCode": code, "messages": [] });
    (StatusCode::BAD_REQUEST, Json(body)).into_response()
}

fn line(to: &str, reference: &str, status: &str, parts: usize, details: Option<&str>, code: u32) -> Value {
    json!({
        "to": to, "status": status, "reference": reference, "parts": parts, "messageDetails": details,
        "messageErrorCode": code,
    })
}
