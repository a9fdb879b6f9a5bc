//! An action's own photos.

use bytes::Bytes;

use super::super::photos::refused_photo;
use super::super::{Desk, DeskError, Reason, Result, Scope};
use super::changed_meanwhile;
use crate::domain::action::{Action, MAX_PHOTOS};
use crate::domain::id::{ActionId, PhotoId};
use crate::domain::problem::{FieldProblem, ProblemCode};
use crate::storage::Tx;

impl Desk {
    /// Adds a photo: to a draft by whoever prepares it, to a running action by whoever may send for it.
    pub async fn add_photo(&self, scope: &Scope, id: ActionId, version: u32, file: Bytes) -> Result<PhotoId> {
        {
            let mut tx = self.parts().store.read().await?;
            self.action_for_photos(&mut tx, scope, id, version).await?;
        }
        let photo = self.darkroom().develop(file).await?.map_err(refused_photo)?;
        let (now, keys) = (self.now(), &self.parts().keys);
        let photo_id = PhotoId::new(now, &self.parts().random);
        let mut tx = self.parts().store.write().await?;
        let action = self.action_for_photos(&mut tx, scope, id, version).await?;
        self.claim_for_photos(&mut tx, scope, action).await?;
        if tx.list_photos_of_action(id).await?.len() >= MAX_PHOTOS {
            return Err(vec![FieldProblem::new("photos", ProblemCode::TooManyPhotos)].into());
        }
        tx.insert_photo(keys, photo_id, id, None, &photo, now).await?;
        tx.commit().await?;
        Ok(photo_id)
    }

    /// Removes a photo of a draft.
    pub async fn remove_photo(
        &self,
        scope: &Scope,
        id: ActionId,
        version: u32,
        photo: PhotoId,
    ) -> Result<()> {
        let mut tx = self.parts().store.write().await?;
        let action = self.action_for_photos(&mut tx, scope, id, version).await?;
        action.state.editable()?;
        self.claim_for_photos(&mut tx, scope, action).await?;
        if !tx.delete_photo(id, photo).await? {
            return Err(DeskError::NotFound("photo"));
        }
        tx.commit().await?;
        Ok(())
    }

    /// Takes the action for this transaction. Of a draft, the photos are part of what it says.
    async fn claim_for_photos(&self, tx: &mut Tx, scope: &Scope, action: Action) -> Result<()> {
        if action.state.editable().is_ok() {
            let (region, content) = (action.region, action.content.clone());
            let deed = self.deed(scope);
            self.write_content(tx, scope, action, region, content, deed)
                .await?;
        } else if !tx.claim_action(&action).await? {
            return Err(changed_meanwhile());
        }
        Ok(())
    }

    async fn action_for_photos(
        &self,
        tx: &mut Tx,
        scope: &Scope,
        id: ActionId,
        version: u32,
    ) -> Result<Action> {
        let action = self.action_to_prepare(tx, scope, id).await?;
        if action.state.editable().is_ok() {
            return super::seen_at(action, version);
        }
        action.state.correctable()?;
        if action.state.run().is_some_and(|run| run.approval.is_some()) {
            // It would be shown to everyone, and no second person saw it.
            return Err(Reason::ApprovedAsItIs.into());
        }
        self.action_to_send_at(tx, scope, id, version).await
    }
}

#[cfg(test)]
mod tests;
