//! A lane: what one account sends at one priority. It claims batches as long as it has hands free.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use super::account::Account;
use super::in_hand::InHand;
use super::{Node, crash, sending};
use crate::domain::clock::Timestamp;
use crate::domain::delivery::Disposition;
use crate::domain::message::Urgency;
use crate::storage::batches::{BatchState, Claim, ClaimedBatch, Progress};
use crate::storage::{Result, Tx};

/// The lanes of an account, the urgent one first.
pub(super) const PRIORITIES: [u8; 2] = [priority(Urgency::Urgent), priority(Urgency::Normal)];

/// The priority of an urgency: 0 goes first.
pub const fn priority(urgency: Urgency) -> u8 {
    match urgency {
        Urgency::Urgent => 0,
        Urgency::Normal => 1,
    }
}

/// Runs a lane until the node closes; ends when nothing of it is under way. A lane that breaks is begun anew:
/// what was in its hands is abandoned, and taken over by its lease.
pub(super) async fn run(node: Arc<Node>, account: Arc<Account>, priority: u8) {
    let hands = Arc::new(Semaphore::new(account.pace.batches_in_flight));
    while !node.closing.is_cancelled() {
        let claiming = claim_on_and_on(node.clone(), account.clone(), priority, hands.clone());
        if let Err(error) = tokio::spawn(claiming).await {
            tracing::error!(account = %account.name, priority, %error, "a lane broke and is begun anew");
            account.figures(priority).broke();
            node.mark_broken();
            node.around.clock.sleep(node.around.timing.poll_every).await;
        }
    }
    let all = u32::try_from(account.pace.batches_in_flight).unwrap_or(u32::MAX);
    drop(hands.acquire_many(all).await);
}

/// Claims and sends until the node closes.
async fn claim_on_and_on(node: Arc<Node>, account: Arc<Account>, priority: u8, hands: Arc<Semaphore>) {
    let mut woken = node.woken.subscribe();
    while !node.closing.is_cancelled() {
        if priority > 0 {
            // As long as the urgent lane has work here, this one takes none.
            tokio::select! {
                () = account.until_urgent_is_idle() => {}
                () = node.closing.cancelled() => break,
            }
        }
        woken.mark_unchanged();
        let claimed = match claim(&node, &account, priority, hands.available_permits()).await {
            Ok(claimed) => claimed,
            Err(error) => {
                tracing::error!(account = %account.name, %error, "no batch could be claimed");
                Vec::new()
            }
        };
        if claimed.is_empty() {
            tokio::select! {
                () = node.around.clock.sleep_until(next_look(&node, &account, priority).await) => {}
                // The node holds the sender as long as this runs.
                _ = woken.changed() => {}
                () = node.closing.cancelled() => {}
            }
            continue;
        }
        for batch in claimed {
            let hand = hands.clone().acquire_owned().await;
            let hand = hand.expect("the hands are never closed");
            let urgent = (priority == 0).then(|| account.urgent_begins());
            let node = node.clone();
            tokio::spawn(async move {
                let mut sending = Sending {
                    node: &node,
                    batch,
                    has_ended: false,
                };
                sending::run(&node, &sending.batch).await;
                sending.has_ended = true;
                drop((urgent, hand));
            });
        }
        drop(hands.acquire().await);
    }
}

/// A batch being sent. When that breaks off with a panic the batch is abandoned, not held for ever.
struct Sending<'a> {
    node: &'a Node,
    batch: Arc<InHand>,
    has_ended: bool,
}

impl Drop for Sending<'_> {
    fn drop(&mut self) {
        if !self.has_ended {
            tracing::error!(batch = self.batch.number, "the sending of a batch broke off");
            self.batch.account.figures(self.batch.priority).broke();
            self.node.recorder.abandon(&self.batch);
        }
    }
}

/// When to look again without being woken: when the next batch or lease is due, or the provider's wait is over.
async fn next_look(node: &Node, account: &Account, priority: u8) -> Timestamp {
    let now = node.around.clock.now();
    let latest = now + node.around.timing.poll_every;
    let due = async {
        let mut tx = node.around.store.read().await?;
        tx.find_next_claimable_at(&account.name, priority).await
    };
    let next = due.await.ok().flatten().unwrap_or(latest);
    let next = next
        .max(account.quota.paused_until())
        .max(account.health.probe_at().unwrap_or_default());
    // What is due and was not claimed waits for something else. What will be due is claimed to the moment: the
    // end of a hold is looked forward to.
    let next = if next > now {
        next
    } else {
        now + node.around.timing.poll_every / 50
    };
    next.min(latest)
}

