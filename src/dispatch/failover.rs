//! Accounts of one channel stand in for each other: what waits moves in the database from one that is out to those
//! that serve, urgent first, and comes back little by little.
//!
//! Every node looks; the database says what they found. Those who may have been told once stay where they are, since
//! another provider does not know what the first one did, unless the settings say otherwise.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::Node;
use super::account::Account;
use super::lane::PRIORITIES;
use super::share::{Share, Turns, in_health};
use crate::channels::breaker::Turn;
use crate::domain::channel::Channel;
use crate::domain::clock::Timestamp;
use crate::storage::Result;
use crate::storage::batches::moving::Waiting;
use crate::storage::quotas::AccountHealth;

mod times;

pub use times::Failover;

/// The most batches that move in one transaction.
const AT_ONCE: usize = 500;
/// Fewer batches than this are not worth evening out.
const WORTH_EVENING: usize = 4;
/// An account that nobody found anything to probe with for so long is believed to serve again.
const BELIEVED_AFTER: Duration = Duration::from_secs(30);

/// Looks after the accounts until the node closes.
pub(super) async fn run(node: Arc<Node>, accounts: Arc<[Arc<Account>]>) {
    let clock = &node.around.clock;
    let timing = node.around.timing;
    let pause = timing.sweep_every.min(timing.failover.slow_after / 4);
    let mut looked_at = Timestamp::default();
    loop {
        let called = tokio::select! {
            () = clock.sleep(pause) => false,
            () = node.failing.notified() => true,
            () = node.closing.cancelled() => return,
        };
        let now = clock.now();
        let mut silent = false;
        for account in accounts.iter() {
            if account.health.give_up_silent(timing.failover.slow_after, now) {
                tracing::warn!(account = %account.name, "an account says nothing: another takes over");
                silent = true;
            }
        }
        if called || silent || now.since(looked_at) >= timing.sweep_every {
            looked_at = now;
            if let Err(error) = look(&node, &accounts).await {
                tracing::warn!(%error, "accounts that are out keep what waits for them until the next look");
            }
        }
    }
}

async fn look(node: &Node, accounts: &[Arc<Account>]) -> Result<()> {
    tell(node, accounts).await?;
    let mut health = node.around.store.read().await?.list_account_health().await?;
    let now = node.around.clock.now();
    believe(node, &by_channel(accounts), &mut health, now).await?;
    let out = |name: &str| {
        let known = health.iter().find(|one| one.account == name)?;
        known.out_since.map(|since| (since, known.probe_at))
    };
    let mut came_back = false;
    for account in accounts {
        let others = accounts.iter().filter(|other| {
            other.provider.channel() == account.provider.channel() && other.name != account.name
        });
        let has_stand_in = others.into_iter().any(|other| out(&other.name).is_none());
        came_back |= account.health.learn(out(&account.name), has_stand_in);
    }
    let mut moved = 0;
    for (_, group) in by_channel(accounts) {
        if group.len() > 1 {
            moved += even_out(node, &group, &health, now).await?;
        }
    }
    if moved > 0 || came_back {
        node.wake();
    }
    Ok(())
}

fn by_channel(accounts: &[Arc<Account>]) -> BTreeMap<Channel, Vec<Arc<Account>>> {
    let mut groups: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for account in accounts {
        let group = groups.entry(account.provider.channel()).or_default();
        group.push(account.clone());
    }
    groups
}

/// Tells the other nodes what this one found.
async fn tell(node: &Node, accounts: &[Arc<Account>]) -> Result<()> {
    for account in accounts {
        let Some(turn) = account.health.untold() else {
            continue;
        };
        let mut tx = node.around.store.write().await?;
        match turn {
            Turn::Opened { since, probe_at } => {
                tx.mark_account_out(&account.name, since, probe_at).await?;
            }
            Turn::Closed => {
                let now = node.around.clock.now();
                tx.mark_account_back(&account.name, now).await?;
            }
        }
        tx.wake_dispatchers().await?;
        tx.commit().await?;
        account.health.told(turn);
        match turn {
            Turn::Opened { .. } => tracing::warn!(account = %account.name, "an account is out of service"),
            Turn::Closed => tracing::info!(account = %account.name, "an account serves again"),
        }
    }
    Ok(())
}

/// An account with a stand-in that is long due for a probe, and for which nothing waits anywhere, comes back on
/// trial: nothing else would ever find out.
async fn believe(
    node: &Node,
    groups: &BTreeMap<Channel, Vec<Arc<Account>>>,
    health: &mut [AccountHealth],
    now: Timestamp,
) -> Result<()> {
    for group in groups.values().filter(|group| group.len() > 1) {
        for account in group {
            let known = health.iter_mut().find(|one| one.account == account.name);
            let Some(known) = known else { continue };
            if known.out_since.is_some() && known.probe_at + BELIEVED_AFTER <= now {
                let mut tx = node.around.store.write().await?;
                tx.mark_account_back(&account.name, now).await?;
                tx.commit().await?;
                (known.out_since, known.back_since) = (None, Some(now));
            }
        }
    }
    Ok(())
}

