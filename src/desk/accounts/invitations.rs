//! Invitations: the administrator makes an account, and its holder opens it by a link in an e-mail.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value as Json, json};

use super::{AccountChange, NewAccount, check, on, passwords};
use crate::desk::sessions::{NewSession, OpenedSession};
use crate::desk::{Desk, DeskError, Permission, Reason, Result, Scope};
use crate::domain::audit::Deed;
use crate::domain::clock::Timestamp;
use crate::domain::endpoint::Endpoint;
use crate::domain::id::{AccountId, InvitationId};
use crate::domain::language::Language;
use crate::domain::message::{Message, Purpose, Recipient, Urgency};
use crate::domain::participant::EmailAddress;
use crate::domain::problem::ProblemCode;
use crate::domain::role::Role;
use crate::storage::accounts::Account;
use crate::storage::invitations::Invitation;
use crate::storage::sessions::SessionHolder;

/// The context under which tries of links are counted.
const TRIES: &str = "limits.invitation";

/// Somebody who was invited.
#[derive(Clone)]
pub struct Invited {
    /// The account.
    pub id: AccountId,
    /// Until when the link opens it.
    pub expires_at: Timestamp,
    /// The link, for the machine's own command line, which sends no e-mail; none elsewhere.
    pub link: Option<String>,
}

impl std::fmt::Debug for Invited {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Invited({})", self.id)
    }
}

/// What the invited sees.
#[derive(Clone, Debug)]
pub struct InvitationView {
    /// What is typed to sign in.
    pub username: String,
    /// Who it is.
    pub name: String,
    /// What the account is for.
    pub role: Role,
    /// Whether the role asks for a second proof.
    pub needs_second_proof: bool,
    /// Until when the invitation holds.
    pub expires_at: Timestamp,
}

impl Desk {
    /// Makes an account that nobody can sign in to yet, and sends its holder a link that opens it once.
    pub async fn invite_account(
        &self,
        scope: &Scope,
        new: NewAccount,
        email: &str,
        language: Language,
    ) -> Result<Invited> {
        let territory = self.directory().territory();
        scope.require_in(Permission::ManageAccounts, &territory, new.region, "region")?;
        let username = new.username.trim().to_lowercase();
        check::new_account(&new, &username, &territory)?;
        let email = check_email(email)?;
        let account = self.new_account(&new, username, Some(email));
        let parts = self.parts();
        let mut tx = parts.store.write().await?;
        super::insert(&mut tx, &parts.keys, &account, "").await?;
        let detail = json!({ "role": account.role });
        self.record(&mut tx, scope, Deed::AccountCreated, on(&account), detail)
            .await?;
        self.invite(tx, scope, &account, language).await
    }

    /// Sends somebody who has an e-mail address another link, in place of any before: the first was lost, or the
    /// password was.
    pub async fn invite_again(&self, scope: &Scope, id: AccountId, language: Language) -> Result<Invited> {
        let mut tx = self.parts().store.write().await?;
        let account = self
            .account_in_scope(&mut tx, scope, Permission::ManageAccounts, id)
            .await?;
        if account.disabled_at.is_some() {
            return Err(Reason::AccountDisabled.into());
        }
        self.invite(tx, scope, &account, language).await
    }

    async fn invite(
        &self,
        mut tx: crate::storage::Tx,
        scope: &Scope,
        account: &Account,
        language: Language,
    ) -> Result<Invited> {
        let parts = self.parts();
        let now = self.now();
        let email = account.email.clone().ok_or(Reason::NoEmail)?;
        let token = URL_SAFE_NO_PAD.encode(parts.random.bytes::<32>());
        let id = InvitationId::new(now, &parts.random);
        let expires_at = now + self.policy().invitation;
        let invitation = Invitation {
            account: account.id,
            expires_at,
        };
        tx.insert_invitation(&parts.keys, id, invitation, &token, now)
            .await?;
        self.record(&mut tx, scope, Deed::AccountInvited, on(account), Json::Null)
            .await?;
        tx.commit().await?;
        let link = format!("{}/join/{token}", self.policy().public_url);
        if scope.is_machine() {
            return Ok(Invited {
                id: account.id,
                expires_at,
                link: Some(link),
            });
        }
        let recipient = Recipient {
            endpoint: Endpoint::Mailbox(email),
            reference: id.as_uuid().simple().to_string(),
            link: None,
            mail: None,
        };
        let hours = self.policy().invitation.as_secs() / 3600;
        let message = message(&account.name, &link, hours, language, expires_at);
        // When the queue is full the account is there, and the administrator invites once more.
        parts
            .codes
            .send(message, recipient)
            .map_err(|_| Reason::TooManyCodes)?;
        Ok(Invited {
            id: account.id,
            expires_at,
            link: None,
        })
    }

