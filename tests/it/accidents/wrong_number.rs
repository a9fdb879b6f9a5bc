//! NL-Alert, June 2019: the emergency number was out of order, and the message that named another one named a wrong
//! one, though eight people had read it. Here a number goes out when the administrator put it into the register, and
//! not otherwise, whoever read it.

use oproep::domain::role::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::actions::draft;
use crate::server::TestServer;

/// A draft that says this, in both languages.
fn saying(nl: &str, en: &str) -> Value {
    let mut content = draft();
    content["texts"] = json!({
        "nl": { "title": "Alarmnummer gestoord", "body": nl },
        "en": { "title": "Emergency number down", "body": en }
    });
    content
}

const RIGHT: &str = "Het alarmnummer is gestoord. Bent u in nood? Bel 0900 8844 of ga naar de politie.";
const RIGHT_EN: &str = "The emergency number is down. Are you in danger? Call 0900 8844 or go to the police.";

#[tokio::test]
async fn a_wrong_number_goes_out_in_no_message_and_no_language() {
    for server in TestServer::each().await {
        let operator = server.token(Role::Operator, "unit").await;
        let wrong = [
            (RIGHT.replace("0900 8844", "088-6628240"), RIGHT_EN.to_owned()),
            (RIGHT.to_owned(), RIGHT_EN.replace("0900 8844", "0900 8845")),
            (RIGHT.replace("0900 8844", "0800-8844"), RIGHT_EN.to_owned()),
            (
                RIGHT.replace("0900 8844", "nul negenhonderd achtentachtig vijfenveertig"),
                RIGHT_EN.to_owned(),
            ),
        ];
        for (nl, en) in &wrong {
            let made = server.post("/actions", &operator, &saying(nl, en)).await.ok();
            let start = format!("/actions/{}/start", made["id"].as_str().unwrap());
            let body = json!({ "version": 1, "confirmed": ["number_unknown", "offence_named"] });
            let refused = server.post(&start, &operator, &body).await;
            assert_eq!((refused.status.as_u16(), refused.problem()), (422, "refused"));
            assert_eq!(refused.body["code"], "checks_refuse");
            let finding = &refused.body["findings"][0];
            assert_eq!(
                (&finding["code"], &finding["severity"]),
                (&json!("number_unknown"), &json!("refuse"))
            );
            let text = if finding["field"] == "texts.nl.body" {
                nl
            } else {
                en
            };
            let units: Vec<u16> = text.encode_utf16().collect();
            let place = |key: &str| usize::try_from(finding[key].as_u64().unwrap()).unwrap();
            let marked = String::from_utf16(&units[place("start")..place("end")]).unwrap();
            assert!(
                nl.contains(&marked) != en.contains(&marked),
                "a screen can mark it: {marked}"
            );
        }
        let made = server
            .post("/actions", &operator, &saying(RIGHT, RIGHT_EN))
            .await
            .ok();
        let path = |step: &str| format!("/actions/{}{step}", made["id"].as_str().unwrap());
        let checks = server.get(&path("/checks"), &operator).await.ok();
        assert_eq!(checks["findings"], json!([]));
        server
            .post(&path("/start"), &operator, &json!({ "version": 1 }))
            .await
            .ok();
        let texts = saying(&wrong[0].0, &wrong[0].1)["texts"].clone();
        for (step, body) in [
            ("/update", json!({ "version": 2, "texts": texts })),
            ("/correct", json!({ "texts": texts })),
            (
                "/close",
                json!({ "version": 2, "outcome": "not_resolved", "texts": texts }),
            ),
        ] {
            let refused = server.post(&path(step), &operator, &body).await;
            assert_eq!(refused.body["code"], "checks_refuse", "{step}: {}", refused.body);
        }
        server.outbox.find(|sent| sent.body.contains("0900 8844")).await;
        let waves = server.get(&path("/waves"), &operator).await.ok();
        assert_eq!(waves.as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn a_number_of_the_register_goes_out_until_the_administrator_takes_it_back() {
    for server in TestServer::each().await {
        let operator = server.token(Role::Operator, "unit").await;
        let administrator = server.token(Role::Administrator, "unit").await;
        let number = json!({ "number": "088 662 82 40", "note": "Gestoord alarmnummer" });
        let entry = server.post("/register", &administrator, &number).await.ok();
        assert_eq!(entry["value"], "+31886628240");
        let nl = RIGHT.replace("0900 8844", "088-6628240");
        let content = saying(&nl, RIGHT_EN);
        let checked = server.post("/checks", &operator, &content).await.ok();
        assert_eq!(checked["may_go_out"], true, "{checked}");
        let remove = format!("/register/{}", entry["id"].as_str().unwrap());
        let removed = server
            .send(Method::DELETE, &remove, &administrator, &json!({}))
            .await;
        assert_eq!(removed.status, 204);
        let checked = server.post("/checks", &operator, &content).await.ok();
        assert_eq!(
            (&checked["may_go_out"], &checked["findings"][0]["code"]),
            (&json!(false), &json!("number_unknown"))
        );
        let in_dutch = server
            .request(Method::POST, "/checks", &operator)
            .header("accept-language", "nl")
            .json(&content);
        let in_dutch: Value = in_dutch.send().await.unwrap().json().await.unwrap();
        let message = in_dutch["findings"][0]["message"].as_str().unwrap();
        assert!(
            message.contains("register") && message.contains("beheerder"),
            "{message}"
        );
    }
}
