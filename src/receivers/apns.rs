//! A look-alike of Apple's push notification service: HTTP/2 with TLS, a provider token that it checks, and the
//! documented refusals.
//!
//! <https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns>.

use std::collections::HashSet;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};

use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path as Segment, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use http::header::{AUTHORIZATION, RETRY_AFTER};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Version};
use serde_json::json;

use super::Ground;
use super::faults::Course;
use super::inbox::{Arrival, Kind, hint};
use super::serve::hang_up;
use crate::domain::endpoint::Endpoint;

use self::first::FirstSuccess;
use self::provider_token::TokenCheck;
use self::request::{Notification, check_headers};

mod first;
mod provider_token;
mod request;

/// The key's identifier.
pub const KEY_ID: &str = "OPROEPKEY1";
/// The team's identifier.
pub const TEAM_ID: &str = "OPROEPTEAM";
/// The app's bundle identifier.
pub const TOPIC: &str = "nl.oproep.demo";

/// Devices that can be unregistered.
const MOST_UNREGISTERED: usize = 1_000_000;
/// The longest body that is read; what is longer than a payload may be is told apart from what is huge.
const BODY_LIMIT: usize = 64 * 1024;
/// The longest payload of a notification, in bytes.
const PAYLOAD_LIMIT: usize = 4_096;

/// The look-alike; clones are the same.
#[derive(Clone, Debug)]
pub struct ApnsService(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    ground: Ground,
    origin: String,
    tokens: TokenCheck,
    seed: Key,
    unregistered: Mutex<HashSet<u32>>,
    first: FirstSuccess,
}

impl ApnsService {
    /// A service reached at `origin`; makes a signing key of its own.
    pub(super) fn new(ground: Ground, origin: String) -> io::Result<Self> {
        let tokens = TokenCheck::new()?;
        let seed = Key::new(HMAC_SHA256, &ground.random.bytes::<32>());
        Ok(Self(Arc::new(Shared {
            ground,
            origin,
            tokens,
            seed,
            unregistered: Mutex::default(),
            first: FirstSuccess::default(),
        })))
    }

    /// Where messages go, for the adapter's `base_url`.
    pub fn base_url(&self) -> &str {
        &self.0.origin
    }

    /// Writes the signing key whose tokens are taken here, as Apple's developer site gives it.
    pub fn write_key(&self, path: &Path) -> io::Result<()> {
        std::fs::write(path, self.0.tokens.private_pem())
    }

    /// The device with this number: the same for the same seed.
    pub fn device(&self, number: u32) -> Endpoint {
        Endpoint::Apns {
            token: self.0.token(number),
        }
    }

    /// Removes the app from a device: from now on it is answered with 410.
    pub fn unregister(&self, number: u32) {
        let mut unregistered = self.0.unregistered();
        if unregistered.len() < MOST_UNREGISTERED {
            unregistered.insert(number);
        }
    }

    /// Calls every provider token seen so far expired.
    pub fn expire_tokens(&self) {
        self.0.tokens.expire_all();
    }

    /// How many different provider tokens were seen.
    pub fn tokens_seen(&self) -> usize {
        self.0.tokens.seen().len()
    }

    /// The most requests that were at work at once before any had been answered with success.
    pub fn most_before_first_success(&self) -> usize {
        self.0.first.most()
    }

    pub(super) fn router(&self) -> Router {
        Router::new()
            .route("/3/device/{token}", post(receive))
            .layer(DefaultBodyLimit::max(BODY_LIMIT))
            .with_state(self.clone())
    }
}

impl Shared {
    fn unregistered(&self) -> MutexGuard<'_, HashSet<u32>> {
        self.unregistered
            .lock()
            .expect("nothing panics while it holds the unregistered devices")
    }

    /// A device token: number and authentication code, as long as real ones.
    fn token(&self, number: u32) -> String {
        let number = number.to_be_bytes();
        let code = sign(&self.seed, &number);
        let bytes = number.iter().chain(code.as_ref()).take(32);
        let digits = bytes.flat_map(|byte| [byte >> 4, byte & 15]);
        digits
            .filter_map(|digit| char::from_digit(u32::from(digit), 16))
            .collect()
    }

    fn number(&self, token: &str) -> Option<u32> {
        let number = u32::from_str_radix(token.get(..8)?, 16).ok()?;
        (self.token(number) == token).then_some(number)
    }
}

