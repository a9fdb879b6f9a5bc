//! Actions, from draft to outcome.
//!
//! Whatever sends is one transaction: the action's state under its version, the planned wave with its audience
//! and batches, and the events. When the call is answered nothing can be lost any more; the lanes are woken
//! after the commit.

use serde_json::json;

use super::{Desk, DeskError, Permission, Reason, Result, Scope};
use crate::domain::action::approval::Proposal;
use crate::domain::action::{Action, ActionKind, ActionState, Deed, Phase, Texts, TransitionError};
use crate::domain::area::Area;
use crate::domain::event::EventKind;
use crate::domain::id::{ActionId, RegionId};
use crate::domain::said::Said;
use crate::domain::tip::TipPhase;
use crate::domain::wave::Accounting;
use crate::storage::Tx;
use crate::storage::events::NewEvent;
use crate::storage::photos::PhotoEntry;
use crate::storage::waves::{Wave, WaveAccounts};

mod approval;
mod checks;
mod close;
mod correct;
mod draft;
mod expand;
#[cfg(test)]
pub(in crate::desk) mod fixture;
mod hold;
mod limits;
mod listing;
mod outlook;
mod photos;
mod public;
mod reach;
mod report;
mod results;
mod search;
mod standing_texts;
mod start;
mod stop;
mod survey;
#[cfg(test)]
mod tests;
mod update;
mod waves;

pub use approval::{MAX_REASON_CHARS, Submitted, Verdict};
pub use checks::{Confirmed, Intended};
pub use close::{Closing, Ended};
pub use correct::Corrected;
pub use listing::{ActionPage, ActionQuery, MAX_PAGE};
pub use outlook::Outlook;
pub use public::{PublicAction, PublicMessage};
pub use reach::ReachQuery;
pub use report::{ActionReport, StepTaken};
pub use results::YearResults;
pub use search::{ProposedSearch, Search, SearchStep};
pub use standing_texts::StandingText;
pub use start::Started;
pub use stop::Stopped;

/// An action with everything around it.
#[derive(Clone, Debug)]
pub struct ActionView {
    /// The action.
    pub action: Action,
    /// Its own photos.
    pub photos: Vec<PhotoEntry>,
    /// Its waves in their order.
    pub waves: Vec<WaveView>,
    /// How many tips are in each phase.
    pub tips: Vec<(TipPhase, u64)>,
    /// What those who were called on read of the end.
    pub closing: Option<Texts>,
    /// The expansion or update that a second person is asked for.
    pub proposal: Option<Proposal>,
    /// The other system that asked for it, where it was one.
    pub system: Option<String>,
}

/// A wave with its accounts.
#[derive(Clone, Debug)]
pub struct WaveView {
    /// The wave.
    pub wave: Wave,
    /// Where everyone in its audience is.
    pub accounts: WaveAccounts,
    /// The same by channel name.
    pub by_channel: Vec<(String, WaveAccounts)>,
}

impl ActionView {
    /// Where everyone is in all waves together; who is in two waves counts twice.
    pub fn accounting(&self) -> Accounting {
        self.waves.iter().fold(Accounting::default(), |sum, wave| {
            sum.plus(wave.accounts.accounting)
        })
    }
}

impl From<TransitionError> for DeskError {
    fn from(error: TransitionError) -> Self {
        let code = match error {
            TransitionError::WrongPhase { .. } => "wrong_phase",
            TransitionError::Stopped { .. } => "stopped",
            TransitionError::NotOver => "not_over",
            TransitionError::OverAtOnce => "over_at_once",
            TransitionError::NotWhatWasApproved => "not_what_was_approved",
            TransitionError::AudienceChanged { .. } => "audience_changed",
            TransitionError::OwnWork => return Reason::OwnWork.into(),
            TransitionError::NeedsApproval(_) => return Self::refused("needs_approval", error.said()),
        };
        Self::conflict(code, error.said())
    }
}

/// The code of a conflict with somebody who was quicker.
const CHANGED: &str = Reason::ActionChanged.code();

fn changed_meanwhile() -> DeskError {
    Reason::ActionChanged.into()
}

impl Desk {
    /// An action with everything around it.
    pub async fn action(&self, scope: &Scope, id: ActionId) -> Result<ActionView> {
        let mut tx = self.parts().store.read().await?;
        let action = self
            .action_for(&mut tx, scope, Permission::SeeActions, id)
            .await?;
        self.view(&mut tx, action).await
    }

