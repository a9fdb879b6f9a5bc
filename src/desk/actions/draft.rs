//! Drafts: made and changed by whoever prepares actions.

use super::super::accounts::keys::require_own;
use super::super::{Desk, Permission, Reason, Result, Scope};
use super::{changed_meanwhile, event, seen_at, sending, unknown_region};
use crate::domain::action::{
    Action, ActionKind, ActionState, Composed, Content, Deed, Description, DraftInput, Phase, Texts, compose,
};
use crate::domain::clock::Timestamp;
use crate::domain::event::EventKind;
use crate::domain::id::{ActionId, RegionId};
use crate::domain::problem::Problems;
use crate::domain::realm::Realm;
use crate::storage::Tx;
use crate::storage::actions::{ContentChange, NewAction};

/// Refuses to prepare an action of this kind to whom it is not for.
pub(super) fn require_to_prepare(scope: &Scope, kind: ActionKind) -> Result<()> {
    scope.require(Permission::PrepareNonUrgent)?;
    if kind.is_time_critical() && scope.require(Permission::PrepareUrgent).is_err() {
        return Err(Reason::ControlRoom.into());
    }
    Ok(())
}

/// Whether whoever prepares an action of this kind may not send it.
fn prepares_only(scope: &Scope, kind: ActionKind) -> bool {
    scope.require(sending(kind)).is_err()
}

impl Desk {
    /// The message that a description would make, without storing anything.
    pub async fn compose_message(
        &self,
        scope: &Scope,
        kind: ActionKind,
        description: &Description,
    ) -> Result<Composed> {
        require_to_prepare(scope, kind)?;
        let composed = compose(kind, description, self.now());
        Ok(Composed {
            texts: self.worded(scope, kind, &composed.texts).await?,
            ..composed
        })
    }

    /// Makes a draft. It may be incomplete; what is there must be right.
    pub async fn create_draft(&self, scope: &Scope, input: DraftInput) -> Result<Action> {
        require_to_prepare(scope, input.kind)?;
        self.require_realm(input.training.map(Realm::of))?;
        let created = self.deed(scope);
        let content = self.checked_content(scope, input, created.at).await?;
        let region = self.home_region(scope, &content)?;
        let id = ActionId::new(created.at, &self.parts().random);
        let mut tx = self.parts().store.write().await?;
        let new = NewAction {
            id,
            region,
            training: self.realm().is_training(),
            content: &content,
            created,
            needs_approval: prepares_only(scope, content.kind),
        };
        let content_kind = content.kind;
        let number = tx.insert_action(&self.parts().keys, &new).await?;
        let action = Action {
            id,
            number,
            region,
            training: self.realm().is_training(),
            content,
            state: ActionState::Draft,
            created,
            changed: created,
            needs_approval: prepares_only(scope, content_kind),
            verdict: None,
            version: 1,
        };
        self.note_practice(&mut tx, created.by, created.at).await?;
        let made = event(&action, region, EventKind::ActionCreated, created, Phase::Draft);
        tx.append_events(&[made]).await?;
        tx.commit().await?;
        self.events().wake();
        Ok(action)
    }

    /// Replaces what a draft says, as the caller saw it.
    pub async fn change_draft(
        &self,
        scope: &Scope,
        id: ActionId,
        version: u32,
        input: DraftInput,
    ) -> Result<Action> {
        require_to_prepare(scope, input.kind)?;
        self.require_realm(input.training.map(Realm::of))?;
        let changed = self.deed(scope);
        let content = self.checked_content(scope, input, changed.at).await?;
        let region = self.home_region(scope, &content)?;
        let mut tx = self.parts().store.write().await?;
        let seen = self.action_to_prepare(&mut tx, scope, id).await?;
        let seen = seen_at(seen, version)?;
        let action = self
            .write_content(&mut tx, scope, seen, region, content, changed)
            .await?;
        let phase = action.state.phase();
        let written = event(&action, region, EventKind::ActionChanged, changed, phase);
        tx.append_events(&[written]).await?;
        tx.commit().await?;
        self.events().wake();
        Ok(action)
    }

    /// Writes what a draft says from now on. Whatever was submitted or approved no longer is.
    pub(super) async fn write_content(
        &self,
        tx: &mut Tx,
        scope: &Scope,
        seen: Action,
        region: RegionId,
        content: Content,
        changed: Deed,
    ) -> Result<Action> {
        let state = seen.state.revise()?;
        let prepares_only = prepares_only(scope, content.kind);
        let to = ContentChange {
            region,
            content: &content,
            changed,
            state,
            needs_approval: prepares_only,
        };
        if !tx.mark_content_changed(&self.parts().keys, &seen, &to).await? {
            return Err(changed_meanwhile());
        }
        Ok(Action {
            region,
            content,
            state,
            changed,
            needs_approval: seen.needs_approval || prepares_only,
            verdict: seen.verdict.filter(|_| state.review().is_some()),
            version: seen.version + 1,
            ..seen
        })
    }

    /// The content of a draft as this service sends it.
    async fn checked_content(&self, scope: &Scope, input: DraftInput, now: Timestamp) -> Result<Content> {
        let mut content = self.content_of(scope, input, now).await?;
        content.texts = self.as_sent(&content.texts)?;
        let mut problems = Problems::default();
        content.texts.check_draft(content.channels, &mut problems);
        problems.or(content).map_err(Into::into)
    }

    /// The content of what was given; texts that nobody gave are composed as the caller's region words them.
    pub(super) async fn content_of(
        &self,
        scope: &Scope,
        input: DraftInput,
        now: Timestamp,
    ) -> Result<Content> {
        let mut content = input.check(now)?;
        if !content.texts_edited {
            content.texts = self.worded(scope, content.kind, &content.texts).await?;
        }
        Ok(content)
    }

    /// The texts as this service sends them: at the training service they say that it is an exercise, and elsewhere
    /// they are refused when they do.
    pub(super) fn as_sent(&self, texts: &Texts) -> Result<Texts> {
        if self.realm().is_training() {
            Ok(texts.as_exercise())
        } else if texts.say_it_is_a_test() {
            Err(self.belongs_elsewhere(Realm::Training))
        } else {
            Ok(texts.clone())
        }
    }

    /// An action that the scope may prepare.
    pub(super) async fn action_to_prepare(&self, tx: &mut Tx, scope: &Scope, id: ActionId) -> Result<Action> {
        let action = self
            .action_for(tx, scope, Permission::PrepareNonUrgent, id)
            .await?;
        require_own(scope, action.created.by)?;
        require_to_prepare(scope, action.content.kind)?;
        Ok(action)
    }

    /// The narrowest region of the caller's territory that holds the area; the whole territory without one.
    pub(super) fn home_region(&self, scope: &Scope, content: &Content) -> Result<RegionId> {
        let Some(area) = &content.area else {
            return Ok(scope.region);
        };
        let found = self.directory().region_of(area).map_err(|_| unknown_region())?;
        let territory = self.directory().territory();
        Ok(found
            .filter(|region| territory.contains(scope.region, *region))
            .unwrap_or(scope.region))
    }
}
