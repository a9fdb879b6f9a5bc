//! Reading tips.

use super::super::actions::MAX_PAGE;
use super::super::paging::{read_cursor, write_cursor};
use super::super::{Desk, Permission, Result, Scope};
use super::around::Around;
use crate::domain::id::{ActionId, TipId};
use crate::domain::tip::journey::Journey;
use crate::domain::tip::{Tip, TipDeed, TipPhase};
use crate::storage::photos::PhotoEntry;
use crate::storage::recordings::RecordingState;
use crate::storage::tips::TipCursor;
use crate::storage::tips::span::TipSpan;
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
        let mut around = match TipSpan::over(&page.tips) {
            Some(span) => Around::read(&mut tx, &self.parts().keys, span).await?,
            None => Around::default(),
        };
        let views = page.tips.into_iter().map(|tip| around.view(&sightings, tip));
        Ok((views.collect(), page.next))
    }

    /// A tip with everything around it.
    pub async fn tip(&self, scope: &Scope, id: TipId) -> Result<TipView> {
        let mut tx = self.parts().store.read().await?;
        let (tip, action) = self.tip_for(&mut tx, scope, Permission::SeeTips, id).await?;
        let sightings = self.sightings(&mut tx, &action).await?;
        let mut around = Around::read(&mut tx, &self.parts().keys, TipSpan::of(&tip)).await?;
        Ok(around.view(&sightings, tip))
    }

    /// How many tips of an action nobody looked at yet.
    pub async fn count_new_tips(&self, scope: &Scope, action: ActionId) -> Result<u64> {
        let mut tx = self.parts().store.read().await?;
        self.action_for(&mut tx, scope, Permission::SeeTips, action)
            .await?;
        let counts = tx.count_tips(action).await?;
        let new = counts.into_iter().filter(|(phase, _)| *phase == TipPhase::New);
        Ok(new.map(|(_, count)| count).sum())
    }
}
