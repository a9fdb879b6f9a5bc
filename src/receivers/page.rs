//! The page that shows what arrived, the same as JSON, and the switch for faults.

use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use http::{HeaderName, StatusCode};
use serde::Deserialize;
use serde_json::json;

use super::Ground;
use super::faults::FaultPlan;
use super::inbox::Kind;

use self::html::{STYLE, render};

mod html;

/// Messages on one page.
const PAGE_SIZE: usize = 50;
/// The most that JSON gives at once.
const MOST_AT_ONCE: usize = 1_000;

#[derive(Deserialize)]
struct Asked {
    lang: Option<String>,
    #[serde(default)]
    page: usize,
    size: Option<usize>,
}

pub(super) fn router(ground: Ground) -> Router {
    Router::new()
        .route("/", get(page))
        .route("/style.css", get(async || ([(CONTENT_TYPE, "text/css")], STYLE)))
        .route("/arrivals.json", get(arrivals).delete(clear))
        .route("/counts.json", get(counts))
        .route("/faults/{kind}", get(fault).put(set_fault))
        .layer(DefaultBodyLimit::max(4 * 1024))
        .with_state(ground)
}

async fn page(State(ground): State<Ground>, Query(asked): Query<Asked>) -> Response {
    let language = asked
        .lang
        .as_deref()
        .and_then(|tag| tag.parse().ok())
        .unwrap_or_default();
    let arrivals = ground.inbox.list(asked.page, PAGE_SIZE);
    let extra = ground.inbox.duplicates().extra;
    let html = render(language, asked.page, &ground.inbox.counts(), extra, &arrivals);
    let policy =
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    let headers = [
        (CONTENT_SECURITY_POLICY, policy),
        (CACHE_CONTROL, "no-store"),
        (HeaderName::from_static("x-content-type-options"), "nosniff"),
        (HeaderName::from_static("referrer-policy"), "no-referrer"),
    ];
    (headers, Html(html)).into_response()
}

async fn arrivals(State(ground): State<Ground>, Query(asked): Query<Asked>) -> Response {
    let size = asked.size.unwrap_or(PAGE_SIZE).min(MOST_AT_ONCE);
    (
        [(CACHE_CONTROL, "no-store")],
        Json(ground.inbox.list(asked.page, size)),
    )
        .into_response()
}

async fn clear(State(ground): State<Ground>) -> StatusCode {
    ground.inbox.clear();
    StatusCode::NO_CONTENT
}

async fn counts(State(ground): State<Ground>) -> Response {
    let body = json!({ "counts": ground.inbox.counts(), "duplicates": ground.inbox.duplicates() });
    ([(CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

async fn fault(State(ground): State<Ground>, Path(kind): Path<String>) -> Response {
    match kind.parse::<Kind>() {
        Ok(kind) => {
            let body = json!({ "plan": ground.faults.plan(kind), "strikes": ground.faults.strikes(kind) });
            Json(body).into_response()
        }
        Err(unknown) => (StatusCode::NOT_FOUND, unknown.to_string()).into_response(),
    }
}

async fn set_fault(
    State(ground): State<Ground>,
    Path(kind): Path<String>,
    Json(plan): Json<FaultPlan>,
) -> Response {
    match kind.parse::<Kind>() {
        Ok(kind) => match ground.faults.set(kind, plan) {
            Ok(()) => StatusCode::NO_CONTENT.into_response(),
            Err(bad) => (StatusCode::UNPROCESSABLE_ENTITY, bad.to_string()).into_response(),
        },
        Err(unknown) => (StatusCode::NOT_FOUND, unknown.to_string()).into_response(),
    }
}
