//! Photos of actions and tips as they are stored: sealed, each with a thumbnail.

use sqlx::FromRow;
use uuid::Uuid;

use super::sealing::Keyring;
use super::tips::span::TipSpan;
use super::{Result, Tx};
use crate::domain::clock::Timestamp;
use crate::domain::id::{ActionId, PhotoId, TipId};
use crate::domain::photo::{MEDIA_TYPE, Photo};

statements! {
    INSERT_PHOTO = "insert into photos (id, action_id, tip_id, ordinal, media_type, width, height, \
        image_sealed, thumbnail_sealed, created_at) values ($1, $2, $3, (select coalesce(max(ordinal), 0) + 1 \
        from photos where action_id = $2 and (tip_id = $3 or ($3 is null and tip_id is null))), \
        $4, $5, $6, $7, $8, $9)";
    FIND_PHOTO = "select id, action_id, tip_id, width, height, created_at from photos where id = $1";
    LIST_OF_ACTION = "select id, action_id, tip_id, width, height, created_at from photos \
        where action_id = $1 and tip_id is null order by ordinal";
    LIST_OF_TIP = "select id, action_id, tip_id, width, height, created_at from photos where tip_id = $1 \
        order by ordinal";
    LIST_OF_SPAN = "select id, action_id, tip_id, width, height, created_at from photos where tip_id \
        in (select id from tips where action_id = $1 and received_at between $2 and $3) order by tip_id, ordinal";
    FIND_IMAGE = "select image_sealed from photos where id = $1";
    FIND_THUMBNAIL = "select thumbnail_sealed from photos where id = $1";
    DELETE_PHOTO = "delete from photos where id = $1 and action_id = $2 and tip_id is null";
}

const IMAGE: &str = "photos.image";
const THUMBNAIL: &str = "photos.thumbnail";

/// What is known of a photo without opening it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct PhotoEntry {
    /// Its id.
    pub id: PhotoId,
    /// The action that it belongs to.
    pub action: ActionId,
    /// The tip that it came with; none for a photo of the action itself.
    pub tip: Option<TipId>,
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
    /// When it was added.
    pub created_at: Timestamp,
}

/// Which of the two that are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhotoSize {
    /// The photo.
    Full,
    /// Its thumbnail.
    Thumbnail,
}

#[derive(FromRow)]
struct PhotoRow {
    id: Uuid,
    action_id: Uuid,
    tip_id: Option<Uuid>,
    width: i64,
    height: i64,
    created_at: i64,
}

impl PhotoRow {
    fn read(self) -> PhotoEntry {
        let pixels = |value: i64| u32::try_from(value).unwrap_or(0);
        PhotoEntry {
            id: PhotoId::from_uuid(self.id),
            action: ActionId::from_uuid(self.action_id),
            tip: self.tip_id.map(TipId::from_uuid),
            width: pixels(self.width),
            height: pixels(self.height),
            created_at: Timestamp::from_millis(self.created_at),
        }
    }
}

impl Tx {
    /// Stores a photo as the next of its action, or of its tip. The row of either must be held by this
    /// transaction, so that nobody else counts the same photos.
    pub async fn insert_photo(
        &mut self,
        keys: &Keyring,
        id: PhotoId,
        action: ActionId,
        tip: Option<TipId>,
        photo: &Photo,
        now: Timestamp,
    ) -> Result<()> {
        let values = values![
            id,
            action,
            tip,
            MEDIA_TYPE,
            photo.image.width,
            photo.image.height,
            keys.seal(IMAGE, &photo.image.bytes),
            keys.seal(THUMBNAIL, &photo.thumbnail.bytes),
            now,
        ];
        self.execute(INSERT_PHOTO, values).await.map(drop)
    }

    /// What is known of a photo.
    pub async fn find_photo(&mut self, id: PhotoId) -> Result<Option<PhotoEntry>> {
        let row: Option<PhotoRow> = self.find(FIND_PHOTO, values![id]).await?;
        Ok(row.map(PhotoRow::read))
    }

    /// The photos of an action itself, in their order.
    pub async fn list_photos_of_action(&mut self, action: ActionId) -> Result<Vec<PhotoEntry>> {
        let rows: Vec<PhotoRow> = self.list(LIST_OF_ACTION, values![action]).await?;
        Ok(rows.into_iter().map(PhotoRow::read).collect())
    }

    /// The photos of a tip, in their order.
    pub async fn list_photos_of_tip(&mut self, tip: TipId) -> Result<Vec<PhotoEntry>> {
        let rows: Vec<PhotoRow> = self.list(LIST_OF_TIP, values![tip]).await?;
        Ok(rows.into_iter().map(PhotoRow::read).collect())
    }

    /// The photos of the tips of a span; those of one tip in their order.
    pub async fn list_photos_of_span(&mut self, span: TipSpan) -> Result<Vec<PhotoEntry>> {
        let rows: Vec<PhotoRow> = self.list(LIST_OF_SPAN, span.values()).await?;
        Ok(rows.into_iter().map(PhotoRow::read).collect())
    }

    /// A photo's file, a JPEG.
    pub async fn find_picture(
        &mut self,
        keys: &Keyring,
        id: PhotoId,
        size: PhotoSize,
    ) -> Result<Option<Vec<u8>>> {
        let (statement, column) = match size {
            PhotoSize::Full => (FIND_IMAGE, IMAGE),
            PhotoSize::Thumbnail => (FIND_THUMBNAIL, THUMBNAIL),
        };
        let row: Option<(Vec<u8>,)> = self.find(statement, values![id]).await?;
        row.map(|(sealed,)| keys.open(column, &sealed)).transpose()
    }

    /// Removes a photo of an action itself. False when it has no such photo.
    pub async fn delete_photo(&mut self, action: ActionId, id: PhotoId) -> Result<bool> {
        Ok(self.execute(DELETE_PHOTO, values![id, action]).await? == 1)
    }
}

#[cfg(test)]
mod tests;
