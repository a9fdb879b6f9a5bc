//! What a directory takes in while the database changes.

use super::*;
use crate::domain::id::{AccountId, WaveId};
use crate::domain::message::{Message, Purpose, Urgency};
use crate::domain::random::Random;
use crate::domain::wave::{WaveKind, WaveMessage};
use crate::storage::waves::NewWave;

fn everywhere() -> Area {
    Area::circle(Circle::new(point(0, 0), 50_000).unwrap())
}

fn reach(directory: &Directory) -> Reach {
    let fence = directory.fence(&everywhere()).unwrap();
    directory.reach(&fence, selection(ChannelSet::ALL, Topic::Urgent))
}

#[tokio::test]
async fn whoever_comes_changes_and_leaves_is_followed() {
    let keys = keyring();
    for database in TestDatabase::each().await {
        let clock = Clock::manual(some_time());
        let directory = Directory::load(&database.store, &keys, &clock).await.unwrap();
        assert!(directory.is_empty());

        let mut tx = database.store.write().await.unwrap();
        let first = tx.insert_participant(&keys, &participant(1)).await.unwrap();
        let second = tx.insert_participant(&keys, &participant(2)).await.unwrap();
        tx.commit().await.unwrap();
        directory.catch_up().await.unwrap();
        assert_eq!(reach(&directory).total, 2);
        let by_sms = (Channel::Sms, 2);
        assert!(reach(&directory).by_channel.contains(&by_sms));

        let mut tx = database.store.write().await.unwrap();
        let mut changed = tx.find_participant(&keys, first).await.unwrap().unwrap();
        changed.wanted = ChannelSet::NONE.with(Channel::Email);
        changed.participant.topics = Topics::CALL_OUTS;
        tx.update_participant(&keys, &changed, some_time()).await.unwrap();
        tx.erase_participant(second, some_time()).await.unwrap();
        tx.commit().await.unwrap();
        directory.catch_up().await.unwrap();
        assert_eq!(
            reach(&directory).by_channel,
            [
                (Channel::App, 0),
                (Channel::Sms, 0),
                (Channel::Email, 1),
                (Channel::Voice, 0)
            ]
        );
        let fence = directory.fence(&everywhere()).unwrap();
        let survey = directory.reach(&fence, selection(ChannelSet::ALL, Topic::Survey));
        assert_eq!(survey.total + survey.unreachable, 0);
        assert_eq!(directory.len(), 1);
    }
}

#[tokio::test]
async fn a_follower_hears_of_changes_without_being_asked() {
    let keys = keyring();
    for database in TestDatabase::each().await {
        let directory = Directory::load(&database.store, &keys, &Clock::system())
            .await
            .unwrap();
        let closing = CancellationToken::new();
        let follower = tokio::spawn({
            let (directory, closing) = (directory.clone(), closing.clone());
            async move { directory.follow(closing).await }
        });
        let mut tx = database.store.write().await.unwrap();
        tx.insert_participant(&keys, &participant(1)).await.unwrap();
        let change = tx.directory_position().await.unwrap();
        tx.commit().await.unwrap();
        tokio::time::timeout(Duration::from_secs(10), directory.applied(change))
            .await
            .expect("the follower takes the change in");
        assert_eq!(directory.len(), 1);
        closing.cancel();
        tokio::time::timeout(Duration::from_secs(10), follower)
            .await
            .unwrap()
            .unwrap();
    }
}

#[tokio::test]
async fn an_import_is_taken_in_as_a_whole() {
    let keys = keyring();
    let database = TestDatabase::sqlite().await;
    let clock = Clock::manual(some_time());
    let directory = Directory::load(&database.store, &keys, &clock).await.unwrap();
    let people: Vec<_> = (0..300).map(participant_with_device).collect();
    let mut tx = database.store.write().await.unwrap();
    let sealed = people.iter().map(|one| one.seal(&keys));
    tx.insert_participants(1, sealed).await.unwrap();
    // Longer than what is taken in one by one, and mostly without participants.
    tx.announce_participants(&[(1, 50_000)]).await.unwrap();
    tx.commit().await.unwrap();
    directory.catch_up().await.unwrap();
    assert_eq!(directory.len(), 300);
    assert_eq!(reach(&directory).total, 300);

    let mut tx = database.store.write().await.unwrap();
    tx.erase_participant(7, some_time()).await.unwrap();
    tx.announce_participants(&[(1, 300)]).await.unwrap();
    tx.commit().await.unwrap();
    directory.catch_up().await.unwrap();
    assert_eq!(directory.len(), 299);
    assert!(directory.memory_bytes() > 0);
}

