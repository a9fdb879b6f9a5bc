//! Backups of a `SQLite` database, and the journal of who left.
//!
//! A backup is a copy made while the service runs, sealed whole with the keys of the database and ended by a checksum
//! that needs no key ([`sealed_file`]). Beside the database, best on another disk, stands a journal of erasures
//! ([`journal`]): public ids that lead nowhere. A restore ([`restore`]) forgets everyone in it again, so that nobody who
//! left comes back with an older copy.

pub mod journal;
pub mod making;
pub mod restore;
pub mod sealed_file;

use std::path::PathBuf;

use serde::Deserialize;

/// The section `[backup]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BackupSettings {
    /// The journal of who left; beside a `SQLite` database when left out, and none for PostgreSQL.
    #[serde(default)]
    pub erasures_file: Option<PathBuf>,
    /// Operations warn when the last backup is older than so many hours; never without.
    #[serde(default)]
    pub warn_after_hours: Option<u32>,
}

/// Why a backup cannot be made, read or put back.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The database.
    #[error(transparent)]
    Storage(#[from] crate::storage::StorageError),
    /// A file cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A file is there that would be written over.
    #[error("{0} is there already: name another file, or move it away first")]
    Present(PathBuf),
    /// The file is no backup of ours.
    #[error("{0} is no backup that this version can read")]
    Foreign(PathBuf),
    /// The file was cut off or changed.
    #[error("{path} is damaged: {what}; take another backup")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        what: &'static str,
    },
    /// The keys are others.
    #[error("{0} does not open with these keys: put back the keys of that time into keys.folder")]
    OtherKeys(PathBuf),
    /// A line of the journal of erasures cannot be read.
    #[error("{path}, line {line}: not a line of a journal of erasures; put it back from its copy")]
    Journal {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: u64,
    },
    /// The database is older than the journal.
    #[error(
        "this database is older than {path}: {count} who left since would come back; run `oproep erasures replay` first"
    )]
    OlderThanJournal {
        /// The journal.
        path: PathBuf,
        /// How many erasures the database does not know.
        count: u64,
    },
}

impl BackupError {
    /// A file that cannot be read or written.
    pub fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        |source| Self::File { path, source }
    }
}
