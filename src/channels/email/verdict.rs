//! What a reply means for the recipient whose envelope it answers.

use std::time::Duration;

use super::reply::{Reply, Status};
use crate::domain::delivery::Attempt;

/// How long the account waits when a server says that we go too fast: SMTP has no `Retry-After`.
pub(super) const THROTTLED_FOR: Duration = Duration::from_secs(30);

/// How servers say so (seen at Postfix, Exim, Exchange Online, Gmail, Outlook.com and Yahoo), in lower case.
/// Greylisting and a full mailbox are not among them: those concern one recipient, not the account.
const RATE_WORDS: [&str; 9] = [
    "too many",
    "too much mail",
    "too fast",
    "rate limit",
    "unusual rate",
    "sending rate",
    "rate exceeded",
    "throttl",
    "slow down",
];

/// The command that a reply answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Connecting, EHLO, STARTTLS and AUTH.
    Greeting,
    /// MAIL.
    Sender,
    /// RCPT.
    Recipient,
    /// DATA, before the text.
    Data,
    /// The dot that ends the text.
    Text,
}

impl Stage {
    /// The name in a reason.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Greeting => "greeting",
            Self::Sender => "mail",
            Self::Recipient => "rcpt",
            Self::Data => "data",
            Self::Text => "text",
        }
    }
}

/// The attempt that a reply makes.
///
/// Before RCPT a refusal is about us (our sender address, our credentials), never about the recipient: it is
/// transient, so that the messages wait or leave by another account, and nobody is given up for our mistake.
pub(super) fn attempt(stage: Stage, reply: &Reply) -> Attempt {
    if stage == Stage::Text && reply.is_success() {
        return Attempt::Accepted;
    }
    if is_throttling(reply) {
        return Attempt::Throttled {
            retry_after: THROTTLED_FOR,
        };
    }
    let reason = format!("smtp {} at {}", reply.name(), stage.name());
    let about_us = match stage {
        Stage::Greeting => true,
        // 552 is the size of the message (RFC 1870).
        Stage::Sender => reply.code != 552,
        Stage::Recipient | Stage::Data | Stage::Text => reply.code == 530,
    };
    if about_us || reply.code / 100 != 5 {
        return Attempt::Transient { reason };
    }
    let endpoint_gone = stage != Stage::Sender && reply.status.is_some_and(is_gone);
    Attempt::Rejected {
        reason,
        endpoint_gone,
    }
}

/// Whether the server says that this account sends too fast.
fn is_throttling(reply: &Reply) -> bool {
    if !reply.is_passing() {
        return false;
    }
    // 4.7.28: rate of mail from an address, as Gmail uses it.
    let by_status = matches!(
        reply.status,
        Some(Status {
            class: 4,
            subject: 7,
            detail: 28
        })
    );
    by_status
        || reply.lines.iter().any(|line| {
            let line = line.to_ascii_lowercase();
            RATE_WORDS.iter().any(|word| line.contains(word))
        })
}

/// Whether the status says that no such mailbox exists, rather than that it is full, closed for us or moved:
/// bad mailbox (5.1.1), bad domain (5.1.2), moved without a new address (5.1.6), domain that takes no mail
/// (5.1.10, RFC 7505). A bare 550 does not: servers give it for policy as well.
pub(super) const fn is_gone(status: Status) -> bool {
    matches!(
        status,
        Status {
            class: 5,
            subject: 1,
            detail: 1 | 2 | 6 | 10
        }
    )
}

#[cfg(test)]
mod tests {
    use super::super::reply::{Parsed, parse};
    use super::*;

    fn attempt_at(stage: Stage, line: &str) -> Attempt {
        match parse(format!("{line}\r\n").as_bytes()) {
            Parsed::Whole(reply, _) => attempt(stage, &reply),
            other => panic!("{other:?}"),
        }
    }

    fn rejected(reason: &str, endpoint_gone: bool) -> Attempt {
        Attempt::Rejected {
            reason: reason.to_owned(),
            endpoint_gone,
        }
    }

    fn transient(reason: &str) -> Attempt {
        Attempt::Transient {
            reason: reason.to_owned(),
        }
    }

    #[test]
    fn only_the_reply_to_the_text_accepts_a_message() {
        assert_eq!(
            attempt_at(Stage::Text, "250 2.0.0 queued as 4F2A"),
            Attempt::Accepted
        );
    }

    #[test]
    fn an_unknown_mailbox_retires_the_address_and_a_refusal_by_policy_does_not() {
        for (line, name) in [
            ("550 5.1.1 unknown", "550 5.1.1"),
            ("550 5.1.2 no such domain", "550 5.1.2"),
            ("551 5.1.6 moved", "551 5.1.6"),
            ("556 5.1.10 takes no mail", "556 5.1.10"),
        ] {
            assert_eq!(
                attempt_at(Stage::Recipient, line),
                rejected(&format!("smtp {name} at rcpt"), true)
            );
        }
        for (line, name) in [
            ("550 no", "550"),
            ("553 5.1.3 bad syntax", "553 5.1.3"),
            ("554 5.7.1 refused", "554 5.7.1"),
            ("552 5.2.2 full", "552 5.2.2"),
        ] {
            assert_eq!(
                attempt_at(Stage::Recipient, line),
                rejected(&format!("smtp {name} at rcpt"), false)
            );
        }
    }

    #[test]
    fn a_refused_sender_is_our_mistake_and_costs_nobody_the_message() {
        assert_eq!(
            attempt_at(Stage::Sender, "553 5.7.1 not owned by user"),
            transient("smtp 553 5.7.1 at mail")
        );
        assert_eq!(
            attempt_at(Stage::Recipient, "530 5.7.0 authenticate first"),
            transient("smtp 530 5.7.0 at rcpt")
        );
        assert_eq!(
            attempt_at(Stage::Greeting, "535 5.7.8 bad credentials"),
            transient("smtp 535 5.7.8 at greeting")
        );
        assert_eq!(
            attempt_at(Stage::Sender, "552 5.3.4 too big"),
            rejected("smtp 552 5.3.4 at mail", false)
        );
    }

    #[test]
    fn a_server_that_asks_to_slow_down_throttles_the_account() {
        for line in [
            "421 4.7.0 Our system has detected an unusual rate of mail",
            "450 4.7.28 see support page",
            "450 4.7.1 Error: too much mail from 192.0.2.1",
            "421 4.7.0 Error: too many connections from 192.0.2.1",
        ] {
            assert_eq!(
                attempt_at(Stage::Recipient, line),
                Attempt::Throttled {
                    retry_after: THROTTLED_FOR
                },
                "{line}"
            );
        }
    }

    #[test]
    fn greylisting_and_a_full_mailbox_are_about_one_recipient() {
        assert_eq!(
            attempt_at(Stage::Recipient, "450 4.7.1 Greylisted, try again later"),
            transient("smtp 450 4.7.1 at rcpt")
        );
        assert_eq!(
            attempt_at(Stage::Recipient, "452 4.2.2 Over quota"),
            transient("smtp 452 4.2.2 at rcpt")
        );
        assert_eq!(
            attempt_at(Stage::Recipient, "550 5.7.1 too many complaints"),
            rejected("smtp 550 5.7.1 at rcpt", false)
        );
    }
}
