//! CM.com's answer to a request: one status a message, found again by our reference.
//!
//! <https://developers.cm.com/messaging/docs/responses-errors-json>. A message that is wrong does not stop the
//! others; HTTP 400 with a list of messages means that every one of them was wrong.

use std::collections::HashMap;

use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde::Deserialize;

use crate::channels::http::retry_after::retry_after;
use crate::channels::sms::{DEFAULT_PAUSE, rejected, transient, unconfirmed};
use crate::domain::clock::Timestamp;
use crate::domain::delivery::Attempt;

/// The longest answer that is read, in bytes: about 250 a message.
pub(super) const ANSWER_LIMIT: usize = 1024 * 1024;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    #[serde(default)]
    error_code: Option<u32>,
    #[serde(default)]
    messages: Option<Vec<Line>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    #[serde(default)]
    reference: Option<String>,
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    message_error_code: Option<u32>,
}

/// Reads the answer to a request with these references: one attempt each, in their order.
pub(super) fn read_answer(
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
    references: &[&str],
    now: Timestamp,
) -> Vec<Attempt> {
    let all = |attempt: Attempt| vec![attempt; references.len()];
    let code = status.as_u16();
    match code {
        429 => {
            let retry_after = retry_after(headers, now).unwrap_or(DEFAULT_PAUSE);
            return all(Attempt::Throttled { retry_after });
        }
        401 | 403 => return all(transient("cm authorization")),
        404 | 405 => return all(transient(format!("cm http {code}, check base_url"))),
        503 => return all(transient("cm http 503")),
        // Anything may have happened before it failed.
        500.. => return all(unconfirmed(format!("cm http {code}"))),
        _ => {}
    }
    let Ok(Answer { error_code, messages }) = serde_json::from_slice(body) else {
        let unreadable = format!("cm http {code} unreadable");
        return all(if status.is_success() {
            unconfirmed(unreadable)
        } else {
            rejected(unreadable)
        });
    };
    let lines: HashMap<_, _> = messages
        .unwrap_or_default()
        .into_iter()
        .filter_map(|line| Some((line.reference?, (line.status, line.message_error_code))))
        .collect();
    let without_line = if status.is_success() {
        unconfirmed("cm answer without this message")
    } else {
        whole_request(error_code.unwrap_or(999))
    };
    references
        .iter()
        .map(|reference| match lines.get(*reference) {
            Some((Some(status), _)) if status.eq_ignore_ascii_case("accepted") => Attempt::Accepted,
            Some((Some(status), error)) if status.eq_ignore_ascii_case("rejected") => {
                one_message(error.unwrap_or(999))
            }
            Some(_) => unconfirmed("cm status unknown"),
            None => without_line.clone(),
        })
        .collect()
}

/// What a code for the whole request means: authentication (101), balance (102) and token (103) are ours to
/// mend and cost nobody the message.
fn whole_request(code: u32) -> Attempt {
    let reason = format!("cm {code}");
    if matches!(code, 101..=103 | 500) {
        transient(reason)
    } else {
        rejected(reason)
    }
}

/// What a code of one message means: only an internal error passes.
fn one_message(code: u32) -> Attempt {
    let reason = format!("cm {code}");
    if code == 500 {
        transient(reason)
    } else {
        rejected(reason)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(status: u16, body: &serde_json::Value) -> Vec<Attempt> {
        let status = StatusCode::from_u16(status).unwrap();
        let body = body.to_string();
        read_answer(
            status,
            &HeaderMap::new(),
            body.as_bytes(),
            &["a", "b"],
            Timestamp::from_millis(0),
        )
    }

    fn line(reference: &str, status: &str, code: u32) -> serde_json::Value {
        json!({
            "to": "0031612345678", "status": status, "reference": reference, "parts": 1,
            "messageDetails": null, "messageErrorCode": code,
        })
    }

    #[test]
    fn each_message_has_its_own_status_whatever_the_order() {
        let body = json!({
            "details": "Created 1 message(s)", "errorCode": 201,
            "messages": [line("b", "Rejected", 303), line("a", "Accepted", 0)],
        });
        assert_eq!(read(200, &body), [Attempt::Accepted, rejected("cm 303")]);
        let body = json!({
            "details": "Created 0 message(s)", "errorCode": 201,
            "messages": [line("a", "Rejected", 304), line("b", "Rejected", 500)],
        });
        assert_eq!(read(400, &body), [rejected("cm 304"), transient("cm 500")]);
    }

    #[test]
    fn a_wrong_token_or_an_empty_purse_costs_nobody_the_message() {
        for code in [101, 102, 103] {
            let body = json!({ "details": "No account found", "errorCode": code, "messages": [] });
            assert_eq!(read(400, &body), vec![transient(format!("cm {code}")); 2]);
        }
        assert_eq!(read(401, &json!(null)), vec![transient("cm authorization"); 2]);
    }

    #[test]
    fn a_request_that_cm_cannot_read_is_rejected() {
        let body = json!({ "details": "malformed", "errorCode": 202, "messages": null });
        assert_eq!(read(400, &body), vec![rejected("cm 202"); 2]);
    }

    #[test]
    fn an_answer_that_says_nothing_of_a_message_confirms_nothing() {
        let body = json!({ "details": "Created", "errorCode": 0, "messages": [line("a", "Accepted", 0)] });
        assert_eq!(
            read(200, &body),
            [Attempt::Accepted, unconfirmed("cm answer without this message")]
        );
        assert_eq!(
            read(200, &json!("ok")),
            vec![unconfirmed("cm http 200 unreadable"); 2]
        );
        assert_eq!(read(502, &json!(null)), vec![unconfirmed("cm http 502"); 2]);
        assert_eq!(read(503, &json!(null)), vec![transient("cm http 503"); 2]);
    }

    #[test]
    fn too_many_requests_pause_the_account() {
        let pause = Attempt::Throttled {
            retry_after: DEFAULT_PAUSE,
        };
        assert_eq!(read(429, &json!(null)), vec![pause; 2]);
    }
}
