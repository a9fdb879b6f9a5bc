//! Keys of other systems: made and withdrawn by the administrator, and turned into a scope as sessions are.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use crate::desk::scope::Credential;
use crate::desk::{Desk, DeskError, Permission, Reason, Result, Scope};
use crate::domain::audit::Deed;
use crate::domain::clock::Timestamp;
use crate::domain::id::{AccountId, KeyId, RegionId};
use crate::domain::key_rights::KeyRights;
use crate::domain::problem::{FieldProblem, ProblemCode};
use crate::domain::role::Role;
use crate::storage::api_keys::ApiKey;

/// How every key begins, so that one that was left lying about is known for what it is.
const MARK: &str = "oproep_";
/// Characters of the key that are kept readable, after the mark.
const PREFIX_CHARS: usize = 6;
/// The longest that a key holds.
const LONGEST: Duration = Duration::from_hours(2 * 366 * 24);
/// How long a key holds when nobody says.
const USUALLY: Duration = Duration::from_hours(365 * 24);
/// The most calls a minute of one key.
const MAX_RATE: u32 = 6_000;
/// Calls a minute when nobody says.
pub const USUAL_RATE: u32 = 120;
/// How often the last use of a key is written down, and the span over which calls are counted.
const MINUTE: Duration = Duration::from_mins(1);

/// A key to be made.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// Which system it is for, 1 to 100 characters.
    pub name: String,
    /// What it may do.
    pub rights: KeyRights,
    /// In which part of the territory.
    pub region: RegionId,
    /// Until when it holds, at most two years; a year when left out.
    pub expires_at: Option<Timestamp>,
    /// Calls a minute, 1 to 6,000; [`USUAL_RATE`] when left out.
    pub rate_per_minute: Option<u32>,
}

/// A key that was just made. `Debug` shows no token.
#[derive(Clone)]
pub struct CreatedKey {
    /// What is known of it.
    pub key: ApiKey,
    /// What the system sends as a bearer, told once.
    pub token: String,
}

impl std::fmt::Debug for CreatedKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CreatedKey({})", self.key.id)
    }
}

/// Whether a bearer is a key and not a session.
pub(super) fn is_key(token: &str) -> bool {
    token.starts_with(MARK)
}

fn check(new: &NewKey, expires_at: Timestamp, now: Timestamp) -> Result<()> {
    let chars = new.name.trim().chars().count();
    let mut problems = Vec::new();
    if !(1..=100).contains(&chars) || new.name.chars().any(char::is_control) {
        problems.push(FieldProblem::new("name", ProblemCode::NameForm));
    }
    if new.rights.is_empty() {
        problems.push(FieldProblem::new("rights", ProblemCode::RightsMissing));
    }
    if expires_at <= now || expires_at > now + LONGEST {
        problems.push(FieldProblem::new("expires_at", ProblemCode::KeyExpiry));
    }
    if new
        .rate_per_minute
        .is_some_and(|rate| !(1..=MAX_RATE).contains(&rate))
    {
        problems.push(FieldProblem::new("rate_per_minute", ProblemCode::KeyRate));
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems.into())
    }
}

impl Desk {
    /// Makes a key of another system.
    pub async fn create_key(&self, scope: &Scope, new: NewKey) -> Result<CreatedKey> {
        let territory = self.directory().territory();
        scope.require_in(Permission::ManageKeys, &territory, new.region, "region")?;
        let parts = self.parts();
        let now = self.now();
        let expires_at = new.expires_at.unwrap_or(now + USUALLY);
        check(&new, expires_at, now)?;
        if territory.get(new.region).is_none() {
            return Err(DeskError::NotFound("region"));
        }
        let secret = URL_SAFE_NO_PAD.encode(parts.random.bytes::<32>());
        let token = format!("{MARK}{secret}");
        let key = ApiKey {
            id: KeyId::new(now, &parts.random),
            name: new.name.trim().to_owned(),
            prefix: token[..MARK.len() + PREFIX_CHARS].to_owned(),
            rights: new.rights,
            region: new.region,
            rate_per_minute: new.rate_per_minute.unwrap_or(USUAL_RATE),
            created_by: scope.account,
            created_at: now,
            expires_at,
            used_at: None,
            revoked_at: None,
        };
        let mut tx = parts.store.write().await?;
        tx.insert_api_key(&parts.keys, &key, &token).await?;
        let detail = json!({
            "prefix": key.prefix, "rights": key.rights, "expires_at": key.expires_at,
            "rate_per_minute": key.rate_per_minute,
        });
        let on = (Some(key.id.into()), Some(key.region));
        self.record(&mut tx, scope, Deed::KeyCreated, on, detail).await?;
        tx.commit().await?;
        Ok(CreatedKey { key, token })
    }

