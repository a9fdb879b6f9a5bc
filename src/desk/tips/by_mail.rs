//! What comes back by e-mail: bounces of what we sent, and answers, which are tips.
//!
//! Whoever knows a mark may bring a mail under it; that it is ours is all that a mail proves. So a bounce fails
//! that one delivery, and puts an address out of use only when it names the address that we have now.

use std::time::Duration;

use bytes::Bytes;

use super::submit::{Origin, checked};
use crate::channels::email::incoming::{self, Action as Reported, Answer, Incoming, Kind, Report};
use crate::desk::{Desk, DeskError, Result};
use crate::domain::channel::Channel;
use crate::domain::delivery::Receipt;
use crate::domain::id::TipId;
use crate::domain::language::Language;
use crate::domain::reference::DeliveryRef;
use crate::domain::tip::{MAX_TIP_CHARS, MAX_TIP_PHOTOS, TipContent, TipSource};
use crate::domain::video;
use crate::storage::endpoints::GoneEndpoint;
use crate::storage::failures::Failure;

/// Tips of one participant by mail within [`WINDOW`], counted in the database: every mail may have a process of
/// its own.
const MOST: u64 = 10;
const WINDOW: Duration = Duration::from_hours(1);
/// What stands at the end of a text that was too long.
const CUT: &str = " [...]";

/// What became of a mail that came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TakenMail {
    /// What it was.
    pub what: WhatMail,
    /// What it says of a delivery, for the accounts of its wave.
    pub receipt: Option<(DeliveryRef, Receipt)>,
}

/// What a mail that came in was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhatMail {
    /// A mail of ours did not arrive.
    Bounced {
        /// Whether its address was put out of use for it.
        retired: bool,
    },
    /// A mail of ours is under way or arrived.
    Reported,
    /// An answer, which is a tip now, or was before.
    Tip(TipId),
    /// An answer that says nothing.
    Empty,
    /// A program wrote it.
    Automatic,
    /// It came to no address that we gave out.
    Foreign,
    /// It is no mail, or too large.
    Unreadable,
}

impl WhatMail {
    /// The name in figures and answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bounced { .. } => "bounced",
            Self::Reported => "reported",
            Self::Tip(_) => "tip",
            Self::Empty => "empty",
            Self::Automatic => "automatic",
            Self::Foreign => "foreign",
            Self::Unreadable => "unreadable",
        }
    }
}

impl From<WhatMail> for TakenMail {
    fn from(what: WhatMail) -> Self {
        Self { what, receipt: None }
    }
}

impl Desk {
    /// Takes a mail that came to an address of ours in; `recipient` is that address, where the server told.
    /// Brought again, it changes nothing.
    pub async fn take_mail(&self, mail: Bytes, recipient: Option<String>) -> Result<TakenMail> {
        let read = move || incoming::read(&mail, recipient.as_deref());
        // A mail on which the parser gives up altogether is none.
        let Some(Incoming {
            marks,
            kind,
            identity,
        }) = self.darkroom().work(read).await?.flatten()
        else {
            return Ok(WhatMail::Unreadable.into());
        };
        let references = &self.parts().references;
        match kind {
            Kind::Reports(reports) => match marks.iter().find_map(|mark| references.read_bounce(mark)) {
                Some(delivery) => self.take_reports(delivery, &reports).await,
                None => Ok(WhatMail::Foreign.into()),
            },
            Kind::Automatic => Ok(WhatMail::Automatic.into()),
            Kind::Answer(answer) => {
                let found = marks.iter().find_map(|mark| {
                    let delivery = references.read_reply(mark)?;
                    Some((delivery, format!("{mark}.{identity}")))
                });
                match found {
                    Some((delivery, once)) => self.take_answer(delivery, once, *answer).await,
                    None => Ok(WhatMail::Foreign.into()),
                }
            }
        }
    }

