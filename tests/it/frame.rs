//! What every request meets, whoever sends it.

use std::time::Duration;

use oproep::domain::role::Role;
use oproep::storage::testing::TestDatabase;
use oproep::web::rate::Rate;
use reqwest::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::server::{Answer, TestServer};

#[tokio::test]
async fn a_ready_server_says_which_parts_are_ready_and_stops_when_asked() {
    for server in TestServer::each().await {
        let answer = server.client.get(server.url("/readyz")).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        let parts: serde_json::Value = answer.json().await.unwrap();
        let names = [0, 1, 2].map(|index| parts["parts"][index]["name"].clone());
        assert_eq!(names, ["database", "directory", "dispatcher"], "{parts}");
        let live = server.client.get(server.url("/livez")).send().await.unwrap();
        assert_eq!(live.text().await.unwrap(), "ok\n");
        tokio::time::timeout(Duration::from_secs(30), server.stop())
            .await
            .expect("it stops");
    }
}

#[tokio::test]
async fn where_operations_has_a_listener_of_its_own_strangers_hear_one_word() {
    let database = TestDatabase::sqlite().await;
    let server = TestServer::start(database, |settings| settings.operations = false).await;
    let answer = server.client.get(server.url("/readyz")).send().await.unwrap();
    assert_eq!(answer.text().await.unwrap(), r#"{"ready":true}"#);
    let figures = server.client.get(server.url("/metrics")).send().await.unwrap();
    assert_eq!(figures.status(), 404);
    server.stop().await;
}

#[tokio::test]
async fn a_stop_lets_an_idle_connection_go_and_takes_no_new_one() {
    let server = TestServer::sqlite().await;
    let address = server.address;
    let mut idle = TcpStream::connect(address).await.unwrap();
    idle.write_all(b"GET /livez HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    let mut answer = [0; 4096];
    let read = idle.read(&mut answer).await.unwrap();
    assert!(answer[..read].starts_with(b"HTTP/1.1 200"));
    tokio::time::timeout(Duration::from_secs(30), server.stop())
        .await
        .expect("it stops");
    let left = idle.read(&mut answer).await.unwrap_or(0);
    assert_eq!(left, 0, "the connection is closed");
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn problems_speak_the_language_asked_for_and_name_the_fields() {
    let server = TestServer::sqlite().await;
    let request = server.client.get(server.url("/api/v1/nothing/06-12345678"));
    let answer = request.header("accept-language", "nl").send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    insta::assert_json_snapshot!(
        "an unknown path",
        answer.json::<serde_json::Value>().await.unwrap()
    );
    let token = server.token(Role::Operator, "unit").await;
    let wrong = json!({ "kind": "burglary", "area": { "type": "Circle", "coordinates": [5.1, 95.0], "radius_m": 9 } });
    insta::assert_json_snapshot!(
        "an impossible area",
        server.post("/actions", &token, &wrong).await.body
    );
    let wrong = json!({ "language": "nl", "email": "naam", "is_old_enough": false, "places": [] });
    insta::assert_json_snapshot!(
        "a registration",
        server.post("/registrations", "", &wrong).await.body
    );
    insta::assert_json_snapshot!("no token", server.get("/me", "").await.body);
}

#[tokio::test]
async fn refusals_and_fields_are_told_in_dutch_and_in_english() {
    let server = TestServer::sqlite().await;
    let ambassador = server.token(Role::MunicipalAmbassador, "south-west").await;
    let operator = server.token(Role::Operator, "unit").await;
    let area = |radius_m| json!({ "type": "Circle", "coordinates": [5.3, 52.0907], "radius_m": radius_m });
    let draft = |kind: &str, radius_m: u32| json!({ "kind": kind, "area": area(radius_m) });
    let reach = json!({ "kind": "witness_call", "area": area(200_000) });
    let mistyped = json!({ "kind": "burglary", "expires_after_s": "long" });
    let calls = [
        ("/actions", &ambassador, draft("burglary", 500)),
        ("/reach", &ambassador, reach),
        ("/actions", &operator, draft("burglary", 1)),
        ("/actions", &operator, draft("birthday", 500)),
        ("/actions", &operator, mistyped),
    ];
    let mut said = Vec::new();
    for (path, token, body) in calls {
        let mut texts = Vec::new();
        for language in ["nl", "en"] {
            let request = server.request(Method::POST, path, token).json(&body);
            let request = request.header("accept-language", language);
            let answer = Answer::of(request.send().await).await;
            assert!(answer.status.is_client_error(), "{}", answer.body);
            assert_eq!(answer.headers["content-language"], language);
            let fields = answer.body["fields"].as_array().cloned().unwrap_or_default();
            let text = fields
                .first()
                .map_or(&answer.body["detail"], |field| &field["message"]);
            texts.push(text.as_str().expect("a text").to_owned());
        }
        assert_ne!(texts[0], texts[1]);
        said.push(texts);
    }
    insta::assert_json_snapshot!("in both languages", said);
}

#[tokio::test]
async fn whoever_tries_too_often_is_told_how_long_to_wait() {
    let database = TestDatabase::sqlite().await;
    let server = TestServer::start(database, |settings| {
        settings.rates.sign_in_by_address = Rate {
            burst: 2,
            every_ms: 60_000,
        };
    })
    .await;
    let wrong = json!({ "username": "nobody", "password": "wrong" });
    for _ in 0..2 {
        assert_eq!(
            server.post("/sessions", "", &wrong).await.problem(),
            "sign-in-failed"
        );
    }
    let answer = server.post("/sessions", "", &wrong).await;
    assert_eq!(answer.status, 429);
    let wait: u64 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
}

#[tokio::test]
async fn a_session_opens_is_listed_and_ends() {
    for server in TestServer::each().await {
        let token = server.token(Role::Operator, "unit").await;
        let body = json!({ "username": "OPERATOR.unit", "password": oproep::desk::testing::PASSWORD });
        let opened = server.post("/sessions", "", &body).await;
        assert_eq!(opened.status, 201);
        let second = opened.body["token"].as_str().unwrap().to_owned();
        assert_eq!(server.get("/me", &second).await.ok()["role"], "operator");
        let sessions = server.get("/sessions", &token).await.ok();
        assert_eq!(sessions.as_array().unwrap().len(), 2);
        let id = opened.body["id"].as_str().unwrap();
        let delete = server.request(reqwest::Method::DELETE, &format!("/sessions/{id}"), &token);
        assert_eq!(delete.send().await.unwrap().status(), 204);
        assert_eq!(server.get("/me", &second).await.problem(), "signed-out");
        assert_eq!(server.get("/me", &token).await.status, 200);
    }
}
