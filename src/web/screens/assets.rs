//! The scripts and styles of the screens, as the bundler made them: embedded, with hashes in their names, so that a
//! browser keeps them for ever. A program built without them serves the style sheets as they were written.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use rust_embed::{Embed, EmbeddedFile};

use crate::web::Web;

/// What `web/build.mjs` made; nothing when npm was not there.
#[derive(Embed)]
#[folder = "web/dist"]
#[allow_missing = true]
struct Bundled;

/// The style sheets as they were written, for a program without the bundle.
const PLAIN_STYLE: &str = concat!(
    include_str!("../../../web/style/tokens.css"),
    include_str!("../../../web/style/base.css"),
    include_str!("../../../web/style/frame.css"),
    include_str!("../../../web/style/forms.css"),
    include_str!("../../../web/style/parts.css"),
    include_str!("../../../web/style/console.css"),
    include_str!("../../../web/style/compose.css"),
    include_str!("../../../web/style/watch.css"),
    include_str!("../../../web/style/participant.css"),
    include_str!("../../../web/style/print.css"),
);
const PLAIN_NAME: &str = "plain.css";

/// Kept for a year: another content has another name.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// What the service worker may do is said by its own answer (Content Security Policy 3): ask us for pages, and no more.
const WORKER_POLICY: HeaderValue =
    HeaderValue::from_static("default-src 'none'; script-src 'self'; connect-src 'self'");
/// For what keeps its name.
const FOR_NOW: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// Names as pages use them (`style.css`) beside the names of the files.
static MANIFEST: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let read = Bundled::get("manifest.json").map(|file| serde_json::from_slice(&file.data));
    read.and_then(Result::ok).unwrap_or_default()
});

/// Whether this program has the bundled scripts and styles.
pub fn is_bundled() -> bool {
    !MANIFEST.is_empty()
}

/// The address of the style sheet.
pub fn style() -> String {
    let name = MANIFEST.get("style.css").map_or(PLAIN_NAME, String::as_str);
    format!("/assets/{name}")
}

/// The address of a script (`console.js`); none in a program without scripts.
pub fn script(name: &str) -> Option<String> {
    MANIFEST.get(name).map(|file| format!("/assets/{file}"))
}

/// The routes.
pub fn router() -> Router<Web> {
    Router::new()
        .route("/assets/{file}", get(asset))
        .route("/service-worker.js", get(service_worker))
}

async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Response {
    if name == PLAIN_NAME {
        return answer(&name, PLAIN_STYLE.as_bytes().into(), None, FOR_NOW);
    }
    if name == "manifest.json" || name == "service-worker.js" {
        return StatusCode::NOT_FOUND.into_response();
    }
    serve(&name, &headers, FOR_EVER)
}

async fn service_worker(headers: HeaderMap) -> Response {
    let keep = HeaderValue::from_static("no-cache");
    let mut response = serve("service-worker.js", &headers, keep);
    response
        .headers_mut()
        .insert(header::CONTENT_SECURITY_POLICY, WORKER_POLICY);
    response
}

/// A file, in the smallest form that the browser takes.
fn serve(name: &str, headers: &HeaderMap, keep: HeaderValue) -> Response {
    let accepted = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|accepted| accepted.to_str().ok())
        .unwrap_or_default();
    let takes = |coding: &str| {
        accepted
            .split(',')
            .any(|one| one.trim().split(';').next() == Some(coding))
    };
    for (coding, ending) in [("br", ".br"), ("gzip", ".gz")] {
        if takes(coding)
            && let Some(EmbeddedFile { data, .. }) = Bundled::get(&format!("{name}{ending}"))
        {
            return answer(name, data, Some(coding), keep);
        }
    }
    match Bundled::get(name) {
        Some(file) => answer(name, file.data, None, keep),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn answer(
    name: &str,
    content: Cow<'static, [u8]>,
    coding: Option<&'static str>,
    keep: HeaderValue,
) -> Response {
    let mut response = content.into_owned().into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type(name)));
    headers.insert(header::CACHE_CONTROL, keep);
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(coding) = coding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    response
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
