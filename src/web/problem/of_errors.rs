//! Refusals of the layers below, as problems.

use std::time::Duration;

use super::{Field, Problem, ProblemKind, Said};
use crate::desk::{DeskError, InvalidField};
use crate::storage::StorageError;

/// How long a caller stays away when the database does.
const COME_BACK: Duration = Duration::from_secs(2);

impl From<DeskError> for Problem {
    fn from(error: DeskError) -> Self {
        match error {
            DeskError::NotSignedIn => ProblemKind::SignedOut.into(),
            DeskError::Forbidden(text) => of(ProblemKind::Forbidden, text),
            DeskError::NotFound(_) => ProblemKind::NotFound.into(),
            DeskError::Conflict { code, text } => of(ProblemKind::Conflict, text).coded(code),
            DeskError::Invalid(fields) => Self::invalid(fields.into_iter().map(Field::from).collect()),
            DeskError::Refused { code, text } => of(ProblemKind::Refused, text).coded(code),
            DeskError::Gone(text) => of(ProblemKind::Gone, text),
            DeskError::TooMany { retry_after } => Self::new(ProblemKind::TooMany).retry_after(retry_after),
            DeskError::Unavailable(text) => of(ProblemKind::Unavailable, text).retry_after(COME_BACK),
            DeskError::Storage(error) => error.into(),
        }
    }
}

/// A problem in the desk's own words: as a sentence, since it is read by people.
fn of(kind: ProblemKind, text: impl Into<String>) -> Problem {
    let mut text: String = text.into();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    if !text.ends_with('.') {
        text.push('.');
    }
    Problem::new(kind).saying(Said::new(
        kind.detail(crate::domain::language::Language::Nl),
        text,
    ))
}

impl From<InvalidField> for Field {
    fn from(invalid: InvalidField) -> Self {
        Self {
            field: invalid.field,
            code: invalid.code.into(),
            message: Said::new(invalid.nl, invalid.en),
        }
    }
}

impl From<StorageError> for Problem {
    fn from(error: StorageError) -> Self {
        use sqlx::Error::{Io, PoolClosed, PoolTimedOut};
        tracing::error!(%error, "the database did not do as asked");
        match error {
            StorageError::Database(PoolTimedOut | PoolClosed | Io(_)) => {
                Self::new(ProblemKind::Unavailable).retry_after(COME_BACK)
            }
            _ => ProblemKind::Internal.into(),
        }
    }
}
