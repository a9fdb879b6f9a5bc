//! Writes what became of the batches in hand: all that changed, in one transaction, about five times a second
//! and at once when somebody waits for it.
//!
//! While the database is out of reach the lanes go on with what their intents allow, and the recorder keeps
//! what is to be written until it is back.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio_util::task::TaskTracker;

use super::in_hand::{InHand, Snapshot};
use super::telling::News;
use super::{Node, crash};
use crate::domain::clock::Timestamp;
use crate::domain::id::WaveId;
use crate::storage::Result;
use crate::storage::batches::{BatchState, Progress};

pub(super) struct Recorder {
    in_hand: Mutex<Vec<Arc<InHand>>>,
    hurry: Notify,
    stopped: watch::Sender<bool>,
}

impl Default for Recorder {
    fn default() -> Self {
        Self {
            in_hand: Mutex::default(),
            hurry: Notify::new(),
            stopped: watch::Sender::new(false),
        }
    }
}

impl Recorder {
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

    fn let_go(&self, numbers: &BTreeSet<i64>) {
        if !numbers.is_empty() {
            self.in_hand
                .lock()
                .expect("no holder panics")
                .retain(|batch| !numbers.contains(&batch.number));
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
    let batches = node.recorder.batches();
    if batches.is_empty() && memory.news.is_empty() {
        return;
    }
    let renew = memory.renewed_at + node.around.timing.lease / 3 <= node.around.clock.now();
    let snapshots: Vec<Snapshot> = batches.iter().filter_map(|batch| batch.snapshot(renew)).collect();
    let waves: BTreeSet<WaveId> = batches.iter().map(|batch| batch.wave.id).collect();
    let mut wait = Duration::from_millis(50);
    let gone = loop {
        match write(node, &snapshots, &waves, memory).await {
            Ok(gone) => {
                if renew {
                    memory.renewed_at = node.around.clock.now();
                }
                break gone;
            }
            Err(error) => {
                tracing::error!(%error, batches = snapshots.len(), "outcomes wait for the database");
                node.around.clock.sleep(node.around.random.jitter(wait)).await;
                wait = (wait * 2).min(Duration::from_secs(2));
            }
        }
    };
    node.recorder.let_go(&gone);
    for snapshot in snapshots {
        for waiter in snapshot.waiters {
            // Whoever waited may have given up meanwhile.
            let _ = waiter.send(());
        }
    }
    let still = node.recorder.batches();
    node.waves
        .keep_only(|wave| still.iter().any(|batch| batch.wave.id == wave));
}

/// Writes the snapshots; answers the batches that left this node's hands.
async fn write(
    node: &Node,
    snapshots: &[Snapshot],
    waves: &BTreeSet<WaveId>,
    memory: &mut Memory,
) -> Result<BTreeSet<i64>> {
    let around = &node.around;
    let now = around.clock.now();
    let lease_until = now + around.timing.lease;
    let mut tx = around.store.write().await?;
    let states = tx.list_wave_states(waves.iter().copied()).await?;
    let (mut gone, mut lost, mut ended) = (BTreeSet::new(), Vec::new(), BTreeSet::new());
    for snapshot in snapshots {
        let batch = &snapshot.batch;
        if tx
            .record_progress(node.id, lease_until, &progress(snapshot))
            .await?
        {
            tx.insert_failures(&snapshot.failures).await?;
            tx.retire_endpoints(&snapshot.gone, now).await?;
            if snapshot.state != BatchState::Claimed {
                gone.insert(batch.number);
                ended.insert(batch.wave.id);
            }
            memory.news.add(batch.wave.id);
        } else {
            gone.insert(batch.number);
            lost.push(batch.clone());
        }
    }
    for snapshot in snapshots
        .iter()
        .filter(|snapshot| !lost.iter().any(|lost| Arc::ptr_eq(lost, &snapshot.batch)))
    {
        tx.insert_batches(&snapshot.splits).await?;
    }
    for wave in &ended {
        if tx.mark_wave_finished(*wave, now).await? > 0 {
            memory.news.add_at_once(*wave);
        }
    }
    let due = memory.news.due(now);
    tx.append_progress(&due, now).await?;
    crash::point("record.before_commit");
    tx.commit().await?;
    crash::point("record.after_commit");
    node.waves.learn(&states);
    memory.news.told(&due, now);
    for batch in lost {
        batch.mark_lost();
    }
    Ok(gone)
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