    async fn view(&self, tx: &mut Tx, action: Action) -> Result<ActionView> {
        let keys = &self.parts().keys;
        let mut waves = Vec::new();
        for wave in tx.list_waves(keys, action.id).await? {
            waves.push(WaveView {
                accounts: tx.account_for_wave(wave.id).await?,
                by_channel: tx.account_by_channel(wave.id).await?,
                wave,
            });
        }
        Ok(ActionView {
            photos: tx.list_photos_of_action(action.id).await?,
            waves,
            tips: tx.count_tips(action.id).await?,
            closing: tx.find_closing_texts(keys, action.id).await?,
            proposal: tx.find_open_proposal(keys, action.id).await?,
            system: self.system_of(tx, action.created.by).await?,
            action,
        })
    }

    /// An action that the scope may do this with; what lies outside its territory is not there.
    pub(super) async fn action_for(
        &self,
        tx: &mut Tx,
        scope: &Scope,
        permission: Permission,
        id: ActionId,
    ) -> Result<Action> {
        scope.require(permission)?;
        let found = tx.find_action(&self.parts().keys, id).await?;
        let action = found.ok_or(DeskError::NotFound("action"))?;
        let territory = self.directory().territory();
        scope.require_in(permission, &territory, action.region, "action")?;
        Ok(action)
    }

    /// An action that the scope may send for.
    async fn action_to_send(&self, tx: &mut Tx, scope: &Scope, id: ActionId) -> Result<Action> {
        let action = self.action_for(tx, scope, Permission::SeeActions, id).await?;
        scope.require(sending(action.content.kind))?;
        scope.require_training(self.now())?;
        Ok(action)
    }

    /// The same, as the caller saw it.
    async fn action_to_send_at(
        &self,
        tx: &mut Tx,
        scope: &Scope,
        id: ActionId,
        version: u32,
    ) -> Result<Action> {
        seen_at(self.action_to_send(tx, scope, id).await?, version)
    }

    /// Refuses an area in which participants live whom the scope may not call on, or that names a region that
    /// is not there.
    fn keep_within(&self, scope: &Scope, area: &Area) -> Result<()> {
        let outside = self.directory().count_outside(area, scope.region);
        match outside.map_err(|_| unknown_region())? {
            0 => Ok(()),
            // How many there are is not said: it would count people whom the scope may not see.
            _ => Err(DeskError::refused(
                "area_outside_territory",
                Said::new(
                    "een deel van dit gebied ligt buiten uw werkgebied: maak het kleiner",
                    "part of this area lies outside your territory: make it smaller",
                ),
            )),
        }
    }

    /// Writes a state that a transition gave, or tells that somebody else was quicker.
    async fn write_state(
        &self,
        tx: &mut Tx,
        seen: &Action,
        to: &ActionState,
        closing: Option<&Texts>,
    ) -> Result<()> {
        let keys = &self.parts().keys;
        if tx.mark_action_state(keys, seen, to, closing).await? {
            Ok(())
        } else {
            Err(changed_meanwhile())
        }
    }

    /// Commits, and wakes whoever waits for it, on every node.
    async fn commit_and_wake(&self, mut tx: Tx) -> Result<()> {
        tx.wake_dispatchers().await?;
        tx.commit().await?;
        self.wake_lanes();
        self.events().wake();
        Ok(())
    }

    fn deed(&self, scope: &Scope) -> Deed {
        Deed {
            at: self.now(),
            by: scope.account,
        }
    }
}

pub(super) fn unknown_region() -> DeskError {
    Reason::UnknownRegion.into()
}

/// What sending for an action of this kind needs.
const fn sending(kind: ActionKind) -> Permission {
    if kind.is_time_critical() {
        Permission::SendUrgent
    } else {
        Permission::SendNonUrgent
    }
}

fn seen_at(action: Action, version: u32) -> Result<Action> {
    if action.version == version {
        Ok(action)
    } else {
        Err(changed_meanwhile())
    }
}

/// An event of an action, with its phase afterwards.
fn event(action: &Action, region: RegionId, kind: EventKind, deed: Deed, phase: Phase) -> NewEvent {
    NewEvent {
        happened_at: deed.at,
        kind,
        region: Some(region),
        action: Some(action.id),
        actor: deed.by.into(),
        data: json!({ "number": action.number, "kind": action.content.kind, "state": phase, "training": action.training }),
    }
}
