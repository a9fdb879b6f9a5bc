use crate::domain::region::Territory;
use crate::storage::testing::TestDatabase;
use crate::storage::testing::people::some_time;
use crate::storage::testing::regions::{rectangle, region_id, regions};

#[tokio::test]
async fn regions_read_back_as_a_tree_and_keep_their_ids_when_they_are_brought_in_again() {
    for database in TestDatabase::each().await {
        let mut given = regions();
        given.reverse();
        let mut tx = database.store.write().await.unwrap();
        tx.upsert_regions(&given, some_time()).await.unwrap();
        let version = tx.regions_version().await.unwrap();

        let changed = given
            .iter_mut()
            .find(|region| region.code == "north-east")
            .unwrap();
        changed.name = "Anders".to_owned();
        changed.shape = rectangle(10, 10, 20, 21);
        let changed = changed.clone();
        let later = some_time() + std::time::Duration::from_secs(1);
        tx.upsert_regions(std::slice::from_ref(&changed), later)
            .await
            .unwrap();
        assert_ne!(tx.regions_version().await.unwrap(), version);

        let stored = tx.list_regions().await.unwrap();
        assert_eq!(stored.len(), given.len());
        let territory = Territory::new(stored).unwrap();
        assert_eq!(territory.get(changed.id), Some(&changed));
        assert!(territory.contains(region_id("east"), changed.id));
        assert!(!territory.contains(region_id("west"), changed.id));
    }
}

#[tokio::test]
async fn a_region_that_others_belong_to_is_not_removed() {
    for database in TestDatabase::each().await {
        let mut tx = database.store.write().await.unwrap();
        tx.upsert_regions(&regions(), some_time()).await.unwrap();
        assert!(tx.delete_region(region_id("north-east")).await.unwrap());
        assert!(!tx.delete_region(region_id("north-east")).await.unwrap());
        assert!(tx.delete_region(region_id("west")).await.is_err());
    }
}
