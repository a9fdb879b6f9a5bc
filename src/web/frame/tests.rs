use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::routing::{get, post};
use http::{HeaderMap, Request, StatusCode};
use tower::ServiceExt;

use super::*;
use crate::desk::testing::TestDesk;
use crate::storage::testing::TestDatabase;
use crate::web::{WebParts, WebSettings};

/// What a request with this method, path and body is answered, by routes that misbehave.
async fn ask(method: &str, path: &str, body: Vec<u8>) -> (StatusCode, HeaderMap, serde_json::Value) {
    let desk = TestDesk::on(TestDatabase::sqlite().await).await;
    let settings = WebSettings {
        public_url: "https://oproep.example".to_owned(),
        request_timeout_ms: 50,
        ..WebSettings::default()
    };
    let web = Web::new(WebParts {
        settings,
        ..WebParts::on(&desk.desk)
    });
    let routes = Router::new()
        .route(
            "/panic",
            get(async || -> Response { panic!("06 12345678 is a secret") }),
        )
        .route(
            "/slow",
            get(async || tokio::time::sleep(Duration::from_mins(10)).await),
        )
        .route(
            "/body",
            post(async |body: super::super::extract::Body<u8>| body.0.to_string()),
        );
    let request = Request::builder().method(method).uri(path);
    let request = request.header("content-type", "application/json");
    let request = request.body(Body::from(body)).unwrap();
    let (parts, body) = dress(routes, &web).oneshot(request).await.unwrap().into_parts();
    let body = to_bytes(body, 100_000).await.unwrap();
    (
        parts.status,
        parts.headers,
        serde_json::from_slice(&body).unwrap_or_default(),
    )
}

#[tokio::test]
async fn whatever_goes_wrong_is_a_problem_that_says_what_to_do() {
    let large = vec![b' '; BODY_BYTES + 1];
    for (method, path, body, status, name) in [
        ("GET", "/nowhere", vec![], 404, "not-found"),
        ("PUT", "/body", vec![], 405, "method"),
        ("GET", "/panic", vec![], 500, "internal"),
        ("GET", "/slow", vec![], 408, "too-slow"),
        ("POST", "/body", large, 413, "too-large"),
        ("POST", "/body", b"tru".to_vec(), 400, "malformed"),
        ("POST", "/body", b"\"a\"".to_vec(), 422, "invalid"),
    ] {
        let (answered, headers, problem) = ask(method, path, body).await;
        assert_eq!(answered, status, "{path}");
        assert_eq!(headers[header::CONTENT_TYPE], problem::MEDIA_TYPE, "{path}");
        assert_eq!(problem["type"], format!("/problems/{name}"));
        assert_eq!(problem["status"], status);
        assert!(!problem.to_string().contains("secret"));
    }
}

#[tokio::test]
async fn a_browser_reads_a_page_of_whatever_goes_wrong_and_a_program_of_the_api_does_not() {
    let desk = TestDesk::on(TestDatabase::sqlite().await).await;
    let web = Web::new(WebParts::on(&desk.desk));
    for (method, path, status, is_page) in [
        ("GET", "/nowhere", 404, true),
        ("GET", "/api/v1/nowhere", 404, false),
        ("DELETE", "/sign-in", 405, true),
    ] {
        let request = Request::builder().method(method).uri(path);
        let request = request.header(header::ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8");
        let request = request.body(Body::empty()).unwrap();
        let answer = router(&web).oneshot(request).await.unwrap();
        assert_eq!(answer.status(), status, "{path}");
        assert_eq!(answer.headers().contains_key(header::ALLOW), status == 405);
        let kind = answer.headers()[header::CONTENT_TYPE].to_str().unwrap();
        assert_eq!(kind.starts_with("text/html"), is_page, "{path}: {kind}");
    }
}

#[tokio::test]
async fn a_wrong_method_names_those_that_are_right() {
    let (_, headers, _) = ask("PUT", "/body", vec![]).await;
    assert_eq!(headers[header::ALLOW], "POST");
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_keep_a_browser_safe() {
    for (path, method) in [("/body", "POST"), ("/nowhere", "GET"), ("/panic", "GET")] {
        let (_, headers, _) = ask(method, path, b"7".to_vec()).await;
        assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff", "{path}");
        assert_eq!(headers[header::CACHE_CONTROL], "no-store");
        assert_eq!(headers[header::REFERRER_POLICY], "no-referrer");
        assert_eq!(
            headers[header::CONTENT_SECURITY_POLICY],
            "default-src 'none'; frame-ancestors 'none'"
        );
        assert!(headers.contains_key(header::STRICT_TRANSPORT_SECURITY));
        assert_eq!(headers[trace::REQUEST_ID].len(), 36);
    }
}
