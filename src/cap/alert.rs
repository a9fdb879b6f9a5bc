//! A message and its parts, as section 3.2 of the standard names them.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::clock::Timestamp;
use crate::domain::point::Point;

macro_rules! vocabulary {
    ($($(#[$doc:meta])* $name:ident { $($(#[$word_doc:meta])* $word:ident)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
        pub enum $name {
            $($(#[$word_doc])* $word,)*
        }

        impl $name {
            /// All.
            pub const ALL: &'static [Self] = &[$(Self::$word),*];

            /// The word of the standard.
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$word => stringify!($word),)*
                }
            }

            /// The value of this word.
            pub fn parse(word: &str) -> Option<Self> {
                match word {
                    $(stringify!($word) => Some(Self::$word),)*
                    _ => None,
                }
            }
        }
    )*};
}

vocabulary! {
    /// How a message is meant. Only what is actual alerts anybody.
    Status {
        /// To be acted on by all.
        Actual
        /// To be acted on by those in an exercise.
        Exercise
        /// For the alerting systems themselves.
        System
        /// For tests; to be disregarded.
        Test
        /// A template, not to be acted on.
        Draft
    }
    /// What a message does to earlier ones.
    MessageType {
        /// The first of its matter.
        Alert
        /// Takes the place of those that it refers to.
        Update
        /// Ends those that it refers to.
        Cancel
        /// Says that those were received.
        Ack
        /// Says that those were not accepted.
        Error
    }
    /// For whom a message is.
    Audience {
        /// For everyone.
        Public
        /// For those whom a rule names.
        Restricted
        /// For the named alone.
        Private
    }
    /// What an event has to do with.
    Category {
        /// Earth and water.
        Geo
        /// Weather.
        Met
        /// Public safety in general.
        Safety
        /// Police, military and private security.
        Security
        /// Rescue and recovery.
        Rescue
        /// Fire.
        Fire
        /// Health.
        Health
        /// Environment.
        Env
        /// Transport.
        Transport
        /// Utilities and infrastructure.
        Infra
        /// Chemical, biological, radiological, nuclear and explosive.
        CBRNE
        /// Anything else.
        Other
    }
    /// What people are asked to do.
    Response {
        /// Take shelter.
        Shelter
        /// Leave.
        Evacuate
        /// Make preparations.
        Prepare
        /// Do what was agreed before.
        Execute
        /// Keep away.
        Avoid
        /// Keep looking and listening.
        Monitor
        /// Judge for oneself.
        Assess
        /// It is over.
        AllClear
        /// Nothing.
        None
    }
    /// How soon to act.
    Urgency {
        /// At once.
        Immediate
        /// Within the hour.
        Expected
        /// Later.
        Future
        /// No more.
        Past
        /// Nobody knows.
        Unknown
    }
    /// How bad it is.
    Severity {
        /// An extraordinary threat.
        Extreme
        /// A significant threat.
        Severe
        /// A possible threat.
        Moderate
        /// Hardly any.
        Minor
        /// Nobody knows.
        Unknown
    }
    /// How sure it is.
    Certainty {
        /// Seen to happen.
        Observed
        /// More likely than not.
        Likely
        /// Less likely than not.
        Possible
        /// Hardly expected.
        Unlikely
        /// Nobody knows.
        Unknown
    }
}

/// A message (section 3.2.1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// Unique of its sender; neither spaces nor commas, `<` or `&`.
    pub identifier: String,
    /// Who sends it, unique in the world; the same characters.
    pub sender: String,
    /// When, to the second.
    pub sent: Timestamp,
    /// How it is meant.
    pub status: Status,
    /// What it does to earlier ones.
    pub message_type: MessageType,
    /// For whom.
    pub audience: Audience,
    /// Why it does so, for people.
    pub note: Option<String>,
    /// Which earlier ones.
    pub references: Vec<Reference>,
    /// What is the matter, once in each language.
    pub infos: Vec<Info>,
}

/// An earlier message (section 3.2.1, `references`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Reference {
    /// Who sent it.
    pub sender: String,
    /// Its identifier.
    pub identifier: String,
    /// When it was sent, to the second.
    pub sent: Timestamp,
}

/// What is the matter, in one language (section 3.2.2).
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Info {
    /// The language (RFC 3066).
    pub language: String,
    /// What it has to do with; at least one.
    pub categories: Vec<Category>,
    /// What it is, in a few words.
    pub event: String,
    /// What people are asked to do.
    pub responses: Vec<Response>,
    /// How soon to act.
    pub urgency: Urgency,
    /// How bad it is.
    pub severity: Severity,
    /// How sure it is.
    pub certainty: Certainty,
    /// What it is in lists of events, name of the list first.
    pub event_codes: Vec<(String, String)>,
    /// From when on it counts; from its sending without.
    pub effective: Option<Timestamp>,
    /// When it is expected to begin.
    pub onset: Option<Timestamp>,
    /// Until when it counts.
    pub expires: Option<Timestamp>,
    /// What people call the sender.
    pub sender_name: Option<String>,
    /// The headline.
    pub headline: Option<String>,
    /// The text.
    pub description: Option<String>,
    /// What to do.
    pub instruction: Option<String>,
    /// Where more is to be read.
    pub web: Option<String>,
    /// Whom to ask.
    pub contact: Option<String>,
    /// Where it is.
    pub areas: Vec<AlertArea>,
}

/// Where it is (section 3.2.4): everything in any of its forms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlertArea {
    /// In words.
    pub description: String,
    /// Rings, the first point repeated at the end.
    pub polygons: Vec<Vec<Point>>,
    /// Circles.
    pub circles: Vec<AlertCircle>,
    /// Codes of regions, name of the list first.
    pub geocodes: Vec<(String, String)>,
}

/// A circle (section 3.2.4).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlertCircle {
    /// Its middle.
    pub centre: Point,
    /// Its radius, in kilometres.
    pub radius_km: f64,
}

impl Alert {
    /// How later messages refer to it.
    pub fn reference(&self) -> Reference {
        Reference {
            sender: self.sender.clone(),
            identifier: self.identifier.clone(),
            sent: self.sent,
        }
    }
}

impl AlertArea {
    /// Whether it says where it is otherwise than in words.
    pub const fn is_placed(&self) -> bool {
        !(self.polygons.is_empty() && self.circles.is_empty() && self.geocodes.is_empty())
    }
}

impl fmt::Debug for Info {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The texts may name people.
        write!(f, "Info({})", self.language)
    }
}

/// Whether a text can be an identifier or a sender: at least one character, none that references are parted by, and
/// no spaces.
pub fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| !c.is_whitespace() && !c.is_control() && !matches!(c, ',' | '<' | '&'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_reads_back() {
        assert!(
            Status::ALL
                .iter()
                .all(|one| Status::parse(one.word()) == Some(*one))
        );
        assert!(
            Category::ALL
                .iter()
                .all(|one| Category::parse(one.word()) == Some(*one))
        );
        assert_eq!(
            Status::parse("actual"),
            None,
            "the standard's words have capitals"
        );
    }

    #[test]
    fn what_parts_references_is_in_no_name() {
        assert!(is_name("2026-00123.1") && is_name("oproep@politie.example"));
        for wrong in ["", "a b", "a,b", "a&b", "<a", "a\nb", "a\u{a0}b"] {
            assert!(!is_name(wrong), "{wrong:?}");
        }
    }
}