/// Moves what waits within a channel: away from accounts that are out, and to those that carry less than their
/// share. Answers how many batches moved.
async fn even_out(
    node: &Node,
    group: &[Arc<Account>],
    health: &[AccountHealth],
    now: Timestamp,
) -> Result<usize> {
    let times = node.around.timing.failover;
    let configured: Vec<Share> = group.iter().map(|account| account.share()).collect();
    let shares = in_health(&configured, health, now, times.drift_back);
    let is_out = |name: &str| {
        let known = health.iter().find(|one| one.account == name);
        known.is_some_and(|one| one.out_since.is_some())
    };
    if shares.iter().all(|share| is_out(&share.account)) {
        return Ok(0);
    }
    let waiting = {
        let mut tx = node.around.store.read().await?;
        tx.count_waiting(times.moves_in_doubt).await?
    };
    let count = |account: &str, priority| {
        let known = waiting.get(&(account.to_owned(), priority));
        known.copied().unwrap_or_default()
    };
    let mut moved = 0;
    for priority in PRIORITIES {
        for share in shares.iter().filter(|share| is_out(&share.account)) {
            if count(&share.account, priority) > 0 && !is_probing(group, &share.account, now) {
                moved += leave(node, &share.account, priority, &shares).await?;
            }
        }
        moved += fill_up(node, &shares, priority, |account| count(account, priority)).await?;
    }
    Ok(moved + probe(node, group, &shares, now, count).await?)
}

/// Whether the account is about to be probed here with what waits for it.
fn is_probing(group: &[Arc<Account>], name: &str, now: Timestamp) -> bool {
    let account = group.iter().find(|account| account.name == name);
    account.is_some_and(|account| account.health.probe_at().is_none_or(|at| at <= now))
}

/// Shares out all that waits for an account that is out, nearest first.
async fn leave(node: &Node, from: &str, priority: u8, shares: &[Share]) -> Result<usize> {
    let mut turns = Turns::new(shares);
    let mut moved = 0;
    loop {
        let mut tx = node.around.store.write().await?;
        let waiting = Waiting {
            account: from,
            priority,
            doubtful: node.around.timing.failover.moves_in_doubt,
            limit: AT_ONCE,
        };
        let batches = tx.list_waiting(waiting).await?;
        let now = node.around.clock.now();
        for batch in &batches {
            if let Some(to) = turns.next() {
                moved += usize::from(tx.move_batch(*batch, to, now).await?);
            }
        }
        tx.commit().await?;
        if batches.len() < AT_ONCE {
            return Ok(moved);
        }
        // What is most urgent leaves before the rest has moved.
        node.wake();
    }
}

/// Gives an account that has less than half of its share of what waits the rest of it, from whoever has most too
/// much.
async fn fill_up(
    node: &Node,
    shares: &[Share],
    priority: u8,
    count: impl Fn(&str) -> usize,
) -> Result<usize> {
    let weight: u64 = shares.iter().map(|share| share.weight).sum();
    let all: usize = shares.iter().map(|share| count(&share.account)).sum();
    if all < WORTH_EVENING || weight == 0 {
        return Ok(0);
    }
    let target = |share: &Share| {
        let parts = u128::from(share.weight) * all as u128 / u128::from(weight);
        usize::try_from(parts).unwrap_or(all)
    };
    let surplus = |share: &&Share| count(&share.account).saturating_sub(target(share));
    let Some(richest) = shares.iter().max_by_key(surplus) else {
        return Ok(0);
    };
    let mut left = surplus(&richest);
    let mut moved = 0;
    for poor in shares
        .iter()
        .filter(|share| count(&share.account) < target(share) / 2)
    {
        let wanted = (target(poor) - count(&poor.account)).min(left).min(AT_ONCE);
        if wanted == 0 {
            continue;
        }
        left -= wanted;
        let mut tx = node.around.store.write().await?;
        let waiting = Waiting {
            account: &richest.account,
            priority,
            doubtful: node.around.timing.failover.moves_in_doubt,
            limit: wanted,
        };
        let now = node.around.clock.now();
        for batch in tx.list_last_waiting(waiting).await? {
            moved += usize::from(tx.move_batch(batch, &poor.account, now).await?);
        }
        tx.commit().await?;
    }
    Ok(moved)
}

/// Gives an account that is due for a probe a batch to be probed with: the one that can wait longest.
async fn probe(
    node: &Node,
    group: &[Arc<Account>],
    shares: &[Share],
    now: Timestamp,
    count: impl Fn(&str, u8) -> usize,
) -> Result<usize> {
    let mut moved = 0;
    for account in group {
        let is_due = account.health.probe_at().is_some_and(|at| at <= now);
        if !is_due
            || PRIORITIES
                .iter()
                .any(|priority| count(&account.name, *priority) > 0)
        {
            continue;
        }
        let from = PRIORITIES.iter().rev().find_map(|priority| {
            let serving = shares.iter().filter(|share| share.account != account.name);
            let richest = serving.max_by_key(|share| count(&share.account, *priority))?;
            (count(&richest.account, *priority) > 0).then_some((&richest.account, *priority))
        });
        let Some((from, priority)) = from else { continue };
        let mut tx = node.around.store.write().await?;
        let waiting = Waiting {
            account: from,
            priority,
            doubtful: false,
            limit: 1,
        };
        for batch in tx.list_last_waiting(waiting).await? {
            moved += usize::from(tx.move_batch(batch, &account.name, now).await?);
        }
        tx.commit().await?;
    }
    Ok(moved)
}
