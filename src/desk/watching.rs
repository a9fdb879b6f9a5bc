//! Following what happens: live, and of one action.

use std::sync::Arc;

use super::{Desk, Permission, Result, Scope};
use crate::domain::event::EventKind;
use crate::domain::id::ActionId;
use crate::domain::region::Territory;
use crate::storage::events::{Event, EventFilter, MAX_EVENTS};

/// What someone may see of what happens.
#[derive(Clone, Debug)]
pub struct Watch {
    scope: Scope,
    territory: Arc<Territory>,
}

impl Watch {
    /// Whether an event is theirs to see: of their part of the territory, and of tips only for whoever handles
    /// tips.
    pub fn sees(&self, event: &Event) -> bool {
        let is_tip = matches!(
            event.kind,
            EventKind::TipReceived | EventKind::TipChanged | EventKind::AreaSearched
        );
        let sees_tips = self.scope.require(Permission::SeeTips).is_ok();
        let inside = |region| self.territory.contains(self.scope.region, region);
        (sees_tips || !is_tip) && event.region.is_some_and(inside)
    }
}

/// A page of what happened to an action, oldest first.
#[derive(Clone, Debug)]
pub struct HistoryPage {
    /// The events.
    pub events: Vec<Event>,
    /// The number of the event after which to go on; none at the end.
    pub next: Option<i64>,
}

impl Desk {
    /// What someone may see of what happens, as their role and the territory are at this moment.
    pub fn watch(&self, scope: &Scope) -> Result<Watch> {
        scope.require(Permission::SeeActions)?;
        Ok(Watch {
            scope: scope.clone(),
            territory: self.directory().territory(),
        })
    }

    /// What happened to an action after the event of this number: a page of at most `limit`.
    pub async fn action_history(
        &self,
        scope: &Scope,
        action: ActionId,
        after: i64,
        limit: u32,
    ) -> Result<HistoryPage> {
        let watch = self.watch(scope)?;
        let mut tx = self.parts().store.read().await?;
        self.action_for(&mut tx, scope, Permission::SeeActions, action)
            .await?;
        let filter = EventFilter {
            action: Some(action),
            region: None,
        };
        let limit = limit.clamp(1, MAX_EVENTS);
        let mut events = tx.list_events(after, filter, limit).await?;
        let full = events.len() == limit as usize;
        let next = events.last().filter(|_| full).map(|last| last.number);
        events.retain(|event| watch.sees(event));
        Ok(HistoryPage { events, next })
    }
}
