//! An action: one call-out, from request to outcome.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::clock::Timestamp;
use super::dutch_time::dutch_year;
use super::id::{ActionId, RegionId};

pub mod approval;
mod compose;
mod content;
mod correction;
mod description;
mod exercise;
mod kind;
pub mod score;
mod standing;
mod state;
mod texts;

pub use compose::{Composed, EMERGENCY_NUMBER, POLICE_NUMBER, compose};
pub use content::{Content, DraftInput, Ready};
pub use description::{
    Age, Build, Colour, Description, Garment, GarmentKind, Hair, HairLength, LastSeen, Person, Sex, Vehicle,
    VehicleKind, Words,
};
pub use exercise::exercise_mark;
pub use kind::{ActionKind, DescriptionPart, KindDefaults, ProposedArea, SHORTEST_RUN, UnknownKind};
pub use standing::{StandingPurpose, check_wording, description_mark, title_mark, word};
pub use state::{ActionState, Deed, Phase, Run, Transition, TransitionError, Tried};
pub use texts::{MAX_BODY_CHARS, MAX_TITLE_CHARS, Text, Texts};

/// The most photos of an action.
pub const MAX_PHOTOS: usize = 5;

/// An action as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// Its id.
    pub id: ActionId,
    /// Its number, for people.
    pub number: ActionNumber,
    /// The region that it belongs to.
    pub region: RegionId,
    /// Whether it is an exercise, for ever: nobody real hears of it.
    pub training: bool,
    /// What it says, to whom.
    pub content: Content,
    /// How far it is.
    pub state: ActionState,
    /// Who made the draft, and when.
    pub created: Deed,
    /// Who changed the content last, and when.
    pub changed: Deed,
    /// Whether it goes out only after a second person approved it, because somebody prepared it who may not
    /// send it.
    pub needs_approval: bool,
    /// Why it was returned or refused.
    pub verdict: Option<String>,
    /// Counts the writes: whoever changes an action names the version that they saw.
    pub version: u32,
}

impl Action {
    /// Who made it: none of them approves it.
    pub const fn makers(&self) -> approval::Makers {
        approval::Makers {
            author: self.created.by,
            editor: self.changed.by,
        }
    }
}

/// A number for people: `2026-00123`, counted per Dutch calendar year.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActionNumber {
    year: u16,
    ordinal: u32,
}

impl ActionNumber {
    /// The action that was this year's `ordinal`th.
    pub const fn new(year: u16, ordinal: u32) -> Self {
        Self { year, ordinal }
    }

    /// The year in which an action made at this moment is counted.
    pub fn year_of(moment: Timestamp) -> u16 {
        u16::try_from(dutch_year(moment)).unwrap_or_default()
    }
}

impl fmt::Display for ActionNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:05}", self.year, self.ordinal)
    }
}

impl fmt::Debug for ActionNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is no action's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write an action's number as 2026-00123")]
pub struct ActionNumberError;

impl FromStr for ActionNumber {
    type Err = ActionNumberError;

    fn from_str(text: &str) -> Result<Self, ActionNumberError> {
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        match text.split_once('-') {
            Some((year, ordinal)) if year.len() == 4 && digits(year) && digits(ordinal) => Ok(Self {
                year: year.parse().map_err(|_| ActionNumberError)?,
                ordinal: ordinal.parse().map_err(|_| ActionNumberError)?,
            }),
            _ => Err(ActionNumberError),
        }
    }
}

impl Serialize for ActionNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ActionNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_number_reads_back_what_it_writes(year in 1970_u16..3000, ordinal in 0_u32..2_000_000) {
            let number = ActionNumber::new(year, ordinal);
            prop_assert_eq!(number.to_string().parse(), Ok(number));
        }
    }

    #[test]
    fn anything_else_is_no_number() {
        for text in [
            "",
            "2026",
            "26-00001",
            "2026-",
            "2026-+1",
            "2026-99999999999",
            "-00001",
        ] {
            assert_eq!(text.parse::<ActionNumber>(), Err(ActionNumberError), "{text}");
        }
    }
}
