//! What holds for the whole store, on both databases.

use sqlx::{AssertSqlSafe, Executor, SqlSafeStr};

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

#[tokio::test]
async fn no_statement_reads_the_batches_of_all_waves_there_ever_were() {
    let database = TestDatabase::sqlite().await;
    let Pools::Sqlite { readers, .. } = &*database.store.0 else {
        panic!("not SQLite")
    };
    for statement in all_statements().into_iter().flatten() {
        let text = AssertSqlSafe(format!("explain query plan {}", statement.sqlite));
        let steps: Vec<(i64, i64, i64, String)> = sqlx::query_as(text).fetch_all(readers).await.unwrap();
        for (_, _, _, step) in steps {
            let reads_all = matches!(step.as_str(), "SCAN batches" | "SCAN b");
            assert!(!reads_all, "{}: {step}", statement.name);
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
