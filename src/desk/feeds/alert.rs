//! A public action as a message of the Common Alerting Protocol.

use std::time::Duration;

use super::Bulletin;
use crate::cap::alert::{Alert, Audience, Info, MessageType, Reference, Response, Status, Urgency};
use crate::cap::words::{EVENT_LIST, of_kind};
use crate::domain::language::Language;

/// How long the end of an action is worth reading.
const END_LIVES: Duration = Duration::from_hours(24);

/// Who publishes.
#[derive(Clone, Copy, Debug)]
pub struct Publisher<'a> {
    /// Unique in the world: an address, for instance.
    pub sender: &'a str,
    /// What people call it.
    pub name: &'a str,
    /// Where people read more of this action.
    pub web: &'a str,
}

impl Bulletin {
    /// The identifier of its message.
    pub fn identifier(&self) -> String {
        self.identifier_of(self.latest.ordinal)
    }

    fn identifier_of(&self, ordinal: u32) -> String {
        format!("{}.{ordinal}", self.number)
    }

    /// The message that counts.
    pub fn alert(&self, publisher: Publisher<'_>) -> Alert {
        let latest = &self.latest;
        let references = latest.references.iter().map(|(ordinal, at)| Reference {
            sender: publisher.sender.to_owned(),
            identifier: self.identifier_of(*ordinal),
            sent: *at,
        });
        Alert {
            identifier: self.identifier(),
            sender: publisher.sender.to_owned(),
            sent: latest.at,
            status: if self.training {
                Status::Exercise
            } else {
                Status::Actual
            },
            message_type: latest.kind,
            audience: Audience::Public,
            note: latest.is_stop.then(|| latest.texts.en.body.clone()),
            references: references.collect(),
            infos: Language::ALL
                .into_iter()
                .map(|language| self.info(publisher, language))
                .collect(),
        }
    }

    fn info(&self, publisher: Publisher<'_>, language: Language) -> Info {
        let (words, latest) = (of_kind(self.kind), &self.latest);
        let text = latest.texts.in_language(language);
        let is_end = latest.kind == MessageType::Cancel;
        let expires = if is_end {
            latest.at + END_LIVES
        } else {
            self.expires_at
        };
        Info {
            language: match language {
                Language::Nl => "nl-NL".to_owned(),
                Language::En => "en-GB".to_owned(),
            },
            categories: vec![words.category],
            event: words.event.in_language(language).to_owned(),
            responses: vec![if is_end { Response::None } else { words.response }],
            urgency: if is_end { Urgency::Past } else { words.urgency },
            severity: words.severity,
            certainty: words.certainty,
            event_codes: vec![(EVENT_LIST.to_owned(), self.kind.name().to_owned())],
            effective: Some(latest.at),
            onset: None,
            expires: Some(expires),
            sender_name: Some(publisher.name.to_owned()),
            headline: Some(text.title.clone()),
            description: Some(text.body.clone()),
            instruction: None,
            web: (!is_end).then(|| publisher.web.to_owned()),
            contact: None,
            areas: vec![self.outline.alert_area(&self.place)],
        }
    }
}
