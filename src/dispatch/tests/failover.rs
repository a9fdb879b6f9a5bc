//! Accounts that fail: what waits for them is not used up, and others stand in.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use super::world::{Gateway, PACE, World, worlds};
use crate::dispatch::account::{Pace, WhenInDoubt};
use crate::dispatch::failover::Failover;
use crate::domain::delivery::Attempt;
use crate::domain::wave::WaveState;

/// Seconds become tenths of them.
const QUICK: Failover = Failover {
    slow_after: Duration::from_millis(300),
    probe_first: Duration::from_millis(100),
    probe_longest: Duration::from_millis(400),
    drift_back: Duration::from_millis(500),
    moves_in_doubt: false,
};

fn refused() -> Attempt {
    Attempt::Transient {
        reason: "refused".to_owned(),
    }
}

async fn quick_worlds(people: usize) -> Vec<World> {
    let mut worlds = worlds(people).await;
    for world in &mut worlds {
        world.around.timing.failover = QUICK;
    }
    worlds
}

/// A provider that is away until it is told to be there.
fn switched(is_there: &Arc<AtomicBool>) -> Arc<Gateway> {
    let is_there = is_there.clone();
    Gateway::new(move |_, _| {
        if is_there.load(Ordering::SeqCst) {
            Attempt::Accepted
        } else {
            refused()
        }
    })
}

