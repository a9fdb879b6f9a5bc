//! The states of an action and what leads from one to the other.
//!
//! ```text
//! draft ──start──▶ active ◀──resume── paused
//!   │               │ │ ▲ └──pause──────▲ │
//!   │               │ │ └─────stop────────┘
//!   │               │ └────expire──▶ expired ──close──▶ closed
//!   └──withdraw─────┴──withdraw──▶ withdrawn
//! ```
//!
//! Closed and withdrawn are final. An expired action sends nothing more and can only be closed, so that those
//! who were called on hear how it ended. Stopping halts the waves for good; the action stays active, since
//! people were told and will call. Whatever was started can be stopped, as often as it takes: an update may
//! follow a stop, and an ended action still tells how it ended. An approval by a second person would stand
//! between draft and active.

use std::fmt;

use super::super::clock::Timestamp;
use super::super::id::AccountId;
use super::super::language::Language;
use super::super::outcome::{Outcome, OutcomeKind};
use super::super::said::Said;

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
}

/// How far an action is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionState {
    /// Being prepared; nobody was told.
    Draft,
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

/// The state without its data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Being prepared.
    Draft,
    /// Going on.
    Active,
    /// Sending is held.
    Paused,
    /// Ended with an outcome.
    Closed,
    /// Called back.
    Withdrawn,
    /// Its time was over.
    Expired,
}

impl Phase {
    /// All phases.
    pub const ALL: [Self; 6] = [
        Self::Draft,
        Self::Active,
        Self::Paused,
        Self::Closed,
        Self::Withdrawn,
        Self::Expired,
    ];

    /// The name in API and database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Closed => "closed",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
        }
    }

    /// The phase of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|phase| phase.name() == name)
    }

    /// Whether nothing of it is sent any more.
    pub const fn is_ended(self) -> bool {
        matches!(self, Self::Closed | Self::Withdrawn | Self::Expired)
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What was tried with an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    /// Starting it.
    Started,
    /// Holding it.
    Paused,
    /// Letting it go on.
    Resumed,
    /// Stopping it.
    Stopped,
    /// Closing it.
    Closed,
    /// Calling it back.
    Withdrawn,
    /// Ending it when its time is over.
    Expired,
    /// Calling on more.
    Expanded,
    /// Telling more.
    Updated,
    /// Changing its draft.
    Changed,
}

impl Tried {
    /// The participle.
    const fn word(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Started, Language::Nl) => "gestart",
            (Self::Started, Language::En) => "started",
            (Self::Paused, Language::Nl) => "gepauzeerd",
            (Self::Paused, Language::En) => "paused",
            (Self::Resumed, Language::Nl) => "hervat",
            (Self::Resumed, Language::En) => "resumed",
            (Self::Stopped, Language::Nl) => "gestopt",
            (Self::Stopped, Language::En) => "stopped",
            (Self::Closed, Language::Nl) => "gesloten",
            (Self::Closed, Language::En) => "closed",
            (Self::Withdrawn, Language::Nl) => "ingetrokken",
            (Self::Withdrawn, Language::En) => "withdrawn",
            (Self::Expired, Language::Nl) => "beëindigd",
            (Self::Expired, Language::En) => "expired",
            (Self::Expanded, Language::Nl) => "uitgebreid",
            (Self::Expanded, Language::En) => "expanded",
            (Self::Updated, Language::Nl) => "bijgewerkt",
            (Self::Updated, Language::En) => "updated",
            (Self::Changed, Language::Nl) => "gewijzigd",
            (Self::Changed, Language::En) => "changed",
        }
    }
}

/// What an action in this state does not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransitionError {
    /// Another phase is needed.
    #[error("an action that is {phase} cannot be {}: load it again to see what can be done", verb.word(Language::En))]
    WrongPhase {
        /// The phase it is in.
        phase: Phase,
        /// What was tried.
        verb: Tried,
    },
    /// Its waves were stopped for good.
    #[error("this action was stopped and cannot be {}: send an update, or close it", verb.word(Language::En))]
    Stopped {
        /// What was tried.
        verb: Tried,
    },
    /// Its time is not over.
    #[error("this action has not run out: it expires by itself at its end")]
    NotOver,
    /// Its time would be over at once.
    #[error("the end of an action lies after its start: choose a longer running time")]
    OverAtOnce,
}

impl TransitionError {
    /// What is the matter and what to do.
    pub fn said(self) -> Said {
        let nl = match self {
            Self::WrongPhase { phase, verb } => {
                let is = match phase {
                    Phase::Draft => "nog een concept",
                    Phase::Active => "gaande",
                    Phase::Paused => "gepauzeerd",
                    Phase::Closed => "gesloten",
                    Phase::Withdrawn => "ingetrokken",
                    Phase::Expired => "verlopen",
                };
                let verb = verb.word(Language::Nl);
                format!("een actie die {is} is kan niet worden {verb}: laad haar opnieuw om te zien wat kan")
            }
            Self::Stopped { verb } => {
                let verb = verb.word(Language::Nl);
                format!("deze actie is gestopt en kan niet worden {verb}: stuur een update, of sluit haar af")
            }
            Self::NotOver => "de tijd van deze actie is niet om: zij verloopt vanzelf".to_owned(),
            Self::OverAtOnce => {
                "het einde van een actie ligt na haar begin: kies een langere looptijd".to_owned()
            }
        };
        Said::new(nl, self.to_string())
    }
}

/// A transition's answer.
pub type Transition = Result<ActionState, TransitionError>;

impl ActionState {
    /// The state without its data.
    pub const fn phase(&self) -> Phase {
        match self {
            Self::Draft => Phase::Draft,
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
            Self::Draft => None,
            Self::Active(run)
            | Self::Paused { run, .. }
            | Self::Closed { run, .. }
            | Self::Expired { run, .. } => Some(run),
            Self::Withdrawn { run, .. } => run.as_ref(),
        }
    }

    /// When it ended.
    pub const fn ended_at(&self) -> Option<Timestamp> {
        match self {
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

    /// Draft to active.
    pub fn start(self, started: Deed, expires_at: Timestamp) -> Transition {
        match self {
            Self::Draft if expires_at <= started.at => Err(TransitionError::OverAtOnce),
            Self::Draft => Ok(Self::Active(Run {
                started,
                expires_at,
                stopped: None,
            })),
            other => other.wrong(Tried::Started),
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
            Self::Draft | Self::Withdrawn { run: None, .. } => self.wrong(Tried::Stopped),
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
            Self::Draft => Ok(Self::Withdrawn { run: None, withdrawn }),
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
    pub const fn editable(&self) -> Result<(), TransitionError> {
        match self {
            Self::Draft => Ok(()),
            other => Err(TransitionError::WrongPhase {
                phase: other.phase(),
                verb: Tried::Changed,
            }),
        }
    }
}

#[cfg(test)]
mod tests;
