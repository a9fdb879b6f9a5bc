//! The request's body: what the device shows, and what the app reads.
//!
//! <https://developer.apple.com/documentation/usernotifications/generating-a-remote-notification>.

use serde::Serialize;

use crate::domain::message::{Message, Purpose, Recipient, Urgency};

/// The longest body, in bytes.
const BODY_LIMIT: usize = 4_096;

/// One message before it has a recipient.
#[derive(Debug)]
pub(super) struct Template<'a> {
    message: &'a Message,
}

#[derive(Serialize)]
struct Body<'a> {
    aps: Aps<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<&'a str>,
    reference: &'a str,
    action: &'a str,
    purpose: Purpose,
    language: &'a str,
}

#[derive(Serialize)]
struct Aps<'a> {
    alert: Alert<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sound: Option<&'static str>,
    #[serde(rename = "interruption-level")]
    interruption_level: &'static str,
    /// Messages about one action stand together.
    #[serde(rename = "thread-id")]
    thread_id: &'a str,
}

#[derive(Serialize)]
struct Alert<'a> {
    title: &'a str,
    body: &'a str,
}

impl<'a> Template<'a> {
    pub(super) const fn new(message: &'a Message) -> Self {
        Self { message }
    }

    /// The body for one device; none when it is longer than Apple takes.
    pub(super) fn body(&self, recipient: &Recipient) -> Option<Vec<u8>> {
        let message = self.message;
        let urgent = message.urgency == Urgency::Urgent;
        let body = serde_json::to_vec(&Body {
            aps: Aps {
                alert: Alert {
                    title: &message.title,
                    body: &message.body,
                },
                sound: urgent.then_some("default"),
                interruption_level: if urgent { "time-sensitive" } else { "active" },
                thread_id: &message.collapse_key,
            },
            link: recipient.link.as_deref(),
            reference: &recipient.reference,
            action: &message.collapse_key,
            purpose: message.purpose,
            language: message.language.tag(),
        })
        .expect("texts are always JSON");
        (body.len() <= BODY_LIMIT).then_some(body)
    }
}
