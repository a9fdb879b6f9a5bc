//! Events on their way to other systems, and the log of attempts.

use sqlx::FromRow;
use uuid::Uuid;

use super::super::events::{Event, EventFilter};
use super::super::{Result, StorageError, Tx};
use crate::domain::clock::Timestamp;
use crate::domain::id::{WebhookDeliveryId, WebhookId};

statements! {
    LIST_DUE_WEBHOOKS = "select distinct d.webhook_id from webhook_deliveries d \
        join webhooks w on w.id = d.webhook_id and w.disabled_at is null \
        where d.state = 'waiting' and d.next_at <= $1 and d.lease_until <= $1";
    LIST_DUE = "select id, webhook_id, event_number, state, attempts, tries, next_at, created_at, done_at \
        from webhook_deliveries where webhook_id = $1 and state = 'waiting' and next_at <= $2 and lease_until <= $2 \
        order by next_at, id limit $3";
    CLAIM = "update webhook_deliveries set lease_until = $4, attempts = attempts + 1, tries = tries + 1 \
        where id = $1 and state = 'waiting' and attempts = $2 and lease_until <= $3";
    RECORD = "update webhook_deliveries set state = $3, next_at = $4, lease_until = 0, done_at = $5 \
        where id = $1 and attempts = $2 and state = 'waiting'";
    INSERT_ATTEMPT = "insert into webhook_attempts (delivery_id, ordinal, started_at, took_ms, status, failure) \
        values ($1, $2, $3, $4, $5, $6) on conflict do nothing";
    FIND_DELIVERY = "select id, webhook_id, event_number, state, attempts, tries, next_at, created_at, done_at \
        from webhook_deliveries where id = $1";
    LIST_DELIVERIES = "select id, webhook_id, event_number, state, attempts, tries, next_at, created_at, done_at \
        from webhook_deliveries where webhook_id = $1 and (created_at, id) < ($2, $3) \
        order by created_at desc, id desc limit $4";
    LIST_ATTEMPTS = "select ordinal, started_at, took_ms, status, failure from webhook_attempts \
        where delivery_id = $1 order by ordinal desc limit 20";
    REPLAY = "update webhook_deliveries set state = 'waiting', tries = 0, next_at = $2, lease_until = 0, done_at = null \
        where id = $1 and state <> 'waiting'";
    REPLAY_EVENT = "update webhook_deliveries set state = 'waiting', tries = 0, next_at = $3, lease_until = 0, \
        done_at = null where webhook_id = $1 and event_number = $2 and state <> 'waiting'";
    DELETE_DONE = "delete from webhook_deliveries where done_at < $1";
    COUNT_WAITING = "select cast(count(*) as bigint), min(created_at) from webhook_deliveries where state = 'waiting'";
    FIND_EVENT_FROM = "select number, happened_at from events where number >= $1 order by number limit 1";
}

/// How far an event on its way is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// To be tried, for the first time or again.
    Waiting,
    /// Taken by the other system.
    Delivered,
    /// Given up after the last attempt.
    Failed,
}

impl DeliveryState {
    const ALL: [Self; 3] = [Self::Waiting, Self::Delivered, Self::Failed];

    /// The name in API and database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }
}

/// An event on its way to another system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookDelivery {
    /// Its id.
    pub id: WebhookDeliveryId,
    /// The system.
    pub webhook: WebhookId,
    /// The event; none for a test.
    pub event: Option<i64>,
    /// How far it is.
    pub state: DeliveryState,
    /// How often it was tried: the fencing token of whoever tries it.
    pub attempts: u32,
    /// How often since it was made or asked for again.
    pub tries: u32,
    /// When it is tried next.
    pub next_at: Timestamp,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was delivered or given up.
    pub done_at: Option<Timestamp>,
}

/// One attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookAttempt {
    /// 1 for the first.
    pub ordinal: u32,
    /// When it began.
    pub started_at: Timestamp,
    /// How long it took.
    pub took_ms: u32,
    /// The status that was answered; none without an answer.
    pub status: Option<u16>,
    /// Why it failed; none when it was taken.
    pub failure: Option<String>,
}

/// What an attempt made of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Taken.
    Delivered,
    /// To be tried again then.
    Again(Timestamp),
    /// Given up.
    Failed,
}

