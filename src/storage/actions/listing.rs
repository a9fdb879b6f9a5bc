//! Actions page by page, by state, kind, territory and period.

use uuid::Uuid;

use super::super::sealing::Keyring;
use super::super::statement::Value;
use super::super::{Result, Tx};
use super::row::ActionRow;
use crate::domain::action::{Action, ActionKind, Phase};
use crate::domain::clock::Timestamp;
use crate::domain::id::{ActionId, RegionId};
use crate::domain::outcome::OutcomeKind;

statements! {
    LIST_NEWEST = "select id, number, region_id, state, content_sealed, created_by, created_at, changed_by, \
        changed_at, started_by, started_at, expires_at, stopped_by, stopped_at, paused_by, paused_at, \
        ended_by, ended_at, outcome, outcome_tip_id, needs_approval, submitted_by, submitted_at, reviewed_by, \
        reviewed_at, review_sealed, training, version from actions \
        where (created_at, id) < ($1, $2) and state in ($3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
        and (kind = $13 or $13 is null) and (region_id in (with recursive part (id) as ( \
            select id from regions where id = $14 union all \
            select r.id from regions r join part p on r.parent_id = p.id) select id from part) \
            or $14 is null) \
        and (created_at >= $15 or $15 is null) and (created_at < $16 or $16 is null) \
        and (cast($17 as bigint) = 0 or state = 'submitted' or (state in ('active', 'paused') and exists ( \
            select 1 from proposals q where q.action_id = actions.id and q.state = 'submitted'))) \
        and (outcome = $18 or $18 is null) order by created_at desc, id desc limit $19";
    LIST_OLDEST = "select id, number, region_id, state, content_sealed, created_by, created_at, changed_by, \
        changed_at, started_by, started_at, expires_at, stopped_by, stopped_at, paused_by, paused_at, \
        ended_by, ended_at, outcome, outcome_tip_id, needs_approval, submitted_by, submitted_at, reviewed_by, \
        reviewed_at, review_sealed, training, version from actions \
        where (created_at, id) > ($1, $2) and state in ($3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
        and (kind = $13 or $13 is null) and (region_id in (with recursive part (id) as ( \
            select id from regions where id = $14 union all \
            select r.id from regions r join part p on r.parent_id = p.id) select id from part) \
            or $14 is null) \
        and (created_at >= $15 or $15 is null) and (created_at < $16 or $16 is null) \
        and (cast($17 as bigint) = 0 or state = 'submitted' or (state in ('active', 'paused') and exists ( \
            select 1 from proposals q where q.action_id = actions.id and q.state = 'submitted'))) \
        and (outcome = $18 or $18 is null) order by created_at, id limit $19";
    LIST_OVER = "select id, number, region_id, state, content_sealed, created_by, created_at, changed_by, \
        changed_at, started_by, started_at, expires_at, stopped_by, stopped_at, paused_by, paused_at, \
        ended_by, ended_at, outcome, outcome_tip_id, needs_approval, submitted_by, submitted_at, reviewed_by, \
        reviewed_at, review_sealed, training, version from actions \
        where state in ('active', 'paused') and expires_at <= $1 order by expires_at limit 100";
}

/// Which actions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActionFilter {
    /// In one of these phases; in any when empty.
    pub phases: Vec<Phase>,
    /// Of this kind.
    pub kind: Option<ActionKind>,
    /// In this region or one inside it.
    pub region: Option<RegionId>,
    /// That ended so.
    pub outcome: Option<OutcomeKind>,
    /// Made at or after this moment.
    pub from: Option<Timestamp>,
    /// Made before this moment.
    pub until: Option<Timestamp>,
    /// Only what waits for a second person: a draft, or an expansion or update of a running action.
    pub waiting_for_approval: bool,
}

/// In which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActionOrder {
    /// The newest first.
    #[default]
    Newest,
    /// The oldest first.
    Oldest,
}

/// A place between two actions of a list: after this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActionCursor {
    /// When it was made.
    pub created_at: Timestamp,
    /// Its id.
    pub id: ActionId,
}

impl ActionCursor {
    /// The place after this action.
    pub const fn after(action: &Action) -> Self {
        Self {
            created_at: action.created.at,
            id: action.id,
        }
    }
}

impl Tx {
    /// Up to `limit` actions after a place in the list.
    pub async fn list_actions(
        &mut self,
        keys: &Keyring,
        filter: &ActionFilter,
        order: ActionOrder,
        after: Option<ActionCursor>,
        limit: u32,
    ) -> Result<Vec<Action>> {
        let (statement, start) = match order {
            ActionOrder::Newest => (LIST_NEWEST, (Timestamp::from_millis(i64::MAX), Uuid::max())),
            ActionOrder::Oldest => (LIST_OLDEST, (Timestamp::from_millis(i64::MIN), Uuid::nil())),
        };
        let (created_at, id) = after.map_or(start, |after| (after.created_at, after.id.as_uuid()));
        let wanted = |phase: Phase| filter.phases.is_empty() || filter.phases.contains(&phase);
        // A phase that is not wanted repeats one that is: the statement takes all there are.
        let some = filter.phases.first().copied().unwrap_or(Phase::Draft);
        let phases = Phase::ALL.map(|phase| if wanted(phase) { phase } else { some }.name());
        let mut values = values![created_at, id];
        values.extend(phases.map(Value::from));
        values.extend(values![
            filter.kind.map(ActionKind::name),
            filter.region,
            filter.from,
            filter.until,
            u8::from(filter.waiting_for_approval),
            filter.outcome.map(OutcomeKind::name),
            limit,
        ]);
        let rows: Vec<ActionRow> = self.list(statement, values).await?;
        rows.into_iter().map(|row| row.open(keys)).collect()
    }

    /// Some of the actions that go on though their time is over, the longest first.
    pub async fn list_overdue_actions(&mut self, keys: &Keyring, now: Timestamp) -> Result<Vec<Action>> {
        let rows: Vec<ActionRow> = self.list(LIST_OVER, values![now]).await?;
        rows.into_iter().map(|row| row.open(keys)).collect()
    }
}
