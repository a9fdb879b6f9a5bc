//! What operations watches: whether the process lives, whether it is ready, and its figures.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{StatusCode, header};

use super::Web;
use super::problem::ProblemKind;

pub mod ready;

use ready::readiness;

/// `/livez`, `/readyz` and `/metrics`; the last only where the settings want it on this listener.
pub fn router(web: &Web) -> Router<Web> {
    let router = Router::new()
        .route("/livez", get(|| async { "ok\n" }))
        .route("/readyz", get(readiness));
    if web.settings().operations {
        router.route("/metrics", get(figures))
    } else {
        router
    }
}

/// `/livez`, `/readyz` and `/metrics`, for a listener of their own.
pub fn alone() -> Router<Web> {
    Router::new()
        .route("/livez", get(|| async { "ok\n" }))
        .route("/readyz", get(readiness))
        .route("/metrics", get(figures))
}

/// The figures in Prometheus' text format 0.0.4.
async fn figures(State(web): State<Web>) -> Response {
    match web.figures() {
        Some(figures) => {
            let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
            (StatusCode::OK, kind, figures.render()).into_response()
        }
        None => super::problem::Problem::new(ProblemKind::NotFound).into_response(),
    }
}
