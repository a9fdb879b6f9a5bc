//! Codes of an app as a second proof: set up by oneself, asked for when signing in, and once more before what cannot be
//! taken back.

use serde_json::{Value as Json, json};

use super::on;
use crate::desk::{Desk, DeskError, Permission, Reason, Result, Scope};
use crate::domain::actor::Actor;
use crate::domain::audit::Deed;
use crate::domain::id::AccountId;
use crate::domain::problem::ProblemCode;
use crate::domain::totp::{TotpSecret, normalised_recovery_code, recovery_code};
use crate::storage::Tx;
use crate::storage::audit::AuditEntry;
use crate::storage::sessions::SessionHolder;

/// Recovery codes that one is given.
const RECOVERY_CODES: usize = 10;
/// The context under which wrong codes are counted.
const TRIES: &str = "limits.second_proof";

/// What an app takes the codes from. Secret: `Debug` shows none of it.
#[derive(Clone)]
pub struct Enrolment {
    /// To type, base 32.
    pub secret: String,
    /// As a link or a picture.
    pub uri: String,
}

impl std::fmt::Debug for Enrolment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Enrolment(..)")
    }
}

impl Desk {
    /// Makes a secret for one's own app. It proves nothing until [`Desk::confirm_second_proof`] heard a code; until then
    /// another takes its place.
    pub async fn begin_second_proof(&self, scope: &Scope) -> Result<Enrolment> {
        let parts = self.parts();
        let account = self.own_account(scope).await?;
        let secret = TotpSecret::new(&parts.random);
        let mut tx = parts.store.write().await?;
        if !tx.set_second_proof(&parts.keys, account.id, &secret).await? {
            return Err(Reason::SecondProofPresent.into());
        }
        tx.commit().await?;
        Ok(Enrolment {
            secret: secret.to_base32(),
            uri: secret.uri(&self.policy().issuer, &account.username),
        })
    }

    /// Lets one's own app count from now on, by its first code. Answers the codes to keep for when the telephone is lost,
    /// told once.
    pub async fn confirm_second_proof(&self, scope: &Scope, code: &str) -> Result<Vec<String>> {
        let parts = self.parts();
        let account = self.own_account(scope).await?;
        self.count_proof_try(account.id)?;
        let mut tx = parts.store.write().await?;
        let proof = tx.find_second_proof(&parts.keys, account.id).await?;
        let proof = proof.ok_or(Reason::NoSecondProof)?;
        if proof.confirmed_at.is_some() {
            return Err(Reason::SecondProofPresent.into());
        }
        let now = self.now();
        let step = proof.secret.step_of_code(code, now, proof.last_step);
        let step = step.ok_or_else(wrong_code)?;
        if !tx.use_step(account.id, step).await? || !tx.confirm_second_proof(account.id, now).await? {
            return Err(wrong_code());
        }
        let codes = self.new_recovery_codes(&mut tx, account.id).await?;
        if let Some(session) = scope.session {
            tx.mark_session_proved(session, now).await?;
        }
        self.record(&mut tx, scope, Deed::SecondProofSet, on(&account), Json::Null)
            .await?;
        tx.commit().await?;
        self.forget_proof_tries(account.id);
        Ok(codes)
    }

    /// Replaces one's recovery codes, for instance when few are left or the paper was seen; `code` is one of the app, or
    /// one of the old. Answers the new ones, told once.
    pub async fn renew_recovery_codes(&self, scope: &Scope, code: &str) -> Result<Vec<String>> {
        let account = self.own_account(scope).await?;
        self.count_proof_try(account.id)?;
        let mut tx = self.parts().store.write().await?;
        self.take_code(&mut tx, account.id, "code", code).await?;
        let codes = self.new_recovery_codes(&mut tx, account.id).await?;
        let renewed = Deed::RecoveryCodesRenewed;
        self.record(&mut tx, scope, renewed, on(&account), Json::Null)
            .await?;
        tx.commit().await?;
        self.forget_proof_tries(account.id);
        Ok(codes)
    }

    /// How many of one's recovery codes are left; none where no second proof counts.
    pub async fn count_recovery_codes(&self, scope: &Scope) -> Result<Option<u64>> {
        let account = self.own_account(scope).await?;
        let parts = self.parts();
        let mut tx = parts.store.read().await?;
        let proof = tx.find_second_proof(&parts.keys, account.id).await?;
        match proof.and_then(|proof| proof.confirmed_at) {
            Some(_) => Ok(Some(tx.count_recovery_codes(account.id).await?)),
            None => Ok(None),
        }
    }

