use super::*;
use crate::domain::random::Random;
use crate::storage::testing::TestDatabase;
use crate::storage::testing::people::{keyring, some_time};
use crate::storage::testing::regions::{region_id, regions};

fn account(seed: u64, username: &str) -> Account {
    Account {
        id: AccountId::new(some_time(), &Random::from_seed(seed)),
        username: username.to_owned(),
        name: "N. Jansen".to_owned(),
        email: Some("n.jansen@example.org".to_owned()),
        role: Role::Operator,
        region: region_id("unit"),
        trained_until: None,
        created_at: some_time(),
        disabled_at: None,
        practised_at: None,
        version: 1,
    }
}

#[tokio::test]
async fn an_account_is_found_by_its_user_name_in_any_case_until_it_is_disabled() {
    let keys = keyring();
    for database in TestDatabase::each().await {
        let mut tx = database.store.write().await.unwrap();
        tx.upsert_regions(&regions(), some_time()).await.unwrap();
        let mut account = account(1, "n.jansen");
        tx.insert_account(&keys, &account, "hash").await.unwrap();
        let found = tx.find_password_by_username(&keys, "N.Jansen").await.unwrap();
        assert_eq!(found, Some((account.id, "hash".to_owned())));
        assert_eq!(
            tx.find_account(&keys, account.id).await.unwrap(),
            Some(account.clone())
        );
        assert_eq!(tx.count_accounts_in_role(Role::Operator).await.unwrap(), 1);
        assert!(tx.update_password(account.id, "other").await.unwrap());
        assert_eq!(
            tx.find_password(account.id).await.unwrap().as_deref(),
            Some("other")
        );

        account.disabled_at = Some(some_time());
        assert!(tx.update_account(&keys, &account).await.unwrap());
        assert!(
            !tx.update_account(&keys, &account).await.unwrap(),
            "it is another version now"
        );
        account.version += 1;
        assert_eq!(
            tx.find_password_by_username(&keys, "n.jansen").await.unwrap(),
            None
        );
        assert_eq!(tx.find_password(account.id).await.unwrap(), None);
        assert_eq!(tx.list_accounts(&keys).await.unwrap(), [account]);
        assert_eq!(tx.count_accounts_in_role(Role::Operator).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn a_user_name_is_used_once() {
    let keys = keyring();
    for database in TestDatabase::each().await {
        let mut tx = database.store.write().await.unwrap();
        tx.upsert_regions(&regions(), some_time()).await.unwrap();
        tx.insert_account(&keys, &account(1, "jan"), "hash")
            .await
            .unwrap();
        let refused = tx
            .insert_account(&keys, &account(2, "JAN"), "hash")
            .await
            .unwrap_err();
        assert!(refused.is_conflict());
    }
}
