//! Other systems that hear what happens: registered, changed, tried and asked for again by the administrator.

use std::time::Duration;

use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::paging::{read_cursor, write_cursor};
use super::{Desk, DeskError, Permission, Reason, Result, Scope};
use crate::domain::audit::{Deed, Subject};
use crate::domain::clock::Timestamp;
use crate::domain::event::EventKind;
use crate::domain::id::{RegionId, WebhookDeliveryId, WebhookId};
use crate::domain::problem::{FieldProblem, ProblemCode};
use crate::domain::said::Said;
use crate::storage::Tx;
use crate::storage::events::{EventFilter, MAX_EVENTS};
use crate::storage::webhooks::deliveries::{WebhookAttempt, WebhookDelivery};
use crate::storage::webhooks::{Webhook, WebhookAddress, WebhookKey};
use crate::webhooks::address::{AddressRefused, AddressRules};
use crate::webhooks::payload::{is_offered, offered};
use crate::webhooks::signing::{Scheme, SigningKey};

/// The most systems of an installation.
pub const MOST_WEBHOOKS: usize = 100;
/// The most characters of a name.
const MAX_NAME_CHARS: usize = 100;
/// How long an older key signs beside a new one.
const RETIRES_AFTER: Duration = Duration::from_hours(24);
/// The most events that are asked for again at once.
const MOST_REPLAYED: usize = 10_000;
/// How far an event's number may be from its moment.
const DISORDER: Duration = Duration::from_mins(5);
/// The most deliveries of a page.
const MAX_PAGE: u32 = 100;

/// A system to be registered.
#[derive(Clone, Debug)]
pub struct NewWebhook {
    /// Where it is called.
    pub url: String,
    /// What people call it.
    pub name: String,
    /// It hears of this region and those inside it; of all that the caller works for without.
    pub region: Option<RegionId>,
    /// Of what it hears; of everything that is offered when empty.
    pub kinds: Vec<EventKind>,
    /// How its calls are signed.
    pub scheme: Scheme,
}

/// What changes of a system; what is none stays.
#[derive(Clone, Debug, Default)]
pub struct WebhookChange {
    /// Where it is called.
    pub url: Option<String>,
    /// What people call it.
    pub name: Option<String>,
    /// Of what it hears.
    pub kinds: Option<Vec<EventKind>>,
    /// Whether it is in use.
    pub is_enabled: Option<bool>,
}

/// A delivery with its attempts, the newest first.
#[derive(Clone, Debug)]
pub struct DeliveryView {
    /// The delivery.
    pub delivery: WebhookDelivery,
    /// What happened; none for a test.
    pub kind: Option<EventKind>,
    /// The attempts.
    pub attempts: Vec<WebhookAttempt>,
}

/// A page of deliveries, the newest first.
#[derive(Clone, Debug)]
pub struct DeliveryPage {
    /// The deliveries.
    pub deliveries: Vec<DeliveryView>,
    /// Where to go on; none at the end.
    pub next: Option<String>,
}

/// What is asked for again.
#[derive(Clone, Copy, Debug)]
pub enum Again {
    /// One delivery.
    One(WebhookDeliveryId),
    /// Everything since this moment.
    Since(Timestamp),
}

impl From<AddressRefused> for DeskError {
    fn from(refused: AddressRefused) -> Self {
        let nl = match refused {
            AddressRefused::NotAnAddress => "Geef een https-adres van ten hoogste 2048 tekens.",
            AddressRefused::Adorned => "Laat gebruikersnaam, wachtwoord en fragment uit het adres weg.",
            AddressRefused::Inside => {
                "Dit adres ligt binnen een netwerk. Geef er een dat het internet bereikt."
            }
        };
        let said = Said::new(nl, refused.to_string()).sentence();
        vec![FieldProblem::new("url", ProblemCode::WebhookAddress).saying(said)].into()
    }
}