    /// What an invitation is for. A link that was used, replaced or made up has one answer.
    pub async fn invitation(&self, token: &str, origin: &str) -> Result<InvitationView> {
        let (account, expires_at) = self.invited(token, origin).await?;
        Ok(InvitationView {
            needs_second_proof: self.policy().second_proof_for.contains(account.role),
            username: account.username,
            name: account.name,
            role: account.role,
            expires_at,
        })
    }

    /// Opens an account by its invitation, which is used up by it: sets the password and signs in. Sessions of before
    /// end.
    pub async fn join(
        &self,
        token: &str,
        password: &str,
        origin: &str,
        user_agent: Option<&str>,
    ) -> Result<OpenedSession> {
        let parts = self.parts();
        let (account, _) = self.invited(token, origin).await?;
        passwords::check(password, &account.username)?;
        let hash = self.0.passwords.hash(password, &parts.random).await?;
        let mut tx = parts.store.write().await?;
        if !tx.use_invitation(&parts.keys, token, self.now()).await? {
            return Err(Reason::InvitationUsedUp.into());
        }
        tx.update_password(account.id, &hash).await?;
        let holder = SessionHolder::Account(account.id);
        tx.delete_sessions_of(holder, None).await?;
        let new = NewSession {
            holder,
            user_agent,
            address: super::sign_in::masked(origin),
            proved_at: None,
        };
        let opened = self.open_session(&mut tx, new).await?;
        self.record_by(&mut tx, account.id, Deed::AccountJoined, on(&account), Json::Null)
            .await?;
        tx.commit().await?;
        Ok(opened)
    }

    async fn invited(&self, token: &str, origin: &str) -> Result<(Account, Timestamp)> {
        let parts = self.parts();
        let now = self.now();
        let tries = parts.keys.hash(TRIES, origin);
        self.0.sign_ins.count(tries, now, super::limiter::TRIES * 3)?;
        let mut tx = parts.store.read().await?;
        let used_up = || DeskError::from(Reason::InvitationUsedUp);
        let found = tx.find_invitation(&parts.keys, token).await?;
        let found = found
            .filter(|invitation| invitation.expires_at > now)
            .ok_or_else(used_up)?;
        let account = tx.find_account(&parts.keys, found.account).await?;
        let account = account
            .filter(|account| account.disabled_at.is_none())
            .ok_or_else(used_up)?;
        Ok((account, found.expires_at))
    }
}

/// The address as it is written to, or what is wrong with it.
pub(super) fn check_email(text: &str) -> Result<String> {
    text.trim()
        .parse::<EmailAddress>()
        .map(|email| email.as_str().to_owned())
        .map_err(|_| DeskError::invalid("email", ProblemCode::EmailForm))
}

/// The address of a change, checked: none stays, an empty one goes.
pub(super) fn changed_email(change: &AccountChange, account: &Account) -> Result<Option<String>> {
    match change.email.as_deref() {
        None => Ok(account.email.clone()),
        Some("") => Ok(None),
        Some(text) => check_email(text).map(Some),
    }
}

fn message(name: &str, link: &str, hours: u64, language: Language, expires_at: Timestamp) -> Message {
    let (title, body) = match language {
        Language::Nl => (
            "Uw toegang tot Oproep",
            format!(
                "Beste {name},\n\nU kunt met Oproep gaan werken. Kies uw wachtwoord op deze pagina:\n\n{link}\n\nDe link \
                 werkt één keer en {hours} uur lang. Hij is alleen voor u: stuur hem aan niemand door."
            ),
        ),
        Language::En => (
            "Your access to Oproep",
            format!(
                "Dear {name},\n\nYou can begin to work with Oproep. Choose your password on this page:\n\n{link}\n\nThe \
                 link works once and for {hours} hours. It is for you alone: send it on to nobody."
            ),
        ),
    };
    Message {
        purpose: Purpose::Code,
        urgency: Urgency::Normal,
        language,
        title: title.to_owned(),
        body,
        collapse_key: "invitation".to_owned(),
        expires_at,
    }
}

#[cfg(test)]
mod tests;
