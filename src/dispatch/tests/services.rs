//! Whom an account cannot reach because one of its services is out, while the others serve.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::world::{Gateway, PACE, World, worlds};
use crate::dispatch::account::Pace;
use crate::domain::clock::Clock;
use crate::domain::delivery::Attempt;
use crate::domain::endpoint::Endpoint;
use crate::domain::wave::WaveState;

/// A gateway whose odd devices belong to a service that is out until this is set.
fn with_a_service_out(clock: Clock) -> (Arc<Gateway>, Arc<AtomicBool>) {
    let serves = Arc::new(AtomicBool::new(false));
    let seen = serves.clone();
    let gateway = Gateway::new(move |recipient, _| match &recipient.endpoint {
        Endpoint::Fcm { token }
            if !seen.load(Ordering::SeqCst) && token.bytes().last().is_some_and(|digit| digit % 2 == 1) =>
        {
            Attempt::Withheld {
                until: clock.now() + Duration::from_millis(60),
            }
        }
        _ => Attempt::Accepted,
    });
    (gateway, serves)
}

async fn looks_of(world: &World) {
    // Many times as long as somebody waits between two looks.
    world.around.clock.sleep(Duration::from_millis(600)).await;
}

#[tokio::test]
async fn whoever_waits_for_a_service_uses_up_no_attempt_and_the_others_hear_at_once() {
    for world in worlds(1_000).await {
        let (gateway, serves) = with_a_service_out(world.around.clock.clone());
        let wave = world.start_wave(1_000).await;
        // One attempt only: had it been used up, nobody would be told later.
        let pace = Pace { attempts: 1, ..PACE };
        let dispatcher = world.dispatcher(&gateway, pace).await;
        gateway.until_told(500).await;
        looks_of(&world).await;
        let waiting = world.accounting(wave).await;
        assert_eq!((waiting.accepted, waiting.queued, waiting.failed), (500, 500, 0));
        serves.store(true, Ordering::SeqCst);
        let end = world.until(wave, WaveState::Finished).await;
        assert_eq!(
            (end.accepted, gateway.people_told(), gateway.most_often()),
            (1_000, 1_000, 1)
        );
        dispatcher.stop().await;
    }
}

#[tokio::test]
async fn a_stop_ends_the_wait_for_a_service() {
    for world in worlds(400).await {
        let (gateway, _) = with_a_service_out(world.around.clock.clone());
        let wave = world.start_wave(400).await;
        let dispatcher = world.dispatcher(&gateway, PACE).await;
        gateway.until_told(200).await;
        let mut tx = world.database.store.write().await.unwrap();
        tx.mark_waves_halted(world.action, world.around.clock.now())
            .await
            .unwrap();
        tx.settle_halted_batches(world.around.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        dispatcher.wake();
        let end = world.until(wave, WaveState::Halted).await;
        assert_eq!((end.accepted, end.stopped), (200, 200));
        dispatcher.stop().await;
    }
}
