//! Every request gets an id, a line in the trace and a place in the figures. Only the path's template is
//! shown: never a query, a body, a token or a reference, since those name people.

use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue, Method};
use tracing::Instrument;

use super::Web;

/// The header that tells a caller the id of their request.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What a request is called in traces and figures when no route took it.
const UNMATCHED: &str = "unmatched";

/// Gives the request its id, traces it and counts it.
pub async fn trace(State(web): State<Web>, request: Request, next: Next) -> Response {
    // An id of our own: one from outside could be chosen to mislead whoever reads the log.
    let id = web.random().uuid(web.clock().now()).to_string();
    let method = method(request.method());
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or_else(|| UNMATCHED.to_owned(), |path| path.as_str().to_owned());
    let span = tracing::info_span!("request", %id, method, route);
    #[expect(clippy::disallowed_methods, reason = "telemetry: how long an answer took")]
    let began = std::time::Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let took = began.elapsed();
    let status = response.status().as_u16();
    span.in_scope(|| {
        let took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        if status >= 500 {
            tracing::warn!(status, took_ms, "answered");
        } else {
            tracing::debug!(status, took_ms, "answered");
        }
    });
    count(method, route, status, took);
    if let Ok(id) = HeaderValue::try_from(id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// The method's name, or `OTHER`: a caller may invent methods, and figures must stay bounded.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "OTHER",
    }
}

fn count(method: &'static str, route: String, status: u16, took: Duration) {
    let labels = [
        ("method", method.to_owned()),
        ("route", route),
        ("status", status.to_string()),
    ];
    metrics::counter!("oproep_http_requests_total", &labels).increment(1);
    metrics::histogram!("oproep_http_request_seconds", &labels[..2]).record(took.as_secs_f64());
}
