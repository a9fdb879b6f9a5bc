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

use tokio::sync::{Notify, watch};
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
pub mod failover;
mod fallback;
mod figures;
mod health;
mod in_hand;
mod lane;
mod listen;
mod mail_marks;
pub mod plan;
mod quota;
pub mod receipts;
mod recorder;
mod sending;
pub mod share;
pub mod spool;
mod sweep;
mod telling;
mod waves;

#[cfg(test)]
mod tests;

use account::{Account, AccountSettings};
use failover::Failover;
use figures::QueueFigures;
use recorder::Recorder;
use spool::{Spool, SpoolSettings};
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
    /// When accounts stand in for each other.
    pub failover: Failover,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            flush_every: Duration::from_millis(200),
            lease: Duration::from_secs(6),
            poll_every: Duration::from_secs(1),
            sweep_every: Duration::from_secs(1),
            failover: Failover::default(),
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
    /// Where outcomes are kept while the database is away; none keeps them in memory alone.
    pub spool: Option<SpoolSettings>,
}

/// What every part of a running node shares.
struct Node {
    id: NodeId,
    around: Surroundings,
    recorder: Recorder,
    waves: WaveBook,
    /// Counts up whenever there may be work; every lane watches it.
    woken: watch::Sender<u64>,
    /// Called when an account went out of service or came back.
    failing: Notify,
    /// When a lane broke last; milliseconds.
    broken_at: AtomicI64,
    /// No new claim after this.
    closing: CancellationToken,
}

/// Why a node cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database.
    #[error(transparent)]
    Storage(#[from] crate::storage::StorageError),
    /// The folder for outcomes.
    #[error("the folder for outcomes that wait for the database (dispatch.spool_folder) cannot be used: {0}")]
    Spool(#[from] std::io::Error),
}

/// A running node: its lanes, recorder and sweeper.
#[derive(Clone)]
pub struct Dispatcher {
    node: Arc<Node>,
    accounts: Arc<[Arc<Account>]>,
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
    pub async fn start(around: Surroundings, accounts: Vec<AccountSettings>) -> Result<Self, StartError> {
        let id = NodeId::new(around.clock.now(), &around.random);
        let spool = match around.spool.clone() {
            None => None,
            Some(settings) => {
                spool::replay(&settings, &around.keys, &around.store, around.clock.now()).await?;
                Some(Spool::open(settings, around.keys.clone(), id)?)
            }
        };
        if !around.store.is_shared() {
            let mut tx = around.store.write().await?;
            tx.end_all_leases().await?;
            tx.commit().await?;
        }
        let node = Arc::new(Node {
            id,
            recorder: Recorder::new(around.clock.now(), spool),
            waves: WaveBook::default(),
            woken: watch::Sender::new(0),
            failing: Notify::new(),
            broken_at: AtomicI64::new(0),
            closing: CancellationToken::new(),
            around,
        });
        let tasks = TaskTracker::new();
        let mut queue = QueueFigures::default();
        let mut opened = Vec::with_capacity(accounts.len());
        for settings in accounts {
            queue.add(&settings.name, settings.provider.channel());
            let account = Arc::new(Account::open(settings, &node.around));
            opened.push(account.clone());
            for priority in lane::PRIORITIES {
                tasks.spawn(lane::run(node.clone(), account.clone(), priority));
            }
        }
        let accounts: Arc<[Arc<Account>]> = opened.into();
        for account in accounts.iter() {
            let of_channel = accounts
                .iter()
                .filter(|other| other.provider.channel() == account.provider.channel());
            account.health.learn(None, of_channel.count() > 1);
        }
        tasks.spawn(failover::run(node.clone(), accounts.clone()));
        tasks.spawn(sweep::run(node.clone(), queue, accounts.clone()));
        tasks.spawn(listen::run(node.clone()));
        let recording = TaskTracker::new();
        recording.spawn(recorder::run(node.clone(), tasks.clone()));
        recording.close();
        Ok(Self {
            node,
            accounts,
            tasks,
        })
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

    /// The accounts that are out of service, with how long they have been: what waits for them waits for their next
    /// probe, or goes out over another account. It is no trouble of this node's.
    pub fn accounts_out(&self) -> Vec<(String, Duration)> {
        let now = self.node.around.clock.now();
        let out = self.accounts.iter().filter_map(|account| {
            let since = account.health.out_since()?;
            Some((account.name.clone(), now.since(since)))
        });
        out.collect()
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
