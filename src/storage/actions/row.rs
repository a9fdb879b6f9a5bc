//! An action's row, read back into its state.

use sqlx::FromRow;
use uuid::Uuid;

use super::super::sealing::Keyring;
use super::super::{Result, StorageError};
use super::{CONTENT, moment};
use crate::domain::action::{Action, ActionState, Deed, Phase, Run};
use crate::domain::id::{AccountId, ActionId, RegionId, TipId};
use crate::domain::outcome::{Outcome, OutcomeKind};

#[derive(FromRow)]
pub(super) struct ActionRow {
    id: Uuid,
    number: String,
    region_id: Uuid,
    state: String,
    content_sealed: Vec<u8>,
    created_by: Uuid,
    created_at: i64,
    changed_by: Uuid,
    changed_at: i64,
    started_by: Option<Uuid>,
    started_at: Option<i64>,
    expires_at: Option<i64>,
    stopped_by: Option<Uuid>,
    stopped_at: Option<i64>,
    paused_by: Option<Uuid>,
    paused_at: Option<i64>,
    ended_by: Option<Uuid>,
    ended_at: Option<i64>,
    outcome: Option<String>,
    outcome_tip_id: Option<Uuid>,
    version: i64,
}

const fn deed(by: Uuid, at: i64) -> Deed {
    Deed {
        by: AccountId::from_uuid(by),
        at: moment(at),
    }
}

impl ActionRow {
    pub(super) fn open(self, keys: &Keyring) -> Result<Action> {
        Ok(Action {
            id: ActionId::from_uuid(self.id),
            number: self
                .number
                .parse()
                .map_err(|_| StorageError::Corrupt("actions.number"))?,
            region: RegionId::from_uuid(self.region_id),
            content: keys.open_json(CONTENT, &self.content_sealed)?,
            state: self.state().ok_or(StorageError::Corrupt("actions.state"))?,
            created: deed(self.created_by, self.created_at),
            changed: deed(self.changed_by, self.changed_at),
            version: u32::try_from(self.version).map_err(|_| StorageError::Corrupt("actions.version"))?,
        })
    }

    fn run(&self) -> Option<Run> {
        Some(Run {
            started: deed(self.started_by?, self.started_at?),
            expires_at: moment(self.expires_at?),
            stopped: self.stopped_by.zip(self.stopped_at).map(|(by, at)| deed(by, at)),
        })
    }

    fn outcome(&self) -> Option<Outcome> {
        Some(match OutcomeKind::parse(self.outcome.as_deref()?)? {
            OutcomeKind::DirectSuccess => Outcome::DirectSuccess {
                tip: TipId::from_uuid(self.outcome_tip_id?),
            },
            OutcomeKind::IndirectSuccess => Outcome::IndirectSuccess,
            OutcomeKind::ResolvedOtherwise => Outcome::ResolvedOtherwise,
            OutcomeKind::NotResolved => Outcome::NotResolved,
            OutcomeKind::Withdrawn => return None,
        })
    }

    /// The state; none when a column that belongs to it is missing.
    fn state(&self) -> Option<ActionState> {
        Some(match Phase::parse(&self.state)? {
            Phase::Draft => ActionState::Draft,
            Phase::Active => ActionState::Active(self.run()?),
            Phase::Paused => ActionState::Paused {
                run: self.run()?,
                paused: deed(self.paused_by?, self.paused_at?),
            },
            Phase::Closed => ActionState::Closed {
                run: self.run()?,
                closed: deed(self.ended_by?, self.ended_at?),
                outcome: self.outcome()?,
            },
            Phase::Withdrawn => ActionState::Withdrawn {
                run: self.run(),
                withdrawn: deed(self.ended_by?, self.ended_at?),
            },
            Phase::Expired => ActionState::Expired {
                run: self.run()?,
                expired_at: moment(self.ended_at?),
            },
        })
    }
}
