//! An SMS gateway that takes every text and shows it: it looks like Kannel's `sendsms`, CM.com's Business Messaging,
//! Spryng's REST API and Twilio's messages, and brings delivery reports as they do.
//!
//! Faults ([`super::faults`], kind `sms`) strike a whole request; `unregistered` takes the messages and
//! reports them failed later.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use super::Ground;
use super::faults::Course;
use super::inbox::{Arrival, Kind, hint};
use super::serve::hang_up;

use super::reports::{BadTarget, Reports, Target};

mod cm;
mod kannel;
mod spryng;
pub(super) mod twilio;

/// The name and password of the Kannel look-alike's user.
pub const KANNEL_USER: (&str, &str) = ("oproep", "oproep-local");

/// The product token that the CM look-alike takes.
pub const CM_TOKEN: &str = "00000000-0000-4000-8000-000000000001";

/// The API key that the Spryng look-alike takes.
pub const SPRYNG_KEY: &str = "oproep-local-spryng";

/// The account of the Twilio look-alike: its identifier, and the token that it also signs its calls with.
pub const TWILIO_ACCOUNT: (&str, &str) = ("AC00000000000000000000000000000001", "oproep-local-twilio");

/// The largest request, in bytes: 1,000 messages of eight segments.
const BODY_LIMIT: usize = 4 * 1024 * 1024;

/// How delivery reports are brought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReportSettings {
    /// How long after a message its reports come, at most 600,000.
    pub delay_ms: u64,
    /// In which order.
    pub order: ReportOrder,
    /// How many are under way at once, 1 to 256.
    pub concurrency: usize,
    /// Where reports of messages by way of the CM look-alike go; none without. Kannel's and Twilio's say it
    /// themselves.
    pub cm_receipts_url: Option<String>,
    /// The same for the Spryng look-alike.
    pub spryng_receipts_url: Option<String>,
}

impl Default for ReportSettings {
    fn default() -> Self {
        Self {
            delay_ms: 500,
            order: ReportOrder::default(),
            concurrency: 16,
            cm_receipts_url: None,
            spryng_receipts_url: None,
        }
    }
}

/// The order of the reports of one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportOrder {
    /// Accepted, then delivered or failed.
    #[default]
    InOrder,
    /// As drawn, message for message, and messages overtake each other.
    Shuffled,
    /// In order, each of them two times.
    Twice,
}

/// Why a gateway cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    /// A number is out of range.
    #[error("delay_ms must be at most 600000 and concurrency lie between 1 and 256")]
    OutOfRange,
    /// The address for CM's or Spryng's reports.
    #[error("cm_receipts_url or spryng_receipts_url: {0}")]
    Target(#[from] BadTarget),
    /// No client to bring reports with.
    #[error("cannot set up an HTTP client: {0}")]
    Client(#[from] reqwest::Error),
}

/// The gateway; clones are the same.
#[derive(Clone)]
pub struct SmsGateway(Arc<Shared>);

struct Shared {
    ground: Ground,
    reports: Reports,
    cm_receipts: Option<Target>,
    spryng_receipts: Option<Target>,
}

impl SmsGateway {
    /// A gateway that brings reports until `stop`.
    pub fn new(
        ground: Ground,
        settings: &ReportSettings,
        stop: CancellationToken,
    ) -> Result<Self, GatewayError> {
        if settings.delay_ms > 600_000 || !(1..=256).contains(&settings.concurrency) {
            return Err(GatewayError::OutOfRange);
        }
        let target = |url: &Option<String>| url.as_deref().map(Target::parse).transpose();
        let cm_receipts = target(&settings.cm_receipts_url)?;
        let spryng_receipts = target(&settings.spryng_receipts_url)?;
        let reports = Reports::start(&ground, settings, stop)?;
        Ok(Self(Arc::new(Shared {
            ground,
            reports,
            cm_receipts,
            spryng_receipts,
        })))
    }

    /// How many reports were brought and answered with success.
    pub fn reports_brought(&self) -> u64 {
        self.0.reports.brought()
    }

    /// All look-alikes: `/cgi-bin/sendsms`, `/v1.0/message`, `/v1/messages` and Twilio's `Messages.json`.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/cgi-bin/sendsms", get(kannel::send))
            .route("/v1.0/message", post(cm::send))
            .route("/v1/messages", post(spryng::send))
            .route("/2010-04-01/Accounts/{sid}/Messages.json", post(twilio::send))
            .layer(DefaultBodyLimit::max(BODY_LIMIT))
            .with_state(self.clone())
    }

    /// What a request meets: its course, or the answer that ends it at once.
    async fn meet(&self) -> Result<Course, Response> {
        let ground = &self.0.ground;
        match ground.faults.meet(Kind::Sms, &ground.clock).await {
            Course::Drop { taken: false } => Err(hang_up()),
            Course::Status { code, retry_after_s } => {
                let code = StatusCode::from_u16(code).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
                let mut response = (code, "a fault was asked for").into_response();
                if let Some(seconds) = retry_after_s {
                    let headers = response.headers_mut();
                    headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
                }
                Err(response)
            }
            course => Ok(course),
        }
    }

    /// Takes a text in, as the request's course has it.
    fn take(&self, course: Course, number: &str, reference: &str, text: String) {
        let ground = &self.0.ground;
        if course == Course::Lose {
            ground.inbox.record_dropped(Kind::Sms);
            return;
        }
        ground.inbox.record(Arrival {
            at: ground.clock.now(),
            channel: Kind::Sms.channel(),
            kind: Kind::Sms,
            endpoint_hint: hint(number),
            reference: reference.to_owned(),
            title: String::new(),
            body: text,
            link: None,
        });
    }
}

#[cfg(test)]
mod tests;
