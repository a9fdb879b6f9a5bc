//! The training register, and the practice that keeps rights alive.

use serde_json::json;

use super::on;
use crate::desk::{Desk, DeskError, Permission, Result, Scope};
use crate::domain::audit::Deed;
use crate::domain::clock::Timestamp;
use crate::domain::dutch_time::dutch_time;
use crate::domain::endpoint::Endpoint;
use crate::domain::id::AccountId;
use crate::domain::message::{Message, Purpose, Recipient, Urgency};
use crate::domain::problem::ProblemCode;
use crate::domain::role::Role;
use crate::storage::Tx;
use crate::storage::accounts::Account;
use crate::storage::trainings::Training;

/// The most characters of what a training was.
const MAX_NOTE_CHARS: usize = 500;

/// Somebody whose rights lapse soon, or did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lapsing {
    /// Who.
    pub account: Account,
    /// When: of the end of the training and the want of practice, the first.
    pub lapses_at: Timestamp,
}

impl Desk {
    /// What the command line of the machine may do with the training register, which is the coordinator's; of anyone
    /// else what they may.
    pub fn register_scope(&self, scope: &Scope) -> Scope {
        let mut scope = scope.clone();
        if scope.is_machine() {
            scope.role = Role::Coordinator;
        }
        scope
    }

    /// Writes into the training register what somebody was trained in, and until when that holds for the portal.
    pub async fn record_training(
        &self,
        scope: &Scope,
        id: AccountId,
        trained_until: Option<Timestamp>,
        note: Option<String>,
    ) -> Result<Account> {
        let note = note
            .map(|note| note.trim().to_owned())
            .filter(|note| !note.is_empty());
        let is_note =
            |note: &String| note.chars().count() <= MAX_NOTE_CHARS && !note.chars().any(char::is_control);
        if !note.as_ref().is_none_or(is_note) {
            return Err(DeskError::invalid("note", ProblemCode::TextTooLong));
        }
        let parts = self.parts();
        let mut tx = parts.store.write().await?;
        let mut account = self
            .account_in_scope(&mut tx, scope, Permission::KeepTrainingRegister, id)
            .await?;
        account.trained_until = trained_until;
        self.update(&mut tx, &mut account).await?;
        let training = Training {
            recorded_at: self.now(),
            recorded_by: scope.account,
            trained_until,
            note,
        };
        tx.insert_training(&parts.keys, id, &training).await?;
        let detail = json!({ "trained_until": trained_until });
        self.record(&mut tx, scope, Deed::TrainingRecorded, on(&account), detail)
            .await?;
        tx.commit().await?;
        Ok(account)
    }

    /// What the training register says of somebody, the newest first.
    pub async fn list_trainings(&self, scope: &Scope, id: AccountId) -> Result<Vec<Training>> {
        let mut tx = self.parts().store.read().await?;
        self.account_in_scope(&mut tx, scope, Permission::KeepTrainingRegister, id)
            .await?;
        Ok(tx.list_trainings(&self.parts().keys, id).await?)
    }

    /// Ambassadors and volunteers in the caller's part of the territory whose rights lapse before long, or lapsed
    /// already, the first first.
    pub async fn list_lapsing(&self, scope: &Scope) -> Result<Vec<Lapsing>> {
        let accounts = self.list_accounts(scope).await?;
        scope.require(Permission::KeepTrainingRegister)?;
        let soon = self.now() + self.policy().warned_before;
        let mut tx = self.parts().store.read().await?;
        let mut lapsing = Vec::new();
        for account in accounts {
            let Some(lapses_at) = self.lapses_at(&mut tx, &account).await? else {
                continue;
            };
            if account.disabled_at.is_none() && lapses_at <= soon {
                lapsing.push(Lapsing { account, lapses_at });
            }
        }
        lapsing.sort_by_key(|one| (one.lapses_at, one.account.id));
        Ok(lapsing)
    }

    /// When rights end: with the training, or for want of practice; none where neither is set.
    async fn lapses_at(&self, tx: &mut Tx, account: &Account) -> Result<Option<Timestamp>> {
        let practice = self.find_lapse(tx, account).await?;
        let training = account.trained_until.filter(|_| account.role.needs_training());
        Ok([practice, training].into_iter().flatten().min())
    }

    /// Notes that somebody did what keeps their rights alive.
    pub(in crate::desk) async fn note_practice(
        &self,
        tx: &mut Tx,
        by: AccountId,
        at: Timestamp,
    ) -> Result<()> {
        Ok(tx.mark_practised(by, at).await?)
    }

    /// Warns those whose rights lapse before long, once, and by e-mail where there is an address. Meant to run every few
    /// minutes, on every node: one of them writes to each. Answers how many were written to.
    pub async fn warn_of_lapses(&self) -> Result<u64> {
        let parts = self.parts();
        let now = self.now();
        let soon = now + self.policy().warned_before;
        let unwarned = {
            let mut tx = parts.store.read().await?;
            let mut unwarned = Vec::new();
            for account in tx.list_unwarned_accounts(&parts.keys).await? {
                if let Some(at) = self
                    .lapses_at(&mut tx, &account)
                    .await?
                    .filter(|at| *at <= soon && *at > now)
                {
                    unwarned.push((account, at));
                }
            }
            unwarned
        };
        let mut warned = 0;
        for (account, at) in unwarned {
            let mut tx = parts.store.write().await?;
            let is_ours = tx.mark_warned(account.id, now).await?;
            tx.commit().await?;
            let Some(email) = account.email.filter(|_| is_ours) else {
                continue;
            };
            let recipient = Recipient {
                endpoint: Endpoint::Mailbox(email),
                reference: parts.random.uuid(now).simple().to_string(),
                link: None,
                mail: None,
            };
            // When the queue is full they stand in the coordinator's list all the same.
            if parts.codes.send(warning(&account.name, at), recipient).is_ok() {
                warned += 1;
            }
        }
        Ok(warned)
    }
}

/// In both languages, since nobody asked an account for one.
fn warning(name: &str, at: Timestamp) -> Message {
    let day = dutch_time(at).format("%Y-%m-%d");
    Message {
        purpose: Purpose::Code,
        urgency: Urgency::Normal,
        language: crate::domain::language::Language::Nl,
        title: "Uw rechten in Oproep vervallen binnenkort".to_owned(),
        body: format!(
            "Beste {name},\n\nOp {day} vervallen uw rechten in Oproep, omdat uw opleiding afloopt of u lang niets hebt \
             verstuurd of voorbereid. U kunt daarna nog lezen, maar niets meer versturen. Verstuur of bereid iets voor, \
             of vraag de coördinator om een opleiding.\n\nOn {day} your rights in Oproep lapse, because your training \
             ends or you did not send or prepare anything for long. After that you can read, and send nothing. Send or \
             prepare something, or ask the coordinator for a training."
        ),
        collapse_key: "lapse".to_owned(),
        expires_at: at,
    }
}

#[cfg(test)]
mod tests;
