//! Text messages: what every gateway shares, and one adapter a gateway.
//!
//! No gateway documents that sending twice under one reference sends once, so none of these requests is
//! repeated here: whatever left without an answer is [`Attempt::Unconfirmed`], and the account's policy decides.

use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::HeaderMap;

use crate::channels::http::retry_after::retry_after;
use crate::domain::clock::Timestamp;
use crate::domain::delivery::Attempt;
use crate::domain::endpoint::Endpoint;
use crate::domain::message::{Message, Recipient};
use crate::domain::sms_text;

pub mod cm;
pub mod inbound;
pub mod kannel;
pub mod spryng;
pub mod twilio;

/// Recipients a call: one batch of the queue.
const BATCH_LIMIT: usize = 500;

/// How long an account pauses after a 429 that does not say for how long.
const DEFAULT_PAUSE: Duration = Duration::from_secs(30);

/// How many requests of one batch are under way at once, where a setting does not say it.
const fn concurrency() -> usize {
    32
}

/// What an answer means by its status alone, whoever gives it: trouble that passes, and trouble that leaves open
/// what became of the message. None for an answer that its adapter has to read.
pub(super) fn passing(
    provider: &str,
    status: StatusCode,
    headers: &HeaderMap,
    now: Timestamp,
) -> Option<Attempt> {
    Some(match status.as_u16() {
        429 => Attempt::Throttled {
            retry_after: retry_after(headers, now).unwrap_or(DEFAULT_PAUSE),
        },
        // Our name or key, or the address that we call from: no recipient is to blame.
        401 | 403 => transient(format!("{provider} authorization")),
        code @ (404 | 405) => transient(format!("{provider} {code}, check base_url")),
        // It was not taken.
        code @ (408 | 503) => match retry_after(headers, now) {
            Some(retry_after) => Attempt::Throttled { retry_after },
            None => transient(format!("{provider} {code}")),
        },
        // Anything may have happened before it failed.
        code @ 500.. => unconfirmed(format!("{provider} {code}")),
        _ => return None,
    })
}

/// The sender is none that Dutch networks show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("from must be 3 to 11 letters, digits or spaces, or 3 to 15 digits")]
pub struct BadSender;

/// Checks a sender: a name of 3 to 11 characters, or a number of at most 15 digits.
fn check_sender(from: &str) -> Result<(), BadSender> {
    let plain = from
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b' ');
    let number = from.bytes().all(|byte| byte.is_ascii_digit());
    let most = if number { 15 } else { 11 };
    if plain && (3..=most).contains(&from.len()) && from.trim() == from {
        Ok(())
    } else {
        Err(BadSender)
    }
}

/// The recipient's number in E.164, without the plus sign: 7 to 15 digits. Otherwise the attempt that stands
/// for it.
pub(super) fn digits(recipient: &Recipient) -> Result<&str, Attempt> {
    match &recipient.endpoint {
        Endpoint::Phone(number) => number
            .strip_prefix('+')
            .filter(|digits| {
                (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
            })
            .ok_or_else(|| rejected("number malformed")),
        _ => Err(rejected("endpoint is no number")),
    }
}

/// The recipient's text: the body, and its link on a line of its own.
fn text(message: &Message, recipient: &Recipient) -> String {
    sms_text::with_link(&message.body, recipient.link.as_deref())
}

/// Refused for good, with the number still alive: a gateway knows formats and contracts, not subscribers.
pub(super) fn rejected(reason: impl Into<String>) -> Attempt {
    Attempt::Rejected {
        reason: reason.into(),
        endpoint_gone: false,
    }
}

pub(super) fn transient(reason: impl Into<String>) -> Attempt {
    Attempt::Transient {
        reason: reason.into(),
    }
}

pub(super) fn unconfirmed(reason: impl Into<String>) -> Attempt {
    Attempt::Unconfirmed {
        reason: reason.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_is_a_short_name_or_a_number() {
        for good in ["Burgernet", "112", "Oproep NL", "316123456789012"] {
            assert_eq!(check_sender(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "NL",
            "Burgernetbericht",
            "Oproep!",
            " Oproep",
            "3161234567890123",
            "Oproép",
        ] {
            assert_eq!(check_sender(bad), Err(BadSender), "{bad}");
        }
    }

    #[test]
    fn only_numbers_in_e164_are_sent_to() {
        let recipient = |endpoint| Recipient {
            endpoint,
            reference: "r".to_owned(),
            link: None,
            mail: None,
        };
        let phone = |number: &str| recipient(Endpoint::Phone(number.to_owned()));
        assert_eq!(digits(&phone("+31612345678")), Ok("31612345678"));
        for bad in [
            "31612345678",
            "+",
            "+316",
            "+31 612345678",
            "+316123456789012345",
            "0031612345678",
            "",
        ] {
            assert_eq!(digits(&phone(bad)), Err(rejected("number malformed")), "{bad}");
        }
        let mailbox = recipient(Endpoint::Mailbox("a@b.nl".to_owned()));
        assert_eq!(digits(&mailbox), Err(rejected("endpoint is no number")));
    }
}
