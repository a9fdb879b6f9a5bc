//! Bringing delivery reports: some time after the message, so many at once, again until they are taken.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::prelude::BASE64_STANDARD as BASE64;
use http::header::CONTENT_TYPE;
use reqwest::{Client, StatusCode, Url};
use tokio::sync::{Semaphore, mpsc};
use tokio_util::sync::CancellationToken;

use super::sms_gateway::{ReportOrder, ReportSettings, TWILIO_ACCOUNT};
use crate::domain::clock::{Clock, Timestamp};
use crate::domain::random::Random;
use crate::receivers::Ground;

/// How many messages' reports wait; after that, sending waits.
const WAITING: usize = 100_000;

/// How often a report is brought that nobody takes.
const MOST_TRIES: u32 = 50;

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::receivers) enum Outcome {
    Delivered,
    Failed,
}

impl Outcome {
    /// Kannel's status.
    pub(in crate::receivers) const fn kannel(self) -> u8 {
        match self {
            Self::Delivered => 1,
            Self::Failed => 2,
        }
    }

    /// Spryng's word.
    pub(in crate::receivers) const fn spryng(self) -> &'static str {
        match self {
            Self::Delivered => "Delivered",
            Self::Failed => "Not Delivered",
        }
    }

    /// Twilio's word.
    pub(in crate::receivers) const fn twilio(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Failed => "undelivered",
        }
    }

    /// CM's code and words.
    pub(in crate::receivers) const fn cm(self) -> (u8, &'static str) {
        match self {
            Self::Delivered => (2, "Delivered"),
            Self::Failed => (3, "Failed"),
        }
    }
}

/// Where reports may not go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("reports are brought to this machine only: use http://127.0.0.1:PORT/...")]
pub struct BadTarget;

/// An address on this machine that reports are brought to.
#[derive(Clone, Debug)]
pub(in crate::receivers) struct Target(String);

impl Target {
    /// Reads an address; a request must not make this program call anybody else.
    pub(in crate::receivers) fn parse(address: &str) -> Result<Self, BadTarget> {
        let url = Url::parse(address).map_err(|_| BadTarget)?;
        let here = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
        let plain = url.scheme() == "http" && url.username().is_empty();
        if here && plain {
            Ok(Self(address.to_owned()))
        } else {
            Err(BadTarget)
        }
    }

    /// The address as it was given.
    pub(in crate::receivers) fn address(&self) -> &str {
        &self.0
    }

    /// Kannel's report: a GET with the status in the place of `%d`.
    pub(in crate::receivers) fn kannel_call(&self, status: u8) -> Call {
        Call {
            address: self.0.replace("%d", &status.to_string()),
            body: Body::None,
        }
    }

    /// CM's report: a POST of JSON.
    pub(in crate::receivers) fn cm_call(&self, report: &serde_json::Value) -> Call {
        Call {
            address: self.0.clone(),
            body: Body::Json(report.to_string()),
        }
    }

    /// Spryng's report: a GET with parameters.
    pub(in crate::receivers) fn spryng_call(&self, parameters: &[(&str, &str)]) -> Call {
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(parameters)
            .finish();
        Call {
            address: format!("{}?{query}", self.0),
            body: Body::None,
        }
    }

    /// Twilio's report: a POST of a form, signed.
    pub(in crate::receivers) fn twilio_call(&self, parameters: &[(&str, &str)]) -> Call {
        let text = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(parameters)
            .finish();
        Call {
            address: self.0.clone(),
            body: Body::Form {
                text,
                signature: twilio_signature(&self.0, parameters),
            },
        }
    }
}

/// The signature of a call of Twilio's: over the address as it is called and the parameters by name.
pub(in crate::receivers) fn twilio_signature(address: &str, parameters: &[(&str, &str)]) -> String {
    let mut sorted = parameters.to_vec();
    sorted.sort_unstable();
    let text: String = std::iter::once(address)
        .chain(sorted.iter().flat_map(|(name, value)| [*name, *value]))
        .collect();
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, TWILIO_ACCOUNT.1.as_bytes());
    BASE64.encode(hmac::sign(&key, text.as_bytes()))
}

/// A report on its way.
#[derive(Clone)]
pub(in crate::receivers) struct Call {
    address: String,
    body: Body,
}

/// What a report carries.
#[derive(Clone)]
enum Body {
    None,
    Json(String),
    Form { text: String, signature: String },
}

