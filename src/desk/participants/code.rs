//! Codes that show that an address is one's own.
//!
//! Asking for one takes the same path and has the same answer whether or not the address is known: nothing is
//! looked up before the code comes back.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::CodeSent;
use crate::desk::{Desk, DeskError, Reason, Result};
use crate::domain::channel::ChannelSet;
use crate::domain::clock::Timestamp;
use crate::domain::endpoint::Endpoint;
use crate::domain::id::{ParticipantNumber, VerificationId};
use crate::domain::language::Language;
use crate::domain::message::{Message, Purpose, Recipient, Urgency};
use crate::domain::participant::{Contact, Places, Rest, Topics};
use crate::domain::random::Random;
use crate::storage::verifications::NewVerification;

/// How often a code can be tried.
const TRIES: u8 = 5;
/// Codes for one address within [`WINDOW`].
const CODES: u64 = 3;
const WINDOW: Duration = Duration::from_hours(1);
const PURPOSE: &str = "participant";

/// What waits for a code.
#[derive(Serialize, Deserialize)]
pub(super) struct Waiting {
    /// The address that the code went to.
    pub(super) address: Endpoint,
    /// The language of the messages about it.
    pub(super) language: Language,
    pub(super) what: What,
}

#[derive(Serialize, Deserialize)]
pub(super) enum What {
    /// Someone wants to take part.
    Registration(Box<Draft>),
    /// Someone who takes part wants to sign in.
    SignIn,
    /// A participant wants this address added, in the stead of the one of its kind.
    NewAddress(ParticipantNumber),
}

/// A registration that waits for its first address to be confirmed.
#[derive(Serialize, Deserialize)]
pub(super) struct Draft {
    pub(super) contact: Contact,
    pub(super) places: Places,
    pub(super) topics: Topics,
    pub(super) channels: ChannelSet,
    pub(super) device: Option<Endpoint>,
    #[serde(default)]
    pub(super) rest: Rest,
}

/// Six digits.
fn new_code(random: &Random) -> String {
    format!("{:06}", random.below(1_000_000))
}

fn message(code: &str, language: Language, valid: Duration, expires_at: Timestamp) -> Message {
    let minutes = valid.as_secs() / 60;
    let (title, body) = match language {
        Language::Nl => (
            "Uw code voor Oproep",
            format!("Uw code voor Oproep is {code}. Geef hem aan niemand. De code geldt {minutes} minuten."),
        ),
        Language::En => (
            "Your code for Oproep",
            format!(
                "Your code for Oproep is {code}. Give it to nobody. It can be used for {minutes} minutes."
            ),
        ),
    };
    Message {
        purpose: Purpose::Code,
        urgency: Urgency::Urgent,
        language,
        title: title.to_owned(),
        body,
        collapse_key: "code".to_owned(),
        expires_at,
    }
}

impl Desk {
    /// Sends a code to the address that waits.
    pub(super) async fn send_code(&self, waiting: Waiting) -> Result<CodeSent> {
        let parts = self.parts();
        let now = self.now();
        let address = waiting.address.clone();
        let code = new_code(&parts.random);
        let verification = VerificationId::new(now, &parts.random);
        let valid = self.0.lifetimes.code;
        let expires_at = now + valid;
        let mut tx = parts.store.write().await?;
        if tx.count_codes_since(&parts.keys, &address, now - WINDOW).await? >= CODES {
            return Err(DeskError::TooMany { retry_after: WINDOW });
        }
        let new = NewVerification {
            id: verification,
            purpose: PURPOSE,
            address: &address,
            code: &code,
            payload: &waiting,
            tries: TRIES,
            created_at: now,
            expires_at,
        };
        tx.insert_verification(&parts.keys, new).await?;
        tx.commit().await?;
        let channel = address.channel();
        let recipient = Recipient {
            endpoint: address,
            reference: verification.as_uuid().simple().to_string(),
            link: None,
            mail: None,
        };
        // When the queue is full, the code that is stored was never told to anyone and runs out.
        parts
            .codes
            .send(message(&code, waiting.language, valid, expires_at), recipient)
            .map_err(|_| Reason::TooManyCodes)?;
        Ok(CodeSent {
            verification,
            channel,
            expires_at,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_says_how_long_the_code_can_be_used() {
        let body = |language| {
            let valid = Duration::from_mins(20);
            message("123456", language, valid, Timestamp::from_millis(0)).body
        };
        assert!(body(Language::Nl).ends_with("De code geldt 20 minuten."));
        assert!(body(Language::En).ends_with("It can be used for 20 minutes."));
    }
}
