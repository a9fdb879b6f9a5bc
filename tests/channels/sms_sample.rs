//! A running SMS gateway, somebody who takes its reports, and the adapters that use it.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use oproep::channels::sms::cm::{Cm, receipts};
use oproep::channels::sms::kannel::{Kannel, parse_receipt};
use oproep::domain::clock::Clock;
use oproep::domain::delivery::Receipt;
use oproep::domain::endpoint::Endpoint;
use oproep::domain::message::Recipient;
use oproep::receivers::faults::Faults;
use oproep::receivers::inbox::Inbox;
use oproep::receivers::serve::{listen, serve};
use oproep::receivers::sms_gateway::{CM_TOKEN, KANNEL_USER, ReportSettings, SmsGateway};
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::sample::{ground, reference};

pub fn phones(count: usize) -> Vec<Recipient> {
    (0..count)
        .map(|number| Recipient {
            endpoint: Endpoint::Phone(format!("+3161234{number:04}")),
            reference: reference(number),
            link: Some(format!("https://oproep.voorbeeld.nl/k/{number:020}?t=1&u=%20")),
            mail: None,
        })
        .collect()
}

pub fn kannel(url: &str, change: &Value) -> Kannel {
    let mut settings = json!({
        "url": url, "username": KANNEL_USER.0, "password": KANNEL_USER.1, "from": "Burgernet",
    });
    settings
        .as_object_mut()
        .unwrap()
        .extend(change.as_object().unwrap().clone());
    Kannel::new(&serde_json::from_value(settings).unwrap(), Clock::system()).unwrap()
}

pub fn cm(base_url: &str, change: &Value) -> Cm {
    let mut settings = json!({ "base_url": base_url, "product_token": CM_TOKEN, "from": "Burgernet" });
    settings
        .as_object_mut()
        .unwrap()
        .extend(change.as_object().unwrap().clone());
    Cm::new(&serde_json::from_value(settings).unwrap(), Clock::system()).unwrap()
}

/// A running gateway, stopped with the test.
pub struct Gateway {
    pub inbox: Inbox,
    pub faults: Faults,
    address: SocketAddr,
    _stop: DropGuard,
}

impl Gateway {
    pub async fn start(settings: &ReportSettings) -> Self {
        let (ground, stop) = (ground(), CancellationToken::new());
        let (inbox, faults) = (ground.inbox.clone(), ground.faults.clone());
        let gateway = SmsGateway::new(ground, settings, stop.clone()).unwrap();
        let (listener, address) = listen(0).await.unwrap();
        serve(listener, None, gateway.router(), stop.clone());
        Self {
            inbox,
            faults,
            address,
            _stop: stop.drop_guard(),
        }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

/// A report: by whom, of what, and what it says.
pub type Report = (&'static str, String, Receipt);

/// Takes reports as the service does.
pub struct Receipts {
    taken: Taken,
    address: SocketAddr,
    _stop: DropGuard,
}

#[derive(Clone, Default)]
struct Taken {
    came: Arc<Mutex<Vec<Report>>>,
    count: Arc<watch::Sender<usize>>,
    refusals: Arc<AtomicUsize>,
}

impl Taken {
    fn take(&self, reports: Vec<Report>) -> StatusCode {
        let less = |left: usize| left.checked_sub(1);
        if self
            .refusals
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, less)
            .is_ok()
        {
            return StatusCode::SERVICE_UNAVAILABLE;
        }
        let mut came = self.came.lock().unwrap();
        came.extend(reports);
        self.count.send_replace(came.len());
        StatusCode::OK
    }
}

async fn from_kannel(
    State(taken): State<Taken>,
    Path((reference, status)): Path<(String, i64)>,
) -> StatusCode {
    taken.take(vec![("kannel", reference, parse_receipt(status).unwrap())])
}

async fn from_cm(State(taken): State<Taken>, body: Bytes) -> StatusCode {
    let reports = receipts::parse(&body).unwrap().into_iter();
    taken.take(
        reports
            .map(|(reference, receipt)| ("cm", reference, receipt))
            .collect(),
    )
}

impl Receipts {
    pub async fn start() -> Self {
        let (taken, stop) = (Taken::default(), CancellationToken::new());
        let router = Router::new()
            .route("/kannel/{reference}/{status}", get(from_kannel))
            .route("/cm", post(from_cm))
            .with_state(taken.clone());
        let (listener, address) = listen(0).await.unwrap();
        serve(listener, None, router, stop.clone());
        Self {
            taken,
            address,
            _stop: stop.drop_guard(),
        }
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Refuses the next reports.
    pub fn refuse(&self, count: usize) {
        self.taken.refusals.store(count, Ordering::Relaxed);
    }

    /// All reports, once so many have come.
    pub async fn wait_for(&self, count: usize) -> Vec<Report> {
        let mut came = self.taken.count.subscribe();
        let enough = came.wait_for(|came| *came >= count);
        let waited = tokio::time::timeout(Duration::from_secs(30), enough).await;
        assert!(
            waited.is_ok(),
            "{} of {count} reports came",
            self.taken.came.lock().unwrap().len()
        );
        self.taken.came.lock().unwrap().clone()
    }
}
