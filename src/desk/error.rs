//! Why a use case was refused, in words that say what to do.

use std::time::Duration;

use crate::domain::language::Language;
use crate::domain::participant::registration::FieldProblem;
use crate::storage::StorageError;

/// One field that is not right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidField {
    /// The field, for instance `texts.nl.body` or `places[1].point`.
    pub field: String,
    /// What is wrong, for programs.
    pub code: &'static str,
    /// What is wrong and what to do, in Dutch.
    pub nl: String,
    /// The same in English.
    pub en: String,
}

impl InvalidField {
    /// What is wrong and what to do.
    pub fn message(&self, language: Language) -> &str {
        match language {
            Language::Nl => &self.nl,
            Language::En => &self.en,
        }
    }
}

impl From<FieldProblem> for InvalidField {
    fn from(problem: FieldProblem) -> Self {
        Self {
            code: problem.code.name(),
            nl: problem.code.message(Language::Nl).to_owned(),
            en: problem.code.message(Language::En).to_owned(),
            field: problem.field,
        }
    }
}

/// Why a use case was refused.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// Nobody is signed in, or no longer.
    #[error("sign in first")]
    NotSignedIn,
    /// Not in this role, or not in this part of the territory.
    #[error("{0}")]
    Forbidden(&'static str),
    /// There is no such thing, or it is outside the caller's territory.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// It changed meanwhile, or is not in a state for this.
    #[error("{text}")]
    Conflict {
        /// For programs, for instance `not_a_draft`.
        code: &'static str,
        /// What is the matter and what to do.
        text: String,
    },
    /// Fields that are not right, all of them.
    #[error("{} field(s) are not right", .0.len())]
    Invalid(Vec<InvalidField>),
    /// A rule of the network forbids it as it is: no area, nobody in it, outside the territory.
    #[error("{text}")]
    Refused {
        /// For programs, for instance `area_outside_territory`.
        code: &'static str,
        /// What is the matter and what to do.
        text: String,
    },
    /// It was there and is over: an expired code, an erased participant.
    #[error("{0}")]
    Gone(&'static str),
    /// Too often in too short a time.
    #[error("too many tries: wait {} seconds", .retry_after.as_secs().max(1))]
    TooMany {
        /// How long to wait.
        retry_after: Duration,
    },
    /// Not now: the directory is loading, a queue is full.
    #[error("{0}")]
    Unavailable(&'static str),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl DeskError {
    /// One field that is not right.
    pub fn invalid(field: &str, code: &'static str, nl: &str, en: &str) -> Self {
        Self::Invalid(vec![InvalidField {
            field: field.to_owned(),
            code,
            nl: nl.to_owned(),
            en: en.to_owned(),
        }])
    }

    /// A state that does not allow this, or a change that came in between.
    pub fn conflict(code: &'static str, text: impl Into<String>) -> Self {
        Self::Conflict {
            code,
            text: text.into(),
        }
    }

    /// A rule of the network.
    pub fn refused(code: &'static str, text: impl Into<String>) -> Self {
        Self::Refused {
            code,
            text: text.into(),
        }
    }
}
