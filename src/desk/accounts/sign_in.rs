//! Signing in with a user name, a password and, where there is one, a code; and what one does with one's own account.

use std::net::IpAddr;

use serde_json::{Value as Json, json};

use super::limiter::{TRIES as ALL_TRIES, TRIES_UNDER_ATTACK};
use super::{on, passwords};
use crate::desk::scope::Credential;
use crate::desk::sessions::{NewSession, OpenedSession, SessionView};
use crate::desk::{Desk, DeskError, Result, Scope};
use crate::domain::audit::Deed;
use crate::domain::id::SessionId;
use crate::domain::problem::ProblemCode;
use crate::storage::accounts::Account;
use crate::storage::sessions::SessionHolder;

/// The context under which tries are counted.
const TRIES: &str = "limits.sign_in";
/// The same, by name from wherever.
const TRIES_BY_NAME: &str = "limits.sign_in_by_name";

/// What the browser sends to sign in.
#[derive(Clone, Copy)]
pub struct Credentials<'a> {
    /// The user name; upper and lower case are alike.
    pub username: &'a str,
    /// The password.
    pub password: &'a str,
}

impl std::fmt::Debug for Credentials<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credentials(..)")
    }
}

impl Desk {
    /// Signs in whoever has no second proof. See [`Desk::sign_in_with_code`].
    pub async fn sign_in(
        &self,
        credentials: Credentials<'_>,
        origin: &str,
        user_agent: Option<&str>,
    ) -> Result<OpenedSession> {
        self.sign_in_with_code(credentials, None, origin, user_agent)
            .await
    }

    /// Signs in. `origin` is where the request comes from, an address or network, by which tries are counted.
    ///
    /// An unknown user name, a wrong password and a disabled account have one answer, after the same work. Whoever has a
    /// second proof gives a code with it; that one is missing is told after the right password only.
    pub async fn sign_in_with_code(
        &self,
        credentials: Credentials<'_>,
        code: Option<&str>,
        origin: &str,
        user_agent: Option<&str>,
    ) -> Result<OpenedSession> {
        let parts = self.parts();
        let (keys, now) = (&parts.keys, self.now());
        let username = credentials.username.trim().to_lowercase();
        let place = format!("{origin} {username}");
        let (found, is_known_place) = {
            let mut tx = parts.store.read().await?;
            let found = tx.find_password_by_username(keys, &username).await?;
            (found, tx.is_sign_in_place(keys, &place).await?)
        };
        // Many places that try one name leave each other fewer tries. Where somebody signed in under it before, nothing
        // changes, and nobody is shut out anywhere.
        let by_name = keys.hash(TRIES_BY_NAME, &username);
        let is_attacked = !is_known_place && self.0.sign_ins.note(by_name, now);
        let tries = keys.hash(TRIES, &place);
        let allowed = if is_attacked {
            TRIES_UNDER_ATTACK
        } else {
            ALL_TRIES
        };
        self.0.sign_ins.count(tries.clone(), now, allowed)?;
        let (id, hash) = found.unzip();
        // Whoever was invited and did not come yet has none.
        let hash = hash.filter(|hash| !hash.is_empty());
        let is_right = self.0.passwords.is_right(credentials.password, hash).await?;
        let (Some(id), true) = (id, is_right) else {
            return Err(DeskError::invalid("password", ProblemCode::WrongCredentials));
        };
        let mut tx = parts.store.write().await?;
        let proof = tx.find_second_proof(keys, id).await?;
        let has_proof = proof.is_some_and(|proof| proof.confirmed_at.is_some());
        if has_proof {
            let code = code.ok_or_else(|| DeskError::invalid("code", ProblemCode::ProofCodeMissing))?;
            self.take_code(&mut tx, id, "code", code).await?;
        }
        tx.mark_sign_in_place(keys, id, &place, now).await?;
        let new = NewSession {
            holder: SessionHolder::Account(id),
            user_agent,
            address: masked(origin),
            proved_at: has_proof.then_some(now),
        };
        let opened = self.open_session(&mut tx, new).await?;
        tx.commit().await?;
        self.0.sign_ins.forget(&tries);
        Ok(opened)
    }

