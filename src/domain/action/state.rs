//! The states of an action and what leads from one to the other.
//!
//! ```text
//! draft ──submit──▶ submitted ──approve──▶ approved
//!   │ ▲               │  │                   │
//!   │ └──revise───────┴──┼───────────────────┤        refused
//!   │                    ├─▶ returned ◀──────┤           ▲
//!   │                    └───────────────────┴───────────┘
//!   └──start────────────▶ active ◀──start────┘
//!
//! active ◀──resume── paused
//!  │ │ ▲ └──pause──────▲ │
//!  │ │ └─────stop────────┘
//!  │ └────expire──▶ expired ──close──▶ closed
//!  └──withdraw──▶ withdrawn
//! ```
//!
//! Refused, closed and withdrawn are final. A draft that needs a second person goes out only when one approved
//! exactly this ([`super::approval`]); whoever changes it voids that. What was started and of which nothing left
//! yet is taken back and is a draft again. An expired action sends nothing more and can only be closed, so that
//! those who were called on hear how it ended. Stopping halts the waves for good; the action stays active, since
//! people were told and will call. Whatever was started can be stopped, as often as it takes: an update may
//! follow a stop, and an ended action still tells how it ended.

use super::super::clock::Timestamp;
use super::super::id::AccountId;
use super::super::outcome::{Outcome, OutcomeKind};
use super::approval::{Approval, Basis, Check, Makers, Review};

mod phase;
mod refusal;

pub use phase::Phase;
pub use refusal::{TransitionError, Tried};

/// Someone did it, then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deed {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: AccountId,
}

/// What is known of an action once it was started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// The start.
    pub started: Deed,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// The stop of its waves, if they were.
    pub stopped: Option<Deed>,
    /// The approval that it was started under, where it had one.
    pub approval: Option<Approval>,
}

/// How far an action is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionState {
    /// Being prepared; nobody was told.
    Draft,
    /// Submitted to a second person, or judged by one; nobody was told.
    InReview(Review),
    /// Going on.
    Active(Run),
    /// Sending is held; tips come in.
    Paused {
        /// The run that is held.
        run: Run,
        /// The pause.
        paused: Deed,
    },
    /// Ended with an outcome.
    Closed {
        /// The run that ended.
        run: Run,
        /// The end.
        closed: Deed,
        /// How it ended.
        outcome: Outcome,
    },
    /// Called back; a draft has no run.
    Withdrawn {
        /// The run that was called back.
        run: Option<Run>,
        /// The withdrawal.
        withdrawn: Deed,
    },
    /// Its time was over before anybody closed it.
    Expired {
        /// The run that ended.
        run: Run,
        /// When that was noticed.
        expired_at: Timestamp,
    },
}

/// A transition's answer.
pub type Transition = Result<ActionState, TransitionError>;

impl ActionState {
    /// The state without its data.
    pub const fn phase(&self) -> Phase {
        match self {
            Self::Draft => Phase::Draft,
            Self::InReview(review) => review.phase(),
            Self::Active(_) => Phase::Active,
            Self::Paused { .. } => Phase::Paused,
            Self::Closed { .. } => Phase::Closed,
            Self::Withdrawn { .. } => Phase::Withdrawn,
            Self::Expired { .. } => Phase::Expired,
        }
    }

    /// The run; none of an action that never started.
    pub const fn run(&self) -> Option<&Run> {
        match self {
            Self::Draft | Self::InReview(_) => None,
            Self::Active(run)
            | Self::Paused { run, .. }
            | Self::Closed { run, .. }
            | Self::Expired { run, .. } => Some(run),
            Self::Withdrawn { run, .. } => run.as_ref(),
        }
    }

    /// The review of a draft that was submitted.
    pub const fn review(&self) -> Option<&Review> {
        match self {
            Self::InReview(review) => Some(review),
            _ => None,
        }
    }

    /// When it ended.
    pub const fn ended_at(&self) -> Option<Timestamp> {
        match self {
            Self::InReview(Review::Refused { refused, .. }) => Some(refused.at),
            Self::Closed { closed, .. } => Some(closed.at),
            Self::Withdrawn { withdrawn, .. } => Some(withdrawn.at),
            Self::Expired { expired_at, .. } => Some(*expired_at),
            _ => None,
        }
    }

    /// How it ended, once somebody said so.
    pub const fn outcome_kind(&self) -> Option<OutcomeKind> {
        match self {
            Self::Closed { outcome, .. } => Some(outcome.kind()),
            Self::Withdrawn { .. } => Some(OutcomeKind::Withdrawn),
            _ => None,
        }
    }

    const fn wrong(self, verb: Tried) -> Transition {
        Err(TransitionError::WrongPhase {
            phase: self.phase(),
            verb,
        })
    }

    /// Draft to submitted: a second person is asked for. Once more after a return, or when an approval no
    /// longer fits.
    pub fn submit(self, submitted: Deed, basis: Basis) -> Transition {
        match self {
            Self::Draft | Self::InReview(Review::Returned { .. } | Review::Approved(_)) => {
                Ok(Self::InReview(Review::Submitted { submitted, basis }))
            }
            other => other.wrong(Tried::Submitted),
        }
    }

    fn review_by(
        self,
        verb: Tried,
        judge: impl FnOnce(Review) -> Result<Review, TransitionError>,
    ) -> Transition {
        match self {
            Self::InReview(review) => judge(review).map(Self::InReview),
            other => other.wrong(verb),
        }
    }

    /// Submitted to approved: see [`Review::approve`].
    pub fn approve(self, approved: Deed, makers: Makers, seen: u64, check: &Check) -> Transition {
        self.review_by(Tried::Approved, |review| {
            review.approve(approved, makers, seen, check)
        })
    }

