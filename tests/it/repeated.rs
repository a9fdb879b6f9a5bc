//! Repeated calls: every POST of the description that makes or changes something gives a repetition under the same
//! `Idempotency-Key` the first answer, and refuses the key to another body. A new one that does not, or that is not
//! prepared here, fails the test.

use oproep::domain::role::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::matrix::operations::described;
use crate::matrix::patient_server;
use crate::server::{Answer, TestServer};
use calls::{Content, prepared};

mod calls;

/// These only compute, or say what can be said any number of times: repeating them does nothing.
const ONLY_COMPUTE: [&str; 6] = [
    "/reach",
    "/texts",
    "/checks",
    "/actions/{id}/checks",
    "/search-areas",
    "/alerts/{reference}/received",
];

#[tokio::test]
async fn every_call_that_makes_something_may_be_repeated_under_its_key() {
    let server = patient_server().await;
    let document: Value = serde_json::from_str(oproep::web::api::openapi()).unwrap();
    for (method, template) in described() {
        if method != "POST" {
            continue;
        }
        let parameters = &document["paths"][format!("/api/v1{template}")]["post"]["parameters"];
        let takes_key = parameters
            .as_array()
            .is_some_and(|all| all.iter().any(|one| one["name"] == "Idempotency-Key"));
        if ONLY_COMPUTE.contains(&template.as_str()) {
            assert!(!takes_key, "{template}");
            continue;
        }
        assert!(takes_key, "POST {template} does not say that it takes a key");
        let call = prepared(&server, &template).await;
        let first = call.send(&server, &template, false).await;
        assert!(
            first.status.is_success(),
            "{template}: {} {}",
            first.status,
            first.body
        );
        let again = call.send(&server, &template, false).await;
        assert_eq!(
            (again.status, &again.body),
            (first.status, &first.body),
            "{template}"
        );
        let replayed = |answer: &Answer| answer.headers.contains_key("idempotency-replayed");
        assert_eq!((replayed(&first), replayed(&again)), (false, true), "{template}");
        if !matches!(call.content, Content::None) {
            let other = call.send(&server, &template, true).await;
            assert_eq!(
                (other.status.as_u16(), other.problem()),
                (422, "key-reused"),
                "{template}"
            );
        }
        let unkeyed = call.request(&server, "", false).send().await.unwrap();
        assert_eq!(unkeyed.status(), 422, "{template} with an empty key");
    }
}

#[tokio::test]
async fn a_key_given_with_one_query_is_refused_with_another() {
    let server = TestServer::sqlite().await;
    let administrator = server.token(Role::Administrator, "unit").await;
    let file = json!({ "type": "FeatureCollection", "features": [] });
    let import = async |kind: &str| {
        let path = format!("/regions?kind={kind}");
        let request = server.request(Method::POST, &path, &administrator);
        let request = request.header("idempotency-key", "k").json(&file);
        Answer::of(request.send().await).await
    };
    import("neighbourhood").await.ok();
    assert_eq!(import("postcode_area").await.problem(), "key-reused");
}
