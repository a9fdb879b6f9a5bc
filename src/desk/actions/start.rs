//! Starting: from a complete draft to a wave that goes out.

use super::super::{Desk, Reason, Result, Scope};
use super::waves::{WaveDraft, wave_started};
use super::{event, unknown_region};
use crate::dispatch::plan::PlannedWave;
use crate::domain::action::Action;
use crate::domain::channel::Channel;
use crate::domain::event::EventKind;
use crate::domain::id::{ActionId, WaveId};
use crate::domain::wave::WaveKind;

/// What went out.
#[derive(Clone, Debug)]
pub struct Started {
    /// The action afterwards.
    pub action: Action,
    /// The wave.
    pub wave: WaveId,
    /// How many it is for.
    pub audience: u64,
    /// How many by each channel.
    pub by_channel: Vec<(Channel, u64)>,
}

impl Desk {
    /// Starts a draft as the caller saw it: from the answer on nothing of it can be lost.
    pub async fn start_action(&self, scope: &Scope, id: ActionId, version: u32) -> Result<Started> {
        let deed = self.deed(scope);
        let action = {
            let mut tx = self.parts().store.read().await?;
            self.action_to_send_at(&mut tx, scope, id, version).await?
        };
        let ready = action.content.ready(deed.at)?;
        let to = action.state.start(deed, ready.expires_at)?;
        self.keep_within(scope, ready.area)?;
        let fence = self.directory().fence(ready.area).map_err(|_| unknown_region())?;
        let audience = self.directory().audience(&fence, Self::selection(&action, None));
        let wave = WaveDraft {
            kind: WaveKind::First,
            texts: ready.texts,
            area: Some(ready.area),
            audience,
            origin: action.content.origin,
            deed,
            expires_at: ready.expires_at,
        };
        let planned = self.plan_wave(&action, wave).await?;
        refuse_nobody(&planned)?;

        let mut tx = self.parts().store.write().await?;
        self.write_state(&mut tx, &action, &to, None).await?;
        tx.insert_planned_wave(&self.parts().keys, &planned).await?;
        let started = event(&action, action.region, EventKind::ActionStarted, deed, to.phase());
        tx.append_events(&[started, wave_started(&action, &planned)])
            .await?;
        self.commit_and_wake(tx).await?;
        Ok(Started::of(
            Action {
                state: to,
                version: version + 1,
                ..action
            },
            &planned,
        ))
    }
}

impl Started {
    pub(super) fn of(action: Action, planned: &PlannedWave) -> Self {
        let by_channel = Channel::ALL.into_iter().map(|channel| {
            let batches = planned.batches.iter().filter(|batch| batch.channel == channel);
            (channel, batches.map(|batch| batch.members.len() as u64).sum())
        });
        Self {
            action,
            wave: planned.order.wave,
            audience: planned.audience.len(),
            by_channel: by_channel.filter(|(_, count)| *count > 0).collect(),
        }
    }
}

/// Refuses a wave that would reach nobody: a wrong area is more likely than an empty one.
pub(super) fn refuse_nobody(planned: &PlannedWave) -> Result<()> {
    match (planned.audience.is_empty(), planned.order.kind.is_alert()) {
        (true, true) => Err(Reason::NobodyReached.into()),
        (true, false) => Err(Reason::NobodyTold.into()),
        (false, _) => Ok(()),
    }
}
