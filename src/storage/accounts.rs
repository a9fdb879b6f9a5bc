//! The accounts of those who work with the network.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use uuid::Uuid;

use super::sealing::Keyring;
use super::{Result, StorageError, Tx};
use crate::domain::clock::Timestamp;
use crate::domain::id::{AccountId, RegionId};
use crate::domain::role::Role;

statements! {
    INSERT = "insert into accounts (id, profile_sealed, username_hash, role, region_id, password_hash, \
        trained_until, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8)";
    FIND = "select id, profile_sealed, role, region_id, trained_until, created_at, disabled_at, practised_at, \
        version from accounts where id = $1";
    FIND_BY_USERNAME = "select id, password_hash from accounts where username_hash = $1 and disabled_at is null";
    FIND_PASSWORD = "select id, password_hash from accounts where id = $1 and disabled_at is null";
    LIST = "select id, profile_sealed, role, region_id, trained_until, created_at, disabled_at, practised_at, \
        version from accounts order by created_at, id";
    COUNT_IN_ROLE = "select count(*) from accounts where role = $1 and disabled_at is null";
    COUNT = "select count(*) from accounts";
    UPDATE = "update accounts set profile_sealed = $2, username_hash = $3, role = $4, region_id = $5, \
        trained_until = $6, disabled_at = $7, version = version + 1 where id = $1 and version = $8";
    MARK_PRACTISED = "update accounts set practised_at = $2, warned_at = null \
        where id = $1 and (practised_at is null or practised_at < $3)";
    LIST_UNWARNED = "select id, profile_sealed, role, region_id, trained_until, created_at, disabled_at, practised_at, \
        version from accounts where disabled_at is null and warned_at is null order by created_at, id";
    MARK_WARNED = "update accounts set warned_at = $2 where id = $1 and warned_at is null";
    SET_PASSWORD = "update accounts set password_hash = $2 where id = $1";
}

const PROFILE: &str = "accounts.profile";
const USERNAME: &str = "accounts.username";
/// How often practice is written down.
const PRACTICE_EVERY: Duration = Duration::from_hours(24);

/// An account as it is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// What is typed to sign in; upper and lower case are alike.
    pub username: String,
    /// Who it is.
    pub name: String,
    /// Where invitations and warnings go.
    pub email: Option<String>,
    /// What it is for.
    pub role: Role,
    /// The part of the territory it works for.
    pub region: RegionId,
    /// Until when the training for the portal holds; none without one.
    pub trained_until: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was put out of use.
    pub disabled_at: Option<Timestamp>,
    /// When it last did what keeps the training alive, to the day.
    pub practised_at: Option<Timestamp>,
    /// Counts its changes.
    pub version: u32,
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Account({}, {})", self.id, self.role)
    }
}

#[derive(Serialize, Deserialize)]
struct Profile {
    username: String,
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    email: Option<String>,
}

#[derive(FromRow)]
struct AccountRow {
    id: Uuid,
    profile_sealed: Vec<u8>,
    role: String,
    region_id: Uuid,
    trained_until: Option<i64>,
    created_at: i64,
    disabled_at: Option<i64>,
    practised_at: Option<i64>,
    version: i64,
}

impl AccountRow {
    fn open(self, keys: &Keyring) -> Result<Account> {
        let Profile {
            username,
            name,
            email,
        } = keys.open_json(PROFILE, &self.profile_sealed)?;
        Ok(Account {
            id: AccountId::from_uuid(self.id),
            username,
            name,
            email,
            role: self
                .role
                .parse()
                .map_err(|_| StorageError::Corrupt("accounts.role"))?,
            region: RegionId::from_uuid(self.region_id),
            trained_until: self.trained_until.map(Timestamp::from_millis),
            created_at: Timestamp::from_millis(self.created_at),
            disabled_at: self.disabled_at.map(Timestamp::from_millis),
            practised_at: self.practised_at.map(Timestamp::from_millis),
            version: u32::try_from(self.version).map_err(|_| StorageError::Corrupt("accounts.version"))?,
        })
    }
}

fn seal_profile(keys: &Keyring, account: &Account) -> Vec<u8> {
    let profile = Profile {
        username: account.username.clone(),
        name: account.name.clone(),
        email: account.email.clone(),
    };
    keys.seal_json(PROFILE, &profile)
}