#[tokio::test]
async fn an_outage_of_the_whole_account_uses_up_no_attempts() {
    for world in quick_worlds(1_500).await {
        let is_there = Arc::new(AtomicBool::new(false));
        let gateway = switched(&is_there);
        let wave = world.start_wave(1_500).await;
        // With attempts used up batch by batch nobody would be left to tell after two.
        let pace = Pace { attempts: 2, ..PACE };
        let dispatcher = world.dispatcher(&gateway, pace).await;
        tokio::time::timeout(Duration::from_secs(10), async {
            while dispatcher.accounts_out().is_empty() {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        })
        .await
        .expect("the account goes out of service");
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        assert_eq!(world.accounting(wave).await.queued, 1_500, "all wait");
        assert_eq!(dispatcher.trouble(), None, "it is no trouble of the node's");
        is_there.store(true, Ordering::SeqCst);
        let end = world.until(wave, WaveState::Finished).await;
        assert_eq!((end.accepted, end.failed), (1_500, 0));
        assert!(dispatcher.accounts_out().is_empty());
        dispatcher.stop().await;
    }
}

#[tokio::test]
async fn what_waits_for_an_account_that_fails_goes_out_over_the_other() {
    for world in quick_worlds(3_000).await {
        let gone = switched(&Arc::new(AtomicBool::new(false)));
        let other = Gateway::new(|_, _| Attempt::Accepted);
        let wave = world.start_shared_wave(&["push", "second"], 3_000).await;
        let pace = Pace { attempts: 2, ..PACE };
        let dispatcher = world
            .dispatcher_of(&[("push", &gone), ("second", &other)], pace)
            .await;
        let end = world.until(wave, WaveState::Finished).await;
        assert_eq!(
            (end.accepted, other.people_told(), other.most_often()),
            (3_000, 3_000, 1)
        );
        dispatcher.stop().await;
    }
}

#[tokio::test]
async fn what_a_silent_account_has_not_begun_goes_out_over_the_other_while_its_calls_hang() {
    for world in quick_worlds(3_000).await {
        let silent = Gateway::new(|_, _| Attempt::Accepted);
        silent.held.store(true, Ordering::SeqCst);
        let other = Gateway::new(|_, _| Attempt::Accepted);
        let wave = world.start_shared_wave(&["push", "second"], 3_000).await;
        let dispatcher = world
            .dispatcher_of(&[("push", &silent), ("second", &other)], PACE)
            .await;
        // Three batches of 500 are its own; of each one step is under way, and a few are in each probe.
        let most = u64::try_from(3 * PACE.step).unwrap() + 150;
        tokio::time::timeout(Duration::from_secs(10), other.until_told(3_000 - most))
            .await
            .expect("the other takes over");
        silent.held.store(false, Ordering::SeqCst);
        silent.release.notify_waiters();
        let end = world.until(wave, WaveState::Finished).await;
        assert_eq!(end.accepted, 3_000);
        assert_eq!(silent.people_told() + other.people_told(), 3_000, "nobody twice");
        dispatcher.stop().await;
    }
}

#[tokio::test]
async fn an_account_that_is_well_again_gets_its_share_back() {
    for world in quick_worlds(20_000).await {
        let is_there = Arc::new(AtomicBool::new(false));
        let ill = switched(&is_there);
        let other = Gateway::new(|_, _| Attempt::Accepted);
        let wave = world.start_shared_wave(&["push", "second"], 20_000).await;
        let pace = Pace {
            rate_per_s: Some(4_000),
            ..PACE
        };
        let dispatcher = world
            .dispatcher_of(&[("push", &ill), ("second", &other)], pace)
            .await;
        other.until_told(2_000).await;
        assert_eq!(ill.people_told(), 0);
        is_there.store(true, Ordering::SeqCst);
        let end = world.until(wave, WaveState::Finished).await;
        assert_eq!(end.accepted, 20_000);
        assert!(ill.people_told() > 3_000, "{} of 20,000", ill.people_told());
        dispatcher.stop().await;
    }
}

#[tokio::test]
async fn those_in_doubt_are_never_told_by_another_account_unless_the_settings_say_so() {
    for moves_in_doubt in [false, true] {
        for mut world in quick_worlds(1_000).await {
            world.around.timing.failover.moves_in_doubt = moves_in_doubt;
            let answers = Arc::new(AtomicU32::new(0));
            let asked = answers.clone();
            // It takes messages and says nothing, until it has done so often enough.
            let unsure = Gateway::new(move |_, _| match asked.fetch_add(1, Ordering::SeqCst) {
                0..2_000 => Attempt::Unconfirmed {
                    reason: "timeout".to_owned(),
                },
                _ => Attempt::Accepted,
            });
            let other = Gateway::new(|_, _| Attempt::Accepted);
            let wave = world.start_shared_wave(&["push", "second"], 1_000).await;
            let pace = Pace {
                when_in_doubt: WhenInDoubt::Resend,
                ..PACE
            };
            let dispatcher = world
                .dispatcher_of(&[("push", &unsure), ("second", &other)], pace)
                .await;
            world.until(wave, WaveState::Finished).await;
            let first: Vec<String> = unsure.told.lock().unwrap().keys().cloned().collect();
            let second = other.told.lock().unwrap().clone();
            let both = first.iter().filter(|one| second.contains_key(*one)).count();
            assert!(!first.is_empty());
            assert_eq!(both > 0, moves_in_doubt, "{both} of {}", first.len());
            assert!(unsure.most_often() <= 2);
            dispatcher.stop().await;
        }
    }
}

#[tokio::test]
async fn what_says_nothing_of_an_endpoint_never_retires_it() {
    for world in quick_worlds(400).await {
        let turn = AtomicU32::new(0);
        let gateway = Gateway::new(move |_, _| {
            let reason = |text: &str| text.to_owned();
            match turn.fetch_add(1, Ordering::SeqCst) % 8 {
                0 => Attempt::Transient {
                    reason: reason("503"),
                },
                1 => Attempt::Transient {
                    reason: reason("reset"),
                },
                2 => Attempt::Throttled {
                    retry_after: Duration::from_millis(1),
                },
                3 => Attempt::Rejected {
                    reason: reason("401"),
                    endpoint_gone: false,
                },
                4 => Attempt::Rejected {
                    reason: reason("403"),
                    endpoint_gone: false,
                },
                5 => Attempt::Unconfirmed {
                    reason: reason("timeout"),
                },
                _ => Attempt::Accepted,
            }
        });
        let wave = world.start_wave(400).await;
        let dispatcher = world.dispatcher(&gateway, Pace { attempts: 2, ..PACE }).await;
        world.until(wave, WaveState::Finished).await;
        let mut tx = world.database.store.read().await.unwrap();
        let everyone: Vec<u32> = (1..=400).collect();
        let left = tx
            .list_endpoints(
                &world.around.keys,
                crate::domain::channel::Channel::App,
                &everyone,
            )
            .await
            .unwrap();
        assert_eq!(left.len(), 400, "every device is still counted on");
        drop(tx);
        dispatcher.stop().await;
    }
}
