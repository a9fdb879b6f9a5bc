//! Refusals of the layers below, as problems.

use std::time::Duration;

use super::{Problem, ProblemKind};
use crate::desk::{DeskError, Reason};
use crate::domain::said::Said;
use crate::storage::StorageError;

/// How long a caller stays away when the database does.
const COME_BACK: Duration = Duration::from_secs(2);

impl From<DeskError> for Problem {
    fn from(error: DeskError) -> Self {
        match error {
            DeskError::NotSignedIn => ProblemKind::SignedOut.into(),
            DeskError::Forbidden(reason) => because(ProblemKind::Forbidden, reason),
            DeskError::NotFound(_) => ProblemKind::NotFound.into(),
            DeskError::Conflict { code, text } => of(ProblemKind::Conflict, text, code),
            DeskError::Invalid(fields) => Self::invalid(fields),
            DeskError::Refused { code, text } => of(ProblemKind::Refused, text, code),
            DeskError::Checked(findings) => Self::checked(findings),
            DeskError::Gone(reason) => because(ProblemKind::Gone, reason),
            DeskError::TooMany { retry_after } => Self::new(ProblemKind::TooMany).retry_after(retry_after),
            DeskError::Limited {
                code,
                text,
                retry_after,
            } => of(ProblemKind::TooMany, text, code).retry_after(retry_after),
            DeskError::Unavailable(reason) => {
                because(ProblemKind::Unavailable, reason).retry_after(COME_BACK)
            }
            DeskError::Storage(error) => error.into(),
        }
    }
}

/// A problem in the desk's own words: as a sentence, since it is read by people.
fn of(kind: ProblemKind, text: Said, code: &'static str) -> Problem {
    Problem::new(kind).saying(text.sentence()).coded(code)
}

fn because(kind: ProblemKind, reason: Reason) -> Problem {
    of(kind, reason.said(), reason.code())
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
