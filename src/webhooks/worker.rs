//! Turns what happened into deliveries, and makes the calls that are due, until the stop.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::call::{Answer, Call, Caller};
use super::{WebhookSettings, payload, schedule};
use crate::domain::actor::Actor;
use crate::domain::clock::{Clock, Timestamp};
use crate::domain::event::EventKind;
use crate::domain::id::{WebhookDeliveryId, WebhookId};
use crate::domain::random::Random;
use crate::storage::events::feed::EventFeed;
use crate::storage::events::{EventFilter, MAX_EVENTS, NewEvent};
use crate::storage::sealing::Keyring;
use crate::storage::webhooks::Webhook;
use crate::storage::webhooks::deliveries::{Verdict, WebhookAttempt, WebhookDelivery};
use crate::storage::{Result, Store};

/// How often it looks unasked.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How much longer than a call may take its delivery stays with this node.
const LEASE_BEYOND: Duration = Duration::from_secs(20);
/// A system that hears of none of them follows the events at least every so many.
const LAG: i64 = 1_000;

/// What the worker stands on.
#[derive(Clone, Debug)]
pub struct Worker {
    /// The database.
    pub store: Store,
    /// Its keys.
    pub keys: Keyring,
    /// The clock.
    pub clock: Clock,
    /// Randomness.
    pub random: Random,
    /// What happens, to be woken by.
    pub events: EventFeed,
    /// Makes the calls.
    pub caller: Caller,
    /// How.
    pub settings: WebhookSettings,
}

/// Calls under way, by system.
type UnderWay = HashMap<WebhookId, usize>;

impl Worker {
    /// Works until `closing`, then lets the calls under way end.
    pub async fn run(self, closing: CancellationToken) {
        let worker = Arc::new(self);
        let mut calls = JoinSet::new();
        let mut under_way = UnderWay::new();
        let mut last = worker.events.last();
        loop {
            if let Err(error) = worker.step(&mut calls, &mut under_way).await {
                tracing::warn!(%error, "other systems hear what happened later");
            }
            tokio::select! {
                () = closing.cancelled() => break,
                () = worker.clock.sleep(LOOK_EVERY) => {}
                Ok(()) = last.changed() => {}
                Some(ended) = calls.join_next() => ended_one(&mut under_way, ended),
            }
            while let Some(ended) = calls.try_join_next() {
                ended_one(&mut under_way, ended);
            }
        }
        while calls.join_next().await.is_some() {}
    }

    async fn step(self: &Arc<Self>, calls: &mut JoinSet<WebhookId>, under_way: &mut UnderWay) -> Result<()> {
        self.plan().await?;
        let now = self.clock.now();
        let lease_until = now + self.settings.timeout() + LEASE_BEYOND;
        let due = self.store.read().await?.list_due_webhooks(now).await?;
        for id in due {
            let room = self.settings.concurrency.saturating_sub(calls.len());
            let of_system = under_way.get(&id).copied().unwrap_or(0);
            let free = self
                .settings
                .concurrency_by_system
                .saturating_sub(of_system)
                .min(room);
            if free == 0 {
                continue;
            }
            let limit = u32::try_from(free).unwrap_or(u32::MAX);
            let mut tx = self.store.write().await?;
            let claimed = tx.claim_webhook_deliveries(id, now, lease_until, limit).await?;
            let webhook = tx.find_webhook(&self.keys, id).await?;
            tx.commit().await?;
            let Some(webhook) = webhook.map(Arc::new) else {
                continue;
            };
            for delivery in claimed {
                *under_way.entry(id).or_default() += 1;
                let (worker, webhook) = (self.clone(), webhook.clone());
                calls.spawn(async move {
                    worker.deliver(&webhook, delivery).await;
                    webhook.id
                });
            }
        }
        let (waiting, oldest) = self
            .store
            .read()
            .await?
            .count_waiting_webhook_deliveries()
            .await?;
        metrics::gauge!("oproep_webhooks_waiting").set(waiting as f64);
        let age = oldest.map_or(0.0, |oldest| now.since(oldest).as_secs_f64());
        metrics::gauge!("oproep_webhooks_oldest_seconds").set(age);
        Ok(())
    }

    /// Makes the deliveries of what happened since the last look, for every system in use.
    pub async fn plan(&self) -> Result<()> {
        let webhooks = self.store.read().await?.list_webhooks(&self.keys).await?;
        for mut webhook in webhooks
            .into_iter()
            .filter(|webhook| webhook.disabled_at.is_none())
        {
            while self.plan_for(&webhook).await? {
                // Not all was read: on from where it is now, whoever brought it there.
                match self
                    .store
                    .read()
                    .await?
                    .find_webhook(&self.keys, webhook.id)
                    .await?
                {
                    Some(again) if again.seen_event > webhook.seen_event => webhook = again,
                    _ => break,
                }
            }
        }
        Ok(())
    }