    /// Submitted or approved to returned.
    pub fn send_back(self, returned: Deed) -> Transition {
        self.review_by(Tried::Returned, |review| review.send_back(returned))
    }

    /// Submitted or approved to refused.
    pub fn refuse(self, refused: Deed) -> Transition {
        self.review_by(Tried::Refused, |review| review.refuse(refused))
    }

    /// What it is after a change of its content: whatever was submitted or approved no longer is.
    pub fn revise(self) -> Transition {
        match self {
            Self::Draft | Self::InReview(Review::Submitted { .. } | Review::Approved(_)) => Ok(Self::Draft),
            // The reason stays in sight while it is made better.
            Self::InReview(Review::Returned { .. }) => Ok(self),
            other => other.wrong(Tried::Changed),
        }
    }

    /// Draft or approved to active, as far as the check lets it go.
    pub fn start(self, started: Deed, expires_at: Timestamp, check: &Check) -> Transition {
        match self {
            Self::Draft | Self::InReview(Review::Approved(_)) => {
                let approval = check.admit(self.review())?;
                if expires_at <= started.at {
                    return Err(TransitionError::OverAtOnce);
                }
                Ok(Self::Active(Run {
                    started,
                    expires_at,
                    stopped: None,
                    approval,
                }))
            }
            other => other.wrong(Tried::Started),
        }
    }

    /// Active or paused to draft: nothing of it has left, and nothing will. An approval ends with it.
    pub fn take_back(self) -> Transition {
        match self {
            Self::Active(run) | Self::Paused { run, .. } if run.stopped.is_some() => {
                Err(TransitionError::Stopped {
                    verb: Tried::TakenBack,
                })
            }
            Self::Active(_) | Self::Paused { .. } => Ok(Self::Draft),
            other => other.wrong(Tried::TakenBack),
        }
    }

    /// Active to paused: waves are held.
    pub fn pause(self, paused: Deed) -> Transition {
        match self {
            Self::Active(run) => Ok(Self::Paused { run, paused }),
            other => other.wrong(Tried::Paused),
        }
    }

    /// Paused to active: waves go on.
    pub fn resume(self) -> Transition {
        match self {
            Self::Paused { run, .. } => Ok(Self::Active(run)),
            other => other.wrong(Tried::Resumed),
        }
    }

    /// Halts the waves for good. A running action stays active, an ended one ended; of several stops the first
    /// is kept.
    pub fn stop(self, deed: Deed) -> Transition {
        let stopped = |run: Run| Run {
            stopped: run.stopped.or(Some(deed)),
            ..run
        };
        match self {
            Self::Active(run) | Self::Paused { run, .. } => Ok(Self::Active(stopped(run))),
            Self::Closed { run, closed, outcome } => Ok(Self::Closed {
                run: stopped(run),
                closed,
                outcome,
            }),
            Self::Withdrawn {
                run: Some(run),
                withdrawn,
            } => Ok(Self::Withdrawn {
                run: Some(stopped(run)),
                withdrawn,
            }),
            Self::Expired { run, expired_at } => Ok(Self::Expired {
                run: stopped(run),
                expired_at,
            }),
            Self::Draft | Self::InReview(_) | Self::Withdrawn { run: None, .. } => self.wrong(Tried::Stopped),
        }
    }

    /// Ends it with an outcome.
    pub fn close(self, closed: Deed, outcome: Outcome) -> Transition {
        match self {
            Self::Active(run) | Self::Paused { run, .. } | Self::Expired { run, .. } => {
                Ok(Self::Closed { run, closed, outcome })
            }
            other => other.wrong(Tried::Closed),
        }
    }

    /// Calls it back.
    pub fn withdraw(self, withdrawn: Deed) -> Transition {
        match self {
            Self::Draft
            | Self::InReview(Review::Submitted { .. } | Review::Returned { .. } | Review::Approved(_)) => {
                Ok(Self::Withdrawn { run: None, withdrawn })
            }
            Self::Active(run) | Self::Paused { run, .. } => Ok(Self::Withdrawn {
                run: Some(run),
                withdrawn,
            }),
            other => other.wrong(Tried::Withdrawn),
        }
    }

    /// Ends it because its time is over.
    pub fn expire(self, now: Timestamp) -> Transition {
        match self {
            Self::Active(run) | Self::Paused { run, .. } if run.expires_at > now => {
                Err(TransitionError::NotOver)
            }
            Self::Active(run) | Self::Paused { run, .. } => Ok(Self::Expired { run, expired_at: now }),
            other => other.wrong(Tried::Expired),
        }
    }

    /// The run to which a larger area may be added: active and not stopped.
    pub const fn expandable(&self) -> Result<&Run, TransitionError> {
        match self {
            Self::Active(Run { stopped: Some(_), .. }) => Err(TransitionError::Stopped {
                verb: Tried::Expanded,
            }),
            Self::Active(run) => Ok(run),
            other => Err(TransitionError::WrongPhase {
                phase: other.phase(),
                verb: Tried::Expanded,
            }),
        }
    }

    /// The run of which those who were told may hear more: also while it is held or after a stop, to correct
    /// what was wrong.
    pub const fn correctable(&self) -> Result<&Run, TransitionError> {
        match self {
            Self::Active(run) | Self::Paused { run, .. } => Ok(run),
            other => Err(TransitionError::WrongPhase {
                phase: other.phase(),
                verb: Tried::Updated,
            }),
        }
    }

    /// Whether description, area and texts may still change.
    pub fn editable(&self) -> Result<(), TransitionError> {
        self.revise().map(drop)
    }
}

#[cfg(test)]
mod tests;
