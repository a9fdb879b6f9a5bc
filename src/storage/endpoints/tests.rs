use super::*;
use crate::domain::random::Random;
use crate::storage::testing::TestDatabase;
use crate::storage::testing::people::{device, keyring, participant, some_time};

fn new_device(seed: u64) -> DeviceId {
    DeviceId::new(some_time(), &Random::from_seed(seed))
}

#[tokio::test]
async fn a_batch_gets_every_device_of_its_participants_and_their_language() {
    let keys = keyring();
    for database in TestDatabase::each().await {
        let mut tx = database.store.write().await.unwrap();
        let first = tx.insert_participant(&keys, &participant(1)).await.unwrap();
        let second = tx.insert_participant(&keys, &participant(2)).await.unwrap();
        for (seed, number) in [(1, first), (2, first), (3, second)] {
            let endpoint = device(u32::try_from(seed).unwrap());
            tx.insert_device(&keys, new_device(seed), number, &endpoint, some_time())
                .await
                .unwrap();
        }
        let found = tx
            .list_endpoints(&keys, Channel::App, &[second, first, 99])
            .await
            .unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].number, found[0].language), (first, Language::En));
        let mut devices: Vec<_> = found[0].endpoints.clone();
        devices.sort_by_key(|(id, _)| *id != Some(new_device(1)));
        assert_eq!(
            devices,
            [(Some(new_device(1)), device(1)), (Some(new_device(2)), device(2))]
        );
        assert_eq!(found[1].endpoints, [(Some(new_device(3)), device(3))]);
    }
}

#[tokio::test]
async fn addresses_go_over_their_own_channel_without_a_device() {
    let keys = keyring();
    for database in TestDatabase::each().await {
        let mut tx = database.store.write().await.unwrap();
        let number = tx.insert_participant(&keys, &participant(7)).await.unwrap();
        let sms = tx.list_endpoints(&keys, Channel::Sms, &[number]).await.unwrap();
        assert_eq!(
            sms[0].endpoints,
            [(None, Endpoint::Phone("+31610000007".to_owned()))]
        );
        let email = tx.list_endpoints(&keys, Channel::Email, &[number]).await.unwrap();
        assert_eq!(
            email[0].endpoints,
            [(None, Endpoint::Mailbox("p7@example.org".to_owned()))]
        );
        assert!(
            tx.list_endpoints(&keys, Channel::App, &[number])
                .await
                .unwrap()
                .is_empty()
        );
        assert!(
            tx.list_endpoints(&keys, Channel::App, &[])
                .await
                .unwrap()
                .is_empty()
        );
    }
}

#[tokio::test]
async fn a_retired_device_is_not_sent_to_and_the_directories_hear_of_it() {
    let keys = keyring();
    for database in TestDatabase::each().await {
        let mut tx = database.store.write().await.unwrap();
        let number = tx.insert_participant(&keys, &participant(1)).await.unwrap();
        tx.insert_device(&keys, new_device(1), number, &device(1), some_time())
            .await
            .unwrap();
        let before = tx.directory_position().await.unwrap();
        assert!(
            tx.retire_device(new_device(1), "UNREGISTERED", some_time())
                .await
                .unwrap()
        );
        assert!(
            !tx.retire_device(new_device(1), "UNREGISTERED", some_time())
                .await
                .unwrap()
        );
        assert!(
            tx.list_endpoints(&keys, Channel::App, &[number])
                .await
                .unwrap()
                .is_empty()
        );
        let changes = tx.list_changes_since(before, 10).await.unwrap();
        assert_eq!(changes.len(), 1);
        assert_eq!((changes[0].first, changes[0].last), (number, number));
        let stored = tx.find_participant(&keys, number).await.unwrap().unwrap();
        assert!(!stored.reachable.contains(Channel::App));
        let devices = tx.list_devices(&keys, number).await.unwrap();
        assert_eq!(devices[0].retired_reason.as_deref(), Some("UNREGISTERED"));
    }
}

#[tokio::test]
async fn an_address_that_does_not_exist_is_out_of_use_until_there_is_another() {
    let keys = keyring();
    for database in TestDatabase::each().await {
        let mut tx = database.store.write().await.unwrap();
        let number = tx.insert_participant(&keys, &participant(1)).await.unwrap();
        let gone = GoneEndpoint::Address {
            number,
            channel: Channel::Email,
        };
        assert_eq!(
            tx.retire_endpoints(&[gone.clone(), gone], some_time())
                .await
                .unwrap(),
            1
        );
        assert!(
            tx.list_endpoints(&keys, Channel::Email, &[number])
                .await
                .unwrap()
                .is_empty()
        );
        let mut stored = tx.find_participant(&keys, number).await.unwrap().unwrap();
        assert!(!stored.reachable.contains(Channel::Email));
        assert!(stored.reachable.contains(Channel::Sms));

        tx.update_participant(&keys, &stored, some_time()).await.unwrap();
        assert!(
            tx.list_endpoints(&keys, Channel::Email, &[number])
                .await
                .unwrap()
                .is_empty()
        );

        stored.participant.contact.email = "other@example.org".parse().ok();
        tx.update_participant(&keys, &stored, some_time()).await.unwrap();
        assert_eq!(
            tx.list_endpoints(&keys, Channel::Email, &[number])
                .await
                .unwrap()
                .len(),
            1
        );
    }
}

#[tokio::test]
async fn who_turned_a_channel_off_is_not_sent_to() {
    let keys = keyring();
    for database in TestDatabase::each().await {
        let mut tx = database.store.write().await.unwrap();
        let number = tx.insert_participant(&keys, &participant(1)).await.unwrap();
        let mut stored = tx.find_participant(&keys, number).await.unwrap().unwrap();
        stored.wanted = ChannelSet::USUAL.without(Channel::Sms);
        tx.update_participant(&keys, &stored, some_time()).await.unwrap();
        assert!(
            tx.list_endpoints(&keys, Channel::Sms, &[number])
                .await
                .unwrap()
                .is_empty()
        );
        assert_eq!(
            tx.list_endpoints(&keys, Channel::Email, &[number])
                .await
                .unwrap()
                .len(),
            1
        );
    }
}
