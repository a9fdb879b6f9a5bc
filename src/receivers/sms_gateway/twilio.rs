//! Twilio's `POST …/Messages.json` as its documentation has it.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD as BASE64;
use http::header::AUTHORIZATION;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::json;

use super::{SmsGateway, TWILIO_ACCOUNT};
use crate::receivers::faults::Course;
use crate::receivers::reports::{Outcome, Target};
use crate::receivers::serve::hang_up;

/// The longest text, in characters.
const LONGEST_BODY: usize = 1_600;
/// The longest that a message may wait, in seconds.
const LONGEST_VALIDITY_S: u64 = 36_000;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Form {
    to: String,
    from: String,
    body: String,
    #[serde(default)]
    validity_period: Option<u64>,
    #[serde(default)]
    status_callback: Option<String>,
}

/// Whether the request comes from the account.
pub(in crate::receivers) fn is_signed_in(sid: &str, headers: &HeaderMap) -> bool {
    let expected = BASE64.encode(format!("{}:{}", TWILIO_ACCOUNT.0, TWILIO_ACCOUNT.1));
    let given = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.strip_prefix("Basic "));
    sid == TWILIO_ACCOUNT.0 && given == Some(&expected)
}

pub(super) async fn send(
    State(gateway): State<SmsGateway>,
    Path(sid): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let course = match gateway.meet().await {
        Ok(course) => course,
        Err(response) => return response,
    };
    if !is_signed_in(&sid, &headers) {
        return refused(StatusCode::UNAUTHORIZED, 20_003, "Authenticate");
    }
    let form = match serde_urlencoded::from_bytes::<Form>(&body) {
        Ok(form) => form,
        Err(error) => return refused(StatusCode::BAD_REQUEST, 21_600, &error.to_string()),
    };
    let callback = match check(&form) {
        Ok(callback) => callback,
        Err((code, message)) => return refused(StatusCode::BAD_REQUEST, code, message),
    };
    let reference = callback.as_ref().map(reference).unwrap_or_default();
    let message_sid = format!("SM{:032x}", u128::from_be_bytes(gateway.0.ground.random.bytes()));
    gateway.take(course, &form.to, &reference, form.body);
    if let Some(target) = callback.filter(|_| course != Course::Lose) {
        let outcome = if course == Course::Unregistered {
            Outcome::Failed
        } else {
            Outcome::Delivered
        };
        let calls = ["sent", outcome.twilio()].map(|status| {
            target.twilio_call(&[
                ("MessageSid", message_sid.as_str()),
                ("MessageStatus", status),
                ("AccountSid", TWILIO_ACCOUNT.0),
                ("To", form.to.as_str()),
                ("From", form.from.as_str()),
            ])
        });
        gateway.0.reports.bring(calls.into()).await;
    }
    if course == (Course::Drop { taken: true }) {
        return hang_up();
    }
    let answer = json!({ "sid": message_sid, "status": "queued", "error_code": null });
    (StatusCode::CREATED, Json(answer)).into_response()
}

/// Where reports go, or why the message is refused: Twilio's number and words.
fn check(form: &Form) -> Result<Option<Target>, (u32, &'static str)> {
    let digits = form.to.strip_prefix('+').unwrap_or_default();
    if !(7..=15).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err((21_211, "Invalid 'To' Phone Number"));
    }
    if form.from.is_empty() {
        return Err((21_603, "A 'From' phone number is required"));
    }
    if form.body.is_empty() || form.body.chars().count() > LONGEST_BODY {
        return Err((
            21_617,
            "The concatenated message body exceeds the 1600 character limit",
        ));
    }
    if form
        .validity_period
        .is_some_and(|seconds| !(1..=LONGEST_VALIDITY_S).contains(&seconds))
    {
        return Err((90_007, "Invalid validity period value"));
    }
    match form.status_callback.as_deref() {
        None => Ok(None),
        Some(url) => Target::parse(url)
            .map(Some)
            .map_err(|_| (21_609, "Invalid 'StatusCallback'")),
    }
}

/// The last part of the reports' address: what the sender calls the message.
fn reference(target: &Target) -> String {
    target.address().rsplit('/').next().unwrap_or_default().to_owned()
}

/// A refusal in Twilio's form.
pub(in crate::receivers) fn refused(status: StatusCode, code: u32, message: &str) -> Response {
    let body = json!({
        "code": code, "message": message, "status": status.as_u16(),
        "more_info": format!("https://www.twilio.com/docs/errors/{code}"),
    });
    (status, Json(body)).into_response()
}