impl Desk {
    /// Registers a system; answers it with the key that the other side checks signatures with.
    pub async fn create_webhook(
        &self,
        scope: &Scope,
        new: NewWebhook,
        rules: AddressRules,
    ) -> Result<(Webhook, String)> {
        let region = new.region.unwrap_or(scope.region);
        let territory = self.directory().territory();
        scope.require_in(Permission::ManageWebhooks, &territory, region, "region")?;
        rules.check(&new.url)?;
        let parts = self.parts();
        let key = SigningKey::make(new.scheme, &parts.random);
        let now = self.now();
        let mut tx = parts.store.write().await?;
        if tx.list_webhooks(&parts.keys).await?.len() >= MOST_WEBHOOKS {
            return Err(Reason::TooManyWebhooks.into());
        }
        let webhook = Webhook {
            id: WebhookId::new(now, &parts.random),
            region,
            address: WebhookAddress {
                url: new.url,
                name: name(&new.name)?,
            },
            keys: vec![WebhookKey {
                text: key.clone(),
                retires_at: None,
            }],
            kinds: kinds(new.kinds)?,
            created_by: scope.account,
            created_at: now,
            // Of what happens from now on.
            seen_event: tx.find_last_event().await?,
            failing_since: None,
            disabled_at: None,
            disabled_reason: None,
        };
        tx.insert_webhook(&parts.keys, &webhook).await?;
        let detail = json!({ "kinds": webhook.kinds, "scheme": new.scheme });
        self.record(&mut tx, scope, Deed::WebhookAdded, on(&webhook), detail)
            .await?;
        tx.commit().await?;
        Ok((webhook, for_receiver(&key)?))
    }

    /// The systems of the caller's part of the territory, the oldest first.
    pub async fn list_webhooks(&self, scope: &Scope) -> Result<Vec<Webhook>> {
        scope.require(Permission::ManageWebhooks)?;
        let (territory, parts) = (self.directory().territory(), self.parts());
        let mut webhooks = parts.store.read().await?.list_webhooks(&parts.keys).await?;
        webhooks.retain(|webhook| territory.contains(scope.region, webhook.region));
        Ok(webhooks)
    }

    /// A system.
    pub async fn webhook(&self, scope: &Scope, id: WebhookId) -> Result<Webhook> {
        let mut tx = self.parts().store.read().await?;
        self.webhook_for(&mut tx, scope, id).await
    }

    /// Changes a system. Put into use again it hears what happens from then on: what it missed can be asked for.
    pub async fn change_webhook(
        &self,
        scope: &Scope,
        id: WebhookId,
        change: WebhookChange,
        rules: AddressRules,
    ) -> Result<Webhook> {
        let mut tx = self.parts().store.write().await?;
        let mut webhook = self.webhook_for(&mut tx, scope, id).await?;
        // The address may hold a secret: only that it changed is kept.
        let detail = json!({
            "url": change.url.is_some(), "name": change.name.is_some(), "kinds": change.kinds,
            "is_enabled": change.is_enabled,
        });
        if let Some(url) = change.url {
            rules.check(&url)?;
            webhook.address.url = url;
        }
        if let Some(new) = change.name {
            webhook.address.name = name(&new)?;
        }
        if let Some(new) = change.kinds {
            webhook.kinds = kinds(new)?;
        }
        tx.update_webhook(&self.parts().keys, &webhook).await?;
        match change.is_enabled {
            Some(true) => tx.mark_webhook_enabled(id).await?,
            Some(false) => tx.mark_webhook_disabled(id, self.now(), "administrator").await?,
            None => false,
        };
        let changed = self.webhook_for(&mut tx, scope, id).await?;
        self.record(&mut tx, scope, Deed::WebhookChanged, on(&changed), detail)
            .await?;
        tx.commit().await?;
        Ok(changed)
    }

