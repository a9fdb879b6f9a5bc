//! How much is taken on at once. Past that, a caller hears at once to come back; what must never wait has room
//! of its own: stops, and apart from them tips, so that a flood of the one keeps the other out of nothing.
//!
//! An upload sets its place down while its body comes in, and takes one up again when all of it is there: slow
//! senders hold the memory of what they sent, and no place.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until};

use super::Web;
use super::problem::{Problem, ProblemKind};
use super::settings::WebSettings;
use reading::Reading;

pub mod reading;

/// How long a caller is told to stay away.
const COME_BACK: Duration = Duration::from_secs(1);

/// What halts a call-out, and what tells whether this process lives.
const COMMANDS: [&str; 14] = [
    "/api/v1/actions/{id}/stop",
    "/api/v1/actions/{id}/take-back",
    "/api/v1/actions/{id}/correct",
    "/api/v1/actions/{id}/pause",
    "/api/v1/actions/{id}/withdraw",
    "/api/v1/actions/{id}/close",
    "/console/actions/{id}/take-back",
    "/console/actions/{id}/stop",
    "/console/actions/{id}/correct",
    "/console/actions/{id}/pause",
    "/console/actions/{id}/withdraw",
    "/console/actions/{id}/close",
    "/livez",
    "/readyz",
];

/// What a call-out is for.
const TIPS: [&str; 9] = [
    "/api/v1/actions/{id}/tips",
    "/api/v1/alerts/{reference}/tips",
    "/api/v1/participants/me/actions/{id}/tips",
    "/a/{reference}",
    "/me/actions/{number}",
    "/a/{reference}/searched",
    "/api/v1/alerts/{reference}/searches",
    "/voice/twilio/{reference}",
    "/voice/twilio/{reference}/key",
];

/// Where providers bring their reports, and what people answer: a gateway brings those of a wave all at once, Kannel
/// 512 at a time.
const RECEIPTS: [&str; 2] = ["/receipts/", "/inbound/"];

/// The room for requests at work.
#[derive(Clone, Debug)]
pub struct Room {
    common: Arc<Semaphore>,
    commands: Arc<Semaphore>,
    tips: Arc<Semaphore>,
    receipts: Arc<Semaphore>,
    uploads: Arc<Semaphore>,
    reading: Reading,
}

impl Room {
    /// Room for as many requests at once as the settings say, for a quarter as many again for commands and for
    /// tips each, for as many receipts beside them, and for so many uploads among them.
    pub fn new(settings: &WebSettings) -> Self {
        let places = |count| Arc::new(Semaphore::new(count));
        Self {
            common: places(settings.requests),
            commands: places(settings.requests.div_ceil(4)),
            tips: places(settings.requests.div_ceil(4)),
            receipts: places(settings.requests),
            uploads: places(settings.uploads),
            reading: Reading::new(
                settings.upload_memory_mb * 1024 * 1024,
                settings.uploads_by_address,
            ),
        }
    }

    fn reserve(&self, route: &str) -> Option<&Arc<Semaphore>> {
        if COMMANDS.contains(&route) {
            Some(&self.commands)
        } else if TIPS.contains(&route) {
            Some(&self.tips)
        } else {
            None
        }
    }

    fn enter(&self, route: &str) -> Option<OwnedSemaphorePermit> {
        if RECEIPTS.iter().any(|start| route.starts_with(start)) {
            return self.receipts.clone().try_acquire_owned().ok();
        }
        let common = self.common.clone().try_acquire_owned().ok();
        common.or_else(|| self.reserve(route)?.clone().try_acquire_owned().ok())
    }

    /// The same, waiting for a place.
    async fn wait(&self, route: &str) -> OwnedSemaphorePermit {
        let reserve = self.reserve(route).unwrap_or(&self.common).clone();
        let place = tokio::select! {
            place = self.common.clone().acquire_owned() => place,
            place = reserve.acquire_owned() => place,
        };
        place.expect("the room is never closed")
    }

    /// A place among the uploads, whose photos are developed; waits for one within the request's time.
    pub async fn upload(&self) -> OwnedSemaphorePermit {
        let place = self.uploads.clone().acquire_owned().await;
        place.expect("the room is never closed")
    }

    /// What bodies hold that come in.
    pub fn reading(&self) -> &Reading {
        &self.reading
    }
}

