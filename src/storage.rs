//! One store on two databases: SQLite inside the process, or PostgreSQL for many nodes.
//!
//! Every statement is one text that both understand, with a deliberate pair where they cannot; it is named in
//! a `statements!` list, and a test prepares all of them on both. A use case opens one
//! transaction ([`Store::read`], [`Store::write`]), calls what it needs of the modules below, and commits.
//! Time is a parameter, never the database's.

use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use log::LevelFilter;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, PgPool, SqlitePool};

#[macro_use]
pub(crate) mod statement;
pub mod accounts;
pub mod actions;
pub mod api_keys;
pub mod audit;
pub mod backups;
pub mod batches;
pub mod devices;
pub mod directory;
pub mod endpoints;
pub mod erasures;
pub mod events;
pub mod extents;
pub mod failures;
pub mod idempotency;
pub mod invitations;
pub mod notices;
pub mod overrides;
pub mod participants;
pub mod photos;
pub mod proposals;
pub mod quotas;
mod ready;
pub mod realm;
pub mod recordings;
pub mod regions;
pub mod register;
pub mod sealing;
pub mod searches;
pub mod second_proofs;
pub mod sessions;
pub mod sign_in_places;
pub mod standing_texts;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod tips;
pub mod trainings;
mod transaction;
pub mod verifications;
pub mod videos;
pub mod waves;
pub mod webhooks;

#[cfg(test)]
mod tests;

pub use transaction::Tx;

/// From when on a statement stands in the log. Reading everyone into memory takes seconds, and is meant to.
const SLOW: Duration = Duration::from_secs(10);

/// A database, open and shared. Clones are cheap.
#[derive(Clone)]
pub struct Store(Arc<Pools>);

enum Pools {
    /// Readers beside each other, writers one after the other: SQLite has one writer anyway, and a queue
    /// before it costs less than busy retries.
    Sqlite {
        readers: SqlitePool,
        writer: SqlitePool,
    },
    Postgres(PgPool),
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match *self.0 {
            Pools::Sqlite { .. } => "Store(sqlite)",
            Pools::Postgres(_) => "Store(postgres)",
        })
    }
}

/// Why the store could not do as asked.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The address names neither kind of database.
    #[error("unknown database '{0}': use sqlite:PATH or postgres://USER@HOST/NAME")]
    UnknownDatabase(String),
    /// The database refused or could not be reached.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("migration: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// What is stored cannot be read: a damaged or foreign value.
    #[error("stored {0} cannot be read: restore it from a backup")]
    Corrupt(&'static str),
    /// Something that only `SQLite` does.
    #[error("this is for SQLite: PostgreSQL has tools of its own, see docs/backup.md")]
    OnlySqlite,
    /// A sealed value does not open with the keys of this configuration.
    #[error("a sealed value does not open: are the keys those of this database?")]
    Sealed,
}

impl StorageError {
    /// Whether the database is the matter, which may be well again soon, and not what is stored in it.
    pub const fn is_passing(&self) -> bool {
        matches!(self, Self::Database(_))
    }

    /// Whether the database is there and refuses what it was given: the same will be refused again.
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::Database(sqlx::Error::Database(error)) => {
                let code = error.code().unwrap_or_default();
                // PostgreSQL: connection, transaction rolled back, resources, shutdown and failover. SQLite: busy,
                // locked, read-only, input and output, full, cannot open (the last byte of its extended codes).
                let postgres = ["08", "25006", "40", "53", "55", "57", "58"];
                let sqlite = [5, 6, 8, 10, 13, 14];
                match code.parse::<i32>() {
                    Ok(number) if code.len() < 5 => !sqlite.contains(&(number & 0xff)),
                    _ => !postgres.iter().any(|passing| code.starts_with(passing)),
                }
            }
            Self::Database(
                sqlx::Error::Encode(_) | sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. },
            )
            | Self::Corrupt(_)
            | Self::Sealed => true,
            _ => false,
        }
    }

    /// Whether the write ran into a value that must be unique.
    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Database(sqlx::Error::Database(error)) if error.is_unique_violation())
    }
}

/// What storage calls answer.
pub type Result<T, E = StorageError> = std::result::Result<T, E>;

