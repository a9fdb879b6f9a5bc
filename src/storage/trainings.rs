//! The training register: every training that was recorded of an account, and nothing that is ever changed.

use sqlx::FromRow;
use uuid::Uuid;

use super::sealing::Keyring;
use super::{Result, Tx};
use crate::domain::clock::Timestamp;
use crate::domain::id::AccountId;

statements! {
    INSERT = "insert into trainings (account_id, ordinal, recorded_at, recorded_by, trained_until, note_sealed) \
        values ($1, (select coalesce(max(ordinal), 0) + 1 from trainings where account_id = $1), $2, $3, $4, $5)";
    LIST = "select recorded_at, recorded_by, trained_until, note_sealed from trainings where account_id = $1 \
        order by ordinal desc limit 200";
    LAST = "select max(recorded_at) from trainings where account_id = $1 and trained_until is not null";
}

const NOTE: &str = "trainings.note";

/// A training as the register has it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Training {
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// By whom.
    pub recorded_by: AccountId,
    /// Until when it holds; none where it was taken away.
    pub trained_until: Option<Timestamp>,
    /// What it was.
    pub note: Option<String>,
}

#[derive(FromRow)]
struct TrainingRow {
    recorded_at: i64,
    recorded_by: Uuid,
    trained_until: Option<i64>,
    note_sealed: Option<Vec<u8>>,
}

impl Tx {
    /// Adds to the register of an account.
    pub async fn insert_training(
        &mut self,
        keys: &Keyring,
        account: AccountId,
        training: &Training,
    ) -> Result<()> {
        let note = training.note.as_ref();
        let values = values![
            account,
            training.recorded_at,
            training.recorded_by,
            training.trained_until,
            note.map(|note| keys.seal_json(NOTE, note)),
        ];
        self.execute(INSERT, values).await.map(drop)
    }

    /// What the register says of an account, the newest first, at most 200.
    pub async fn list_trainings(&mut self, keys: &Keyring, account: AccountId) -> Result<Vec<Training>> {
        let rows: Vec<TrainingRow> = self.list(LIST, values![account]).await?;
        rows.into_iter()
            .map(|row| {
                Ok(Training {
                    recorded_at: Timestamp::from_millis(row.recorded_at),
                    recorded_by: AccountId::from_uuid(row.recorded_by),
                    trained_until: row.trained_until.map(Timestamp::from_millis),
                    note: row
                        .note_sealed
                        .map(|sealed| keys.open_json(NOTE, &sealed))
                        .transpose()?,
                })
            })
            .collect()
    }

    /// When a training was last recorded of an account.
    pub async fn find_last_training(&mut self, account: AccountId) -> Result<Option<Timestamp>> {
        let row: Option<(Option<i64>,)> = self.find(LAST, values![account]).await?;
        Ok(row.and_then(|(at,)| at).map(Timestamp::from_millis))
    }
}