/// A request's place in the room and its time.
#[derive(Clone, Debug)]
pub struct Admission(Arc<Admitted>);

#[derive(Debug)]
struct Admitted {
    room: Room,
    route: String,
    place: Mutex<Option<OwnedSemaphorePermit>>,
    ends_at: Mutex<Instant>,
    limit: Duration,
}

impl Admission {
    fn to(room: &Room, route: &str, limit: Duration) -> Option<Self> {
        Some(Self(Arc::new(Admitted {
            place: Mutex::new(Some(room.enter(route)?)),
            room: room.clone(),
            route: route.to_owned(),
            ends_at: Mutex::new(Instant::now() + limit),
            limit,
        })))
    }

    fn put(&self, place: Option<OwnedSemaphorePermit>) {
        *self.0.place.lock().unwrap_or_else(PoisonError::into_inner) = place;
    }

    fn ends_at(&self) -> Instant {
        *self.0.ends_at.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives the place to others while the body comes in.
    pub fn set_down(&self) {
        self.put(None);
    }

    /// Lets the request's time begin anew: its body makes progress.
    pub fn go_on(&self) {
        *self.0.ends_at.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now() + self.0.limit;
    }

    /// Takes a place again, within the request's time.
    pub async fn take_up(&self) {
        self.go_on();
        let place = self.0.room.wait(&self.0.route).await;
        self.put(Some(place));
    }
}

/// Takes the request on when there is room, and ends it when it takes longer than the limit.
///
/// Both hold until the head of the answer: a live stream occupies no place.
pub async fn admit(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or("", MatchedPath::as_str);
    let limit = web.settings().request_timeout();
    let Some(admission) = Admission::to(web.room(), route, limit) else {
        metrics::counter!("oproep_http_refused_total").increment(1);
        return Problem::new(ProblemKind::Unavailable)
            .retry_after(COME_BACK)
            .into_response();
    };
    request.extensions_mut().insert(admission.clone());
    let answer = next.run(request);
    tokio::pin!(answer);
    let response = loop {
        let ends_at = admission.ends_at();
        tokio::select! {
            response = &mut answer => break response,
            () = sleep_until(ends_at) => {
                if admission.ends_at() <= ends_at {
                    break Problem::new(ProblemKind::TooSlow).into_response();
                }
            }
        }
    };
    admission.set_down();
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    const STOP: &str = "/api/v1/actions/{id}/stop";
    const TIP: &str = "/api/v1/alerts/{reference}/tips";
    const OTHER: &str = "/api/v1/me";

    fn room(requests: usize) -> Room {
        Room::new(&WebSettings {
            requests,
            ..WebSettings::default()
        })
    }

    #[test]
    fn receipts_keep_nobody_else_out_nor_anybody_else_them() {
        let room = room(1);
        let report = room.enter("/receipts/kannel/{reference}/{status}");
        assert!(report.is_some());
        let start = room.enter("/api/v1/actions/{id}/start");
        assert!(start.is_some());
        assert!(room.enter("/receipts/cm/{secret}").is_none());
        drop(report);
        assert!(room.enter("/receipts/cm/{secret}").is_some());
    }

    #[test]
    fn a_stop_is_taken_on_when_everything_else_is_refused_and_tips_do_not_take_its_room() {
        let room = room(2);
        let held = [room.enter(OTHER), room.enter(OTHER)];
        assert!(held.iter().all(Option::is_some));
        assert!(room.enter(OTHER).is_none());
        let tip = room.enter(TIP);
        assert!(tip.is_some());
        assert!(room.enter(TIP).is_none());
        let stop = room.enter(STOP);
        assert!(stop.is_some());
        assert!(room.enter(STOP).is_none());
        drop(held);
        assert!(room.enter(OTHER).is_some());
    }

    #[tokio::test]
    async fn a_body_that_comes_in_holds_no_place_and_waits_for_one_afterwards() {
        let room = room(1);
        let slow = Admission::to(&room, OTHER, Duration::from_secs(30)).unwrap();
        assert!(room.enter(OTHER).is_none());
        slow.set_down();
        let other = room.enter(OTHER);
        assert!(other.is_some());
        let waiting = tokio::spawn({
            let slow = slow.clone();
            async move { slow.take_up().await }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        drop(other);
        waiting.await.unwrap();
        assert!(room.enter(OTHER).is_none());
    }
}
