//! What people said after the tone, as it is stored: sealed, and until it is fetched with where to fetch it.

use uuid::Uuid;

use super::sealing::Keyring;
use super::tips::span::TipSpan;
use super::{Result, Tx};
use crate::domain::clock::Timestamp;
use crate::domain::id::TipId;

statements! {
    INSERT_RECORDING = "insert into recordings (tip_id, source_sealed, created_at) values ($1, $2, $3) \
        on conflict (tip_id) do nothing";
    LIST_OPEN = "select tip_id, source_sealed from recordings where settled_at is null \
        order by created_at limit $1";
    KEEP_SOUND = "update recordings set media_type = $2, sound_sealed = $3, settled_at = $4 \
        where tip_id = $1 and settled_at is null";
    COUNT_TRY = "update recordings set tries = tries + 1, \
        settled_at = case when tries + 1 >= $2 then $3 else settled_at end \
        where tip_id = $1 and settled_at is null";
    LIST_OF_SPAN = "select tip_id, settled_at, cast(case when sound_sealed is null then 0 else 1 end as bigint) \
        from recordings where tip_id \
        in (select id from tips where action_id = $1 and received_at between $2 and $3)";
    FIND_SOUND = "select media_type, sound_sealed from recordings where tip_id = $1 and sound_sealed is not null";
}

const SOURCE: &str = "recordings.source";
const SOUND: &str = "recordings.sound";

/// How far a recording is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordingState {
    /// It is still at the exchange.
    Waiting,
    /// It can be listened to.
    Here,
    /// The exchange did not give it.
    Lost,
}

impl Tx {
    /// Stores where a tip's recording is. False when one is known: a tip has one.
    pub async fn insert_recording(
        &mut self,
        keys: &Keyring,
        tip: TipId,
        source: &str,
        now: Timestamp,
    ) -> Result<bool> {
        let values = values![tip, keys.seal(SOURCE, source.as_bytes()), now];
        Ok(self.execute(INSERT_RECORDING, values).await? == 1)
    }

    /// Recordings that are still at the exchange, the oldest first.
    pub async fn list_open_recordings(&mut self, keys: &Keyring, limit: u32) -> Result<Vec<(TipId, String)>> {
        let rows: Vec<(Uuid, Vec<u8>)> = self.list(LIST_OPEN, values![limit]).await?;
        rows.into_iter()
            .map(|(tip, sealed)| {
                let source = String::from_utf8(keys.open(SOURCE, &sealed)?)
                    .map_err(|_| super::StorageError::Corrupt("recordings.source"))?;
                Ok((TipId::from_uuid(tip), source))
            })
            .collect()
    }

    /// Keeps a recording's sound.
    pub async fn keep_recording(
        &mut self,
        keys: &Keyring,
        tip: TipId,
        media_type: &str,
        sound: &[u8],
        now: Timestamp,
    ) -> Result<()> {
        let values = values![tip, media_type, keys.seal(SOUND, sound), now];
        self.execute(KEEP_SOUND, values).await.map(drop)
    }

    /// Counts a try that failed; the `most`th is the last.
    pub async fn count_recording_try(&mut self, tip: TipId, most: u32, now: Timestamp) -> Result<()> {
        self.execute(COUNT_TRY, values![tip, most, now]).await.map(drop)
    }

    /// How far the recordings of the tips of a span are, where there are any.
    pub async fn list_recordings_of_span(&mut self, span: TipSpan) -> Result<Vec<(TipId, RecordingState)>> {
        let rows: Vec<(Uuid, Option<i64>, i64)> = self.list(LIST_OF_SPAN, span.values()).await?;
        let state = |(tip, settled, here)| {
            let state = match (settled, here) {
                (_, 1) => RecordingState::Here,
                (None, _) => RecordingState::Waiting,
                (Some(_), _) => RecordingState::Lost,
            };
            (TipId::from_uuid(tip), state)
        };
        Ok(rows.into_iter().map(state).collect())
    }

    /// A recording's media type and sound, once it was fetched.
    pub async fn find_recording(&mut self, keys: &Keyring, tip: TipId) -> Result<Option<(String, Vec<u8>)>> {
        let row: Option<(String, Vec<u8>)> = self.find(FIND_SOUND, values![tip]).await?;
        row.map(|(media_type, sealed)| Ok((media_type, keys.open(SOUND, &sealed)?)))
            .transpose()
    }
}
