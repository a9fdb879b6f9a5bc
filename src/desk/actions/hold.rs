//! The moments after an order in which nothing has left yet: taken back, or sent at once.

use serde_json::json;

use super::super::{Desk, Reason, Result, Scope};
use super::{changed_meanwhile, event};
use crate::domain::action::{Action, TransitionError, Tried};
use crate::domain::audit;
use crate::domain::clock::Timestamp;
use crate::domain::event::EventKind;
use crate::domain::id::ActionId;
use crate::domain::wave::WaveKind;

impl Desk {
    /// From when on a wave of this kind leaves; none for at once. Only what calls on people is held: an update
    /// stands in the place of an older text, which nobody hears any more.
    pub(super) fn held_until(
        &self,
        action: &Action,
        kind: WaveKind,
        ordered_at: Timestamp,
    ) -> Option<Timestamp> {
        let hold = self.safeguards().hold.of(action.content.kind);
        hold.filter(|_| kind.is_alert()).map(|hold| ordered_at + hold)
    }

    /// Takes the last call-out back of which nothing left: nobody was told, and nobody is. After a start the
    /// action is a draft again, to be approved anew where it needs that; after an expansion it goes on without.
    ///
    /// Refused once any node took a batch of it: then it is too late, and a stop is what helps.
    pub async fn take_back_action(&self, scope: &Scope, id: ActionId, version: u32) -> Result<Action> {
        let deed = self.deed(scope);
        let mut tx = self.parts().store.write().await?;
        let action = self.action_to_send_at(&mut tx, scope, id, version).await?;
        let to = action.state.take_back()?;
        let wave = tx.find_last_alert(id).await?.ok_or(Reason::NothingHeld)?;
        let (to, written) = match wave.kind {
            WaveKind::First => (to, tx.mark_taken_back(&action).await?),
            _ => (action.state, tx.claim_action(&action).await?),
        };
        if !written {
            return Err(changed_meanwhile());
        }
        if !tx.delete_untouched_wave(wave.id).await? {
            return Err(Reason::AlreadyLeaving.into());
        }
        if wave.kind == WaveKind::First {
            tx.delete_extent(id).await?;
        }
        self.record_of_action(&mut tx, audit::Deed::ActionTakenBack, &action, deed)
            .await?;
        let mut told = event(
            &action,
            action.region,
            EventKind::ActionTakenBack,
            deed,
            to.phase(),
        );
        told.data["wave"] = json!(wave.id);
        told.data["kind_of_wave"] = json!(wave.kind);
        tx.append_events(&[told]).await?;
        self.commit_and_wake(tx).await?;
        self.directory().wake();
        Ok(Action {
            state: to,
            version: version + 1,
            ..action
        })
    }

    /// Ends the hold of the last call-out: it leaves now.
    pub async fn send_action_now(&self, scope: &Scope, id: ActionId, version: u32) -> Result<Action> {
        let deed = self.deed(scope);
        let mut tx = self.parts().store.write().await?;
        let action = self.action_to_send_at(&mut tx, scope, id, version).await?;
        let run = action.state.run().filter(|run| run.stopped.is_none());
        if run.is_none() || action.state.phase().is_ended() {
            return Err(TransitionError::WrongPhase {
                phase: action.state.phase(),
                verb: Tried::SentNow,
            }
            .into());
        }
        let held = tx.find_last_alert(id).await?.ok_or(Reason::NothingHeld)?;
        if !tx.mark_wave_released(&held, deed.at).await? {
            return Err(Reason::NothingHeld.into());
        }
        self.record_of_action(&mut tx, audit::Deed::ActionSentNow, &action, deed)
            .await?;
        let mut told = event(
            &action,
            action.region,
            EventKind::ActionSentNow,
            deed,
            action.state.phase(),
        );
        told.data["wave"] = json!(held.id);
        tx.append_events(&[told]).await?;
        self.commit_and_wake(tx).await?;
        Ok(action)
    }
}

#[cfg(test)]
mod tests;
