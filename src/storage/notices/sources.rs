//! Where alerts are fetched: whose turn it is, and what the server said of its document.

use sqlx::FromRow;

use super::super::{Result, Tx};
use crate::domain::clock::Timestamp;

statements! {
    INSERT_SOURCE = "insert into cap_sources (name, next_at) values ($1, 0) on conflict do nothing";
    CLAIM_SOURCE = "update cap_sources set next_at = $2 where name = $1 and next_at <= $3 \
        returning etag, modified, fetched_at, failure";
    MARK_FETCHED = "update cap_sources set etag = $2, modified = $3, fetched_at = $4, failure = null where name = $1";
    MARK_FETCH_FAILED = "update cap_sources set failure = $2 where name = $1";
    FIND_SOURCE = "select etag, modified, fetched_at, failure from cap_sources where name = $1";
}

/// What is known of a source.
#[derive(Clone, Debug, Default, PartialEq, Eq, FromRow)]
pub struct SourceState {
    /// The entity tag of its document.
    pub etag: Option<String>,
    /// When its document was last changed, as the server says it.
    pub modified: Option<String>,
    /// When it was last fetched, in milliseconds.
    pub fetched_at: Option<i64>,
    /// Why it could not be fetched the last time.
    pub failure: Option<String>,
}

impl Tx {
    /// Takes the turn to fetch a source when it has come, and sets the next; none when it is not yet, or another node
    /// was quicker.
    pub async fn claim_source(
        &mut self,
        name: &str,
        now: Timestamp,
        next: Timestamp,
    ) -> Result<Option<SourceState>> {
        self.execute(INSERT_SOURCE, values![name]).await?;
        self.find(CLAIM_SOURCE, values![name, next, now]).await
    }

    /// Writes what the server said of its document.
    pub async fn mark_source_fetched(
        &mut self,
        name: &str,
        etag: Option<String>,
        modified: Option<String>,
        now: Timestamp,
    ) -> Result<()> {
        let values = values![name, etag, modified, now];
        self.execute(MARK_FETCHED, values).await.map(drop)
    }

    /// Writes why a source could not be fetched.
    pub async fn mark_source_failed(&mut self, name: &str, failure: &str) -> Result<()> {
        self.execute(MARK_FETCH_FAILED, values![name, failure])
            .await
            .map(drop)
    }

    /// What is known of a source.
    pub async fn find_source(&mut self, name: &str) -> Result<Option<SourceState>> {
        self.find(FIND_SOURCE, values![name]).await
    }
}
