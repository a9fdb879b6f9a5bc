//! What runs is changed by whoever may send it, and nothing becomes urgent in the hands of whom that is not for.

use oproep::domain::role::Role;
use reqwest::Method;
use serde_json::json;

use super::asker::{Asker, home, is_refusal};
use super::operations::SENDS;
use super::part::{Part, draft};
use super::{Wrong, patient_server};

const CHANGES: [(&str, &str); 13] = [
    ("POST", "/actions/{id}/start"),
    ("POST", "/actions/{id}/expand"),
    ("POST", "/actions/{id}/update"),
    ("POST", "/actions/{id}/take-back"),
    ("POST", "/actions/{id}/send-now"),
    ("POST", "/actions/{id}/pause"),
    ("POST", "/actions/{id}/resume"),
    ("POST", "/actions/{id}/close"),
    ("POST", "/actions/{id}/withdraw"),
    ("POST", "/actions/{id}/photos"),
    ("DELETE", "/actions/{id}/photos/{photo}"),
    // Last, since they ask for no version.
    ("POST", "/actions/{id}/correct"),
    ("POST", "/actions/{id}/stop"),
];

#[tokio::test]
async fn what_runs_is_changed_by_whoever_may_send_it() {
    let server = patient_server().await;
    let mut asker = Asker {
        server: &server,
        cells: 0,
    };
    let mut wrong = Wrong::default();
    for urgent in [false, true] {
        let west = Part::new(&server, "west", urgent).await.running();
        let east = Part::new(&server, "east", urgent).await.running();
        for operation in CHANGES {
            for role in Role::ALL {
                let token = server.token(role, home(role)).await;
                let (method, template) = operation;
                let cell = format!("{method} {template} by {role}, urgent: {urgent}");
                let roles = if urgent { SENDS.urgent } else { SENDS.calm };
                let status = asker.ask(operation, &west, &token).await;
                wrong.expect(&cell, status, roles.contains(&role));
                let status = asker.ask(operation, &east, &token).await;
                wrong.expect(&format!("{cell}, from elsewhere"), status, false);
            }
        }
    }
    wrong.is_empty();
}

#[tokio::test]
async fn a_draft_becomes_urgent_and_ceases_to_be_so_by_the_control_room_alone() {
    let server = patient_server().await;
    for urgent in [false, true] {
        let part = Part::new(&server, "west", urgent).await;
        for role in Role::ALL {
            let token = server.token(role, home(role)).await;
            let change = json!({ "version": 99, "draft": draft(!urgent, 0.0) });
            let path = format!("/actions/{}", part.draft);
            let answer = server.send(Method::PUT, &path, &token, &change).await;
            let prepares = [Role::Operator, Role::VolunteerOperator].contains(&role);
            assert_eq!(
                is_refusal(answer.status.as_u16()),
                !prepares,
                "a change by {role}: {}",
                answer.body
            );
        }
    }
}