#[derive(FromRow)]
struct DeliveryRow {
    id: Uuid,
    webhook_id: Uuid,
    event_number: Option<i64>,
    state: String,
    attempts: i64,
    tries: i64,
    next_at: i64,
    created_at: i64,
    done_at: Option<i64>,
}

impl DeliveryRow {
    fn read(self) -> Result<WebhookDelivery> {
        let state = DeliveryState::ALL
            .into_iter()
            .find(|state| state.name() == self.state);
        Ok(WebhookDelivery {
            id: WebhookDeliveryId::from_uuid(self.id),
            webhook: WebhookId::from_uuid(self.webhook_id),
            event: self.event_number,
            state: state.ok_or(StorageError::Corrupt("webhook_deliveries.state"))?,
            attempts: u32::try_from(self.attempts).unwrap_or(u32::MAX),
            tries: u32::try_from(self.tries).unwrap_or(u32::MAX),
            next_at: Timestamp::from_millis(self.next_at),
            created_at: Timestamp::from_millis(self.created_at),
            done_at: self.done_at.map(Timestamp::from_millis),
        })
    }
}

type AttemptRow = (i64, i64, i64, Option<i64>, Option<String>);

fn read_attempt((ordinal, started_at, took_ms, status, failure): AttemptRow) -> WebhookAttempt {
    WebhookAttempt {
        ordinal: u32::try_from(ordinal).unwrap_or(u32::MAX),
        started_at: Timestamp::from_millis(started_at),
        took_ms: u32::try_from(took_ms).unwrap_or(u32::MAX),
        status: status.and_then(|status| u16::try_from(status).ok()),
        failure,
    }
}

impl Tx {
    /// Makes deliveries of these events, or of a test where there is none, under these ids; leaves as it is what was
    /// made before.
    pub async fn insert_webhook_deliveries(
        &mut self,
        webhook: WebhookId,
        events: impl IntoIterator<Item = (WebhookDeliveryId, Option<i64>)>,
        now: Timestamp,
    ) -> Result<()> {
        let rows = events.into_iter().map(|(id, event)| {
            values![
                id,
                webhook,
                event,
                DeliveryState::Waiting.name(),
                0_u32,
                0_u32,
                now,
                0_u32,
                now
            ]
        });
        self.insert_missing(
            "insert into webhook_deliveries (id, webhook_id, event_number, state, attempts, tries, next_at, \
            lease_until, created_at)",
            rows.collect(),
        )
        .await
    }

    /// The systems for which something is due.
    pub async fn list_due_webhooks(&mut self, now: Timestamp) -> Result<Vec<WebhookId>> {
        let rows: Vec<(Uuid,)> = self.list(LIST_DUE_WEBHOOKS, values![now]).await?;
        Ok(rows.into_iter().map(|(id,)| WebhookId::from_uuid(id)).collect())
    }

    /// Takes up to `limit` deliveries of a system that are due, until `lease_until`: nobody else tries them meanwhile.
    pub async fn claim_webhook_deliveries(
        &mut self,
        webhook: WebhookId,
        now: Timestamp,
        lease_until: Timestamp,
        limit: u32,
    ) -> Result<Vec<WebhookDelivery>> {
        let rows: Vec<DeliveryRow> = self.list(LIST_DUE, values![webhook, now, limit]).await?;
        let mut claimed = Vec::with_capacity(rows.len());
        for row in rows {
            let mut delivery = row.read()?;
            let values = values![delivery.id, delivery.attempts, now, lease_until];
            if self.execute(CLAIM, values).await? == 1 {
                delivery.attempts += 1;
                delivery.tries += 1;
                claimed.push(delivery);
            }
        }
        Ok(claimed)
    }

