//! The looks between two steps: intent and window, stop beside the quota, waits that are shared, and what other nodes
//! hear of.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use super::world::{Gateway, PACE, World, half_unanswered, worlds};
use crate::dispatch::Timing;
use crate::dispatch::account::Pace;
use crate::dispatch::receipts::Receipts;
use crate::domain::channel::Channel;
use crate::domain::delivery::{Attempt, Receipt};
use crate::domain::wave::WaveState;
use crate::storage::testing::TestDatabase;

async fn in_time<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), work)
        .await
        .expect("it comes to an end")
}

async fn halt(world: &World) {
    let mut tx = world.database.store.write().await.unwrap();
    let now = world.around.clock.now();
    tx.mark_waves_halted(world.action, now).await.unwrap();
    tx.settle_halted_batches(now).await.unwrap();
    tx.wake_dispatchers().await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_step_that_does_not_divide_its_window_leaves_no_more_than_a_window_in_doubt() {
    for world in worlds(1_000).await {
        let gateway = Gateway::new(|_, _| Attempt::Accepted);
        let wave = world.start_wave(1_000).await;
        let pace = Pace {
            rate_per_s: Some(1_500),
            step: 30,
            window: 100,
            ..PACE
        };
        let dispatcher = world.dispatcher(&gateway, pace).await;
        in_time(async {
            loop {
                let mut tx = world.database.store.read().await.unwrap();
                let recipients = tx.list_recipients(wave).await.unwrap();
                for batch in [1, 2] {
                    let in_flight = recipients
                        .iter()
                        .filter(|one| one.batch == batch && one.in_flight);
                    let in_flight = in_flight.count();
                    assert!(in_flight <= 100, "{in_flight} of batch {batch} at once");
                }
                if !recipients.iter().any(|one| one.disposition.is_open()) {
                    return;
                }
            }
        })
        .await;
        assert_eq!(gateway.most_often(), 1);
        dispatcher.stop().await;
    }
}

#[tokio::test]
async fn a_stop_ends_the_wait_for_the_quota() {
    for world in worlds(400).await {
        let gateway = Gateway::new(|_, _| Attempt::Accepted);
        let wave = world.start_wave(400).await;
        // The second step's turn would come after minutes.
        let pace = Pace {
            rate_per_s: Some(1),
            ..PACE
        };
        let dispatcher = world.dispatcher(&gateway, pace).await;
        gateway.until_told(1).await;
        let began = world.around.clock.now();
        halt(&world).await;
        dispatcher.wake();
        let end = in_time(world.until(wave, WaveState::Halted)).await;
        let took = world.around.clock.now().since(began);
        assert!(took < Duration::from_secs(3), "{took:?}");
        assert_eq!(end.accepted + end.stopped, 400);
        in_time(dispatcher.stop()).await;
    }
}

#[tokio::test]
async fn a_stop_reaches_the_other_nodes_though_they_look_seldom() {
    // Two nodes need a database that both can use.
    let Some(database) = TestDatabase::postgres().await else {
        return;
    };
    let mut world = World::new(database, 2_000).await;
    world.around.timing = Timing {
        flush_every: Duration::from_mins(1),
        poll_every: Duration::from_mins(1),
        sweep_every: Duration::from_mins(1),
        lease: Duration::from_mins(3),
        ..Timing::default()
    };
    let gateway = Gateway::new(|_, _| Attempt::Accepted);
    let wave = world.start_wave(2_000).await;
    let pace = Pace {
        rate_per_s: Some(400),
        window: 500,
        ..PACE
    };
    let other = world.dispatcher(&gateway, pace).await;
    // By then it listens.
    gateway.until_told(600).await;
    // Nobody tells that node but the database.
    halt(&world).await;
    let end = in_time(async {
        loop {
            let accounts = world.accounting(wave).await;
            if accounts.queued == 0 {
                return accounts;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    assert_eq!(end.accepted, gateway.people_told() as u64);
    assert!(end.stopped > 500, "{end:?}");
    other.close();
}

#[tokio::test]
async fn the_longest_wait_that_a_step_was_asked_for_is_shared_with_the_other_nodes() {
    let Some(database) = TestDatabase::postgres().await else {
        return;
    };
    let world = World::new(database, 100).await;
    let calls = AtomicU32::new(0);
    // One step is two calls; the first is asked to wait longer than the second.
    let gateway = Gateway::new(move |_, _| Attempt::Throttled {
        retry_after: Duration::from_secs(match calls.fetch_add(1, Ordering::SeqCst) {
            0..50 => 90,
            _ => 30,
        }),
    });
    world.start_wave(100).await;
    let pace = Pace { step: 100, ..PACE };
    let began = world.around.clock.now();
    let dispatcher = world.dispatcher(&gateway, pace).await;
    let paused_until = in_time(async {
        loop {
            let mut tx = world.database.store.read().await.unwrap();
            if let Some(until) = tx.find_pause("push").await.unwrap()
                && until > began
            {
                return until;
            }
            drop(tx);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    assert!(
        paused_until.since(began) >= Duration::from_secs(90),
        "the longest, and at once"
    );
    let idle = Gateway::new(|_, _| Attempt::Accepted);
    let other = world.dispatcher(&idle, pace).await;
    tokio::time::sleep(world.around.timing.poll_every * 4).await;
    assert_eq!(idle.people_told(), 0, "the other node waits as well");
    in_time(dispatcher.stop()).await;
    in_time(other.stop()).await;
}

#[tokio::test]
async fn two_writers_of_one_wave_wait_for_each_other_and_lose_nothing() {
    let Some(database) = TestDatabase::postgres().await else {
        return;
    };
    let world = World::new(database, 10_000).await;
    let gateway = Gateway::of(Channel::Sms, half_unanswered);
    let wave = world.start_wave_over(Channel::Sms, 10_000).await;
    let receipts = Receipts::start(world.around.clone());
    let pace = Pace {
        batches_in_flight: 8,
        ..PACE
    };
    let nodes = [
        world.dispatcher(&gateway, pace).await,
        world.dispatcher(&gateway, pace).await,
    ];
    // Receipts of all that was told, while both nodes record, split off and finish the same batches.
    let mut brought = 0;
    in_time(async {
        loop {
            let references: Vec<String> = gateway.references.lock().unwrap()[brought..].to_vec();
            brought += references.len();
            let taken = references
                .iter()
                .map(|reference| receipts.take(reference, Receipt::Delivered));
            for result in futures::future::join_all(taken).await {
                result.expect("no writer is chosen to fail");
            }
            let accounts = world.accounting(wave).await;
            assert!(accounts.is_balanced(), "{accounts:?}");
            if accounts.delivered == 10_000 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    for node in nodes {
        in_time(node.stop()).await;
    }
}

#[tokio::test]
async fn a_receipt_for_somebody_who_was_split_off_finds_the_new_batch_and_nobody_is_told_again() {
    for world in worlds(200).await {
        let gateway = Gateway::of(Channel::Sms, half_unanswered);
        let wave = world.start_wave_over(Channel::Sms, 200).await;
        let receipts = Receipts::start(world.around.clone());
        let dispatcher = world.dispatcher(&gateway, PACE).await;
        gateway.until_told(200).await;
        // The second attempt follows after a second at the least.
        let references = gateway.references.lock().unwrap().clone();
        let taken = references
            .iter()
            .map(|reference| receipts.take(reference, Receipt::Delivered));
        for result in futures::future::join_all(taken).await {
            result.unwrap();
        }
        let end = in_time(world.until(wave, WaveState::Finished)).await;
        assert_eq!((end.delivered, gateway.most_often()), (200, 1));
        dispatcher.stop().await;
    }
}

#[tokio::test]
async fn at_the_first_signal_what_is_not_begun_is_handed_back() {
    for world in worlds(2_000).await {
        let gateway = Gateway::new(|_, _| Attempt::Accepted);
        let wave = world.start_wave(2_000).await;
        let pace = Pace {
            rate_per_s: Some(200),
            ..PACE
        };
        let dispatcher = world.dispatcher(&gateway, pace).await;
        gateway.until_told(10).await;
        // Requests are still being answered: the node is not stopped, it only takes nothing more.
        dispatcher.close();
        in_time(async {
            while world.in_flight(wave).await > 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        })
        .await;
        let next = Gateway::new(|_, _| Attempt::Accepted);
        let other = world.dispatcher(&next, PACE).await;
        let end = in_time(world.until(wave, WaveState::Finished)).await;
        assert_eq!(end.accepted, 2_000);
        assert_eq!(gateway.people_told() + next.people_told(), 2_000);
        in_time(other.stop()).await;
        in_time(dispatcher.stop()).await;
    }
}
