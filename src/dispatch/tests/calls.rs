//! What a node makes of a call while it is under way.

use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::sync::{Semaphore, watch};

use super::world::{PACE, World, worlds};
use crate::channels::{Caller, Patient, Provider};
use crate::dispatch::Dispatcher;
use crate::dispatch::account::{AccountSettings, Pace};
use crate::domain::channel::Channel;
use crate::domain::delivery::Attempt;
use crate::domain::message::{Message, Recipient};
use crate::domain::wave::WaveState;

/// Takes one message after the other, each when it is let through.
struct OneByOne {
    let_through: Semaphore,
    taken: watch::Sender<usize>,
}

impl OneByOne {
    fn new(at_first: usize) -> Arc<Self> {
        Arc::new(Self {
            let_through: Semaphore::new(at_first),
            taken: watch::Sender::new(0),
        })
    }

    async fn until_taken(&self, count: usize) {
        let _ = self.taken.subscribe().wait_for(|taken| *taken >= count).await;
    }

    async fn take(&self, count: usize, caller: &dyn Caller) -> Vec<Option<Attempt>> {
        let mut attempts = Vec::new();
        for _ in 0..count {
            self.let_through.acquire().await.unwrap().forget();
            if !caller.goes_on() {
                break;
            }
            self.taken.send_modify(|taken| *taken += 1);
            caller.answered(&Attempt::Accepted);
            attempts.push(Some(Attempt::Accepted));
        }
        attempts.resize(count, None);
        attempts
    }
}

impl Provider for OneByOne {
    fn channel(&self) -> Channel {
        Channel::App
    }

    fn batch_limit(&self) -> usize {
        500
    }

    fn send<'a>(&'a self, _: &'a Message, recipients: &'a [Recipient]) -> BoxFuture<'a, Vec<Attempt>> {
        async move {
            let attempts = self.take(recipients.len(), &Patient).await;
            attempts.into_iter().flatten().collect()
        }
        .boxed()
    }

    fn send_for<'a>(
        &'a self,
        _: &'a Message,
        recipients: &'a [Recipient],
        caller: &'a dyn Caller,
    ) -> BoxFuture<'a, Vec<Option<Attempt>>> {
        self.take(recipients.len(), caller).boxed()
    }
}

async fn dispatcher(world: &World, provider: &Arc<OneByOne>) -> Dispatcher {
    let account = AccountSettings {
        name: "push".to_owned(),
        provider: provider.clone(),
        pace: Pace {
            step: 500,
            window: 500,
            batches_in_flight: 1,
            ..PACE
        },
        weight: 1,
    };
    Dispatcher::start(world.around.clone(), vec![account])
        .await
        .unwrap()
}

#[tokio::test]
async fn the_first_hand_over_is_the_first_message_that_was_taken_and_not_the_end_of_its_call() {
    for world in worlds(300).await {
        let provider = OneByOne::new(1);
        let wave = world.start_wave(300).await;
        let dispatcher = dispatcher(&world, &provider).await;
        provider.until_taken(1).await;
        let taken_at = world.around.clock.now();
        world.around.clock.sleep(Duration::from_millis(150)).await;
        provider.let_through.add_permits(299);
        world.until(wave, WaveState::Finished).await;
        let mut tx = world.database.store.read().await.unwrap();
        let accounts = tx.account_for_wave(wave).await.unwrap();
        let first_at = accounts.first_handover_at.expect("something was handed over");
        assert!(
            first_at <= taken_at + Duration::from_millis(100),
            "{first_at:?} is not {taken_at:?}"
        );
        assert!(accounts.last_handover_at.unwrap() >= taken_at + Duration::from_millis(150));
        drop(tx);
        dispatcher.stop().await;
    }
}

#[tokio::test]
async fn a_stop_in_the_middle_of_a_call_begins_no_further_message_and_tells_exactly_who_was_told() {
    for world in worlds(300).await {
        let provider = OneByOne::new(40);
        let wave = world.start_wave(300).await;
        let dispatcher = dispatcher(&world, &provider).await;
        provider.until_taken(40).await;
        let mut tx = world.database.store.write().await.unwrap();
        tx.mark_waves_halted(world.action, world.around.clock.now())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        dispatcher.wake();
        // The node hears of it before the provider takes the next one.
        world.around.clock.sleep(world.around.timing.poll_every * 4).await;
        provider.let_through.add_permits(300);
        let end = world.until(wave, WaveState::Halted).await;
        assert_eq!((end.accepted, end.stopped), (40, 260));
        assert_eq!(*provider.taken.borrow(), 40);
        dispatcher.stop().await;
    }
}
