//! A telephone exchange that makes no call and shows what would have been said: it looks like Twilio's calls and like
//! CM.com's Voice API, asks what to say, presses keys, leaves recordings, and tells how each call ended.
//!
//! Faults ([`super::faults`], kind `voice`) strike the order of a call; whoever is called does as [`Callee`] says.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::Ground;
use super::faults::Course;
use super::inbox::{Arrival, Kind, hint};
use super::reports::{BadTarget, Reports};
use super::serve::hang_up;
use super::sms_gateway::ReportSettings;

mod cm;
mod markup;
mod twilio;

pub use super::sms_gateway::{CM_TOKEN, TWILIO_ACCOUNT};

/// The largest request, in bytes.
const BODY_LIMIT: usize = 64 * 1024;
/// Conversations at once; more calls wait for their turn.
const CONVERSATIONS: usize = 256;

/// What whoever is called does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Callee {
    /// Answers, listens, and presses these keys one after the other, each when it is asked for.
    Answers {
        /// The first key, if any.
        #[serde(default)]
        key: Option<char>,
        /// The key after that.
        #[serde(default)]
        then: Option<char>,
    },
    /// A machine answers.
    Machine,
    /// Is on the telephone already.
    Busy,
    /// Does not answer.
    NoAnswer,
    /// Cannot be called.
    Failed,
}

impl Default for Callee {
    fn default() -> Self {
        Self::Answers {
            key: None,
            then: None,
        }
    }
}

/// What the exchange gives when a recording is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordingGiven {
    /// A short sound.
    #[default]
    Sound,
    /// Nothing yet.
    Missing,
    /// A page.
    Page,
    /// A redirect to another host.
    Redirect,
    /// More bytes than anybody should take.
    Endless,
}

/// Why an exchange cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum ExchangeError {
    /// A number is out of range.
    #[error("delay_ms must be at most 600000 and concurrency lie between 1 and 256")]
    OutOfRange,
    /// No client to call back with.
    #[error("cannot set up an HTTP client: {0}")]
    Client(#[from] reqwest::Error),
}

/// The exchange; clones are the same.
#[derive(Clone)]
pub struct Exchange(Arc<Shared>);

struct Shared {
    ground: Ground,
    reports: Reports,
    client: reqwest::Client,
    callee: Mutex<(Callee, RecordingGiven)>,
    places: Semaphore,
    tasks: TaskTracker,
    stop: CancellationToken,
    delay: Duration,
    origin: String,
}

impl Exchange {
    /// An exchange reached at `origin`, for instance `http://127.0.0.1:4001`, that tells how calls ended as these
    /// settings have it, until `stop`.
    pub fn new(
        ground: Ground,
        origin: String,
        settings: &ReportSettings,
        stop: CancellationToken,
    ) -> Result<Self, ExchangeError> {
        if settings.delay_ms > 600_000 || !(1..=256).contains(&settings.concurrency) {
            return Err(ExchangeError::OutOfRange);
        }
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(10))
            .build()?;
        Ok(Self(Arc::new(Shared {
            reports: Reports::start(&ground, settings, stop.clone())?,
            ground,
            client,
            callee: Mutex::default(),
            places: Semaphore::new(CONVERSATIONS),
            tasks: TaskTracker::new(),
            stop,
            delay: Duration::from_millis(settings.delay_ms),
            origin,
        })))
    }

    /// From now on, who is called does this.
    pub fn set_callee(&self, callee: Callee) {
        self.0.callee.lock().unwrap_or_else(PoisonError::into_inner).0 = callee;
    }

    /// From now on, this is given when a recording is asked for.
    pub fn set_recording(&self, given: RecordingGiven) {
        self.0.callee.lock().unwrap_or_else(PoisonError::into_inner).1 = given;
    }

    /// How many ends of calls were told and taken.
    pub fn ends_told(&self) -> u64 {
        self.0.reports.brought()
    }

    /// Both look-alikes.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/2010-04-01/Accounts/{sid}/Calls.json", post(twilio::order))
            .route(
                "/2010-04-01/Accounts/{sid}/Recordings/{file}",
                get(twilio::recording),
            )
            .route("/voiceapi/v2/DTMF", post(cm::order))
            .layer(DefaultBodyLimit::max(BODY_LIMIT))
            .with_state(self.clone())
    }

    fn callee(&self) -> (Callee, RecordingGiven) {
        *self.0.callee.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What an order meets: its course, or the answer that ends it at once.
    async fn meet(&self) -> Result<Course, Response> {
        let ground = &self.0.ground;
        match ground.faults.meet(Kind::Voice, &ground.clock).await {
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

    /// Takes down what was said.
    fn said(&self, number: &str, reference: &str, text: String) {
        let ground = &self.0.ground;
        ground.inbox.record(Arrival {
            at: ground.clock.now(),
            channel: Kind::Voice.channel(),
            kind: Kind::Voice,
            endpoint_hint: hint(number),
            reference: reference.to_owned(),
            title: String::new(),
            body: text,
            link: None,
        });
    }

    /// Does a conversation beside, until the exchange stops.
    fn converse(&self, conversation: impl Future<Output = ()> + Send + 'static) {
        let exchange = self.clone();
        self.0.tasks.spawn(async move {
            let talk = async {
                let _place = exchange.0.places.acquire().await;
                conversation.await;
            };
            tokio::select! {
                () = talk => {}
                () = exchange.0.stop.cancelled() => {}
            }
        });
    }
}

/// An address on this machine, or none: nobody else is called.
fn here(address: &str) -> Result<super::reports::Target, BadTarget> {
    super::reports::Target::parse(address)
}
