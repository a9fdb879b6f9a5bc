//! What this node knows of the waves it is sending: their texts, and whether they may go on.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, Weak};

use tokio::sync::watch;

use crate::domain::clock::Timestamp;
use crate::domain::id::WaveId;
use crate::domain::wave::{WaveMessage, WaveState};
use crate::storage::sealing::Keyring;
use crate::storage::{Result, StorageError, Tx};

/// A wave that this node is sending.
pub(super) struct KnownWave {
    pub(super) id: WaveId,
    pub(super) message: WaveMessage,
    pub(super) expires_at: Timestamp,
    state: watch::Sender<WaveState>,
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
        match *self.state.borrow() {
            _ if self.expires_at <= now => Leave::Stop,
            WaveState::Running => Leave::Go,
            WaveState::Paused => Leave::Hold,
            WaveState::Halted | WaveState::Finished => Leave::Stop,
        }
    }

    /// Ends when the wave is no longer running, as far as this node knows.
    pub(super) async fn held_up(&self) {
        let mut state = self.state.subscribe();
        // The sender lives in `self`.
        let _ = state.wait_for(|state| *state != WaveState::Running).await;
    }
}

/// The waves of which this node holds batches, by id. Weak, so that the batches alone decide how long a wave is
/// known, and none is forgotten that still has to hear of a stop.
#[derive(Default)]
pub(super) struct WaveBook(Mutex<HashMap<WaveId, Weak<KnownWave>>>);

impl WaveBook {
    /// The wave, read from the database the first time.
    pub(super) async fn open(&self, tx: &mut Tx, keys: &Keyring, id: WaveId) -> Result<Arc<KnownWave>> {
        if let Some(wave) = self.known(id) {
            return Ok(wave);
        }
        let wave = tx
            .find_wave(keys, id)
            .await?
            .ok_or(StorageError::Corrupt("batches.wave_id"))?;
        let read = Arc::new(KnownWave {
            id,
            message: wave.message,
            expires_at: wave.expires_at,
            state: watch::Sender::new(wave.state),
        });
        let mut waves = self.0.lock().expect("no holder panics");
        waves.retain(|_, wave| wave.strong_count() > 0);
        let known = waves.get(&id).and_then(Weak::upgrade);
        Ok(known.unwrap_or_else(|| {
            waves.insert(id, Arc::downgrade(&read));
            read
        }))
    }

    fn known(&self, id: WaveId) -> Option<Arc<KnownWave>> {
        let waves = self.0.lock().expect("no holder panics");
        waves.get(&id).and_then(Weak::upgrade)
    }

    /// Takes in how far the waves are, as the database says.
    pub(super) fn learn(&self, states: &[(WaveId, WaveState)]) {
        for (id, state) in states {
            if let Some(wave) = self.known(*id) {
                wave.state.send_if_modified(|known| {
                    let changed = *known != *state;
                    *known = *state;
                    changed
                });
            }
        }
    }
}
