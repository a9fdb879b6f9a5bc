//! Whether the database answers, and has the schema that this program was built for.

use super::{Pools, Result, Store};

statements! {
    FIND_SCHEMA = "select max(version) from _sqlx_migrations where success";
}

impl Store {
    /// Whether the schema is at least the one that this program was built for.
    ///
    /// # Errors
    /// When the database does not answer, or was never migrated.
    pub async fn is_current(&self) -> Result<bool> {
        let migrator = match &*self.0 {
            Pools::Sqlite { .. } => sqlx::migrate!("migrations/sqlite"),
            Pools::Postgres(_) => sqlx::migrate!("migrations/postgres"),
        };
        let wanted = migrator.iter().map(|migration| migration.version).max();
        let mut tx = self.read().await?;
        let found: Option<(Option<i64>,)> = tx.find(FIND_SCHEMA, values![]).await?;
        Ok(found.and_then(|(version,)| version) >= wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::TestDatabase;
    use super::*;

    #[tokio::test]
    async fn a_database_is_current_once_it_is_migrated() {
        for database in TestDatabase::each().await {
            assert!(database.store.is_current().await.unwrap());
        }
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("empty.db").display());
        let empty = Store::open(&url, 2).await.unwrap();
        assert!(empty.is_current().await.is_err());
    }
}
