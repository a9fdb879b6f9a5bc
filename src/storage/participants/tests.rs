use super::*;
use crate::domain::id::DeviceId;
use crate::domain::random::Random;
use crate::storage::testing::TestDatabase;
use crate::storage::testing::people::{device, keyring, participant, participant_with_device, some_time};

fn new_device(seed: u64) -> DeviceId {
    DeviceId::new(some_time(), &Random::from_seed(seed))
}

#[tokio::test]
async fn a_participant_reads_back_as_stored_and_is_found_by_every_address() {
    let keys = keyring();
    for database in TestDatabase::each().await {
        let new = participant(1);
        let mut tx = database.store.write().await.unwrap();
        let number = tx.insert_participant(&keys, &new).await.unwrap();
        let stored = tx.find_participant(&keys, number).await.unwrap().unwrap();
        assert_eq!(stored.participant, new.participant);
        assert_eq!(stored.reachable, ChannelSet::USUAL.without(Channel::App));
        let by_id = tx
            .find_participant_by_id(&keys, new.participant.id)
            .await
            .unwrap();
        assert_eq!(by_id.as_ref(), Some(&stored));
        for address in [
            Endpoint::Mailbox("P1@example.org".to_owned()),
            Endpoint::Phone("+31610000001".to_owned()),
        ] {
            assert_eq!(
                tx.find_number_by_address(&keys, &address).await.unwrap(),
                Some(number)
            );
        }
        let stranger = Endpoint::Mailbox("p2@example.org".to_owned());
        assert_eq!(tx.find_number_by_address(&keys, &stranger).await.unwrap(), None);
    }
}

#[tokio::test]
async fn an_address_belongs_to_one_participant() {
    let keys = keyring();
    for database in TestDatabase::each().await {
        let mut tx = database.store.write().await.unwrap();
        tx.insert_participant(&keys, &participant(1)).await.unwrap();
        let mut second = participant(2);
        second.participant.contact.phone = "+31610000001".parse().ok();
        let refused = tx.insert_participant(&keys, &second).await.unwrap_err();
        assert!(refused.is_conflict());
    }
}

#[tokio::test]
async fn a_device_that_changes_hands_reaches_its_new_owner_only() {
    let keys = keyring();
    for database in TestDatabase::each().await {
        let mut tx = database.store.write().await.unwrap();
        let first = tx.insert_participant(&keys, &participant(1)).await.unwrap();
        let second = tx.insert_participant(&keys, &participant(2)).await.unwrap();
        let id = tx
            .insert_device(&keys, new_device(1), first, &device(1), some_time())
            .await
            .unwrap();
        let again = tx
            .insert_device(&keys, new_device(2), second, &device(1), some_time())
            .await
            .unwrap();
        assert_eq!(id, again);
        let owner = tx.find_number_by_address(&keys, &device(1)).await.unwrap();
        assert_eq!(owner, Some(second));
        for (number, reached) in [(first, false), (second, true)] {
            let stored = tx.find_participant(&keys, number).await.unwrap().unwrap();
            assert_eq!(stored.reachable.contains(Channel::App), reached);
        }
    }
}

#[tokio::test]
async fn who_leaves_is_gone_with_devices_and_the_directories_hear_of_it() {
    let keys = keyring();
    for database in TestDatabase::each().await {
        let mut tx = database.store.write().await.unwrap();
        let number = tx.insert_participant(&keys, &participant(1)).await.unwrap();
        tx.insert_device(&keys, new_device(1), number, &device(1), some_time())
            .await
            .unwrap();
        assert!(tx.erase_participant(number, some_time()).await.unwrap());
        assert!(!tx.erase_participant(number, some_time()).await.unwrap());
        assert_eq!(tx.find_participant(&keys, number).await.unwrap(), None);
        assert_eq!(tx.find_number_by_address(&keys, &device(1)).await.unwrap(), None);
        assert_eq!(tx.count_participants().await.unwrap(), 0);
        let changes = tx.list_changes_since(0, 10).await.unwrap();
        assert_eq!(
            changes.len(),
            1,
            "of one participant only the last change is kept"
        );
        assert_eq!((changes[0].first, changes[0].last), (number, number));
    }
}

#[tokio::test]
async fn many_at_once_are_stored_as_if_one_by_one_and_told_as_one_run() {
    let keys = keyring();
    for database in TestDatabase::each().await {
        let people: Vec<_> = (1..=1_203).map(participant_with_device).collect();
        let mut tx = database.store.write().await.unwrap();
        let first = database
            .store
            .reserve_participant_numbers(&mut tx, people.len())
            .await
            .unwrap();
        let sealed = people.iter().map(|one| one.seal(&keys));
        tx.insert_participants(first, sealed).await.unwrap();
        let last = first + u32::try_from(people.len()).unwrap() - 1;
        tx.announce_participants(&[(first, last)]).await.unwrap();
        tx.commit().await.unwrap();

        let mut tx = database.store.read().await.unwrap();
        assert_eq!(tx.count_participants().await.unwrap(), people.len() as u64);
        let stored = tx.find_participant(&keys, last).await.unwrap().unwrap();
        assert_eq!(stored.participant, people.last().unwrap().new.participant);
        assert_eq!(stored.reachable, ChannelSet::USUAL);
        let page = tx.list_participants(&keys, first, 10).await.unwrap();
        assert_eq!(page.len(), 10);
        assert_eq!(page[0].number, first + 1);
        let changes = tx.list_changes_since(0, 10).await.unwrap();
        assert_eq!(changes.len(), 1);
        assert_eq!((changes[0].first, changes[0].last), (first, last));
    }
}

#[tokio::test]
async fn the_directory_reads_what_it_needs_of_a_run() {
    use futures::TryStreamExt;
    let keys = keyring();
    for database in TestDatabase::each().await {
        let mut tx = database.store.write().await.unwrap();
        for index in 1..=3 {
            tx.insert_participant(&keys, &participant(index)).await.unwrap();
        }
        let entries: Vec<_> = tx.stream_directory(&keys, 2, 3).try_collect().await.unwrap();
        assert_eq!(entries.len(), 2);
        assert_eq!(entries[0].number, 2);
        let expected = participant(2).participant;
        assert_eq!(entries[0].points, [expected.places[0].point]);
        assert_eq!(
            (entries[0].language, entries[0].topics),
            (expected.language, expected.topics)
        );
        assert_eq!(entries[0].reachable, ChannelSet::USUAL.without(Channel::App));
    }
}
