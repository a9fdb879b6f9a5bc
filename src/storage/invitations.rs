//! Invitations to work with the network: a token by e-mail that opens an account once.

use sqlx::FromRow;
use uuid::Uuid;

use super::sealing::Keyring;
use super::{Result, Tx};
use crate::domain::clock::Timestamp;
use crate::domain::id::{AccountId, InvitationId};

statements! {
    INSERT = "insert into invitations (id, account_id, token_hash, created_at, expires_at) \
        values ($1, $2, $3, $4, $5)";
    FIND = "select account_id, expires_at from invitations where token_hash = $1";
    USE = "delete from invitations where token_hash = $1 and expires_at > $2";
    DELETE_OF_ACCOUNT = "delete from invitations where account_id = $1";
    DELETE_OLD = "delete from invitations where expires_at <= $1";
}

const TOKEN: &str = "invitations.token";

/// An invitation as it is found by its token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Whom it is for.
    pub account: AccountId,
    /// When it ends.
    pub expires_at: Timestamp,
}

#[derive(FromRow)]
struct InvitationRow {
    account_id: Uuid,
    expires_at: i64,
}

impl Tx {
    /// Stores an invitation in place of any before of the same account.
    pub async fn insert_invitation(
        &mut self,
        keys: &Keyring,
        id: InvitationId,
        invitation: Invitation,
        token: &str,
        now: Timestamp,
    ) -> Result<()> {
        self.delete_invitations_of(invitation.account).await?;
        let hash = keys.hash(TOKEN, token);
        let values = values![id, invitation.account, hash, now, invitation.expires_at];
        self.execute(INSERT, values).await.map(drop)
    }

    /// The invitation of this token, also when its time is over.
    pub async fn find_invitation(&mut self, keys: &Keyring, token: &str) -> Result<Option<Invitation>> {
        let row: Option<InvitationRow> = self.find(FIND, values![keys.hash(TOKEN, token)]).await?;
        Ok(row.map(|row| Invitation {
            account: AccountId::from_uuid(row.account_id),
            expires_at: Timestamp::from_millis(row.expires_at),
        }))
    }

    /// Uses an invitation up. False when it was used meanwhile, or its time is over.
    pub async fn use_invitation(&mut self, keys: &Keyring, token: &str, now: Timestamp) -> Result<bool> {
        let values = values![keys.hash(TOKEN, token), now];
        Ok(self.execute(USE, values).await? > 0)
    }

    /// Takes back what an account was invited by.
    pub async fn delete_invitations_of(&mut self, account: AccountId) -> Result<()> {
        self.execute(DELETE_OF_ACCOUNT, values![account]).await.map(drop)
    }

    /// Forgets invitations whose time is over.
    pub async fn delete_old_invitations(&mut self, now: Timestamp) -> Result<u64> {
        self.execute(DELETE_OLD, values![now]).await
    }
}
