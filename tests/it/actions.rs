//! An action goes out, is found page by page, brings in tips, and ends.

use oproep::domain::role::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::server::{Answer, TestServer};

/// An urgent draft over the squares of the south-west, where half of the participants live.
pub fn draft() -> Value {
    json!({
        "kind": "burglary",
        "area": { "type": "Circle", "coordinates": [5.1250, 52.0930], "radius_m": 400 },
        "origin": [5.1214, 52.0907],
        "description": { "direction": "de brug" },
        "requested_at": "2026-03-01T13:55:00Z"
    })
}

#[tokio::test]
async fn an_action_from_draft_to_outcome() {
    for server in TestServer::each().await {
        let operator = server.token(Role::Operator, "unit").await;
        let reach = json!({ "kind": "burglary", "area": draft()["area"] });
        let reach = server.post("/reach", &operator, &reach).await.ok();
        let made = server.post("/actions", &operator, &draft()).await;
        assert_eq!(made.status, 201);
        let id = made.body["id"].as_str().unwrap().to_owned();
        let path = |step: &str| format!("/actions/{id}{step}");

        let started = server
            .post(&path("/start"), &operator, &json!({ "version": 1 }))
            .await
            .ok();
        assert_eq!(started["audience"], reach["total"]);
        assert!(started["audience"].as_u64().unwrap() > 0);
        let stale = server
            .post(&path("/start"), &operator, &json!({ "version": 7 }))
            .await;
        assert_eq!((stale.status.as_u16(), stale.problem()), (409, "conflict"));
        assert_eq!(stale.body["code"], "changed_meanwhile");

        let sent = server.outbox.find(|sent| sent.link.is_some()).await;
        let link = sent.link.unwrap();
        let reference = link.rsplit('/').next().unwrap().to_owned();
        let alert = server.get(&format!("/alerts/{reference}"), "").await.ok();
        assert_eq!(alert["ended"], false);
        assert_eq!(alert["messages"][0]["purpose"], "alert");

        let tip = json!({ "text": "Een man met een rode jas", "phone": "030 123 45 67" });
        let tip = server.post(&format!("/alerts/{reference}/tips"), "", &tip).await;
        assert_eq!(tip.status, 201, "{}", tip.body);
        let follow = format!("/tips/follow/{}", tip.body["reference"].as_str().unwrap());
        assert_eq!(server.get(&follow, "").await.ok()["state"], "received");
        let tips = server.get(&path("/tips"), &operator).await.ok();
        let tip = tips["items"][0].clone();
        assert_eq!(tip["text"], "Een man met een rode jas");
        let mark = json!({ "version": 1, "mark": "passed_on", "unit": "UT 11.01" });
        let tip_path = format!("/tips/{}", tip["id"].as_str().unwrap());
        server.send(Method::PATCH, &tip_path, &operator, &mark).await.ok();
        assert_eq!(server.get(&follow, "").await.ok()["state"], "acted_on");

        let view = server.get(&path(""), &operator).await.ok();
        let closing = json!({ "version": view["version"], "outcome": "direct_success", "tip": tip["id"] });
        let ended = server.post(&path("/close"), &operator, &closing).await.ok();
        assert_eq!(ended["action"]["state"], "closed");
        let history = server.get(&path("/history"), &operator).await.ok();
        let kinds: Vec<_> = history["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|event| &event["kind"])
            .collect();
        assert!(kinds.contains(&&json!("tip.received")) && kinds.contains(&&json!("action.closed")));
        let report = "/statistics?from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z";
        let report = server.get(report, &operator).await.ok();
        assert_eq!(
            (&report["started"], &report["success"]["successes"]),
            (&json!(1), &json!(1))
        );
    }
}

#[tokio::test]
async fn a_repeated_start_gets_the_first_answer_and_sends_nothing_twice() {
    for server in TestServer::each().await {
        let operator = server.token(Role::Operator, "unit").await;
        let keyed = |path: String, key: &'static str, body: Value| {
            let request = server
                .request(Method::POST, &path, &operator)
                .header("idempotency-key", key);
            async move { Answer::of(request.json(&body).send().await).await }
        };
        let made = keyed("/actions".to_owned(), "one", draft()).await;
        let again = keyed("/actions".to_owned(), "one", draft()).await;
        assert_eq!(made.body, again.body);
        assert_eq!(
            (again.status.as_u16(), &again.headers["idempotency-replayed"]),
            (201, &"true".parse().unwrap())
        );
        let mut other = draft();
        other["kind"] = json!("robbery");
        let other = keyed("/actions".to_owned(), "one", other).await;
        assert_eq!((other.status.as_u16(), other.problem()), (422, "key-reused"));

        let start = format!("/actions/{}/start", made.body["id"].as_str().unwrap());
        let first = keyed(start.clone(), "two", json!({ "version": 1 })).await.ok();
        let second = keyed(start, "two", json!({ "version": 1 })).await.ok();
        assert_eq!(first["wave"], second["wave"]);
        let waves = format!("/actions/{}/waves", made.body["id"].as_str().unwrap());
        assert_eq!(
            server.get(&waves, &operator).await.ok().as_array().unwrap().len(),
            1
        );
    }
}

