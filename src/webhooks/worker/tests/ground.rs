//! A worker on a database with the test territory, systems registered at it, and things that happen.

use super::super::*;
use crate::domain::id::{AccountId, ActionId, RegionId};
use crate::storage::testing::TestDatabase;
use crate::storage::testing::people::{keyring, some_time};
use crate::storage::testing::regions::{region_id, regions};
use crate::storage::webhooks::{WebhookAddress, WebhookKey};
use crate::webhooks::signing::{Scheme, SigningKey};

pub struct Ground {
    pub worker: Arc<Worker>,
    pub clock: Clock,
    pub database: TestDatabase,
}

impl Ground {
    pub async fn on(database: TestDatabase, clock: Clock) -> Self {
        let mut tx = database.store.write().await.unwrap();
        tx.upsert_regions(&regions(), some_time()).await.unwrap();
        tx.commit().await.unwrap();
        let settings = WebhookSettings {
            allow_loopback: true,
            timeout_ms: 500,
            ..WebhookSettings::default()
        };
        let worker = Worker {
            store: database.store.clone(),
            keys: keyring(),
            clock: clock.clone(),
            random: Random::from_seed(11),
            events: EventFeed::default(),
            caller: Caller::new(&settings, clock.clone()).unwrap(),
            settings,
        };
        Self {
            worker: Arc::new(worker),
            clock,
            database,
        }
    }

    pub async fn each() -> Vec<Self> {
        let mut grounds = Vec::new();
        for database in TestDatabase::each().await {
            grounds.push(Self::on(database, Clock::manual(some_time())).await);
        }
        grounds
    }

    /// Registers a system of the unit with the first key.
    pub async fn hears(&self, url: String) -> WebhookId {
        self.register(url, region_id("unit"), vec![key(1)]).await
    }

    pub async fn register(&self, url: String, region: RegionId, keys: Vec<WebhookKey>) -> WebhookId {
        let now = self.clock.now();
        let webhook = Webhook {
            id: WebhookId::new(now, &self.worker.random),
            region,
            address: WebhookAddress {
                url,
                name: "Meldkamersysteem".to_owned(),
            },
            keys,
            kinds: vec![
                EventKind::ActionStarted,
                EventKind::TipReceived,
                EventKind::WebhookDisabled,
            ],
            created_by: AccountId::new(now, &self.worker.random),
            created_at: now,
            seen_event: 0,
            failing_since: None,
            disabled_at: None,
            disabled_reason: None,
        };
        let mut tx = self.database.store.write().await.unwrap();
        tx.insert_webhook(&keyring(), &webhook).await.unwrap();
        tx.commit().await.unwrap();
        webhook.id
    }

    pub async fn happens(&self, kind: EventKind, region: &str) {
        let event = NewEvent {
            happened_at: self.clock.now(),
            kind,
            region: Some(region_id(region)),
            action: Some(ActionId::new(self.clock.now(), &self.worker.random)),
            actor: Actor::System,
            data: json!({ "number": "2026-00001" }),
        };
        let mut tx = self.database.store.write().await.unwrap();
        tx.append_events(&[event]).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// One look, and all calls that it begins to their end.
    pub async fn turn(&self) {
        let (mut calls, mut under_way) = (JoinSet::new(), UnderWay::new());
        self.worker.step(&mut calls, &mut under_way).await.unwrap();
        while calls.join_next().await.is_some() {}
    }

    pub async fn only(&self, webhook: WebhookId) -> (WebhookDelivery, Vec<WebhookAttempt>) {
        let mut tx = self.database.store.read().await.unwrap();
        let mut all = tx.list_webhook_deliveries(webhook, None, 10).await.unwrap();
        assert_eq!(all.len(), 1);
        let delivery = all.remove(0);
        let attempts = tx.list_webhook_attempts(delivery.id).await.unwrap();
        (delivery, attempts)
    }

    pub async fn find(&self, webhook: WebhookId) -> Webhook {
        let mut tx = self.database.store.read().await.unwrap();
        tx.find_webhook(&keyring(), webhook).await.unwrap().unwrap()
    }
}

pub fn key(seed: u64) -> WebhookKey {
    WebhookKey {
        text: SigningKey::make(Scheme::Shared, &Random::from_seed(seed)),
        retires_at: None,
    }
}
