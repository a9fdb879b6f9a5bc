//! A tip: what a participant reports, and what became of it.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::actor::Actor;
use super::clock::Timestamp;
use super::id::{AccountId, ActionId, ParticipantNumber, TipId};
use super::point::Point;
use super::problem::{FieldProblem, ProblemCode, Problems};

pub mod journey;
pub mod likeness;
mod state;
mod words;

pub use state::{FollowedState, TipMark, TipMarkError, TipPhase, TipState};

/// The most characters of a tip.
pub const MAX_TIP_CHARS: usize = 2_000;
/// The most characters of a name.
pub const MAX_NAME_CHARS: usize = 100;
/// The most characters of a note on a tip.
pub const MAX_NOTE_CHARS: usize = 1_000;
/// The most characters of a unit's name.
pub const MAX_UNIT_CHARS: usize = 60;
/// The most photos of a tip.
pub const MAX_TIP_PHOTOS: usize = 5;

/// How a tip came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TipSource {
    /// By the link in the app's message.
    App,
    /// By the link in a text message.
    Sms,
    /// By the link in an e-mail.
    Email,
    /// By an answer to an e-mail.
    EmailReply,
    /// From the app itself, or signed in.
    Device,
    /// By telephone, written down by the control room.
    Telephone,
    /// By a text message in answer to ours.
    SmsReply,
    /// By a key that was pressed when we called.
    Call,
}

impl TipSource {
    /// All sources.
    pub const ALL: [Self; 8] = [
        Self::App,
        Self::Sms,
        Self::Email,
        Self::EmailReply,
        Self::Device,
        Self::Telephone,
        Self::SmsReply,
        Self::Call,
    ];

    /// The name in API and database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Sms => "sms",
            Self::Email => "email",
            Self::EmailReply => "email_reply",
            Self::Device => "device",
            Self::Telephone => "telephone",
            Self::SmsReply => "sms_reply",
            Self::Call => "call",
        }
    }

    /// The source of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.name() == name)
    }
}

/// What a tip says. Personal: sealed when stored, and `Debug` shows none of it.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct TipContent {
    /// What was seen, at most [`MAX_TIP_CHARS`] characters.
    pub text: String,
    /// Where: `[longitude, latitude]`.
    #[schema(value_type = Option<[f64; 2]>)]
    pub location: Option<Point>,
    /// A telephone number to call back.
    pub phone: Option<String>,
    /// The name of whoever reports.
    pub name: Option<String>,
    /// Whether nobody is to know who reports: then it is not stored either.
    pub anonymous: bool,
}

impl fmt::Debug for TipContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TipContent(..)")
    }
}

impl TipContent {
    /// The content with empty parts left out, or everything that is wrong with it.
    pub fn check(self) -> Result<Self, Vec<FieldProblem>> {
        let filled = |part: Option<String>| {
            part.map(|part| part.trim().to_owned())
                .filter(|part| !part.is_empty())
        };
        let tip = Self {
            text: self.text.trim().replace("\r\n", "\n"),
            location: self.location,
            phone: filled(self.phone),
            name: filled(self.name),
            anonymous: self.anonymous,
        };
        let mut problems = Problems::default();
        problems.add_if(tip.text.is_empty(), "text", ProblemCode::TextMissing);
        problems.check_text("text", &tip.text, MAX_TIP_CHARS, true);
        if let Some(name) = &tip.name {
            problems.check_text("name", name, MAX_NAME_CHARS, false);
        }
        let number = tip.phone.as_deref().is_none_or(is_phone);
        problems.add_if(!number, "phone", ProblemCode::PhoneForm);
        let named = tip.anonymous && (tip.name.is_some() || tip.phone.is_some());
        problems.add_if(named, "anonymous", ProblemCode::AnonymousWithContact);
        problems.or(tip)
    }
}

/// Whether a text can be dialled: also fixed and foreign numbers, as people write them.
fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let rest = text.strip_prefix('+').unwrap_or(text);
    (3..=15).contains(&digits)
        && text.len() <= 25
        && rest.chars().all(|c| c.is_ascii_digit() || " -()".contains(c))
}

/// A tip as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Tip {
    /// Its id.
    pub id: TipId,
    /// The action that it is about.
    pub action: ActionId,
    /// Who reports; none for an anonymous tip and one by telephone.
    pub participant: Option<ParticipantNumber>,
    /// How it came in.
    pub source: TipSource,
    /// What it says.
    pub content: TipContent,
    /// What became of it.
    pub state: TipState,
    /// Who wrote it down.
    pub received_by: Option<AccountId>,
    /// When it came in.
    pub received_at: Timestamp,
    /// Whether the action had ended before.
    pub late: bool,
    /// When it was first passed on.
    pub passed_on_at: Option<Timestamp>,
    /// When it was last changed.
    pub changed_at: Timestamp,
    /// Counts the writes.
    pub version: u32,
}

/// What somebody did with a tip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TipVerb {
    /// It came in.
    Received,
    /// It was read.
    Seen,
    /// It was found relevant.
    Relevant,
    /// It was found not relevant.
    NotRelevant,
    /// It was found to repeat another.
    DuplicateOf,
    /// It was passed on to a unit.
    PassedOn,
    /// Somebody wrote a note on it.
    Noted,
}

impl TipVerb {
    /// All verbs.
    pub const ALL: [Self; 7] = [
        Self::Received,
        Self::Seen,
        Self::Relevant,
        Self::NotRelevant,
        Self::DuplicateOf,
        Self::PassedOn,
        Self::Noted,
    ];

    /// The name in API and database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Seen => "seen",
            Self::Relevant => "relevant",
            Self::NotRelevant => "not_relevant",
            Self::DuplicateOf => "duplicate_of",
            Self::PassedOn => "passed_on",
            Self::Noted => "noted",
        }
    }

    /// The verb of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verb| verb.name() == name)
    }
}

/// An entry of a tip's history: who did what, when.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct TipDeed {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// What.
    pub verb: TipVerb,
    /// The note, the unit, or the id of the tip that it repeats. `Debug` does not show it.
    pub detail: Option<String>,
}

impl fmt::Debug for TipDeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "TipDeed({} by {} at {})",
            self.verb.name(),
            self.actor,
            self.at
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(tip: TipContent) -> Vec<&'static str> {
        let problems = tip.check().unwrap_err();
        problems.iter().map(|problem| problem.code.name()).collect()
    }

    #[test]
    fn a_tip_needs_a_text_and_nothing_else() {
        let tip = TipContent {
            text: "  Een man met rode jas\r\nbij de brug ".to_owned(),
            name: Some(" ".to_owned()),
            ..TipContent::default()
        };
        let checked = tip.check().unwrap();
        assert_eq!(checked.text, "Een man met rode jas\nbij de brug");
        assert_eq!(checked.name, None);
        assert_eq!(codes(TipContent::default()), ["text_missing"]);
    }

    #[test]
    fn an_anonymous_tip_carries_no_name_and_no_number() {
        let tip = TipContent {
            text: "x".repeat(MAX_TIP_CHARS + 1),
            phone: Some("bel mij".to_owned()),
            anonymous: true,
            ..TipContent::default()
        };
        assert_eq!(
            codes(tip),
            ["text_too_long", "phone_form", "anonymous_with_contact"]
        );
    }

    #[test]
    fn numbers_as_people_write_them_are_taken() {
        for number in ["06 12345678", "030-123 45 67", "+49 (30) 1234567", "144"] {
            assert!(is_phone(number), "{number}");
        }
        for number in ["06+12345678", "12", "0612345678901234", "bel"] {
            assert!(!is_phone(number), "{number}");
        }
    }
}
