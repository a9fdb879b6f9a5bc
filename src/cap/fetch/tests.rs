//! Servers that behave, and those that do not.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::response::Redirect;
use axum::routing::get;
use http::HeaderMap;
use tokio::net::TcpListener;

use super::*;
use crate::cap::tree;

async fn serve(routes: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, routes).await });
    base
}

#[tokio::test]
async fn a_document_is_fetched_once_until_it_changes() {
    let routes = Router::new().route(
        "/",
        get(async |headers: HeaderMap| {
            if headers.get("if-none-match").is_some_and(|tag| tag == "\"1\"") {
                return (StatusCode::NOT_MODIFIED, [("etag", "\"1\"")], "");
            }
            (StatusCode::OK, [("etag", "\"1\"")], "<a/>")
        }),
    );
    let base = serve(routes).await;
    let fetcher = Fetcher::new().unwrap();
    let first = fetcher.fetch(&base, None, None).await.unwrap();
    let Fetched::Document {
        bytes,
        etag,
        modified,
    } = first
    else {
        panic!("a document")
    };
    assert_eq!(
        (bytes.as_slice(), etag.as_deref(), modified),
        (b"<a/>".as_slice(), Some("\"1\""), None)
    );
    assert_eq!(
        fetcher.fetch(&base, etag.as_deref(), None).await,
        Ok(Fetched::Unchanged)
    );
}

#[tokio::test]
async fn what_points_elsewhere_is_too_large_or_fails_is_not_taken() {
    let canary = Arc::new(AtomicUsize::new(0));
    let counted = canary.clone();
    let inside = serve(Router::new().route(
        "/",
        get(async move || {
            counted.fetch_add(1, Ordering::SeqCst);
            "<a/>"
        }),
    ))
    .await;
    let routes = Router::new()
        .route("/away", get(async move || Redirect::temporary(&inside)))
        .route("/large", get(async || "x".repeat(MAX_BYTES + 1)))
        .route("/broken", get(async || StatusCode::BAD_GATEWAY));
    let base = serve(routes).await;
    let fetcher = Fetcher::new().unwrap();
    let fetch = async |path: &str| fetcher.fetch(&format!("{base}{path}"), None, None).await;
    assert_eq!(fetch("/away").await, Err(FetchError::Redirected));
    assert_eq!(fetch("/large").await, Err(FetchError::TooLarge));
    assert_eq!(fetch("/broken").await, Err(FetchError::Status(502)));
    assert_eq!(canary.load(Ordering::SeqCst), 0);
    assert_eq!(
        fetcher.fetch("http://alerts.example/", None, None).await,
        Err(FetchError::Address)
    );
}

#[test]
fn a_feed_leads_to_messages_on_its_own_server_alone() {
    let feed = format!(
        "<feed xmlns='{ATOM}'><link rel='self' href='/feed'/>
        <entry><link href='/html'/><link type='application/cap+xml' href='/1'/></entry>
        <entry><link href='https://alerts.example/2'/></entry>
        <entry><link type='application/cap+xml' href='https://10.0.0.1/3'/></entry>
        <entry><link href='http://alerts.example/4'/></entry>
        <entry><link href='https://alerts.example:8443/5'/></entry>
        <entry><link href='file:///etc/passwd'/></entry><entry/></feed>"
    );
    let root = tree::read(feed.as_bytes()).unwrap();
    let found = links(&root, "https://alerts.example/feed").unwrap();
    assert_eq!(found, ["https://alerts.example/1", "https://alerts.example/2"]);
    let alert = tree::read(b"<alert/>").unwrap();
    assert_eq!(links(&alert, "https://alerts.example/feed"), None);
    let many = format!(
        "<feed xmlns='{ATOM}'>{}</feed>",
        "<entry><link href='/a'/></entry>".repeat(200)
    );
    let many = tree::read(many.as_bytes()).unwrap();
    assert_eq!(
        links(&many, "https://alerts.example/feed").unwrap().len(),
        MOST_LINKS
    );
}
