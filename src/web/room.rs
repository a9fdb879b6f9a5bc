//! How much is taken on at once. Past that, a caller hears at once to come back; what must never wait, such as
//! a stop or a tip, has room of its own.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Web;
use super::problem::{Problem, ProblemKind};

/// How long a caller is told to stay away.
const COME_BACK: Duration = Duration::from_secs(1);

/// Routes with room of their own: they stop a call-out, or bring in what it is for.
const NEVER_WAIT: [&str; 9] = [
    "/api/v1/actions/{id}/stop",
    "/api/v1/actions/{id}/pause",
    "/api/v1/actions/{id}/withdraw",
    "/api/v1/actions/{id}/close",
    "/api/v1/actions/{id}/tips",
    "/api/v1/alerts/{reference}/tips",
    "/a/{reference}",
    "/livez",
    "/readyz",
];

/// Where providers bring their reports: a gateway brings those of a wave all at once, Kannel 512 at a time.
const RECEIPTS: &str = "/receipts/";

/// The room for requests at work.
#[derive(Clone, Debug)]
pub struct Room {
    common: Arc<Semaphore>,
    reserved: Arc<Semaphore>,
    receipts: Arc<Semaphore>,
    uploads: Arc<Semaphore>,
}

impl Room {
    /// Room for so many requests at once, for half as many again on the routes that never wait, for as many
    /// receipts beside them, and for so many uploads.
    pub fn new(requests: usize, uploads: usize) -> Self {
        Self {
            common: Arc::new(Semaphore::new(requests)),
            reserved: Arc::new(Semaphore::new(requests.div_ceil(2))),
            receipts: Arc::new(Semaphore::new(requests)),
            uploads: Arc::new(Semaphore::new(uploads)),
        }
    }

    fn enter(&self, route: &str) -> Option<OwnedSemaphorePermit> {
        if route.starts_with(RECEIPTS) {
            return self.receipts.clone().try_acquire_owned().ok();
        }
        let common = self.common.clone().try_acquire_owned().ok();
        common.or_else(|| {
            let never_waits = NEVER_WAIT.contains(&route);
            never_waits.then(|| self.reserved.clone().try_acquire_owned().ok())?
        })
    }

    /// A place among the uploads, whose bodies are held in memory; waits for one within the request's time.
    pub async fn upload(&self) -> OwnedSemaphorePermit {
        let place = self.uploads.clone().acquire_owned().await;
        place.expect("the room is never closed")
    }
}

/// Takes the request on when there is room, and ends it when it takes longer than the limit.
///
/// Both hold until the head of the answer: a live stream occupies no place.
pub async fn admit(State(web): State<Web>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>();
    let Some(_place) = web.room().enter(route.map_or("", MatchedPath::as_str)) else {
        metrics::counter!("oproep_http_refused_total").increment(1);
        return Problem::new(ProblemKind::Unavailable)
            .retry_after(COME_BACK)
            .into_response();
    };
    let limit = web.settings().request_timeout();
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::new(ProblemKind::TooSlow).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn receipts_keep_nobody_else_out_nor_anybody_else_them() {
        let room = Room::new(1, 1);
        let report = room.enter("/receipts/kannel/{reference}/{status}");
        assert!(report.is_some());
        let start = room.enter("/api/v1/actions/{id}/start");
        assert!(start.is_some());
        assert!(room.enter("/receipts/cm/{secret}").is_none());
        drop(report);
        assert!(room.enter("/receipts/cm/{secret}").is_some());
    }

    #[test]
    fn a_stop_is_taken_on_when_everything_else_is_refused() {
        let room = Room::new(2, 1);
        let held = [room.enter("/api/v1/me"), room.enter("/api/v1/me")];
        assert!(held.iter().all(Option::is_some));
        assert!(room.enter("/api/v1/me").is_none());
        let stop = room.enter("/api/v1/actions/{id}/stop");
        assert!(stop.is_some());
        assert!(room.enter("/api/v1/actions/{id}/stop").is_none());
        drop(held);
        assert!(room.enter("/api/v1/me").is_some());
    }
}