#[tokio::test]
async fn pages_hold_every_action_once_in_order() {
    for server in TestServer::each().await {
        let operator = server.token(Role::Operator, "unit").await;
        let mut made = Vec::new();
        for _ in 0..5 {
            made.push(server.post("/actions", &operator, &draft()).await.ok()["id"].clone());
        }
        let (mut found, mut next) = (Vec::new(), String::new());
        loop {
            let path = format!("/actions?sort=oldest&state=draft&limit=2{next}");
            let page = server.get(&path, &operator).await.ok();
            found.extend(
                page["items"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|item| item["id"].clone()),
            );
            match page["next"].as_str() {
                Some(after) => next = format!("&after={after}"),
                None => break,
            }
        }
        assert_eq!(found, made);
        for wrong in ["state=asleep", "limit=x", "after=%00", "colour=red", "region=1"] {
            let answer = server.get(&format!("/actions?{wrong}"), &operator).await;
            assert_eq!(answer.status, 422, "{wrong}");
        }
    }
}

#[tokio::test]
async fn the_page_behind_a_link_takes_a_tip_without_script() {
    let server = TestServer::sqlite().await;
    let operator = server.token(Role::Operator, "unit").await;
    let made = server.post("/actions", &operator, &draft()).await.ok();
    let start = format!("/actions/{}/start", made["id"].as_str().unwrap());
    server
        .post(&start, &operator, &json!({ "version": 1 }))
        .await
        .ok();
    let link = server.outbox.find(|sent| sent.link.is_some()).await.link.unwrap();
    let page = format!("/a/{}", link.rsplit('/').next().unwrap());

    let shown = server
        .client
        .get(server.url(&page))
        .header("accept", "text/html")
        .send()
        .await
        .unwrap();
    assert!(
        shown.headers()["content-security-policy"]
            .to_str()
            .unwrap()
            .contains("form-action 'self'")
    );
    assert!(shown.text().await.unwrap().contains("<form method=\"post\""));
    let form = |text: &str| {
        let body = format!(
            "--e\r\ncontent-disposition: form-data; name=\"text\"\r\n\r\n{text}\r\n\
             --e\r\ncontent-disposition: form-data; name=\"photos\"; filename=\"\"\r\n\r\n\r\n--e--\r\n"
        );
        let request = server
            .client
            .post(server.url(&page))
            .header("accept", "text/html");
        request
            .header("content-type", "multipart/form-data; boundary=e")
            .body(body)
            .send()
    };
    let sent = form("Hij stond bij de brug").await.unwrap();
    assert_eq!(sent.status(), 200, "the page of the tip, after a redirect");
    assert!(sent.url().path().starts_with("/t/"));
    let refused = form(" ").await.unwrap();
    assert_eq!(refused.status(), 422);
    assert!(refused.text().await.unwrap().contains("role=\"alert\""));
    let unknown = server
        .client
        .get(server.url("/a/nonsense"))
        .header("accept", "text/html")
        .send()
        .await
        .unwrap();
    assert_eq!(
        (
            unknown.status().as_u16(),
            unknown.headers()["content-type"].to_str().unwrap()
        ),
        (404, "text/html; charset=utf-8")
    );
}

#[tokio::test]
async fn receipts_move_the_accounts_on() {
    for server in TestServer::each().await {
        let operator = server.token(Role::Operator, "unit").await;
        let made = server.post("/actions", &operator, &draft()).await.ok();
        let id = made["id"].as_str().unwrap();
        let start = format!("/actions/{id}/start");
        server
            .post(&start, &operator, &json!({ "version": 1 }))
            .await
            .ok();
        let by_text = |sent: &crate::outbox::Sent| {
            sent.link.is_some() && matches!(sent.endpoint, oproep::domain::endpoint::Endpoint::Phone(_))
        };
        let by_text = server.outbox.find(by_text).await;
        let link = by_text.link.unwrap();
        let in_link = link.rsplit('/').next().unwrap();
        let reference = &by_text.reference;
        let bring = async |secret: &str, reference: &str| {
            let report = server.url(&format!("/receipts/kannel/{secret}/{reference}/1"));
            server.client.get(report).send().await.unwrap().status().as_u16()
        };
        assert_eq!(bring("guess", reference).await, 404);
        assert_eq!(bring("secret", in_link).await, 200, "done with, and nobody's");
        let delivered = server
            .get(&format!("/actions/{id}/accounting"), &operator)
            .await
            .ok();
        assert_eq!(delivered["delivered"], 0, "whoever has a link reports nothing");
        assert_eq!(bring("secret", reference).await, 200);
        let accounting = server
            .get(&format!("/actions/{id}/accounting"), &operator)
            .await
            .ok();
        let counts = ["queued", "accepted", "delivered", "failed", "unknown", "stopped"];
        let sum: u64 = counts
            .iter()
            .map(|count| accounting[count].as_u64().unwrap())
            .sum();
        assert_eq!(accounting["audience"], sum);
        assert_eq!(accounting["delivered"], 1);
        assert_eq!(bring("secret", "AAAAAAAAAAAAAAAAAAAAAAAA").await, 200);
        let cm = server
            .client
            .post(server.url("/receipts/cm/guess"))
            .body("{}")
            .send()
            .await
            .unwrap();
        assert_eq!(cm.status(), 404);
    }
}
