//! What happened reaches other systems once under one id, again when they fail, and none that lies inside.

use super::*;
use crate::storage::testing::regions::region_id;
use crate::storage::webhooks::deliveries::DeliveryState;
use crate::webhooks::address::AddressRules;
use ground::{Ground, key};
use receiver::{Canary, Receiver};

mod ground;
mod receiver;
mod signatures;

#[tokio::test]
async fn a_system_hears_once_what_it_asked_for_in_its_own_region() {
    for ground in Ground::each().await {
        let receiver = Receiver::start().await;
        let webhook = ground
            .register(receiver.url("/ok"), region_id("west"), vec![key(1)])
            .await;
        ground.happens(EventKind::ActionStarted, "south-west").await;
        ground.happens(EventKind::ActionStarted, "south-east").await;
        ground.happens(EventKind::ActionPaused, "south-west").await;
        ground.turn().await;
        ground.turn().await;
        let came = receiver.came();
        assert_eq!(came.len(), 1);
        let told = came[0].json();
        assert_eq!(
            (&told["type"], &told["data"]["number"]),
            (&json!("action.started"), &json!("2026-00001"))
        );
        assert_eq!(told["data"]["region"], json!(region_id("south-west")));
        let (delivery, attempts) = ground.only(webhook).await;
        assert_eq!(
            (delivery.state, attempts.len(), attempts[0].status),
            (DeliveryState::Delivered, 1, Some(204))
        );
        assert_eq!(
            came[0].header("webhook-id"),
            format!("msg_{}", delivery.id.as_uuid().simple())
        );
    }
}

#[tokio::test]
async fn two_nodes_make_one_delivery_and_one_call() {
    for ground in Ground::each().await {
        let receiver = Receiver::start().await;
        ground.hears(receiver.url("/ok")).await;
        for _ in 0..20 {
            ground.happens(EventKind::ActionStarted, "west").await;
        }
        for _ in 0..10 {
            tokio::join!(ground.turn(), ground.turn(), ground.turn());
        }
        let mut ids: Vec<_> = receiver
            .came()
            .iter()
            .map(|came| came.header("webhook-id"))
            .collect();
        assert_eq!(ids.len(), 20);
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 20);
    }
}

#[tokio::test]
async fn a_system_that_fails_is_called_again_for_days_under_the_same_id_and_then_given_up() {
    for ground in Ground::each().await {
        let receiver = Receiver::start().await;
        let webhook = ground.hears(receiver.url("/fail")).await;
        ground.happens(EventKind::TipReceived, "west").await;
        let began = ground.clock.now();
        for _ in 0..30 {
            ground.turn().await;
            let (delivery, _) = ground.only(webhook).await;
            if delivery.state != DeliveryState::Waiting {
                break;
            }
            assert!(delivery.next_at > ground.clock.now());
            ground.clock.advance(delivery.next_at.since(ground.clock.now()));
        }
        let (delivery, attempts) = ground.only(webhook).await;
        assert_eq!(delivery.state, DeliveryState::Failed);
        assert_eq!(attempts[0].failure.as_deref(), Some("server_error"));
        assert!(ground.clock.now().since(began) > Duration::from_hours(48));
        let ids: Vec<_> = receiver
            .came()
            .iter()
            .map(|came| came.header("webhook-id"))
            .collect();
        assert_eq!(ids.len(), 12);
        assert!(ids.iter().all(|id| *id == ids[0]));
        let stamps: Vec<_> = receiver
            .came()
            .iter()
            .map(|came| came.header("webhook-timestamp"))
            .collect();
        assert!(
            stamps.windows(2).all(|pair| pair[0] != pair[1]),
            "each attempt has its own moment"
        );
    }
}

