//! Approval by a second person, who answers for exactly what they saw.
//!
//! What is submitted is bound to a [`Basis`]: a fingerprint over all that recipients get, and how many they are.
//! An approval holds for that basis alone: other texts, another area or another audience void it. Whoever made
//! the draft, submitted it or changed it last does not approve it.
//!
//! ```text
//! submit ──▶ submitted ──approve──▶ approved ──(used)──▶ goes out
//!   ▲           │  │                  │  │
//!   └─returned ◀┘  └────▶ refused ◀───┘  │
//!         ▲──────────────────────────────┘
//! ```

use super::Phase;
use super::state::{Deed, TransitionError, Tried};
use crate::domain::id::AccountId;
use crate::domain::said::Said;

mod fingerprint;
mod proposal;

pub use fingerprint::{Fingerprint, FingerprintWriter};
pub use proposal::{Matter, Proposal};

/// What an approval holds for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Basis {
    /// Of all that is sent, and where.
    pub fingerprint: Fingerprint,
    /// How many participants it is for, counted when it was approved.
    pub audience: u64,
}

/// How far an audience may have grown or shrunk since it was approved: participants move, come and leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tolerance {
    /// By so many percent of what was approved,
    pub percent: u8,
    /// or by so many participants, whichever is more.
    pub people: u64,
}

impl Tolerance {
    /// Whether an approval of one audience holds for another.
    pub fn covers(self, approved: u64, counted: u64) -> bool {
        let percent = u64::from(self.percent);
        let share = (approved / 100).saturating_mul(percent) + approved % 100 * percent / 100;
        approved.abs_diff(counted) <= share.max(self.people)
    }
}

/// Why a second person has to approve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NeedsApproval {
    /// Somebody prepared it who may not send such an action.
    Preparer,
    /// It calls on more than so many participants.
    People(u64),
    /// Its area is larger than so many square kilometres.
    SquareKilometres(u32),
}

impl NeedsApproval {
    /// The reason and what to do.
    pub fn said(self) -> Said {
        match self {
            Self::Preparer => Said::fixed(
                "iemand heeft dit voorbereid die het niet zelf mag versturen: dien het in, zodat een ander het goedkeurt",
                "somebody prepared this who may not send it: submit it, so that another approves it",
            ),
            Self::People(limit) => Said::new(
                format!(
                    "dit gaat naar meer dan {limit} deelnemers: dien het in, zodat een ander het goedkeurt"
                ),
                format!(
                    "this goes to more than {limit} participants: submit it, so that another approves it"
                ),
            ),
            Self::SquareKilometres(limit) => Said::new(
                format!("dit gebied is groter dan {limit} km²: dien het in, zodat een ander het goedkeurt"),
                format!("this area is larger than {limit} km²: submit it, so that another approves it"),
            ),
        }
    }
}

/// A wave that is about to be sent, as an approval has to cover it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Check {
    /// What is sent, counted now.
    pub basis: Basis,
    /// Why it needs an approval; none where it goes without.
    pub needs: Option<NeedsApproval>,
    /// How much the audience may have changed since.
    pub tolerance: Tolerance,
}

/// An approval that was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Approval {
    /// Who asked for it, and when.
    pub submitted: Deed,
    /// Who gave it, and when.
    pub approved: Deed,
    /// What it holds for.
    pub basis: Basis,
}

/// How far a submission is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Review {
    /// Waits for a second person.
    Submitted {
        /// By whom, and when.
        submitted: Deed,
        /// What was submitted.
        basis: Basis,
    },
    /// Given back to be made better, with a reason.
    Returned {
        /// By whom it was submitted, and when.
        submitted: Deed,
        /// By whom it was given back, and when.
        returned: Deed,
    },
    /// Will not be sent, with a reason.
    Refused {
        /// By whom it was submitted, and when.
        submitted: Deed,
        /// By whom it was refused, and when.
        refused: Deed,
    },
    /// May be sent, exactly so.
    Approved(Approval),
}

/// Who made what is to be approved: none of them approves it. Whoever submitted it is known to the review.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Makers {
    /// Who made the draft.
    pub author: AccountId,
    /// Who changed it last.
    pub editor: AccountId,
}

