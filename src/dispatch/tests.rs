//! Dispatch against both databases, with a provider that remembers and misbehaves as it is told.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::account::{AccountSettings, Pace, WhenInDoubt};
use super::receipts::Receipts;
use super::{Dispatcher, Surroundings};
use crate::domain::channel::Channel;
use crate::domain::clock::Clock;
use crate::domain::delivery::{Attempt, Receipt};
use crate::domain::endpoint::Endpoint;
use crate::domain::message::Urgency;
use crate::domain::wave::{Accounting, WaveState};
use crate::storage::testing::TestDatabase;

mod away;
mod calls;
mod failover;
mod fallback;
mod figures;
mod looks;
mod services;
mod trouble;
pub(super) mod world;

use world::{Gateway, PACE, World, half_unanswered, worlds};

#[tokio::test]
async fn a_wave_tells_everyone_once_and_finishes() {
    for world in worlds(1_203).await {
        let gateway = Gateway::new(|_, _| Attempt::Accepted);
        let wave = world.start_wave(1_203).await;
        let dispatcher = world.dispatcher(&gateway, PACE).await;
        let end = world.until(wave, WaveState::Finished).await;
        assert_eq!(
            end,
            Accounting {
                audience: 1_203,
                accepted: 1_203,
                ..Accounting::default()
            }
        );
        assert_eq!((gateway.people_told(), gateway.most_often()), (1_203, 1));
        dispatcher.stop().await;
    }
}

#[tokio::test]
async fn what_fails_for_a_moment_is_tried_again_and_what_is_refused_is_not() {
    for world in worlds(600).await {
        let tried = Mutex::new(HashMap::<String, u32>::new());
        let gateway = Gateway::new(move |recipient, _| {
            let Endpoint::Fcm { token } = &recipient.endpoint else {
                unreachable!()
            };
            let mut tried = tried.lock().unwrap();
            let tries = tried.entry(token.clone()).or_default();
            *tries += 1;
            match token.strip_prefix("token-").unwrap().parse::<u32>().unwrap() % 10 {
                3 if *tries == 1 => Attempt::Transient {
                    reason: "503".to_owned(),
                },
                4 => Attempt::Rejected {
                    reason: "UNREGISTERED".to_owned(),
                    endpoint_gone: true,
                },
                5 if *tries == 1 => Attempt::Throttled {
                    retry_after: Duration::from_millis(10),
                },
                _ => Attempt::Accepted,
            }
        });
        let wave = world.start_wave(600).await;
        let dispatcher = world.dispatcher(&gateway, PACE).await;
        let end = world.until(wave, WaveState::Finished).await;
        assert_eq!((end.accepted, end.failed, end.queued), (540, 60, 0));
        assert_eq!(gateway.most_often(), 1);
        let mut tx = world.database.store.read().await.unwrap();
        let reasons = tx.count_failure_reasons(wave).await.unwrap();
        assert_eq!(reasons, [("UNREGISTERED".to_owned(), 60)]);
        let left = tx
            .list_endpoints(&world.around.keys, Channel::App, &[5, 6])
            .await
            .unwrap();
        assert_eq!(left.len(), 1, "a device that the provider called gone is retired");
        drop(tx);
        dispatcher.stop().await;
    }
}

#[tokio::test]
async fn an_answer_that_never_comes_is_followed_by_one_more_attempt_or_none_as_the_account_says() {
    for (policy, most, unknown) in [(WhenInDoubt::Resend, 2, 0), (WhenInDoubt::LeaveUnknown, 1, 100)] {
        for world in worlds(200).await {
            let gateway = Gateway::new(half_unanswered);
            let wave = world.start_wave(200).await;
            let dispatcher = world
                .dispatcher(
                    &gateway,
                    Pace {
                        when_in_doubt: policy,
                        ..PACE
                    },
                )
                .await;
            let end = world.until(wave, WaveState::Finished).await;
            assert_eq!((end.unknown, end.accepted), (unknown, 200 - unknown));
            assert_eq!(gateway.most_often(), most);
            dispatcher.stop().await;
        }
    }
}

