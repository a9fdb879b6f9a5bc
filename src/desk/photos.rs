//! Photos: made ready beside the runtime, a few at a time.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::Semaphore;

use super::{Desk, DeskError, Permission, Reason, Result, Scope};
use crate::domain::id::PhotoId;
use crate::domain::photo::{Photo, PhotoError, prepare};
use crate::domain::video::{self, Video, VideoError};
use crate::storage::photos::PhotoSize;

/// Photos in the making at once: each takes a core, and memory for its pixels.
const AT_ONCE: usize = 2;
/// Photos that wait for their turn; each keeps its file in memory.
const WAITING: usize = 32;

/// Where photos are made ready. Clones share it.
#[derive(Clone, Debug)]
pub(super) struct Darkroom {
    hands: Arc<Semaphore>,
    places: Arc<Semaphore>,
}

impl Default for Darkroom {
    fn default() -> Self {
        Self {
            hands: Arc::new(Semaphore::new(AT_ONCE)),
            places: Arc::new(Semaphore::new(AT_ONCE + WAITING)),
        }
    }
}

impl Darkroom {
    /// Makes a photo of a file. The outer error is that there is no place to wait.
    pub(super) async fn develop(&self, file: Bytes) -> Result<std::result::Result<Photo, PhotoError>> {
        // A photo on which the decoder gives up altogether is a damaged one.
        Ok(self
            .work(move || prepare(&file))
            .await?
            .unwrap_or(Err(PhotoError::Damaged)))
    }

    /// Makes a film of a file that may be kept. The outer error is that there is no place to wait.
    pub(super) async fn develop_video(&self, file: Bytes) -> Result<std::result::Result<Video, VideoError>> {
        // Taken apart where it lies, unless somebody else still reads it.
        let made = self.work(move || video::prepare(file.into())).await?;
        Ok(made.unwrap_or(Err(VideoError::Damaged)))
    }

    /// Does slow work when it is its turn; none when it fell over.
    pub(super) async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<Option<T>> {
        const FULL: DeskError = DeskError::Unavailable(Reason::TooManyPhotos);
        let place = self.places.clone().try_acquire_owned().map_err(|_| FULL)?;
        let hand = self.hands.clone().acquire_owned().await.map_err(|_| FULL)?;
        // The permits go along: whoever hangs up does not let another in while the work goes on.
        let made = tokio::task::spawn_blocking(move || {
            let _held = (place, hand);
            work()
        });
        Ok(made.await.ok())
    }
}

/// Why a file of a tip was not taken; the tip was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// A photo.
    #[error("{0}")]
    Photo(#[from] PhotoError),
    /// A film.
    #[error("{0}")]
    Video(#[from] VideoError),
}

/// A refused photo as a refusal of the whole call.
pub(super) fn refused_photo(error: PhotoError) -> DeskError {
    let code = match error {
        PhotoError::TooManyBytes => "photo_too_many_bytes",
        PhotoError::UnknownFormat => "photo_unknown_format",
        PhotoError::TooManyPixels => "photo_too_many_pixels",
        PhotoError::Damaged => "photo_damaged",
    };
    DeskError::refused(code, error.said())
}

impl Desk {
    pub(super) fn darkroom(&self) -> &Darkroom {
        &self.0.darkroom
    }

    /// A photo's file, a JPEG: of an action for whoever sees it, of a tip for whoever handles tips.
    pub async fn photo(&self, scope: &Scope, id: PhotoId, size: PhotoSize) -> Result<Vec<u8>> {
        scope.require(Permission::SeeActions)?;
        let mut tx = self.parts().store.read().await?;
        let entry = tx.find_photo(id).await?.ok_or(DeskError::NotFound("photo"))?;
        let permission = match entry.tip {
            Some(_) => Permission::SeeTips,
            None => Permission::SeeActions,
        };
        let keys = &self.parts().keys;
        let action = tx.find_action(keys, entry.action).await?;
        let action = action.ok_or(DeskError::NotFound("photo"))?;
        let territory = self.directory().territory();
        scope.require_in(permission, &territory, action.region, "photo")?;
        let file = tx.find_picture(keys, id, size).await?;
        file.ok_or(DeskError::NotFound("photo"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn photos_are_made_a_few_at_a_time_and_too_many_are_turned_away() {
        let darkroom = Darkroom::default();
        let busy: Vec<_> = (0..AT_ONCE + WAITING)
            .map(|_| darkroom.places.clone().try_acquire_owned().unwrap())
            .collect();
        let refused = darkroom.develop(Bytes::from_static(b"x")).await;
        assert!(matches!(refused, Err(DeskError::Unavailable(_))));
        drop(busy);
        let damaged = darkroom.develop(Bytes::from_static(b"x")).await.unwrap();
        assert_eq!(damaged, Err(PhotoError::UnknownFormat));
        assert_eq!(darkroom.hands.available_permits(), AT_ONCE);
    }
}
