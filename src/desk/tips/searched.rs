//! "Looked here, found nothing": reports by link, and what they cover together.

use serde_json::json;

use super::super::{Desk, DeskError, Permission, Result, Scope};
use super::limits::Sender;
use crate::domain::action::Action;
use crate::domain::actor::Actor;
use crate::domain::area::{Area, Covered, Polygons};
use crate::domain::event::EventKind;
use crate::domain::id::{ActionId, RegionId, SearchId};
use crate::domain::search::Search;
use crate::storage::events::NewEvent;
use crate::storage::searches::StoredSearch;

/// The most reports that are drawn, the newest.
const DRAWN: u32 = 2_000;
/// The most that are told in words, the newest.
const TOLD: usize = 200;

/// What was searched for an action.
#[derive(Clone, Debug)]
pub struct SearchedArea {
    /// What the circles cover together, and how much of the action's area.
    pub covered: Covered,
    /// How many reports there are.
    pub reports: u64,
    /// How many of them are drawn.
    pub drawn: usize,
    /// The newest that say in words what was searched.
    pub told: Vec<StoredSearch>,
}

impl Desk {
    /// Takes in where whoever has the link of a message looked and found nothing.
    pub async fn report_search(&self, link: &str, search: Search) -> Result<SearchId> {
        let now = self.now();
        let keys = &self.parts().keys;
        let (linked, action) = {
            let mut tx = self.parts().store.read().await?;
            let linked = self.read_link(&mut tx, link).await?;
            let action = tx.find_action(keys, linked.action).await?;
            (linked, action.ok_or(DeskError::NotFound("link"))?)
        };
        self.limit(Sender::Searching(linked.delivery))?;
        let stored = StoredSearch {
            id: SearchId::new(now, &self.parts().random),
            search,
            searched_at: now,
        };
        let mut tx = self.parts().store.write().await?;
        tx.insert_search(keys, (action.id, linked.participant), &stored)
            .await?;
        let reports = tx.count_searches(action.id).await?;
        let searched = NewEvent {
            happened_at: now,
            kind: EventKind::AreaSearched,
            region: Some(action.region),
            action: Some(action.id),
            actor: Actor::Participant,
            data: json!({ "search": stored.id, "reports": reports }),
        };
        tx.append_events(&[searched]).await?;
        tx.commit().await?;
        self.events().wake();
        Ok(stored.id)
    }

    /// What was searched for an action, for whoever handles its tips.
    pub async fn searched_area(&self, scope: &Scope, id: ActionId) -> Result<SearchedArea> {
        let keys = &self.parts().keys;
        let (action, found, reports) = {
            let mut tx = self.parts().store.read().await?;
            let action = self.action_for(&mut tx, scope, Permission::SeeTips, id).await?;
            let found = tx.list_searches(keys, id, DRAWN).await?;
            (action, found, tx.count_searches(id).await?)
        };
        let circles: Vec<_> = found.iter().filter_map(|stored| stored.search.circle()).collect();
        let drawn = circles.len();
        let territory = self.directory().territory();
        let covering = tokio::task::spawn_blocking(move || {
            let polygons = |region: RegionId| -> Option<Polygons> {
                territory.get(region).map(|region| region.shape.clone())
            };
            match area_of(&action) {
                Some(area) => area.covered_by(&circles, &polygons),
                None => Ok(Covered::of(&circles)),
            }
        });
        let covered = covering.await.expect("joining circles does not panic");
        let covered = covered.map_err(|_| super::super::Reason::UnknownRegion)?;
        let told = found.into_iter().filter(|stored| stored.search.what.is_some());
        Ok(SearchedArea {
            covered,
            reports,
            drawn,
            told: told.take(TOLD).collect(),
        })
    }
}

fn area_of(action: &Action) -> Option<&Area> {
    action.content.area.as_ref()
}

#[cfg(test)]
mod tests;
