//! Hawaii, January 2018: one person at one screen told a whole state of a missile that was not there, and 38 minutes
//! went by before it heard otherwise. And what a stolen session of one operator could do.

use std::time::Duration;

use oproep::desk::safeguards::{ApprovalRules, ByUrgency, HoldRules, Limits, MostActions, Safeguards};
use oproep::domain::endpoint::Endpoint;
use oproep::domain::role::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::server::{Ground, TestServer};

/// Everyone: twenty steps east and five north.
fn everyone() -> Value {
    json!({ "type": "Circle", "coordinates": [5.1350, 52.0940], "radius_m": 5_000 })
}

/// A few around the south-western corner.
fn few(east: f64) -> Value {
    json!({ "type": "Circle", "coordinates": [5.1214 + east * 0.00146, 52.0907], "radius_m": 150 })
}

fn draft(area: &Value) -> Value {
    json!({
        "kind": "dangerous_situation", "area": area,
        "texts": {
            "nl": { "title": "Gevaar", "body": "Zoek meteen dekking. Er is een raket op weg." },
            "en": { "title": "Danger", "body": "Seek shelter at once. A missile is on its way." }
        }
    })
}

/// What a service has by default, with sizes that fit a hundred people, and a hold that a test can wait for.
fn ground() -> Ground {
    let limit = ByUrgency {
        urgent: MostActions {
            an_hour: 3,
            a_day: 10,
        },
        normal: MostActions {
            an_hour: 3,
            a_day: 10,
        },
    };
    Ground {
        safeguards: Safeguards {
            approval: ApprovalRules {
                people: 20,
                ..ApprovalRules::default()
            },
            hold: HoldRules {
                for_ms: 0,
                of_kind: Vec::new(),
            },
            limits: Limits {
                by_account: limit,
                in_territory: limit,
                told: vec!["wacht@example.org".to_owned()],
            },
        },
        ..Ground::default()
    }
}

#[tokio::test]
async fn one_person_cannot_alert_everyone_whatever_they_try() {
    for server in TestServer::each_on(&ground()).await {
        let one = server.token(Role::Operator, "unit").await;
        let made = server.post("/actions", &one, &draft(&everyone())).await.ok();
        let path = |step: &str| format!("/actions/{}/{step}", made["id"].as_str().unwrap());
        let version = |version: u32| json!({ "version": version });
        let refused = |answer: crate::server::Answer| {
            assert!(answer.status.is_client_error(), "{}", answer.body);
            answer.body["code"].clone()
        };
        let start = server.post(&path("start"), &one, &version(1)).await;
        assert_eq!(refused(start), "needs_approval");
        let reason =
            json!({ "version": 1, "confirmed": ["duplicate_running"], "over_limit": "Het is dringend." });
        let start = server.post(&path("start"), &one, &reason).await;
        assert_eq!(refused(start), "needs_approval", "a reason is no second person");
        let submitted = server.post(&path("submit"), &one, &version(1)).await.ok();
        assert_eq!(submitted["audience"], 100);
        let approve = json!({ "version": 2, "audience": 100 });
        let own = server.post(&path("approve"), &one, &approve).await;
        assert_eq!(
            (own.status.as_u16(), own.body["code"].clone()),
            (403, json!("own_work"))
        );
        // The same account at another screen is the same person.
        let again = server.token(Role::Operator, "unit").await;
        assert_eq!(server.post(&path("approve"), &again, &approve).await.status, 403);
        let start = server.post(&path("start"), &one, &version(2)).await;
        assert_eq!(refused(start), "wrong_phase");
        // Small, and then step by step.
        let small = server.post("/actions", &one, &draft(&few(0.0))).await.ok();
        let path = |step: &str| format!("/actions/{}/{step}", small["id"].as_str().unwrap());
        let mut told = server.post(&path("start"), &one, &version(1)).await.ok()["audience"]
            .as_u64()
            .unwrap();
        let (mut seen, mut held_back) = (2, 0);
        for east in 1..20 {
            let wider = json!({ "version": seen, "area": few(f64::from(east)) });
            let answer = server.post(&path("expand"), &one, &wider).await;
            if answer.status.is_success() {
                told += answer.body["audience"].as_u64().unwrap();
                seen += 1;
            } else {
                assert_eq!(refused(answer), "needs_approval");
                held_back += 1;
            }
        }
        assert!(
            (1..=20).contains(&told) && held_back > 5,
            "{told} of a hundred, by one person"
        );
    }
}

