//! Alerts that other systems bring, over the real server: notices for an operator, and refusals that say why.

use oproep::cap::source::AlertSource;
use oproep::domain::role::Role;
use oproep::storage::testing::TestDatabase;
use serde_json::json;

use crate::server::{Answer, TestServer};

fn alert(identifier: &str, status: &str, area: &str) -> String {
    format!(
        "<?xml version='1.0' encoding='UTF-8'?><alert xmlns='urn:oasis:names:tc:emergency:cap:1.2'>\
        <identifier>{identifier}</identifier><sender>veiligheidsregio@example.org</sender>\
        <sent>2026-03-01T15:02:00+01:00</sent><status>{status}</status><msgType>Alert</msgType><scope>Public</scope>\
        <info><language>nl-NL</language><category>Fire</category><event>Grote brand</event>\
        <urgency>Immediate</urgency><severity>Severe</severity><certainty>Observed</certainty>\
        <headline>Grote brand</headline><description>CANARY blijf uit de rook.</description>\
        <area><areaDesc>Utrecht</areaDesc>{area}</area></info></alert>"
    )
}

const CIRCLE: &str = "<circle>52.0925,5.1273 0.3</circle>";

async fn bring(server: &TestServer, secret: &str, body: impl Into<reqwest::Body>) -> Answer {
    let url = server.url(&format!("/alerts/in/{secret}"));
    Answer::of(server.client.post(url).body(body).send().await).await
}

#[tokio::test]
async fn what_another_system_brings_becomes_a_notice_or_is_refused_with_the_reason() {
    for database in TestDatabase::each().await {
        let server = TestServer::start(database, |settings| {
            settings.alert_sources = vec![AlertSource {
                name: "veiligheidsregio".to_owned(),
                region: "district:west".to_owned(),
                url: None,
                poll_every_s: 60,
                push_secret: Some("geheim".into()),
                signed_by: None,
            }];
        })
        .await;
        let operator = server.token(Role::Operator, "west").await;
        let taken = bring(&server, "geheim", alert("1", "Actual", CIRCLE)).await;
        assert_eq!(
            (taken.status.as_u16(), &taken.body["state"]),
            (201, &json!("open"))
        );
        let again = bring(&server, "geheim", alert("1", "Actual", CIRCLE)).await;
        assert_eq!(
            (again.status.as_u16(), &again.body["state"]),
            (200, &json!("known"))
        );
        assert_eq!(
            bring(&server, "verkeerd", alert("2", "Actual", CIRCLE))
                .await
                .status,
            404
        );

        let bomb =
            "<!DOCTYPE a [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]><alert>&b;</alert>".to_owned();
        for (body, code) in [
            (alert("3", "Exercise", CIRCLE), "not_actual"),
            (alert("4", "Test", CIRCLE), "not_actual"),
            (alert("5", "Actual", ""), "no_area"),
            (bomb, "no_alert"),
            ("<a>".repeat(100_000), "no_alert"),
            (String::new(), "no_alert"),
        ] {
            let refused = bring(&server, "geheim", body).await;
            assert_eq!(
                (refused.status.as_u16(), &refused.body["code"]),
                (422, &json!(code))
            );
        }
        assert_eq!(bring(&server, "geheim", vec![b' '; 2_000_000]).await.status, 413);

        let open = server.get("/notices?state=open", &operator).await.ok();
        assert_eq!(open["items"].as_array().map(Vec::len), Some(1));
        let id = open["items"][0]["id"].as_str().unwrap();
        let read = server.get(&format!("/notices/{id}"), &operator).await.ok();
        assert_eq!(read["kind"], "dangerous_situation");
        assert_eq!(read["area"]["type"], "Circle");
        let all = server.get("/notices", &operator).await.ok();
        assert_eq!(
            all["items"].as_array().map(Vec::len),
            Some(4),
            "what was refused can be looked at"
        );
        assert_eq!(server.get("/actions", &operator).await.ok()["items"], json!([]));

        let path = format!("/notices/{id}/draft");
        let draft = server.post(&path, &operator, &json!({})).await.ok();
        assert_eq!(
            (&draft["state"], &draft["texts"]["nl"]["title"]),
            (&json!("draft"), &json!("Grote brand"))
        );
        assert_eq!(draft["texts"]["nl"]["body"], "CANARY blijf uit de rook.");
        let start = format!("/actions/{}/start", draft["id"].as_str().unwrap());
        let started = server.post(&start, &operator, &json!({ "version": 1 })).await;
        assert_eq!(
            started.status, 422,
            "what it lacks in English is still to be written"
        );
    }
}
