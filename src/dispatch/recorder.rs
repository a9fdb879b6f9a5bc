//! Writes what became of the batches in hand: all that changed, in one transaction, about five times a second
//! and at once when somebody waits for it.
//!
//! While the database is out of reach the lanes go on with what their intents allow; the recorder keeps what is to
//! be written until it is back, and a copy of it on disk (`spool.rs`). When the database is there and refuses what it
//! is given, the batches are written one by one, and the one that is refused is set aside, so that it keeps no other
//! waiting.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio_util::task::TaskTracker;

use super::Node;
use super::figures::waves_finished;
use super::in_hand::{InHand, Snapshot};
use super::spool::{Kept, Spool};
use super::telling::News;
use crate::domain::clock::Timestamp;
use crate::domain::id::{BatchNumber, WaveId};
use crate::storage::StorageError;

mod writing;

use writing::{Written, write};

/// The pause after a write that failed for want of a database, doubling.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
/// The longest.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// After so many refusals a batch is set aside, when others are written meanwhile.
const REFUSALS: u32 = 3;
/// The same when there is no other: then the database itself may be the matter.
const REFUSALS_ALONE: u32 = 20;

pub(super) struct Recorder {
    in_hand: Mutex<Vec<Arc<InHand>>>,
    hurry: Notify,
    stopped: watch::Sender<bool>,
    /// When all that changed was written last, or there was nothing to write; milliseconds.
    written_at: AtomicI64,
    spool: Option<Spool>,
    /// Neither the database nor the disk takes more.
    is_full: AtomicBool,
}

impl Recorder {
    pub(super) fn new(now: Timestamp, spool: Option<Spool>) -> Self {
        Self {
            in_hand: Mutex::default(),
            hurry: Notify::new(),
            stopped: watch::Sender::new(false),
            written_at: AtomicI64::new(now.as_millis()),
            spool,
            is_full: AtomicBool::new(false),
        }
    }

    /// When all that changed was written last, or there was nothing to write.
    pub(super) fn written_at(&self) -> Timestamp {
        Timestamp::from_millis(self.written_at.load(Ordering::Relaxed))
    }

    fn mark_written(&self, now: Timestamp) {
        self.written_at.store(now.as_millis(), Ordering::Relaxed);
        self.is_full.store(false, Ordering::Relaxed);
        if let Some(spool) = &self.spool {
            spool.clear();
        }
    }

    /// Whether more outcomes could neither be written nor kept on disk: then nothing more is handed over.
    pub(super) fn is_full(&self) -> bool {
        self.is_full.load(Ordering::Relaxed)
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

    /// Keeps on disk what the database does not take at this moment.
    async fn keep(&self, snapshots: &[Snapshot]) {
        let Some(spool) = &self.spool else { return };
        match spool.keep(snapshots.iter().map(Kept::of).collect()).await {
            Ok(()) => self.is_full.store(false, Ordering::Relaxed),
            Err(error) => {
                if !self.is_full.swap(true, Ordering::Relaxed) {
                    tracing::error!(%error, "outcomes cannot be kept on disk: nothing more is handed over");
                }
            }
        }
    }
}

/// What lies between two turns.
#[derive(Default)]
struct Memory {
    renewed_at: Timestamp,
    news: News,
    pause: Duration,
    refusals: HashMap<BatchNumber, u32>,
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
    let is_behind = !memory.pause.is_zero();
    let renew = memory.renewed_at + node.around.timing.lease / 3 <= node.around.clock.now();
    // After a write that failed all of it is taken, so that the disk has the whole.
    let snapshots: Vec<Snapshot> = batches
        .iter()
        .filter_map(|batch| batch.snapshot(renew || is_behind))
        .collect();
    let waves: BTreeSet<WaveId> = batches.iter().map(|batch| batch.wave.id).collect();
    match write(node, &snapshots, &waves, Some(&mut memory.news)).await {
        Ok(written) => {
            memory.pause = Duration::ZERO;
            memory.refusals.clear();
            if renew || is_behind {
                memory.renewed_at = written.at;
            }
            node.recorder.mark_written(written.at);
            take_in(node, &written, snapshots, memory).await;
        }
        Err(error) if error.is_refusal() => {
            tracing::error!(%error, batches = snapshots.len(), "outcomes are refused, and written one by one");
            write_apart(node, snapshots, memory).await;
        }
        Err(error) => {
            tracing::error!(%error, batches = snapshots.len(), "outcomes wait for the database");
            put_off(node, snapshots, memory).await;
        }
    }
}

/// The database is away: what was to be written is kept, in the hands and on disk.
async fn put_off(node: &Node, snapshots: Vec<Snapshot>, memory: &mut Memory) {
    if !snapshots.is_empty() {
        node.recorder.keep(&snapshots).await;
    }
    for snapshot in snapshots {
        snapshot.batch.clone().take_back(snapshot);
    }
    memory.pause = (memory.pause * 2).clamp(FIRST_PAUSE, LONGEST_PAUSE);
    let pause = node.around.random.jitter(memory.pause);
    node.around.clock.sleep(pause).await;
}

/// Lets go of what was written to its end or lost, and of whoever waited for the write.
async fn take_in(node: &Node, written: &Written, snapshots: Vec<Snapshot>, memory: &mut Memory) {
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

/// Writes each batch in a transaction of its own, without news, and sets aside what is refused again and again.
async fn write_apart(node: &Node, snapshots: Vec<Snapshot>, memory: &mut Memory) {
    let (mut refused, mut any_written) = (Vec::new(), false);
    let mut left = snapshots.into_iter();
    while let Some(snapshot) = left.next() {
        let wave = BTreeSet::from([snapshot.batch.wave.id]);
        match write(node, std::slice::from_ref(&snapshot), &wave, None).await {
            Ok(written) => {
                any_written = true;
                memory.refusals.remove(&snapshot.batch.number);
                take_in(node, &written, vec![snapshot], memory).await;
            }
            Err(error) if error.is_refusal() => refused.push((snapshot, error)),
            Err(_) => {
                let refused = refused.into_iter().map(|(snapshot, _)| snapshot);
                let rest = refused.chain([snapshot]).chain(left).collect();
                return put_off(node, rest, memory).await;
            }
        }
    }
    if refused.is_empty() {
        // Then it is the news that cannot be told; the screens ask for it when they are opened.
        memory.news = News::default();
    }
    let most = if any_written { REFUSALS } else { REFUSALS_ALONE };
    for (snapshot, error) in refused {
        let batch = snapshot.batch.clone();
        let times = memory.refusals.entry(batch.number).or_default();
        *times += 1;
        if *times >= most {
            memory.refusals.remove(&batch.number);
            set_aside(node, &batch, &error);
        } else {
            batch.take_back(snapshot);
        }
    }
    memory.pause = Duration::ZERO;
    node.recorder.mark_written(node.around.clock.now());
}

/// Nothing more is written of a batch. Its lease runs out; whoever takes it over treats as in doubt who may have been
/// told, so nobody is told more than twice.
fn set_aside(node: &Node, batch: &Arc<InHand>, error: &StorageError) {
    tracing::error!(batch = batch.number, %error, "a batch is set aside: the database refuses what became of it");
    batch.account.figures(batch.priority).set_aside();
    node.mark_broken();
    node.recorder.abandon(batch);
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
