//! A Web Push service (RFC 8030) with its subscribers: it checks, decrypts for real and records.
//!
//! Subscriptions are derived from a seed and a number, so that 300,000 of them need no memory, and those
//! of an earlier run with the same seed still work.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, post};
use axum::{Json, Router};
use http::header::{AUTHORIZATION, CONTENT_ENCODING, LOCATION, RETRY_AFTER};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::Deserialize;
use serde_json::json;

use super::Ground;
use super::faults::Course;
use super::inbox::{Arrival, Kind, hint};
use super::serve::hang_up;
use crate::domain::endpoint::Endpoint;

use self::subscriptions::Subscriptions;
use self::vapid_check::VapidCheck;

mod decryption;
mod subscriptions;
mod vapid_check;

/// The longest body that push services must take (RFC 8030 section 7.2).
const BODY_LIMIT: usize = 4_096;
/// Subscriptions that can be ended.
const MOST_ENDED: usize = 1_000_000;

/// The push service; clones are the same.
#[derive(Clone, Debug)]
pub struct PushService(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    ground: Ground,
    origin: String,
    subscriptions: Subscriptions,
    vapid: VapidCheck,
    ended: Mutex<HashSet<u32>>,
}

impl PushService {
    /// A service reached at `origin`, for instance `http://127.0.0.1:4001`.
    pub(super) fn new(ground: Ground, origin: String) -> Self {
        let subscriptions = Subscriptions::new(&ground.random.bytes());
        let vapid = VapidCheck::new(origin.clone());
        Self(Arc::new(Shared {
            ground,
            origin,
            subscriptions,
            vapid,
            ended: Mutex::default(),
        }))
    }

    /// The subscription with this number: the same for the same seed.
    pub fn subscription(&self, number: u32) -> Endpoint {
        let subscriber = self.0.subscriptions.subscriber(number);
        Endpoint::WebPush {
            url: format!("{}/push/{}", self.0.origin, self.0.subscriptions.id(number)),
            p256dh: subscriber.public_text(),
            auth: subscriber.auth_text(),
        }
    }

    /// Ends a subscription: from now on it answers 410.
    pub fn unsubscribe(&self, number: u32) {
        self.0.end(number);
    }

    /// Accepts this VAPID key only (65 bytes in base64url), as a restricted subscription does.
    pub fn restrict_to(&self, public_key: &str) {
        self.0.vapid.restrict_to(public_key);
    }

    pub(super) fn router(&self) -> Router {
        Router::new()
            .route("/push/subscriptions", post(subscribe))
            .route("/push/subscriptions/{id}", delete(unsubscribe))
            // One byte more is let in, to be answered with the service's own 413.
            .route(
                "/push/{id}",
                post(receive).layer(DefaultBodyLimit::max(BODY_LIMIT + 1)),
            )
            .with_state(self.clone())
    }
}

impl Shared {
    /// Whether there was room to remember that it has ended.
    fn end(&self, number: u32) -> bool {
        let mut ended = self.ended();
        let room = ended.len() < MOST_ENDED;
        if room {
            ended.insert(number);
        }
        room
    }

    fn ended(&self) -> MutexGuard<'_, HashSet<u32>> {
        self.ended
            .lock()
            .expect("nothing panics while it holds the ended subscriptions")
    }
}

async fn subscribe(State(service): State<PushService>) -> Response {
    // The upper half, so that it is none of those that tests count up from zero.
    let number = u32::from_be_bytes(service.0.ground.random.bytes()) | 1 << 31;
    let Endpoint::WebPush { url, p256dh, auth } = service.subscription(number) else {
        unreachable!("a subscription is one of Web Push")
    };
    let id = service.0.subscriptions.id(number);
    let body = json!({ "id": id, "url": url, "p256dh": p256dh, "auth": auth });
    (StatusCode::CREATED, Json(body)).into_response()
}

async fn unsubscribe(
    State(service): State<PushService>,
    Path(id): Path<String>,
) -> Result<StatusCode, Refusal> {
    match service.0.subscriptions.number(&id) {
        None => Err(Refusal(StatusCode::NOT_FOUND, 102, "no such subscription")),
        Some(number) if service.0.end(number) => Ok(StatusCode::NO_CONTENT),
        Some(_) => Err(Refusal(
            StatusCode::INSUFFICIENT_STORAGE,
            202,
            "too many ended; restart",
        )),
    }
}