#[tokio::test]
async fn regions_that_are_brought_in_later_get_their_people() {
    let keys = keyring();
    for database in TestDatabase::each().await {
        let clock = Clock::manual(some_time());
        let mut tx = database.store.write().await.unwrap();
        tx.insert_participant(&keys, &participant(1)).await.unwrap();
        tx.commit().await.unwrap();
        let directory = Directory::load(&database.store, &keys, &clock).await.unwrap();
        assert_eq!(directory.count_in_region(region_id("west")), 0);

        let mut tx = database.store.write().await.unwrap();
        tx.upsert_regions(&regions(), some_time()).await.unwrap();
        tx.commit().await.unwrap();
        directory.catch_up().await.unwrap();
        assert_eq!(directory.count_in_region(region_id("west")), 1);
        let by_region = reach(&directory).by_region;
        assert!(by_region.contains(&(region_id("south-west"), 1)));
        assert!(!by_region.iter().any(|(region, _)| *region == region_id("east")));
    }
}

/// Alerts everyone of `audience` in an action of its own.
async fn alert(database: &TestDatabase, seed: u64, at: Timestamp, audience: &[u32]) {
    let random = Random::from_seed(seed);
    let text = |language| Message {
        purpose: Purpose::Alert,
        urgency: Urgency::Urgent,
        language,
        title: "Test".to_owned(),
        body: "Test".to_owned(),
        collapse_key: "test".to_owned(),
        expires_at: at + Duration::from_mins(1),
    };
    let message = WaveMessage {
        nl: text(Language::Nl),
        en: text(Language::En),
    };
    let mut tx = database.store.write().await.unwrap();
    let action = tx.insert_action_for_tests(at, &random).await;
    for kind in [WaveKind::First, WaveKind::Expansion] {
        let wave = NewWave {
            id: WaveId::new(at, &random),
            action,
            kind,
            priority: 0,
            area: None,
            message: &message,
            audience: &audience.iter().copied().collect(),
            created_by: AccountId::new(at, &random),
            created_at: at,
            expires_at: at + Duration::from_mins(1),
            held_until: None,
            fallback_after: None,
            fallback_of: None,
        };
        tx.insert_wave(&keyring(), &wave).await.unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn three_alerts_in_a_week_are_counted_by_action_and_forgotten_after_it() {
    let keys = keyring();
    for database in TestDatabase::each().await {
        let clock = Clock::manual(some_time());
        let mut tx = database.store.write().await.unwrap();
        for index in 1..=3 {
            tx.insert_participant(&keys, &participant(index)).await.unwrap();
        }
        tx.upsert_regions(&regions(), some_time()).await.unwrap();
        tx.commit().await.unwrap();
        let day = Duration::from_hours(24);
        alert(&database, 1, some_time() - day * 8, &[1, 2, 3]).await;
        alert(&database, 2, some_time() - day * 6, &[1, 2]).await;
        alert(&database, 3, some_time() - day, &[1, 2]).await;
        let directory = Directory::load(&database.store, &keys, &clock).await.unwrap();
        assert_eq!(reach(&directory).three_or_more_alerts, 0);

        alert(&database, 4, some_time(), &[2, 3]).await;
        directory.catch_up().await.unwrap();
        assert_eq!(reach(&directory).three_or_more_alerts, 1);

        clock.advance(day + day / 2);
        directory.catch_up().await.unwrap();
        assert_eq!(reach(&directory).three_or_more_alerts, 0);
    }
}
