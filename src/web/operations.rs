//! What operations watches: whether the process lives, whether it is ready, and its figures.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{FromRef, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{StatusCode, header};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio_util::sync::CancellationToken;

use super::Web;
use super::problem::{Problem, ProblemKind};
use crate::directory::Directory;
use crate::dispatch::Dispatcher;
use crate::domain::clock::Clock;
use crate::storage::Store;

pub mod ready;

use ready::{readiness, readiness_in_a_word};

/// What is watched of a process. Clones are cheap and share it.
#[derive(Clone, Debug)]
pub struct Watched(Arc<WatchedParts>);

/// The parts of a process that are watched.
#[derive(Debug)]
pub struct WatchedParts {
    /// The database.
    pub store: Store,
    /// Participants in memory; none in a process that only sends.
    pub directory: Option<Directory>,
    /// The lanes; none where other processes send.
    pub dispatcher: Option<Dispatcher>,
    /// The figures for Prometheus; none when they are not kept.
    pub figures: Option<PrometheusHandle>,
    /// How old the last backup may be before it is warned of, and the clock that says so; none where nobody is warned.
    pub backups: Option<(Clock, Duration)>,
    /// Ends when the process stops.
    pub closing: CancellationToken,
}

impl Watched {
    /// These parts are watched.
    pub fn new(parts: WatchedParts) -> Self {
        Self(Arc::new(parts))
    }
}

impl FromRef<Web> for Watched {
    fn from_ref(web: &Web) -> Self {
        web.watched().clone()
    }
}

/// `/livez`, `/readyz` and `/metrics` for the public listener. The parts and the figures are told there only
/// where the settings want it.
pub fn router(web: &Web) -> Router<Web> {
    if web.settings().operations {
        routes()
    } else {
        Router::new()
            .route("/livez", get(|| async { "ok\n" }))
            .route("/readyz", get(readiness_in_a_word))
    }
}

/// `/livez`, `/readyz` and `/metrics`.
pub fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Watched: FromRef<S>,
{
    Router::new()
        .route("/livez", get(|| async { "ok\n" }))
        .route("/readyz", get(readiness))
        .route("/metrics", get(figures))
}

/// The figures in Prometheus' text format 0.0.4.
async fn figures(State(watched): State<Watched>) -> Response {
    match &watched.0.figures {
        Some(figures) => {
            let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
            (StatusCode::OK, kind, figures.render()).into_response()
        }
        None => Problem::new(ProblemKind::NotFound).into_response(),
    }
}
