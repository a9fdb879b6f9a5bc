//! Films of tips, for whoever handles tips: read piece by piece.

use super::super::{Desk, DeskError, Permission, Result, Scope};
use crate::domain::id::VideoId;
use crate::storage::videos::VideoEntry;

/// A film that somebody may see.
#[derive(Clone, Debug)]
pub struct Film {
    desk: Desk,
    /// What is known of it.
    pub entry: VideoEntry,
}

impl Desk {
    /// A film, for whoever handles the tips of its action.
    pub async fn video(&self, scope: &Scope, id: VideoId) -> Result<Film> {
        const UNKNOWN: DeskError = DeskError::NotFound("video");
        scope.require(Permission::SeeTips)?;
        let mut tx = self.parts().store.read().await?;
        let entry = tx.find_video(id).await?.ok_or(UNKNOWN)?;
        let action = tx.find_action(&self.parts().keys, entry.action).await?;
        let action = action.ok_or(UNKNOWN)?;
        let territory = self.directory().territory();
        scope.require_in(Permission::SeeTips, &territory, action.region, "video")?;
        Ok(Film {
            desk: self.clone(),
            entry,
        })
    }
}

impl Film {
    /// The bytes from `at` to the end of their piece; none at the end of the film. No connection to the database is
    /// held from one piece to the next.
    pub async fn bytes(&self, at: u64) -> Result<Option<Vec<u8>>> {
        let parts = self.desk.parts();
        let mut tx = parts.store.read().await?;
        Ok(tx.find_video_bytes(&parts.keys, &self.entry, at).await?)
    }
}
