//! Who is told by text message because nothing was heard over the app.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::world::{Gateway, PACE, World, worlds};
use crate::dispatch::account::Pace;
use crate::dispatch::failover::Failover;
use crate::dispatch::receipts::{ReceiptError, Receipts};
use crate::domain::channel::Channel;
use crate::domain::delivery::Attempt;
use crate::domain::endpoint::Endpoint;
use crate::domain::id::WaveId;
use crate::domain::wave::{WaveKind, WaveState};

const AFTER: Duration = Duration::from_millis(1_500);

async fn in_time<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), work)
        .await
        .expect("it comes to an end")
}

async fn falling_back(people: usize) -> Vec<World> {
    let mut worlds = worlds(people).await;
    for world in &mut worlds {
        world.fallback_after = Some(AFTER);
    }
    worlds
}

/// The waves that told again, once there are any.
async fn fallbacks(world: &World) -> Vec<WaveId> {
    in_time(async {
        loop {
            let mut tx = world.database.store.read().await.unwrap();
            let waves = tx.list_waves(&world.around.keys, world.action).await.unwrap();
            let told_again = waves.iter().filter(|wave| wave.kind == WaveKind::Fallback);
            let found: Vec<_> = told_again.map(|wave| wave.id).collect();
            if !found.is_empty() {
                return found;
            }
            drop(tx);
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await
}

/// The participants that a gateway told, by their place: devices and telephones are numbered alike.
fn told(gateway: &Gateway) -> HashSet<u32> {
    let told = gateway.told.lock().unwrap();
    told.keys()
        .map(|endpoint| {
            let number = endpoint.trim_start_matches("token-").trim_start_matches("+3161");
            number.parse().unwrap()
        })
        .collect()
}

fn app_and_texts() -> (Arc<Gateway>, Arc<Gateway>) {
    (
        Gateway::new(|_, _| Attempt::Accepted),
        Gateway::of(Channel::Sms, |_, _| Attempt::Accepted),
    )
}

#[tokio::test]
async fn whoever_is_not_heard_of_is_told_once_more_by_text_message_and_nobody_else() {
    for world in falling_back(200).await {
        let (app, texts) = app_and_texts();
        let receipts = Receipts::start(world.around.clone());
        let wave = world.start_wave(200).await;
        let dispatcher = world
            .dispatcher_of(&[("push", &app), ("sms", &texts)], PACE)
            .await;
        app.until_told(200).await;
        let references = app.references.lock().unwrap()[..80].to_vec();
        // Each of them twice.
        let taken = references.iter().chain(&references);
        let taken = taken.map(|reference| receipts.take_from_app(reference));
        for result in futures::future::join_all(taken).await {
            result.unwrap();
        }
        let again = fallbacks(&world).await;
        assert_eq!(again.len(), 1);
        let end = in_time(world.until(again[0], WaveState::Finished)).await;
        assert_eq!((end.audience, end.accepted), (120, 120));
        let first = world.accounting(wave).await;
        assert_eq!((first.delivered, first.accepted, first.audience), (80, 120, 200));
        assert_eq!((app.most_often(), texts.most_often()), (1, 1));
        assert_eq!(texts.people_told(), 120);
        tokio::time::sleep(AFTER * 2).await;
        assert_eq!(fallbacks(&world).await, again, "that is all");
        // A link in a text message is no receipt of the app's.
        let link = world
            .around
            .references
            .read_receipt(&texts.references.lock().unwrap()[0]);
        let link = world.around.references.delivery(link.unwrap());
        assert_eq!(receipts.take_from_app(&link).await, Err(ReceiptError::Unknown));
        dispatcher.stop().await;
    }
}

#[tokio::test]
async fn whoever_is_heard_of_while_the_text_message_waits_does_not_get_it() {
    for world in falling_back(600).await {
        let (app, texts) = app_and_texts();
        let receipts = Receipts::start(world.around.clone());
        world.start_wave(600).await;
        let pace = Pace {
            rate_per_s: Some(300),
            batches_in_flight: 1,
            ..PACE
        };
        let dispatcher = world
            .dispatcher_of(&[("push", &app), ("sms", &texts)], pace)
            .await;
        app.until_told(600).await;
        let again = fallbacks(&world).await;
        let references = app.references.lock().unwrap().clone();
        let taken = references
            .iter()
            .map(|reference| receipts.take_from_app(reference));
        for result in futures::future::join_all(taken).await {
            result.unwrap();
        }
        let mut stopped = 0;
        for wave in again {
            let end = in_time(world.until(wave, WaveState::Finished)).await;
            stopped += end.stopped;
        }
        assert!(stopped > 200, "{stopped} were spared");
        assert_eq!(texts.most_often(), 1);
        dispatcher.stop().await;
    }
}

#[tokio::test]
async fn whom_the_app_cannot_reach_is_told_by_text_message_and_whoever_has_none_is_not() {
    for world in falling_back(100).await {
        let app = Gateway::new(|_, _| Attempt::Rejected {
            reason: "UNREGISTERED".to_owned(),
            endpoint_gone: false,
        });
        let (_, texts) = app_and_texts();
        // These turned text messages off.
        let mut tx = world.database.store.write().await.unwrap();
        for number in 1..=30 {
            let mut stored = tx
                .find_participant(&world.around.keys, number)
                .await
                .unwrap()
                .unwrap();
            stored.wanted = stored.wanted.without(Channel::Sms);
            let now = world.around.clock.now();
            tx.update_participant(&world.around.keys, &stored, now)
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
        world.start_wave(100).await;
        let dispatcher = world
            .dispatcher_of(&[("push", &app), ("sms", &texts)], PACE)
            .await;
        let again = fallbacks(&world).await;
        let end = in_time(world.until(again[0], WaveState::Finished)).await;
        assert_eq!(end.accepted, 70);
        assert_eq!(told(&texts), (30..100).collect());
        dispatcher.stop().await;
    }
}

#[tokio::test]
async fn while_a_service_of_the_app_is_out_whoever_it_alone_reaches_is_told_by_text_message() {
    for world in falling_back(300).await {
        let clock = world.around.clock.clone();
        let mixed = Gateway::new(move |recipient, _| match &recipient.endpoint {
            Endpoint::Fcm { token } if token.ends_with('7') => Attempt::Withheld {
                until: clock.now() + Duration::from_secs(30),
            },
            _ => Attempt::Accepted,
        });
        mixed.partly_out.store(true, Ordering::SeqCst);
        let (_, texts) = app_and_texts();
        let wave = world.start_wave(300).await;
        let dispatcher = world
            .dispatcher_of(&[("push", &mixed), ("sms", &texts)], PACE)
            .await;
        in_time(mixed.until_told(270)).await;
        let withheld = |told: &HashSet<u32>| told.iter().filter(|number| *number % 10 == 7).count();
        in_time(async {
            while withheld(&told(&texts)) < 30 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        })
        .await;
        assert_eq!(world.accounting(wave).await.queued, 30, "the app goes on trying");
        assert_eq!(texts.most_often(), 1);
        dispatcher.stop().await;
    }
}

#[tokio::test]
async fn while_the_app_is_out_of_service_nobody_waits_for_it_longer_than_twice_the_time() {
    for mut world in falling_back(300).await {
        world.around.timing.failover = Failover {
            probe_first: Duration::from_secs(30),
            ..Failover::default()
        };
        let away = Gateway::new(|_, _| Attempt::Transient {
            reason: "refused".to_owned(),
        });
        let (_, texts) = app_and_texts();
        world.start_wave(300).await;
        let dispatcher = world
            .dispatcher_of(&[("push", &away), ("sms", &texts)], PACE)
            .await;
        in_time(texts.until_told(300)).await;
        assert_eq!((texts.people_told(), texts.most_often()), (300, 1));
        dispatcher.stop().await;
    }
}
