//! Telling the screens how far waves are: an event a wave, at most one a second.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::json;

use crate::domain::actor::Actor;
use crate::domain::clock::Timestamp;
use crate::domain::event::EventKind;
use crate::domain::id::WaveId;
use crate::domain::wave::WaveState;
use crate::storage::events::NewEvent;
use crate::storage::{Result, Tx};

/// How often a wave's progress is told, at most.
const EVERY: Duration = Duration::from_secs(1);

/// Which waves have news, and when each was last told of.
#[derive(Default)]
pub(super) struct News {
    untold: BTreeSet<WaveId>,
    told_at: BTreeMap<WaveId, Timestamp>,
}

impl News {
    /// A wave got further.
    pub(super) fn add(&mut self, wave: WaveId) {
        self.untold.insert(wave);
    }

    /// Whether everything was told.
    pub(super) fn is_empty(&self) -> bool {
        self.untold.is_empty()
    }

    /// The waves that it is time to tell of.
    pub(super) fn due(&self, now: Timestamp) -> Vec<WaveId> {
        let is_due = |wave: &&WaveId| self.told_at.get(wave).is_none_or(|told| *told + EVERY <= now);
        self.untold.iter().filter(is_due).copied().collect()
    }

    /// These were told of; what is older than a few rounds is forgotten.
    pub(super) fn told(&mut self, waves: &[WaveId], now: Timestamp) {
        for wave in waves {
            self.untold.remove(wave);
            self.told_at.insert(*wave, now);
        }
        self.told_at.retain(|_, told| *told + 10 * EVERY > now);
    }
}

impl Tx {
    /// Appends an event about each wave: its accounts, in all and by channel. Call it last before the commit.
    pub(super) async fn append_progress(&mut self, waves: &[WaveId], now: Timestamp) -> Result<()> {
        let mut events = Vec::with_capacity(waves.len());
        for wave in waves {
            let Some(context) = self.find_wave_context(*wave).await? else {
                continue;
            };
            let accounts = self.account_for_wave(*wave).await?;
            let channels: BTreeMap<String, _> = self
                .account_by_channel(*wave)
                .await?
                .into_iter()
                .map(|(channel, accounts)| (channel, accounts.accounting))
                .collect();
            let kind = match context.state {
                WaveState::Finished => EventKind::WaveFinished,
                _ => EventKind::WaveProgress,
            };
            events.push(NewEvent {
                happened_at: now,
                kind,
                region: Some(context.region),
                action: Some(context.action),
                actor: Actor::System,
                data: json!({
                    "wave": wave,
                    "kind": context.kind,
                    "state": context.state,
                    "accounting": accounts.accounting,
                    "channels": channels,
                    "first_handover_at": accounts.first_handover_at,
                    "last_handover_at": accounts.last_handover_at,
                }),
            });
        }
        self.append_events(&events).await
    }
}
