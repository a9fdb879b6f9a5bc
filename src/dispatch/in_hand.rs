//! A batch in this node's hands: what became of its members, until it is written.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::sync::oneshot;

use super::account::Account;
use super::waves::KnownWave;
use crate::domain::clock::Timestamp;
use crate::domain::delivery::Disposition;
use crate::domain::id::{BatchNumber, ParticipantNumber};
use crate::storage::batches::{BatchState, ClaimedBatch, NewBatch};
use crate::storage::endpoints::GoneEndpoint;
use crate::storage::failures::Failure;

/// A claimed batch.
pub(super) struct InHand {
    pub(super) number: BatchNumber,
    pub(super) claims: i64,
    pub(super) attempt: u16,
    pub(super) priority: u8,
    pub(super) members: Vec<ParticipantNumber>,
    /// Members before this position may have been told once: another crash would leave them unknown.
    pub(super) doubt_to: usize,
    pub(super) wave: Arc<KnownWave>,
    pub(super) account: Arc<Account>,
    hand: Mutex<Hand>,
    lost: AtomicBool,
}

/// What is not written yet.
#[derive(Default)]
pub(super) struct Hand {
    pub(super) outcomes: Vec<Disposition>,
    pub(super) intent_to: usize,
    pub(super) ending: Option<BatchState>,
    pub(super) failures: Vec<Failure>,
    pub(super) gone: Vec<GoneEndpoint>,
    pub(super) splits: Vec<NewBatch>,
    pub(super) first_handover_at: Option<Timestamp>,
    pub(super) last_handover_at: Option<Timestamp>,
    waiters: Vec<oneshot::Sender<()>>,
    changed: bool,
}

/// What the recorder writes of a batch at one moment.
pub(super) struct Snapshot {
    pub(super) batch: Arc<InHand>,
    pub(super) outcomes: Vec<Disposition>,
    pub(super) intent_to: usize,
    pub(super) state: BatchState,
    pub(super) failures: Vec<Failure>,
    pub(super) gone: Vec<GoneEndpoint>,
    pub(super) splits: Vec<NewBatch>,
    pub(super) first_handover_at: Option<Timestamp>,
    pub(super) last_handover_at: Option<Timestamp>,
    /// Whoever waits until this is durable.
    pub(super) waiters: Vec<oneshot::Sender<()>>,
}

impl InHand {
    pub(super) fn new(
        claimed: ClaimedBatch,
        priority: u8,
        wave: Arc<KnownWave>,
        account: Arc<Account>,
    ) -> Self {
        let in_doubt = |disposition: &Disposition| *disposition == Disposition::InDoubt;
        Self {
            number: claimed.number,
            claims: claimed.claims,
            attempt: claimed.attempt,
            priority,
            members: claimed.members,
            doubt_to: claimed
                .outcomes
                .iter()
                .rposition(in_doubt)
                .map_or(0, |last| last + 1),
            wave,
            account,
            hand: Mutex::new(Hand {
                outcomes: claimed.outcomes,
                intent_to: claimed.intent_to,
                ..Hand::default()
            }),
            lost: AtomicBool::new(false),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Hand> {
        self.hand.lock().expect("no holder panics")
    }

    /// Changes what will be written next.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut Hand) -> T) -> T {
        let mut hand = self.lock();
        hand.changed = true;
        change(&mut hand)
    }

    /// Looks without changing.
    pub(super) fn look<T>(&self, look: impl FnOnce(&Hand) -> T) -> T {
        look(&self.lock())
    }

    /// A signal for the moment at which everything changed so far is durable; it ends at once when the lease is
    /// lost.
    pub(super) fn written(&self) -> oneshot::Receiver<()> {
        let (sender, receiver) = oneshot::channel();
        let mut hand = self.lock();
        if !self.is_lost() {
            hand.changed = true;
            hand.waiters.push(sender);
        }
        receiver
    }

    /// What to write: when anything changed, and always when the lease is to be renewed with it.
    pub(super) fn snapshot(self: &Arc<Self>, renew: bool) -> Option<Snapshot> {
        let mut hand = self.lock();
        if !std::mem::take(&mut hand.changed) && !renew {
            return None;
        }
        Some(Snapshot {
            batch: self.clone(),
            outcomes: hand.outcomes.clone(),
            intent_to: hand.intent_to,
            state: hand.ending.unwrap_or(BatchState::Claimed),
            failures: std::mem::take(&mut hand.failures),
            gone: std::mem::take(&mut hand.gone),
            splits: std::mem::take(&mut hand.splits),
            first_handover_at: hand.first_handover_at,
            last_handover_at: hand.last_handover_at,
            waiters: std::mem::take(&mut hand.waiters),
        })
    }

    /// What a snapshot held that could not be written is to be written with the next one.
    pub(super) fn take_back(&self, snapshot: Snapshot) {
        fn before<T>(mut earlier: Vec<T>, later: &mut Vec<T>) {
            earlier.append(later);
            *later = earlier;
        }
        let mut hand = self.lock();
        hand.changed = true;
        before(snapshot.failures, &mut hand.failures);
        before(snapshot.gone, &mut hand.gone);
        before(snapshot.splits, &mut hand.splits);
        before(snapshot.waiters, &mut hand.waiters);
        if self.is_lost() {
            hand.waiters.clear();
        }
    }

    /// The batch is no longer this hand's: nothing more of it may be sent or written here, and nobody waits.
    pub(super) fn mark_lost(&self) {
        let mut hand = self.lock();
        if !self.lost.swap(true, Ordering::AcqRel) {
            tracing::warn!(
                batch = self.number,
                claims = self.claims,
                "lost the lease of a batch"
            );
        }
        hand.waiters.clear();
    }

    /// Whether somebody else has the batch.
    pub(super) fn is_lost(&self) -> bool {
        self.lost.load(Ordering::Acquire)
    }
}

#[cfg(test)]
mod tests {
    use crate::dispatch::tests::world::a_batch_in_hand;

    #[tokio::test]
    async fn whoever_waits_for_a_write_is_let_go_when_the_lease_is_lost_before_or_meanwhile() {
        let batch = a_batch_in_hand().await;
        let before = batch.written();
        batch.mark_lost();
        assert!(before.await.is_err());
        assert!(batch.written().await.is_err());
    }
}
