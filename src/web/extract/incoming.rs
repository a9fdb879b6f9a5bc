//! The body of an upload as it comes in: a slow network is taken, a stalled one is not, and what lies in memory
//! is counted as it grows.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::extract::{FromRef, FromRequest, FromRequestParts, Request};
use bytes::Bytes;
use futures::{StreamExt, stream};
use serde::de::DeserializeOwned;
use tokio::sync::{Mutex, OwnedSemaphorePermit};

use super::super::Web;
use super::super::address::CallerAddress;
use super::super::problem::{Problem, ProblemKind};
use super::super::room::Admission;
use super::super::room::reading::{Full, Hold};
use super::Call;
use crate::domain::clock::{Clock, Timestamp};

/// Something comes at least this often.
const PAUSE: Duration = Duration::from_secs(20);
/// Every second brings this many bytes, on the whole and after a first [`PAUSE`]: half of what the slowest
/// mobile networks bring.
const BYTES_A_SECOND: u64 = 8 * 1024;
/// How long a caller is told to stay away when there is no room for its body.
const COME_BACK: Duration = Duration::from_secs(10);

/// What is held for a body that is there: its room in memory, and a place among those whose photos are developed.
#[derive(Debug)]
pub struct Place {
    _memory: Arc<Mutex<Hold>>,
    _photos: Option<OwnedSemaphorePermit>,
}

/// A body that comes in.
pub(super) struct Incoming {
    web: Web,
    admission: Option<Admission>,
    memory: Arc<Mutex<Hold>>,
    broken: Arc<OnceLock<ProblemKind>>,
}

/// Said to whoever reads the body; why is in [`Incoming::problem`].
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the body did not come in")]
struct Broken;

struct Flow {
    body: BodyDataStream,
    clock: Clock,
    began_at: Timestamp,
    last_at: Timestamp,
    bytes: u64,
    most: u64,
    admission: Option<Admission>,
    memory: Arc<Mutex<Hold>>,
    broken: Arc<OnceLock<ProblemKind>>,
}

impl Incoming {
    /// Begins a body of at most so many bytes: the request with the body to read, and what it is held by.
    pub(super) async fn begin<S>(request: Request, state: &S, most: usize) -> Result<(Request, Self), Problem>
    where
        S: Send + Sync,
        Web: FromRef<S>,
    {
        let web = Web::from_ref(state);
        let (mut parts, body) = request.into_parts();
        let Ok(address) = CallerAddress::from_request_parts(&mut parts, state).await;
        let hold = web.room().reading().begin(address);
        let hold = hold.map_err(|Full| Problem::new(ProblemKind::TooMany).retry_after(COME_BACK))?;
        let admission = parts.extensions.get::<Admission>().cloned();
        if let Some(admission) = &admission {
            admission.set_down();
        }
        let incoming = Self {
            memory: Arc::new(Mutex::new(hold)),
            broken: Arc::default(),
            admission,
            web,
        };
        let now = incoming.web.clock().now();
        let flow = Flow {
            body: body.into_data_stream(),
            clock: incoming.web.clock().clone(),
            began_at: now,
            last_at: now,
            bytes: 0,
            most: most as u64,
            admission: incoming.admission.clone(),
            memory: incoming.memory.clone(),
            broken: incoming.broken.clone(),
        };
        let body = Body::from_stream(stream::try_unfold(flow, Flow::next));
        Ok((Request::from_parts(parts, body), incoming))
    }

    /// Why the body did not come in, where that is ours to say.
    pub(super) fn problem(&self) -> Option<Problem> {
        let kind = *self.broken.get()?;
        let problem = Problem::new(kind);
        Some(match kind {
            ProblemKind::Unavailable => problem.retry_after(COME_BACK),
            _ => problem,
        })
    }

    /// All of it is there: takes up the request's place again, and one for its photos where it has any.
    pub(super) async fn end(self, has_photos: bool) -> Place {
        if let Some(admission) = &self.admission {
            admission.take_up().await;
        }
        let photos = if has_photos {
            Some(self.web.room().upload().await)
        } else {
            None
        };
        Place {
            _memory: self.memory,
            _photos: photos,
        }
    }
}

/// Reads a JSON body of at most so many bytes that comes in like an upload.
pub async fn json<T, S>(request: Request, state: &S, most: usize) -> Result<(Call<T>, Place), Problem>
where
    T: DeserializeOwned,
    S: Send + Sync,
    Web: FromRef<S>,
{
    let (request, incoming) = Incoming::begin(request, state, most).await?;
    match Call::<T>::from_request(request, state).await {
        Ok(call) => Ok((call, incoming.end(false).await)),
        Err(problem) => Err(incoming.problem().unwrap_or(problem)),
    }
}

/// Reads a body of at most so many bytes that comes in like an upload, whatever it holds.
pub async fn bytes<S>(request: Request, state: &S, most: usize) -> Result<(Bytes, Place), Problem>
where
    S: Send + Sync,
    Web: FromRef<S>,
{
    let (request, incoming) = Incoming::begin(request, state, most).await?;
    match super::whole(request, state).await {
        Ok(bytes) => Ok((bytes, incoming.end(false).await)),
        Err(problem) => Err(incoming.problem().unwrap_or(problem)),
    }
}

impl Flow {
    async fn next(mut self) -> Result<Option<(Bytes, Self)>, Broken> {
        let expected_at = self.expected_at();
        let piece = tokio::select! {
            biased;
            piece = self.body.next() => piece,
            () = self.clock.sleep_until(expected_at) => return Err(self.end(ProblemKind::TooSlow)),
        };
        let Some(piece) = piece else { return Ok(None) };
        let piece = piece.map_err(|_| self.end(ProblemKind::Malformed))?;
        let now = self.clock.now();
        if now > expected_at {
            return Err(self.end(ProblemKind::TooSlow));
        }
        self.last_at = now;
        self.bytes += piece.len() as u64;
        if self.bytes > self.most {
            return Err(self.end(ProblemKind::TooLarge));
        }
        if self.memory.lock().await.grow(piece.len()) == Err(Full) {
            return Err(self.end(ProblemKind::Unavailable));
        }
        if let Some(admission) = &self.admission {
            admission.go_on();
        }
        Ok(Some((piece, self)))
    }

    /// When the next piece must be there.
    fn expected_at(&self) -> Timestamp {
        let earned = PAUSE + Duration::from_millis(self.bytes * 1_000 / BYTES_A_SECOND);
        (self.began_at + earned).min(self.last_at + PAUSE)
    }

    fn end(&self, kind: ProblemKind) -> Broken {
        // The first reason stands.
        let _ = self.broken.set(kind);
        Broken
    }
}

#[cfg(test)]
mod tests;
