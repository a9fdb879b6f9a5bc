//! What this node knows of the waves it is sending: their texts, and whether they may go on.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex};

use super::Surroundings;
use crate::domain::clock::Timestamp;
use crate::domain::id::WaveId;
use crate::domain::wave::{WaveMessage, WaveState};
use crate::storage::{Result, StorageError};

/// A wave that this node is sending.
pub(super) struct KnownWave {
    pub(super) id: WaveId,
    pub(super) message: WaveMessage,
    pub(super) expires_at: Timestamp,
    state: AtomicU8,
}

const RUNNING: u8 = 0;
const PAUSED: u8 = 1;
const OVER: u8 = 2;

const fn code(state: WaveState) -> u8 {
    match state {
        WaveState::Running => RUNNING,
        WaveState::Paused => PAUSED,
        WaveState::Halted | WaveState::Finished => OVER,
    }
}

/// Whether the next message of a wave may leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leave {
    /// Yes.
    Go,
    /// Not now: hand the batch back.
    Hold,
    /// Never: what is left is stopped.
    Stop,
}

impl KnownWave {
    /// Asked before every hand-over.
    pub(super) fn may_leave(&self, now: Timestamp) -> Leave {
        match self.state.load(Ordering::Acquire) {
            _ if self.expires_at <= now => Leave::Stop,
            RUNNING => Leave::Go,
            PAUSED => Leave::Hold,
            _ => Leave::Stop,
        }
    }
}

/// The waves this node is sending, by id.
#[derive(Default)]
pub(super) struct WaveBook(Mutex<HashMap<WaveId, Arc<KnownWave>>>);

impl WaveBook {
    /// The wave, read from the database the first time.
    pub(super) async fn open(&self, around: &Surroundings, id: WaveId) -> Result<Arc<KnownWave>> {
        if let Some(wave) = self.0.lock().expect("no holder panics").get(&id) {
            return Ok(wave.clone());
        }
        let mut tx = around.store.read().await?;
        let wave = tx
            .find_wave(&around.keys, id)
            .await?
            .ok_or(StorageError::Corrupt("batches.wave_id"))?;
        let known = Arc::new(KnownWave {
            id,
            message: wave.message,
            expires_at: wave.expires_at,
            state: AtomicU8::new(code(wave.state)),
        });
        Ok(self
            .0
            .lock()
            .expect("no holder panics")
            .entry(id)
            .or_insert(known)
            .clone())
    }

    /// Takes in how far the waves are, as the database says.
    pub(super) fn learn(&self, states: &[(WaveId, WaveState)]) {
        let waves = self.0.lock().expect("no holder panics");
        for (id, state) in states {
            if let Some(wave) = waves.get(id) {
                wave.state.store(code(*state), Ordering::Release);
            }
        }
    }

    /// Forgets the waves of which nothing is in hand.
    pub(super) fn keep_only(&self, in_hand: impl Fn(WaveId) -> bool) {
        self.0
            .lock()
            .expect("no holder panics")
            .retain(|id, _| in_hand(*id));
    }
}
