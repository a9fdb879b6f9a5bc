//! What a database is for: chosen when it was first opened, for ever.

use super::{Result, StorageError, Tx};
use crate::domain::clock::Timestamp;
use crate::domain::realm::Realm;

statements! {
    CHOOSE = "insert into realm (only_row, realm, chosen_at) values (1, $1, $2) on conflict do nothing";
    FIND = "select realm from realm";
}

impl Tx {
    /// What this database is for; none when it was never chosen.
    pub async fn find_realm(&mut self) -> Result<Option<Realm>> {
        let row: Option<(String,)> = self.find(FIND, vec![]).await?;
        row.map(|(name,)| Realm::parse(&name).ok_or(StorageError::Corrupt("realm")))
            .transpose()
    }

    /// The same; chosen now, when it was never chosen before.
    pub async fn choose_realm(&mut self, wanted: Realm, now: Timestamp) -> Result<Realm> {
        self.execute(CHOOSE, values![wanted.name(), now]).await?;
        self.find_realm().await?.ok_or(StorageError::Corrupt("realm"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::TestDatabase;
    use super::super::testing::people::some_time;
    use super::*;

    #[tokio::test]
    async fn what_a_database_is_for_is_chosen_once_for_ever() {
        for database in TestDatabase::each().await {
            assert_eq!(
                database.store.read().await.unwrap().find_realm().await.unwrap(),
                None
            );
            for wanted in [Realm::Training, Realm::Live, Realm::Training] {
                let mut tx = database.store.write().await.unwrap();
                let found = tx.choose_realm(wanted, some_time()).await.unwrap();
                tx.commit().await.unwrap();
                assert_eq!(found, Realm::Training);
            }
        }
    }
}
