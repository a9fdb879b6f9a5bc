use std::time::Duration;

use super::*;
use crate::domain::random::Random;
use crate::storage::testing::TestDatabase;
use crate::storage::testing::people::{keyring, participant, some_time};

fn session(seed: u64, number: ParticipantNumber) -> Session {
    Session {
        id: SessionId::new(some_time(), &Random::from_seed(seed)),
        holder: SessionHolder::Participant(number),
        created_at: some_time(),
        seen_at: some_time(),
        expires_at: some_time() + Duration::from_secs(100),
        user_agent: Some("Browser".to_owned()),
        proved_at: None,
        address: Some("192.0.2.*".to_owned()),
    }
}

#[tokio::test]
async fn a_session_is_found_by_its_token_only_and_ends_with_the_others_of_its_holder() {
    let keys = keyring();
    for database in TestDatabase::each().await {
        let mut tx = database.store.write().await.unwrap();
        let number = tx.insert_participant(&keys, &participant(1)).await.unwrap();
        let other = tx.insert_participant(&keys, &participant(2)).await.unwrap();
        for (seed, holder) in [(1, number), (2, number), (3, other)] {
            tx.insert_session(&keys, &session(seed, holder), &format!("token-{seed}"))
                .await
                .unwrap();
        }
        assert_eq!(
            tx.find_session(&keys, "token-1").await.unwrap(),
            Some(session(1, number))
        );
        assert_eq!(tx.find_session(&keys, "token").await.unwrap(), None);

        let later = some_time() + Duration::from_secs(1);
        tx.mark_session_seen(session(2, number).id, later).await.unwrap();
        let holder = SessionHolder::Participant(number);
        let listed = tx.list_sessions(&keys, holder).await.unwrap();
        assert_eq!(
            listed.iter().map(|one| one.id).collect::<Vec<_>>(),
            [session(2, number).id, session(1, number).id]
        );

        assert_eq!(
            tx.delete_sessions_of(holder, Some(listed[0].id)).await.unwrap(),
            1
        );
        assert_eq!(tx.delete_sessions_of(holder, None).await.unwrap(), 1);
        assert!(tx.delete_session(session(3, other).id).await.unwrap());
        assert!(!tx.delete_session(session(3, other).id).await.unwrap());
    }
}

#[tokio::test]
async fn sessions_that_are_over_or_unused_are_forgotten() {
    let keys = keyring();
    for database in TestDatabase::each().await {
        let mut tx = database.store.write().await.unwrap();
        let number = tx.insert_participant(&keys, &participant(1)).await.unwrap();
        tx.insert_session(&keys, &session(1, number), "a").await.unwrap();
        let moment = |seconds| some_time() + Duration::from_secs(seconds);
        let before = some_time() - Duration::from_secs(1);
        for (now, unused_since, forgotten) in [
            (moment(1), before, 0),
            (moment(1), moment(0), 1),
            (moment(100), before, 1),
        ] {
            let count = tx
                .delete_stale_sessions(now, moment(50), unused_since)
                .await
                .unwrap();
            assert_eq!(count, forgotten);
            if count > 0 {
                tx.insert_session(&keys, &session(1, number), "a").await.unwrap();
            }
        }
    }
}
