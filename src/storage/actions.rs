//! Actions as they are stored: what names people sealed, states as columns under a version.

use super::sealing::Keyring;
use super::{Result, StorageError, Tx};
use crate::domain::action::{Action, ActionKind, ActionNumber, ActionState, Content, Deed, Phase, Texts};
use crate::domain::clock::Timestamp;
use crate::domain::id::{ActionId, RegionId};
use crate::domain::outcome::{Outcome, OutcomeKind};

pub mod listing;
pub mod moments;
pub mod public;
mod review;
mod row;

pub(super) use review::{ReviewDeeds, ReviewNote};
use row::ActionRow;

statements! {
    TAKE_ACTION_NUMBER = "insert into counters (name, value) values ($1, 1) \
        on conflict (name) do update set value = counters.value + 1 returning value";
    INSERT_ACTION = "insert into actions (id, number, region_id, kind, state, content_sealed, created_by, \
        created_at, changed_by, changed_at, incident_at, requested_at, needs_approval, is_public, training, version) \
        values ($1, $2, $3, $4, $5, $6, $7, $8, $7, $8, $9, $10, $11, $12, $13, 1)";
    FIND_ACTION = "select id, number, region_id, state, content_sealed, created_by, created_at, changed_by, \
        changed_at, started_by, started_at, expires_at, stopped_by, stopped_at, paused_by, paused_at, \
        ended_by, ended_at, outcome, outcome_tip_id, needs_approval, submitted_by, submitted_at, reviewed_by, \
        reviewed_at, review_sealed, training, version from actions where id = $1";
    FIND_ACTION_BY_NUMBER = "select id, number, region_id, state, content_sealed, created_by, created_at, \
        changed_by, changed_at, started_by, started_at, expires_at, stopped_by, stopped_at, paused_by, \
        paused_at, ended_by, ended_at, outcome, outcome_tip_id, needs_approval, submitted_by, submitted_at, \
        reviewed_by, reviewed_at, review_sealed, training, version from actions where number = $1";
    MARK_CONTENT = "update actions set content_sealed = $4, kind = $5, incident_at = $6, requested_at = $7, \
        changed_by = $8, changed_at = $9, region_id = $10, needs_approval = $11, state = $12, is_public = $13, \
        submitted_by = case when $12 = 'draft' then null else submitted_by end, \
        submitted_at = case when $12 = 'draft' then null else submitted_at end, \
        reviewed_by = case when $12 = 'draft' then null else reviewed_by end, \
        reviewed_at = case when $12 = 'draft' then null else reviewed_at end, \
        review_sealed = case when $12 = 'draft' then null else review_sealed end, version = version + 1 \
        where id = $1 and version = $2 and state = $3";
    MARK_REVIEW = "update actions set state = $4, submitted_by = $5, submitted_at = $6, reviewed_by = $7, \
        reviewed_at = $8, review_sealed = $9, ended_at = $10, version = version + 1 \
        where id = $1 and version = $2 and state = $3";
    MARK_TAKEN_BACK = "update actions set state = 'draft', started_by = null, started_at = null, \
        expires_at = null, paused_by = null, paused_at = null, submitted_by = null, submitted_at = null, reviewed_by = null, reviewed_at = null, \
        review_sealed = null, version = version + 1 where id = $1 and version = $2 \
        and state in ('active', 'paused')";
    MARK_STATE = "update actions set state = $4, started_by = $5, started_at = $6, expires_at = $7, \
        stopped_by = $8, stopped_at = $9, paused_by = $10, paused_at = $11, ended_by = $12, ended_at = $13, \
        outcome = $14, outcome_tip_id = $15, closing_sealed = coalesce($16, closing_sealed), \
        version = version + 1 where id = $1 and version = $2 and state = $3";
    TOUCH = "update actions set version = version + 1 where id = $1 and version = $2 and state = $3";
    FIND_CLOSING = "select closing_sealed from actions where id = $1";
}

const CONTENT: &str = "actions.content";
const CLOSING: &str = "actions.closing";

/// A draft to be stored.
#[derive(Debug)]
pub struct NewAction<'a> {
    /// Its id.
    pub id: ActionId,
    /// The region that it belongs to.
    pub region: RegionId,
    /// Whether it is an exercise.
    pub training: bool,
    /// What it says, to whom.
    pub content: &'a Content,
    /// Who made it, and when.
    pub created: Deed,
    /// Whether it goes out only after a second person approved it.
    pub needs_approval: bool,
}

/// What a draft becomes with a change.
#[derive(Debug)]
pub struct ContentChange<'a> {
    /// The region that it belongs to.
    pub region: RegionId,
    /// What it says, to whom.
    pub content: &'a Content,
    /// Who changed it, and when.
    pub changed: Deed,
    /// The state that the revision gave: a draft, or still returned.
    pub state: ActionState,
    /// Whether whoever changed it may not send it.
    pub needs_approval: bool,
}

