//! Films of tips as they are stored: sealed in pieces, each bound to its film and its place in it.

use sqlx::FromRow;
use uuid::Uuid;

use super::sealing::Keyring;
use super::tips::span::TipSpan;
use super::{Result, StorageError, Tx};
use crate::domain::clock::Timestamp;
use crate::domain::id::{ActionId, TipId, VideoId};
use crate::domain::video::{Container, Video};

statements! {
    INSERT = "insert into videos (id, action_id, tip_id, media_type, duration_ms, size_bytes, piece_bytes, \
        created_at) values ($1, $2, $3, $4, $5, $6, $7, $8)";
    FIND = "select id, action_id, tip_id, media_type, duration_ms, size_bytes, piece_bytes, created_at \
        from videos where id = $1";
    LIST_OF_TIP = "select id, action_id, tip_id, media_type, duration_ms, size_bytes, piece_bytes, created_at \
        from videos where tip_id = $1 order by created_at, id";
    LIST_OF_SPAN = "select id, action_id, tip_id, media_type, duration_ms, size_bytes, piece_bytes, created_at \
        from videos where tip_id in (select id from tips where action_id = $1 and received_at between $2 and $3) \
        order by created_at, id";
    FIND_PIECE = "select piece_sealed from video_pieces where video_id = $1 and ordinal = $2";
}

const INSERT_PIECES: &str = "insert into video_pieces (video_id, ordinal, piece_sealed)";
const PIECE: &str = "video_pieces.piece";
/// The bytes of a piece before it is sealed.
const PIECE_BYTES: usize = 256 * 1024;
/// What stands before the bytes of a piece: its film and its place.
const HEAD_BYTES: usize = 16 + 8;

/// What is known of a film without opening it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VideoEntry {
    /// Its id.
    pub id: VideoId,
    /// The action that its tip is about.
    pub action: ActionId,
    /// The tip that it came with.
    pub tip: TipId,
    /// In what it lies.
    pub container: Container,
    /// How long it is, in milliseconds.
    pub duration_ms: u32,
    /// How large it is, in bytes.
    pub size_bytes: u64,
    /// When it came.
    pub created_at: Timestamp,
    piece_bytes: u64,
}

#[derive(FromRow)]
struct VideoRow {
    id: Uuid,
    action_id: Uuid,
    tip_id: Uuid,
    media_type: String,
    duration_ms: i64,
    size_bytes: i64,
    piece_bytes: i64,
    created_at: i64,
}

impl VideoRow {
    fn read(self) -> Result<VideoEntry> {
        const WRONG: StorageError = StorageError::Corrupt("videos");
        let size = |bytes| u64::try_from(bytes).map_err(|_| WRONG);
        Ok(VideoEntry {
            id: VideoId::from_uuid(self.id),
            action: ActionId::from_uuid(self.action_id),
            tip: TipId::from_uuid(self.tip_id),
            container: Container::parse(&self.media_type).ok_or(WRONG)?,
            duration_ms: u32::try_from(self.duration_ms).map_err(|_| WRONG)?,
            size_bytes: size(self.size_bytes)?,
            piece_bytes: size(self.piece_bytes)?.max(1),
            created_at: Timestamp::from_millis(self.created_at),
        })
    }
}

fn head(video: VideoId, ordinal: u64) -> [u8; HEAD_BYTES] {
    let mut head = [0; HEAD_BYTES];
    head[..16].copy_from_slice(video.as_uuid().as_bytes());
    head[16..].copy_from_slice(&ordinal.to_be_bytes());
    head
}

impl Tx {
    /// Stores the film of a tip.
    pub async fn insert_video(
        &mut self,
        keys: &Keyring,
        id: VideoId,
        (action, tip): (ActionId, TipId),
        video: &Video,
        now: Timestamp,
    ) -> Result<()> {
        let values = values![
            id,
            action,
            tip,
            video.container.media_type(),
            video.duration_ms,
            length(video.bytes.len()),
            length(PIECE_BYTES),
            now,
        ];
        self.execute(INSERT, values).await?;
        for (ordinal, piece) in (0_u64..).zip(video.bytes.chunks(PIECE_BYTES)) {
            let plain = [head(id, ordinal).as_slice(), piece].concat();
            let row = values![id, ordinal.cast_signed(), keys.seal(PIECE, &plain)];
            self.insert_many(INSERT_PIECES, vec![row]).await?;
        }
        Ok(())
    }

