//! The audit log: what was done by whoever may do much, in the order of commits, as a chain of hashes.
//!
//! An entry is written in the transaction of what it tells of. Its number comes from the counter `audit`; the
//! counter's row stays locked until the commit, so that there is one writer and no gap. Order of counters in one
//! transaction: action, batch, participant, region, directory, audit, event: append right before the events.
//! Entries are never changed and never deleted; what is wrong with them is told by [`chain::Verifier`].

use serde::Serialize;
use serde_json::Value as Json;
use sqlx::FromRow;
use uuid::Uuid;

use super::sealing::Keyring;
use super::{Result, StorageError, Tx};
use crate::domain::actor::Actor;
use crate::domain::audit::{Deed, Subject};
use crate::domain::clock::Timestamp;
use crate::domain::id::RegionId;

pub mod chain;
pub mod checkpoint;
pub mod key;

use chain::{AuditFault, GENESIS, SIGNED_EVERY, Verifier};
use key::Signed;

statements! {
    INSERT = "insert into audit_log (number, at, actor, deed, subject, region_id, detail, personal_sealed, \
        previous_hash, hash, signature) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    FIND = "select number, at, actor, deed, subject, region_id, detail, personal_sealed, previous_hash, hash, \
        signature from audit_log where number = $1";
    LIST_AFTER = "select number, at, actor, deed, subject, region_id, detail, personal_sealed, previous_hash, \
        hash, signature from audit_log where number > $1 order by number limit $2";
    LIST_BEFORE = "select number, at, actor, deed, subject, region_id, detail, personal_sealed, previous_hash, \
        hash, signature from audit_log where number < $1 and (deed = $2 or $2 is null) \
        and (actor = $3 or $3 is null) and (subject = $4 or $4 is null) and (at >= $5 or $5 is null) \
        and (at < $6 or $6 is null) and (region_id in (with recursive part (id) as ( \
            select id from regions where id = $7 union all \
            select r.id from regions r join part p on r.parent_id = p.id) select id from part) \
            or $7 is null) order by number desc limit $8";
    FIND_HEAD = "select number, hash, signature from audit_head where id = 1";
    SET_HEAD = "insert into audit_head (id, number, hash, signature) values (1, $1, $2, $3) \
        on conflict (id) do update set number = excluded.number, hash = excluded.hash, \
        signature = excluded.signature";
}

const PERSONAL: &str = "audit_log.personal";
/// The most entries of one page.
pub const MAX_AUDIT_PAGE: u32 = 500;

/// Something privileged that is being done, to be kept for ever.
#[derive(Clone, Debug)]
pub struct AuditEntry {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub actor: Actor,
    /// What.
    pub deed: Deed,
    /// To what; none where the deed says it.
    pub subject: Option<Subject>,
    /// The region that it concerns; none for the whole installation.
    pub region: Option<RegionId>,
    /// More, without personal data; `Json::Null` for nothing.
    pub detail: Json,
    /// What is personal or typed by people: sealed; `Json::Null` for nothing.
    pub personal: Json,
}

/// An entry as whoever may read the log sees it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AuditRecord {
    /// Counts from 1 without a gap.
    pub number: i64,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub actor: Actor,
    /// What.
    pub deed: Deed,
    /// To what.
    pub subject: Option<Subject>,
    /// The region that it concerns.
    pub region: Option<RegionId>,
    /// More.
    pub detail: Json,
    /// What is personal or was typed by people.
    pub personal: Json,
    /// The hash of the entry, in hexadecimal digits.
    pub hash: String,
}

/// Which entries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// What was done.
    pub deed: Option<Deed>,
    /// By whom.
    pub actor: Option<Actor>,
    /// To what.
    pub subject: Option<Subject>,
    /// In this region or one inside it; without one everywhere, and what concerns no region too.
    pub region: Option<RegionId>,
    /// At or after this moment.
    pub from: Option<Timestamp>,
    /// Before this moment.
    pub until: Option<Timestamp>,
}

/// An entry as it stands in the table.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct StoredEntry {
    /// Counts from 1.
    pub number: i64,
    /// Milliseconds since 1970.
    pub at: i64,
    /// By whom.
    pub actor: String,
    /// What.
    pub deed: String,
    /// To what.
    pub subject: Option<String>,
    /// Where.
    pub region_id: Option<Uuid>,
    /// JSON.
    pub detail: String,
    /// Sealed JSON.
    pub personal_sealed: Option<Vec<u8>>,
    /// The hash of the entry before.
    pub previous_hash: Vec<u8>,
    /// The hash of this one.
    pub hash: Vec<u8>,
    /// Of every 64th.
    pub signature: Option<Vec<u8>>,
}

/// The signed end of the chain.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct AuditHead {
    /// The number of the last entry.
    pub number: i64,
    /// Its hash.
    pub hash: Vec<u8>,
    /// What signs both.
    pub signature: Vec<u8>,
}

