//! Who may do what: every operation of the description, for every role, nobody, and a participant, for actions with
//! and without hurry, inside and outside of their part of the territory. What is not listed as allowed must be
//! refused; an operation that is not listed fails the test.

use std::time::Duration;

use oproep::desk::safeguards::HoldOfKind;
use oproep::domain::action::ActionKind;
use oproep::domain::role::Role;
use oproep::storage::testing::TestDatabase;
use oproep::web::rate::Rate;
use reqwest::Method;
use serde_json::json;

use crate::server::{Ground, TestServer};
use Role::{Administrator, Operator};
use asker::{Asker, home, is_refusal};
use operations::Who::{Anyone, Citizens, Inside, Staff};
use operations::{OPERATIONS, is_of_an_action};
use part::Part;

mod asker;
mod keys;
pub mod operations;
pub mod part;
mod running;

/// A server that lets anyone ask as often as they like. Robberies are held for a minute.
pub async fn patient_server() -> TestServer {
    let mut ground = Ground::default();
    ground.safeguards.hold.of_kind = vec![HoldOfKind {
        kind: ActionKind::Robbery,
        for_ms: 60_000,
    }];
    TestServer::start_on(TestDatabase::sqlite().await, ground, |settings| {
        let free = Rate {
            burst: 100_000,
            every_ms: 1,
        };
        settings.rates.sign_in_by_address = free;
        settings.rates.code_by_address = free;
        settings.rates.tip_by_address = free;
        settings.rates.feed_by_address = free;
    })
    .await
}

/// Cells of the matrix that came out otherwise than listed.
#[derive(Default)]
struct Wrong(Vec<String>);

impl Wrong {
    fn expect(&mut self, cell: &str, status: u16, allowed: bool) {
        let right = if allowed {
            !is_refusal(status) && status < 500
        } else {
            is_refusal(status)
        };
        if !right {
            self.0.push(format!("{cell}: {status}, allowed: {allowed}"));
        }
    }

    #[track_caller]
    fn is_empty(&self) {
        assert!(
            self.0.is_empty(),
            "{} cells:\n{}",
            self.0.len(),
            self.0.join("\n")
        );
    }
}

#[tokio::test]
async fn what_is_not_listed_is_refused() {
    let server = patient_server().await;
    let mut west = [
        Part::new(&server, "west", false).await,
        Part::new(&server, "west", true).await,
    ];
    let east = [
        Part::new(&server, "east", false).await,
        Part::new(&server, "east", true).await,
    ];
    let mut asker = Asker {
        server: &server,
        cells: 0,
    };
    let mut wrong = Wrong::default();
    for (method, template, who) in OPERATIONS {
        let operation = (*method, *template);
        let cell = |name: &str| format!("{method} {template} by {name}");
        if matches!(who, Anyone) {
            let status = asker.ask(operation, &west[0], "").await;
            // A link or a code that is none is refused like anything unknown.
            let allowed = status < 500 && status != 403;
            wrong.expect(&cell("anyone"), if allowed { 200 } else { status }, true);
            continue;
        }
        let status = asker.ask(operation, &west[0], "").await;
        wrong.expect(&cell("nobody"), status, false);
        let citizen = server
            .citizen(&format!("citizen{}@example.org", asker.cells))
            .await;
        if *template == "/participants/me/devices/{id}" {
            let registered = json!({ "kind": "fcm", "token": "d" });
            let device = server
                .post("/participants/me/devices", &citizen, &registered)
                .await
                .ok();
            device["id"].as_str().unwrap().clone_into(&mut west[0].device);
        }
        let status = asker.ask(operation, &west[0], &citizen).await;
        wrong.expect(&cell("a participant"), status, matches!(who, Citizens));
        let urgencies: &[bool] = if is_of_an_action(template) {
            &[false, true]
        } else {
            &[false]
        };
        for role in Role::ALL {
            let token = server.token(role, home(role)).await;
            for urgent in urgencies {
                let listed = match who {
                    Staff(roles) | Inside(roles) if *urgent => roles.urgent.contains(&role),
                    Staff(roles) | Inside(roles) => roles.calm.contains(&role),
                    Anyone | Citizens => false,
                };
                let name = format!("{role}, urgent: {urgent}");
                let part = &west[usize::from(*urgent)];
                let status = asker.ask(operation, part, &token).await;
                wrong.expect(&cell(&name), status, listed);
                if matches!(who, Inside(_)) {
                    let part = &east[usize::from(*urgent)];
                    let status = asker.ask(operation, part, &token).await;
                    wrong.expect(&cell(&format!("{name}, from elsewhere")), status, false);
                }
            }
        }
    }
    wrong.is_empty();
}

#[tokio::test]
async fn a_session_that_ended_opens_nothing_any_more() {
    let server = TestServer::sqlite().await;
    let administrator = server.token(Administrator, "unit").await;
    let operator = server.token(Operator, "west").await;
    let id = server.get("/me", &operator).await.ok()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let disable = json!({ "is_enabled": false });
    server
        .send(
            Method::PATCH,
            &format!("/accounts/{id}"),
            &administrator,
            &disable,
        )
        .await
        .ok();
    assert_eq!(server.get("/me", &operator).await.status, 401);
    tokio::time::timeout(Duration::from_secs(30), server.stop())
        .await
        .expect("it stops");
}