impl Store {
    /// Opens the database at `url`: `sqlite:PATH` (created when missing) or `postgres://...`.
    ///
    /// `connections` bounds the pool. The schema is not touched: see [`Store::migrate`].
    pub async fn open(url: &str, connections: u32) -> Result<Self> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            Self::open_sqlite(path.trim_start_matches("//"), connections).await
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let options = PgConnectOptions::from_str(url)?
                .application_name("oproep")
                .log_slow_statements(LevelFilter::Warn, SLOW);
            let pool = PgPoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(Duration::from_secs(10))
                .connect_with(options)
                .await?;
            Ok(Self(Arc::new(Pools::Postgres(pool))))
        } else {
            // The password, if any, stays out of the message.
            Err(StorageError::UnknownDatabase(
                url.split(':').next().unwrap_or_default().to_owned(),
            ))
        }
    }

    async fn open_sqlite(path: &str, connections: u32) -> Result<Self> {
        if let Some(folder) = Path::new(path).parent()
            && !folder.as_os_str().is_empty()
        {
            std::fs::create_dir_all(folder).map_err(sqlx::Error::Io)?;
        }
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // Durable at every commit: an action that was answered must survive a power cut.
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(10))
            .foreign_keys(true)
            // A departed participant's bytes are overwritten, not only unlinked.
            .pragma("secure_delete", "on")
            .pragma("cache_size", "-65536")
            .statement_cache_capacity(256)
            .log_slow_statements(LevelFilter::Warn, SLOW);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(options.clone())
            .await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(connections.max(2))
            .connect_with(options)
            .await?;
        Ok(Self(Arc::new(Pools::Sqlite { readers, writer })))
    }

    /// Brings the schema up to date; does nothing when it is.
    pub async fn migrate(&self) -> Result<()> {
        match &*self.0 {
            Pools::Sqlite { writer, .. } => sqlx::migrate!("migrations/sqlite").run(writer).await?,
            Pools::Postgres(pool) => sqlx::migrate!("migrations/postgres").run(pool).await?,
        }
        Ok(())
    }

    /// A transaction that only reads.
    pub async fn read(&self) -> Result<Tx> {
        Ok(match &*self.0 {
            Pools::Sqlite { readers, .. } => Tx::Sqlite(readers.begin().await?),
            Pools::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// A transaction that writes: immediate on SQLite, so that it never fails halfway for another writer.
    pub async fn write(&self) -> Result<Tx> {
        Ok(match &*self.0 {
            Pools::Sqlite { writer, .. } => Tx::Sqlite(writer.begin_with("begin immediate").await?),
            Pools::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// Whether several processes may work on it: PostgreSQL yes, SQLite no.
    pub fn is_shared(&self) -> bool {
        matches!(*self.0, Pools::Postgres(_))
    }

    /// The pool of connections, for the few things that are PostgreSQL's alone (`listen`).
    pub fn postgres(&self) -> Option<&PgPool> {
        match &*self.0 {
            Pools::Postgres(pool) => Some(pool),
            Pools::Sqlite { .. } => None,
        }
    }

    /// Waits for open transactions and closes every connection.
    pub async fn close(&self) {
        match &*self.0 {
            Pools::Sqlite { readers, writer } => {
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}

/// Every statement of every module, for the test that prepares them all.
#[cfg(test)]
pub(crate) fn all_statements() -> Vec<&'static [statement::Statement]> {
    vec![
        accounts::STATEMENTS,
        actions::STATEMENTS,
        actions::listing::STATEMENTS,
        actions::moments::STATEMENTS,
        api_keys::STATEMENTS,
        audit::STATEMENTS,
        actions::public::STATEMENTS,
        backups::STATEMENTS,
        batches::STATEMENTS,
        batches::halted::STATEMENTS,
        batches::moving::STATEMENTS,
        batches::queued::STATEMENTS,
        batches::receipts::STATEMENTS,
        batches::silent::STATEMENTS,
        batches::told::STATEMENTS,
        standing_texts::STATEMENTS,
        devices::STATEMENTS,
        directory::STATEMENTS,
        endpoints::STATEMENTS,
        erasures::STATEMENTS,
        events::STATEMENTS,
        extents::STATEMENTS,
        failures::STATEMENTS,
        idempotency::STATEMENTS,
        overrides::STATEMENTS,
        invitations::STATEMENTS,
        participants::STATEMENTS,
        participants::bulk::STATEMENTS,
        photos::STATEMENTS,
        proposals::STATEMENTS,
        notices::STATEMENTS,
        notices::sources::STATEMENTS,
        quotas::STATEMENTS,
        ready::STATEMENTS,
        realm::STATEMENTS,
        recordings::STATEMENTS,
        regions::STATEMENTS,
        searches::STATEMENTS,
        register::STATEMENTS,
        second_proofs::STATEMENTS,
        sessions::STATEMENTS,
        sign_in_places::STATEMENTS,
        tips::STATEMENTS,
        tips::history::STATEMENTS,
        tips::keys::STATEMENTS,
        tips::lately::STATEMENTS,
        trainings::STATEMENTS,
        transaction::STATEMENTS,
        verifications::STATEMENTS,
        videos::STATEMENTS,
        waves::STATEMENTS,
        waves::hold::STATEMENTS,
        waves::span::STATEMENTS,
        webhooks::STATEMENTS,
        webhooks::deliveries::STATEMENTS,
    ]
}
