//! Whom a call-out would reach, before anything is sent.

use super::super::{Desk, Permission, Result, Scope};
use super::unknown_region;
use crate::directory::{Reach, Selection};
use crate::domain::action::ActionKind;
use crate::domain::area::Area;
use crate::domain::channel::ChannelSet;
use crate::domain::id::ActionId;

/// Where, and by what.
#[derive(Clone, Debug)]
pub struct ReachQuery {
    /// Where.
    pub area: Area,
    /// What it is about.
    pub kind: ActionKind,
    /// The channels to use; those of the kind when none are given.
    pub channels: Option<ChannelSet>,
    /// The action that it would expand.
    pub action: Option<ActionId>,
}

impl Desk {
    /// Counts whom a call-out to an area of the caller's territory would reach.
    pub async fn count_reach(&self, scope: &Scope, query: &ReachQuery) -> Result<Reach> {
        scope.require(Permission::CountReach)?;
        self.keep_within(scope, &query.area)?;
        let called = match query.action {
            Some(action) => {
                let mut tx = self.parts().store.read().await?;
                let seen = Permission::SeeActions;
                let action = self.action_for(&mut tx, scope, seen, action).await?;
                Some(self.called_on(&mut tx, action.id).await?)
            }
            None => None,
        };
        let defaults = query.kind.defaults();
        let fence = self
            .directory()
            .fence(&query.area)
            .map_err(|_| unknown_region())?;
        let selection = Selection {
            channels: self.served(query.channels.unwrap_or(defaults.channels)),
            topic: defaults.topic,
            already_told: called.as_ref(),
            urgency: defaults.urgency,
            at: self.now(),
            weekly_limit: self.house().messages_a_week,
        };
        let mut reach = self.directory().reach(&fence, selection);
        let territory = self.directory().territory();
        // Who lives in the area may have another place next door, which is not the caller's to count.
        reach
            .by_region
            .retain(|(region, _)| territory.contains(scope.region, *region));
        Ok(reach)
    }
}

#[cfg(test)]
mod tests;
