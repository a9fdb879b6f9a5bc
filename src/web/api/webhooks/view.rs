//! Other systems, their keys and calls, as the API shows them.

use serde::Serialize;
use utoipa::ToSchema;

use crate::desk::webhooks::DeliveryView;
use crate::domain::clock::Timestamp;
use crate::domain::event::EventKind;
use crate::domain::id::{AccountId, RegionId, WebhookDeliveryId, WebhookId};
use crate::storage::webhooks::Webhook;
use crate::storage::webhooks::deliveries::{DeliveryState, WebhookAttempt};
use crate::webhooks::payload::TEST;

/// A system that hears what happens.
#[derive(Serialize, ToSchema)]
#[schema(as = Webhook)]
pub struct WebhookBody {
    /// Its id.
    id: WebhookId,
    /// Where it is called.
    url: String,
    /// What people call it.
    name: String,
    /// It hears of this region and those inside it.
    region: RegionId,
    /// Of what it hears.
    kinds: Vec<EventKind>,
    /// When it was registered.
    created_at: Timestamp,
    /// By whom.
    created_by: AccountId,
    /// Since when no call has succeeded.
    failing_since: Option<Timestamp>,
    /// When it was put out of use.
    disabled_at: Option<Timestamp>,
    /// Why: `gone` (it answered 410), `failing` for days, or `administrator`.
    disabled_reason: Option<String>,
}

impl From<Webhook> for WebhookBody {
    fn from(webhook: Webhook) -> Self {
        Self {
            id: webhook.id,
            url: webhook.address.url,
            name: webhook.address.name,
            region: webhook.region,
            kinds: webhook.kinds,
            created_at: webhook.created_at,
            created_by: webhook.created_by,
            failing_since: webhook.failing_since,
            disabled_at: webhook.disabled_at,
            disabled_reason: webhook.disabled_reason,
        }
    }
}

/// A system that was just registered.
#[derive(Serialize, ToSchema)]
#[schema(as = RegisteredWebhook)]
pub struct RegisteredBody {
    /// The system.
    #[serde(flatten)]
    webhook: WebhookBody,
    /// What it checks signatures with, told once: `whsec_...` or `whpk_...`.
    key: String,
}

impl RegisteredBody {
    /// The system with its key.
    pub fn new(webhook: Webhook, key: String) -> Self {
        Self {
            webhook: webhook.into(),
            key,
        }
    }
}

/// A key that was just made.
#[derive(Serialize, ToSchema)]
#[schema(as = WebhookKey)]
pub struct KeyBody {
    /// What the system checks signatures with, told once: `whsec_...` or `whpk_...`.
    pub key: String,
}

/// A test on its way.
#[derive(Serialize, ToSchema)]
#[schema(as = WebhookTest)]
pub struct TestedBody {
    /// Its delivery.
    pub delivery: WebhookDeliveryId,
}

/// Calls on their way again.
#[derive(Serialize, ToSchema)]
#[schema(as = WebhookReplayed)]
pub struct ReplayedBody {
    /// How many.
    pub count: u64,
}

/// An event on its way to a system.
#[derive(Serialize, ToSchema)]
#[schema(as = WebhookDelivery)]
pub struct DeliveryBody {
    /// Its id; the call carries it without dashes, after `msg_`, as `webhook-id`.
    id: WebhookDeliveryId,
    /// The number of the event; null of a test.
    event: Option<i64>,
    /// What is told.
    #[schema(example = "action.started")]
    r#type: &'static str,
    /// How far it is.
    state: DeliveryState,
    /// When it was made.
    created_at: Timestamp,
    /// When it is tried next; null when it is not.
    next_at: Option<Timestamp>,
    /// When it was delivered or given up.
    done_at: Option<Timestamp>,
    /// The latest attempts, the newest first.
    attempts: Vec<AttemptBody>,
}

/// One attempt.
#[derive(Serialize, ToSchema)]
#[schema(as = WebhookAttempt)]
pub struct AttemptBody {
    /// When it began.
    started_at: Timestamp,
    /// How long it took, in milliseconds.
    took_ms: u32,
    /// The status that was answered; null without an answer.
    status: Option<u16>,
    /// Why it failed; null when it was taken. One of `redirected`, `gone`, `server_error`, `refused`,
    /// `address_refused`, `address_inside`, `timeout`, `no_connection`, `connection_broken`, `no_key` and
    /// `event_forgotten`.
    failure: Option<String>,
}

impl From<WebhookAttempt> for AttemptBody {
    fn from(attempt: WebhookAttempt) -> Self {
        Self {
            started_at: attempt.started_at,
            took_ms: attempt.took_ms,
            status: attempt.status,
            failure: attempt.failure,
        }
    }
}

impl From<DeliveryView> for DeliveryBody {
    fn from(view: DeliveryView) -> Self {
        let delivery = view.delivery;
        Self {
            id: delivery.id,
            event: delivery.event,
            r#type: view.kind.map_or(TEST, EventKind::name),
            state: delivery.state,
            created_at: delivery.created_at,
            next_at: (delivery.state == DeliveryState::Waiting).then_some(delivery.next_at),
            done_at: delivery.done_at,
            attempts: view.attempts.into_iter().map(AttemptBody::from).collect(),
        }
    }
}
