//! What everyone may read, over the real server: from the start of an action to its end, valid and without a token.

use oproep::domain::role::Role;
use oproep::domain::testing::wrong_alerts;
use oproep::storage::testing::TestDatabase;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::server::TestServer;

async fn read(server: &TestServer, path: &str) -> (StatusCode, String) {
    let answer = server.client.get(server.url(path)).send().await.unwrap();
    (answer.status(), answer.text().await.unwrap())
}

/// The feed, asked for until it says so: it is made once a second.
async fn until(server: &TestServer, path: &str, says: impl Fn(&str) -> bool) -> String {
    let asked = async {
        loop {
            let (status, text) = read(server, path).await;
            assert_eq!(status, StatusCode::OK);
            if says(&text) {
                return text;
            }
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), asked)
        .await
        .expect("the feed follows")
}

/// The addresses of the messages in an Atom feed.
fn messages(atom: &str) -> Vec<String> {
    atom.split("type=\"application/cap+xml\" href=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_missing_person_is_in_every_feed_until_found_and_a_burglar_in_none() {
    let mut databases = TestDatabase::each().await;
    for database in databases.drain(..) {
        let server = TestServer::start(database, |settings| {
            settings.feeds.cap_sender = Some("alerts@oproep.example".to_owned());
        })
        .await;
        let operator = server.token(Role::Operator, "unit").await;
        let draft = |kind: &str, title: &str| {
            json!({
                "kind": kind,
                "area": { "type": "Circle", "coordinates": [5.1214, 52.0907], "radius_m": 2000 },
                "texts": {
                    "nl": { "title": title, "body": "Draagt een \"rode\" jas & <pet>." },
                    "en": { "title": title, "body": "Wears a red coat." },
                },
            })
        };
        let mut started = Vec::new();
        for (kind, title) in [("missing_person", "Vermist"), ("burglary", "CANARY")] {
            let made = server.post("/actions", &operator, &draft(kind, title)).await.ok();
            let start = format!("/actions/{}/start", made["id"].as_str().unwrap());
            server
                .post(&start, &operator, &json!({ "version": 1 }))
                .await
                .ok();
            started.push(made);
        }
        let json_feed = until(&server, "/api/v1/public/actions", |text| text.contains("Vermist")).await;
        assert!(!json_feed.contains("CANARY"));
        let feed: Value = serde_json::from_str(&json_feed).unwrap();
        let action = &feed["actions"][0];
        assert_eq!(action["number"], started[0]["number"]);
        for hidden in ["id", "version", "created_by", "region"] {
            assert!(
                action.get(hidden).is_none(),
                "{hidden} is for those who work with the network"
            );
        }
        let (_, geojson) = read(&server, "/api/v1/public/actions.geojson").await;
        let collection: geojson::GeoJson = geojson.parse().expect("GeoJSON");
        assert!(matches!(collection, geojson::GeoJson::FeatureCollection(all) if all.features.len() == 1));

        let (_, atom) = read(&server, "/api/v1/public/alerts.atom").await;
        let [message] = &messages(&atom)[..] else {
            panic!("one message: {atom}")
        };
        let path = message
            .strip_prefix(&server.url(""))
            .expect("below the public address");
        let (_, alert) = read(&server, path).await;
        assert!(alert.contains("<msgType>Alert</msgType>") && alert.contains("<status>Actual</status>"));
        assert!(
            !alert.contains("52.0907") && alert.contains("<circle>52.09,5.12 2.8</circle>"),
            "{alert}"
        );
        assert_eq!(wrong_alerts([alert]), "");
        let page = format!("/p/{}", started[0]["number"].as_str().unwrap());
        let (status, html) = read(&server, &page).await;
        assert_eq!(status, StatusCode::OK);
        assert!(html.contains("Draagt een &#34;rode&#34; jas &#38; &#60;pet&#62;."));

        let close = format!("/actions/{}/close", started[0]["id"].as_str().unwrap());
        let outcome = json!({ "version": 2, "outcome": "resolved_otherwise" });
        server.post(&close, &operator, &outcome).await.ok();
        until(&server, "/api/v1/public/actions", |text| {
            text == r#"{"actions":[]}"#
        })
        .await;
        assert_eq!(read(&server, &page).await.0, StatusCode::NOT_FOUND);
        assert_eq!(read(&server, path).await.0, StatusCode::NOT_FOUND);
        let (_, atom) = read(&server, "/api/v1/public/alerts.atom").await;
        let [ended] = &messages(&atom)[..] else {
            panic!("one message: {atom}")
        };
        let (_, cancel) = read(&server, ended.strip_prefix(&server.url("")).unwrap()).await;
        assert!(
            cancel.contains("<msgType>Cancel</msgType>")
                && cancel.contains("<references>alerts@oproep.example,")
        );
        assert!(!cancel.contains("jas"), "who was found is left alone");
        assert_eq!(wrong_alerts([cancel]), "");
    }
}