    /// Gives a system a new key, answered for the other side; the one before signs beside it for a day.
    pub async fn rotate_webhook_key(
        &self,
        scope: &Scope,
        id: WebhookId,
        scheme: Option<Scheme>,
    ) -> Result<String> {
        let parts = self.parts();
        let mut tx = parts.store.write().await?;
        let mut webhook = self.webhook_for(&mut tx, scope, id).await?;
        let before = webhook
            .keys
            .first()
            .and_then(|key| SigningKey::read(&key.text).ok());
        let scheme = scheme.or(before.map(|key| key.scheme())).unwrap_or_default();
        let text = SigningKey::make(scheme, &parts.random);
        let now = self.now();
        // One at most stays beside the new one: two secrets in one header, and no endless tail.
        webhook.keys.truncate(1);
        for key in &mut webhook.keys {
            key.retires_at = Some(now + RETIRES_AFTER);
        }
        webhook.keys.insert(
            0,
            WebhookKey {
                text: text.clone(),
                retires_at: None,
            },
        );
        tx.update_webhook(&parts.keys, &webhook).await?;
        let detail = json!({ "key": true, "scheme": scheme });
        self.record(&mut tx, scope, Deed::WebhookChanged, on(&webhook), detail)
            .await?;
        tx.commit().await?;
        for_receiver(&text)
    }

    /// Forgets a system with its deliveries.
    pub async fn remove_webhook(&self, scope: &Scope, id: WebhookId) -> Result<()> {
        let mut tx = self.parts().store.write().await?;
        let webhook = self.webhook_for(&mut tx, scope, id).await?;
        tx.delete_webhook(id).await?;
        self.record(&mut tx, scope, Deed::WebhookRemoved, on(&webhook), Json::Null)
            .await?;
        Ok(tx.commit().await?)
    }

    /// Sends a system a call that tells of nothing, the way that all calls go; answers the delivery to look at.
    pub async fn test_webhook(&self, scope: &Scope, id: WebhookId) -> Result<WebhookDeliveryId> {
        let parts = self.parts();
        let mut tx = parts.store.write().await?;
        let webhook = self.webhook_for(&mut tx, scope, id).await?;
        if webhook.disabled_at.is_some() {
            return Err(Reason::WebhookDisabled.into());
        }
        let now = self.now();
        let delivery = WebhookDeliveryId::new(now, &parts.random);
        tx.insert_webhook_deliveries(id, [(delivery, None)], now).await?;
        tx.commit().await?;
        Ok(delivery)
    }

    /// Lets deliveries be made again; answers how many. The other side knows them by their ids.
    pub async fn replay_webhook(&self, scope: &Scope, id: WebhookId, again: Again) -> Result<u64> {
        let mut tx = self.parts().store.write().await?;
        let webhook = self.webhook_for(&mut tx, scope, id).await?;
        let now = self.now();
        let count = match again {
            Again::One(delivery) => {
                let found = tx.find_webhook_delivery(delivery).await?;
                if found.is_none_or(|found| found.webhook != id) {
                    return Err(DeskError::NotFound("delivery"));
                }
                u64::from(tx.replay_webhook_delivery(delivery, now).await?)
            }
            Again::Since(moment) => self.replay_since(&mut tx, &webhook, moment, now).await?,
        };
        tx.commit().await?;
        Ok(count)
    }

    async fn replay_since(
        &self,
        tx: &mut Tx,
        webhook: &Webhook,
        moment: Timestamp,
        now: Timestamp,
    ) -> Result<u64> {
        let filter = EventFilter {
            action: None,
            region: Some(webhook.region),
        };
        let mut after = tx.find_event_number_at(moment - DISORDER).await? - 1;
        let mut wanted = Vec::new();
        loop {
            let events = tx.list_events(after, filter, MAX_EVENTS).await?;
            let full = events.len() == MAX_EVENTS as usize;
            after = events.last().map_or(after, |event| event.number);
            wanted.extend(
                events
                    .iter()
                    // What comes after will be planned anyway.
                    .filter(|event| event.number <= webhook.seen_event || webhook.disabled_at.is_some())
                    .filter(|event| event.happened_at >= moment && webhook.kinds.contains(&event.kind))
                    .map(|event| event.number),
            );
            if wanted.len() > MOST_REPLAYED {
                return Err(Reason::TooManyReplayed.into());
            }
            if !full {
                break;
            }
        }
        let mut count = 0;
        let mut missing = Vec::new();
        for number in &wanted {
            if tx.replay_webhook_event(webhook.id, *number, now).await? {
                count += 1;
            } else {
                missing.push((WebhookDeliveryId::new(now, &self.parts().random), Some(*number)));
            }
        }
        count += missing.len() as u64;
        tx.insert_webhook_deliveries(webhook.id, missing, now).await?;
        Ok(count)
    }

