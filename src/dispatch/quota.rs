//! The pace of a provider account, shared by all nodes.
//!
//! A generic cell rate algorithm on one moment, "when the next message may leave". One process keeps it in
//! memory; nodes on a shared database keep it in the account's row and draw a quarter of a second's worth at
//! a time, so that the row is written four times a second at most, whatever the rate.

use std::sync::Mutex;
use std::time::Duration;

use tokio::sync::Mutex as AsyncMutex;

use super::Surroundings;
use crate::domain::clock::{Clock, Timestamp};
use crate::storage::Store;

pub(super) struct Quota {
    account: String,
    clock: Clock,
    /// The shared database; none when this process is the only one.
    store: Option<Store>,
    rate: Option<Rate>,
    slice: AsyncMutex<Slice>,
    paused_until: Mutex<Timestamp>,
}

#[derive(Clone, Copy)]
struct Rate {
    per_s: u32,
    burst: u32,
}

/// What this node has drawn and not yet used.
#[derive(Default)]
struct Slice {
    left: u32,
    /// The moment in memory, when nobody shares it; microseconds.
    next_us: i64,
}

/// When the next message may leave after `count` more, and from when they may.
fn advance(next_us: i64, now_us: i64, rate: Rate, count: u32) -> (i64, i64) {
    let interval = |messages: u32| i64::from(messages) * 1_000_000 / i64::from(rate.per_s.max(1));
    let from = next_us.max(now_us - interval(rate.burst));
    (from + interval(count), from)
}

impl Quota {
    pub(super) fn new(account: &str, rate_per_s: Option<u32>, burst: u32, around: &Surroundings) -> Self {
        Self {
            account: account.to_owned(),
            clock: around.clock.clone(),
            store: around.store.is_shared().then(|| around.store.clone()),
            rate: rate_per_s.map(|per_s| Rate { per_s, burst }),
            slice: AsyncMutex::default(),
            paused_until: Mutex::default(),
        }
    }

    /// Until when the provider asked everyone to wait.
    pub(super) fn paused_until(&self) -> Timestamp {
        *self.paused_until.lock().expect("no holder panics")
    }

    /// Waits as the provider asked; a longer wait that is known already stays.
    pub(super) fn pause_until(&self, moment: Timestamp) {
        let mut paused = self.paused_until.lock().expect("no holder panics");
        *paused = (*paused).max(moment);
    }

    /// Tells the other nodes of a wait.
    pub(super) async fn share_pause(&self) {
        if let Some(store) = &self.store
            && let Err(error) = share_pause(store, &self.account, self.paused_until()).await
        {
            tracing::warn!(account = %self.account, %error, "the other nodes were not told of the wait");
        }
    }

    /// Takes in a wait that another node was asked for.
    pub(super) async fn learn_pause(&self) -> crate::storage::Result<()> {
        if let Some(store) = &self.store {
            let mut tx = store.read().await?;
            if let Some(paused) = tx.find_pause(&self.account).await? {
                self.pause_until(paused);
            }
        }
        Ok(())
    }

    /// Waits until `count` messages may leave. Whoever stops waiting (the future dropped) leaves what it had
    /// reserved unused: the provider gets less, never more.
    pub(super) async fn take(&self, count: usize) {
        let Some(rate) = self.rate else { return };
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        let mut slice = self.slice.lock().await;
        let mut wanted = count;
        while wanted > 0 {
            let used = slice.left.min(wanted);
            slice.left -= used;
            wanted -= used;
            if wanted == 0 {
                return;
            }
            let drawn = (rate.per_s / 4).clamp(1, 10_000).max(wanted.min(rate.per_s));
            let from_us = self.draw(&mut slice, rate, drawn).await;
            let wait_us = from_us - self.clock.now().as_millis() * 1000;
            if wait_us > 0 {
                self.clock
                    .sleep(Duration::from_micros(wait_us.unsigned_abs()))
                    .await;
            }
            slice.left = drawn;
        }
    }

    async fn draw(&self, slice: &mut Slice, rate: Rate, count: u32) -> i64 {
        let now_us = self.clock.now().as_millis() * 1000;
        if let Some(store) = &self.store {
            let (span, _) = advance(0, 0, Rate { burst: 0, ..rate }, count);
            let (earliest, _) = advance(i64::MIN, now_us, rate, 0);
            match draw_shared(store, &self.account, earliest, span).await {
                Ok(next_us) => return next_us - span,
                // Without the row each node keeps the pace by itself until the database is back.
                Err(error) => {
                    tracing::warn!(account = %self.account, %error, "the shared quota is out of reach");
                }
            }
        }
        let (next_us, from_us) = advance(slice.next_us, now_us, rate, count);
        slice.next_us = next_us;
        from_us
    }
}

async fn draw_shared(
    store: &Store,
    account: &str,
    earliest_us: i64,
    span_us: i64,
) -> crate::storage::Result<i64> {
    let mut tx = store.write().await?;
    let next_us = tx.draw_quota(account, earliest_us, span_us).await?;
    tx.commit().await?;
    Ok(next_us)
}

async fn share_pause(store: &Store, account: &str, until: Timestamp) -> crate::storage::Result<()> {
    let mut tx = store.write().await?;
    tx.mark_account_paused(account, until).await?;
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn however_it_is_drawn_no_second_sees_more_than_the_rate_and_the_burst(
            per_s in 1_u32..5_000, burst in 1_u32..2_000, draws in prop::collection::vec((1_u32..500, 0_i64..400_000), 1..60),
        ) {
            let rate = Rate { per_s, burst };
            let (mut next, mut now) = (0, 0);
            let mut left: Vec<(i64, u32)> = Vec::new();
            for (count, pause) in draws {
                now += pause;
                let (after, from) = advance(next, now, rate, count);
                next = after;
                left.push((from.max(now), count));
                now = from.max(now);
            }
            for (start, _) in &left {
                let within: u64 = left.iter().filter(|(at, _)| at >= start && *at < start + 1_000_000)
                    .map(|(_, count)| u64::from(*count)).sum();
                let last = left.iter().filter(|(at, _)| at >= start && *at < start + 1_000_000)
                    .map(|(_, count)| u64::from(*count)).max().unwrap_or(0);
                prop_assert!(within <= u64::from(per_s) + u64::from(burst) + last + 1);
            }
        }
    }
}
