//! What is sent: one text per wave, language and channel, composed once and shared by all its recipients.

use serde::{Deserialize, Serialize};

use super::clock::Timestamp;
use super::endpoint::Endpoint;
use super::language::Language;

/// Why a message is sent; receivers show it, and adapters pick their urgency by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// The call-out itself, first wave or expansion.
    Alert,
    /// News about a running action.
    Update,
    /// How the action ended.
    Closing,
    /// To one person alone, outside of any wave: a code that confirms an address, or a notice to somebody who works
    /// with the network.
    Code,
}

/// How much hurry a message has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// Before everything else; wakes a device.
    Urgent,
    /// After what is urgent.
    Normal,
}

/// A message as all its recipients of one language get it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Why it is sent.
    pub purpose: Purpose,
    /// How much hurry it has.
    pub urgency: Urgency,
    /// The language of the texts.
    pub language: Language,
    /// A line of a few words: subject of the mail, title of the notification. Not in the SMS.
    pub title: String,
    /// The text itself, without markup, lines separated by `\n`.
    pub body: String,
    /// What replaces what on a device: the same key shows once. URL-safe base64 characters, at most 32
    /// (Web Push `Topic`, RFC 8030 section 5.4; FCM `collapse_key`).
    pub collapse_key: String,
    /// After this moment nobody needs it any more; providers get the time that is left as TTL.
    pub expires_at: Timestamp,
}

/// One recipient of a message: where it goes, and what only this recipient's copy carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// Where it goes.
    pub endpoint: Endpoint,
    /// Our reference, URL-safe, at most 32 characters: what a provider returns in its receipts.
    pub reference: String,
    /// The page of this recipient's copy (the action, and a form for a tip); none in a code message.
    pub link: Option<String>,
    /// What this recipient's mail carries beside its text; none on other channels and in a code message.
    pub mail: Option<MailMarks>,
}

/// By what a mail comes back to us, and how its reader ends such mails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailMarks {
    /// Stands in the address that bounces go to: letters and digits in whichever case, at most 32.
    pub bounce: String,
    /// Stands in the address that replies go to, in the same form.
    pub reply: String,
    /// Where the reader switches the topic off; none for what is urgent.
    pub unsubscribe: Option<String>,
}