    /// What is known of a film.
    pub async fn find_video(&mut self, id: VideoId) -> Result<Option<VideoEntry>> {
        let row: Option<VideoRow> = self.find(FIND, values![id]).await?;
        row.map(VideoRow::read).transpose()
    }

    /// The films of a tip.
    pub async fn list_videos_of_tip(&mut self, tip: TipId) -> Result<Vec<VideoEntry>> {
        let rows: Vec<VideoRow> = self.list(LIST_OF_TIP, values![tip]).await?;
        rows.into_iter().map(VideoRow::read).collect()
    }

    /// The films of the tips of a span.
    pub async fn list_videos_of_span(&mut self, span: TipSpan) -> Result<Vec<VideoEntry>> {
        let rows: Vec<VideoRow> = self.list(LIST_OF_SPAN, span.values()).await?;
        rows.into_iter().map(VideoRow::read).collect()
    }

    /// The bytes of a film from `at` to the end of their piece; none at the end of the film.
    pub async fn find_video_bytes(
        &mut self,
        keys: &Keyring,
        video: &VideoEntry,
        at: u64,
    ) -> Result<Option<Vec<u8>>> {
        const WRONG: StorageError = StorageError::Corrupt("video_pieces");
        if at >= video.size_bytes {
            return Ok(None);
        }
        let ordinal = at / video.piece_bytes;
        let row: Option<(Vec<u8>,)> = self
            .find(FIND_PIECE, values![video.id, ordinal.cast_signed()])
            .await?;
        let (sealed,) = row.ok_or(WRONG)?;
        let plain = keys.open(PIECE, &sealed)?;
        let (found, bytes) = plain.split_at_checked(HEAD_BYTES).ok_or(WRONG)?;
        if found != head(video.id, ordinal) {
            return Err(WRONG);
        }
        let within = usize::try_from(at % video.piece_bytes).map_err(|_| WRONG)?;
        bytes.get(within..).map(<[u8]>::to_vec).map(Some).ok_or(WRONG)
    }
}

fn length(bytes: usize) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::action::ActionKind;
    use crate::domain::actor::Actor;
    use crate::domain::random::Random;
    use crate::domain::tip::{TipDeed, TipVerb};
    use crate::storage::testing::TestDatabase;
    use crate::storage::testing::actions::{insert_draft, insert_region, tip};
    use crate::storage::testing::people::{keyring, some_time};

    #[tokio::test]
    async fn a_film_reads_back_from_wherever_it_is_asked_for_and_lies_sealed() {
        let (keys, now) = (keyring(), some_time());
        let bytes: Vec<u8> = (0..PIECE_BYTES * 2 + 1_000)
            .map(|at| u8::try_from(at % 251).unwrap())
            .collect();
        let film = Video {
            bytes: bytes.clone(),
            container: Container::Mp4,
            duration_ms: 9_000,
        };
        for database in TestDatabase::each().await {
            let mut tx = database.store.write().await.unwrap();
            let region = insert_region(&mut tx, "unit", None).await;
            let action = insert_draft(&mut tx, &keys, region, ActionKind::Theft, 0).await;
            let tip = tip(action, 1);
            let received = TipDeed {
                at: now,
                actor: Actor::Participant,
                verb: TipVerb::Received,
                detail: None,
            };
            tx.insert_tip(&keys, &tip, &received).await.unwrap();
            let id = VideoId::new(now, &Random::from_seed(4));
            tx.insert_video(&keys, id, (action, tip.id), &film, now)
                .await
                .unwrap();
            let entry = tx.find_video(id).await.unwrap().unwrap();
            assert_eq!(tx.list_videos_of_tip(tip.id).await.unwrap(), [entry]);
            assert_eq!((entry.size_bytes, entry.duration_ms), (bytes.len() as u64, 9_000));
            for start in [0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES * 2 + 999] {
                let found = tx.find_video_bytes(&keys, &entry, start as u64).await.unwrap();
                let found = found.unwrap();
                assert_eq!(found, bytes[start..start + found.len()], "from {start}");
            }
            let end = tx
                .find_video_bytes(&keys, &entry, bytes.len() as u64)
                .await
                .unwrap();
            assert_eq!(end, None);
            let row: (Vec<u8>,) = tx.find(FIND_PIECE, values![id, 0_i64]).await.unwrap().unwrap();
            assert!(!row.0.windows(16).any(|window| window == &bytes[..16]));
        }
    }
}