impl StoredEntry {
    fn open(self, keys: &Keyring) -> Result<AuditRecord> {
        let corrupt = |_| StorageError::Corrupt("audit_log");
        Ok(AuditRecord {
            number: self.number,
            at: Timestamp::from_millis(self.at),
            actor: self
                .actor
                .parse()
                .map_err(|_| StorageError::Corrupt("audit_log.actor"))?,
            deed: Deed::parse(&self.deed).ok_or(StorageError::Corrupt("audit_log.deed"))?,
            subject: self
                .subject
                .map(|text| {
                    text.parse()
                        .map_err(|_| StorageError::Corrupt("audit_log.subject"))
                })
                .transpose()?,
            region: self.region_id.map(RegionId::from_uuid),
            detail: serde_json::from_str(&self.detail).map_err(corrupt)?,
            personal: self
                .personal_sealed
                .map(|sealed| keys.open_json(PERSONAL, &sealed))
                .transpose()?
                .unwrap_or_default(),
            hash: hex(&self.hash),
        })
    }
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes any text");
        text
    })
}

impl Tx {
    /// Appends an entry to the audit log, in the transaction of what it tells of. Call it after everything else but
    /// [`Tx::append_events`]; answers its number.
    pub async fn append_audit(&mut self, keys: &Keyring, entry: &AuditEntry) -> Result<i64> {
        let number = self.take_numbers("audit", 1).await?;
        let previous = if number == 1 {
            GENESIS.to_vec()
        } else {
            let before: Option<StoredEntry> = self.find(FIND, values![number - 1]).await?;
            before.ok_or(StorageError::Corrupt("audit_log"))?.hash
        };
        let mut stored = StoredEntry {
            number,
            at: entry.at.as_millis(),
            actor: entry.actor.to_string(),
            deed: entry.deed.name().to_owned(),
            subject: entry.subject.map(|subject| subject.to_string()),
            region_id: entry.region.map(RegionId::as_uuid),
            detail: entry.detail.to_string(),
            personal_sealed: (!entry.personal.is_null()).then(|| keys.seal_json(PERSONAL, &entry.personal)),
            previous_hash: previous,
            hash: Vec::new(),
            signature: None,
        };
        let hash = chain::hash(&stored);
        stored.hash = hash.to_vec();
        let is_signed = number % SIGNED_EVERY == 0;
        stored.signature = is_signed.then(|| keys.audit().sign(Signed::Along, number, &hash));
        self.insert_entry(stored).await?;
        let signature = keys.audit().sign(Signed::Head, number, &hash);
        self.execute(SET_HEAD, values![number, hash.as_slice(), signature])
            .await?;
        Ok(number)
    }

    async fn insert_entry(&mut self, entry: StoredEntry) -> Result<()> {
        let values = values![
            entry.number,
            entry.at,
            entry.actor,
            entry.deed,
            entry.subject,
            entry.region_id,
            entry.detail,
            entry.personal_sealed,
            entry.previous_hash,
            entry.hash,
            entry.signature,
        ];
        self.execute(INSERT, values).await.map(drop)
    }

    /// Entries before a number, the newest first, at most `limit` and [`MAX_AUDIT_PAGE`].
    pub async fn list_audit(
        &mut self,
        keys: &Keyring,
        filter: &AuditFilter,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<AuditRecord>> {
        let values = values![
            before.unwrap_or(i64::MAX),
            filter.deed.map(Deed::name),
            filter.actor.map(|actor| actor.to_string()),
            filter.subject.map(|subject| subject.to_string()),
            filter.from,
            filter.until,
            filter.region,
            limit.min(MAX_AUDIT_PAGE),
        ];
        let rows: Vec<StoredEntry> = self.list(LIST_BEFORE, values).await?;
        rows.into_iter().map(|row| row.open(keys)).collect()
    }

    /// Entries after a number as they stand, the oldest first, at most `limit` and [`MAX_AUDIT_PAGE`].
    pub async fn list_stored_audit(&mut self, after: i64, limit: u32) -> Result<Vec<StoredEntry>> {
        self.list(LIST_AFTER, values![after, limit.min(MAX_AUDIT_PAGE)])
            .await
    }

    /// The same, opened.
    pub async fn list_audit_after(
        &mut self,
        keys: &Keyring,
        after: i64,
        limit: u32,
    ) -> Result<Vec<AuditRecord>> {
        let rows = self.list_stored_audit(after, limit).await?;
        rows.into_iter().map(|row| row.open(keys)).collect()
    }

    /// The entry of this number as it stands.
    pub async fn find_stored_audit(&mut self, number: i64) -> Result<Option<StoredEntry>> {
        self.find(FIND, values![number]).await
    }

    /// The signed end of the log; none before the first entry.
    pub async fn find_audit_head(&mut self) -> Result<Option<AuditHead>> {
        self.find(FIND_HEAD, vec![]).await
    }

    /// Follows the whole chain; answers how many entries there are, or the first fault.
    pub async fn verify_audit(&mut self, keys: &Keyring) -> Result<Result<i64, AuditFault>> {
        let mut verifier = Verifier::new(keys.audit().public());
        // Before the first number too: an entry slipped in there is found as well.
        let mut after = i64::MIN;
        loop {
            let page = self.list_stored_audit(after, MAX_AUDIT_PAGE).await?;
            for entry in &page {
                if let Err(fault) = verifier.take(entry) {
                    return Ok(Err(fault));
                }
            }
            if let Some(last) = page.last() {
                after = last.number;
                continue;
            }
            // Read after the entries, so that it is never behind them; what was appended meanwhile is read too.
            let head = self.find_audit_head().await?;
            let is_behind = head.as_ref().is_some_and(|head| head.number > verifier.last());
            if !is_behind || self.list_stored_audit(after, 1).await?.is_empty() {
                return Ok(verifier.finish(head.as_ref()));
            }
        }
    }
}

#[cfg(test)]
mod tests;
