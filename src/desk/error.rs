//! Why a use case was refused, in words that say what to do.

use std::time::Duration;

use super::Reason;
use crate::domain::check::{Finding, Severity};
use crate::domain::problem::{FieldProblem, ProblemCode};
use crate::domain::said::Said;
use crate::storage::StorageError;

/// Why a use case was refused.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// Nobody is signed in, or no longer.
    #[error("sign in first")]
    NotSignedIn,
    /// Not in this role, or not in this part of the territory.
    #[error("{}", .0.said())]
    Forbidden(Reason),
    /// There is no such thing, or it is outside the caller's territory.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// It changed meanwhile, or is not in a state for this.
    #[error("{text}")]
    Conflict {
        /// For programs, for instance `not_a_draft`.
        code: &'static str,
        /// What is the matter and what to do.
        text: Said,
    },
    /// Fields that are not right, all of them.
    #[error("{} field(s) are not right", .0.len())]
    Invalid(Vec<FieldProblem>),
    /// A rule of the network forbids it as it is: no area, nobody in it, outside the territory.
    #[error("{text}")]
    Refused {
        /// For programs, for instance `area_outside_territory`.
        code: &'static str,
        /// What is the matter and what to do.
        text: Said,
    },
    /// What the checks before sending found: something that never goes out, or that nobody confirmed.
    #[error("{}", checked(.0))]
    Checked(Vec<Finding>),
    /// It was there and is over: an expired code, an erased participant.
    #[error("{}", .0.said())]
    Gone(Reason),
    /// Too often in too short a time.
    #[error("too many tries: wait {} seconds", .retry_after.as_secs().max(1))]
    TooMany {
        /// How long to wait.
        retry_after: Duration,
    },
    /// As often as the network allows, until some time passed.
    #[error("{text}")]
    Limited {
        /// For programs, for instance `limit_account_hour`.
        code: &'static str,
        /// What is the matter, when it is possible again, and what to do.
        text: Said,
        /// How long until then.
        retry_after: Duration,
    },
    /// Not now: the directory is loading, a queue is full.
    #[error("{}", .0.said())]
    Unavailable(Reason),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// The findings that hold it, one a line.
fn checked(findings: &[Finding]) -> String {
    let holding = findings
        .iter()
        .filter(|finding| finding.severity() > Severity::Warn);
    let lines: Vec<_> = holding
        .map(|finding| format!("{} ({}): {}", finding.field, finding.code, finding.said))
        .collect();
    lines.join("\n")
}

impl DeskError {
    /// One field that is not right.
    pub fn invalid(field: &str, code: ProblemCode) -> Self {
        vec![FieldProblem::new(field, code)].into()
    }

    /// A state that does not allow this, or a change that came in between.
    pub fn conflict(code: &'static str, text: Said) -> Self {
        Self::Conflict { code, text }
    }

    /// A rule of the network.
    pub fn refused(code: &'static str, text: Said) -> Self {
        Self::Refused { code, text }
    }
}

impl From<Vec<FieldProblem>> for DeskError {
    fn from(problems: Vec<FieldProblem>) -> Self {
        Self::Invalid(problems)
    }
}
