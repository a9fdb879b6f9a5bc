//! An action's row, read back into its state.

use sqlx::FromRow;
use uuid::Uuid;

use super::super::sealing::Keyring;
use super::super::{Result, StorageError};
use super::review::{ReviewDeeds, ReviewNote};
use super::{CONTENT, moment};
use crate::domain::action::approval::{Basis, Review};
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
    needs_approval: i64,
    submitted_by: Option<Uuid>,
    submitted_at: Option<i64>,
    reviewed_by: Option<Uuid>,
    reviewed_at: Option<i64>,
    review_sealed: Option<Vec<u8>>,
    training: i64,
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
        let note = ReviewNote::open(keys, self.review_sealed.as_deref())?;
        Ok(Action {
            id: ActionId::from_uuid(self.id),
            number: self
                .number
                .parse()
                .map_err(|_| StorageError::Corrupt("actions.number"))?,
            region: RegionId::from_uuid(self.region_id),
            training: self.training != 0,
            content: keys.open_json(CONTENT, &self.content_sealed)?,
            state: self
                .state(note.basis)
                .ok_or(StorageError::Corrupt("actions.state"))?,
            created: deed(self.created_by, self.created_at),
            changed: deed(self.changed_by, self.changed_at),
            needs_approval: self.needs_approval != 0,
            verdict: note.reason,
            version: u32::try_from(self.version).map_err(|_| StorageError::Corrupt("actions.version"))?,
        })
    }

    fn review(&self, basis: Option<Basis>, phase: Phase) -> Option<Review> {
        let deeds = ReviewDeeds {
            submitted: deed(self.submitted_by?, self.submitted_at?),
            judged: self
                .reviewed_by
                .zip(self.reviewed_at)
                .map(|(by, at)| deed(by, at)),
        };
        deeds.review(phase, basis)
    }

    fn run(&self, basis: Option<Basis>) -> Option<Run> {
        // What was approved before the start stays with the run.
        let approval = match self.review(basis, Phase::Approved) {
            Some(Review::Approved(approval)) => Some(approval),
            _ => None,
        };
        Some(Run {
            approval,
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
    fn state(&self, basis: Option<Basis>) -> Option<ActionState> {
        let phase = Phase::parse(&self.state)?;
        Some(match phase {
            Phase::Draft => ActionState::Draft,
            Phase::Submitted | Phase::Returned | Phase::Refused | Phase::Approved => {
                ActionState::InReview(self.review(basis, phase)?)
            }
            Phase::Active => ActionState::Active(self.run(basis)?),
            Phase::Paused => ActionState::Paused {
                run: self.run(basis)?,
                paused: deed(self.paused_by?, self.paused_at?),
            },
            Phase::Closed => ActionState::Closed {
                run: self.run(basis)?,
                closed: deed(self.ended_by?, self.ended_at?),
                outcome: self.outcome()?,
            },
            Phase::Withdrawn => ActionState::Withdrawn {
                run: self.run(basis),
                withdrawn: deed(self.ended_by?, self.ended_at?),
            },
            Phase::Expired => ActionState::Expired {
                run: self.run(basis)?,
                expired_at: moment(self.ended_at?),
            },
        })
    }
}
