//! The same bytes in one go: `copy` on PostgreSQL, one multi-row insert on SQLite, committed durably.

use std::fmt::Write;

use oproep::storage::batches::ClaimedBatch;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions};

use crate::ground::{Ground, Stopwatch};

const TABLE: &str = "create table peer (number bigint not null, owner BYTES not null, claims bigint not null, \
    outcomes BYTES not null, lease_until bigint not null, state text not null, accepted bigint not null, \
    first_handover_at bigint not null, last_handover_at bigint not null)";

/// Seconds for the outcomes of these batches.
pub async fn insert_s(ground: &Ground, batches: &[ClaimedBatch]) -> f64 {
    if ground.store.is_shared() {
        copy_s(ground, batches).await
    } else {
        sqlite_s(batches).await
    }
}

async fn copy_s(ground: &Ground, batches: &[ClaimedBatch]) -> f64 {
    let pool = ground.store.postgres().expect("it is PostgreSQL");
    let table = TABLE.replace("BYTES", "bytea");
    sqlx::raw_sql(AssertSqlSafe(format!("drop table if exists peer; {table}")))
        .execute(pool)
        .await
        .expect("a table");
    let mut text = String::new();
    let now = ground.clock.now().as_millis();
    for batch in batches {
        let outcomes = "02".repeat(batch.members.len());
        writeln!(
            text,
            "{}\t\\\\x{}\t1\t\\\\x{outcomes}\t{now}\tdone\t{}\t{now}\t{now}",
            batch.number,
            "00".repeat(16),
            batch.members.len()
        )
        .expect("a string takes any text");
    }
    let watch = Stopwatch::start();
    let mut connection = pool.acquire().await.expect("a connection");
    let mut copy = connection
        .copy_in_raw("copy peer from stdin")
        .await
        .expect("a copy");
    copy.send(text.into_bytes()).await.expect("the rows are sent");
    copy.finish().await.expect("the rows are stored");
    watch.elapsed().as_secs_f64()
}

async fn sqlite_s(batches: &[ClaimedBatch]) -> f64 {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut connection = SqliteConnectOptions::new()
        .filename(folder.path().join("peer.db"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .connect()
        .await
        .expect("a database");
    let table = TABLE.replace("BYTES", "blob");
    sqlx::raw_sql(AssertSqlSafe(table))
        .execute(&mut connection)
        .await
        .expect("a table");
    let watch = Stopwatch::start();
    let mut text = String::from("insert into peer values ");
    for (index, batch) in batches.iter().enumerate() {
        let outcomes = "02".repeat(batch.members.len());
        let separator = if index == 0 { "" } else { "," };
        write!(
            text,
            "{separator}({},x'{}',1,x'{outcomes}',0,'done',{},0,0)",
            batch.number,
            "00".repeat(16),
            batch.members.len()
        )
        .expect("a string takes any text");
    }
    sqlx::raw_sql(AssertSqlSafe(text))
        .execute(&mut connection)
        .await
        .expect("the rows are stored");
    watch.elapsed().as_secs_f64()
}