impl Tx {
    /// Stores a draft and gives it the next number of its year.
    pub async fn insert_action(&mut self, keys: &Keyring, new: &NewAction<'_>) -> Result<ActionNumber> {
        let year = ActionNumber::year_of(new.created.at);
        let taken: Option<(i64,)> = self
            .find(TAKE_ACTION_NUMBER, values![format!("action-{year}")])
            .await?;
        let ordinal = taken
            .and_then(|(value,)| u32::try_from(value).ok())
            .ok_or(StorageError::Corrupt("counter"))?;
        let number = ActionNumber::new(year, ordinal);
        let values = values![
            new.id,
            number.to_string(),
            new.region,
            new.content.kind.name(),
            Phase::Draft.name(),
            keys.seal_json(CONTENT, new.content),
            new.created.by,
            new.created.at,
            new.content.incident_at,
            new.content.requested_at,
            u8::from(new.needs_approval),
            u8::from(new.content.is_public),
            u8::from(new.training),
        ];
        self.execute(INSERT_ACTION, values).await?;
        Ok(number)
    }

    /// The action of this id.
    pub async fn find_action(&mut self, keys: &Keyring, id: ActionId) -> Result<Option<Action>> {
        let row: Option<ActionRow> = self.find(FIND_ACTION, values![id]).await?;
        row.map(|row| row.open(keys)).transpose()
    }

    /// The action of this number.
    pub async fn find_action_by_number(
        &mut self,
        keys: &Keyring,
        number: ActionNumber,
    ) -> Result<Option<Action>> {
        let row: Option<ActionRow> = self
            .find(FIND_ACTION_BY_NUMBER, values![number.to_string()])
            .await?;
        row.map(|row| row.open(keys)).transpose()
    }

    /// Replaces content and region of an action as it was seen, and brings it into the state that the revision
    /// gave; whoever prepared it before, an approval stays needed that was. False when somebody else changed it
    /// meanwhile, and nothing was written.
    pub async fn mark_content_changed(
        &mut self,
        keys: &Keyring,
        seen: &Action,
        to: &ContentChange<'_>,
    ) -> Result<bool> {
        let values = values![
            seen.id,
            seen.version,
            seen.state.phase().name(),
            keys.seal_json(CONTENT, to.content),
            to.content.kind.name(),
            to.content.incident_at,
            to.content.requested_at,
            to.changed.by,
            to.changed.at,
            to.region,
            u8::from(seen.needs_approval || to.needs_approval),
            to.state.phase().name(),
            u8::from(to.content.is_public),
        ];
        Ok(self.execute(MARK_CONTENT, values).await? == 1)
    }

    /// Brings an action as it was seen into the state that a transition gave. False when somebody else changed
    /// it meanwhile, and nothing was written.
    pub async fn mark_action_state(
        &mut self,
        keys: &Keyring,
        seen: &Action,
        to: &ActionState,
        closing: Option<&Texts>,
    ) -> Result<bool> {
        let run = to.run();
        let stopped = run.and_then(|run| run.stopped);
        let paused = match to {
            ActionState::Paused { paused, .. } => Some(*paused),
            _ => None,
        };
        let (ended_by, outcome) = match to {
            ActionState::Closed { closed, outcome, .. } => (Some(closed.by), Some(*outcome)),
            ActionState::Withdrawn { withdrawn, .. } => (Some(withdrawn.by), None),
            _ => (None, None),
        };
        let values = values![
            seen.id,
            seen.version,
            seen.state.phase().name(),
            to.phase().name(),
            run.map(|run| run.started.by),
            run.map(|run| run.started.at),
            run.map(|run| run.expires_at),
            stopped.map(|deed| deed.by),
            stopped.map(|deed| deed.at),
            paused.map(|deed| deed.by),
            paused.map(|deed| deed.at),
            ended_by,
            to.ended_at(),
            to.outcome_kind().map(OutcomeKind::name),
            outcome.and_then(Outcome::tip),
            closing.map(|texts| keys.seal_json(CLOSING, texts)),
        ];
        Ok(self.execute(MARK_STATE, values).await? == 1)
    }

    /// Takes an action's row as it was seen for this transaction, so that what depends on its state (a photo,
    /// another wave) is not overtaken. False when somebody else changed it meanwhile.
    pub async fn claim_action(&mut self, seen: &Action) -> Result<bool> {
        let values = values![seen.id, seen.version, seen.state.phase().name()];
        Ok(self.execute(TOUCH, values).await? == 1)
    }

    /// What those who were called on read of the end.
    pub async fn find_closing_texts(&mut self, keys: &Keyring, id: ActionId) -> Result<Option<Texts>> {
        let row: Option<(Option<Vec<u8>>,)> = self.find(FIND_CLOSING, values![id]).await?;
        row.and_then(|(sealed,)| sealed)
            .map(|sealed| keys.open_json(CLOSING, &sealed))
            .transpose()
    }
}

/// Reads a kind as stored.
fn read_kind(name: &str) -> Result<ActionKind> {
    name.parse().map_err(|_| StorageError::Corrupt("actions.kind"))
}

/// A moment as stored.
const fn moment(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

#[cfg(test)]
mod tests;
