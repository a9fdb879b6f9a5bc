//! Calls that may be repeated: the same `Idempotency-Key` with the same content gets the first answer again.
//!
//! A call under a key runs to its end also when the caller hangs up, so that its answer is there when the
//! caller comes back.

use std::time::Duration;

use aws_lc_rs::digest::{Context, SHA256};
use axum::body::{Body, to_bytes};
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use futures::future::BoxFuture;
use http::request::Parts;
use http::{HeaderName, HeaderValue, StatusCode, header};

use super::Web;
use super::problem::{Problem, ProblemKind};
use crate::domain::problem::ProblemCode;
use crate::storage::idempotency::IdempotentCall;

/// The header with the caller's key.
pub const KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// The header of an answer that was given before.
pub const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The most characters of a key.
const KEY_CHARS: usize = 100;
/// The most bytes of an answer that is kept.
const ANSWER_BYTES: usize = 1024 * 1024;
/// A call that is not answered after so many times the longest that a request may take was lost with its process.
const PATIENCE: u32 = 2;
/// When to ask again for the answer of a call under way.
const ASK_AGAIN: Duration = Duration::from_secs(1);

/// Tells the content of one request from another.
#[derive(Clone, Default)]
pub struct Fingerprint(Option<Context>);

impl std::fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Fingerprint(..)")
    }
}

impl Fingerprint {
    /// Adds a part: its name and its content.
    pub fn add(&mut self, name: &[u8], content: &[u8]) {
        let digest = self.0.get_or_insert_with(|| Context::new(&SHA256));
        for part in [name, content] {
            digest.update(&(part.len() as u64).to_be_bytes());
            digest.update(part);
        }
    }

    /// Of a whole body.
    pub fn of(content: &[u8]) -> Self {
        let mut fingerprint = Self::default();
        fingerprint.add(b"", content);
        fingerprint
    }

    fn text(self) -> String {
        let digest = self.0.unwrap_or_else(|| Context::new(&SHA256));
        hex(digest.finish().as_ref())
    }
}

/// The key of a call, if the caller gave one, and the path and query that it was given for.
#[derive(Clone, Debug)]
pub struct Repeat {
    key: Option<String>,
    path: String,
    query: Option<String>,
}

impl<S: Sync> FromRequestParts<S> for Repeat {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let key = match parts.headers.get(KEY) {
            None => None,
            Some(value) => Some(
                read_key(value)
                    .ok_or_else(|| Problem::invalid_field("Idempotency-Key", ProblemCode::KeyForm))?,
            ),
        };
        Ok(Self {
            key,
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().map(str::to_owned),
        })
    }
}

fn read_key(value: &HeaderValue) -> Option<String> {
    let key = value.to_str().ok()?;
    let visible = key.chars().all(|c| c.is_ascii_graphic());
    (visible && (1..=KEY_CHARS).contains(&key.len())).then(|| key.to_owned())
}

impl Repeat {
    /// The call of somebody whom nobody is to know: what is kept of it leads to its key alone, and not to the
    /// path, in which a person's reference may stand.
    #[must_use]
    pub fn unlinked(self) -> Self {
        Self {
            path: String::new(),
            ..self
        }
    }

    /// The answer of `work`, or the answer that the same actor got for the same call before.
    ///
    /// Without a key the work is simply done. A refusal is not kept: the key is free for another try.
    pub fn answer<F>(
        self,
        web: &Web,
        actor: &str,
        mut fingerprint: Fingerprint,
        work: F,
    ) -> impl Future<Output = Result<Response, Problem>> + Send + use<F>
    where
        F: Future<Output = Result<Response, Problem>> + Send + 'static,
    {
        // Keyed, since an actor may be a person's reference and a path may hold one.
        let actor = format!("{actor} {}", self.path);
        let actor = hex(&web.keys().hash("idempotency_keys.actor", &actor));
        if let Some(query) = &self.query {
            fingerprint.add(b"query", query.as_bytes());
        }
        // A use case is a large future, and it is moved about.
        let (web, work) = (web.clone(), Box::pin(work));
        async move {
            match self.key {
                Some(key) => once(web, actor, key, fingerprint, work).await,
                None => work.await,
            }
        }
    }
}

/// What is done under a key.
type Work = BoxFuture<'static, Result<Response, Problem>>;

async fn once(
    web: Web,
    actor: String,
    key: String,
    fingerprint: Fingerprint,
    work: Work,
) -> Result<Response, Problem> {
    let request = fingerprint.text();
    let patience = PATIENCE * web.settings().request_timeout();
    let mut tx = web.store().write().await?;
    let call = tx
        .claim_call(web.keys(), &actor, &key, &request, web.clock().now(), patience)
        .await?;
    tx.commit().await?;
    match call {
        IdempotentCall::First => {
            let done = tokio::spawn(async move { keep(&web, &actor, &key, work).await });
            done.await.unwrap_or_else(|_| Err(ProblemKind::Internal.into()))
        }
        IdempotentCall::Answered { status, body } => Ok(again(status, body)),
        IdempotentCall::UnderWay => Err(Problem::new(ProblemKind::InProgress).retry_after(ASK_AGAIN)),
        IdempotentCall::Different => Err(ProblemKind::KeyReused.into()),
    }
}

async fn keep(web: &Web, actor: &str, key: &str, work: Work) -> Result<Response, Problem> {
    match work.await {
        Ok(response) => {
            let (parts, body) = response.into_parts();
            let body = to_bytes(body, ANSWER_BYTES).await;
            let body = body.map_err(|_| Problem::new(ProblemKind::Internal))?;
            let mut tx = web.store().write().await?;
            tx.mark_call_answered(web.keys(), actor, key, parts.status.as_u16(), &body)
                .await?;
            tx.commit().await?;
            Ok(Response::from_parts(parts, Body::from(body)))
        }
        Err(problem) => {
            let mut tx = web.store().write().await?;
            tx.release_call(actor, key).await?;
            tx.commit().await?;
            Err(problem)
        }
    }
}

fn again(status: u16, body: Vec<u8>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let kind = [(header::CONTENT_TYPE, "application/json")];
    let mut response = (status, kind, body).into_response();
    let headers = response.headers_mut();
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    response
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes any text");
        text
    })
}

#[cfg(test)]
mod tests;
