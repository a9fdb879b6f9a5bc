//! Accounts of those who work with the network: kept by the administrator.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::scope::Credential;
use super::sessions::SessionView;
use super::{Desk, DeskError, Permission, Reason, Result, Scope};
use crate::domain::audit::{Deed, Subject};
use crate::domain::clock::Timestamp;
use crate::domain::id::{AccountId, RegionId, SessionId};
use crate::domain::role::Role;
use crate::storage::accounts::Account;
use crate::storage::sealing::Keyring;
use crate::storage::sessions::SessionHolder;
use crate::storage::{StorageError, Tx};

mod check;
pub mod invitations;
pub mod keys;
pub(super) mod limiter;
pub mod passwords;
pub mod policy;
pub mod practice;
pub mod second_proof;
pub mod sign_in;
#[cfg(test)]
mod tests;

/// An account to be made.
#[derive(Clone)]
pub struct NewAccount {
    /// What is typed to sign in: 3 to 64 letters, digits, dots, dashes, underscores or at signs.
    pub username: String,
    /// Who it is, 1 to 100 characters.
    pub name: String,
    /// What it is for.
    pub role: Role,
    /// The part of the territory it works for.
    pub region: RegionId,
    /// Until when the training for the portal holds.
    pub trained_until: Option<Timestamp>,
    /// The first password; made up when none is given.
    pub password: Option<String>,
}

impl std::fmt::Debug for NewAccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NewAccount({})", self.role)
    }
}

/// An account that was just made.
#[derive(Clone, Serialize)]
pub struct CreatedAccount {
    /// Its id.
    pub id: AccountId,
    /// The password that was made up, told once.
    pub password: Option<String>,
}

impl std::fmt::Debug for CreatedAccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CreatedAccount({})", self.id)
    }
}

/// What changes of an account; what is none stays.
#[derive(Clone, Default)]
pub struct AccountChange {
    /// Who it is.
    pub name: Option<String>,
    /// What it is for.
    pub role: Option<Role>,
    /// The part of the territory it works for.
    pub region: Option<RegionId>,
    /// Where invitations and warnings go; an empty text for nowhere.
    pub email: Option<String>,
    /// Whether it is in use. Putting it out of use ends its sessions.
    pub is_enabled: Option<bool>,
    /// The version that was seen; any when none.
    pub version: Option<u32>,
}

impl std::fmt::Debug for AccountChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AccountChange(..)")
    }
}

impl Desk {
    /// What the command line of the machine itself may do: everything an administrator may, in this region
    /// and below. For whoever can read the keys there is nothing left to protect.
    pub fn machine_scope(&self, region: Option<RegionId>) -> Scope {
        let root = || self.directory().territory().roots().next().map(|root| root.id);
        Scope {
            account: AccountId::from_uuid(Uuid::nil()),
            session: None,
            role: Role::Administrator,
            region: region.or_else(root).unwrap_or(RegionId::from_uuid(Uuid::nil())),
            trained_until: None,
            proved_at: None,
            credential: Credential::Machine,
            has_lapsed: false,
        }
    }

    /// All accounts in the scope's part of the territory, oldest first.
    pub async fn list_accounts(&self, scope: &Scope) -> Result<Vec<Account>> {
        let seen = [Permission::ManageAccounts, Permission::KeepTrainingRegister];
        if !seen.iter().any(|permission| scope.require(*permission).is_ok()) {
            scope.require(Permission::ManageAccounts)?;
        }
        let territory = self.directory().territory();
        let parts = self.parts();
        let mut accounts = parts.store.read().await?.list_accounts(&parts.keys).await?;
        accounts.retain(|account| territory.contains(scope.region, account.region));
        Ok(accounts)
    }

    /// One account.
    pub async fn account(&self, scope: &Scope, id: AccountId) -> Result<Account> {
        let seen = [Permission::ManageAccounts, Permission::KeepTrainingRegister];
        let permission = seen
            .into_iter()
            .find(|permission| scope.require(*permission).is_ok())
            .unwrap_or(Permission::ManageAccounts);
        let mut tx = self.parts().store.read().await?;
        self.account_in_scope(&mut tx, scope, permission, id).await
    }

