//! The request's body: the message for Android and, under `apns`, for Apple's devices.

use serde::Serialize;

use crate::channels::push::seconds_left;
use crate::domain::clock::Timestamp;
use crate::domain::message::{Message, Purpose, Recipient, Urgency};

/// The most that notification and data may hold, in bytes, names included.
const PAYLOAD_LIMIT: usize = 4_096;

/// One message before it has a recipient.
#[derive(Debug)]
pub(super) struct Template<'a> {
    message: &'a Message,
    ttl: String,
    apns_expiration: String,
}

#[derive(Serialize)]
struct Request<'a> {
    message: Body<'a>,
}

#[derive(Serialize)]
struct Body<'a> {
    token: &'a str,
    notification: Notification<'a>,
    data: Data<'a>,
    android: Android<'a>,
    apns: Apns<'a>,
}

#[derive(Serialize)]
struct Notification<'a> {
    title: &'a str,
    body: &'a str,
}

/// What the app itself reads; every value a text, as FCM asks.
#[derive(Serialize)]
struct Data<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<&'a str>,
    reference: &'a str,
    action: &'a str,
    purpose: Purpose,
    language: &'a str,
}

#[derive(Serialize)]
struct Android<'a> {
    priority: &'a str,
    ttl: &'a str,
    /// What replaces what while the device is out of reach.
    collapse_key: &'a str,
    notification: AndroidNotification<'a>,
}

#[derive(Serialize)]
struct AndroidNotification<'a> {
    /// What replaces what once it is shown.
    tag: &'a str,
}

#[derive(Serialize)]
struct Apns<'a> {
    headers: ApnsHeaders<'a>,
    payload: ApnsPayload,
}

#[derive(Serialize)]
struct ApnsHeaders<'a> {
    #[serde(rename = "apns-priority")]
    priority: &'a str,
    /// Seconds since 1970, as a text.
    #[serde(rename = "apns-expiration")]
    expiration: &'a str,
    /// Both while waiting and once shown; at most 64 bytes.
    #[serde(rename = "apns-collapse-id")]
    collapse_id: &'a str,
}

#[derive(Serialize)]
struct ApnsPayload {
    aps: Aps,
}

#[derive(Serialize)]
struct Aps {
    #[serde(skip_serializing_if = "Option::is_none")]
    sound: Option<&'static str>,
    #[serde(rename = "interruption-level")]
    interruption_level: &'static str,
}

impl<'a> Template<'a> {
    pub(super) fn new(message: &'a Message, now: Timestamp) -> Self {
        Self {
            message,
            ttl: format!("{}s", seconds_left(message, now)),
            apns_expiration: message.expires_at.as_secs().max(0).to_string(),
        }
    }

    /// The body for one device; none when the payload is longer than FCM takes.
    pub(super) fn body(&self, recipient: &Recipient, device: &str) -> Option<Vec<u8>> {
        let message = self.message;
        let urgent = message.urgency == Urgency::Urgent;
        let notification = Notification {
            title: &message.title,
            body: &message.body,
        };
        let data = Data {
            link: recipient.link.as_deref(),
            reference: &recipient.reference,
            action: &message.collapse_key,
            purpose: message.purpose,
            language: message.language.tag(),
        };
        let too_long = || json_len(&notification) + json_len(&data) > PAYLOAD_LIMIT;
        // Only long texts are measured: 512 bytes are more than all the rest.
        let texts = message.title.len() + message.body.len() + recipient.link.as_ref().map_or(0, String::len);
        if texts + 512 > PAYLOAD_LIMIT && too_long() {
            return None;
        }
        let request = Request {
            message: Body {
                token: device,
                notification,
                data,
                android: Android {
                    priority: if urgent { "HIGH" } else { "NORMAL" },
                    ttl: &self.ttl,
                    collapse_key: &message.collapse_key,
                    notification: AndroidNotification {
                        tag: &message.collapse_key,
                    },
                },
                apns: Apns {
                    headers: ApnsHeaders {
                        priority: if urgent { "10" } else { "5" },
                        expiration: &self.apns_expiration,
                        collapse_id: &message.collapse_key,
                    },
                    payload: ApnsPayload {
                        aps: Aps {
                            sound: urgent.then_some("default"),
                            interruption_level: if urgent { "time-sensitive" } else { "active" },
                        },
                    },
                },
            },
        };
        Some(serde_json::to_vec(&request).expect("texts are always JSON"))
    }
}

fn json_len(value: &impl Serialize) -> usize {
    serde_json::to_vec(value).expect("texts are always JSON").len()
}