    /// A page of a system's deliveries with their attempts, the newest first.
    pub async fn webhook_deliveries(
        &self,
        scope: &Scope,
        id: WebhookId,
        after: Option<&str>,
        limit: u32,
    ) -> Result<DeliveryPage> {
        let mut tx = self.parts().store.read().await?;
        self.webhook_for(&mut tx, scope, id).await?;
        let before = after.map(read_cursor).transpose()?;
        let before = before.map(|(at, id): (Timestamp, Uuid)| (at, WebhookDeliveryId::from_uuid(id)));
        let limit = limit.clamp(1, MAX_PAGE);
        let rows = tx.list_webhook_deliveries(id, before, limit).await?;
        let full = rows.len() == limit as usize;
        let next = rows
            .last()
            .filter(|_| full)
            .map(|last| write_cursor(last.created_at, last.id.as_uuid()));
        let mut deliveries = Vec::with_capacity(rows.len());
        for delivery in rows {
            deliveries.push(view(&mut tx, delivery).await?);
        }
        Ok(DeliveryPage { deliveries, next })
    }

    /// A delivery of a system with its attempts.
    pub async fn webhook_delivery(
        &self,
        scope: &Scope,
        id: WebhookId,
        delivery: WebhookDeliveryId,
    ) -> Result<DeliveryView> {
        let mut tx = self.parts().store.read().await?;
        self.webhook_for(&mut tx, scope, id).await?;
        let found = tx.find_webhook_delivery(delivery).await?;
        let found = found.filter(|found| found.webhook == id);
        view(&mut tx, found.ok_or(DeskError::NotFound("delivery"))?).await
    }

    async fn webhook_for(&self, tx: &mut Tx, scope: &Scope, id: WebhookId) -> Result<Webhook> {
        scope.require(Permission::ManageWebhooks)?;
        let found = tx.find_webhook(&self.parts().keys, id).await?;
        let webhook = found.ok_or(DeskError::NotFound("webhook"))?;
        let territory = self.directory().territory();
        scope.require_in(Permission::ManageWebhooks, &territory, webhook.region, "webhook")?;
        Ok(webhook)
    }
}

fn on(webhook: &Webhook) -> (Option<Subject>, Option<RegionId>) {
    (Some(webhook.id.into()), Some(webhook.region))
}

async fn view(tx: &mut Tx, delivery: WebhookDelivery) -> Result<DeliveryView> {
    let kind = match delivery.event {
        Some(number) => tx.find_event(number).await?.map(|event| event.kind),
        None => None,
    };
    Ok(DeliveryView {
        attempts: tx.list_webhook_attempts(delivery.id).await?,
        kind,
        delivery,
    })
}

fn name(name: &str) -> Result<String> {
    let name = name.trim();
    if name.is_empty() {
        return Err(DeskError::invalid("name", ProblemCode::Missing));
    }
    if name.chars().count() > MAX_NAME_CHARS || name.contains(char::is_control) {
        return Err(DeskError::invalid("name", ProblemCode::TextTooLong));
    }
    Ok(name.to_owned())
}

fn kinds(mut kinds: Vec<EventKind>) -> Result<Vec<EventKind>> {
    if kinds.is_empty() {
        kinds = offered().collect();
    }
    if !kinds.iter().copied().all(is_offered) {
        return Err(DeskError::invalid("kinds", ProblemCode::EventKind));
    }
    kinds.sort_by_key(|kind| kind.name());
    kinds.dedup();
    Ok(kinds)
}

fn for_receiver(key: &str) -> Result<String> {
    let key = SigningKey::read(key).map_err(|_| crate::storage::StorageError::Corrupt("webhooks.keys"))?;
    Ok(key.for_receiver())
}

#[cfg(test)]
mod tests;
