//! Writes what became of the batches in hand: all that changed, in one transaction, about five times a second
//! and at once when somebody waits for it.
//!
//! While the database is out of reach the lanes go on with what their intents allow, and the recorder keeps
//! what is to be written until it is back.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio_util::task::TaskTracker;

use super::figures::waves_finished;
use super::in_hand::{InHand, Snapshot};
use super::telling::News;
use super::{Node, crash};
use crate::domain::clock::Timestamp;
use crate::domain::id::{BatchNumber, WaveId};
use crate::storage::batches::{BatchState, Progress};
use crate::storage::{Result, StorageError};

pub(super) struct Recorder {
    in_hand: Mutex<Vec<Arc<InHand>>>,
    hurry: Notify,
    stopped: watch::Sender<bool>,
    /// When all that changed was written last, or there was nothing to write; milliseconds.
    written_at: AtomicI64,
}

impl Recorder {
    pub(super) fn new(now: Timestamp) -> Self {
        Self {
            in_hand: Mutex::default(),
            hurry: Notify::new(),
            stopped: watch::Sender::new(false),
            written_at: AtomicI64::new(now.as_millis()),
        }
    }

    /// When all that changed was written last, or there was nothing to write.
    pub(super) fn written_at(&self) -> Timestamp {
        Timestamp::from_millis(self.written_at.load(Ordering::Relaxed))
    }

    fn mark_written(&self, now: Timestamp) {
        self.written_at.store(now.as_millis(), Ordering::Relaxed);
    }

    /// Takes a batch in hand; it leaves when its end is written or its lease is lost.
    pub(super) fn add(&self, batch: Arc<InHand>) {
        self.in_hand.lock().expect("no holder panics").push(batch);
    }

    /// Writes now instead of at the next turn.
    pub(super) fn hurry(&self) {
        self.hurry.notify_one();
    }

    /// Ends when the recorder has written everything and stopped.
    pub(super) async fn stopped(&self) {
        let _ = self.stopped.subscribe().wait_for(|stopped| *stopped).await;
    }

    fn batches(&self) -> Vec<Arc<InHand>> {
        self.in_hand.lock().expect("no holder panics").clone()
    }

    /// Gives up these hands' batches; another claim of the same batch stays.
    fn let_go(&self, hands: &[Arc<InHand>]) {
        self.in_hand
            .lock()
            .expect("no holder panics")
            .retain(|batch| !hands.iter().any(|hand| Arc::ptr_eq(hand, batch)));
    }

    /// Writes nothing more of a batch: its lease runs out, and whoever takes it over finds what was intended.
    pub(super) fn abandon(&self, hand: &Arc<InHand>) {
        hand.mark_lost();
        self.let_go(std::slice::from_ref(hand));
    }

    /// Abandons what this node holds of a batch that it just claimed anew, after a lease that ran out.
    pub(super) fn abandon_older(&self, number: BatchNumber) {
        for hand in self.batches().iter().filter(|hand| hand.number == number) {
            self.abandon(hand);
        }
    }
}

/// What lies between two turns.
#[derive(Default)]
struct Memory {
    renewed_at: Timestamp,
    news: News,
}

/// Runs until the lanes have ended and everything is written.
pub(super) async fn run(node: Arc<Node>, lanes: TaskTracker) {
    let clock = node.around.clock.clone();
    let mut memory = Memory::default();
    loop {
        let idle = node.recorder.batches().is_empty() && memory.news.is_empty();
        if idle && lanes.is_closed() && lanes.is_empty() {
            break;
        }
        tokio::select! {
            () = clock.sleep(node.around.timing.flush_every) => {}
            () = node.recorder.hurry.notified() => {}
        }
        flush(&node, &mut memory).await;
    }
    node.recorder.stopped.send_replace(true);
}