async fn claim(
    node: &Arc<Node>,
    account: &Arc<Account>,
    priority: u8,
    hands: usize,
) -> Result<Vec<Arc<InHand>>> {
    let around = &node.around;
    account.quota.learn_pause().await?;
    let now = around.clock.now();
    let hands = account.health.batches(hands, now);
    if hands == 0 || account.quota.paused_until() > now || node.recorder.is_full() {
        return Ok(Vec::new());
    }
    {
        // Looking costs less than a write, and most looks find nothing.
        let mut tx = around.store.read().await?;
        if !tx.has_claimable(&account.name, priority, now).await?
            || (priority > 0 && tx.has_urgent(&account.name, now).await?)
        {
            return Ok(Vec::new());
        }
    }
    let mut tx = around.store.write().await?;
    // Waiting for the database takes time that a lease must not lose.
    let now = around.clock.now();
    let claim = Claim {
        owner: node.id,
        account: &account.name,
        priority,
        now,
        lease_until: now + around.timing.lease,
        window: account.pace.window,
        limit: hands,
    };
    let mut in_hand = Vec::new();
    for mut batch in tx.claim_batches(&claim).await? {
        if batch.doubt_to > 0 {
            doubt(&mut batch, account.pace.when_in_doubt.resends(priority));
            tracing::info!(
                batch = batch.number,
                in_doubt = batch.doubt_to,
                "took over a batch whose lease ran out"
            );
        }
        let wave = match node.waves.open(&mut tx, &around.keys, batch.wave).await {
            Ok(wave) => wave,
            Err(error) if error.is_passing() => return Err(error),
            Err(error) => {
                tracing::error!(batch = batch.number, %error, "a batch waits: its wave cannot be read");
                let not_before = now + UNREADABLE_WAITS;
                write_claimed(&mut tx, &claim, &batch, BatchState::Ready { not_before }).await?;
                continue;
            }
        };
        if batch.doubt_to > 0 || batch.outcomes.contains(&Disposition::InDoubt) {
            // Second attempts want an intent of their own, step by step.
            batch.intent_to = 0;
            write_claimed(&mut tx, &claim, &batch, BatchState::Claimed).await?;
        }
        in_hand.push(Arc::new(InHand::new(batch, priority, wave, account.clone())));
    }
    crash::point("claim.before_commit");
    tx.commit().await?;
    crash::point("claim.after_commit");
    for batch in &in_hand {
        node.recorder.abandon_older(batch.number);
        node.recorder.add(batch.clone());
    }
    Ok(in_hand)
}

/// How long a batch waits whose wave cannot be read, with an error in the log each time.
const UNREADABLE_WAITS: Duration = Duration::from_secs(30);

/// Writes what a claim made of a batch, in the claim's own transaction.
async fn write_claimed(
    tx: &mut Tx,
    claim: &Claim<'_>,
    batch: &ClaimedBatch,
    state: BatchState,
) -> Result<()> {
    let progress = Progress {
        number: batch.number,
        claims: batch.claims,
        outcomes: &batch.outcomes,
        intent_to: match state {
            BatchState::Claimed => batch.intent_to,
            _ => 0,
        },
        state,
        first_handover_at: None,
        last_handover_at: None,
    };
    tx.record_progress(claim.owner, claim.lease_until, &progress)
        .await
        .map(drop)
}

/// What the members are that the node before may have handed over: in doubt the first time, unknown the second.
/// Without another attempt they are unknown at once.
fn doubt(batch: &mut ClaimedBatch, resends: bool) {
    for disposition in &mut batch.outcomes[..batch.doubt_to] {
        *disposition = match *disposition {
            Disposition::Queued if resends => Disposition::InDoubt,
            Disposition::Queued | Disposition::InDoubt => Disposition::Unknown,
            other => other,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::channel::Channel;
    use crate::domain::id::WaveId;

    #[test]
    fn nobody_is_left_to_a_third_attempt() {
        let mut batch = ClaimedBatch {
            number: 1,
            wave: WaveId::from_uuid(uuid::Uuid::nil()),
            channel: Channel::App,
            attempt: 0,
            claims: 2,
            members: vec![1, 2, 3],
            outcomes: vec![Disposition::Queued, Disposition::Accepted, Disposition::Queued],
            intent_to: 3,
            doubt_to: 2,
        };
        doubt(&mut batch, true);
        assert_eq!(
            batch.outcomes,
            [Disposition::InDoubt, Disposition::Accepted, Disposition::Queued]
        );
        doubt(&mut batch, true);
        assert_eq!(
            batch.outcomes,
            [Disposition::Unknown, Disposition::Accepted, Disposition::Queued]
        );
    }
}