    /// Makes an account.
    pub async fn create_account(&self, scope: &Scope, new: NewAccount) -> Result<CreatedAccount> {
        let territory = self.directory().territory();
        scope.require_in(Permission::ManageAccounts, &territory, new.region, "region")?;
        let username = new.username.trim().to_lowercase();
        check::new_account(&new, &username, &territory)?;
        let parts = self.parts();
        let made_up = new
            .password
            .is_none()
            .then(|| URL_SAFE_NO_PAD.encode(parts.random.bytes::<15>()));
        let password = new.password.as_deref().or(made_up.as_deref()).unwrap_or_default();
        passwords::check(password, &username)?;
        let hash = self.0.passwords.hash(password, &parts.random).await?;
        let account = self.new_account(&new, username, None);
        let mut tx = parts.store.write().await?;
        insert(&mut tx, &parts.keys, &account, &hash).await?;
        let detail = json!({ "role": account.role });
        self.record(&mut tx, scope, Deed::AccountCreated, on(&account), detail)
            .await?;
        tx.commit().await?;
        Ok(CreatedAccount {
            id: account.id,
            password: made_up,
        })
    }

    fn new_account(&self, new: &NewAccount, username: String, email: Option<String>) -> Account {
        let now = self.now();
        Account {
            id: AccountId::new(now, &self.parts().random),
            username,
            name: new.name.trim().to_owned(),
            email,
            role: new.role,
            region: new.region,
            trained_until: new.trained_until,
            created_at: now,
            disabled_at: None,
            practised_at: None,
            version: 1,
        }
    }

    /// Writes a changed account, or tells that somebody else was quicker.
    async fn update(&self, tx: &mut Tx, account: &mut Account) -> Result<()> {
        if !tx.update_account(&self.parts().keys, account).await? {
            return Err(Reason::AccountChanged.into());
        }
        account.version += 1;
        Ok(())
    }

    /// Changes an account. What it may do, and where, holds from its next request on.
    pub async fn change_account(
        &self,
        scope: &Scope,
        id: AccountId,
        change: AccountChange,
    ) -> Result<Account> {
        let parts = self.parts();
        let mut tx = parts.store.write().await?;
        let mut account = self
            .account_in_scope(&mut tx, scope, Permission::ManageAccounts, id)
            .await?;
        if change.version.is_some_and(|seen| seen != account.version) {
            return Err(Reason::AccountChanged.into());
        }
        let before = account.clone();
        let was_administrator = account.role == Role::Administrator && account.disabled_at.is_none();
        account.email = invitations::changed_email(&change, &account)?;
        if let Some(name) = &change.name {
            name.trim().clone_into(&mut account.name);
        }
        account.role = change.role.unwrap_or(account.role);
        account.region = change.region.unwrap_or(account.region);
        match change.is_enabled {
            Some(true) => account.disabled_at = None,
            Some(false) => account.disabled_at = account.disabled_at.or(Some(self.now())),
            None => {}
        }
        let territory = self.directory().territory();
        scope.require_in(Permission::ManageAccounts, &territory, account.region, "region")?;
        check::changed_account(&account, &territory)?;
        self.update(&mut tx, &mut account).await?;
        let is_administrator = account.role == Role::Administrator && account.disabled_at.is_none();
        if was_administrator
            && !is_administrator
            && tx.count_accounts_in_role(Role::Administrator).await? == 0
        {
            return Err(Reason::LastAdministrator.into());
        }
        if account.disabled_at.is_some() {
            tx.delete_sessions_of(SessionHolder::Account(id), None).await?;
            tx.delete_invitations_of(id).await?;
        }
        for (deed, detail) in differences(&before, &account) {
            self.record(&mut tx, scope, deed, on(&account), detail).await?;
        }
        tx.commit().await?;
        Ok(account)
    }

    /// Writes into the training register until when someone's training for the portal holds.
    pub async fn set_training(
        &self,
        scope: &Scope,
        id: AccountId,
        trained_until: Option<Timestamp>,
    ) -> Result<Account> {
        self.record_training(scope, id, trained_until, None).await
    }

