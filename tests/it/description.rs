//! The description of the API, as it is checked in.

use std::path::Path;

use crate::server::TestServer;

#[tokio::test]
async fn the_description_that_is_checked_in_is_the_one_that_is_served() {
    let server = TestServer::sqlite().await;
    let answer = server
        .client
        .get(server.url("/api/v1/openapi.json"))
        .send()
        .await
        .unwrap();
    let text = answer.text().await.unwrap();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/openapi.json");
    if std::env::var_os("OPROEP_UPDATE").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        text == kept,
        "docs/openapi.json is behind: run the tests once with OPROEP_UPDATE=1 and look at what changed"
    );
}

#[tokio::test]
async fn every_operation_is_described_whole() {
    let document: serde_json::Value = serde_json::from_str(oproep::web::api::openapi()).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    let text = document.to_string();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let name = format!("{method} {path}");
            assert!(
                !operation["summary"].as_str().unwrap_or_default().is_empty(),
                "{name}: no summary"
            );
            assert!(operation["responses"]["429"].is_object(), "{name}: no refusals");
            let tag = operation["tags"][0].as_str().unwrap_or_default();
            assert!(!tag.is_empty(), "{name}: no tag");
        }
    }
    // Whatever is referred to is there.
    for reference in text.split("\"$ref\":\"#").skip(1) {
        let pointer = reference.split('"').next().unwrap();
        assert!(document.pointer(pointer).is_some(), "{pointer} is not there");
    }
}