    async fn new_recovery_codes(&self, tx: &mut Tx, account: AccountId) -> Result<Vec<String>> {
        let parts = self.parts();
        let codes: Vec<String> = (0..RECOVERY_CODES)
            .map(|_| recovery_code(&parts.random))
            .collect();
        let normalised: Vec<String> = codes
            .iter()
            .filter_map(|code| normalised_recovery_code(code))
            .collect();
        tx.set_recovery_codes(&parts.keys, account, &normalised).await?;
        Ok(codes)
    }

    /// Proves once more, by a code, that whoever has the session is its holder.
    pub async fn prove(&self, scope: &Scope, code: &str) -> Result<()> {
        let account = self.own_account(scope).await?;
        self.count_proof_try(account.id)?;
        let mut tx = self.parts().store.write().await?;
        self.take_code(&mut tx, account.id, "code", code).await?;
        if let Some(session) = scope.session {
            tx.mark_session_proved(session, self.now()).await?;
        }
        tx.commit().await?;
        self.forget_proof_tries(account.id);
        Ok(())
    }

    /// Takes one's own second proof away, for another telephone: by a code of the old one, or a recovery code.
    pub async fn remove_own_second_proof(&self, scope: &Scope, code: &str) -> Result<()> {
        let account = self.own_account(scope).await?;
        self.count_proof_try(account.id)?;
        let mut tx = self.parts().store.write().await?;
        self.take_code(&mut tx, account.id, "code", code).await?;
        tx.delete_second_proof(account.id).await?;
        self.record(&mut tx, scope, Deed::SecondProofRemoved, on(&account), Json::Null)
            .await?;
        tx.commit().await?;
        self.forget_proof_tries(account.id);
        Ok(())
    }

    /// Takes the second proof of somebody away who lost telephone and codes, and ends their sessions.
    pub async fn remove_second_proof(&self, scope: &Scope, id: AccountId) -> Result<()> {
        let mut tx = self.parts().store.write().await?;
        let account = self
            .account_in_scope(&mut tx, scope, Permission::ManageAccounts, id)
            .await?;
        if !tx.delete_second_proof(id).await? {
            return Err(Reason::NoSecondProof.into());
        }
        tx.delete_sessions_of(SessionHolder::Account(id), None).await?;
        self.record(&mut tx, scope, Deed::SecondProofRemoved, on(&account), Json::Null)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Takes a code of the app, or a recovery code, of an account whose second proof counts. A code is used up by it.
    pub(super) async fn take_code(
        &self,
        tx: &mut Tx,
        account: AccountId,
        field: &'static str,
        code: &str,
    ) -> Result<()> {
        let (keys, now) = (&self.parts().keys, self.now());
        let wrong = || DeskError::invalid(field, ProblemCode::WrongProofCode);
        let proof = tx.find_second_proof(keys, account).await?;
        let proof = proof
            .filter(|proof| proof.confirmed_at.is_some())
            .ok_or(Reason::NoSecondProof)?;
        if let Some(step) = proof.secret.step_of_code(code, now, proof.last_step) {
            return if tx.use_step(account, step).await? {
                Ok(())
            } else {
                Err(wrong())
            };
        }
        let code = normalised_recovery_code(code).ok_or_else(wrong)?;
        if !tx.use_recovery_code(keys, account, &code).await? {
            return Err(wrong());
        }
        let left = tx.count_recovery_codes(account).await?;
        let region = tx.find_account(keys, account).await?.map(|found| found.region);
        let entry = AuditEntry {
            at: now,
            actor: Actor::Account(account),
            deed: Deed::RecoveryCodeUsed,
            subject: Some(account.into()),
            region,
            detail: json!({ "left": left }),
            personal: Json::Null,
        };
        tx.append_audit(keys, &entry).await?;
        Ok(())
    }

    fn count_proof_try(&self, account: AccountId) -> Result<()> {
        let key = self.parts().keys.hash(TRIES, &account.to_string());
        self.0.sign_ins.count(key, self.now(), super::limiter::TRIES)
    }

    fn forget_proof_tries(&self, account: AccountId) {
        let key = self.parts().keys.hash(TRIES, &account.to_string());
        self.0.sign_ins.forget(&key);
    }
}

fn wrong_code() -> DeskError {
    DeskError::invalid("code", ProblemCode::WrongProofCode)
}

#[cfg(test)]
mod tests;
