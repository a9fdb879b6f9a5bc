//! A tip comes in by a text message, in answer to one of ours: it says neither who nor about what, so both are found.

use std::time::Duration;

use super::super::{Desk, DeskError, Result};
use super::limits::Sender;
use super::submit::{Origin, checked};
use crate::domain::action::ActionNumber;
use crate::domain::channel::Channel;
use crate::domain::endpoint::Endpoint;
use crate::domain::id::ParticipantNumber;
use crate::domain::participant::PhoneNumber;
use crate::domain::tip::{MAX_TIP_CHARS, TipContent, TipSource};

/// How long after its end an action still gets the answers of those whom it told last.
const LATE: Duration = Duration::from_hours(24);

/// What ends text messages, as the whole of an answer.
const STOP_WORDS: [&str; 4] = ["STOP", "STOPPEN", "AF", "UIT"];

/// The most actions that a note names.
const NAMED: usize = 5;

/// What became of a text message that came in. Whoever sent it is told nothing of it: the answer is the same for
/// all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextTaken {
    /// It is a tip.
    Tip,
    /// It ended text messages.
    Stopped,
    /// Nobody who takes part has the number; nothing was stored.
    UnknownNumber,
    /// No action called on the sender lately; nothing was stored.
    NoAction,
    /// It says nothing; nothing was stored.
    Empty,
    /// The sender sent too many within the hour; nothing was stored.
    TooMany,
}

impl TextTaken {
    /// The name in figures.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tip => "tip",
            Self::Stopped => "stopped",
            Self::UnknownNumber => "unknown_number",
            Self::NoAction => "no_action",
            Self::Empty => "empty",
            Self::TooMany => "too_many",
        }
    }
}

/// A number as gateways write it, with or without what makes it international.
fn read_number(from: &str) -> Option<PhoneNumber> {
    let from = from.trim();
    let digits = from.strip_prefix('+').unwrap_or(from);
    let bare = !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit());
    if bare {
        format!("+{digits}").parse().ok()
    } else {
        from.parse().ok()
    }
}

/// The text without what no tip holds, as long as a tip may be.
fn clean(text: &str) -> String {
    let plain = text.chars().map(|character| {
        if character.is_control() && character != '\n' {
            ' '
        } else {
            character
        }
    });
    let text: String = plain.take(MAX_TIP_CHARS).collect();
    text.trim().to_owned()
}

fn is_stop(text: &str) -> bool {
    let word = text.trim_matches(|character: char| !character.is_alphanumeric());
    STOP_WORDS.iter().any(|stop| word.eq_ignore_ascii_case(stop))
}

impl Desk {
    /// Takes a text message from the number that it came from. `key` names the message at its provider, so that one
    /// that is brought twice is one tip.
    ///
    /// # Errors
    /// Only when the database is away: the provider is to bring it again.
    pub async fn take_text(&self, from: &str, text: &str, key: Option<&str>) -> Result<TextTaken> {
        let Some(number) = read_number(from) else {
            return Ok(TextTaken::UnknownNumber);
        };
        let address = Endpoint::Phone(number.as_str().to_owned());
        let keys = &self.parts().keys;
        let participant = {
            let mut tx = self.parts().store.read().await?;
            tx.find_number_by_address(keys, &address).await?
        };
        let Some(participant) = participant else {
            return Ok(TextTaken::UnknownNumber);
        };
        let text = clean(text);
        if text.is_empty() {
            Ok(TextTaken::Empty)
        } else if is_stop(&text) {
            self.stop_texts(participant).await
        } else {
            self.take_text_tip(participant, number, text, key).await
        }
    }

    /// No text messages any more; what else was allowed stays so.
    async fn stop_texts(&self, participant: ParticipantNumber) -> Result<TextTaken> {
        let keys = &self.parts().keys;
        let mut tx = self.parts().store.write().await?;
        let Some(mut stored) = tx.find_participant(keys, participant).await? else {
            return Ok(TextTaken::UnknownNumber);
        };
        stored.wanted = stored.wanted.without(Channel::Sms);
        tx.update_participant(keys, &stored, self.now()).await?;
        tx.commit().await?;
        self.directory().wake();
        Ok(TextTaken::Stopped)
    }

    async fn take_text_tip(
        &self,
        participant: ParticipantNumber,
        phone: PhoneNumber,
        text: String,
        key: Option<&str>,
    ) -> Result<TextTaken> {
        let keys = &self.parts().keys;
        let (action, others) = {
            let mut tx = self.parts().store.read().await?;
            let told = tx.list_actions_that_told(participant, self.now() - LATE).await?;
            let mut actions = Vec::new();
            for id in told.into_iter().take(NAMED + 1) {
                actions.extend(tx.find_action(keys, id).await?);
            }
            if actions.is_empty() {
                return Ok(TextTaken::NoAction);
            }
            let action = actions.remove(0);
            let goes_on = |ended: bool| ended == action.state.phase().is_ended();
            let others: Vec<ActionNumber> = actions
                .iter()
                .filter(|other| goes_on(other.state.phase().is_ended()))
                .map(|other| other.number)
                .collect();
            (action, others)
        };
        let content = checked(
            TipContent {
                text,
                phone: Some(phone.as_str().to_owned()),
                ..TipContent::default()
            },
            &[],
        )?;
        match self.limit(Sender::Participant(participant)) {
            Err(DeskError::TooMany { .. }) => return Ok(TextTaken::TooMany),
            other => other?,
        }
        let origin = Origin {
            source: TipSource::SmsReply,
            participant: Some(participant),
            received_by: None,
            once: key.map(|key| format!("text {key}")),
            note: note(&others),
        };
        self.take_tip(action, origin, content, Vec::new()).await?;
        Ok(TextTaken::Tip)
    }
}

/// Says that the sender may have meant another action.
fn note(others: &[ActionNumber]) -> Option<String> {
    if others.is_empty() {
        return None;
    }
    let numbers: Vec<_> = others.iter().map(ToString::to_string).collect();
    let numbers = numbers.join(", ");
    Some(format!(
        "Antwoord op een sms; de deelnemer is ook opgeroepen voor {numbers}. \
         (In answer to a text message; the participant was called on for {numbers} as well.)"
    ))
}

#[cfg(test)]
mod tests;
