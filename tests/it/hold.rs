//! Between the order and the first message: held on every node and through a restart, ended to the moment, taken back
//! or sent at once.

use std::time::Duration;

use oproep::desk::safeguards::{HoldRules, Safeguards};
use oproep::domain::clock::{Clock, Timestamp};
use oproep::domain::role::Role;
use serde_json::{Value, json};

use crate::actions::draft;
use crate::server::{Ground, TestServer};

/// Held so long, on lanes that look for work by themselves once an hour: what leaves was waited for.
fn held(for_ms: u64) -> Ground {
    Ground {
        safeguards: Safeguards {
            hold: HoldRules {
                for_ms,
                of_kind: Vec::new(),
            },
            ..Safeguards::none()
        },
        poll_every: Duration::from_hours(1),
    }
}

/// A started action: its path, and until when it is held.
async fn started(server: &TestServer, operator: &str) -> (String, Timestamp) {
    let made = server.post("/actions", operator, &draft()).await.ok();
    let path = format!("/actions/{}", made["id"].as_str().unwrap());
    let started = server
        .post(
            &format!("{path}/start"),
            operator,
            &json!({ "version": 1, "confirmed": ["duplicate_running"] }),
        )
        .await
        .ok();
    let held_until = started["held_until"].as_str().expect("it is held");
    (path, Timestamp::parse_rfc3339(held_until).unwrap())
}

#[tokio::test]
async fn the_first_message_leaves_when_the_hold_ends_and_not_before() {
    for server in TestServer::each_on(&held(400)).await {
        let operator = server.token(Role::Operator, "unit").await;
        let mut late_ms = Vec::new();
        for _ in 0..9 {
            let before = server.outbox.all().len();
            let (_, held_until) = started(&server, &operator).await;
            let arrived = async {
                loop {
                    if let Some(first) = server.outbox.all().get(before) {
                        break first.at;
                    }
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            };
            let first = tokio::time::timeout(Duration::from_secs(20), arrived)
                .await
                .expect("nobody polls: the end of the hold wakes the lanes");
            assert!(first >= held_until, "{first} is before {held_until}");
            late_ms.push(first.since(held_until).as_millis());
            // All of it, before the next.
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        late_ms.sort_unstable();
        println!(
            "{:?}: {late_ms:?} ms after the hold",
            server.desk.parts_for_tests().store
        );
    }
}

#[tokio::test]
async fn a_hold_survives_a_restart_and_holds_on_every_node() {
    for server in TestServer::each_on(&held(3_000)).await {
        let operator = server.token(Role::Operator, "unit").await;
        let (_, held_until) = started(&server, &operator).await;
        let other = if server.desk.parts_for_tests().store.is_shared() {
            Some(server.another_node().await)
        } else {
            None
        };
        let server = server.restart().await;
        if Clock::system().now() < held_until {
            assert_eq!(server.outbox.all().len(), 0);
        }
        let first = server.outbox.find(|sent| sent.link.is_some()).await;
        assert!(first.at >= held_until, "{} is before {held_until}", first.at);
        if let Some(other) = other {
            other.stop().await;
        }
    }
}

#[tokio::test]
async fn what_is_held_is_taken_back_or_sent_at_once_and_the_screens_hear_it() {
    for server in TestServer::each_on(&held(60_000)).await {
        let operator = server.token(Role::Operator, "unit").await;
        let (path, _) = started(&server, &operator).await;
        let step = |name: &str| format!("{path}/{name}");
        let version = |version: u32| json!({ "version": version });
        let view = server.get(&path, &operator).await.ok();
        assert!(view["waves"][0]["held_until"].is_string());
        let back = server.post(&step("take-back"), &operator, &version(2)).await.ok();
        assert_eq!(back["state"], "draft");
        let twice = server.post(&step("take-back"), &operator, &version(3)).await;
        assert_eq!(twice.status, 409);
        server.post(&step("start"), &operator, &version(3)).await.ok();
        server.post(&step("send-now"), &operator, &version(4)).await.ok();
        server.outbox.find(|sent| sent.link.is_some()).await;
        let late = server.post(&step("take-back"), &operator, &version(4)).await;
        // Under way, or all of it sent already.
        let code = late.body["code"].as_str().unwrap_or_default();
        assert!(["already_leaving", "nothing_held"].contains(&code), "{code}");
        let history = server.get(&step("history"), &operator).await.ok();
        let kinds: Vec<Value> = history["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|event| event["kind"].clone())
            .collect();
        for kind in ["action.taken_back", "action.sent_now"] {
            assert!(kinds.contains(&json!(kind)), "{kinds:?}");
        }
    }
}

#[tokio::test]
async fn a_stop_within_the_hold_stops_everything() {
    for server in TestServer::each_on(&held(700)).await {
        let operator = server.token(Role::Operator, "unit").await;
        let (path, held_until) = started(&server, &operator).await;
        let stop = format!("{path}/stop");
        let stopped = server.post(&stop, &operator, &json!({})).await.ok();
        let accounts = &stopped["accounting"];
        assert_eq!(accounts["stopped"], accounts["audience"]);
        Clock::system()
            .sleep_until(held_until + Duration::from_millis(300))
            .await;
        assert_eq!(server.outbox.all().len(), 0);
    }
}

#[tokio::test]
async fn whoever_takes_back_as_the_hold_ends_stops_all_of_it_or_nothing() {
    const RACES: u32 = 100;
    for server in TestServer::each_on(&held(40)).await {
        let operator = server.token(Role::Operator, "unit").await;
        let (mut sent, mut taken_back) = (0, 0);
        for race in 0..RACES {
            let (path, held_until) = started(&server, &operator).await;
            // From a little before the end of the hold to a little after.
            let moment = held_until + Duration::from_millis(u64::from(race % 20)) - Duration::from_millis(12);
            Clock::system().sleep_until(moment).await;
            let back = server
                .post(&format!("{path}/take-back"), &operator, &json!({ "version": 2 }))
                .await;
            let view = server.get(&path, &operator).await.ok();
            if back.status.is_success() {
                taken_back += 1;
                assert_eq!((&view["state"], &view["waves"]), (&json!("draft"), &json!([])));
            } else {
                // Under way, or all of it sent already.
                let code = back.body["code"].as_str().unwrap();
                assert!(["already_leaving", "nothing_held"].contains(&code), "{code}");
                let audience = view["accounting"]["audience"].as_u64().unwrap();
                sent += usize::try_from(audience).unwrap();
            }
        }
        println!(
            "{:?}: {taken_back} of {RACES} were taken back",
            server.desk.parts_for_tests().store
        );
        let all = async {
            while server.outbox.all().len() < sent {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_mins(1), all)
            .await
            .expect("what was not taken back is sent to everyone");
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(server.outbox.all().len(), sent, "what was taken back to nobody");
    }
}
