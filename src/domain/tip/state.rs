//! What became of a tip, and what may become of it next.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::id::TipId;
use super::super::language::Language;
use super::super::said::Said;
use super::TipVerb;

/// What became of a tip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TipState {
    /// Nobody read it.
    New,
    /// Somebody read it.
    Seen,
    /// It may help.
    Relevant,
    /// It does not help.
    NotRelevant,
    /// It repeats another tip of the same action.
    DuplicateOf(TipId),
    /// A unit acts on it.
    PassedOn {
        /// The unit, as it is called on the radio.
        unit: String,
    },
}

/// The state without its data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TipPhase {
    /// Nobody read it.
    New,
    /// Somebody read it.
    Seen,
    /// It may help.
    Relevant,
    /// It does not help.
    NotRelevant,
    /// It repeats another.
    DuplicateOf,
    /// A unit acts on it.
    PassedOn,
}

impl TipPhase {
    /// All phases.
    pub const ALL: [Self; 6] = [
        Self::New,
        Self::Seen,
        Self::Relevant,
        Self::NotRelevant,
        Self::DuplicateOf,
        Self::PassedOn,
    ];

    /// The name in API and database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Seen => "seen",
            Self::Relevant => "relevant",
            Self::NotRelevant => "not_relevant",
            Self::DuplicateOf => "duplicate_of",
            Self::PassedOn => "passed_on",
        }
    }

    /// The phase of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|phase| phase.name() == name)
    }
}

/// What somebody makes of a tip.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "mark", rename_all = "snake_case")]
pub enum TipMark {
    /// Read it.
    Seen,
    /// It may help.
    Relevant,
    /// It does not help.
    NotRelevant,
    /// It repeats another tip of the same action.
    DuplicateOf {
        /// That tip.
        tip: TipId,
    },
    /// Passed it on.
    PassedOn {
        /// To this unit.
        unit: String,
    },
}

impl TipMark {
    /// The verb for the history.
    pub const fn verb(&self) -> TipVerb {
        match self {
            Self::Seen => TipVerb::Seen,
            Self::Relevant => TipVerb::Relevant,
            Self::NotRelevant => TipVerb::NotRelevant,
            Self::DuplicateOf { .. } => TipVerb::DuplicateOf,
            Self::PassedOn { .. } => TipVerb::PassedOn,
        }
    }

    /// The detail for the history.
    pub fn detail(&self) -> Option<String> {
        match self {
            Self::DuplicateOf { tip } => Some(tip.to_string()),
            Self::PassedOn { unit } => Some(unit.clone()),
            _ => None,
        }
    }
}

/// Why a tip cannot be marked so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TipMarkError {
    /// It is so already, or was judged after it was read.
    #[error("the tip was judged already: load it again to see by whom")]
    Already,
    /// A unit acts on it, so it is not thrown away unread by them.
    #[error("a unit acts on this tip: tell the unit, then mark it not relevant")]
    WithUnit,
}

impl TipMarkError {
    /// What is the matter and what to do.
    pub fn said(self) -> Said {
        let nl = match self {
            Self::Already => "de tip is al beoordeeld: laad hem opnieuw om te zien door wie",
            Self::WithUnit => "een eenheid werkt aan deze tip: licht haar in en keur hem daarna af",
        };
        Said::new(nl, self.to_string())
    }
}

impl TipState {
    /// The state without its data.
    pub const fn phase(&self) -> TipPhase {
        match self {
            Self::New => TipPhase::New,
            Self::Seen => TipPhase::Seen,
            Self::Relevant => TipPhase::Relevant,
            Self::NotRelevant => TipPhase::NotRelevant,
            Self::DuplicateOf(_) => TipPhase::DuplicateOf,
            Self::PassedOn { .. } => TipPhase::PassedOn,
        }
    }

