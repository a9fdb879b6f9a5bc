//! Bringing delivery reports: some time after the message, so many at once, again until they are taken.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use reqwest::{Client, StatusCode, Url};
use tokio::sync::{Semaphore, mpsc};
use tokio_util::sync::CancellationToken;

use super::{ReportOrder, ReportSettings};
use crate::domain::clock::{Clock, Timestamp};
use crate::domain::random::Random;
use crate::receivers::Ground;

/// How many messages' reports wait; after that, sending waits.
const WAITING: usize = 100_000;

/// How often a report is brought that nobody takes.
const MOST_TRIES: u32 = 50;

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Delivered,
    Failed,
}

impl Outcome {
    /// Kannel's status.
    pub(super) const fn kannel(self) -> u8 {
        match self {
            Self::Delivered => 1,
            Self::Failed => 2,
        }
    }

    /// CM's code and words.
    pub(super) const fn cm(self) -> (u8, &'static str) {
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
pub(super) struct Target(String);

impl Target {
    /// Reads an address; a request must not make this program call anybody else.
    pub(super) fn parse(address: &str) -> Result<Self, BadTarget> {
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
    pub(super) fn address(&self) -> &str {
        &self.0
    }

    /// Kannel's report: a GET with the status in the place of `%d`.
    pub(super) fn kannel_call(&self, status: u8) -> Call {
        Call {
            address: self.0.replace("%d", &status.to_string()),
            body: None,
        }
    }

    /// CM's report: a POST.
    pub(super) fn cm_call(&self, report: &serde_json::Value) -> Call {
        Call {
            address: self.0.clone(),
            body: Some(report.to_string()),
        }
    }
}

/// A report on its way.
#[derive(Clone)]
pub(super) struct Call {
    address: String,
    body: Option<String>,
}

/// The queue of reports.
pub(super) struct Reports {
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
    pub(super) fn start(
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

    pub(super) fn brought(&self) -> u64 {
        self.brought.load(Ordering::Relaxed)
    }

    /// Queues the reports of one message, in their usual order.
    pub(super) async fn bring(&self, mut calls: Vec<Call>) {
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
            let request = match &call.body {
                None => self.client.get(&call.address),
                Some(body) => self
                    .client
                    .post(&call.address)
                    .header(http::header::CONTENT_TYPE, "application/json")
                    .body(body.clone()),
            };
            // Kannel, who calls without a body, knows two ways to say yes.
            let is_taken = |status: StatusCode| match call.body {
                None => matches!(status, StatusCode::OK | StatusCode::ACCEPTED),
                Some(_) => status.is_success(),
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