#[tokio::test]
async fn a_system_that_hangs_costs_its_time_and_one_that_asks_to_wait_gets_it() {
    for ground in Ground::each().await {
        let receiver = Receiver::start().await;
        let hanging = ground.hears(receiver.url("/hang")).await;
        let busy = ground.hears(receiver.url("/busy")).await;
        let well = ground.hears(receiver.url("/ok")).await;
        ground.happens(EventKind::ActionStarted, "west").await;
        ground.turn().await;
        assert_eq!(
            ground.only(hanging).await.1[0].failure.as_deref(),
            Some("timeout")
        );
        assert_eq!(ground.only(well).await.0.state, DeliveryState::Delivered);
        let (delivery, attempts) = ground.only(busy).await;
        assert_eq!(attempts[0].failure.as_deref(), Some("refused"));
        assert_eq!(delivery.next_at, ground.clock.now() + Duration::from_hours(2));
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    for ground in Ground::each().await {
        let (receiver, canary) = (Receiver::start().await, Canary::start().await);
        let url = receiver.url(&format!("/away/{}", canary.port));
        let webhook = ground.hears(url).await;
        ground.happens(EventKind::ActionStarted, "west").await;
        ground.turn().await;
        assert_eq!(
            ground.only(webhook).await.1[0].failure.as_deref(),
            Some("redirected")
        );
        assert_eq!(canary.connections(), 0);
    }
}

#[tokio::test]
async fn no_address_makes_the_worker_connect_inside() {
    let canary = Canary::start().await;
    let caller = Caller::new(
        &WebhookSettings {
            timeout_ms: 2_000,
            ..WebhookSettings::default()
        },
        Clock::system(),
    )
    .unwrap();
    let port = canary.port;
    for host in [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0.0.0.0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        // A name that was taken when it was given, and leads inside when it is called.
        "localhost",
        "localhost.",
    ] {
        let address = format!("https://{host}:{port}/");
        let answer = caller
            .call(Call {
                address: &address,
                id: "msg_1",
                body: b"{}",
                keys: &[key(1)],
            })
            .await;
        assert!(
            matches!(
                answer.failure,
                Some("address_refused" | "address_inside" | "no_connection")
            ),
            "{host}: {answer:?}"
        );
        assert_eq!(answer.status, None);
    }
    assert!(
        AddressRules::default()
            .check(&format!("https://localhost:{port}/"))
            .is_ok()
    );
    assert_eq!(canary.connections(), 0);
}

#[tokio::test]
async fn a_system_that_has_gone_or_fails_for_days_is_put_out_of_use_and_screens_hear_of_it() {
    for ground in Ground::each().await {
        let receiver = Receiver::start().await;
        let gone = ground.hears(receiver.url("/gone")).await;
        let dead = ground.hears(receiver.url("/fail")).await;
        let well = ground.hears(receiver.url("/ok")).await;
        ground.happens(EventKind::ActionStarted, "west").await;
        ground.turn().await;
        assert_eq!(ground.find(gone).await.disabled_reason.as_deref(), Some("gone"));
        assert_eq!(ground.find(dead).await.disabled_at, None);
        assert_eq!(ground.find(dead).await.failing_since, Some(ground.clock.now()));
        ground.clock.advance(Duration::from_hours(6 * 24));
        ground.turn().await;
        assert_eq!(
            ground.find(dead).await.disabled_reason.as_deref(),
            Some("failing")
        );
        let before = receiver.came().len();
        ground.happens(EventKind::ActionStarted, "west").await;
        ground.clock.advance(Duration::from_hours(24));
        ground.turn().await;
        ground.turn().await;
        let mut after: Vec<_> = receiver.came()[before..]
            .iter()
            .map(|came| came.json()["type"].as_str().unwrap().to_owned())
            .collect();
        after.sort();
        assert_eq!(
            after,
            ["action.started", "webhook.disabled"],
            "the well one alone hears more"
        );
        assert_eq!(ground.find(well).await.failing_since, None);
    }
}

#[tokio::test]
async fn a_node_that_dies_while_calling_leaves_the_call_to_another() {
    for ground in Ground::each().await {
        let receiver = Receiver::start().await;
        let webhook = ground.hears(receiver.url("/ok")).await;
        ground.happens(EventKind::ActionStarted, "west").await;
        ground.worker.plan().await.unwrap();
        let now = ground.clock.now();
        let mut tx = ground.database.store.write().await.unwrap();
        let claimed = tx
            .claim_webhook_deliveries(webhook, now, now + Duration::from_secs(30), 10)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        ground.turn().await;
        assert_eq!(receiver.came().len(), 0, "it is another's until that claim ends");
        ground.clock.advance(Duration::from_secs(30));
        ground.turn().await;
        assert_eq!(receiver.came().len(), 1);
        // The first was only asleep: what it writes changes nothing.
        let late = WebhookAttempt {
            ordinal: 1,
            started_at: now,
            took_ms: 1,
            status: None,
            failure: Some("timeout".to_owned()),
        };
        let mut tx = ground.database.store.write().await.unwrap();
        let written = tx
            .record_webhook_attempt(&claimed[0], &late, Verdict::Failed, now)
            .await;
        assert!(!written.unwrap());
    }
}