/// What our own messages carry; others are shown as they are.
#[derive(Deserialize)]
struct Payload {
    title: String,
    body: String,
    link: Option<String>,
    reference: String,
}

async fn receive(
    State(service): State<PushService>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Refusal> {
    let service = &*service.0;
    let ground = &service.ground;
    let course = ground.faults.meet(Kind::WebPush, &ground.clock).await;
    match course {
        Course::Status { code, retry_after_s } => {
            let code = StatusCode::from_u16(code).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
            let mut response = Refusal(code, 201, "a fault was asked for").into_response();
            if let Some(seconds) = retry_after_s {
                response
                    .headers_mut()
                    .insert(RETRY_AFTER, HeaderValue::from(seconds));
            }
            return Ok(response);
        }
        Course::Drop { taken: false } => return Ok(hang_up()),
        Course::Unregistered => return Err(ENDED),
        Course::Usual | Course::Lose | Course::Drop { taken: true } => {}
    }
    let (ttl, arrival) = check(service, &id, &headers, body)?;
    if course == Course::Lose {
        ground.inbox.record_dropped(Kind::WebPush);
    } else {
        ground.inbox.record(arrival);
    }
    if course == (Course::Drop { taken: true }) {
        return Ok(hang_up());
    }
    let number = ground.random.below(u64::MAX);
    let headers = [
        (
            LOCATION,
            format!("{}/push/messages/{number:016x}", service.origin),
        ),
        (HeaderName::from_static("ttl"), ttl),
    ];
    Ok((StatusCode::CREATED, headers).into_response())
}

/// The checks of a real service, in its order, and then the subscriber's: what is sent must be readable.
fn check(
    service: &Shared,
    id: &str,
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<(String, Arrival), Refusal> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let bad = |errno, message| Err(Refusal(StatusCode::BAD_REQUEST, errno, message));
    let Some(number) = service.subscriptions.number(id) else {
        return Err(Refusal(StatusCode::NOT_FOUND, 102, "no such subscription"));
    };
    let now = service.ground.clock.now();
    if let Err(message) = service.vapid.check(header(AUTHORIZATION.as_str()), now) {
        return Err(Refusal(StatusCode::UNAUTHORIZED, 109, message));
    }
    let Some(ttl) = header("ttl").filter(|ttl| ttl.parse::<u32>().is_ok()) else {
        return bad(111, "the TTL header must hold seconds");
    };
    if header("urgency").is_some_and(|urgency| !["very-low", "low", "normal", "high"].contains(&urgency)) {
        return bad(110, "the Urgency header must be very-low, low, normal or high");
    }
    if header("topic").is_some_and(|topic| !is_topic(topic)) {
        return bad(113, "the Topic header must be at most 32 characters of base64url");
    }
    let Some(body) = body.ok().filter(|body| body.len() <= BODY_LIMIT) else {
        return Err(Refusal(
            StatusCode::PAYLOAD_TOO_LARGE,
            104,
            "the body must be at most 4096 bytes",
        ));
    };
    if header(CONTENT_ENCODING.as_str()) != Some("aes128gcm") {
        return bad(110, "the Content-Encoding must be aes128gcm");
    }
    if service.ended().contains(&number) {
        return Err(ENDED);
    }
    let subscriber = service.subscriptions.subscriber(number);
    let Some(plaintext) = decryption::decrypt(&subscriber, &body) else {
        return bad(110, "the subscriber cannot decrypt the body");
    };
    let payload = serde_json::from_slice(&plaintext).unwrap_or_else(|_| Payload {
        title: String::new(),
        body: String::from_utf8_lossy(&plaintext).into_owned(),
        link: None,
        reference: String::new(),
    });
    let arrival = Arrival {
        at: now,
        channel: Kind::WebPush.channel(),
        kind: Kind::WebPush,
        endpoint_hint: hint(id),
        reference: payload.reference,
        title: payload.title,
        body: payload.body,
        link: payload.link,
    };
    Ok((ttl.to_owned(), arrival))
}

fn is_topic(topic: &str) -> bool {
    (1..=32).contains(&topic.len())
        && topic
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

const ENDED: Refusal = Refusal(StatusCode::GONE, 106, "the subscription has ended");

/// An error with number and words as Mozilla's push service gives them.
struct Refusal(StatusCode, u16, &'static str);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Self(status, errno, message) = self;
        let error = status.canonical_reason().unwrap_or("Error");
        let body = json!({ "code": status.as_u16(), "errno": errno, "error": error, "message": message });
        (status, Json(body)).into_response()
    }
}