    /// One page; true when there is more.
    async fn plan_for(&self, webhook: &Webhook) -> Result<bool> {
        let now = self.clock.now();
        let (last, events) = {
            let mut tx = self.store.read().await?;
            let last = tx.find_last_event().await?;
            if last <= webhook.seen_event {
                return Ok(false);
            }
            let filter = EventFilter {
                action: None,
                region: Some(webhook.region),
            };
            (
                last,
                tx.list_events(webhook.seen_event, filter, MAX_EVENTS).await?,
            )
        };
        let full = events.len() == MAX_EVENTS as usize;
        let until = match events.last() {
            Some(event) if full => event.number,
            Some(event) => last.max(event.number),
            None => last,
        };
        let wanted: Vec<_> = events
            .iter()
            .filter(|event| webhook.kinds.contains(&event.kind))
            .collect();
        if wanted.is_empty() && !full && until - webhook.seen_event < LAG {
            return Ok(false);
        }
        let deliveries: Vec<_> = wanted
            .iter()
            .map(|event| (WebhookDeliveryId::new(now, &self.random), Some(event.number)))
            .collect();
        let mut tx = self.store.write().await?;
        if tx.mark_events_seen(webhook, until).await? {
            tx.insert_webhook_deliveries(webhook.id, deliveries, now).await?;
            tx.commit().await?;
        }
        Ok(full)
    }

    /// Makes a call and writes down what became of it.
    async fn deliver(&self, webhook: &Webhook, delivery: WebhookDelivery) {
        match self.try_deliver(webhook, &delivery).await {
            Ok(result) => metrics::counter!("oproep_webhook_calls_total", "result" => result).increment(1),
            // The lease runs out, and somebody tries again: the other side knows it by its id.
            Err(error) => tracing::warn!(%error, "what became of a call could not be written"),
        }
    }

    async fn try_deliver(&self, webhook: &Webhook, delivery: &WebhookDelivery) -> Result<&'static str> {
        let body = match delivery.event {
            None => payload::of_test(delivery.created_at),
            Some(number) => match self.store.read().await?.find_event(number).await? {
                Some(event) => payload::of_event(&event),
                None => return self.forget(delivery).await,
            },
        };
        let started_at = self.clock.now();
        let answer = self
            .caller
            .call(Call {
                address: &webhook.address.url,
                id: &format!("msg_{}", delivery.id.as_uuid().simple()),
                body: &body,
                keys: &webhook.keys,
            })
            .await;
        let now = self.clock.now();
        let attempt = WebhookAttempt {
            ordinal: delivery.attempts,
            started_at,
            took_ms: u32::try_from(answer.took.as_millis()).unwrap_or(u32::MAX),
            status: answer.status,
            failure: answer.failure.map(str::to_owned),
        };
        let verdict = self.verdict(&answer, delivery, now);
        let mut tx = self.store.write().await?;
        if !tx
            .record_webhook_attempt(delivery, &attempt, verdict, now)
            .await?
        {
            return Ok("overtaken");
        }
        let mut is_disabled = false;
        if verdict == Verdict::Delivered {
            tx.mark_webhook_well(webhook.id).await?;
        } else {
            tx.mark_webhook_failing(webhook.id, started_at).await?;
            let found = tx.find_webhook(&self.keys, webhook.id).await?;
            let failing_since = found.and_then(|found| found.failing_since).unwrap_or(now);
            let is_dead = now.since(failing_since) >= self.settings.disable_after();
            if answer.is_gone() || is_dead {
                let reason = if answer.is_gone() { "gone" } else { "failing" };
                is_disabled = tx.mark_webhook_disabled(webhook.id, now, reason).await?;
                if is_disabled {
                    tracing::warn!(webhook = %webhook.id, reason, "a system that hears what happens was put out of use");
                    tx.append_events(&[disabled(webhook, reason, now)]).await?;
                }
            }
        }
        tx.commit().await?;
        if is_disabled {
            self.events.wake();
        }
        Ok(answer.failure.unwrap_or("delivered"))
    }

    fn verdict(&self, answer: &Answer, delivery: &WebhookDelivery, now: Timestamp) -> Verdict {
        if answer.failure.is_none() {
            return Verdict::Delivered;
        }
        schedule::next(delivery.tries, now, answer.retry_after, &self.random)
            .map_or(Verdict::Failed, Verdict::Again)
    }

    /// An event that is not there any more has nothing to tell.
    async fn forget(&self, delivery: &WebhookDelivery) -> Result<&'static str> {
        let now = self.clock.now();
        let attempt = WebhookAttempt {
            ordinal: delivery.attempts,
            started_at: now,
            took_ms: 0,
            status: None,
            failure: Some("event_forgotten".to_owned()),
        };
        let mut tx = self.store.write().await?;
        tx.record_webhook_attempt(delivery, &attempt, Verdict::Failed, now)
            .await?;
        tx.commit().await?;
        Ok("event_forgotten")
    }
}

fn ended_one(under_way: &mut UnderWay, ended: std::result::Result<WebhookId, tokio::task::JoinError>) {
    match ended {
        Ok(id) => {
            if let Some(count) = under_way.get_mut(&id) {
                *count = count.saturating_sub(1);
            }
        }
        // Whose it was is not known: everyone's room is free again, and the total stays bounded.
        Err(error) => {
            tracing::error!(%error, "a call to another system broke off");
            under_way.clear();
        }
    }
}

fn disabled(webhook: &Webhook, reason: &str, now: Timestamp) -> NewEvent {
    NewEvent {
        happened_at: now,
        kind: EventKind::WebhookDisabled,
        region: Some(webhook.region),
        action: None,
        actor: Actor::System,
        data: json!({ "webhook": webhook.id, "reason": reason }),
    }
}

#[cfg(test)]
mod tests;
