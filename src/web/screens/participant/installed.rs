//! What a telephone needs to install the pages as an app: the manifest (W3C) with its pictures, and the page that
//! opens when neither network nor an earlier page is there.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::{HeaderName, StatusCode, header};
use serde_json::json;

use crate::web::Web;
use crate::web::problem::{Problem, ProblemKind};
use crate::web::screens::frame::{Frame, Surface, answer};
use crate::web::screens::visit::Visit;

/// The pictures, drawn by `web/icons/draw.mjs`.
const PICTURES: [(&str, &str, &[u8]); 6] = [
    (
        "icon.svg",
        "image/svg+xml",
        include_bytes!("../../../../web/icons/icon.svg"),
    ),
    (
        "icon-180.png",
        "image/png",
        include_bytes!("../../../../web/icons/icon-180.png"),
    ),
    (
        "icon-192.png",
        "image/png",
        include_bytes!("../../../../web/icons/icon-192.png"),
    ),
    (
        "icon-512.png",
        "image/png",
        include_bytes!("../../../../web/icons/icon-512.png"),
    ),
    (
        "maskable-512.png",
        "image/png",
        include_bytes!("../../../../web/icons/maskable-512.png"),
    ),
    (
        "card.png",
        "image/png",
        include_bytes!("../../../../web/icons/card.png"),
    ),
];

/// The routes.
pub fn router() -> Router<Web> {
    Router::new()
        .route("/manifest.webmanifest", get(manifest))
        .route("/icons/{name}", get(icon))
        .route("/offline", get(offline))
}

async fn manifest(State(web): State<Web>, visit: Visit) -> Response {
    let icon = |name: &str, size: &str, purpose: &str| json!({ "src": format!("/icons/{name}"), "sizes": size, "type": "image/png", "purpose": purpose });
    let manifest = json!({
        "id": "/",
        "name": web.settings().feeds.sender_name,
        "short_name": web.settings().feeds.sender_name,
        "description": visit.t.say("home-title").to_string(),
        "lang": visit.t.tag(),
        "dir": "ltr",
        "start_url": "/me",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f5f7fa",
        "theme_color": "#0b4f9e",
        "icons": [
            icon("icon-192.png", "192x192", "any"),
            icon("icon-512.png", "512x512", "any"),
            icon("maskable-512.png", "512x512", "maskable"),
        ],
    });
    let headers = [
        (header::CONTENT_TYPE, "application/manifest+json"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (headers, Json(manifest).into_response().into_body()).into_response()
}

async fn icon(Path(name): Path<String>) -> Result<Response, Problem> {
    let found = PICTURES.into_iter().find(|(known, _, _)| *known == name);
    let (_, media_type, content) = found.ok_or(ProblemKind::NotFound)?;
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CACHE_CONTROL, "public, max-age=86400"),
        // Programs that make previews of links show it on pages of their own.
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "cross-origin",
        ),
    ];
    Ok((headers, content).into_response())
}

#[derive(Template)]
#[template(path = "participant/offline.html")]
struct OfflinePage {
    frame: Frame,
}

async fn offline(visit: Visit) -> Response {
    let frame = Frame::new(
        &visit,
        Surface::Participant,
        visit.t.say("offline-title").to_string(),
    );
    answer(&visit, StatusCode::OK, &OfflinePage { frame })
}