    async fn take_reports(&self, delivery: DeliveryRef, reports: &[Report]) -> Result<TakenMail> {
        let keys = &self.parts().keys;
        let mut tx = self.parts().store.write().await?;
        let Some((_, participant)) = tx.find_recipient(delivery).await? else {
            return Ok(WhatMail::Foreign.into());
        };
        if tx.find_batch_channel(delivery.batch).await? != Some(Channel::Email) {
            return Ok(WhatMail::Foreign.into());
        }
        let stored = tx.find_participant(keys, participant).await?;
        let mailbox = stored
            .as_ref()
            .and_then(|stored| stored.participant.contact.email.as_ref());
        let is_ours = |report: &&Report| mailbox.is_some_and(|mailbox| report.is_about(mailbox.as_str()));
        let Some(report) = reports.iter().find(is_ours).or(reports.first()) else {
            return Ok(WhatMail::Unreadable.into());
        };
        let receipt = match report.action {
            Reported::Failed => Receipt::Failed,
            Reported::Delivered => Receipt::Delivered,
            Reported::Delayed | Reported::PassedOn => return Ok(WhatMail::Reported.into()),
        };
        let mut what = WhatMail::Reported;
        if receipt == Receipt::Failed {
            let now = self.now();
            let failure = Failure {
                batch: delivery.batch,
                position: delivery.position,
                participant,
                reason: format!("bounce {}", report.code()),
                failed_at: now,
            };
            tx.insert_failures(&[failure]).await?;
            let mut retired = false;
            if report.says_gone() && is_ours(&report) {
                let gone = GoneEndpoint::Address {
                    number: participant,
                    channel: Channel::Email,
                };
                retired = tx.retire_endpoints(&[gone], now).await? > 0;
            }
            tx.commit().await?;
            self.directory().wake();
            what = WhatMail::Bounced { retired };
        }
        Ok(TakenMail {
            what,
            receipt: Some((delivery, receipt)),
        })
    }

    async fn take_answer(&self, delivery: DeliveryRef, once: String, answer: Answer) -> Result<TakenMail> {
        let keys = &self.parts().keys;
        let (linked, action, language) = {
            let mut tx = self.parts().store.read().await?;
            let linked = match self.read_delivery(&mut tx, delivery).await {
                Ok(linked) if linked.channel == Channel::Email => linked,
                Ok(_) | Err(DeskError::NotFound(_)) => return Ok(WhatMail::Foreign.into()),
                Err(error) => return Err(error),
            };
            let Some(action) = tx.find_action(keys, linked.action).await? else {
                return Ok(WhatMail::Foreign.into());
            };
            let since = self.now() - WINDOW;
            if tx.count_recent_tips(linked.participant, since).await? >= MOST {
                return Err(DeskError::TooMany { retry_after: WINDOW });
            }
            let stored = tx.find_participant(keys, linked.participant).await?;
            let language = stored.map(|stored| stored.participant.language);
            (linked, action, language.unwrap_or_default())
        };
        let Answer { text, files } = answer;
        let (films, mut files): (Vec<Bytes>, Vec<Bytes>) =
            files.into_iter().partition(|file| video::is_video(file));
        files.truncate(MAX_TIP_PHOTOS);
        files.extend(films.into_iter().take(1));
        let text = match (fitting(&text), files.is_empty(), language) {
            (text, _, _) if !text.is_empty() => text,
            (_, true, _) => return Ok(WhatMail::Empty.into()),
            (_, false, Language::Nl) => "(een mail met alleen beeld)".to_owned(),
            (_, false, Language::En) => "(a mail with pictures only)".to_owned(),
        };
        let content = TipContent {
            text,
            ..TipContent::default()
        };
        let origin = Origin {
            source: TipSource::EmailReply,
            participant: Some(linked.participant),
            received_by: None,
            once: Some(once),
            note: None,
        };
        let content = checked(content, &files)?;
        let submitted = self.take_tip(action, origin, content, files).await?;
        Ok(WhatMail::Tip(submitted.tip).into())
    }
}

/// The text without what a tip may not hold, cut to the length of one.
fn fitting(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|c| if c.is_control() && c != '\n' { ' ' } else { c })
        .collect();
    let plain = plain.trim();
    if plain.chars().count() <= MAX_TIP_CHARS {
        return plain.to_owned();
    }
    plain
        .chars()
        .take(MAX_TIP_CHARS - CUT.len())
        .chain(CUT.chars())
        .collect()
}

#[cfg(test)]
mod tests;
