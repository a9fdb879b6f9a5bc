//! Where participants looked and found nothing: sealed, one row a report.

use sqlx::FromRow;
use uuid::Uuid;

use super::sealing::Keyring;
use super::{Result, Tx};
use crate::domain::clock::Timestamp;
use crate::domain::id::{ActionId, ParticipantNumber, SearchId};
use crate::domain::search::Search;

statements! {
    // As with tips: an old link brings no erased number back.
    INSERT = {
        sqlite: "insert into searches (id, action_id, participant_number, content_sealed, searched_at) \
            values ($1, $2, (select number from participants where number = $3), $4, $5)",
        postgres: "insert into searches (id, action_id, participant_number, content_sealed, searched_at) \
            values ($1, $2, (select number from participants where number = $3 for key share), $4, $5)"
    };
    LIST = "select id, content_sealed, searched_at from searches where action_id = $1 \
        order by searched_at desc, id desc limit $2";
    COUNT = "select count(*) from searches where action_id = $1";
    LIST_OWN = "select id, content_sealed, searched_at from searches where participant_number = $1 \
        order by searched_at, id";
}

const CONTENT: &str = "searches.content";

/// A report that somebody looked somewhere and found nothing.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct StoredSearch {
    /// Its id.
    pub id: SearchId,
    /// Where.
    pub search: Search,
    /// When it came in.
    pub searched_at: Timestamp,
}

#[derive(FromRow)]
struct SearchRow {
    id: Uuid,
    content_sealed: Vec<u8>,
    searched_at: i64,
}

impl SearchRow {
    fn open(self, keys: &Keyring) -> Result<StoredSearch> {
        Ok(StoredSearch {
            id: SearchId::from_uuid(self.id),
            search: keys.open_json(CONTENT, &self.content_sealed)?,
            searched_at: Timestamp::from_millis(self.searched_at),
        })
    }
}

impl Tx {
    /// Stores where a participant looked.
    pub async fn insert_search(
        &mut self,
        keys: &Keyring,
        (action, participant): (ActionId, ParticipantNumber),
        stored: &StoredSearch,
    ) -> Result<()> {
        let values = values![
            stored.id,
            action,
            participant,
            keys.seal_json(CONTENT, &stored.search),
            stored.searched_at,
        ];
        self.execute(INSERT, values).await.map(drop)
    }

    /// Where participants looked for an action, the newest first.
    pub async fn list_searches(
        &mut self,
        keys: &Keyring,
        action: ActionId,
        limit: u32,
    ) -> Result<Vec<StoredSearch>> {
        let rows: Vec<SearchRow> = self.list(LIST, values![action, limit]).await?;
        rows.into_iter().map(|row| row.open(keys)).collect()
    }

    /// How many reports there are of an action.
    pub async fn count_searches(&mut self, action: ActionId) -> Result<u64> {
        let row: Option<(i64,)> = self.find(COUNT, values![action]).await?;
        Ok(row.map_or(0, |(count,)| u64::try_from(count).unwrap_or(0)))
    }

    /// Where a participant looked, the oldest first.
    pub async fn list_searches_of(
        &mut self,
        keys: &Keyring,
        participant: ParticipantNumber,
    ) -> Result<Vec<StoredSearch>> {
        let rows: Vec<SearchRow> = self.list(LIST_OWN, values![participant]).await?;
        rows.into_iter().map(|row| row.open(keys)).collect()
    }
}
