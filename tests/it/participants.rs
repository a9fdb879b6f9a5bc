//! A citizen takes part, changes what they gave, and leaves.

use oproep::domain::endpoint::Endpoint;
use reqwest::Method;
use serde_json::{Value, json};

use crate::server::TestServer;

pub fn registration(email: &str) -> Value {
    json!({
        "language": "en",
        "email": email,
        "is_old_enough": true,
        "places": [{ "kind": "home", "longitude": 5.1220, "latitude": 52.0910, "label": "Thuis" }],
        "topics": ["urgent", "missing_persons"]
    })
}

impl TestServer {
    /// The token of a new participant with this address.
    pub async fn citizen(&self, email: &str) -> String {
        let sent = self.post("/registrations", "", &registration(email)).await.ok();
        let code = self.outbox.code(&Endpoint::Mailbox(email.to_owned())).await;
        let path = format!(
            "/registrations/{}/confirm",
            sent["verification"].as_str().unwrap()
        );
        let confirmed = self.post(&path, "", &json!({ "code": code })).await.ok();
        confirmed["session"]["token"]
            .as_str()
            .expect("a session")
            .to_owned()
    }
}

#[tokio::test]
async fn someone_takes_part_and_leaves() {
    for server in TestServer::each().await {
        let token = server.citizen("nieuw@example.org").await;
        let me = server.get("/participants/me", &token).await.ok();
        assert_eq!(
            (&me["email"], &me["language"]),
            (&json!("nieuw@example.org"), &json!("en"))
        );
        let places = json!({ "places": [{ "kind": "work", "longitude": 5.13, "latitude": 52.092 }] });
        let changed = server
            .send(Method::PUT, "/participants/me/places", &token, &places)
            .await
            .ok();
        assert_eq!(changed["places"][0]["kind"], "work");
        let none = server
            .send(
                Method::PUT,
                "/participants/me/places",
                &token,
                &json!({ "places": [] }),
            )
            .await;
        assert_eq!(none.body["fields"][0]["code"], "places_missing");
        let device = json!({ "kind": "fcm", "token": "abc" });
        let device = server
            .post("/participants/me/devices", &token, &device)
            .await
            .ok();
        let forget = format!("/participants/me/devices/{}", device["id"].as_str().unwrap());
        let delete = |path: &str| server.request(Method::DELETE, path, &token).send();
        assert_eq!(delete(&forget).await.unwrap().status(), 204);
        let export = server.get("/participants/me/export", &token).await.ok();
        assert_eq!(export["participant"]["id"], me["id"]);
        assert_eq!(delete("/participants/me").await.unwrap().status(), 204);
        assert_eq!(server.get("/participants/me", &token).await.status, 401);
    }
}

#[tokio::test]
async fn asking_for_a_code_is_answered_the_same_for_anyone() {
    let server = TestServer::sqlite().await;
    let known = server
        .post(
            "/participant-sessions",
            "",
            &json!({ "address": "p1@example.org" }),
        )
        .await;
    let unknown = server
        .post(
            "/participant-sessions",
            "",
            &json!({ "address": "nobody@example.org" }),
        )
        .await;
    assert_eq!((known.status.as_u16(), unknown.status.as_u16()), (202, 202));
    let shape = |body: &Value| body.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(shape(&known.body), shape(&unknown.body));
    assert_eq!(known.body["channel"], unknown.body["channel"]);
}

#[tokio::test]
async fn rest_is_asked_for_at_registration_and_changed_or_given_up_later() {
    for server in TestServer::each().await {
        let email = "stil@example.org";
        let mut body = registration(email);
        body["quiet_hours"] = json!("22:00-07:30");
        body["weekly_limit"] = json!(2);
        let wrong = {
            let mut wrong = body.clone();
            wrong["quiet_hours"] = json!("22-7");
            wrong["weekly_limit"] = json!(8);
            server.post("/registrations", "", &wrong).await
        };
        let codes: Vec<_> = wrong.body["fields"]
            .as_array()
            .unwrap()
            .iter()
            .map(|field| &field["code"])
            .collect();
        assert_eq!(codes, ["quiet_hours_form", "weekly_limit_out_of_bounds"]);
        let sent = server.post("/registrations", "", &body).await.ok();
        let code = server.outbox.code(&Endpoint::Mailbox(email.to_owned())).await;
        let path = format!(
            "/registrations/{}/confirm",
            sent["verification"].as_str().unwrap()
        );
        let confirmed = server.post(&path, "", &json!({ "code": code })).await.ok();
        let token = confirmed["session"]["token"].as_str().unwrap();
        let me = server.get("/participants/me", token).await.ok();
        assert_eq!(
            (&me["quiet_hours"], &me["weekly_limit"]),
            (&json!("22:00-07:30"), &json!(2))
        );
        let change = async |body: Value| server.send(Method::PATCH, "/participants/me", token, &body).await;
        let me = change(json!({ "quiet_hours": "23:00-06:00!" })).await.ok();
        assert_eq!(
            (&me["quiet_hours"], &me["weekly_limit"]),
            (&json!("23:00-06:00!"), &json!(2))
        );
        let me = change(json!({ "quiet_hours": "", "weekly_limit": null }))
            .await
            .ok();
        assert_eq!(
            (&me["quiet_hours"], &me["weekly_limit"]),
            (&Value::Null, &Value::Null)
        );
        assert_eq!(
            change(json!({ "weekly_limit": 9 })).await.body["fields"][0]["code"],
            "weekly_limit_out_of_bounds"
        );
        assert_eq!(
            change(json!({ "quiet_hours": "x" })).await.body["fields"][0]["code"],
            "quiet_hours_form"
        );
    }
}
