//! What FCM's answers mean.
//!
//! <https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode>. What counts is the `errorCode` among
//! the details; a bare status says less, and a bare 404 may be a wrong project, so that no device is
//! retired for it.

use http::{HeaderMap, StatusCode};
use serde::Deserialize;

use crate::channels::http::retry_after::retry_after;
use crate::channels::push::DEFAULT_PAUSE;
use crate::domain::clock::Timestamp;
use crate::domain::delivery::Attempt;

/// The longest answer that is read, in bytes.
pub(super) const ERROR_LIMIT: usize = 16 * 1024;

/// An answer, read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// What it means for the recipient.
    Attempt(Attempt),
    /// The access token was refused, or the project's own credentials at another provider.
    Unauthorized(&'static str),
}

#[derive(Deserialize)]
struct Failure {
    error: Error,
}

#[derive(Deserialize)]
struct Error {
    #[serde(default)]
    details: Vec<Detail>,
}

#[derive(Deserialize)]
struct Detail {
    #[serde(rename = "errorCode")]
    error_code: Option<String>,
}

/// Reads an answer that came at `now`.
pub(super) fn read(status: StatusCode, headers: &HeaderMap, body: &[u8], now: Timestamp) -> Answer {
    if status.is_success() {
        return Answer::Attempt(Attempt::Accepted);
    }
    let failure = serde_json::from_slice::<Failure>(body).ok();
    let code = failure.as_ref().and_then(|failure| {
        failure
            .error
            .details
            .iter()
            .find_map(|detail| detail.error_code.as_deref())
    });
    let wait = retry_after(headers, now);
    Answer::Attempt(match (code, status.as_u16()) {
        (Some("UNREGISTERED"), _) => Attempt::Rejected {
            reason: "unregistered".to_owned(),
            endpoint_gone: true,
        },
        (Some("INVALID_ARGUMENT"), _) => rejected("invalid_argument"),
        (Some("SENDER_ID_MISMATCH"), _) => rejected("sender_id_mismatch"),
        (Some("QUOTA_EXCEEDED"), _) | (_, 429) => Attempt::Throttled {
            retry_after: wait.unwrap_or(DEFAULT_PAUSE),
        },
        (Some("THIRD_PARTY_AUTH_ERROR"), _) => return Answer::Unauthorized("third_party_auth_error"),
        (_, 401) => return Answer::Unauthorized("token_refused"),
        // The project, its rights or the base URL: our side, not the device's.
        (_, code @ (403 | 404)) => transient(code),
        (_, code @ (408 | 500..=599)) => match wait {
            Some(retry_after) => Attempt::Throttled { retry_after },
            None => transient(code),
        },
        (_, code) => rejected(&format!("status_{code}")),
    })
}

fn rejected(reason: &str) -> Attempt {
    Attempt::Rejected {
        reason: reason.to_owned(),
        endpoint_gone: false,
    }
}

fn transient(status: u16) -> Attempt {
    Attempt::Transient {
        reason: format!("status_{status}"),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn answer(status: u16, code: &str, wait: Option<&'static str>) -> Answer {
        let body = format!(
            r#"{{"error":{{"code":{status},"message":"m","status":"S","details":[
                {{"@type":"type.googleapis.com/google.rpc.BadRequest"}},
                {{"@type":"type.googleapis.com/google.firebase.fcm.v1.FcmError","errorCode":"{code}"}}]}}}}"#
        );
        read_body(status, &body, wait)
    }

    fn read_body(status: u16, body: &str, wait: Option<&'static str>) -> Answer {
        let headers = wait.map(|wait| (http::header::RETRY_AFTER, http::HeaderValue::from_static(wait)));
        let status = StatusCode::from_u16(status).unwrap();
        read(
            status,
            &headers.into_iter().collect(),
            body.as_bytes(),
            Timestamp::default(),
        )
    }

    fn throttled(seconds: u64) -> Answer {
        Answer::Attempt(Attempt::Throttled {
            retry_after: Duration::from_secs(seconds),
        })
    }

    #[test]
    fn only_an_unregistered_token_retires_its_device() {
        let gone = Attempt::Rejected {
            reason: "unregistered".to_owned(),
            endpoint_gone: true,
        };
        assert_eq!(answer(404, "UNREGISTERED", None), Answer::Attempt(gone));
        assert_eq!(
            answer(400, "INVALID_ARGUMENT", None),
            Answer::Attempt(rejected("invalid_argument"))
        );
        assert_eq!(
            answer(403, "SENDER_ID_MISMATCH", None),
            Answer::Attempt(rejected("sender_id_mismatch"))
        );
        for body in [
            "",
            "{}",
            "<html>404</html>",
            r#"{"error":{"status":"NOT_FOUND"}}"#,
        ] {
            assert_eq!(
                read_body(404, body, None),
                Answer::Attempt(transient(404)),
                "{body}"
            );
        }
    }

    #[test]
    fn a_wait_that_is_asked_for_is_kept_whole() {
        assert_eq!(answer(429, "QUOTA_EXCEEDED", Some("7")), throttled(7));
        assert_eq!(answer(429, "QUOTA_EXCEEDED", None), throttled(60));
        assert_eq!(answer(503, "UNAVAILABLE", Some("125")), throttled(125));
        assert_eq!(answer(500, "INTERNAL", Some("1")), throttled(1));
    }

    #[test]
    fn trouble_on_googles_side_passes() {
        assert_eq!(answer(503, "UNAVAILABLE", None), Answer::Attempt(transient(503)));
        assert_eq!(answer(500, "INTERNAL", None), Answer::Attempt(transient(500)));
        assert_eq!(read_body(502, "<html>", None), Answer::Attempt(transient(502)));
    }

    #[test]
    fn a_refused_token_is_told_apart() {
        assert_eq!(
            answer(401, "THIRD_PARTY_AUTH_ERROR", None),
            Answer::Unauthorized("third_party_auth_error")
        );
        assert_eq!(read_body(401, "{}", None), Answer::Unauthorized("token_refused"));
    }
}