    /// The keys for the caller's part of the territory, the oldest first, withdrawn ones included.
    pub async fn list_keys(&self, scope: &Scope) -> Result<Vec<ApiKey>> {
        scope.require(Permission::ManageKeys)?;
        let territory = self.directory().territory();
        let mut keys = self.parts().store.read().await?.list_api_keys().await?;
        keys.retain(|key| scope.is_machine() || territory.contains(scope.region, key.region));
        Ok(keys)
    }

    /// Withdraws a key: it opens nothing from its next call on. Once more changes nothing.
    pub async fn revoke_key(&self, scope: &Scope, id: KeyId) -> Result<()> {
        scope.require(Permission::ManageKeys)?;
        let territory = self.directory().territory();
        let mut tx = self.parts().store.write().await?;
        let key = tx.find_api_key(id).await?.ok_or(DeskError::NotFound("key"))?;
        scope.require_in(Permission::ManageKeys, &territory, key.region, "key")?;
        if tx.revoke_api_key(id, self.now()).await? {
            let on = (Some(id.into()), Some(key.region));
            let detail = json!({ "prefix": key.prefix });
            self.record(&mut tx, scope, Deed::KeyRevoked, on, detail).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Which system a draft comes from, when it was a key that made it.
    pub(in crate::desk) async fn system_of(
        &self,
        tx: &mut crate::storage::Tx,
        by: AccountId,
    ) -> Result<Option<String>> {
        let key = tx.find_api_key(KeyId::from_uuid(by.as_uuid())).await?;
        Ok(key.map(|key| key.name))
    }

    /// What a key may do at this moment.
    pub(super) async fn scope_of_key(&self, token: &str) -> Result<Scope> {
        let parts = self.parts();
        let now = self.now();
        let found = {
            let mut tx = parts.store.read().await?;
            tx.find_api_key_by_token(&parts.keys, token).await?
        };
        let key = found.ok_or(DeskError::NotSignedIn)?;
        if key.revoked_at.is_some() || key.expires_at <= now {
            return Err(DeskError::NotSignedIn);
        }
        // Of keys that exist only, so that it stays as small as they are few.
        let counted = key.id.as_uuid().as_bytes().to_vec();
        self.0.key_calls.count(counted, now, key.rate_per_minute)?;
        if key.used_at.is_none_or(|at| now.since(at) >= MINUTE) {
            let mut tx = parts.store.write().await?;
            tx.mark_api_key_used(key.id, now).await?;
            tx.commit().await?;
        }
        Ok(Scope {
            account: AccountId::from_uuid(key.id.as_uuid()),
            session: None,
            // Prepares and sorts, and sends nothing.
            role: Role::VolunteerOperator,
            region: key.region,
            trained_until: None,
            proved_at: None,
            credential: Credential::Key(key.id, key.rights),
            has_lapsed: false,
        })
    }
}

/// Refuses a key what another made.
pub(in crate::desk) fn require_own(scope: &Scope, made_by: AccountId) -> Result<()> {
    if scope.key().is_some() && scope.account != made_by {
        return Err(Reason::KeyRight.into());
    }
    Ok(())
}

#[cfg(test)]
mod tests;