fn username_hash(keys: &Keyring, username: &str) -> Vec<u8> {
    keys.hash(USERNAME, &username.to_lowercase())
}

impl Tx {
    /// Stores an account with its password hash (a PHC string). A unique violation when the user name is
    /// taken.
    pub async fn insert_account(
        &mut self,
        keys: &Keyring,
        account: &Account,
        password_hash: &str,
    ) -> Result<()> {
        let values = values![
            account.id,
            seal_profile(keys, account),
            username_hash(keys, &account.username),
            account.role.name(),
            account.region,
            password_hash,
            account.trained_until,
            account.created_at,
        ];
        self.execute(INSERT, values).await.map(drop)
    }

    /// The account of this id.
    pub async fn find_account(&mut self, keys: &Keyring, id: AccountId) -> Result<Option<Account>> {
        let row: Option<AccountRow> = self.find(FIND, values![id]).await?;
        row.map(|row| row.open(keys)).transpose()
    }

    /// The account in use with this user name, with its password hash.
    pub async fn find_password_by_username(
        &mut self,
        keys: &Keyring,
        username: &str,
    ) -> Result<Option<(AccountId, String)>> {
        let row: Option<(Uuid, String)> = self
            .find(FIND_BY_USERNAME, values![username_hash(keys, username)])
            .await?;
        Ok(row.map(|(id, hash)| (AccountId::from_uuid(id), hash)))
    }

    /// The password hash of an account in use.
    pub async fn find_password(&mut self, id: AccountId) -> Result<Option<String>> {
        let row: Option<(Uuid, String)> = self.find(FIND_PASSWORD, values![id]).await?;
        Ok(row.map(|(_, hash)| hash))
    }

    /// All accounts, oldest first, disabled ones included.
    pub async fn list_accounts(&mut self, keys: &Keyring) -> Result<Vec<Account>> {
        let rows: Vec<AccountRow> = self.list(LIST, vec![]).await?;
        rows.into_iter().map(|row| row.open(keys)).collect()
    }

    /// How many accounts in use have this role.
    pub async fn count_accounts_in_role(&mut self, role: Role) -> Result<u64> {
        let row: Option<(i64,)> = self.find(COUNT_IN_ROLE, values![role.name()]).await?;
        Ok(row.map_or(0, |(count,)| u64::try_from(count).unwrap_or(0)))
    }

    /// How many accounts there are, disabled ones included.
    pub async fn count_accounts(&mut self) -> Result<u64> {
        let row: Option<(i64,)> = self.find(COUNT, vec![]).await?;
        Ok(row.map_or(0, |(count,)| u64::try_from(count).unwrap_or(0)))
    }

    /// Replaces all of an account but its password, and counts the change. False when there is none of this id and
    /// version: somebody else changed it meanwhile.
    pub async fn update_account(&mut self, keys: &Keyring, account: &Account) -> Result<bool> {
        let values = values![
            account.id,
            seal_profile(keys, account),
            username_hash(keys, &account.username),
            account.role.name(),
            account.region,
            account.trained_until,
            account.disabled_at,
            account.version,
        ];
        Ok(self.execute(UPDATE, values).await? > 0)
    }

    /// Notes that an account did what keeps its training alive, once a day at most.
    pub async fn mark_practised(&mut self, id: AccountId, now: Timestamp) -> Result<()> {
        let values = values![id, now, now - PRACTICE_EVERY];
        self.execute(MARK_PRACTISED, values).await.map(drop)
    }

    /// Accounts in use that were not warned since they last practised.
    pub async fn list_unwarned_accounts(&mut self, keys: &Keyring) -> Result<Vec<Account>> {
        let rows: Vec<AccountRow> = self.list(LIST_UNWARNED, vec![]).await?;
        rows.into_iter().map(|row| row.open(keys)).collect()
    }

    /// Notes that somebody is warned. False when another node was quicker.
    pub async fn mark_warned(&mut self, id: AccountId, now: Timestamp) -> Result<bool> {
        Ok(self.execute(MARK_WARNED, values![id, now]).await? > 0)
    }

    /// Gives an account another password hash. False when there is none of this id.
    pub async fn update_password(&mut self, id: AccountId, password_hash: &str) -> Result<bool> {
        Ok(self.execute(SET_PASSWORD, values![id, password_hash]).await? > 0)
    }
}

#[cfg(test)]
mod tests;
