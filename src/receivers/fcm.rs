//! A look-alike of Firebase Cloud Messaging: the token endpoint and `messages:send` of HTTP v1.
//!
//! <https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages>. It demands a signed assertion
//! before it gives a token, and answers what it refuses with the documented error bodies.

use std::collections::HashSet;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};

use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path as Segment, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Form, Json, Router};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use http::header::{AUTHORIZATION, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::json;

use super::Ground;
use super::faults::Course;
use super::inbox::{Arrival, Kind, hint};
use super::serve::hang_up;
use crate::domain::endpoint::Endpoint;

use self::oauth::OAuth;
use self::request::{Request, Unfit};

mod oauth;
mod request;

/// The project that the look-alike serves.
pub const PROJECT: &str = "oproep-local";
/// Devices that can be unregistered.
const MOST_UNREGISTERED: usize = 1_000_000;
/// The longest body that is read; what is longer than the payload may be is told apart from what is huge.
const BODY_LIMIT: usize = 64 * 1024;

/// The look-alike; clones are the same.
#[derive(Clone, Debug)]
pub struct FcmService(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    ground: Ground,
    origin: String,
    oauth: OAuth,
    seed: Key,
    unregistered: Mutex<HashSet<u32>>,
}

impl FcmService {
    /// A service reached at `origin`; makes a service account of its own.
    pub(super) fn new(ground: Ground, origin: String) -> io::Result<Self> {
        let oauth = OAuth::new(format!("{origin}/token"))?;
        let seed = Key::new(HMAC_SHA256, &ground.random.bytes::<32>());
        Ok(Self(Arc::new(Shared {
            ground,
            origin,
            oauth,
            seed,
            unregistered: Mutex::default(),
        })))
    }

    /// Where messages go, for the adapter's `base_url`.
    pub fn base_url(&self) -> &str {
        &self.0.origin
    }

    /// Writes the JSON key file of the service account whose assertions are taken here.
    pub fn write_service_account(&self, path: &Path) -> io::Result<()> {
        std::fs::write(path, self.0.oauth.key_file().to_string())
    }

    /// The device with this number: the same for the same seed.
    pub fn device(&self, number: u32) -> Endpoint {
        Endpoint::Fcm {
            token: self.0.token(number),
        }
    }

    /// Removes the app from a device: from now on it answers `UNREGISTERED`.
    pub fn unregister(&self, number: u32) {
        let mut unregistered = self.0.unregistered();
        if unregistered.len() < MOST_UNREGISTERED {
            unregistered.insert(number);
        }
    }

    /// Refuses all access tokens given so far, as Google does with those of a changed account.
    pub fn revoke_tokens(&self) {
        self.0.oauth.revoke();
    }

    /// How many access tokens were given.
    pub fn tokens_given(&self) -> u64 {
        self.0.oauth.given()
    }

    pub(super) fn router(&self) -> Router {
        Router::new()
            .route("/token", post(token))
            .route("/v1/projects/{project}/messages:send", post(send))
            .layer(DefaultBodyLimit::max(BODY_LIMIT))
            .with_state(self.clone())
    }
}

impl Shared {
    fn unregistered(&self) -> std::sync::MutexGuard<'_, HashSet<u32>> {
        self.unregistered
            .lock()
            .expect("nothing panics while it holds the unregistered devices")
    }

    /// A registration token: number and authentication code, in the form of real ones.
    fn token(&self, number: u32) -> String {
        let number = number.to_be_bytes();
        let code = sign(&self.seed, &number);
        format!("{}:APA91b{}", BASE64URL.encode(number), BASE64URL.encode(code))
    }

    fn number(&self, token: &str) -> Option<u32> {
        let bytes = BASE64URL.decode(token.split_once(':')?.0).ok()?;
        let number = u32::from_be_bytes(bytes.try_into().ok()?);
        (self.token(number) == token).then_some(number)
    }
}

