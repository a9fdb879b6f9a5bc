//! What happened, in the order of commits: what live screens follow and reports read.
//!
//! An event's number comes from the counter `event`, taken as the last thing of a transaction, so that whoever
//! read up to a number has missed nothing before it. Order of counters in one transaction: action, batch,
//! event.

use serde_json::Value as Json;
use sqlx::FromRow;
use uuid::Uuid;

use super::{Result, StorageError, Tx};
use crate::domain::actor::Actor;
use crate::domain::clock::Timestamp;
use crate::domain::event::EventKind;
use crate::domain::id::{ActionId, RegionId};

pub mod feed;

statements! {
    INSERT_EVENT = "insert into events (number, happened_at, kind, region_id, action_id, actor, data) \
        values ($1, $2, $3, $4, $5, $6, $7)";
    LIST_EVENTS = "select number, happened_at, kind, region_id, action_id, actor, data from events \
        where number > $1 and (action_id = $2 or $2 is null) and (region_id in (with recursive part (id) as ( \
            select id from regions where id = $3 union all \
            select r.id from regions r join part p on r.parent_id = p.id) select id from part) \
            or $3 is null) order by number limit $4";
    LAST_EVENT = "select value from counters where name = 'event'";
}

/// The topic under which nodes on PostgreSQL wake each other.
pub const EVENTS_TOPIC: &str = "oproep_events";

/// The most events of one page.
pub const MAX_EVENTS: u32 = 500;

/// Something that happened, to be stored.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// When.
    pub happened_at: Timestamp,
    /// What.
    pub kind: EventKind,
    /// The region that it concerns.
    pub region: Option<RegionId>,
    /// The action that it concerns.
    pub action: Option<ActionId>,
    /// Who did it.
    pub actor: Actor,
    /// More, without personal data.
    pub data: Json,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Event {
    /// Increases in the order of commits.
    pub number: i64,
    /// When.
    pub happened_at: Timestamp,
    /// What.
    pub kind: EventKind,
    /// The region that it concerns.
    pub region: Option<RegionId>,
    /// The action that it concerns.
    pub action: Option<ActionId>,
    /// Who did it.
    pub actor: Actor,
    /// More, without personal data.
    pub data: Json,
}

/// Which events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// Of this action.
    pub action: Option<ActionId>,
    /// Of this region or one inside it.
    pub region: Option<RegionId>,
}

#[derive(FromRow)]
struct EventRow {
    number: i64,
    happened_at: i64,
    kind: String,
    region_id: Option<Uuid>,
    action_id: Option<Uuid>,
    actor: Option<String>,
    data: String,
}

impl EventRow {
    fn read(self) -> Result<Event> {
        let actor = self.actor.as_deref().unwrap_or("system");
        Ok(Event {
            number: self.number,
            happened_at: Timestamp::from_millis(self.happened_at),
            kind: EventKind::parse(&self.kind).ok_or(StorageError::Corrupt("events.kind"))?,
            region: self.region_id.map(RegionId::from_uuid),
            action: self.action_id.map(ActionId::from_uuid),
            actor: actor.parse().map_err(|_| StorageError::Corrupt("events.actor"))?,
            data: serde_json::from_str(&self.data).map_err(|_| StorageError::Corrupt("events.data"))?,
        })
    }
}

impl Tx {
    /// Appends events in their order and wakes the other nodes. Call it last before the commit.
    pub async fn append_events(&mut self, events: &[NewEvent]) -> Result<()> {
        if events.is_empty() {
            return Ok(());
        }
        let count = i64::try_from(events.len()).unwrap_or(i64::MAX);
        let first = self.take_numbers("event", count).await?;
        for (number, event) in (first..).zip(events) {
            let values = values![
                number,
                event.happened_at,
                event.kind.name(),
                event.region,
                event.action,
                event.actor.to_string(),
                event.data.to_string(),
            ];
            self.execute(INSERT_EVENT, values).await?;
        }
        self.notify(EVENTS_TOPIC, "").await
    }

    /// Events after a number, the oldest first, at most `limit` and [`MAX_EVENTS`].
    pub async fn list_events(&mut self, after: i64, filter: EventFilter, limit: u32) -> Result<Vec<Event>> {
        let values = values![after, filter.action, filter.region, limit.min(MAX_EVENTS)];
        let rows: Vec<EventRow> = self.list(LIST_EVENTS, values).await?;
        rows.into_iter().map(EventRow::read).collect()
    }

    /// The number of the last event; 0 when nothing happened yet.
    pub async fn find_last_event(&mut self) -> Result<i64> {
        let row: Option<(i64,)> = self.find(LAST_EVENT, vec![]).await?;
        Ok(row.map_or(0, |(value,)| value))
    }
}

#[cfg(test)]
mod tests;
