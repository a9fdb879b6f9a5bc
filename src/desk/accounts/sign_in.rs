//! Signing in with a user name and a password, and what one does with one's own account.

use serde_json::{Value as Json, json};

use super::{on, passwords};
use crate::desk::sessions::{OpenedSession, SessionView};
use crate::desk::{Desk, DeskError, Result, Scope};
use crate::domain::audit::Deed;
use crate::domain::id::SessionId;
use crate::domain::problem::ProblemCode;
use crate::storage::accounts::Account;
use crate::storage::sessions::SessionHolder;

/// The context under which tries are counted.
const TRIES: &str = "limits.sign_in";

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
    /// Signs in. `origin` is where the request comes from, an address or network, by which tries are counted.
    ///
    /// An unknown user name, a wrong password and a disabled account have one answer, after the same work.
    pub async fn sign_in(
        &self,
        credentials: Credentials<'_>,
        origin: &str,
        user_agent: Option<&str>,
    ) -> Result<OpenedSession> {
        let parts = self.parts();
        let username = credentials.username.trim().to_lowercase();
        let tries = parts.keys.hash(TRIES, &format!("{origin} {username}"));
        self.0.sign_ins.count(tries.clone(), self.now())?;
        let found = {
            let mut tx = parts.store.read().await?;
            tx.find_password_by_username(&parts.keys, &username).await?
        };
        let (id, hash) = found.unzip();
        let is_right = self.0.passwords.is_right(credentials.password, hash).await?;
        let (Some(id), true) = (id, is_right) else {
            return Err(DeskError::invalid("password", ProblemCode::WrongCredentials));
        };
        self.0.sign_ins.forget(&tries);
        let mut tx = parts.store.write().await?;
        let opened = self
            .open_session(&mut tx, SessionHolder::Account(id), user_agent)
            .await?;
        tx.commit().await?;
        Ok(opened)
    }

    /// What a token may do at this moment. Asked at every request, so that an ended session, a disabled
    /// account and a changed role count at once.
    pub async fn scope(&self, token: &str) -> Result<Scope> {
        let parts = self.parts();
        let (session, account) = {
            let mut tx = parts.store.read().await?;
            let session = self.holding_session(&mut tx, token).await?;
            let SessionHolder::Account(id) = session.holder else {
                return Err(DeskError::NotSignedIn);
            };
            let account = tx.find_account(&parts.keys, id).await?;
            (session, account.ok_or(DeskError::NotSignedIn)?)
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
        })
    }

    /// One's own account.
    pub async fn own_account(&self, scope: &Scope) -> Result<Account> {
        let parts = self.parts();
        let mut tx = parts.store.read().await?;
        let account = tx.find_account(&parts.keys, scope.account).await?;
        account.ok_or(DeskError::NotSignedIn)
    }

    /// Signs out: ends the session that asks.
    pub async fn sign_out(&self, scope: &Scope) -> Result<()> {
        match scope.session {
            Some(session) => self.end_session(session).await,
            None => Ok(()),
        }
    }

    /// One's own sessions, last used first.
    pub async fn list_own_sessions(&self, scope: &Scope) -> Result<Vec<SessionView>> {
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
        let on = (Some(scope.account.into()), Some(scope.region));
        let detail = json!({ "sessions": 1 });
        self.record(&mut tx, scope, Deed::SessionsEnded, on, detail)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Gives oneself another password, and ends one's other sessions.
    pub async fn change_own_password(&self, scope: &Scope, current: &str, new: &str) -> Result<()> {
        let parts = self.parts();
        let account = self.own_account(scope).await?;
        let tries = parts.keys.hash(TRIES, &account.id.to_string());
        self.0.sign_ins.count(tries.clone(), self.now())?;
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
