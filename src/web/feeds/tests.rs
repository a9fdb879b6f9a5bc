//! A feed is made once for many readers, and told again only when it changed.

use axum::body::{Body, to_bytes};
use http::Request;
use tower::ServiceExt;

use super::*;
use crate::desk::testing::TestDesk;
use crate::storage::testing::TestDatabase;
use crate::web::{WebParts, WebSettings};

async fn ask(web: &Web, path: &str, tag: Option<&str>) -> (StatusCode, HeaderMap, Bytes) {
    let mut request = Request::builder().uri(path);
    if let Some(tag) = tag {
        request = request.header(header::IF_NONE_MATCH, tag);
    }
    answered(web, request).await
}

async fn answered(web: &Web, request: http::request::Builder) -> (StatusCode, HeaderMap, Bytes) {
    let mut request = request.body(Body::empty()).unwrap();
    let peer = std::net::SocketAddr::from(([192, 0, 2, 1], 1));
    request.extensions_mut().insert(crate::web::Peer(peer));
    let answer = crate::web::frame::router(web).oneshot(request).await.unwrap();
    let (parts, body) = answer.into_parts();
    (
        parts.status,
        parts.headers,
        to_bytes(body, 100_000).await.unwrap(),
    )
}

async fn web(change: impl FnOnce(&mut WebSettings)) -> (TestDesk, Web) {
    let desk = TestDesk::on(TestDatabase::sqlite().await).await;
    let mut parts = WebParts::on(&desk.desk);
    change(&mut parts.settings);
    let web = Web::new(parts);
    (desk, web)
}

#[tokio::test]
async fn whoever_has_it_already_is_told_so_and_pages_of_others_may_read_it() {
    let (desk, web) = web(|_| {}).await;
    for path in ["/api/v1/public/actions", "/api/v1/public/actions.geojson"] {
        let (status, headers, body) = ask(&web, path, None).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(headers[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*");
        assert_eq!(headers["cross-origin-resource-policy"], "cross-origin");
        assert_eq!(
            headers[header::CACHE_CONTROL],
            "public, max-age=10, must-revalidate"
        );
        assert!(!body.is_empty());
        let tag = headers[header::ETAG].to_str().unwrap().to_owned();
        for known in [tag.clone(), format!("\"other\", W/{tag}"), "*".to_owned()] {
            let (status, headers, body) = ask(&web, path, Some(&known)).await;
            assert_eq!((status, body.len()), (StatusCode::NOT_MODIFIED, 0), "{known}");
            assert_eq!(headers[header::ETAG], tag.as_str());
        }
        desk.clock.advance(Duration::from_mins(1));
        let (status, _, _) = ask(&web, path, Some(&tag)).await;
        assert_eq!(status, StatusCode::NOT_MODIFIED, "made again, and the same");
        let (status, _, _) = ask(&web, path, Some("\"other\"")).await;
        assert_eq!(status, StatusCode::OK);
    }
    let (_, headers, _) = ask(&web, "/livez", None).await;
    assert!(!headers.contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN));
    assert_eq!(headers["cross-origin-resource-policy"], "same-origin");
}

#[tokio::test]
async fn a_page_of_others_asks_first_whether_it_may_say_what_it_has() {
    let (_desk, web) = web(|_| {}).await;
    for (path, allowed) in [("/api/v1/public/actions", true), ("/api/v1/actions", false)] {
        let request = Request::options(path)
            .header(header::ORIGIN, "https://kaart.example")
            .header(header::ACCESS_CONTROL_REQUEST_METHOD, "GET")
            .header(header::ACCESS_CONTROL_REQUEST_HEADERS, "if-none-match");
        let (status, headers, _) = answered(&web, request).await;
        let may = headers.get(header::ACCESS_CONTROL_ALLOW_HEADERS);
        assert_eq!(
            may.is_some_and(|names| names == "if-none-match"),
            allowed,
            "{path}: {status}"
        );
        assert_eq!(headers.contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN), allowed);
    }
}

#[tokio::test]
async fn it_is_made_once_a_second_however_many_ask() {
    let (desk, web) = web(|_| {}).await;
    let first = web.published().await.unwrap();
    assert!(Arc::ptr_eq(&first, &web.published().await.unwrap()));
    desk.clock.advance(FRESH);
    assert!(!Arc::ptr_eq(&first, &web.published().await.unwrap()));
}

#[tokio::test]
async fn there_are_no_alerts_without_a_sender_and_nothing_where_feeds_are_off() {
    let (_desk, unnamed) = web(|_| {}).await;
    assert_eq!(ask(&unnamed, atom::PATH, None).await.0, StatusCode::NOT_FOUND);
    let (_desk, named) =
        web(|settings| settings.feeds.cap_sender = Some("a@oproep.example".to_owned())).await;
    let (status, headers, body) = ask(&named, atom::PATH, None).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        headers[header::CONTENT_TYPE],
        "application/atom+xml;charset=utf-8"
    );
    assert!(body.starts_with(b"<?xml"));
    let (_desk, off) = web(|settings| settings.feeds.enabled = false).await;
    assert_eq!(
        ask(&off, "/api/v1/public/actions", None).await.0,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn an_address_that_asks_too_often_waits_and_others_do_not() {
    let (_desk, web) = web(|settings| settings.rates.feed_by_address.burst = 2).await;
    let asked = async || ask(&web, "/api/v1/public/actions", None).await.0;
    assert_eq!([asked().await, asked().await], [StatusCode::OK; 2]);
    assert_eq!(asked().await, StatusCode::TOO_MANY_REQUESTS);
}

#[test]
fn a_sender_that_would_part_references_is_refused() {
    let settings = FeedSettings {
        cap_sender: Some("a, b".to_owned()),
        ..FeedSettings::default()
    };
    assert!(
        settings
            .mistake()
            .is_some_and(|mistake| mistake.contains("cap_sender"))
    );
    assert_eq!(FeedSettings::default().mistake(), None);
}
