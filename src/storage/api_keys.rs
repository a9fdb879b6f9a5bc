//! Keys with which other systems call: hashed, bound to rights and a region, with an end.

use sqlx::FromRow;
use uuid::Uuid;

use super::sealing::Keyring;
use super::{Result, StorageError, Tx};
use crate::domain::clock::Timestamp;
use crate::domain::id::{AccountId, KeyId, RegionId};
use crate::domain::key_rights::KeyRights;

statements! {
    INSERT = "insert into api_keys (id, name, prefix, token_hash, rights, region_id, rate_per_minute, created_by, \
        created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    FIND_BY_TOKEN = "select id, name, prefix, rights, region_id, rate_per_minute, created_by, created_at, expires_at, \
        used_at, revoked_at from api_keys where token_hash = $1";
    FIND = "select id, name, prefix, rights, region_id, rate_per_minute, created_by, created_at, expires_at, \
        used_at, revoked_at from api_keys where id = $1";
    LIST = "select id, name, prefix, rights, region_id, rate_per_minute, created_by, created_at, expires_at, \
        used_at, revoked_at from api_keys order by created_at, id";
    MARK_USED = "update api_keys set used_at = $2 where id = $1 and (used_at is null or used_at < $2)";
    REVOKE = "update api_keys set revoked_at = $2 where id = $1 and revoked_at is null";
}

const TOKEN: &str = "api_keys.token";

/// A key as it is stored; what it opens by is kept as a hash only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id.
    pub id: KeyId,
    /// Which system it is for.
    pub name: String,
    /// How the key begins, to know it by.
    pub prefix: String,
    /// What it may do.
    pub rights: KeyRights,
    /// In which part of the territory.
    pub region: RegionId,
    /// Calls a minute, on each node.
    pub rate_per_minute: u32,
    /// Who made it.
    pub created_by: AccountId,
    /// When.
    pub created_at: Timestamp,
    /// Until when it holds.
    pub expires_at: Timestamp,
    /// When it was last used, to the minute.
    pub used_at: Option<Timestamp>,
    /// When it was withdrawn.
    pub revoked_at: Option<Timestamp>,
}

#[derive(FromRow)]
struct KeyRow {
    id: Uuid,
    name: String,
    prefix: String,
    rights: String,
    region_id: Uuid,
    rate_per_minute: i64,
    created_by: Uuid,
    created_at: i64,
    expires_at: i64,
    used_at: Option<i64>,
    revoked_at: Option<i64>,
}

impl KeyRow {
    fn read(self) -> Result<ApiKey> {
        Ok(ApiKey {
            id: KeyId::from_uuid(self.id),
            name: self.name,
            prefix: self.prefix,
            rights: self
                .rights
                .parse()
                .map_err(|_| StorageError::Corrupt("api_keys.rights"))?,
            region: RegionId::from_uuid(self.region_id),
            rate_per_minute: u32::try_from(self.rate_per_minute)
                .map_err(|_| StorageError::Corrupt("api_keys.rate_per_minute"))?,
            created_by: AccountId::from_uuid(self.created_by),
            created_at: Timestamp::from_millis(self.created_at),
            expires_at: Timestamp::from_millis(self.expires_at),
            used_at: self.used_at.map(Timestamp::from_millis),
            revoked_at: self.revoked_at.map(Timestamp::from_millis),
        })
    }
}

impl Tx {
    /// Stores a key that opens by this token.
    pub async fn insert_api_key(&mut self, keys: &Keyring, key: &ApiKey, token: &str) -> Result<()> {
        let values = values![
            key.id,
            key.name.as_str(),
            key.prefix.as_str(),
            keys.hash(TOKEN, token),
            key.rights.to_string(),
            key.region,
            key.rate_per_minute,
            key.created_by,
            key.created_at,
            key.expires_at,
        ];
        self.execute(INSERT, values).await.map(drop)
    }

    /// The key of this token, also when it holds no longer: that is the caller's to judge.
    pub async fn find_api_key_by_token(&mut self, keys: &Keyring, token: &str) -> Result<Option<ApiKey>> {
        let row: Option<KeyRow> = self.find(FIND_BY_TOKEN, values![keys.hash(TOKEN, token)]).await?;
        row.map(KeyRow::read).transpose()
    }

    /// The key of this id.
    pub async fn find_api_key(&mut self, id: KeyId) -> Result<Option<ApiKey>> {
        let row: Option<KeyRow> = self.find(FIND, values![id]).await?;
        row.map(KeyRow::read).transpose()
    }

    /// All keys, the oldest first, withdrawn ones included.
    pub async fn list_api_keys(&mut self) -> Result<Vec<ApiKey>> {
        let rows: Vec<KeyRow> = self.list(LIST, vec![]).await?;
        rows.into_iter().map(KeyRow::read).collect()
    }

    /// Notes that a key was used.
    pub async fn mark_api_key_used(&mut self, id: KeyId, now: Timestamp) -> Result<()> {
        self.execute(MARK_USED, values![id, now]).await.map(drop)
    }

    /// Withdraws a key. False when it was withdrawn before.
    pub async fn revoke_api_key(&mut self, id: KeyId, now: Timestamp) -> Result<bool> {
        Ok(self.execute(REVOKE, values![id, now]).await? > 0)
    }
}
