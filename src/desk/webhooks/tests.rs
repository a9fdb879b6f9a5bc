//! Who registers systems, what they are told of them, and what is sent again.

use super::*;
use crate::desk::testing::TestDesk;
use crate::domain::actor::Actor;
use crate::domain::role::Role;
use crate::storage::audit::AuditFilter;
use crate::storage::events::NewEvent;
use crate::storage::testing::regions::region_id;
use crate::storage::webhooks::deliveries::{DeliveryState, Verdict};

const RULES: AddressRules = AddressRules {
    allow_loopback: false,
};

fn new(region: &str) -> NewWebhook {
    NewWebhook {
        url: "https://gms.example/hook".to_owned(),
        name: " Meldkamersysteem ".to_owned(),
        region: Some(region_id(region)),
        kinds: Vec::new(),
        scheme: Scheme::Shared,
    }
}

async fn happens(desk: &TestDesk, kind: EventKind, count: usize) {
    let event = NewEvent {
        happened_at: desk.clock.now(),
        kind,
        region: Some(region_id("south-west")),
        action: None,
        actor: Actor::System,
        data: serde_json::json!({}),
    };
    let mut tx = desk.database.store.write().await.unwrap();
    tx.append_events(&vec![event; count]).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_system_is_the_administrators_of_its_region_and_its_key_is_told_once() {
    for desk in TestDesk::each().await {
        let administrator = desk.account(Role::Administrator, "west").await;
        let (made, key) = desk
            .desk
            .create_webhook(&administrator, new("south-west"), RULES)
            .await
            .unwrap();
        assert!(key.starts_with("whsec_"));
        assert_eq!(made.address.name, "Meldkamersysteem");
        assert!(
            !made.kinds.contains(&EventKind::WaveProgress) && made.kinds.contains(&EventKind::ActionStarted)
        );
        let elsewhere = desk.account(Role::Administrator, "east").await;
        let operator = desk.account(Role::Operator, "west").await;
        assert!(matches!(
            desk.desk.webhook(&elsewhere, made.id).await,
            Err(DeskError::NotFound("webhook"))
        ));
        assert!(matches!(
            desk.desk.webhook(&operator, made.id).await,
            Err(DeskError::Forbidden(_))
        ));
        assert!(matches!(
            desk.desk.create_webhook(&administrator, new("east"), RULES).await,
            Err(DeskError::NotFound("region"))
        ));
        assert_eq!(desk.desk.list_webhooks(&elsewhere).await.unwrap(), []);
        assert_eq!(
            desk.desk.list_webhooks(&administrator).await.unwrap(),
            std::slice::from_ref(&made)
        );
        let filter = AuditFilter {
            deed: Some(Deed::WebhookAdded),
            ..AuditFilter::default()
        };
        let logged = desk
            .desk
            .list_audit(&administrator, filter, None, 10)
            .await
            .unwrap();
        assert_eq!(logged.entries.len(), 1);
        let detail = logged.entries[0].detail.to_string();
        assert!(!detail.contains("gms.example"), "the address may hold a secret");
        desk.desk.remove_webhook(&administrator, made.id).await.unwrap();
        assert_eq!(desk.desk.list_webhooks(&administrator).await.unwrap(), []);
    }
}

#[tokio::test]
async fn an_address_inside_and_a_kind_that_is_not_offered_are_refused() {
    let desk = TestDesk::each().await.remove(0);
    let machine = desk.machine();
    for url in [
        "http://gms.example/",
        "https://10.0.0.1/",
        "https://[::ffff:192.168.0.1]/",
    ] {
        let inside = NewWebhook {
            url: url.to_owned(),
            ..new("unit")
        };
        let refused = desk.desk.create_webhook(&machine, inside, RULES).await;
        assert!(
            matches!(refused, Err(DeskError::Invalid(fields)) if fields[0].field == "url"),
            "{url}"
        );
    }
    let progress = NewWebhook {
        kinds: vec![EventKind::WaveProgress],
        ..new("unit")
    };
    let refused = desk.desk.create_webhook(&machine, progress, RULES).await;
    assert!(matches!(refused, Err(DeskError::Invalid(fields)) if fields[0].field == "kinds"));
    let nameless = NewWebhook {
        name: " ".to_owned(),
        ..new("unit")
    };
    assert!(matches!(
        desk.desk.create_webhook(&machine, nameless, RULES).await,
        Err(DeskError::Invalid(_))
    ));
}

#[tokio::test]
async fn a_new_key_leaves_the_one_before_a_day() {
    for desk in TestDesk::each().await {
        let machine = desk.machine();
        let (made, first) = desk
            .desk
            .create_webhook(&machine, new("unit"), RULES)
            .await
            .unwrap();
        let second = desk
            .desk
            .rotate_webhook_key(&machine, made.id, Some(Scheme::KeyPair))
            .await
            .unwrap();
        assert!(second.starts_with("whpk_") && second != first);
        let third = desk
            .desk
            .rotate_webhook_key(&machine, made.id, None)
            .await
            .unwrap();
        assert!(third.starts_with("whpk_"), "as before where nothing is said");
        let keys = desk.desk.webhook(&machine, made.id).await.unwrap().keys;
        assert_eq!(keys.len(), 2);
        assert_eq!(keys[0].retires_at, None);
        assert_eq!(keys[1].retires_at, Some(desk.clock.now() + RETIRES_AFTER));
        assert_eq!(SigningKey::read(&keys[1].text).unwrap().for_receiver(), second);
    }
}

#[tokio::test]
async fn what_happened_since_a_moment_is_sent_again_and_what_came_before_is_not() {
    for desk in TestDesk::each().await {
        let machine = desk.machine();
        happens(&desk, EventKind::ActionStarted, 3).await;
        let (made, _) = desk
            .desk
            .create_webhook(&machine, new("west"), RULES)
            .await
            .unwrap();
        desk.clock.advance(Duration::from_hours(1));
        let since = desk.clock.now();
        happens(&desk, EventKind::ActionStarted, 600).await;
        happens(&desk, EventKind::WaveProgress, 5).await;
        // As if all of it had been planned, and one been delivered.
        let mut tx = desk.database.store.write().await.unwrap();
        let last = tx.find_last_event().await.unwrap();
        assert!(tx.mark_events_seen(&made, last).await.unwrap());
        let id = WebhookDeliveryId::new(since, &desk.desk.parts().random);
        tx.insert_webhook_deliveries(made.id, [(id, Some(4))], since)
            .await
            .unwrap();
        let claimed = tx
            .claim_webhook_deliveries(made.id, since, since, 1)
            .await
            .unwrap();
        let attempt = WebhookAttempt {
            ordinal: 1,
            started_at: since,
            took_ms: 3,
            status: Some(200),
            failure: None,
        };
        assert!(
            tx.record_webhook_attempt(&claimed[0], &attempt, Verdict::Delivered, since)
                .await
                .unwrap()
        );
        tx.commit().await.unwrap();

        let count = desk
            .desk
            .replay_webhook(&machine, made.id, Again::Since(since))
            .await
            .unwrap();
        assert_eq!(count, 600);
        let again = desk.desk.webhook_delivery(&machine, made.id, id).await.unwrap();
        assert_eq!(
            (again.delivery.state, again.delivery.tries),
            (DeliveryState::Waiting, 0)
        );
        assert_eq!(again.attempts.len(), 1, "the log stays");
        let page = desk
            .desk
            .webhook_deliveries(&machine, made.id, None, 100)
            .await
            .unwrap();
        assert_eq!(page.deliveries.len(), 100);
        let rest = desk
            .desk
            .webhook_deliveries(&machine, made.id, page.next.as_deref(), 100)
            .await
            .unwrap();
        assert_ne!(rest.deliveries[0].delivery.id, page.deliveries[0].delivery.id);

        let one = desk
            .desk
            .replay_webhook(&machine, made.id, Again::One(id))
            .await
            .unwrap();
        assert_eq!(one, 0, "it waits already");
        let (other, _) = desk
            .desk
            .create_webhook(&machine, new("west"), RULES)
            .await
            .unwrap();
        let foreign = desk.desk.replay_webhook(&machine, other.id, Again::One(id)).await;
        assert!(matches!(foreign, Err(DeskError::NotFound("delivery"))));
    }
}

#[tokio::test]
async fn a_system_out_of_use_is_not_tested_and_hears_from_its_return_on() {
    for desk in TestDesk::each().await {
        let machine = desk.machine();
        let (made, _) = desk
            .desk
            .create_webhook(&machine, new("unit"), RULES)
            .await
            .unwrap();
        let set = async |is_enabled| {
            let change = WebhookChange {
                is_enabled: Some(is_enabled),
                ..WebhookChange::default()
            };
            desk.desk
                .change_webhook(&machine, made.id, change, RULES)
                .await
                .unwrap()
        };
        assert_eq!(set(false).await.disabled_reason.as_deref(), Some("administrator"));
        assert!(matches!(
            desk.desk.test_webhook(&machine, made.id).await,
            Err(DeskError::Conflict { .. })
        ));
        happens(&desk, EventKind::ActionStarted, 4).await;
        let back = set(true).await;
        assert_eq!((back.disabled_at, back.seen_event), (None, 4));
        let delivery = desk.desk.test_webhook(&machine, made.id).await.unwrap();
        let view = desk
            .desk
            .webhook_delivery(&machine, made.id, delivery)
            .await
            .unwrap();
        assert_eq!((view.kind, view.delivery.state), (None, DeliveryState::Waiting));
    }
}