type Reviewed = Result<Review, TransitionError>;

impl Review {
    /// The state's name, in the API and for people.
    pub const fn phase(&self) -> Phase {
        match self {
            Self::Submitted { .. } => Phase::Submitted,
            Self::Returned { .. } => Phase::Returned,
            Self::Refused { .. } => Phase::Refused,
            Self::Approved(_) => Phase::Approved,
        }
    }

    /// Who submitted it, and when.
    pub const fn submitted(&self) -> Deed {
        match self {
            Self::Submitted { submitted, .. }
            | Self::Returned { submitted, .. }
            | Self::Refused { submitted, .. } => *submitted,
            Self::Approved(approval) => approval.submitted,
        }
    }

    /// Who judged it, and when.
    pub const fn judged(&self) -> Option<Deed> {
        match self {
            Self::Submitted { .. } => None,
            Self::Returned { returned: deed, .. }
            | Self::Refused { refused: deed, .. }
            | Self::Approved(Approval { approved: deed, .. }) => Some(*deed),
        }
    }

    /// What was submitted or approved.
    pub const fn basis(&self) -> Option<Basis> {
        match self {
            Self::Submitted { basis, .. } | Self::Approved(Approval { basis, .. }) => Some(*basis),
            Self::Returned { .. } | Self::Refused { .. } => None,
        }
    }

    const fn wrong(&self, verb: Tried) -> Reviewed {
        Err(TransitionError::WrongPhase {
            phase: self.phase(),
            verb,
        })
    }

    /// Submitted to approved, by somebody who had no hand in it, for what they saw: what was submitted is
    /// what is there now, and as many as they were told are called on.
    pub fn approve(self, approved: Deed, makers: Makers, seen: u64, check: &Check) -> Reviewed {
        let Self::Submitted { submitted, basis } = self else {
            return self.wrong(Tried::Approved);
        };
        if [makers.author, makers.editor, submitted.by].contains(&approved.by) {
            return Err(TransitionError::OwnWork);
        }
        for expected in [basis.audience, seen] {
            still(
                Basis {
                    audience: expected,
                    ..basis
                },
                check,
            )?;
        }
        Ok(Self::Approved(Approval {
            submitted,
            approved,
            basis: check.basis,
        }))
    }

    /// Submitted or approved to returned: it is to be made better.
    pub fn send_back(self, returned: Deed) -> Reviewed {
        match self {
            Self::Submitted { submitted, .. } | Self::Approved(Approval { submitted, .. }) => {
                Ok(Self::Returned { submitted, returned })
            }
            other => other.wrong(Tried::Returned),
        }
    }

    /// Submitted or approved to refused: it is never sent.
    pub fn refuse(self, refused: Deed) -> Reviewed {
        match self {
            Self::Submitted { submitted, .. } | Self::Approved(Approval { submitted, .. }) => {
                Ok(Self::Refused { submitted, refused })
            }
            other => other.wrong(Tried::Refused),
        }
    }
}

impl Check {
    /// The approval under which it goes out; none where it needs none. An error where it needs one and has
    /// none, or has one for something else.
    pub fn admit(&self, review: Option<&Review>) -> Result<Option<Approval>, TransitionError> {
        match (review, self.needs) {
            (Some(Review::Approved(approval)), _) => {
                still(approval.basis, self)?;
                Ok(Some(*approval))
            }
            (_, Some(why)) => Err(TransitionError::NeedsApproval(why)),
            (_, None) => Ok(None),
        }
    }
}

/// Refuses what is no longer what was submitted or approved.
fn still(expected: Basis, check: &Check) -> Result<(), TransitionError> {
    if expected.fingerprint != check.basis.fingerprint {
        return Err(TransitionError::NotWhatWasApproved);
    }
    let (approved, counted) = (expected.audience, check.basis.audience);
    if check.tolerance.covers(approved, counted) {
        Ok(())
    } else {
        Err(TransitionError::AudienceChanged { approved, counted })
    }
}

#[cfg(test)]
mod tests;
