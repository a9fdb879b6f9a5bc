use std::time::Duration;

use super::*;
use crate::domain::random::Random;
use crate::storage::testing::TestDatabase;
use crate::storage::testing::people::{keyring, some_time};

fn address() -> Endpoint {
    Endpoint::Mailbox("jan@example.org".to_owned())
}

fn id(seed: u64) -> VerificationId {
    VerificationId::new(some_time(), &Random::from_seed(seed))
}

async fn insert(tx: &mut Tx, keys: &Keyring, seed: u64) {
    tx.insert_verification(
        keys,
        NewVerification {
            id: id(seed),
            purpose: "test",
            address: &address(),
            code: "012345",
            payload: &"what waits",
            tries: 2,
            created_at: some_time(),
            expires_at: some_time() + Duration::from_mins(15),
        },
    )
    .await
    .unwrap();
}

#[tokio::test]
async fn a_code_can_be_tried_so_many_times_and_is_used_once() {
    let keys = keyring();
    for database in TestDatabase::each().await {
        let mut tx = database.store.write().await.unwrap();
        insert(&mut tx, &keys, 1).await;
        insert(&mut tx, &keys, 2).await;
        let first = tx.claim_verification_try(id(1)).await.unwrap().unwrap();
        assert!(!first.is_code(&keys, "543210"));
        assert_eq!(first.tries_left, 1);
        let second = tx.claim_verification_try(id(1)).await.unwrap().unwrap();
        assert!(second.is_code(&keys, "012345"));
        assert_eq!(second.payload::<String>(&keys).unwrap(), "what waits");
        assert!(tx.claim_verification_try(id(1)).await.unwrap().is_none());

        let other = tx.claim_verification_try(id(2)).await.unwrap().unwrap();
        assert!(other.is_code(&keys, "012345"));
        tx.mark_verification_used(id(2)).await.unwrap();
        assert!(tx.claim_verification_try(id(2)).await.unwrap().is_none());
        assert!(tx.claim_verification_try(id(3)).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn codes_of_an_address_are_counted_in_any_spelling_until_they_are_old() {
    let keys = keyring();
    for database in TestDatabase::each().await {
        let mut tx = database.store.write().await.unwrap();
        insert(&mut tx, &keys, 1).await;
        insert(&mut tx, &keys, 2).await;
        tx.mark_verification_used(id(1)).await.unwrap();
        let before = some_time() - Duration::from_secs(1);
        let spelled = Endpoint::Mailbox("Jan@example.org".to_owned());
        assert_eq!(tx.count_codes_since(&keys, &spelled, before).await.unwrap(), 2);
        assert_eq!(
            tx.count_codes_since(&keys, &spelled, some_time()).await.unwrap(),
            0
        );
        let other = Endpoint::Phone("+31612345678".to_owned());
        assert_eq!(tx.count_codes_since(&keys, &other, before).await.unwrap(), 0);

        let over = some_time() + Duration::from_mins(15);
        assert_eq!(tx.delete_old_verifications(before, over).await.unwrap(), 0);
        assert_eq!(
            tx.delete_old_verifications(some_time(), some_time())
                .await
                .unwrap(),
            0
        );
        assert_eq!(tx.delete_old_verifications(some_time(), over).await.unwrap(), 2);
    }
}