async fn flush(node: &Node, memory: &mut Memory) {
    let mut batches = node.recorder.batches();
    if batches.is_empty() && memory.news.is_empty() {
        node.recorder.mark_written(node.around.clock.now());
        return;
    }
    // In the order in which every writer locks rows.
    batches.sort_unstable_by_key(|batch| batch.number);
    let renew = memory.renewed_at + node.around.timing.lease / 3 <= node.around.clock.now();
    let snapshots: Vec<Snapshot> = batches.iter().filter_map(|batch| batch.snapshot(renew)).collect();
    let waves: BTreeSet<WaveId> = batches.iter().map(|batch| batch.wave.id).collect();
    let mut wait = Duration::from_millis(50);
    let written = loop {
        match write(node, &snapshots, &waves, memory).await {
            Ok(written) => break written,
            Err(error) => {
                tracing::error!(%error, batches = snapshots.len(), "outcomes wait for the database");
                node.around.clock.sleep(node.around.random.jitter(wait)).await;
                wait = (wait * 2).min(Duration::from_secs(2));
            }
        }
    };
    node.recorder.mark_written(written.at);
    if renew {
        memory.renewed_at = written.at;
    }
    for hand in &written.lost {
        hand.mark_lost();
    }
    node.recorder.let_go(&written.lost);
    node.recorder.let_go(&written.ended);
    for snapshot in snapshots {
        for waiter in snapshot.waiters {
            // Whoever waited may have given up meanwhile.
            let _ = waiter.send(());
        }
    }
    finish_waves(node, &written.ended, memory).await;
}

/// What a write made of the batches in hand.
struct Written {
    at: Timestamp,
    /// These have left this node's hands.
    ended: Vec<Arc<InHand>>,
    /// Nothing was written of these: somebody else has them.
    lost: Vec<Arc<InHand>>,
}

async fn write(
    node: &Node,
    snapshots: &[Snapshot],
    waves: &BTreeSet<WaveId>,
    memory: &mut Memory,
) -> Result<Written> {
    let around = &node.around;
    let mut tx = around.store.write().await?;
    // Waiting for the database takes time that a lease must not lose.
    let now = around.clock.now();
    let lease_until = now + around.timing.lease;
    let states = tx.lock_wave_states(waves.iter().copied()).await?;
    let mut written = Written {
        at: now,
        ended: Vec::new(),
        lost: Vec::new(),
    };
    let (mut gone, mut splits) = (Vec::new(), Vec::new());
    for snapshot in snapshots {
        let batch = &snapshot.batch;
        if !tx
            .record_progress(node.id, lease_until, &progress(snapshot))
            .await?
        {
            written.lost.push(batch.clone());
            continue;
        }
        tx.insert_failures(&snapshot.failures).await?;
        gone.extend_from_slice(&snapshot.gone);
        splits.extend_from_slice(&snapshot.splits);
        memory.news.add(batch.wave.id);
        if snapshot.state != BatchState::Claimed {
            written.ended.push(batch.clone());
        }
    }
    tx.retire_endpoints(&gone, now).await?;
    tx.insert_batches(&splits).await?;
    let due = memory.news.due(now);
    tx.append_progress(&due, now).await?;
    crash::point("record.before_commit");
    tx.commit().await?;
    crash::point("record.after_commit");
    node.waves.learn(&states);
    memory.news.told(&due, now);
    Ok(written)
}

/// Finishes the waves whose last batch ended. On its own, because it changes rows that every node's recorder
/// shares; where it fails, the sweeper does it.
async fn finish_waves(node: &Node, ended: &[Arc<InHand>], memory: &mut Memory) {
    let waves: BTreeSet<WaveId> = ended.iter().map(|batch| batch.wave.id).collect();
    if waves.is_empty() {
        return;
    }
    let finish = async {
        let now = node.around.clock.now();
        let mut tx = node.around.store.write().await?;
        let (mut finished, mut spans) = (Vec::new(), Vec::new());
        for wave in waves {
            if tx.mark_wave_finished(wave, now).await? > 0 {
                finished.push(wave);
                spans.extend(tx.find_wave_span(wave).await?);
            }
        }
        if !finished.is_empty() {
            tx.append_progress(&finished, now).await?;
            tx.commit().await?;
            waves_finished(&spans);
        }
        Ok::<_, StorageError>(finished)
    };
    match finish.await {
        Ok(finished) => memory.news.told(&finished, node.around.clock.now()),
        Err(error) => tracing::warn!(%error, "finished waves wait for the next sweep"),
    }
}

fn progress(snapshot: &Snapshot) -> Progress<'_> {
    Progress {
        number: snapshot.batch.number,
        claims: snapshot.batch.claims,
        outcomes: &snapshot.outcomes,
        intent_to: if matches!(snapshot.state, BatchState::Claimed) {
            snapshot.intent_to
        } else {
            0
        },
        state: snapshot.state,
        first_handover_at: snapshot.first_handover_at,
        last_handover_at: snapshot.last_handover_at,
    }
}
