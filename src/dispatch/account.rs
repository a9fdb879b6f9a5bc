//! A provider account: whom it hands messages to, how fast, and what it may lose track of.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde::Deserialize;
use tokio::sync::{Semaphore, watch};

use super::Surroundings;
use super::figures::LaneFigures;
use super::health::Health;
use super::lane::PRIORITIES;
use super::quota::Quota;
use super::share::Share;
use crate::channels::Provider;
use crate::storage::batches::BATCH_SIZE;

mod doubt;

pub use doubt::WhenInDoubt;

/// The most messages of a step among those whose first attempt is in doubt.
const STEP_IN_DOUBT: usize = 100;
/// How many batches of an account may have such a step under way on one node.
const IN_DOUBT_AT_ONCE: usize = 2;
/// The most recipients of an account whom the death of one node makes unknown.
pub const UNKNOWN_AT_MOST: usize = STEP_IN_DOUBT * IN_DOUBT_AT_ONCE;

/// How an account is paced.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pace {
    /// Messages a second over all nodes; none for as fast as it goes.
    pub rate_per_s: Option<u32>,
    /// Messages that may go at once after a pause.
    pub burst: u32,
    /// Batches under way on one node and lane, 1 to 64.
    pub batches_in_flight: usize,
    /// Messages of a batch handed over between two looks at stop and quota, 1 to 500.
    pub step: usize,
    /// Messages of a batch that may be in doubt after a crash, 1 to 500.
    pub window: usize,
    /// Attempts before a passing error counts as final.
    pub attempts: u16,
    /// What happens to what is in doubt.
    pub when_in_doubt: WhenInDoubt,
}

impl Pace {
    /// The most messages that one node may repeat when it dies: what is in its hands on both lanes.
    pub const fn in_flight_window(&self) -> usize {
        2 * self.batches_in_flight * self.window
    }

    fn bounded(self) -> Self {
        Self {
            burst: self.burst.max(1),
            batches_in_flight: self.batches_in_flight.clamp(1, 64),
            step: self.step.clamp(1, BATCH_SIZE),
            window: self.window.clamp(1, BATCH_SIZE),
            attempts: self.attempts.max(1),
            ..self
        }
    }
}

/// An account as the composition root gives it.
#[derive(Clone)]
pub struct AccountSettings {
    /// Its name, as batches carry it.
    pub name: String,
    /// Who takes the messages.
    pub provider: Arc<dyn Provider>,
    /// How it is paced.
    pub pace: Pace,
    /// What it carries beside the other accounts of its channel; 0 where it only stands in.
    pub weight: u32,
}

impl std::fmt::Debug for AccountSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccountSettings")
            .field("name", &self.name)
            .field("pace", &self.pace)
            .finish_non_exhaustive()
    }
}

/// An account on this node.
pub(super) struct Account {
    pub(super) name: String,
    pub(super) provider: Arc<dyn Provider>,
    pub(super) pace: Pace,
    pub(super) quota: Quota,
    pub(super) health: Health,
    weight: u32,
    /// How many messages the provider takes a second in one call, as far as it was seen.
    taken_per_s: AtomicUsize,
    /// Of each lane, the urgent one first.
    figures: [LaneFigures; 2],
    /// Urgent batches under way here: as long as there are any, the normal lane claims nothing.
    urgent: watch::Sender<usize>,
    /// Held while second attempts are under way, until what became of them is written.
    pub(super) doubts: Semaphore,
}

impl Account {
    pub(super) fn open(settings: AccountSettings, around: &Surroundings) -> Self {
        let pace = settings.pace.bounded();
        Self {
            health: Health::new(&settings.name, settings.provider.channel(), around),
            weight: settings.weight,
            taken_per_s: AtomicUsize::new(pace.step),
            quota: Quota::new(&settings.name, pace.rate_per_s, pace.burst, around),
            figures: PRIORITIES
                .map(|priority| LaneFigures::new(&settings.name, settings.provider.channel(), priority)),
            name: settings.name,
            provider: settings.provider,
            pace,
            urgent: watch::Sender::new(0),
            doubts: Semaphore::new(IN_DOUBT_AT_ONCE),
        }
    }

    /// What it carries of its channel when all is well.
    pub(super) fn share(&self) -> Share {
        Share {
            account: self.name.clone(),
            weight: u64::from(self.weight),
        }
    }

    /// The figures of the lane of this priority.
    pub(super) fn figures(&self, priority: u8) -> &LaneFigures {
        let [urgent, normal] = &self.figures;
        if priority == 0 { urgent } else { normal }
    }

    /// Messages between two looks at stop and quota: what leaves within a second, by the configured rate and by what
    /// the provider takes of late, and few where another crash would leave them unknown.
    pub(super) fn step_size(&self, in_doubt: bool) -> usize {
        let rate = self.pace.rate_per_s;
        let per_s = rate.map_or(usize::MAX, |rate| rate.max(1) as usize);
        let most = if in_doubt { STEP_IN_DOUBT } else { usize::MAX };
        let taken = self.taken_per_s.load(Ordering::Relaxed).max(1);
        self.pace.step.min(per_s).min(most).min(taken)
    }

    /// The provider took this long for a call of so many messages. A step becomes smaller at once, and larger again by
    /// and by.
    pub(super) fn took(&self, took: Duration, messages: usize) {
        if messages == 0 {
            return;
        }
        let millis = took.as_millis().max(1);
        let per_s = usize::try_from(messages as u128 * 1000 / millis).unwrap_or(usize::MAX);
        let before = self.taken_per_s.load(Ordering::Relaxed);
        // A call that ended within the second says nothing against twice as many.
        let after = if millis > 1000 {
            per_s
        } else {
            before.max(per_s).max(before.saturating_mul(2))
        };
        self.taken_per_s.store(after.max(1), Ordering::Relaxed);
    }

    /// An urgent batch is under way here as long as the answer lives.
    pub(super) fn urgent_begins(self: &Arc<Self>) -> UrgentBatch {
        self.urgent.send_modify(|count| *count += 1);
        UrgentBatch(self.clone())
    }

    /// Whether an urgent batch is under way here.
    pub(super) fn has_urgent(&self) -> bool {
        *self.urgent.borrow() > 0
    }

    /// Ends when no urgent batch is under way here.
    pub(super) async fn until_urgent_is_idle(&self) {
        let _ = self.urgent.subscribe().wait_for(|count| *count == 0).await;
    }
}

/// An urgent batch that is under way.
pub(super) struct UrgentBatch(Arc<Account>);

impl Drop for UrgentBatch {
    fn drop(&mut self) {
        self.0.urgent.send_modify(|count| *count -= 1);
    }
}

/// How long to wait before the next attempt of a passing error: 2 s, doubling, at most two minutes.
pub(super) fn backoff(attempt: u16) -> Duration {
    Duration::from_secs(1 << u32::from(attempt.min(7))).min(Duration::from_mins(2))
}
