//! The moments of actions and how they ended, for the clock of lost minutes and the success rate.

use sqlx::FromRow;
use uuid::Uuid;

use super::super::{Result, StorageError, Tx};
use super::{moment, read_kind};
use crate::domain::action::{ActionKind, Phase};
use crate::domain::clock::Timestamp;
use crate::domain::id::{ActionId, RegionId};
use crate::domain::lost_minutes::Moments;
use crate::domain::outcome::OutcomeKind;

statements! {
    LIST_MOMENTS = "select a.id, a.region_id, a.kind, a.state, a.outcome, a.incident_at, a.requested_at, \
        a.started_at, a.ended_at, \
        (select min(b.first_handover_at) from batches b join waves w on w.id = b.wave_id \
            where w.action_id = a.id) as first_handover_at, \
        (select max(b.last_handover_at) from batches b join waves w on w.id = b.wave_id \
            where w.action_id = a.id and w.kind = 'first') as last_handover_at, \
        (select min(t.received_at) from tips t where t.action_id = a.id) as first_tip_at, \
        (select min(t.passed_on_at) from tips t where t.action_id = a.id) as passed_on_at \
        from actions a where a.started_at >= $1 and a.started_at < $2 \
        and (a.region_id in (with recursive part (id) as ( \
            select id from regions where id = $3 union all \
            select r.id from regions r join part p on r.parent_id = p.id) select id from part) \
            or $3 is null) \
        order by a.started_at limit $4";
    FIND_MOMENTS = "select a.id, a.region_id, a.kind, a.state, a.outcome, a.incident_at, a.requested_at, \
        a.started_at, a.ended_at, \
        (select min(b.first_handover_at) from batches b join waves w on w.id = b.wave_id \
            where w.action_id = a.id) as first_handover_at, \
        (select max(b.last_handover_at) from batches b join waves w on w.id = b.wave_id \
            where w.action_id = a.id and w.kind = 'first') as last_handover_at, \
        (select min(t.received_at) from tips t where t.action_id = a.id) as first_tip_at, \
        (select min(t.passed_on_at) from tips t where t.action_id = a.id) as passed_on_at \
        from actions a where a.id = $1";
}

/// An action as reports count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActionMoments {
    /// The action.
    pub id: ActionId,
    /// The region that it belongs to.
    pub region: RegionId,
    /// What it was about.
    pub kind: ActionKind,
    /// How far it is.
    pub phase: Phase,
    /// How it ended.
    pub outcome: Option<OutcomeKind>,
    /// Its moments.
    pub moments: Moments,
}

#[derive(FromRow)]
struct MomentsRow {
    id: Uuid,
    region_id: Uuid,
    kind: String,
    state: String,
    outcome: Option<String>,
    incident_at: Option<i64>,
    requested_at: Option<i64>,
    started_at: Option<i64>,
    ended_at: Option<i64>,
    first_handover_at: Option<i64>,
    last_handover_at: Option<i64>,
    first_tip_at: Option<i64>,
    passed_on_at: Option<i64>,
}

impl MomentsRow {
    fn read(self) -> Result<ActionMoments> {
        let outcome = self
            .outcome
            .map(|name| OutcomeKind::parse(&name).ok_or(StorageError::Corrupt("actions.outcome")))
            .transpose()?;
        Ok(ActionMoments {
            id: ActionId::from_uuid(self.id),
            region: RegionId::from_uuid(self.region_id),
            kind: read_kind(&self.kind)?,
            phase: Phase::parse(&self.state).ok_or(StorageError::Corrupt("actions.state"))?,
            outcome,
            moments: Moments {
                incident_at: self.incident_at.map(moment),
                requested_at: self.requested_at.map(moment),
                started_at: self.started_at.map(moment),
                first_handover_at: self.first_handover_at.map(moment),
                last_handover_at: self.last_handover_at.map(moment),
                first_tip_at: self.first_tip_at.map(moment),
                passed_on_at: self.passed_on_at.map(moment),
                closed_at: self.ended_at.map(moment),
            },
        })
    }
}

impl Tx {
    /// An action as reports count it.
    pub async fn find_moments(&mut self, id: ActionId) -> Result<Option<ActionMoments>> {
        let row: Option<MomentsRow> = self.find(FIND_MOMENTS, values![id]).await?;
        row.map(MomentsRow::read).transpose()
    }

    /// Up to `limit` actions started in a period, in a region or those inside it, the oldest first.
    pub async fn list_moments(
        &mut self,
        from: Timestamp,
        until: Timestamp,
        region: Option<RegionId>,
        limit: u32,
    ) -> Result<Vec<ActionMoments>> {
        let rows: Vec<MomentsRow> = self
            .list(LIST_MOMENTS, values![from, until, region, limit])
            .await?;
        rows.into_iter().map(MomentsRow::read).collect()
    }
}