    /// What a token may do at this moment. Asked at every request, so that an ended session, a disabled
    /// account, a changed role and a withdrawn key count at once.
    pub async fn scope(&self, token: &str) -> Result<Scope> {
        if super::keys::is_key(token) {
            return self.scope_of_key(token).await;
        }
        let parts = self.parts();
        let (session, account, must_prove, lapses_at) = {
            let mut tx = parts.store.read().await?;
            let session = self.holding_session(&mut tx, token).await?;
            let SessionHolder::Account(id) = session.holder else {
                return Err(DeskError::NotSignedIn);
            };
            let account = tx.find_account(&parts.keys, id).await?;
            let account = account.ok_or(DeskError::NotSignedIn)?;
            let must_prove = self.policy().second_proof_for.contains(account.role) && {
                let proof = tx.find_second_proof(&parts.keys, id).await?;
                proof.is_none_or(|proof| proof.confirmed_at.is_none())
            };
            let lapses_at = self.find_lapse(&mut tx, &account).await?;
            (session, account, must_prove, lapses_at)
        };
        if account.disabled_at.is_some() {
            return Err(DeskError::NotSignedIn);
        }
        self.note_use(&session).await?;
        Ok(Scope {
            account: account.id,
            session: Some(session.id),
            role: account.role,
            region: account.region,
            trained_until: account.trained_until,
            proved_at: session.proved_at,
            credential: if must_prove {
                Credential::Unproved
            } else {
                Credential::Session
            },
            has_lapsed: lapses_at.is_some_and(|at| at <= self.now()),
        })
    }

    /// One's own account.
    pub async fn own_account(&self, scope: &Scope) -> Result<Account> {
        scope.require_person()?;
        let parts = self.parts();
        let mut tx = parts.store.read().await?;
        let account = tx.find_account(&parts.keys, scope.account).await?;
        account.ok_or(DeskError::NotSignedIn)
    }

    /// Signs out: ends the session that asks.
    pub async fn sign_out(&self, scope: &Scope) -> Result<()> {
        scope.require_person()?;
        match scope.session {
            Some(session) => self.end_session(session).await,
            None => Ok(()),
        }
    }

    /// One's own sessions, last used first.
    pub async fn list_own_sessions(&self, scope: &Scope) -> Result<Vec<SessionView>> {
        scope.require_person()?;
        let holder = SessionHolder::Account(scope.account);
        self.sessions_of(holder, scope.session).await
    }

    /// Ends one of one's own sessions.
    pub async fn end_own_session(&self, scope: &Scope, session: SessionId) -> Result<()> {
        let own = self.list_own_sessions(scope).await?;
        if !own.iter().any(|one| one.id == session) {
            return Err(DeskError::NotFound("session"));
        }
        let mut tx = self.parts().store.write().await?;
        tx.delete_session(session).await?;
        self.record_ended(&mut tx, scope, 1).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Ends all of one's own sessions but the one that asks; answers how many.
    pub async fn end_other_sessions(&self, scope: &Scope) -> Result<u64> {
        scope.require_person()?;
        let mut tx = self.parts().store.write().await?;
        let holder = SessionHolder::Account(scope.account);
        let ended = tx.delete_sessions_of(holder, scope.session).await?;
        self.record_ended(&mut tx, scope, ended).await?;
        tx.commit().await?;
        Ok(ended)
    }

    async fn record_ended(&self, tx: &mut crate::storage::Tx, scope: &Scope, ended: u64) -> Result<()> {
        let on = (Some(scope.account.into()), Some(scope.region));
        let detail = json!({ "sessions": ended });
        self.record(tx, scope, Deed::SessionsEnded, on, detail).await
    }

    /// Gives oneself another password, and ends one's other sessions.
    pub async fn change_own_password(&self, scope: &Scope, current: &str, new: &str) -> Result<()> {
        let parts = self.parts();
        let account = self.own_account(scope).await?;
        let tries = parts.keys.hash(TRIES, &account.id.to_string());
        self.0.sign_ins.count(tries.clone(), self.now(), ALL_TRIES)?;
        let hash = parts.store.read().await?.find_password(account.id).await?;
        if !self.0.passwords.is_right(current, hash).await? {
            return Err(DeskError::invalid("current_password", ProblemCode::WrongPassword));
        }
        self.0.sign_ins.forget(&tries);
        passwords::check(new, &account.username)?;
        let hash = self.0.passwords.hash(new, &parts.random).await?;
        let mut tx = parts.store.write().await?;
        tx.update_password(account.id, &hash).await?;
        let holder = SessionHolder::Account(account.id);
        tx.delete_sessions_of(holder, scope.session).await?;
        self.record(&mut tx, scope, Deed::PasswordChanged, on(&account), Json::Null)
            .await?;
        tx.commit().await?;
        Ok(())
    }
}

/// An address as somebody knows their own by, and nobody else's: without its end.
pub(super) fn masked(origin: &str) -> Option<String> {
    match origin.parse().ok()? {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            Some(format!("{a}.{b}.{c}.*"))
        }
        IpAddr::V6(address) => {
            let [a, b, c, ..] = address.segments();
            Some(format!("{a:x}:{b:x}:{c:x}:*"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_loses_its_end() {
        assert_eq!(masked("192.0.2.77").as_deref(), Some("192.0.2.*"));
        assert_eq!(masked("2001:db8:1:2::").as_deref(), Some("2001:db8:1:*"));
        assert_eq!(masked("here"), None);
    }
}