#[tokio::test]
async fn a_stolen_session_reaches_few_soon_stands_still_and_is_noticed() {
    for server in TestServer::each_on(&ground()).await {
        let stolen = server.token(Role::Operator, "unit").await;
        let mut told = 0;
        let mut refused = None;
        for east in 0..8 {
            let made = server
                .post("/actions", &stolen, &draft(&few(f64::from(east * 2))))
                .await
                .ok();
            let start = format!("/actions/{}/start", made["id"].as_str().unwrap());
            let answer = server
                .post(
                    &start,
                    &stolen,
                    &json!({ "version": 1, "confirmed": ["duplicate_running"] }),
                )
                .await;
            if answer.status.is_success() {
                told += answer.body["audience"].as_u64().unwrap();
            } else {
                refused = Some((start, answer));
            }
        }
        let (start, answer) = refused.expect("there is a limit");
        assert_eq!(answer.status, 429);
        assert_eq!(answer.body["code"], "limit_account_hour");
        let wait: u64 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((3_500..=3_600).contains(&wait), "{wait}");
        assert!(told <= 3 * 20, "{told}");
        // With a reason it goes on, and the officer on duty finds it in the mailbox.
        let reason = json!({ "version": 1, "confirmed": ["duplicate_running"], "over_limit": "Drie branden tegelijk." });
        server.post(&start, &stolen, &reason).await.ok();
        let duty = Endpoint::Mailbox("wacht@example.org".to_owned());
        let mail = server.outbox.find(|sent| sent.endpoint == duty).await;
        assert!(mail.body.contains("limit_account_hour"), "{}", mail.body);
        assert!(!mail.body.contains("branden"), "the reason stays inside");
        let coordinator = server.token(Role::Coordinator, "unit").await;
        let listed = server.get("/overrides", &coordinator).await.ok();
        let kept = &listed["items"][0];
        assert_eq!(kept["reason"], "Drie branden tegelijk.");
        let seen = format!("/overrides/{}/seen", kept["id"].as_str().unwrap());
        assert_eq!(server.post(&seen, &stolen, &json!({})).await.status, 403);
        let seen = server.post(&seen, &coordinator, &json!({})).await.ok();
        assert!(seen["seen_by"].is_string());
        let mut history = server
            .get(&start.replace("/start", "/history"), &coordinator)
            .await
            .ok();
        let events = history["items"].take();
        let kinds: Vec<_> = events
            .as_array()
            .unwrap()
            .iter()
            .map(|event| &event["kind"])
            .collect();
        assert!(kinds.contains(&&json!("limit.overridden")), "{kinds:?}");
    }
}

#[tokio::test]
async fn what_was_started_by_mistake_is_taken_back_within_its_hold_and_nobody_hears() {
    let mut ground = ground();
    ground.safeguards.hold.for_ms = 60_000;
    for server in TestServer::each_on(&ground).await {
        let one = server.token(Role::Operator, "unit").await;
        let made = server.post("/actions", &one, &draft(&few(0.0))).await.ok();
        let path = |step: &str| format!("/actions/{}/{step}", made["id"].as_str().unwrap());
        let started = server
            .post(
                &path("start"),
                &one,
                &json!({ "version": 1, "confirmed": ["duplicate_running"] }),
            )
            .await
            .ok();
        assert!(started["held_until"].is_string());
        let back = server
            .post(&path("take-back"), &one, &json!({ "version": 2 }))
            .await
            .ok();
        assert_eq!(back["state"], "draft");
        // It does not leave with the next one either.
        let other = server.post("/actions", &one, &draft(&few(4.0))).await.ok();
        let path = |step: &str| format!("/actions/{}/{step}", other["id"].as_str().unwrap());
        let started = server
            .post(
                &path("start"),
                &one,
                &json!({ "version": 1, "confirmed": ["duplicate_running"] }),
            )
            .await
            .ok();
        server
            .send(Method::POST, &path("send-now"), &one, &json!({ "version": 2 }))
            .await
            .ok();
        server.outbox.find(|sent| sent.link.is_some()).await;
        let finished = async {
            loop {
                let accounts = server.get(&path("accounting"), &one).await.ok();
                if accounts["queued"] == 0 {
                    break accounts;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let accounts = tokio::time::timeout(Duration::from_mins(1), finished)
            .await
            .expect("it is sent");
        assert_eq!(accounts["accepted"], started["audience"]);
        let sent = server.outbox.all().len() as u64;
        assert_eq!(json!(sent), started["audience"], "and nobody else heard anything");
    }
}