    /// What a mark makes of it. A judgement can be revised, it cannot be unread; a tip that a unit acts on
    /// goes to another unit or turns out not relevant, and nothing else.
    pub fn mark(self, mark: TipMark) -> Result<Self, TipMarkError> {
        match (self, mark) {
            (Self::New, TipMark::Seen) => Ok(Self::Seen),
            (_, TipMark::Seen)
            | (Self::Relevant, TipMark::Relevant)
            | (Self::NotRelevant, TipMark::NotRelevant) => Err(TipMarkError::Already),
            (Self::PassedOn { unit: was }, TipMark::PassedOn { unit }) if was == unit => {
                Err(TipMarkError::Already)
            }
            (Self::PassedOn { .. }, TipMark::Relevant | TipMark::DuplicateOf { .. }) => {
                Err(TipMarkError::WithUnit)
            }
            (_, TipMark::Relevant) => Ok(Self::Relevant),
            (_, TipMark::NotRelevant) => Ok(Self::NotRelevant),
            (_, TipMark::DuplicateOf { tip }) => Ok(Self::DuplicateOf(tip)),
            (_, TipMark::PassedOn { unit }) => Ok(Self::PassedOn { unit }),
        }
    }
}

/// What whoever sent a tip may know of it: that it was read, and whether it is acted on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FollowedState {
    /// It came in.
    Received,
    /// It was read. Also what was found not relevant, or double: a guess is no reason to feel foolish.
    Read,
    /// Someone acts on it.
    ActedOn,
    /// The action has ended.
    Ended,
}

impl FollowedState {
    /// What to tell of a tip.
    pub const fn of(phase: TipPhase, action_ended: bool) -> Self {
        match phase {
            _ if action_ended => Self::Ended,
            TipPhase::New => Self::Received,
            TipPhase::PassedOn => Self::ActedOn,
            _ => Self::Read,
        }
    }

    /// What that means.
    pub const fn meaning(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Received, Language::Nl) => "Uw tip is binnen. De meldkamer leest hem zo snel mogelijk.",
            (Self::Received, Language::En) => {
                "Your tip came in. The control room reads it as soon as possible."
            }
            (Self::Read, Language::Nl) => "De meldkamer heeft uw tip gelezen.",
            (Self::Read, Language::En) => "The control room has read your tip.",
            (Self::ActedOn, Language::Nl) => "De politie is met uw tip aan het werk.",
            (Self::ActedOn, Language::En) => "The police are working on your tip.",
            (Self::Ended, Language::Nl) => "De actie is afgelopen. Dank u wel voor uw tip.",
            (Self::Ended, Language::En) => "The action has ended. Thank you for your tip.",
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn marks() -> Vec<TipMark> {
        let tip = TipId::from_uuid(Uuid::from_u128(1));
        let to = |unit: &str| TipMark::PassedOn {
            unit: unit.to_owned(),
        };
        vec![
            TipMark::Seen,
            TipMark::Relevant,
            TipMark::NotRelevant,
            TipMark::DuplicateOf { tip },
            to("12.03"),
            to("12.04"),
        ]
    }

    proptest! {
        #[test]
        fn a_tip_is_never_unread_again_and_every_mark_changes_it(
            marks in prop::collection::vec(prop::sample::select(marks()), 0..20),
        ) {
            let mut state = TipState::New;
            for mark in marks {
                if let Ok(to) = state.clone().mark(mark.clone()) {
                    prop_assert_ne!(to.phase(), TipPhase::New);
                    prop_assert!(to.phase() != TipPhase::Seen || state == TipState::New);
                    prop_assert!(to != state || matches!(to, TipState::DuplicateOf(_)));
                    prop_assert_eq!(mark.verb().name(), to.phase().name());
                    state = to;
                }
            }
        }
    }

    #[test]
    fn who_sent_a_tip_is_not_told_that_it_was_no_use() {
        for phase in [TipPhase::NotRelevant, TipPhase::DuplicateOf, TipPhase::Seen] {
            assert_eq!(FollowedState::of(phase, false), FollowedState::Read);
        }
        assert_eq!(
            FollowedState::of(TipPhase::PassedOn, false),
            FollowedState::ActedOn
        );
        assert_eq!(FollowedState::of(TipPhase::New, true), FollowedState::Ended);
    }
}
