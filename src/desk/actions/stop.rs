//! Pausing, resuming and stopping what is being sent.

use super::super::{Desk, DeskError, Result, Scope};
use super::{ActionView, CHANGED, event};
use crate::domain::action::Action;
use crate::domain::audit;
use crate::domain::event::EventKind;
use crate::domain::id::ActionId;
use crate::domain::wave::Accounting;

/// How often a stop is tried against changes that come in between.
pub(super) const STOP_TRIES: u32 = 10;

/// Who was reached before the stop.
#[derive(Clone, Debug)]
pub struct Stopped {
    /// The action with its waves.
    pub view: ActionView,
    /// All waves together. What is queued in it is in a node's hands and will be settled within seconds.
    pub accounting: Accounting,
}

impl Desk {
    /// Holds what is being sent; it can go on where it was.
    pub async fn pause_action(&self, scope: &Scope, id: ActionId, version: u32) -> Result<Action> {
        let deed = self.deed(scope);
        let mut tx = self.parts().store.write().await?;
        let action = self.action_to_send_at(&mut tx, scope, id, version).await?;
        let to = action.state.pause(deed)?;
        self.write_state(&mut tx, &action, &to, None).await?;
        tx.mark_waves_paused(id).await?;
        self.record_of_action(&mut tx, audit::Deed::ActionPaused, &action, deed)
            .await?;
        let paused = event(&action, action.region, EventKind::ActionPaused, deed, to.phase());
        tx.append_events(&[paused]).await?;
        self.commit_and_wake(tx).await?;
        Ok(Action {
            state: to,
            version: version + 1,
            ..action
        })
    }

    /// Lets what was held go on.
    pub async fn resume_action(&self, scope: &Scope, id: ActionId, version: u32) -> Result<Action> {
        let deed = self.deed(scope);
        let mut tx = self.parts().store.write().await?;
        let action = self.action_to_send_at(&mut tx, scope, id, version).await?;
        let to = action.state.resume()?;
        self.write_state(&mut tx, &action, &to, None).await?;
        tx.mark_waves_resumed(id).await?;
        self.record_of_action(&mut tx, audit::Deed::ActionResumed, &action, deed)
            .await?;
        let resumed = event(&action, action.region, EventKind::ActionResumed, deed, to.phase());
        tx.append_events(&[resumed]).await?;
        self.commit_and_wake(tx).await?;
        Ok(Action {
            state: to,
            version: version + 1,
            ..action
        })
    }

    /// Stops what is being sent for good and answers who was reached. A running action stays active, since
    /// people were told and will call; of an ended one the closing message is halted. Stopping once more halts
    /// what was sent since. No version is asked for: whoever stops has seen enough, and a change that comes in
    /// between does not hold it up.
    pub async fn stop_action(&self, scope: &Scope, id: ActionId) -> Result<Stopped> {
        let mut tries = 1;
        let action = loop {
            match self.try_stop(scope, id).await {
                Err(DeskError::Conflict { code: CHANGED, .. }) if tries < STOP_TRIES => tries += 1,
                stopped => break stopped?,
            }
        };
        let mut tx = self.parts().store.read().await?;
        let view = self.view(&mut tx, action).await?;
        Ok(Stopped {
            accounting: view.accounting(),
            view,
        })
    }

    async fn try_stop(&self, scope: &Scope, id: ActionId) -> Result<Action> {
        let deed = self.deed(scope);
        let mut tx = self.parts().store.write().await?;
        let action = self.action_to_send(&mut tx, scope, id).await?;
        let to = action.state.stop(deed)?;
        self.write_state(&mut tx, &action, &to, None).await?;
        tx.mark_waves_halted(id, deed.at).await?;
        tx.settle_halted_batches(deed.at).await?;
        self.record_of_action(&mut tx, audit::Deed::ActionStopped, &action, deed)
            .await?;
        let stopped = event(&action, action.region, EventKind::ActionStopped, deed, to.phase());
        tx.append_events(&[stopped]).await?;
        self.commit_and_wake(tx).await?;
        Ok(Action {
            state: to,
            version: action.version + 1,
            ..action
        })
    }
}

#[cfg(test)]
mod tests;
