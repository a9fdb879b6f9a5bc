//! Where a channel's message goes: a device, a telephone number or a mailbox.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::channel::Channel;

/// The address of one participant on one channel. Personal: sealed when stored, and `Debug` shows none of it.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", content = "address", rename_all = "snake_case")]
pub enum Endpoint {
    /// A registration of Firebase Cloud Messaging.
    Fcm {
        /// The registration token that the app received.
        token: String,
    },
    /// A device of Apple's, by the token that its app received.
    Apns {
        /// The device token in hexadecimal digits.
        token: String,
    },
    /// A subscription of the Push API (also a `UnifiedPush` endpoint).
    WebPush {
        /// The push resource (RFC 8030), an https address chosen by the push service.
        url: String,
        /// The client's P-256 public key, uncompressed, 65 bytes, base64url.
        p256dh: String,
        /// The authentication secret (RFC 8291), 16 bytes, base64url.
        auth: String,
    },
    /// A telephone number in E.164, for instance `+31612345678`.
    Phone(String),
    /// An e-mail address (RFC 5321 mailbox).
    Mailbox(String),
}

impl Endpoint {
    /// The channel that reaches it first: a telephone number is texted rather than called.
    pub const fn channel(&self) -> Channel {
        match self {
            Self::Fcm { .. } | Self::Apns { .. } | Self::WebPush { .. } => Channel::App,
            Self::Phone(_) => Channel::Sms,
            Self::Mailbox(_) => Channel::Email,
        }
    }

    /// Whether messages of this channel can go to it.
    pub fn is_reached_by(&self, channel: Channel) -> bool {
        match channel {
            Channel::Voice => matches!(self, Self::Phone(_)),
            Channel::App | Channel::Sms | Channel::Email => self.channel() == channel,
        }
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fcm { .. } => "Fcm(..)",
            Self::Apns { .. } => "Apns(..)",
            Self::WebPush { .. } => "WebPush(..)",
            Self::Phone(_) => "Phone(..)",
            Self::Mailbox(_) => "Mailbox(..)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_reads_back_what_it_writes_and_debug_shows_none_of_it() {
        let all = [
            Endpoint::Fcm {
                token: "secret".to_owned(),
            },
            Endpoint::Apns {
                token: "secret".to_owned(),
            },
            Endpoint::WebPush {
                url: "https://push.example/secret".to_owned(),
                p256dh: "secret".to_owned(),
                auth: "secret".to_owned(),
            },
            Endpoint::Phone("+31612345678".to_owned()),
            Endpoint::Mailbox("secret@example.org".to_owned()),
        ];
        for endpoint in all {
            let json = serde_json::to_string(&endpoint).unwrap();
            assert_eq!(serde_json::from_str::<Endpoint>(&json).unwrap(), endpoint);
            let debug = format!("{endpoint:?}");
            assert!(!debug.contains("secret") && !debug.contains("1234"), "{debug}");
        }
    }
}