#[tokio::test]
async fn where_only_what_is_urgent_is_sent_again_a_normal_wave_leaves_unknown_who_may_have_been_told() {
    for (urgency, most, unknown) in [(Urgency::Urgent, 2, 0), (Urgency::Normal, 1, 50)] {
        for world in worlds(100).await {
            let gateway = Gateway::new(half_unanswered);
            let wave = world.start_wave_of(urgency, 100).await;
            let pace = Pace {
                when_in_doubt: WhenInDoubt::ResendUrgent,
                ..PACE
            };
            let dispatcher = world.dispatcher(&gateway, pace).await;
            let end = world.until(wave, WaveState::Finished).await;
            assert_eq!((end.unknown, end.accepted), (unknown, 100 - unknown));
            assert_eq!(gateway.most_often(), most);
            dispatcher.stop().await;
        }
    }
}

#[tokio::test]
async fn a_lane_that_broke_and_outcomes_that_wait_longer_than_a_lease_are_trouble_and_told() {
    for mut world in worlds(50).await {
        let clock = Clock::manual(world.around.clock.now());
        world.around.clock = clock.clone();
        let gateway = Gateway::new(|_, _| Attempt::Accepted);
        gateway.held.store(true, Ordering::SeqCst);
        world.start_wave(50).await;
        let dispatcher = world.dispatcher(&gateway, PACE).await;
        gateway.until_called().await;
        clock.advance(world.around.timing.flush_every);
        assert_eq!(dispatcher.trouble(), None);
        dispatcher.node.mark_broken();
        assert!(
            dispatcher
                .trouble()
                .is_some_and(|why| why.contains("see the log"))
        );
        clock.advance(world.around.timing.lease);
        tokio::time::timeout(Duration::from_secs(20), async {
            while dispatcher.trouble().is_some() {
                tokio::task::yield_now().await;
            }
        })
        .await
        .expect("it was begun anew, and the recorder goes on");
        world.database.store.close().await;
        clock.advance(Duration::from_secs(12));
        assert_eq!(
            dispatcher.trouble().as_deref(),
            Some("outcomes wait for the database for 12 s")
        );
    }
}

