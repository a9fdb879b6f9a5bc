//! Other systems that hear what happens: where, of what, and with which keys. Addresses and keys are sealed.

use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use uuid::Uuid;

use super::sealing::Keyring;
use super::{Result, StorageError, Tx};
use crate::domain::clock::Timestamp;
use crate::domain::event::EventKind;
use crate::domain::id::{AccountId, RegionId, WebhookId};

pub mod deliveries;

statements! {
    INSERT_WEBHOOK = "insert into webhooks (id, region_id, address_sealed, keys_sealed, kinds, created_by, created_at, \
        seen_event) values ($1, $2, $3, $4, $5, $6, $7, $8)";
    FIND_WEBHOOK = "select id, region_id, address_sealed, keys_sealed, kinds, created_by, created_at, seen_event, \
        failing_since, disabled_at, disabled_reason from webhooks where id = $1";
    LIST_WEBHOOKS = "select id, region_id, address_sealed, keys_sealed, kinds, created_by, created_at, seen_event, \
        failing_since, disabled_at, disabled_reason from webhooks order by created_at, id";
    UPDATE_WEBHOOK = "update webhooks set address_sealed = $2, keys_sealed = $3, kinds = $4 where id = $1";
    DELETE_WEBHOOK = "delete from webhooks where id = $1";
    MARK_SEEN = "update webhooks set seen_event = $3 where id = $1 and seen_event = $2 and disabled_at is null";
    MARK_WELL = "update webhooks set failing_since = null where id = $1 and failing_since is not null";
    MARK_FAILING = "update webhooks set failing_since = $2 where id = $1 and failing_since is null";
    MARK_DISABLED = "update webhooks set disabled_at = $2, disabled_reason = $3 \
        where id = $1 and disabled_at is null";
    MARK_ENABLED = "update webhooks set disabled_at = null, disabled_reason = null, failing_since = null, \
        seen_event = (select value from counters where name = 'event') where id = $1 and disabled_at is not null";
}

const ADDRESS: &str = "webhooks.address";
const KEYS: &str = "webhooks.keys";

/// Another system that hears what happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// It hears of this region and those inside it.
    pub region: RegionId,
    /// Where, and what people call it.
    pub address: WebhookAddress,
    /// What its calls are signed with, the newest first.
    pub keys: Vec<WebhookKey>,
    /// Of what it hears.
    pub kinds: Vec<EventKind>,
    /// Who registered it.
    pub created_by: AccountId,
    /// When.
    pub created_at: Timestamp,
    /// Events up to this number have their deliveries.
    pub seen_event: i64,
    /// Since when no attempt has succeeded.
    pub failing_since: Option<Timestamp>,
    /// When it was put out of use.
    pub disabled_at: Option<Timestamp>,
    /// Why.
    pub disabled_reason: Option<String>,
}

/// Where a system is called. `Debug` shows nothing: the address may hold a secret of the receiver's.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookAddress {
    /// The address.
    pub url: String,
    /// What people call it.
    pub name: String,
}

/// A key that calls are signed with. `Debug` shows none of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookKey {
    /// As it is written down: `whsec_...` or `whsk_...`.
    pub text: String,
    /// Until when an older key signs beside the newest.
    pub retires_at: Option<Timestamp>,
}

impl std::fmt::Debug for WebhookAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WebhookAddress(..)")
    }
}

impl std::fmt::Debug for WebhookKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WebhookKey(..)")
    }
}

#[derive(FromRow)]
struct WebhookRow {
    id: Uuid,
    region_id: Uuid,
    address_sealed: Vec<u8>,
    keys_sealed: Vec<u8>,
    kinds: String,
    created_by: Uuid,
    created_at: i64,
    seen_event: i64,
    failing_since: Option<i64>,
    disabled_at: Option<i64>,
    disabled_reason: Option<String>,
}

