//! What a node meets that nobody hopes for: leases that ran out in its own hands, waves that cannot be read,
//! adapters that panic, providers that ask to slow down.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::world::{Gateway, PACE, World, worlds};
use crate::dispatch::account::Pace;
use crate::domain::clock::Timestamp;
use crate::domain::delivery::{Attempt, Disposition};
use crate::domain::endpoint::Endpoint;
use crate::domain::id::NodeId;
use crate::domain::message::{Recipient, Urgency};
use crate::domain::wave::WaveState;
use crate::storage::batches::Claim;
use crate::storage::testing::TestDatabase;

/// The end of what must not hang.
async fn in_time<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), work)
        .await
        .expect("it comes to an end")
}

fn index(recipient: &Recipient) -> u32 {
    let Endpoint::Fcm { token } = &recipient.endpoint else {
        panic!("not a device")
    };
    token.strip_prefix("token-").unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_node_whose_lease_ran_out_in_its_own_hands_takes_the_batch_over_and_stops_cleanly() {
    for world in worlds(500).await {
        let gateway = Gateway::new(|_, _| Attempt::Accepted);
        gateway.held.store(true, Ordering::SeqCst);
        let wave = world.start_wave(500).await;
        let dispatcher = world.dispatcher(&gateway, PACE).await;
        in_time(async {
            while world.in_flight(wave).await == 0 {
                tokio::task::yield_now().await;
            }
        })
        .await;
        // The process stood still for longer than a lease: its free hands may be the first to claim again.
        for _ in 0..3 {
            let mut tx = world.database.store.write().await.unwrap();
            tx.end_all_leases().await.unwrap();
            tx.commit().await.unwrap();
            dispatcher.wake();
            world.around.clock.sleep(world.around.timing.poll_every).await;
        }
        gateway.held.store(false, Ordering::SeqCst);
        gateway.release.notify_waiters();
        let end = in_time(world.until(wave, WaveState::Finished)).await;
        assert_eq!(end.accepted + end.unknown, 500, "{end:?}");
        assert!(gateway.most_often() <= 2);
        in_time(dispatcher.stop()).await;
    }
}

#[tokio::test]
async fn a_wave_that_cannot_be_read_holds_up_no_other_and_puts_nobody_in_doubt() {
    for world in worlds(600).await {
        let gateway = Gateway::new(|_, _| Attempt::Accepted);
        let damaged = world.start_wave(600).await;
        let mut tx = world.database.store.write().await.unwrap();
        tx.damage_wave_for_tests(damaged).await;
        tx.commit().await.unwrap();
        let whole = world.start_wave(600).await;
        let dispatcher = world.dispatcher(&gateway, PACE).await;
        let end = in_time(world.until(whole, WaveState::Finished)).await;
        assert_eq!((end.accepted, gateway.most_often()), (600, 1));
        in_time(dispatcher.stop()).await;
        let waiting = world.accounting(damaged).await;
        assert_eq!((waiting.queued, waiting.unknown), (600, 0));
        assert_eq!(world.in_flight(damaged).await, 0, "its batches were handed back");
    }
}

#[tokio::test]
async fn whoever_a_dead_node_may_have_told_stays_in_doubt_though_the_wave_cannot_be_read() {
    for world in worlds(500).await {
        let gateway = Gateway::new(|_, _| Attempt::Accepted);
        let wave = world.start_wave(500).await;
        let now = world.around.clock.now();
        // It declared its intent with the claim, and was never heard of again.
        let dead = Claim {
            owner: NodeId::new(now, &world.around.random),
            account: "push",
            priority: 0,
            now,
            lease_until: now,
            window: PACE.window,
            limit: 1,
        };
        let mut tx = world.database.store.write().await.unwrap();
        assert_eq!(tx.claim_batches(&dead).await.unwrap().len(), 1);
        tx.damage_wave_for_tests(wave).await;
        tx.commit().await.unwrap();
        let dispatcher = world.dispatcher(&gateway, PACE).await;
        in_time(async {
            loop {
                let mut tx = world.database.store.read().await.unwrap();
                let recipients = tx.list_recipients(wave).await.unwrap();
                let in_doubt = recipients
                    .iter()
                    .filter(|one| one.disposition == Disposition::InDoubt);
                if in_doubt.count() == PACE.window {
                    break;
                }
                drop(tx);
                tokio::task::yield_now().await;
            }
        })
        .await;
        assert_eq!((world.in_flight(wave).await, gateway.people_told()), (0, 0));
        in_time(dispatcher.stop()).await;
    }
}

#[tokio::test]
async fn a_batch_that_cannot_be_read_holds_up_no_other() {
    for world in worlds(1_000).await {
        let gateway = Gateway::new(|_, _| Attempt::Accepted);
        let wave = world.start_wave(1_000).await;
        let mut tx = world.database.store.write().await.unwrap();
        tx.damage_batch_for_tests(1).await;
        tx.commit().await.unwrap();
        let dispatcher = world.dispatcher(&gateway, PACE).await;
        in_time(async {
            while world.accounting(wave).await.accepted < 500 {
                tokio::task::yield_now().await;
            }
        })
        .await;
        assert_eq!((gateway.people_told(), gateway.most_often()), (500, 1));
        in_time(dispatcher.stop()).await;
    }
}

#[tokio::test]
async fn an_adapter_that_panics_costs_one_lease_and_nobody_is_lost() {
    for world in worlds(700).await {
        let first = AtomicBool::new(true);
        let gateway = Gateway::new(move |recipient, _| {
            assert!(
                index(recipient) != 60 || !first.swap(false, Ordering::SeqCst),
                "a bug in an adapter"
            );
            Attempt::Accepted
        });
        let wave = world.start_wave(700).await;
        let dispatcher = world.dispatcher(&gateway, PACE).await;
        let end = in_time(world.until(wave, WaveState::Finished)).await;
        assert_eq!((end.accepted, gateway.people_told()), (700, 700));
        assert!(gateway.most_often() <= 2);
        in_time(dispatcher.stop()).await;
    }
}

#[tokio::test]
async fn once_a_provider_asks_for_a_wait_no_batch_begins_another_step_before_it_is_over() {
    const WAIT: Duration = Duration::from_millis(700);
    for world in worlds(2_000).await {
        let clock = world.around.clock.clone();
        let asked_at: Mutex<Option<Timestamp>> = Mutex::default();
        let gateway = Gateway::new(move |recipient, _| {
            let mut asked_at = asked_at.lock().unwrap();
            match *asked_at {
                None if index(recipient) == 3 => {
                    *asked_at = Some(clock.now());
                    Attempt::Throttled { retry_after: WAIT }
                }
                // What was called already when the answer came is not held against anybody.
                Some(asked) if (asked + WAIT / 4..asked + WAIT * 9 / 10).contains(&clock.now()) => {
                    Attempt::Rejected {
                        reason: "TOO_EARLY".to_owned(),
                        endpoint_gone: false,
                    }
                }
                _ => Attempt::Accepted,
            }
        });
        let pace = Pace {
            rate_per_s: Some(1_500),
            burst: 1,
            ..PACE
        };
        let wave = world.start_wave(2_000).await;
        let dispatcher = world.dispatcher(&gateway, pace).await;
        let end = in_time(world.until(wave, WaveState::Finished)).await;
        assert_eq!((end.accepted, end.failed), (2_000, 0));
        in_time(dispatcher.stop()).await;
    }
}

#[tokio::test]
async fn what_can_wait_waits_for_what_is_urgent_on_another_node() {
    // Two nodes need a database that both can use.
    let Some(database) = TestDatabase::postgres().await else {
        return;
    };
    let world = World::new(database, 1_000).await;
    let (busy, idle) = (
        Gateway::new(|_, _| Attempt::Accepted),
        Gateway::new(|_, _| Attempt::Accepted),
    );
    busy.held.store(true, Ordering::SeqCst);
    let urgent = world.start_wave(1_000).await;
    let one = world.dispatcher(&busy, PACE).await;
    in_time(async {
        while world.in_flight(urgent).await < 200 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let normal = world.start_wave_of(Urgency::Normal, 1_000).await;
    let other = world.dispatcher(&idle, PACE).await;
    // Many looks of the other node's lanes.
    world.around.clock.sleep(world.around.timing.poll_every * 6).await;
    assert_eq!(
        idle.people_told(),
        0,
        "the account has something urgent under way"
    );
    busy.held.store(false, Ordering::SeqCst);
    busy.release.notify_waiters();
    in_time(world.until(urgent, WaveState::Finished)).await;
    in_time(world.until(normal, WaveState::Finished)).await;
    in_time(one.stop()).await;
    in_time(other.stop()).await;
}
