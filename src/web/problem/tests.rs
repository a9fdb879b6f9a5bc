use axum::Router;
use axum::body::{Body, to_bytes};
use axum::routing::get;
use tower::ServiceExt;

use super::*;

async fn answer(problem: Problem, language: &'static str) -> (HeaderMap, serde_json::Value) {
    let router = Router::new()
        .route("/", get(|| async { problem }))
        .layer(axum::middleware::from_fn(speak));
    let request = Request::get("/").header(header::ACCEPT_LANGUAGE, language);
    let response = router
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, 10_000).await.unwrap();
    (parts.headers, serde_json::from_slice(&body).unwrap())
}

#[tokio::test]
async fn a_problem_speaks_the_language_of_whoever_asked() {
    let problem = Problem::invalid_field("places[0].kind", ProblemCode::PlaceKindUnknown);
    let (headers, body) = answer(problem.clone(), "nl").await;
    assert_eq!(headers[header::CONTENT_TYPE], MEDIA_TYPE);
    assert_eq!(headers[header::CONTENT_LANGUAGE], "nl");
    assert_eq!(body["type"], "/problems/invalid");
    assert_eq!(body["fields"][0]["message"], "Kies thuis, werk of anders.");
    let (_, body) = answer(problem, "en").await;
    assert_eq!(body["title"], "Not filled in correctly");
    assert_eq!(body["fields"][0]["message"], "Choose home, work or other.");
}

#[tokio::test]
async fn a_wait_is_told_in_whole_seconds_rounded_up() {
    let problem = Problem::new(ProblemKind::TooMany).retry_after(Duration::from_millis(1_001));
    let (headers, body) = answer(problem, "en").await;
    assert_eq!(headers[header::RETRY_AFTER], "2");
    assert_eq!(body["status"], 429);
    assert!(body.get("fields").is_none());
}