impl WebhookRow {
    fn open(self, keys: &Keyring) -> Result<Webhook> {
        let kinds: Option<_> = self.kinds.split_whitespace().map(EventKind::parse).collect();
        Ok(Webhook {
            id: WebhookId::from_uuid(self.id),
            region: RegionId::from_uuid(self.region_id),
            address: keys.open_json(ADDRESS, &self.address_sealed)?,
            keys: keys.open_json(KEYS, &self.keys_sealed)?,
            kinds: kinds.ok_or(StorageError::Corrupt("webhooks.kinds"))?,
            created_by: AccountId::from_uuid(self.created_by),
            created_at: Timestamp::from_millis(self.created_at),
            seen_event: self.seen_event,
            failing_since: self.failing_since.map(Timestamp::from_millis),
            disabled_at: self.disabled_at.map(Timestamp::from_millis),
            disabled_reason: self.disabled_reason,
        })
    }
}

fn kinds_text(kinds: &[EventKind]) -> String {
    let names: Vec<_> = kinds.iter().map(|kind| kind.name()).collect();
    names.join(" ")
}

impl Tx {
    /// Stores a system that was not there.
    pub async fn insert_webhook(&mut self, keys: &Keyring, webhook: &Webhook) -> Result<()> {
        let values = values![
            webhook.id,
            webhook.region,
            keys.seal_json(ADDRESS, &webhook.address),
            keys.seal_json(KEYS, &webhook.keys),
            kinds_text(&webhook.kinds),
            webhook.created_by,
            webhook.created_at,
            webhook.seen_event,
        ];
        self.execute(INSERT_WEBHOOK, values).await.map(drop)
    }

    /// The system of this id.
    pub async fn find_webhook(&mut self, keys: &Keyring, id: WebhookId) -> Result<Option<Webhook>> {
        let row: Option<WebhookRow> = self.find(FIND_WEBHOOK, values![id]).await?;
        row.map(|row| row.open(keys)).transpose()
    }

    /// All systems, the oldest first.
    pub async fn list_webhooks(&mut self, keys: &Keyring) -> Result<Vec<Webhook>> {
        let rows: Vec<WebhookRow> = self.list(LIST_WEBHOOKS, vec![]).await?;
        rows.into_iter().map(|row| row.open(keys)).collect()
    }

    /// Writes address, keys and kinds of a system.
    pub async fn update_webhook(&mut self, keys: &Keyring, webhook: &Webhook) -> Result<bool> {
        let values = values![
            webhook.id,
            keys.seal_json(ADDRESS, &webhook.address),
            keys.seal_json(KEYS, &webhook.keys),
            kinds_text(&webhook.kinds),
        ];
        Ok(self.execute(UPDATE_WEBHOOK, values).await? == 1)
    }

    /// Forgets a system with its deliveries.
    pub async fn delete_webhook(&mut self, id: WebhookId) -> Result<bool> {
        Ok(self.execute(DELETE_WEBHOOK, values![id]).await? == 1)
    }

    /// Says that events up to a number have their deliveries; false when another node said so first, or it was put
    /// out of use.
    pub async fn mark_events_seen(&mut self, webhook: &Webhook, until: i64) -> Result<bool> {
        let values = values![webhook.id, webhook.seen_event, until];
        Ok(self.execute(MARK_SEEN, values).await? == 1)
    }

    /// Says that an attempt succeeded.
    pub async fn mark_webhook_well(&mut self, id: WebhookId) -> Result<()> {
        self.execute(MARK_WELL, values![id]).await.map(drop)
    }

    /// Says that an attempt failed; the first failure since a success is kept.
    pub async fn mark_webhook_failing(&mut self, id: WebhookId, now: Timestamp) -> Result<()> {
        self.execute(MARK_FAILING, values![id, now]).await.map(drop)
    }

    /// Puts a system out of use; false when it was already.
    pub async fn mark_webhook_disabled(
        &mut self,
        id: WebhookId,
        now: Timestamp,
        reason: &str,
    ) -> Result<bool> {
        Ok(self.execute(MARK_DISABLED, values![id, now, reason]).await? == 1)
    }

    /// Puts a system into use again: it hears what happens from now on.
    pub async fn mark_webhook_enabled(&mut self, id: WebhookId) -> Result<bool> {
        Ok(self.execute(MARK_ENABLED, values![id]).await? == 1)
    }
}
