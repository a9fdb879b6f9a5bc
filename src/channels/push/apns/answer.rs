//! What Apple's answers mean.
//!
//! <https://developer.apple.com/documentation/usernotifications/handling-notification-responses-from-apns>. A
//! device is retired for a token that is dead (410) or none (400 `BadDeviceToken`), and for nothing else.

use std::time::Duration;

use http::{HeaderMap, StatusCode};
use serde::Deserialize;

use crate::channels::http::retry_after::retry_after;
use crate::channels::push::DEFAULT_PAUSE;
use crate::domain::clock::Timestamp;
use crate::domain::delivery::Attempt;

/// The longest answer that is read, in bytes.
pub(super) const ANSWER_LIMIT: usize = 4 * 1024;
/// How long the account pauses for `TooManyRequests`, which Apple says of one device and not of the account.
const DEVICE_PAUSE: Duration = Duration::from_secs(1);
/// The longest reason that is told on, in characters.
const REASON_CHARS: usize = 48;

/// An answer, read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// What it means for the recipient.
    Attempt(Attempt),
    /// Our token is too old for Apple's clock; nothing was handed over.
    TokenExpired,
}

#[derive(Deserialize)]
struct Refusal {
    reason: String,
}

/// Whether Apple answers so only to who has a token that holds.
pub(super) fn shows_that_the_token_holds(status: StatusCode) -> bool {
    matches!(status.as_u16(), 200 | 400 | 410)
}

/// What a message gets whose token was called expired, and the one after it too.
pub(super) fn token_expired() -> Attempt {
    transient("expired_provider_token".to_owned())
}

/// Reads an answer that came at `now`.
pub(super) fn read(status: StatusCode, headers: &HeaderMap, body: &[u8], now: Timestamp) -> Answer {
    let refusal = serde_json::from_slice::<Refusal>(body).ok();
    let reason = refusal.as_ref().map_or("", |refusal| refusal.reason.as_str());
    let wait = retry_after(headers, now);
    Answer::Attempt(match (status.as_u16(), reason) {
        (200, _) => Attempt::Accepted,
        (400, "BadDeviceToken") | (410, _) => Attempt::Rejected {
            reason: told(status, reason),
            endpoint_gone: true,
        },
        // The connection was quiet for too long: nobody's fault.
        (400, "IdleTimeout") => transient(told(status, reason)),
        (403, "ExpiredProviderToken") => return Answer::TokenExpired,
        (429, "TooManyRequests") => Attempt::Throttled {
            retry_after: wait.unwrap_or(DEVICE_PAUSE),
        },
        (429, _) => Attempt::Throttled {
            retry_after: wait.unwrap_or(DEFAULT_PAUSE),
        },
        // Our key, team, topic or address, or Apple's own trouble; a proxy before them.
        (401 | 403 | 404 | 405 | 407 | 408 | 500..=599, _) => match wait {
            Some(retry_after) => Attempt::Throttled { retry_after },
            None => transient(told(status, reason)),
        },
        _ => Attempt::Rejected {
            reason: told(status, reason),
            endpoint_gone: false,
        },
    })
}

fn transient(reason: String) -> Attempt {
    Attempt::Transient { reason }
}

/// Apple's reason as this project writes reasons (`BadDeviceToken` is `bad_device_token`), or the bare status
/// where there is none or it is no word.
fn told(status: StatusCode, reason: &str) -> String {
    let is_word = |reason: &str| {
        (1..=REASON_CHARS).contains(&reason.len()) && reason.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    if !is_word(reason) {
        return format!("status_{}", status.as_u16());
    }
    let mut snake = String::with_capacity(reason.len() + 8);
    for character in reason.chars() {
        if character.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(character.to_ascii_lowercase());
    }
    snake.truncate(64);
    snake
}

#[cfg(test)]
mod tests {
    use http::header::RETRY_AFTER;
    use proptest::prelude::*;

    use super::*;

    fn answer(status: u16, reason: &str, wait: Option<u32>) -> Answer {
        let headers = wait.map(|wait| (RETRY_AFTER, wait.into()));
        let body = format!(r#"{{"reason":"{reason}"}}"#);
        let status = StatusCode::from_u16(status).unwrap();
        read(
            status,
            &headers.into_iter().collect(),
            body.as_bytes(),
            Timestamp::default(),
        )
    }

    fn rejected(reason: &str, endpoint_gone: bool) -> Answer {
        Answer::Attempt(Attempt::Rejected {
            reason: reason.to_owned(),
            endpoint_gone,
        })
    }

    fn throttled(seconds: u64) -> Answer {
        Answer::Attempt(Attempt::Throttled {
            retry_after: Duration::from_secs(seconds),
        })
    }

    fn passing(reason: &str) -> Answer {
        Answer::Attempt(transient(reason.to_owned()))
    }

    #[test]
    fn only_a_dead_token_or_none_retires_its_device() {
        assert_eq!(answer(410, "Unregistered", None), rejected("unregistered", true));
        assert_eq!(answer(410, "ExpiredToken", None), rejected("expired_token", true));
        assert_eq!(
            answer(400, "BadDeviceToken", None),
            rejected("bad_device_token", true)
        );
        for reason in ["DeviceTokenNotForTopic", "BadTopic", "PayloadEmpty"] {
            let Answer::Attempt(Attempt::Rejected { endpoint_gone, .. }) = answer(400, reason, None) else {
                panic!("{reason} is refused for good");
            };
            assert!(!endpoint_gone, "{reason}");
        }
        assert_eq!(
            answer(413, "PayloadTooLarge", None),
            rejected("payload_too_large", false)
        );
    }

    #[test]
    fn what_is_ours_or_apples_passes_and_costs_nobody_the_message() {
        assert_eq!(
            answer(403, "InvalidProviderToken", None),
            passing("invalid_provider_token")
        );
        assert_eq!(answer(404, "BadPath", None), passing("bad_path"));
        assert_eq!(
            answer(500, "InternalServerError", None),
            passing("internal_server_error")
        );
        assert_eq!(answer(503, "Shutdown", None), passing("shutdown"));
        assert_eq!(answer(503, "Shutdown", Some(9)), throttled(9));
        assert_eq!(answer(403, "ExpiredProviderToken", None), Answer::TokenExpired);
    }

    #[test]
    fn too_many_requests_pause_for_a_moment_and_too_many_tokens_for_a_minute() {
        assert_eq!(answer(429, "TooManyRequests", None), throttled(1));
        assert_eq!(answer(429, "TooManyRequests", Some(5)), throttled(5));
        assert_eq!(answer(429, "TooManyProviderTokenUpdates", None), throttled(60));
    }

    proptest! {
        #[test]
        fn no_answer_makes_the_reader_panic_or_tells_more_than_a_word(
            status in 200_u16..600, body in proptest::collection::vec(any::<u8>(), 0..200), reason in ".{0,80}",
        ) {
            let status = StatusCode::from_u16(status).unwrap();
            let _ = read(status, &HeaderMap::new(), &body, Timestamp::default());
            prop_assert!(told(status, &reason).len() <= 64);
        }
    }
}
