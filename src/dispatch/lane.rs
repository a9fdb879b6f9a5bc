//! A lane: what one account sends at one priority. It claims batches as long as it has hands free.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::account::{Account, WhenInDoubt};
use super::in_hand::InHand;
use super::{Node, crash, sending};
use crate::domain::clock::Timestamp;
use crate::domain::delivery::Disposition;
use crate::domain::message::Urgency;
use crate::storage::Result;
use crate::storage::batches::{BatchState, Claim, ClaimedBatch, Progress};

/// The lanes of an account, the urgent one first.
pub(super) const PRIORITIES: [u8; 2] = [priority(Urgency::Urgent), priority(Urgency::Normal)];

/// The priority of an urgency: 0 goes first.
pub const fn priority(urgency: Urgency) -> u8 {
    match urgency {
        Urgency::Urgent => 0,
        Urgency::Normal => 1,
    }
}

/// Claims and sends until the node closes; ends when nothing of it is under way.
pub(super) async fn run(node: Arc<Node>, account: Arc<Account>, priority: u8) {
    let hands = Arc::new(Semaphore::new(account.pace.batches_in_flight));
    let mut woken = node.woken.subscribe();
    while !node.closing.is_cancelled() {
        if priority > 0 {
            // As long as the urgent lane has work, this one takes none.
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
            let hand = hands
                .clone()
                .try_acquire_owned()
                .expect("no more was claimed than hands are free");
            if priority == 0 {
                account.urgent_began();
            }
            let (node, account) = (node.clone(), account.clone());
            tokio::spawn(async move {
                sending::run(&node, &batch).await;
                if priority == 0 {
                    account.urgent_ended();
                }
                drop(hand);
            });
        }
        drop(hands.acquire().await);
    }
    let all = u32::try_from(account.pace.batches_in_flight).unwrap_or(u32::MAX);
    drop(hands.acquire_many(all).await);
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
    next.max(account.quota.paused_until())
        .max(now + node.around.timing.poll_every / 50)
        .min(latest)
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
    if hands == 0 || account.quota.paused_until() > now {
        return Ok(Vec::new());
    }
    {
        // Looking costs less than a write, and most looks find nothing.
        let mut tx = around.store.read().await?;
        if !tx.has_claimable(&account.name, priority, now).await? {
            return Ok(Vec::new());
        }
    }
    let claim = Claim {
        owner: node.id,
        account: &account.name,
        priority,
        now,
        lease_until: now + around.timing.lease,
        window: account.pace.window,
        limit: hands,
    };
    let mut tx = around.store.write().await?;
    let mut claimed = tx.claim_batches(&claim).await?;
    for batch in claimed.iter_mut().filter(|batch| batch.doubt_to > 0) {
        doubt(batch, account.pace.when_in_doubt);
        let progress = Progress {
            number: batch.number,
            claims: batch.claims,
            outcomes: &batch.outcomes,
            intent_to: batch.intent_to,
            state: BatchState::Claimed,
            first_handover_at: None,
            last_handover_at: None,
        };
        tx.record_progress(node.id, claim.lease_until, &progress).await?;
        tracing::info!(
            batch = batch.number,
            in_doubt = batch.doubt_to,
            "took over a batch of a node that died"
        );
    }
    crash::point("claim.before_commit");
    tx.commit().await?;
    crash::point("claim.after_commit");
    let mut in_hand = Vec::with_capacity(claimed.len());
    for batch in claimed {
        let wave = node.waves.open(around, batch.wave).await?;
        let batch = Arc::new(InHand::new(batch, priority, wave, account.clone()));
        node.recorder.add(batch.clone());
        in_hand.push(batch);
    }
    Ok(in_hand)
}

/// What the members are that the node before may have handed over: in doubt the first time, unknown the second.
fn doubt(batch: &mut ClaimedBatch, policy: WhenInDoubt) {
    for disposition in &mut batch.outcomes[..batch.doubt_to] {
        *disposition = match (*disposition, policy) {
            (Disposition::Queued, WhenInDoubt::Resend) => Disposition::InDoubt,
            (Disposition::Queued | Disposition::InDoubt, _) => Disposition::Unknown,
            (other, _) => other,
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
        doubt(&mut batch, WhenInDoubt::Resend);
        assert_eq!(
            batch.outcomes,
            [Disposition::InDoubt, Disposition::Accepted, Disposition::Queued]
        );
        doubt(&mut batch, WhenInDoubt::Resend);
        assert_eq!(
            batch.outcomes,
            [Disposition::Unknown, Disposition::Accepted, Disposition::Queued]
        );
    }
}
