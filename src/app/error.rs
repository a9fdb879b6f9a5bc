//! Why the service cannot start.

use std::path::PathBuf;

use super::keys;
use super::outlets::OutletError;
use crate::backup::BackupError;
use crate::cap::signature::SignatureError;
use crate::channels::http::HttpError;
use crate::domain::realm::Realm;

/// Why the service cannot start.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The keys.
    #[error(transparent)]
    Keys(#[from] keys::KeyError),
    /// The database.
    #[error(transparent)]
    Storage(#[from] crate::storage::StorageError),
    /// The participants in memory.
    #[error(transparent)]
    Directory(#[from] crate::directory::DirectoryError),
    /// A provider's account, or the scenario of a training.
    #[error(transparent)]
    Outlet(#[from] OutletError),
    /// The journal of who left.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// The lanes.
    #[error(transparent)]
    Dispatch(#[from] crate::dispatch::StartError),
    /// The key of whoever signs the alerts of another system.
    #[error("web.alert_sources: signed_by: {0}")]
    Alerts(#[from] SignatureError),
    /// The calls to other systems.
    #[error("web.webhooks: {0}")]
    Webhooks(#[from] HttpError),
    /// A live database and a training configuration, or the reverse.
    #[error(
        "this database is for {database}, for ever, and the configuration is for {}: {}",
        .database.other(), fix_realm(*.database)
    )]
    WrongRealm {
        /// What the database is for.
        database: Realm,
    },
    /// Accounts of one's own in training.
    #[error("a training process takes no accounts of its own: take [training] out of the configuration")]
    AccountsInTraining,
    /// A worker in training.
    #[error("in training `oproep serve` does all by itself: run no worker")]
    WorkerInTraining,
    /// The address is in use, or not this machine's.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: String,
        /// Why not.
        source: std::io::Error,
    },
    /// Another process sends from the same SQLite file.
    #[error("another process already serves {0}: SQLite is for one process; for more nodes use PostgreSQL")]
    InUse(PathBuf),
    /// A worker on SQLite.
    #[error("a worker adds capacity on PostgreSQL; on SQLite `oproep serve` does all by itself")]
    WorkerOnSqlite,
}

/// What to do where a database of this realm was opened as the other.
const fn fix_realm(database: Realm) -> &'static str {
    match database {
        Realm::Live => {
            "name a database of its own for training in database.url, or take [training] out to work live"
        }
        Realm::Training => "name the live database in database.url, or add [training] to train",
    }
}
