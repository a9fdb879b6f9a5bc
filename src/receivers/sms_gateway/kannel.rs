//! Kannel's `sendsms` as its users' guide and its answers have it.

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::Deserialize;

use super::{KANNEL_USER, SmsGateway};
use crate::domain::sms_text::{Alphabet, SmsLength, outside_gsm7};
use crate::receivers::faults::Course;
use crate::receivers::reports::{Outcome, Target};
use crate::receivers::serve::hang_up;

/// `max-messages` of the user: the most segments of one text.
const MAX_MESSAGES: usize = 5;

/// The parameters, by Kannel's names.
#[derive(Deserialize)]
pub(super) struct Parameters {
    #[serde(default)]
    username: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    charset: String,
    #[serde(default)]
    coding: u8,
    #[serde(rename = "dlr-mask", default)]
    dlr_mask: u8,
    #[serde(rename = "dlr-url", default)]
    dlr_url: Option<String>,
}

pub(super) async fn send(
    State(gateway): State<SmsGateway>,
    Query(parameters): Query<Parameters>,
) -> Response {
    let course = match gateway.meet().await {
        Ok(course) => course,
        Err(response) => return response,
    };
    if (parameters.username.as_str(), parameters.password.as_str()) != KANNEL_USER {
        return (StatusCode::FORBIDDEN, "Authorization failed for sendsms").into_response();
    }
    let reports = match check(&parameters) {
        Ok(reports) => reports,
        Err(refusal) => return (StatusCode::BAD_REQUEST, refusal).into_response(),
    };
    let reference = reports.as_ref().map(reference).unwrap_or_default();
    let outcome = if course == Course::Unregistered {
        Outcome::Failed
    } else {
        Outcome::Delivered
    };
    gateway.take(course, &parameters.to, &reference, on_the_phone(&parameters));
    if let Some(target) = reports.filter(|_| course != Course::Lose) {
        let wanted = |status: u8| parameters.dlr_mask & status != 0;
        let statuses = [8, outcome.kannel()].into_iter().filter(|status| wanted(*status));
        let calls = statuses.map(|status| target.kannel_call(status)).collect();
        gateway.0.reports.bring(calls).await;
    }
    if course == (Course::Drop { taken: true }) {
        return hang_up();
    }
    (StatusCode::ACCEPTED, "0: Accepted for delivery").into_response()
}

/// Where reports go, or why the request is refused.
fn check(parameters: &Parameters) -> Result<Option<Target>, &'static str> {
    let number = parameters.to.strip_prefix('+').unwrap_or(&parameters.to);
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("Missing receiver number, rejected");
    }
    if parameters.from.is_empty() {
        return Err("Sender missing and no global set, rejected");
    }
    if !parameters.charset.eq_ignore_ascii_case("UTF-8") || !matches!(parameters.coding, 0 | 2) {
        return Err("Charset or body misformed, rejected");
    }
    if SmsLength::of(&parameters.text).segments > MAX_MESSAGES {
        return Err("text takes more than max-messages, rejected");
    }
    match parameters.dlr_url.as_deref() {
        Some(url) if parameters.dlr_mask > 0 => Target::parse(url)
            .map(Some)
            .map_err(|_| "DLR-URL field misformed, rejected"),
        _ => Ok(None),
    }
}

/// The text as the phone shows it: in seven bits, what the alphabet lacks becomes a question mark.
fn on_the_phone(parameters: &Parameters) -> String {
    let text = &parameters.text;
    if parameters.coding == 2 || Alphabet::of(text) == Alphabet::Gsm7 {
        return text.clone();
    }
    let lacking = outside_gsm7(text, usize::MAX);
    text.chars()
        .map(|character| {
            if lacking.contains(&character) {
                '?'
            } else {
                character
            }
        })
        .collect()
}

/// The part of the reports' address before the status: what the sender calls the message.
fn reference(target: &Target) -> String {
    let path: Vec<_> = target.address().rsplit('/').collect();
    if path.len() > 2 && path[0] == "%d" {
        path[1].to_owned()
    } else {
        String::new()
    }
}
