//! Reading tips.

use super::super::actions::MAX_PAGE;
use super::super::paging::{read_cursor, write_cursor};
use super::super::{Desk, Permission, Result, Scope};
use super::compared::ways_to;
use crate::domain::id::{ActionId, TipId};
use crate::domain::tip::journey::{Journey, Sighting};
use crate::domain::tip::{Tip, TipDeed, TipPhase};
use crate::storage::Tx;
use crate::storage::photos::PhotoEntry;
use crate::storage::recordings::RecordingState;
use crate::storage::tips::TipCursor;
use crate::storage::videos::VideoEntry;

/// Which tips of an action, the newest first.
#[derive(Clone, Debug, Default)]
pub struct TipQuery {
    /// In this phase.
    pub phase: Option<TipPhase>,
    /// Where the page before ended.
    pub after: Option<String>,
    /// How many, at most [`MAX_PAGE`].
    pub limit: u32,
}

/// A page of tips.
#[derive(Clone, Debug)]
pub struct TipPage {
    /// The tips.
    pub tips: Vec<Tip>,
    /// Where to go on; none at the end.
    pub next: Option<String>,
}

/// A tip with everything around it.
#[derive(Clone, Debug)]
pub struct TipView {
    /// The tip.
    pub tip: Tip,
    /// Its photos.
    pub photos: Vec<PhotoEntry>,
    /// Its films.
    pub videos: Vec<VideoEntry>,
    /// How far the recording of what was said is; none where nothing was recorded.
    pub recording: Option<RecordingState>,
    /// Who did what with it, the oldest first.
    pub history: Vec<TipDeed>,
    /// The ways to its place, and what speed they ask for.
    pub journeys: Vec<Journey>,
}

impl Desk {
    /// A page of an action's tips.
    pub async fn list_tips(&self, scope: &Scope, action: ActionId, query: &TipQuery) -> Result<TipPage> {
        let mut tx = self.parts().store.read().await?;
        self.action_for(&mut tx, scope, Permission::SeeTips, action)
            .await?;
        let after = query.after.as_deref().map(read_cursor).transpose()?;
        let after = after.map(|(received_at, id)| TipCursor {
            received_at,
            id: TipId::from_uuid(id),
        });
        let limit = query.limit.clamp(1, MAX_PAGE);
        let tips = tx
            .list_tips(&self.parts().keys, action, query.phase, after, limit)
            .await?;
        let full = tips.len() == limit as usize;
        let next = tips
            .last()
            .filter(|_| full)
            .map(|last| write_cursor(last.received_at, last.id.as_uuid()));
        Ok(TipPage { tips, next })
    }

    /// A page of an action's tips, each with everything around it.
    pub async fn view_tips(
        &self,
        scope: &Scope,
        action: ActionId,
        query: &TipQuery,
    ) -> Result<(Vec<TipView>, Option<String>)> {
        let page = self.list_tips(scope, action, query).await?;
        let mut tx = self.parts().store.read().await?;
        let action = self
            .action_for(&mut tx, scope, Permission::SeeTips, action)
            .await?;
        let sightings = self.sightings(&mut tx, &action).await?;
        let mut views = Vec::with_capacity(page.tips.len());
        for tip in page.tips {
            views.push(self.view_of(&mut tx, &sightings, tip).await?);
        }
        Ok((views, page.next))
    }

    /// A tip with everything around it.
    pub async fn tip(&self, scope: &Scope, id: TipId) -> Result<TipView> {
        let mut tx = self.parts().store.read().await?;
        let (tip, action) = self.tip_for(&mut tx, scope, Permission::SeeTips, id).await?;
        let sightings = self.sightings(&mut tx, &action).await?;
        self.view_of(&mut tx, &sightings, tip).await
    }

    async fn view_of(&self, tx: &mut Tx, sightings: &[Sighting], tip: Tip) -> Result<TipView> {
        Ok(TipView {
            journeys: ways_to(&tip, sightings),
            photos: tx.list_photos_of_tip(tip.id).await?,
            videos: tx.list_videos_of_tip(tip.id).await?,
            recording: tx.find_recording_state(tip.id).await?,
            history: tx.list_tip_history(&self.parts().keys, tip.id).await?,
            tip,
        })
    }
}
