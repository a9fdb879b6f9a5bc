//! Starting: from a complete draft to a wave that goes out.

use super::super::{Desk, Reason, Result, Scope};
use super::checks::Confirmed;
use super::waves::{WaveDraft, wave_started};
use super::{event, seen_at};
use crate::dispatch::crash;
use crate::dispatch::plan::PlannedWave;
use crate::domain::action::{Action, ActionState};
use crate::domain::audit;
use crate::domain::channel::Channel;
use crate::domain::clock::Timestamp;
use crate::domain::event::EventKind;
use crate::domain::id::{ActionId, WaveId};
use crate::domain::wave::WaveKind;
use crate::storage::{StorageError, Tx};

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
    /// Until when nothing of it leaves, unless somebody sends it at once; none when nothing is held.
    pub held_until: Option<Timestamp>,
}

impl Desk {
    /// Starts a draft as the caller saw it: from the answer on nothing of it can be lost.
    ///
    /// Whoever asks again because no answer came gets the answer of the start that was made.
    pub async fn start_action(&self, scope: &Scope, id: ActionId, version: u32) -> Result<Started> {
        self.start_action_on(scope, id, version, None, &Confirmed::nothing())
            .await
    }

    /// The same, with findings of the checks that the caller took on themselves.
    pub async fn start_action_confirming(
        &self,
        scope: &Scope,
        id: ActionId,
        version: u32,
        confirmed: &Confirmed,
    ) -> Result<Started> {
        self.start_action_on(scope, id, version, None, confirmed).await
    }

    /// The same with a reason to start it even over a limit: kept where there was one, and told to a second person.
    pub async fn start_action_on(
        &self,
        scope: &Scope,
        id: ActionId,
        version: u32,
        over_limit: Option<&str>,
        confirmed: &Confirmed,
    ) -> Result<Started> {
        self.require_fresh_proof(scope)?;
        let deed = self.deed(scope);
        let mut tx = self.parts().store.read().await?;
        let action = self.action_to_send(&mut tx, scope, id).await?;
        if was_started(&action, scope, version) {
            return self.started(&mut tx, action).await;
        }
        let action = seen_at(action, version)?;
        let ready = action.content.ready(deed.at)?;
        let survey = self.survey_start(&mut tx, scope, &action, ready).await?;
        drop(tx);
        // What was approved is what is sent: the content under this version, and as many as were counted.
        let to = action.state.start(deed, ready.expires_at, &survey.check)?;
        let wave = WaveDraft {
            kind: WaveKind::First,
            texts: ready.texts,
            area: Some(ready.area),
            audience: survey.audience,
            origin: action.content.origin,
            deed,
            expires_at: ready.expires_at,
        };
        let planned = self.plan_wave(&action, wave).await?;
        refuse_nobody(&planned)?;
        let outgoing = self
            .outgoing(&action, &planned, ready.texts, Some(ready.area))
            .await?;

        let mut tx = self.parts().store.write().await?;
        let overridden = self
            .count_start(&mut tx, scope, &action, deed, over_limit)
            .await?;
        let held = self
            .hold_to_checks(&mut tx, &action, &outgoing, confirmed)
            .await?;
        self.write_state(&mut tx, &action, &to, None).await?;
        tx.insert_planned_wave(&self.parts().keys, &planned).await?;
        self.record_of_action(&mut tx, audit::Deed::ActionStarted, &action, deed)
            .await?;
        if overridden.is_some() {
            self.record_of_action(&mut tx, audit::Deed::LimitOverridden, &action, deed)
                .await?;
        }
        held.record(self, &mut tx, &action, deed).await?;
        if let Some(extent) = outgoing.extent {
            let kind = action.content.kind;
            tx.insert_extent(id, action.region, kind, extent, deed.at).await?;
        }
        let mut started = event(&action, action.region, EventKind::ActionStarted, deed, to.phase());
        held.note_in(&mut started.data);
        let mut events = vec![started, wave_started(&action, &planned)];
        events.extend(overridden);
        tx.append_events(&events).await?;
        crash::point("start.before_commit");
        self.commit_and_wake(tx).await?;
        crash::point("start.after_commit");
        Ok(Started::of(
            Action {
                state: to,
                version: version + 1,
                ..action
            },
            &planned,
        ))
    }

    /// What a start was answered, or would have been.
    async fn started(&self, tx: &mut Tx, action: Action) -> Result<Started> {
        let waves = tx.list_waves(&self.parts().keys, action.id).await?;
        let first = waves.first().ok_or(StorageError::Corrupt("waves"))?;
        let by_channel = tx.account_by_channel(first.id).await?;
        Ok(Started {
            action,
            wave: first.id,
            audience: first.audience_count,
            held_until: first.held_until,
            by_channel: by_channel
                .into_iter()
                .filter_map(|(channel, accounts)| Some((channel.parse().ok()?, accounts.accounting.audience)))
                .collect(),
        })
    }
}

/// Whether this is what the same account's start of the draft of this version made of it, and nothing since.
fn was_started(action: &Action, scope: &Scope, version: u32) -> bool {
    matches!(&action.state, ActionState::Active(run)
        if run.started.by == scope.account && run.stopped.is_none() && action.version == version + 1)
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
            held_until: planned.order.held_until,
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
