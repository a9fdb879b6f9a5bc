//! Codes that were sent to an address, and what waits for each.
//!
//! A used or exhausted code stays as an empty row until it is an hour old, so that codes for one address can
//! be counted whatever became of them.

use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::FromRow;

use super::participants::address_hash;
use super::sealing::Keyring;
use super::{Result, Tx, devices};
use crate::domain::clock::Timestamp;
use crate::domain::endpoint::Endpoint;
use crate::domain::id::VerificationId;

statements! {
    // SQLite has one writer, so there is nothing to lock.
    LOCK = { sqlite: "select $1", postgres: "select pg_advisory_xact_lock($1)" };
    COUNT = "select count(*) from verifications where contact_hash = $1 and created_at > $2";
    INSERT = "insert into verifications (id, purpose, contact_hash, code_hash, payload_sealed, tries_left, \
        created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8)";
    CLAIM_TRY = "update verifications set tries_left = tries_left - 1 where id = $1 and tries_left > 0 \
        returning purpose, code_hash, payload_sealed, tries_left, expires_at";
    MARK_USED = "update verifications set tries_left = 0, payload_sealed = $2, code_hash = $2 where id = $1";
    DELETE_OF_CONTACT = "delete from verifications where contact_hash = $1";
    DELETE_OLD = "delete from verifications where created_at <= $1 and expires_at <= $2";
}

const PAYLOAD: &str = "verifications.payload";
const CODE: &str = "verifications.code";

/// A code that was sent.
#[derive(Debug)]
pub struct NewVerification<'a, P> {
    /// The id, which the one who confirms repeats beside the code.
    pub id: VerificationId,
    /// What the code is for; what may be done with it.
    pub purpose: &'static str,
    /// Where the code went.
    pub address: &'a Endpoint,
    /// The code as it was sent.
    pub code: &'a str,
    /// What waits for it.
    pub payload: &'a P,
    /// How often it may be tried.
    pub tries: u8,
    /// When it was sent.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// A code that one try was spent on.
#[derive(Clone)]
pub struct ClaimedVerification {
    /// What the code is for.
    pub purpose: String,
    /// Tries that are left after this one.
    pub tries_left: u8,
    /// When it ends.
    pub expires_at: Timestamp,
    id: VerificationId,
    code_hash: Vec<u8>,
    payload_sealed: Vec<u8>,
}

impl std::fmt::Debug for ClaimedVerification {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ClaimedVerification({}, {})", self.id, self.purpose)
    }
}

impl ClaimedVerification {
    /// Whether this is the code that was sent; takes the same time for every code.
    pub fn is_code(&self, keys: &Keyring, code: &str) -> bool {
        let hash = code_hash(keys, self.id, code);
        aws_lc_rs::constant_time::verify_slices_are_equal(&hash, &self.code_hash).is_ok()
    }

    /// What waits for the code.
    pub fn payload<P: DeserializeOwned>(&self, keys: &Keyring) -> Result<P> {
        keys.open_json(PAYLOAD, &self.payload_sealed)
    }
}

#[derive(FromRow)]
struct ClaimedRow {
    purpose: String,
    code_hash: Vec<u8>,
    payload_sealed: Vec<u8>,
    tries_left: i64,
    expires_at: i64,
}

fn code_hash(keys: &Keyring, id: VerificationId, code: &str) -> Vec<u8> {
    keys.hash(CODE, &format!("{id} {code}"))
}

fn contact_hash(keys: &Keyring, address: &Endpoint) -> Vec<u8> {
    address_hash(keys, address).unwrap_or_else(|| devices::endpoint_hash(keys, address))
}

impl Tx {
    /// How many codes went to an address since a moment. Until the end of the transaction nobody else counts
    /// or sends to it.
    pub async fn count_codes_since(
        &mut self,
        keys: &Keyring,
        address: &Endpoint,
        since: Timestamp,
    ) -> Result<u64> {
        let hash = contact_hash(keys, address);
        if let (Self::Postgres(_), Some(lock)) = (&self, hash.first_chunk::<8>()) {
            self.execute(LOCK, values![i64::from_le_bytes(*lock)]).await?;
        }
        let row: Option<(i64,)> = self.find(COUNT, values![hash, since]).await?;
        Ok(row.map_or(0, |(count,)| u64::try_from(count).unwrap_or(0)))
    }

    /// Stores a code that is about to be sent.
    pub async fn insert_verification<P: Serialize + Sync>(
        &mut self,
        keys: &Keyring,
        new: NewVerification<'_, P>,
    ) -> Result<()> {
        let values = values![
            new.id,
            new.purpose,
            contact_hash(keys, new.address),
            code_hash(keys, new.id, new.code),
            keys.seal_json(PAYLOAD, new.payload),
            new.tries,
            new.created_at,
            new.expires_at,
        ];
        self.execute(INSERT, values).await.map(drop)
    }

    /// Spends one try on a code; none when it is unknown, used or exhausted. Commit also after a wrong code:
    /// otherwise the try was not spent.
    pub async fn claim_verification_try(
        &mut self,
        id: VerificationId,
    ) -> Result<Option<ClaimedVerification>> {
        let row: Option<ClaimedRow> = self.find(CLAIM_TRY, values![id]).await?;
        Ok(row.map(|row| ClaimedVerification {
            id,
            purpose: row.purpose,
            code_hash: row.code_hash,
            payload_sealed: row.payload_sealed,
            tries_left: u8::try_from(row.tries_left).unwrap_or(0),
            expires_at: Timestamp::from_millis(row.expires_at),
        }))
    }

    /// Uses a code up, and forgets what waited for it.
    pub async fn mark_verification_used(&mut self, id: VerificationId) -> Result<()> {
        self.execute(MARK_USED, values![id, Vec::<u8>::new()])
            .await
            .map(drop)
    }

    /// Forgets all codes that went to an address.
    pub async fn delete_verifications_of(&mut self, keys: &Keyring, address: &Endpoint) -> Result<u64> {
        let hash = contact_hash(keys, address);
        self.execute(DELETE_OF_CONTACT, values![hash]).await
    }

    /// Forgets codes that were sent before `sent_before` and are over.
    pub async fn delete_old_verifications(&mut self, sent_before: Timestamp, now: Timestamp) -> Result<u64> {
        self.execute(DELETE_OLD, values![sent_before, now]).await
    }
}

#[cfg(test)]
mod tests;