async fn receive(
    State(service): State<ApnsService>,
    Segment(token): Segment<String>,
    version: Version,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let service = &*service.0;
    let _at_work = service.first.begin();
    let ground = &service.ground;
    let course = ground.faults.meet(Kind::Apns, &ground.clock).await;
    match course {
        Course::Status { code, retry_after_s } => return asked_for(code, retry_after_s),
        Course::Drop { taken: false } => return hang_up(),
        Course::Unregistered => return gone(ground.clock.now().as_millis()),
        Course::Usual | Course::Lose | Course::Drop { taken: true } => {}
    }
    if version != Version::HTTP_2 {
        return StatusCode::HTTP_VERSION_NOT_SUPPORTED.into_response();
    }
    let id = headers.get("apns-id").cloned();
    let mut response = match take(service, course, &token, &headers, &body) {
        Ok(()) if course == (Course::Drop { taken: true }) => return hang_up(),
        Ok(()) => {
            service.first.succeeded();
            StatusCode::OK.into_response()
        }
        Err(Refusal(StatusCode::GONE, _)) => gone(ground.clock.now().as_millis()),
        Err(refusal) => refusal.into_response(),
    };
    if let Some(id) = id {
        response
            .headers_mut()
            .insert(HeaderName::from_static("apns-id"), id);
    }
    response
}

/// The checks of the real one, in its order, and then the arrival.
fn take(
    service: &Shared,
    course: Course,
    token: &str,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<(), Refusal> {
    let ground = &service.ground;
    let now = ground.clock.now();
    let bearer = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.strip_prefix("bearer "));
    service
        .tokens
        .check(bearer, now)
        .map_err(|reason| Refusal(StatusCode::FORBIDDEN, reason))?;
    check_headers(headers).map_err(|reason| Refusal(StatusCode::BAD_REQUEST, reason))?;
    if body.len() > PAYLOAD_LIMIT {
        return Err(Refusal(StatusCode::PAYLOAD_TOO_LARGE, "PayloadTooLarge"));
    }
    let number = service
        .number(token)
        .ok_or(Refusal(StatusCode::BAD_REQUEST, "BadDeviceToken"))?;
    if service.unregistered().contains(&number) {
        return Err(Refusal(StatusCode::GONE, "Unregistered"));
    }
    let notification = serde_json::from_slice::<Notification>(body)
        .map_err(|_| Refusal(StatusCode::BAD_REQUEST, "PayloadEmpty"))?;
    if course == Course::Lose {
        ground.inbox.record_dropped(Kind::Apns);
    } else {
        ground.inbox.record(Arrival {
            at: now,
            channel: Kind::Apns.channel(),
            kind: Kind::Apns,
            endpoint_hint: hint(token),
            reference: notification.reference,
            title: notification.aps.alert.title,
            body: notification.aps.alert.body,
            link: notification.link,
        });
    }
    Ok(())
}

/// A status with Apple's reason.
struct Refusal(StatusCode, &'static str);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.0, Json(json!({ "reason": self.1 }))).into_response()
    }
}

fn gone(at_ms: i64) -> Response {
    let body = json!({ "reason": "Unregistered", "timestamp": at_ms });
    (StatusCode::GONE, Json(body)).into_response()
}

/// A fault's status in the form that Apple gives it.
fn asked_for(code: u16, retry_after_s: Option<u64>) -> Response {
    let reason = match code {
        400 => "BadTopic",
        403 => "InvalidProviderToken",
        404 => "BadPath",
        405 => "MethodNotAllowed",
        413 => "PayloadTooLarge",
        429 => "TooManyRequests",
        503 => "ServiceUnavailable",
        _ => "InternalServerError",
    };
    let code = StatusCode::from_u16(code).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
    let mut response = Refusal(code, reason).into_response();
    if let Some(seconds) = retry_after_s {
        response
            .headers_mut()
            .insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}
