use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;

use super::*;
use crate::channels::{Provider, Providers};
use crate::desk::DeskParts;
use crate::desk::testing::TestDesk;
use crate::dispatch::plan::Accounts;
use crate::domain::channel::ChannelSet;
use crate::domain::delivery::Attempt;
use crate::domain::message::{Message, Recipient};
use crate::domain::participant::registration::{PlaceInput, RegistrationInput};
use crate::domain::participant::{PlaceKind, Topic};
use crate::storage::testing::people::{device, participant_with_device};

/// Push that reaches browsers, the app, or neither.
struct PushOf(fn(&Endpoint) -> bool);

impl Provider for PushOf {
    fn channel(&self) -> Channel {
        Channel::App
    }

    fn reaches(&self, endpoint: &Endpoint) -> bool {
        (self.0)(endpoint)
    }

    fn send<'a>(&'a self, _: &'a Message, recipients: &'a [Recipient]) -> BoxFuture<'a, Vec<Attempt>> {
        let accepted = vec![Attempt::Accepted; recipients.len()];
        async move { accepted }.boxed()
    }
}

/// The same desk with another configuration, as after a restart.
fn restarted(test: &TestDesk, reaches: fn(&Endpoint) -> bool) -> Desk {
    let push: Arc<dyn Provider> = Arc::new(PushOf(reaches));
    let accounts = Accounts::from([(Channel::App, "push".to_owned())]);
    Desk::new(DeskParts {
        accounts,
        providers: Providers::from_iter([push]),
        ..test.desk.parts().clone()
    })
}

const fn is_browser(endpoint: &Endpoint) -> bool {
    matches!(endpoint, Endpoint::WebPush { .. })
}

async fn reachable(desk: &Desk, number: ParticipantNumber) -> ChannelSet {
    let mut tx = desk.parts().store.read().await.unwrap();
    let stored = tx.find_participant(&desk.parts().keys, number).await.unwrap();
    stored.unwrap().reachable
}

#[tokio::test]
async fn a_device_that_no_provider_reaches_is_refused() {
    let test = TestDesk::each().await.remove(0);
    let desk = restarted(&test, is_browser);
    let Err(DeskError::Invalid(fields)) = desk.check_device(&device(1)) else {
        panic!("it must be refused");
    };
    assert_eq!(fields[0].code, ProblemCode::DeviceUnreachable);
    assert!(test.desk.check_device(&device(1)).is_ok());
}

#[tokio::test]
async fn a_device_that_is_no_longer_reached_gives_way_to_the_next_channel_until_it_is_again() {
    for test in TestDesk::each().await {
        let keys = test.desk.parts().keys.clone();
        let mut tx = test.database.store.write().await.unwrap();
        let one = participant_with_device(1);
        let number = tx.insert_participant(&keys, &one.new).await.unwrap();
        let (id, endpoint) = &one.devices[0];
        tx.insert_device(&keys, *id, number, endpoint, test.desk.now())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert_eq!(reachable(&test.desk, number).await, ChannelSet::USUAL);

        let desk = restarted(&test, is_browser);
        assert_eq!(desk.review_devices().await.unwrap(), 1);
        assert_eq!(desk.review_devices().await.unwrap(), 0, "once is enough");
        let without_app = ChannelSet::USUAL.without(Channel::App);
        assert_eq!(reachable(&desk, number).await, without_app);

        let desk = restarted(&test, |_| true);
        assert_eq!(desk.review_devices().await.unwrap(), 1);
        assert_eq!(reachable(&desk, number).await, ChannelSet::USUAL);
    }
}

#[tokio::test]
async fn a_registration_brings_no_eleventh_device() {
    for test in TestDesk::each().await {
        let keys = test.desk.parts().keys.clone();
        let mut tx = test.database.store.write().await.unwrap();
        let new = participant_with_device(1).new;
        let number = tx.insert_participant(&keys, &new).await.unwrap();
        for index in 0..10 {
            test.desk
                .register_device(&mut tx, number, &device(index))
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
        let email = new.participant.contact.email.unwrap();
        let input = RegistrationInput {
            language: "nl".to_owned(),
            email: email.as_str().to_owned(),
            is_old_enough: true,
            has_app: true,
            places: vec![PlaceInput {
                kind: PlaceKind::Home.name().to_owned(),
                longitude: Some(5.12),
                latitude: Some(52.09),
                ..PlaceInput::default()
            }],
            topics: vec![Topic::Urgent.name().to_owned()],
            ..RegistrationInput::default()
        };
        let sent = test.desk.register(&input, Some(device(10))).await.unwrap();
        let code = test.code(&Endpoint::Mailbox(input.email), 1).await;
        let confirmed = test.desk.confirm(sent.verification, &code, None).await;
        assert!(matches!(
            confirmed,
            Err(DeskError::Refused {
                code: "too_many_devices",
                ..
            })
        ));
    }
}