    /// Gives someone who forgot it a new password, made up and told once, and ends their sessions.
    pub async fn reset_password(&self, scope: &Scope, id: AccountId) -> Result<CreatedAccount> {
        let parts = self.parts();
        scope.require(Permission::ManageAccounts)?;
        let password = URL_SAFE_NO_PAD.encode(parts.random.bytes::<15>());
        let hash = self.0.passwords.hash(&password, &parts.random).await?;
        let mut tx = parts.store.write().await?;
        let account = self
            .account_in_scope(&mut tx, scope, Permission::ManageAccounts, id)
            .await?;
        tx.update_password(id, &hash).await?;
        tx.delete_sessions_of(SessionHolder::Account(id), None).await?;
        self.record(&mut tx, scope, Deed::PasswordReset, on(&account), Json::Null)
            .await?;
        tx.commit().await?;
        Ok(CreatedAccount {
            id,
            password: Some(password),
        })
    }

    /// Ends all sessions of someone else.
    pub async fn end_sessions_of(&self, scope: &Scope, id: AccountId) -> Result<u64> {
        let mut tx = self.parts().store.write().await?;
        let account = self
            .account_in_scope(&mut tx, scope, Permission::ManageAccounts, id)
            .await?;
        let ended = tx.delete_sessions_of(SessionHolder::Account(id), None).await?;
        let detail = json!({ "sessions": ended });
        self.record(&mut tx, scope, Deed::SessionsEnded, on(&account), detail)
            .await?;
        tx.commit().await?;
        Ok(ended)
    }

    /// The sessions of someone else, last used first.
    pub async fn list_sessions_of(&self, scope: &Scope, id: AccountId) -> Result<Vec<SessionView>> {
        let mut tx = self.parts().store.read().await?;
        self.account_in_scope(&mut tx, scope, Permission::ManageAccounts, id)
            .await?;
        drop(tx);
        self.sessions_of(SessionHolder::Account(id), scope.session).await
    }

    /// Ends one session of someone else.
    pub async fn end_session_of(&self, scope: &Scope, id: AccountId, session: SessionId) -> Result<()> {
        let sessions = self.list_sessions_of(scope, id).await?;
        if !sessions.iter().any(|one| one.id == session) {
            return Err(DeskError::NotFound("session"));
        }
        let mut tx = self.parts().store.write().await?;
        let account = self
            .account_in_scope(&mut tx, scope, Permission::ManageAccounts, id)
            .await?;
        tx.delete_session(session).await?;
        let detail = json!({ "sessions": 1 });
        self.record(&mut tx, scope, Deed::SessionsEnded, on(&account), detail)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    async fn account_in_scope(
        &self,
        tx: &mut Tx,
        scope: &Scope,
        permission: Permission,
        id: AccountId,
    ) -> Result<Account> {
        scope.require(permission)?;
        let found: Result<_, StorageError> = tx.find_account(&self.parts().keys, id).await;
        let account = found?.ok_or(DeskError::NotFound("account"))?;
        let territory = self.directory().territory();
        scope.require_in(permission, &territory, account.region, "account")?;
        Ok(account)
    }
}

/// Stores an account, or tells that its user name is taken.
async fn insert(tx: &mut Tx, keys: &Keyring, account: &Account, hash: &str) -> Result<()> {
    tx.insert_account(keys, account, hash).await.map_err(|error| {
        if error.is_conflict() {
            DeskError::from(Reason::UsernameTaken)
        } else {
            error.into()
        }
    })
}

/// What the audit log says a deed was done to: the account, in its part of the territory.
pub(super) fn on(account: &Account) -> (Option<Subject>, Option<RegionId>) {
    (Some(account.id.into()), Some(account.region))
}

/// What a change did to an account, for the audit log.
fn differences(before: &Account, after: &Account) -> Vec<(Deed, Json)> {
    let mut detail = serde_json::Map::new();
    if before.role != after.role {
        detail.insert("role".to_owned(), json!([before.role, after.role]));
    }
    if before.region != after.region {
        detail.insert("region".to_owned(), json!([before.region, after.region]));
    }
    if before.email != after.email {
        detail.insert("email".to_owned(), json!("changed"));
    }
    if before.name != after.name {
        detail.insert("name".to_owned(), json!("changed"));
    }
    let mut done = Vec::new();
    if !detail.is_empty() {
        done.push((Deed::AccountChanged, Json::Object(detail)));
    }
    match (before.disabled_at, after.disabled_at) {
        (None, Some(_)) => done.push((Deed::AccountDisabled, Json::Null)),
        (Some(_), None) => done.push((Deed::AccountEnabled, Json::Null)),
        _ => {}
    }
    done
}
