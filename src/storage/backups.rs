//! Copies of a database: made while it is in use, noted, and settled when one takes the original's place.

use std::path::Path;

use super::{Pools, Result, StorageError, Store, Tx};
use crate::domain::clock::Timestamp;

statements! {
    INSERT = "insert into backups (made_at, bytes, sha256) values ($1, $2, $3) on conflict do nothing";
    FIND_LAST = "select made_at from backups order by made_at desc limit 1";
    DELETE_OLD = "delete from backups where made_at < $1";
    // Whoever waited when the copy was made may have been told since.
    DOUBT_BATCHES = "update batches set state = 'claimed', claims = claims + 1, intent_to = size, lease_until = 0 \
        where state <> 'done' and state = 'ready'";
    DOUBT_CLAIMED = "update batches set intent_to = size, lease_until = 0 where state <> 'done' and state = 'claimed'";
    HALT_WAVES = "update waves set state = 'halted', halted_at = $1 where state in ('running', 'paused')";
    DELETE_SESSIONS = "delete from sessions where expires_at > $1";
    DELETE_VERIFICATIONS = "delete from verifications where expires_at > $1";
    DELETE_ANSWERS = "delete from idempotency_keys where created_at < $1";
    SKIP_NUMBERS = "update counters set value = value + $1 where name in ('participant', 'batch', 'event')";
}

/// Numbers that are passed over after a restore: those that were given out since the copy stand in links, receipts and
/// screens, and are never to lead to somebody else.
const SKIPPED: i64 = 10_000_000;
/// How long notes of backups are kept.
const NOTES: std::time::Duration = std::time::Duration::from_hours(400 * 24);

impl Store {
    /// Writes a copy of the database as it is at this moment to an empty file; others go on writing meanwhile.
    /// `SQLite` only: PostgreSQL brings its own tools.
    pub async fn copy_to(&self, path: &Path) -> Result<()> {
        let Pools::Sqlite { readers, .. } = &*self.0 else {
            return Err(StorageError::OnlySqlite);
        };
        let path = path.to_str().ok_or(StorageError::Corrupt("path"))?;
        sqlx::query("vacuum into $1").bind(path).execute(readers).await?;
        Ok(())
    }

    /// What `SQLite` finds wrong with the file: nothing of a sound one.
    pub async fn check_integrity(&self) -> Result<()> {
        let Pools::Sqlite { readers, .. } = &*self.0 else {
            return Err(StorageError::OnlySqlite);
        };
        let found: Vec<(String,)> = sqlx::query_as("pragma integrity_check")
            .fetch_all(readers)
            .await?;
        if found.iter().all(|(word,)| word == "ok") {
            Ok(())
        } else {
            Err(StorageError::Corrupt("database"))
        }
    }
}

impl Tx {
    /// Notes that a backup was made.
    pub async fn insert_backup(&mut self, made_at: Timestamp, bytes: u64, sha256: &str) -> Result<()> {
        let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
        self.execute(INSERT, values![made_at, bytes, sha256]).await?;
        self.execute(DELETE_OLD, values![made_at - NOTES]).await.map(drop)
    }

    /// When the last backup was made.
    pub async fn last_backup(&mut self) -> Result<Option<Timestamp>> {
        let row: Option<(i64,)> = self.find(FIND_LAST, vec![]).await?;
        Ok(row.map(|(at,)| Timestamp::from_millis(at)))
    }

    /// Settles a database that was a copy until now. What was under way then is not sent again: whoever waited may
    /// have been told since and is counted as unknown. Nobody is signed in any more, no code holds, and numbers go on
    /// where those given out since the copy cannot be.
    pub async fn settle_restored(&mut self, now: Timestamp) -> Result<()> {
        self.execute(DOUBT_BATCHES, vec![]).await?;
        self.execute(DOUBT_CLAIMED, vec![]).await?;
        self.execute(HALT_WAVES, values![now]).await?;
        while self.settle_halted_batches(now).await? > 0 {}
        self.execute(DELETE_SESSIONS, values![0_i64]).await?;
        self.execute(DELETE_VERIFICATIONS, values![0_i64]).await?;
        self.execute(DELETE_ANSWERS, values![i64::MAX]).await?;
        self.execute(SKIP_NUMBERS, values![SKIPPED]).await.map(drop)
    }
}
