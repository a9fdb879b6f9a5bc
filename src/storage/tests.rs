//! What holds for the whole store, on both databases.

use sqlx::{Executor, SqlSafeStr};

use super::testing::TestDatabase;
use super::{Pools, all_statements};

#[tokio::test]
async fn every_statement_is_understood_by_both_databases() {
    for database in TestDatabase::each().await {
        for statement in all_statements().into_iter().flatten() {
            let result = match &*database.store.0 {
                Pools::Sqlite { readers, .. } => {
                    readers.prepare(statement.sqlite.into_sql_str()).await.map(drop)
                }
                Pools::Postgres(pool) => pool.prepare(statement.postgres.into_sql_str()).await.map(drop),
            };
            if let Err(error) = result {
                panic!("{} on {:?}: {error}", statement.name, database.store);
            }
        }
    }
}

#[test]
fn both_databases_have_the_same_migrations() {
    let names = |folder: &str| {
        let mut names: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    };
    assert_eq!(names("migrations/sqlite"), names("migrations/postgres"));
}
