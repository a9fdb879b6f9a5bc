//! What keys of other systems may do: every operation of the description, for a key with each right alone. What is not
//! listed must be refused, for everyone's actions; of its own a key changes drafts, and starts none.

use oproep::desk::accounts::keys::NewKey;
use oproep::domain::key_rights::KeyRight::{
    self, ReadActions, ReadRegions, ReadTips, RequestActions, WriteTips,
};
use oproep::domain::role::Role;
use oproep::storage::testing::regions::region_id;
use reqwest::Method;
use serde_json::json;

use super::asker::Asker;
use super::operations::OPERATIONS;
use super::operations::Who::{Anyone, Citizens, Inside, Staff};
use super::part::{Part, draft};
use super::{Wrong, patient_server};
use crate::server::TestServer;

const ALLOWED: [(&str, &str, KeyRight); 29] = [
    ("GET", "/regions", ReadRegions),
    ("GET", "/regions/{id}", ReadRegions),
    ("POST", "/reach", RequestActions),
    ("POST", "/texts", RequestActions),
    ("POST", "/checks", RequestActions),
    ("POST", "/search-areas", RequestActions),
    ("POST", "/actions", RequestActions),
    ("GET", "/actions", ReadActions),
    ("GET", "/actions/{id}", ReadActions),
    ("GET", "/actions/{id}/waves", ReadActions),
    ("GET", "/actions/{id}/accounting", ReadActions),
    ("GET", "/actions/{id}/waves/{wave}/recipients", ReadActions),
    ("GET", "/actions/{id}/history", ReadActions),
    ("GET", "/actions/{id}/lost-minutes", ReadActions),
    ("GET", "/actions/{id}/checks", ReadActions),
    ("GET", "/actions/{id}/correction", ReadActions),
    ("GET", "/corrections", ReadActions),
    ("GET", "/wordings", ReadActions),
    ("GET", "/photos/{id}", ReadActions),
    ("GET", "/live", ReadActions),
    ("GET", "/actions/{id}/tips", ReadTips),
    ("GET", "/tips/{id}", ReadTips),
    ("GET", "/tips/{id}/similar", ReadTips),
    ("GET", "/tips/{id}/recording", ReadTips),
    ("GET", "/videos/{id}", ReadTips),
    ("GET", "/actions/{id}/searched", ReadTips),
    ("POST", "/actions/{id}/tips", WriteTips),
    ("PATCH", "/tips/{id}", WriteTips),
    ("POST", "/tips/{id}/notes", WriteTips),
];

async fn key(server: &TestServer, rights: &[KeyRight], region: &str) -> String {
    let new = NewKey {
        name: "Meldsysteem".to_owned(),
        rights: rights.iter().copied().collect(),
        region: region_id(region),
        expires_at: None,
        rate_per_minute: Some(6_000),
    };
    let machine = server.desk.machine_scope(None);
    server.desk.create_key(&machine, new).await.unwrap().token
}

#[tokio::test]
async fn a_key_does_what_its_right_says_in_its_own_region_and_nothing_else() {
    let server = patient_server().await;
    let west = Part::new(&server, "west", true).await;
    let east = Part::new(&server, "east", true).await;
    let mut asker = Asker {
        server: &server,
        cells: 0,
    };
    let mut wrong = Wrong::default();
    for right in KeyRight::ALL {
        let token = key(&server, &[right], "west").await;
        for (method, template, who) in OPERATIONS {
            if matches!(who, Anyone) {
                continue;
            }
            let listed = ALLOWED.contains(&(*method, *template, right));
            let cell = format!("{method} {template} by a key for {right}");
            let status = asker.ask((*method, *template), &west, &token).await;
            wrong.expect(&cell, status, listed && !matches!(who, Citizens));
            if matches!(who, Inside(_)) || (matches!(who, Staff(_)) && !listed) {
                let status = asker.ask((*method, *template), &east, &token).await;
                wrong.expect(&format!("{cell}, from elsewhere"), status, false);
            }
        }
    }
    wrong.is_empty();
}

#[tokio::test]
async fn another_system_asks_for_an_action_and_only_somebody_starts_it() {
    for server in TestServer::each().await {
        let rights = [RequestActions, ReadActions];
        let token = key(&server, &rights, "unit").await;
        let made = server.post("/actions", &token, &draft(true, 0.0)).await.ok();
        let path = format!("/actions/{}", made["id"].as_str().unwrap());
        let change = json!({ "version": 1, "draft": draft(true, 1.0) });
        server.send(Method::PUT, &path, &token, &change).await.ok();
        let at = |version: u32| json!({ "version": version });
        let refused = server.post(&format!("{path}/start"), &token, &at(2)).await;
        assert_eq!(refused.status.as_u16(), 403, "{}", refused.body);
        let operator = server.token(Role::Operator, "unit").await;
        let alone = server.post(&format!("{path}/start"), &operator, &at(2)).await;
        assert!(
            !alone.status.is_success(),
            "a system's draft always waits for an approval"
        );
        let submitted = server.post(&format!("{path}/submit"), &token, &at(2)).await.ok();
        let approval = json!({ "version": 3, "audience": submitted["audience"] });
        let own = server.post(&format!("{path}/approve"), &token, &approval).await;
        assert_eq!(own.status.as_u16(), 403, "{}", own.body);
        server
            .post(&format!("{path}/approve"), &operator, &approval)
            .await
            .ok();
        let seen = server.get(&path, &operator).await.ok();
        assert_eq!(seen["requested_by_system"], "Meldsysteem");
        server
            .post(&format!("{path}/start"), &operator, &at(4))
            .await
            .ok();
        let state = server.get(&path, &token).await.ok()["state"].clone();
        assert_eq!(state, "active");
        let of_operator = server.post("/actions", &operator, &draft(true, 0.0)).await.ok();
        let path = format!("/actions/{}", of_operator["id"].as_str().unwrap());
        let change = json!({ "version": 1, "draft": draft(true, 1.0) });
        let refused = server.send(Method::PUT, &path, &token, &change).await;
        assert_eq!(refused.body["code"], "key_right");
        server.stop().await;
    }
}
