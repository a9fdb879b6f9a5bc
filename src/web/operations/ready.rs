//! Readiness: each part of the process, and whether it can do its work.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::Serialize;

use super::{Watched, WatchedParts};
use crate::directory::Directory;
use crate::dispatch::Dispatcher;
use crate::domain::clock::Clock;
use crate::storage::Store;

#[cfg(test)]
mod tests;

/// How long the database gets to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);
/// The longest that the directory may be without having taken in everything: an audience would be counted among
/// people as they were then. To take in an import of everyone takes minutes.
const FOLLOW_WITHIN: Duration = Duration::from_mins(5);

/// What `/readyz` answers.
#[derive(Debug, Serialize)]
pub struct Readiness {
    ready: bool,
    parts: Vec<PartState>,
}

/// What `/readyz` answers strangers.
#[derive(Debug, Serialize)]
pub struct ReadinessInAWord {
    ready: bool,
}

#[derive(Debug, Serialize)]
struct PartState {
    name: &'static str,
    ready: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    /// Of the directory: changes in the database that it has not taken in yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    behind: Option<u64>,
    /// What is to be looked at, though the part does its work.
    #[serde(skip_serializing_if = "Option::is_none")]
    warning: Option<String>,
}

impl PartState {
    const fn new(name: &'static str, why: Option<String>) -> Self {
        Self {
            name,
            ready: why.is_none(),
            why,
            behind: None,
            warning: None,
        }
    }
}

/// 200 when every part is ready, otherwise 503; the parts by name either way.
pub async fn readiness(State(watched): State<Watched>) -> (StatusCode, Json<Readiness>) {
    let readiness = look(&watched.0).await;
    (status(readiness.ready), Json(readiness))
}

/// The same without the parts.
pub async fn readiness_in_a_word(State(watched): State<Watched>) -> (StatusCode, Json<ReadinessInAWord>) {
    let Readiness { ready, .. } = look(&watched.0).await;
    (status(ready), Json(ReadinessInAWord { ready }))
}

const fn status(ready: bool) -> StatusCode {
    if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    }
}

async fn look(watched: &WatchedParts) -> Readiness {
    let mut parts = vec![database(&watched.store).await];
    if let Some(of_process) = &watched.directory {
        parts.push(directory(of_process, &watched.store).await);
    }
    if let Some(dispatcher) = &watched.dispatcher {
        parts.push(PartState::new("dispatcher", dispatcher.trouble()));
        parts.push(providers(dispatcher));
    }
    if let Some((clock, oldest)) = &watched.backups {
        parts.push(backup(&watched.store, clock, *oldest).await);
    }
    if watched.closing.is_cancelled() {
        let why = "this process is stopping".to_owned();
        parts.push(PartState::new("listener", Some(why)));
    }
    Readiness {
        ready: parts.iter().all(|part| part.ready),
        parts,
    }
}

/// The provider accounts that are out of service are named; another process would do no better.
fn providers(dispatcher: &Dispatcher) -> PartState {
    let out = dispatcher.accounts_out();
    let named: Vec<String> = out
        .iter()
        .map(|(account, since)| format!("{account} for {} s", since.as_secs()))
        .collect();
    PartState {
        why: (!named.is_empty()).then(|| format!("out of service: {}", named.join(", "))),
        ..PartState::new("providers", None)
    }
}

async fn database(store: &Store) -> PartState {
    let why = match tokio::time::timeout(ANSWER_WITHIN, store.is_current()).await {
        Ok(Ok(true)) => None,
        Ok(Ok(false)) => Some("the schema is behind: run `oproep migrate`"),
        Ok(Err(_)) => Some("the database does not answer"),
        Err(_) => Some("the database does not answer in time"),
    };
    PartState::new("database", why.map(str::to_owned))
}

async fn directory(directory: &Directory, store: &Store) -> PartState {
    let silent = directory.followed_since();
    let why = (silent > FOLLOW_WITHIN).then(|| {
        format!(
            "participants in memory did not follow the database for {} s",
            silent.as_secs()
        )
    });
    let position = async { store.read().await?.directory_position().await };
    let last = tokio::time::timeout(ANSWER_WITHIN, position).await;
    PartState {
        // Where the database does not answer, its own part says so.
        behind: last
            .ok()
            .and_then(Result::ok)
            .map(|last| directory.changes_until(last)),
        ..PartState::new("directory", why)
    }
}

/// Whether the last backup is younger than it has to be. An old one takes nobody out of service.
async fn backup(store: &Store, clock: &Clock, oldest: Duration) -> PartState {
    let last = async { store.read().await?.last_backup().await };
    let warning = match tokio::time::timeout(ANSWER_WITHIN, last).await {
        Ok(Ok(None)) => Some("no backup was ever made".to_owned()),
        Ok(Ok(Some(made_at))) => {
            let age = clock.now().since(made_at);
            (age > oldest).then(|| format!("the last backup was made {} hours ago", age.as_secs() / 3600))
        }
        // The database's own part says so.
        Ok(Err(_)) | Err(_) => None,
    };
    PartState {
        warning,
        ..PartState::new("backup", None)
    }
}
