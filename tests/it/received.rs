//! The app says that it showed a message: push services do not.

use oproep::domain::clock::Clock;
use oproep::domain::endpoint::Endpoint;
use oproep::domain::id::DeviceId;
use oproep::domain::random::Random;
use oproep::domain::role::Role;
use oproep::storage::testing::TestDatabase;
use oproep::storage::testing::people::{device, keyring};
use serde_json::json;

use crate::actions::draft;
use crate::outbox::Sent;
use crate::server::TestServer;

fn reference(sent: Sent) -> String {
    let link = sent.link.expect("a link");
    link.rsplit('/').next().expect("a reference").to_owned()
}

#[tokio::test]
async fn what_the_app_showed_is_counted_as_delivered_once_and_by_nobody_elses_word() {
    for database in TestDatabase::each().await {
        let store = database.store.clone();
        let server = TestServer::start(database, |_| {}).await;
        let now = Clock::system().now();
        let mut tx = store.write().await.unwrap();
        let id = DeviceId::new(now, &Random::from_os());
        tx.insert_device(&keyring(), id, 1, &device(1), now)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        server.desk.directory().catch_up().await.unwrap();
        let operator = server.token(Role::Operator, "unit").await;
        let made = server.post("/actions", &operator, &draft()).await.ok();
        let path = format!("/actions/{}", made["id"].as_str().unwrap());
        server
            .post(&format!("{path}/start"), &operator, &json!({ "version": 1 }))
            .await
            .ok();

        let received = async |reference: &str| {
            let path = format!("/alerts/{reference}/received");
            server.post(&path, "", &json!({})).await.status.as_u16()
        };
        let is_push = |sent: &Sent| matches!(sent.endpoint, Endpoint::Fcm { .. });
        let push = reference(server.outbox.find(is_push).await);
        assert_eq!(received(&push).await, 204);
        assert_eq!(received(&push).await, 204, "saying it again changes nothing");
        let is_text = |sent: &Sent| matches!(sent.endpoint, Endpoint::Phone(_)) && sent.link.is_some();
        let text = reference(server.outbox.find(is_text).await);
        assert_eq!(
            received(&text).await,
            404,
            "a gateway reports on text messages, not their readers"
        );
        assert_eq!(received("AAAAAAAAAAAAAAAAAAAAAAAA").await, 404);

        let action = server.get(&path, &operator).await.ok();
        let delivered = |channel: &str| action["waves"][0]["by_channel"][channel]["delivered"].clone();
        assert_eq!((delivered("app"), delivered("sms")), (json!(1), json!(0)));
        server.stop().await;
    }
}

#[tokio::test]
async fn a_text_message_after_silence_is_asked_for_in_the_draft_within_bounds() {
    let server = TestServer::sqlite().await;
    let operator = server.token(Role::Operator, "unit").await;
    let with = |after: u64, channels: &[&str]| {
        let mut draft = draft();
        draft["fallback_after_s"] = json!(after);
        draft["channels"] = json!(channels);
        draft
    };
    let made = server
        .post("/actions", &operator, &with(90, &["app", "sms"]))
        .await
        .ok();
    assert_eq!(made["fallback_after_s"], 90);
    for (after, channels, code) in [
        (10, ["app", "sms"], "fallback_out_of_bounds"),
        (90, ["app", "email"], "fallback_channels"),
    ] {
        let refused = server.post("/actions", &operator, &with(after, &channels)).await;
        assert_eq!(refused.status, 422);
        assert!(refused.body.to_string().contains(code), "{}", refused.body);
    }
    server.stop().await;
}