    /// Writes what became of an attempt; false when the delivery was taken over by somebody else meanwhile.
    pub async fn record_webhook_attempt(
        &mut self,
        delivery: &WebhookDelivery,
        attempt: &WebhookAttempt,
        verdict: Verdict,
        now: Timestamp,
    ) -> Result<bool> {
        let (state, next_at, done_at) = match verdict {
            Verdict::Delivered => (DeliveryState::Delivered, now, Some(now)),
            Verdict::Again(at) => (DeliveryState::Waiting, at, None),
            Verdict::Failed => (DeliveryState::Failed, now, Some(now)),
        };
        let values = values![delivery.id, delivery.attempts, state.name(), next_at, done_at];
        if self.execute(RECORD, values).await? == 0 {
            return Ok(false);
        }
        let values = values![
            delivery.id,
            attempt.ordinal,
            attempt.started_at,
            attempt.took_ms,
            attempt.status,
            attempt.failure.clone(),
        ];
        self.execute(INSERT_ATTEMPT, values).await?;
        Ok(true)
    }

    /// A delivery.
    pub async fn find_webhook_delivery(&mut self, id: WebhookDeliveryId) -> Result<Option<WebhookDelivery>> {
        let row: Option<DeliveryRow> = self.find(FIND_DELIVERY, values![id]).await?;
        row.map(DeliveryRow::read).transpose()
    }

    /// Up to `limit` deliveries of a system before a place in the list, the newest first.
    pub async fn list_webhook_deliveries(
        &mut self,
        webhook: WebhookId,
        before: Option<(Timestamp, WebhookDeliveryId)>,
        limit: u32,
    ) -> Result<Vec<WebhookDelivery>> {
        let latest = (
            Timestamp::from_millis(i64::MAX),
            WebhookDeliveryId::from_uuid(Uuid::max()),
        );
        let (created_at, id) = before.unwrap_or(latest);
        let rows: Vec<DeliveryRow> = self
            .list(LIST_DELIVERIES, values![webhook, created_at, id, limit])
            .await?;
        rows.into_iter().map(DeliveryRow::read).collect()
    }

    /// The latest attempts of a delivery, the newest first.
    pub async fn list_webhook_attempts(
        &mut self,
        delivery: WebhookDeliveryId,
    ) -> Result<Vec<WebhookAttempt>> {
        let rows: Vec<AttemptRow> = self.list(LIST_ATTEMPTS, values![delivery]).await?;
        Ok(rows.into_iter().map(read_attempt).collect())
    }

    /// Lets a delivery be tried again from the beginning; false when it waits already.
    pub async fn replay_webhook_delivery(&mut self, id: WebhookDeliveryId, now: Timestamp) -> Result<bool> {
        Ok(self.execute(REPLAY, values![id, now]).await? == 1)
    }

    /// The same of an event that was delivered or given up before.
    pub async fn replay_webhook_event(
        &mut self,
        webhook: WebhookId,
        event: i64,
        now: Timestamp,
    ) -> Result<bool> {
        Ok(self.execute(REPLAY_EVENT, values![webhook, event, now]).await? == 1)
    }

    /// Forgets deliveries that ended before a moment, with their attempts.
    pub async fn delete_done_webhook_deliveries(&mut self, before: Timestamp) -> Result<u64> {
        self.execute(DELETE_DONE, values![before]).await
    }

    /// How many deliveries wait, and since when the oldest.
    pub async fn count_waiting_webhook_deliveries(&mut self) -> Result<(u64, Option<Timestamp>)> {
        let row: Option<(i64, Option<i64>)> = self.find(COUNT_WAITING, vec![]).await?;
        let (count, oldest) = row.unwrap_or_default();
        Ok((
            u64::try_from(count).unwrap_or(0),
            oldest.map(Timestamp::from_millis),
        ))
    }

    /// The event of this number.
    pub async fn find_event(&mut self, number: i64) -> Result<Option<Event>> {
        let events = self.list_events(number - 1, EventFilter::default(), 1).await?;
        Ok(events.into_iter().find(|event| event.number == number))
    }

    /// The number of an event before which everything happened before a moment. Numbers follow time but for the
    /// moments that transactions take.
    pub async fn find_event_number_at(&mut self, moment: Timestamp) -> Result<i64> {
        let (mut low, mut high) = (0, self.find_last_event().await?);
        while low < high {
            let middle = low + (high - low) / 2;
            let row: Option<(i64, i64)> = self.find(FIND_EVENT_FROM, values![middle]).await?;
            match row {
                Some((number, happened_at)) if Timestamp::from_millis(happened_at) < moment => {
                    low = number + 1;
                }
                _ => high = middle,
            }
        }
        Ok(low)
    }
}
