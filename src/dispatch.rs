//! A wave goes out: planned into batches, claimed by lanes, handed to providers, recorded and settled.
//!
//! ```text
//! plan ──▶ batches (storage) ──▶ lane: claim ──▶ sending: intent, call ──▶ recorder ──▶ batches
//!                                   ▲                    │ quota                ▲
//!                                wake, poll              ▼                      │
//!                                                     provider ── receipts ─────┘
//! ```
//!
//! The promise: nobody in an audience is lost, nobody is told more than twice, and a crash of a node repeats
//! at most what was in its hands. It rests on three rules. What may be handed over is durable before it is
//! (the intent of [`crate::storage::batches`]). What was handed over is recorded under the same lease and
//! fencing token. Whoever takes over a dead node's batch treats what lies between as in doubt: it is sent
//! once more, or left unknown, as the account's policy says, and never a third time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::domain::clock::{Clock, Timestamp};
use crate::domain::id::NodeId;
use crate::domain::random::Random;
use crate::domain::reference::ReferenceKey;
use crate::storage::Store;
use crate::storage::sealing::Keyring;

pub mod account;
pub mod codes;
pub mod crash;
mod figures;
mod in_hand;
mod lane;
mod listen;
mod mail_marks;
pub mod plan;
mod quota;
pub mod receipts;
mod recorder;
mod sending;
mod sweep;
mod telling;
mod waves;

#[cfg(test)]
mod tests;

use account::{Account, AccountSettings};
use figures::QueueFigures;
use recorder::Recorder;
use waves::WaveBook;

/// The times that dispatch lives by.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    /// How often outcomes are written.
    pub flush_every: Duration,
    /// How long a claimed batch stays this node's without a sign of life.
    pub lease: Duration,
    /// How often a lane looks for work that nobody woke it for.
    pub poll_every: Duration,
    /// How often expired and halted waves are settled.
    pub sweep_every: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            flush_every: Duration::from_millis(200),
            lease: Duration::from_secs(6),
            poll_every: Duration::from_secs(1),
            sweep_every: Duration::from_secs(1),
        }
    }
}

/// What dispatch works with.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// The database.
    pub store: Store,
    /// Its keys.
    pub keys: Keyring,
    /// Signs the references in links and receipts.
    pub references: ReferenceKey,
    /// The clock.
    pub clock: Clock,
    /// Randomness, for backoff.
    pub random: Random,
    /// Where participants' links lead, without a slash at the end.
    pub public_url: String,
    /// The times.
    pub timing: Timing,
}

/// What every part of a running node shares.
struct Node {
    id: NodeId,
    around: Surroundings,
    recorder: Recorder,
    waves: WaveBook,
    /// Counts up whenever there may be work; every lane watches it.
    woken: watch::Sender<u64>,
    /// When a lane broke last; milliseconds.
    broken_at: AtomicI64,
    /// No new claim after this.
    closing: CancellationToken,
}

/// A running node: its lanes, recorder and sweeper.
#[derive(Clone)]
pub struct Dispatcher {
    node: Arc<Node>,
    tasks: TaskTracker,
}

impl std::fmt::Debug for Dispatcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Dispatcher({})", self.node.id)
    }
}

impl Dispatcher {
    /// Starts the lanes of these accounts: an urgent and a normal one each.
    ///
    /// On a database that only one process can use, leases of a process that died are ended at once; on a
    /// shared one they run out by themselves.
    pub async fn start(
        around: Surroundings,
        accounts: Vec<AccountSettings>,
    ) -> Result<Self, crate::storage::StorageError> {
        if !around.store.is_shared() {
            let mut tx = around.store.write().await?;
            tx.end_all_leases().await?;
            tx.commit().await?;
        }
        let node = Arc::new(Node {
            id: NodeId::new(around.clock.now(), &around.random),
            recorder: Recorder::new(around.clock.now()),
            waves: WaveBook::default(),
            woken: watch::Sender::new(0),
            broken_at: AtomicI64::new(0),
            closing: CancellationToken::new(),
            around,
        });
        let tasks = TaskTracker::new();
        let mut queue = QueueFigures::default();
        for settings in accounts {
            queue.add(&settings.name, settings.provider.channel());
            let account = Arc::new(Account::open(settings, &node.around));
            for priority in lane::PRIORITIES {
                tasks.spawn(lane::run(node.clone(), account.clone(), priority));
            }
        }
        tasks.spawn(sweep::run(node.clone(), queue));
        tasks.spawn(listen::run(node.clone()));
        let recording = TaskTracker::new();
        recording.spawn(recorder::run(node.clone(), tasks.clone()));
        recording.close();
        Ok(Self { node, tasks })
    }

    /// This node's id.
    pub fn node(&self) -> NodeId {
        self.node.id
    }

    /// Why this node cannot do its work at this moment; none when it can. What lasts no longer than a lease is
    /// no trouble: other nodes take its batches over after that.
    pub fn trouble(&self) -> Option<String> {
        let (now, lease) = (self.node.around.clock.now(), self.node.around.timing.lease);
        let broke_at = Timestamp::from_millis(self.node.broken_at.load(Ordering::Relaxed));
        if now.since(broke_at) < lease {
            return Some("a lane broke a moment ago and was begun anew: see the log".to_owned());
        }
        let waits = now.since(self.node.recorder.written_at());
        (waits > lease).then(|| format!("outcomes wait for the database for {} s", waits.as_secs()))
    }

    /// Says that there may be work, or a stop: lanes claim and halts are noticed at once.
    pub fn wake(&self) {
        self.node.wake();
    }

    /// Claims nothing more.
    pub fn close(&self) {
        self.node.closing.cancel();
    }

    /// Stops gracefully: no new claim, what is under way is finished, everything else is handed back. Ends
    /// when all is recorded.
    pub async fn stop(&self) {
        self.close();
        self.tasks.close();
        self.tasks.wait().await;
        self.node.recorder.stopped().await;
    }
}

impl Node {
    fn mark_broken(&self) {
        let now = self.around.clock.now();
        self.broken_at.store(now.as_millis(), Ordering::Relaxed);
    }

    fn wake(&self) {
        self.woken.send_modify(|count| *count += 1);
        self.recorder.hurry();
    }
}
