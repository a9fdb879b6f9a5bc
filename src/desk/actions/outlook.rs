//! What would go out, before it does: for the page on which it is started, or judged by a second person.

use super::super::{Desk, Permission, Result, Scope};
use crate::domain::action::approval::{Matter, NeedsApproval};
use crate::domain::channel::Channel;
use crate::domain::id::{AccountId, ActionId};

/// Whom a wave would reach now, and what it still needs.
#[derive(Clone, Debug)]
pub struct Outlook {
    /// How many it is for.
    pub audience: u64,
    /// How many by each channel, the fastest first.
    pub by_channel: Vec<(Channel, u64)>,
    /// Why a second person has to approve it; none where nobody has to, or somebody did.
    pub needs: Option<NeedsApproval>,
}

impl Desk {
    /// What the start of a draft would be, or what is proposed for an action that runs.
    pub async fn outlook(&self, scope: &Scope, id: ActionId, matter: Option<&Matter>) -> Result<Outlook> {
        let mut tx = self.parts().store.read().await?;
        let action = self
            .action_for(&mut tx, scope, Permission::SeeActions, id)
            .await?;
        let survey = self.survey(&mut tx, scope, &action, matter, self.now()).await?;
        let by_channel = survey.audience.by_channel.iter();
        Ok(Outlook {
            audience: survey.audience.len(),
            by_channel: by_channel
                .map(|(channel, people)| (*channel, people.len()))
                .collect(),
            needs: survey.check.needs,
        })
    }

    /// The name of a colleague whose deed stands in an action that the caller sees; none once the account is gone.
    pub async fn colleague(&self, scope: &Scope, id: AccountId) -> Result<Option<String>> {
        scope.require(Permission::SeeActions)?;
        let mut tx = self.parts().store.read().await?;
        let account = tx.find_account(&self.parts().keys, id).await?;
        Ok(account.map(|account| account.name))
    }
}