/// The queue of reports.
pub(in crate::receivers) struct Reports {
    waiting: mpsc::Sender<(Timestamp, Vec<Call>)>,
    brought: Arc<AtomicU64>,
    clock: Clock,
    random: Random,
    delay: Duration,
    order: ReportOrder,
}

/// What bringing needs.
#[derive(Clone)]
struct Carrier {
    client: Client,
    clock: Clock,
    random: Random,
    order: ReportOrder,
    delay: Duration,
    brought: Arc<AtomicU64>,
}

impl Reports {
    /// Starts bringing reports, until `stop`.
    pub(in crate::receivers) fn start(
        ground: &Ground,
        settings: &ReportSettings,
        stop: CancellationToken,
    ) -> Result<Self, reqwest::Error> {
        let client = Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(10))
            .build()?;
        let (waiting, queue) = mpsc::channel(WAITING);
        let carrier = Carrier {
            client,
            clock: ground.clock.clone(),
            random: ground.random.clone(),
            order: settings.order,
            delay: Duration::from_millis(settings.delay_ms),
            brought: Arc::default(),
        };
        let reports = Self {
            waiting,
            brought: Arc::clone(&carrier.brought),
            clock: ground.clock.clone(),
            random: ground.random.clone(),
            delay: carrier.delay,
            order: settings.order,
        };
        let concurrency = settings.concurrency;
        tokio::spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = carrier.bring_all(queue, concurrency) => {}
            }
        });
        Ok(reports)
    }

    pub(in crate::receivers) fn brought(&self) -> u64 {
        self.brought.load(Ordering::Relaxed)
    }

    /// Queues the reports of one message, in their usual order.
    pub(in crate::receivers) async fn bring(&self, mut calls: Vec<Call>) {
        match self.order {
            ReportOrder::InOrder => {}
            ReportOrder::Twice => calls = calls.into_iter().flat_map(|call| [call.clone(), call]).collect(),
            ReportOrder::Shuffled => {
                for at in (1..calls.len()).rev() {
                    let other = usize::try_from(self.random.below(at as u64 + 1)).unwrap_or(0);
                    calls.swap(at, other);
                }
            }
        }
        if !calls.is_empty() {
            // Fails only when the receivers stop.
            let _ = self.waiting.send((self.clock.now() + self.delay, calls)).await;
        }
    }
}

impl Carrier {
    async fn bring_all(self, mut queue: mpsc::Receiver<(Timestamp, Vec<Call>)>, concurrency: usize) {
        let places = Arc::new(Semaphore::new(concurrency));
        // Ended with this future, and with it the stop of the receivers.
        let mut under_way = tokio::task::JoinSet::new();
        while let Some((due_at, calls)) = queue.recv().await {
            self.clock.sleep_until(due_at).await;
            let place = Arc::clone(&places)
                .acquire_owned()
                .await
                .expect("the semaphore is never closed");
            while under_way.try_join_next().is_some() {}
            let carrier = self.clone();
            under_way.spawn(async move {
                if carrier.order == ReportOrder::Shuffled {
                    carrier.clock.sleep(carrier.random.jitter(carrier.delay)).await;
                }
                for call in calls {
                    carrier.bring(&call).await;
                }
                drop(place);
            });
        }
        while under_way.join_next().await.is_some() {}
    }

    /// Brings one report until it is taken.
    async fn bring(&self, call: &Call) {
        let mut pause = Duration::from_millis(50);
        for _ in 0..MOST_TRIES {
            let post = |kind: &str, body: &str| {
                let request = self.client.post(&call.address).body(body.to_owned());
                request.header(CONTENT_TYPE, kind)
            };
            let request = match &call.body {
                Body::None => self.client.get(&call.address),
                Body::Json(body) => post("application/json", body),
                Body::Form { text, signature } => {
                    post("application/x-www-form-urlencoded", text).header("x-twilio-signature", signature)
                }
            };
            // Kannel, who calls without a body, knows two ways to say yes.
            let is_taken = |status: StatusCode| match call.body {
                Body::None => matches!(status, StatusCode::OK | StatusCode::ACCEPTED),
                Body::Json(_) | Body::Form { .. } => status.is_success(),
            };
            if request
                .send()
                .await
                .is_ok_and(|response| is_taken(response.status()))
            {
                self.brought.fetch_add(1, Ordering::Relaxed);
                return;
            }
            self.clock.sleep(self.random.jitter(pause)).await;
            pause = (pause * 2).min(Duration::from_secs(10));
        }
    }
}