async fn token(State(service): State<FcmService>, Form(form): Form<oauth::Form>) -> Response {
    let ground = &service.0.ground;
    match service.0.oauth.grant(&form, ground.clock.now(), &ground.random) {
        Ok(granted) => Json(granted).into_response(),
        Err((error, description)) => {
            let body = json!({ "error": error, "error_description": description });
            (StatusCode::BAD_REQUEST, Json(body)).into_response()
        }
    }
}

async fn send(
    State(service): State<FcmService>,
    Segment(project): Segment<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let service = &*service.0;
    let ground = &service.ground;
    let course = ground.faults.meet(Kind::Fcm, &ground.clock).await;
    match course {
        Course::Status { code, retry_after_s } => return asked_for(code, retry_after_s),
        Course::Drop { taken: false } => return hang_up(),
        Course::Unregistered => return unregistered(),
        Course::Usual | Course::Lose | Course::Drop { taken: true } => {}
    }
    let now = ground.clock.now();
    let bearer = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    if !bearer.is_some_and(|token| service.oauth.holds(token, now)) {
        return error(
            StatusCode::UNAUTHORIZED,
            "UNAUTHENTICATED",
            None,
            "no valid access token",
        );
    }
    if project != PROJECT {
        return error(
            StatusCode::FORBIDDEN,
            "PERMISSION_DENIED",
            None,
            "no right to send for the project",
        );
    }
    let message = match Request::read(&body) {
        Ok(message) => message,
        Err(Unfit(reason)) => return invalid(&reason),
    };
    let Some(number) = service.number(&message.token) else {
        return invalid("the registration token is not a valid FCM registration token");
    };
    if service.unregistered().contains(&number) {
        return unregistered();
    }
    if course == Course::Lose {
        ground.inbox.record_dropped(Kind::Fcm);
    } else {
        let mut data = message.data;
        ground.inbox.record(Arrival {
            at: now,
            channel: Kind::Fcm.channel(),
            kind: Kind::Fcm,
            endpoint_hint: hint(&message.token),
            reference: data.remove("reference").unwrap_or_default(),
            title: message.notification.title,
            body: message.notification.body,
            link: data.remove("link"),
        });
    }
    if course == (Course::Drop { taken: true }) {
        return hang_up();
    }
    let name = format!(
        "projects/{PROJECT}/messages/0:{:016x}",
        ground.random.below(u64::MAX)
    );
    Json(json!({ "name": name })).into_response()
}

fn invalid(message: &str) -> Response {
    error(
        StatusCode::BAD_REQUEST,
        "INVALID_ARGUMENT",
        Some("INVALID_ARGUMENT"),
        message,
    )
}

fn unregistered() -> Response {
    error(
        StatusCode::NOT_FOUND,
        "NOT_FOUND",
        Some("UNREGISTERED"),
        "the requested entity was not found",
    )
}

/// A fault's status in the form that FCM gives it.
fn asked_for(code: u16, retry_after_s: Option<u64>) -> Response {
    let (status, error_code) = match code {
        400 => ("INVALID_ARGUMENT", Some("INVALID_ARGUMENT")),
        401 => ("UNAUTHENTICATED", Some("THIRD_PARTY_AUTH_ERROR")),
        403 => ("PERMISSION_DENIED", Some("SENDER_ID_MISMATCH")),
        404 => ("NOT_FOUND", None),
        429 => ("RESOURCE_EXHAUSTED", Some("QUOTA_EXCEEDED")),
        500 => ("INTERNAL", Some("INTERNAL")),
        503 => ("UNAVAILABLE", Some("UNAVAILABLE")),
        _ => ("UNKNOWN", Some("UNSPECIFIED_ERROR")),
    };
    let code = StatusCode::from_u16(code).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
    let mut response = error(code, status, error_code, "a fault was asked for");
    if let Some(seconds) = retry_after_s {
        response
            .headers_mut()
            .insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// An error in Google's form, with FCM's own code among the details.
fn error(code: StatusCode, status: &str, error_code: Option<&str>, message: &str) -> Response {
    let details: Vec<_> = error_code
        .map(|code| json!({ "@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": code }))
        .into_iter()
        .collect();
    let error = json!({ "code": code.as_u16(), "message": message, "status": status, "details": details });
    (code, Json(json!({ "error": error }))).into_response()
}
