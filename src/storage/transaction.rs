//! A transaction on either database, and how statements run in it.

use std::fmt::Write;
use std::sync::Arc;

use futures::TryStreamExt;
use futures::stream::BoxStream;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{AssertSqlSafe, FromRow, Postgres, Sqlite};

use super::Result;
use super::statement::{Statement, Value};

statements! {
    TAKE_NUMBERS = "update counters set value = value + $2 where name = $1 returning value";
    NOTIFY = { sqlite: "select $1, $2", postgres: "select pg_notify($1, $2)" };
}

/// A row that either database can give.
pub(crate) trait Record:
    for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin + 'static
{
}

impl<T> Record for T where
    T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin + 'static
{
}

/// A transaction; dropped without [`Tx::commit`] it leaves no trace.
pub enum Tx {
    /// On SQLite.
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    /// On PostgreSQL.
    Postgres(sqlx::Transaction<'static, Postgres>),
}

impl std::fmt::Debug for Tx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tx")
    }
}

macro_rules! bind_all {
    ($query:expr, $values:expr) => {{
        let mut query = $query;
        for value in $values {
            query = match value {
                Value::Int(value) => query.bind(value),
                Value::Text(value) => query.bind(value),
                Value::Bytes(value) => query.bind(value),
                Value::Uuid(value) => query.bind(value),
            };
        }
        query
    }};
}