#[tokio::test]
async fn a_stop_leaves_nobody_unaccounted_for_and_ends_the_sending() {
    for world in worlds(3_000).await {
        let gateway = Gateway::new(|_, _| Attempt::Accepted);
        let wave = world.start_wave(3_000).await;
        let pace = Pace {
            rate_per_s: Some(2_000),
            burst: 50,
            ..PACE
        };
        let dispatcher = world.dispatcher(&gateway, pace).await;
        gateway.until_told(400).await;
        let mut tx = world.database.store.write().await.unwrap();
        tx.mark_waves_halted(world.action, world.around.clock.now())
            .await
            .unwrap();
        tx.settle_halted_batches(world.around.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        dispatcher.wake();
        let end = world.until(wave, WaveState::Halted).await;
        assert_eq!(end.accepted + end.stopped, 3_000);
        assert_eq!(
            end.accepted,
            gateway.people_told() as u64,
            "the accounts say exactly who was told"
        );
        assert!(end.stopped > 1_000, "{end:?}");
        let mut tx = world.database.store.read().await.unwrap();
        let recipients = tx.list_recipients(wave).await.unwrap();
        let told = recipients
            .iter()
            .filter(|one| one.disposition.may_have_been_told());
        assert_eq!(told.count() as u64, end.accepted);
        drop(tx);
        dispatcher.stop().await;
    }
}

#[tokio::test]
async fn a_pause_holds_the_wave_and_a_resume_lets_it_go_on() {
    for world in worlds(2_000).await {
        let gateway = Gateway::new(|_, _| Attempt::Accepted);
        let wave = world.start_wave(2_000).await;
        let pace = Pace {
            rate_per_s: Some(2_000),
            burst: 50,
            ..PACE
        };
        let dispatcher = world.dispatcher(&gateway, pace).await;
        gateway.until_told(200).await;
        let mut tx = world.database.store.write().await.unwrap();
        tx.mark_waves_paused(world.action).await.unwrap();
        tx.commit().await.unwrap();
        dispatcher.wake();
        tokio::time::timeout(Duration::from_secs(10), async {
            loop {
                let mut tx = world.database.store.read().await.unwrap();
                if !tx
                    .list_recipients(wave)
                    .await
                    .unwrap()
                    .iter()
                    .any(|one| one.in_flight)
                {
                    break;
                }
            }
        })
        .await
        .expect("the lanes let go");
        let held = gateway.people_told();
        assert!(held < 2_000);
        let mut tx = world.database.store.write().await.unwrap();
        tx.mark_waves_resumed(world.action).await.unwrap();
        tx.commit().await.unwrap();
        dispatcher.wake();
        let end = world.until(wave, WaveState::Finished).await;
        assert_eq!((end.accepted, gateway.most_often()), (2_000, 1));
        dispatcher.stop().await;
    }
}

#[tokio::test]
async fn a_node_that_stops_gracefully_hands_its_batches_to_the_next() {
    for world in worlds(3_000).await {
        let gateway = Gateway::new(|_, _| Attempt::Accepted);
        let wave = world.start_wave(3_000).await;
        let pace = Pace {
            rate_per_s: Some(3_000),
            burst: 50,
            ..PACE
        };
        let first = world.dispatcher(&gateway, pace).await;
        gateway.until_told(300).await;
        first.stop().await;
        assert!(gateway.people_told() < 3_000);
        let second = world.dispatcher(&gateway, PACE).await;
        let end = world.until(wave, WaveState::Finished).await;
        assert_eq!(
            (end.accepted, gateway.people_told(), gateway.most_often()),
            (3_000, 3_000, 1)
        );
        second.stop().await;
    }
}

#[tokio::test]
async fn a_node_that_falls_silent_is_taken_over_and_commits_nothing_afterwards() {
    // Two nodes need a database that both can use.
    let Some(database) = TestDatabase::postgres().await else {
        return;
    };
    let world = World::new(database, 1_500).await;
    let silent = Gateway::new(|_, _| Attempt::Accepted);
    silent.held.store(true, Ordering::SeqCst);
    let wave = world.start_wave(1_500).await;
    // The first node's clock stands still: it never renews a lease, and its calls hang.
    let around = Surroundings {
        clock: Clock::manual(world.around.clock.now()),
        ..world.around.clone()
    };
    let account = AccountSettings {
        name: "push".to_owned(),
        provider: silent.clone(),
        pace: PACE,
        weight: 1,
    };
    let stale = Dispatcher::start(around, vec![account]).await.unwrap();
    tokio::time::timeout(Duration::from_secs(10), async {
        loop {
            let mut tx = world.database.store.read().await.unwrap();
            if tx
                .list_recipients(wave)
                .await
                .unwrap()
                .iter()
                .filter(|one| one.in_flight)
                .count()
                >= 300
            {
                break;
            }
        }
    })
    .await
    .expect("the first node claims everything");
    let gateway = Gateway::new(|_, _| Attempt::Accepted);
    let living = world.dispatcher(&gateway, PACE).await;
    let end = world.until(wave, WaveState::Finished).await;
    assert_eq!((end.accepted, gateway.people_told()), (1_500, 1_500));
    // Now the first one wakes up and finishes its calls: too late to change anything.
    silent.held.store(false, Ordering::SeqCst);
    silent.release.notify_waiters();
    stale.stop().await;
    living.stop().await;
    assert_eq!(world.accounting(wave).await, end);
    assert!(silent.people_told() <= PACE.in_flight_window());
}

#[tokio::test]
async fn receipts_that_come_early_late_and_twice_end_in_the_same_accounts() {
    for world in worlds(700).await {
        let gateway = Gateway::of(Channel::Sms, |_, _| Attempt::Accepted);
        let wave = world.start_wave_over(Channel::Sms, 700).await;
        let receipts = Receipts::start(world.around.clone());
        let dispatcher = world.dispatcher(&gateway, PACE).await;
        gateway.until_told(100).await;
        let early: Vec<String> = gateway.references.lock().unwrap()[..100].to_vec();
        for reference in &early {
            receipts.take(reference, Receipt::Delivered).await.unwrap();
        }
        world.until(wave, WaveState::Finished).await;
        let all = gateway.references.lock().unwrap().clone();
        let taken = all.iter().flat_map(|reference| {
            [
                Receipt::Accepted,
                Receipt::Delivered,
                Receipt::Failed,
                Receipt::Delivered,
            ]
            .map(|receipt| receipts.take(reference, receipt))
        });
        for result in futures::future::join_all(taken).await {
            result.unwrap();
        }
        assert_eq!(world.accounting(wave).await.delivered, 700);
        assert!(
            receipts
                .take("AAAAAAAAAAAAAAAAAAAAAAAA", Receipt::Delivered)
                .await
                .is_err()
        );
        dispatcher.stop().await;
    }
}
