//! What a second person is asked for while an action runs: a larger area, or other words.

use serde::{Deserialize, Serialize};

use super::Review;
use crate::domain::action::Texts;
use crate::domain::area::Area;
use crate::domain::id::{ActionId, ProposalId};
use crate::domain::wave::WaveKind;

/// What is proposed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Matter {
    /// Calling on those in another area.
    Expansion(Area),
    /// Telling those who were told something new.
    Update(Texts),
}

impl Matter {
    /// The wave that it would become.
    pub const fn wave(&self) -> WaveKind {
        match self {
            Self::Expansion(_) => WaveKind::Expansion,
            Self::Update(_) => WaveKind::Update,
        }
    }
}

/// A wave of a running action that a second person is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// Its id.
    pub id: ProposalId,
    /// The action.
    pub action: ActionId,
    /// What is proposed.
    pub matter: Matter,
    /// How far it is.
    pub review: Review,
    /// Why it was returned or refused.
    pub verdict: Option<String>,
}