fn sqlite_query(text: &'static str, values: Vec<Value>) -> Query<'static, Sqlite, SqliteArguments> {
    bind_all!(sqlx::query(text), values)
}

fn postgres_query(text: &'static str, values: Vec<Value>) -> Query<'static, Postgres, PgArguments> {
    bind_all!(sqlx::query(text), values)
}

/// The most values that one statement binds; both databases take more.
const BIND_LIMIT: usize = 16_000;
/// The most rows that one statement inserts.
const ROWS: usize = 500;

impl Tx {
    /// Makes everything that was done in it durable.
    pub async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }

    /// Runs a statement; answers the number of rows it changed.
    pub(crate) async fn execute(&mut self, statement: Statement, values: Vec<Value>) -> Result<u64> {
        Ok(match self {
            Self::Sqlite(tx) => sqlite_query(statement.sqlite, values)
                .execute(&mut **tx)
                .await?
                .rows_affected(),
            Self::Postgres(tx) => postgres_query(statement.postgres, values)
                .execute(&mut **tx)
                .await?
                .rows_affected(),
        })
    }

    /// The row it gives, if any.
    pub(crate) async fn find<R: Record>(
        &mut self,
        statement: Statement,
        values: Vec<Value>,
    ) -> Result<Option<R>> {
        Ok(match self {
            Self::Sqlite(tx) => sqlite_query(statement.sqlite, values)
                .fetch_optional(&mut **tx)
                .await?
                .map(|row| R::from_row(&row))
                .transpose()?,
            Self::Postgres(tx) => postgres_query(statement.postgres, values)
                .fetch_optional(&mut **tx)
                .await?
                .map(|row| R::from_row(&row))
                .transpose()?,
        })
    }

    /// All the rows it gives.
    pub(crate) async fn list<R: Record>(
        &mut self,
        statement: Statement,
        values: Vec<Value>,
    ) -> Result<Vec<R>> {
        self.stream(statement, values).try_collect().await
    }

    /// The rows it gives, one after the other, for what does not fit in memory.
    pub(crate) fn stream<R: Record>(
        &mut self,
        statement: Statement,
        values: Vec<Value>,
    ) -> BoxStream<'_, Result<R>> {
        match self {
            Self::Sqlite(tx) => Box::pin(
                sqlite_query(statement.sqlite, values)
                    .fetch(&mut **tx)
                    .map_err(Into::into)
                    .and_then(|row| async move { Ok(R::from_row(&row)?) }),
            ),
            Self::Postgres(tx) => Box::pin(
                postgres_query(statement.postgres, values)
                    .fetch(&mut **tx)
                    .map_err(Into::into)
                    .and_then(|row| async move { Ok(R::from_row(&row)?) }),
            ),
        }
    }

    /// Inserts many rows with one statement a chunk. `head` ends before `values`, for instance
    /// `insert into devices (id, number)`; every row has as many values as columns.
    pub(crate) async fn insert_many(&mut self, head: &'static str, rows: Vec<Vec<Value>>) -> Result<()> {
        self.insert_chunks(head, rows, "").await
    }

    /// The same, leaving rows as they are that exist already.
    pub(crate) async fn insert_missing(&mut self, head: &'static str, rows: Vec<Vec<Value>>) -> Result<()> {
        self.insert_chunks(head, rows, " on conflict do nothing").await
    }

    async fn insert_chunks(
        &mut self,
        head: &'static str,
        rows: Vec<Vec<Value>>,
        tail: &'static str,
    ) -> Result<()> {
        let Some(columns) = rows.first().map(Vec::len) else {
            return Ok(());
        };
        let width = (BIND_LIMIT / columns.max(1)).clamp(1, ROWS);
        let text = |tx: &Self, rows| format!("{head} values {}{tail}", tx.placeholders(rows, columns));
        // Full chunks are all the same statement, prepared once.
        let full: Option<Arc<str>> = (rows.len() >= width).then(|| text(self, width).into());
        let mut rows = rows.into_iter();
        while rows.len() > 0 {
            let count = rows.len().min(width);
            let values = rows.by_ref().take(count).flatten().collect();
            match &full {
                Some(full) if count == width => self.execute_text(Arc::clone(full), values, true).await?,
                // Of a width of its own: keeping it would push others out that come back.
                _ => self.execute_text(text(self, count).into(), values, false).await?,
            };
        }
        Ok(())
    }

    /// All the rows of a statement that ends in `in (` for these values, chunk by chunk. Every chunk has the
    /// same number of placeholders, padded with its last value, so that one prepared statement serves.
    pub(crate) async fn list_in<R: Record>(
        &mut self,
        head: &'static str,
        values: impl IntoIterator<Item = impl Into<Value>>,
    ) -> Result<Vec<R>> {
        const CHUNK: usize = 500;
        let values: Vec<Value> = values.into_iter().map(Into::into).collect();
        let mut found = Vec::with_capacity(values.len());
        for part in values.chunks(CHUNK) {
            let width = if part.len() <= 20 { 20 } else { CHUNK };
            let mut part = part.to_vec();
            let last = part[part.len() - 1].clone();
            part.resize(width, last);
            let text = format!("{head}{}", self.placeholders(1, width).trim_start_matches('('));
            match self {
                Self::Sqlite(tx) => {
                    let query = bind_all!(sqlx::query(AssertSqlSafe(text)), part);
                    for row in query.fetch_all(&mut **tx).await? {
                        found.push(<R as FromRow<SqliteRow>>::from_row(&row)?);
                    }
                }
                Self::Postgres(tx) => {
                    let query = bind_all!(sqlx::query(AssertSqlSafe(text)), part);
                    for row in query.fetch_all(&mut **tx).await? {
                        found.push(<R as FromRow<PgRow>>::from_row(&row)?);
                    }
                }
            }
        }
        Ok(found)
    }

    /// Runs a changing statement that ends in `in (` for these values, chunk by chunk.
    pub(crate) async fn execute_in(
        &mut self,
        head: &'static str,
        values: impl IntoIterator<Item = impl Into<Value>>,
    ) -> Result<()> {
        self.list_in::<(i64,)>(head, values).await.map(drop)
    }

    async fn execute_text(&mut self, text: Arc<str>, values: Vec<Value>, is_kept: bool) -> Result<u64> {
        Ok(match self {
            Self::Sqlite(tx) => {
                let query = bind_all!(sqlx::query(AssertSqlSafe(text)), values).persistent(is_kept);
                query.execute(&mut **tx).await?.rows_affected()
            }
            Self::Postgres(tx) => {
                let query = bind_all!(sqlx::query(AssertSqlSafe(text)), values).persistent(is_kept);
                query.execute(&mut **tx).await?.rows_affected()
            }
        })
    }

    /// `(?,?),(?,?)` for two rows of two columns, and numbered on PostgreSQL: `($1,$2),($3,$4)`.
    fn placeholders(&self, rows: usize, columns: usize) -> String {
        match self {
            // SQLite looks a numbered one up in a list of all, each time: thousands take longer than the insert.
            Self::Sqlite(_) => placeholders(rows, columns, |_, text| text.push('?')),
            Self::Postgres(_) => placeholders(rows, columns, |number, text| {
                write!(text, "${number}").expect("a string takes any text");
            }),
        }
    }

    /// Takes the next `count` numbers of a counter and answers the first. The counter's row stays locked
    /// until the commit, so numbers become visible in their order: take them last in a transaction.
    pub(crate) async fn take_numbers(&mut self, counter: &str, count: i64) -> Result<i64> {
        let taken: Option<(i64,)> = self.find(TAKE_NUMBERS, values![counter, count]).await?;
        taken
            .map(|(last,)| last - count + 1)
            .ok_or(super::StorageError::Corrupt("counter"))
    }

    /// Wakes the other nodes at commit. PostgreSQL only; one process needs no wake-up through the database.
    pub(crate) async fn notify(&mut self, topic: &str, text: &str) -> Result<()> {
        if matches!(self, Self::Postgres(_)) {
            self.execute(NOTIFY, values![topic, text]).await?;
        }
        Ok(())
    }
}

/// A list of rows, each bound parameter written by `write` under its number from 1.
fn placeholders(rows: usize, columns: usize, write: impl Fn(usize, &mut String)) -> String {
    let mut text = String::with_capacity(rows * columns * 7);
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ",(" });
        for column in 0..columns {
            if column > 0 {
                text.push(',');
            }
            write(row * columns + column + 1, &mut text);
        }
        text.push(')');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_count_through_the_rows() {
        let number = |number: usize, text: &mut String| text.push_str(&number.to_string());
        assert_eq!(placeholders(2, 3, number), "(1,2,3),(4,5,6)");
    }
}
