//! Readiness: each part of the process, and whether it can do its work.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::Serialize;

use super::super::Web;

/// How long the database gets to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);

/// A part that must be ready before requests are welcome: the directory, for instance.
#[derive(Clone)]
pub struct ReadyPart {
    name: &'static str,
    is_ready: Arc<dyn Fn() -> bool + Send + Sync>,
}

impl std::fmt::Debug for ReadyPart {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ReadyPart({})", self.name)
    }
}

impl ReadyPart {
    /// A part of this name that is ready when `is_ready` says so.
    pub fn new(name: &'static str, is_ready: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self {
            name,
            is_ready: Arc::new(is_ready),
        }
    }
}

/// What `/readyz` answers.
#[derive(Debug, Serialize)]
pub struct Readiness {
    ready: bool,
    parts: Vec<PartState>,
}

#[derive(Debug, Serialize)]
struct PartState {
    name: &'static str,
    ready: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'static str>,
}

/// 200 when every part is ready, otherwise 503; the parts by name either way.
pub async fn readiness(State(web): State<Web>) -> (StatusCode, Json<Readiness>) {
    let mut parts = vec![database(&web).await];
    parts.extend(web.ready_parts().iter().map(|part| PartState {
        name: part.name,
        ready: (part.is_ready)(),
        why: None,
    }));
    if web.closing().is_cancelled() {
        parts.push(PartState {
            name: "listener",
            ready: false,
            why: Some("this process is stopping"),
        });
    }
    let ready = parts.iter().all(|part| part.ready);
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(Readiness { ready, parts }))
}

async fn database(web: &Web) -> PartState {
    let why = match tokio::time::timeout(ANSWER_WITHIN, web.store().is_current()).await {
        Ok(Ok(true)) => None,
        Ok(Ok(false)) => Some("the schema is behind: run `oproep migrate`"),
        Ok(Err(_)) => Some("the database does not answer"),
        Err(_) => Some("the database does not answer in time"),
    };
    PartState {
        name: "database",
        ready: why.is_none(),
        why,
    }
}
