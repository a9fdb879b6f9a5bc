//! Who left: public ids that lead nowhere, so that a backup of before brings nobody back.

use uuid::Uuid;

use super::{Result, StorageError, Tx};
use crate::domain::clock::Timestamp;
use crate::domain::id::{ParticipantId, ParticipantNumber};

statements! {
    INSERT = "insert into erasures (number, participant_id, erased_at) values ($1, $2, $3) on conflict do nothing";
    LIST = "select number, participant_id, erased_at from erasures where number > $1 order by number limit $2";
    FIND_LAST = "select value from counters where name = 'erasure'";
    RAISE_LAST = "update counters set value = $1 where name = 'erasure' and value < $1";
    FIND_NUMBER = "select number from participants where id = $1";
}

/// Somebody who left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// Increases in the order of commits.
    pub number: i64,
    /// Who it was.
    pub participant: ParticipantId,
    /// When.
    pub erased_at: Timestamp,
}

impl Tx {
    /// Writes down that somebody left.
    pub(super) async fn append_erasure(&mut self, participant: ParticipantId, now: Timestamp) -> Result<()> {
        let number = self.take_numbers("erasure", 1).await?;
        self.execute(INSERT, values![number, participant, now])
            .await
            .map(drop)
    }

    /// Who left after the erasure of this number, at most `limit`.
    pub async fn list_erasures_since(&mut self, number: i64, limit: u32) -> Result<Vec<Erasure>> {
        let rows: Vec<(i64, Uuid, i64)> = self.list(LIST, values![number, limit]).await?;
        let read = |(number, id, at)| Erasure {
            number,
            participant: ParticipantId::from_uuid(id),
            erased_at: Timestamp::from_millis(at),
        };
        Ok(rows.into_iter().map(read).collect())
    }

    /// The number of the last erasure; 0 without any.
    pub async fn last_erasure(&mut self) -> Result<i64> {
        let row: Option<(i64,)> = self.find(FIND_LAST, vec![]).await?;
        row.map(|(value,)| value).ok_or(StorageError::Corrupt("counter"))
    }

    /// Erases somebody again who left after the backup that this database comes from, and writes it down under its
    /// number. True when they were here.
    pub async fn repeat_erasure(&mut self, erasure: Erasure) -> Result<bool> {
        let values = values![erasure.number, erasure.participant, erasure.erased_at];
        self.execute(INSERT, values).await?;
        let found: Option<(i64,)> = self.find(FIND_NUMBER, values![erasure.participant]).await?;
        let was_here = match found.map(|(number,)| ParticipantNumber::try_from(number)) {
            Some(Ok(number)) => self.remove_participant(number).await?,
            _ => false,
        };
        self.execute(RAISE_LAST, values![erasure.number]).await?;
        Ok(was_here)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::TestDatabase;
    use super::super::testing::people::{keyring, participant, some_time};
    use super::*;

    #[tokio::test]
    async fn who_left_is_written_down_and_a_repeated_erasure_erases_once_more() {
        let keys = keyring();
        for database in TestDatabase::each().await {
            let mut tx = database.store.write().await.unwrap();
            let stays = tx.insert_participant(&keys, &participant(1)).await.unwrap();
            let left = tx.insert_participant(&keys, &participant(2)).await.unwrap();
            assert!(tx.erase_participant(left, some_time()).await.unwrap());
            let written = tx.list_erasures_since(0, 10).await.unwrap();
            assert_eq!(written.len(), 1);
            assert_eq!(written[0].participant, participant(2).participant.id);
            assert_eq!(tx.last_erasure().await.unwrap(), written[0].number);
            // As a backup would bring them back.
            let back = tx.insert_participant(&keys, &participant(2)).await.unwrap();
            let again = Erasure {
                number: written[0].number + 7,
                ..written[0]
            };
            assert!(tx.repeat_erasure(again).await.unwrap());
            assert!(
                !tx.repeat_erasure(again).await.unwrap(),
                "nobody is there any more"
            );
            assert_eq!(tx.find_participant(&keys, back).await.unwrap(), None);
            assert!(tx.find_participant(&keys, stays).await.unwrap().is_some());
            assert_eq!(tx.last_erasure().await.unwrap(), again.number);
            assert_eq!(tx.list_erasures_since(0, 10).await.unwrap().len(), 2);
        }
    }
}
