//! What is reported late, twice or out of order ends the same for every adapter whose provider reports.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{OriginalUri, Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use oproep::channels::sms::{cm, kannel, spryng, twilio};
use oproep::channels::twilio::is_signed;
use oproep::channels::voice;
use oproep::domain::delivery::{Disposition, Receipt};
use oproep::receivers::exchange::TWILIO_ACCOUNT;
use oproep::receivers::serve::{listen, serve};
use oproep::receivers::sms_gateway::{ReportOrder, ReportSettings};
use tokio::sync::watch;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::subjects::{Adapter, Setup, Subject};
use super::{COUNT, Class, class};
use crate::sample::{message, reference};

/// Takes reports of every kind, and says what is to be said in calls.
struct Service {
    taken: Taken,
    origin: String,
    _stop: DropGuard,
}

#[derive(Clone, Default)]
struct Taken {
    reports: Arc<Mutex<HashMap<String, Vec<Receipt>>>>,
    count: Arc<watch::Sender<usize>>,
    origin: Arc<Mutex<String>>,
}

impl Taken {
    fn take(&self, reference: String, receipt: Option<Receipt>) -> StatusCode {
        if let Some(receipt) = receipt {
            let mut reports = self.reports.lock().unwrap();
            reports.entry(reference).or_default().push(receipt);
            let count = reports.values().map(Vec::len).sum();
            self.count.send_replace(count);
        }
        StatusCode::OK
    }

    /// The parameters of a call that Twilio signed.
    fn signed(&self, uri: &OriginalUri, headers: &HeaderMap, body: &Bytes) -> HashMap<String, String> {
        let url = format!("{}{}", self.origin.lock().unwrap(), uri.0);
        let parameters: Vec<(String, String)> = form_urlencoded(body);
        let signature = headers["x-twilio-signature"].to_str().unwrap();
        let token = TWILIO_ACCOUNT.1.to_owned().into();
        assert!(is_signed(&token, &url, &parameters, signature), "{url}");
        parameters.into_iter().collect()
    }
}

fn form_urlencoded(body: &Bytes) -> Vec<(String, String)> {
    let url = reqwest::Url::parse(&format!("http://x/?{}", std::str::from_utf8(body).unwrap())).unwrap();
    url.query_pairs().into_owned().collect()
}

impl Service {
    async fn start() -> Self {
        let (taken, stop) = (Taken::default(), CancellationToken::new());
        let router = Router::new()
            .route(
                "/kannel/{reference}/{status}",
                get(
                    async |State(taken): State<Taken>, Path((reference, status)): Path<(String, i64)>| {
                        taken.take(reference, kannel::parse_receipt(status))
                    },
                ),
            )
            .route(
                "/cm",
                post(async |State(taken): State<Taken>, body: Bytes| {
                    for (reference, receipt) in cm::receipts::parse(&body).unwrap() {
                        taken.take(reference, Some(receipt));
                    }
                }),
            )
            .route(
                "/spryng",
                get(
                    async |State(taken): State<Taken>, Query(report): Query<HashMap<String, String>>| {
                        taken.take(
                            report["REFERENCE"].clone(),
                            spryng::parse_receipt(&report["STATUS"]),
                        )
                    },
                ),
            )
            .route(
                "/twilio/{reference}",
                post(
                    async |State(taken): State<Taken>,
                           Path(reference): Path<String>,
                           uri: OriginalUri,
                           headers: HeaderMap,
                           body: Bytes| {
                        let report = taken.signed(&uri, &headers, &body);
                        taken.take(reference, twilio::parse_receipt(&report["MessageStatus"]))
                    },
                ),
            )
            .route(
                "/voice/twilio/{reference}",
                post(
                    async |State(taken): State<Taken>, uri: OriginalUri, headers: HeaderMap, body: Bytes| {
                        taken.signed(&uri, &headers, &body);
                        voice::twilio::twiml::said(&message(), "http://127.0.0.1:9/key")
                    },
                ),
            )
            .route(
                "/receipts/voice/twilio/{reference}",
                post(
                    async |State(taken): State<Taken>,
                           Path(reference): Path<String>,
                           uri: OriginalUri,
                           headers: HeaderMap,
                           body: Bytes| {
                        let report = taken.signed(&uri, &headers, &body);
                        let by = report.get("AnsweredBy").map(String::as_str);
                        let end = voice::twilio::parse_end(&report["CallStatus"], by, false);
                        taken.take(reference, end.map(voice::CallEnd::receipt))
                    },
                ),
            )
            .route(
                "/voice-cm",
                post(async |State(taken): State<Taken>, body: Bytes| {
                    let ended = voice::cm::parse_end(&body).unwrap();
                    taken.take(ended.reference, Some(ended.end.receipt()))
                }),
            )
            .with_state(taken.clone());
        let (listener, address) = listen(0).await.unwrap();
        let origin = format!("http://{address}");
        taken.origin.lock().unwrap().clone_from(&origin);
        serve(listener, None, router, stop.clone());
        Self {
            taken,
            origin,
            _stop: stop.drop_guard(),
        }
    }

    async fn wait_for(&self, count: usize) {
        let mut counted = self.taken.count.subscribe();
        let enough = counted.wait_for(|counted| *counted >= count);
        let waited = tokio::time::timeout(Duration::from_secs(20), enough)
            .await
            .is_ok();
        assert!(waited, "{} of {count} reports came", *self.taken.count.borrow());
    }
}

async fn reports_late_twice_and_out_of_order(adapter: Adapter) {
    for (order, delay_ms) in [
        (ReportOrder::InOrder, 300),
        (ReportOrder::Twice, 20),
        (ReportOrder::Shuffled, 20),
    ] {
        let service = Service::start().await;
        let setup = Setup {
            reports: ReportSettings {
                delay_ms,
                order,
                cm_receipts_url: Some(format!("{}/cm", service.origin)),
                spryng_receipts_url: Some(format!("{}/spryng", service.origin)),
                ..ReportSettings::default()
            },
            service: Some(service.origin.clone()),
            ..Setup::default()
        };
        let subject = Subject::start_with(adapter, setup).await;
        let attempts = subject.send(0, COUNT).await;
        assert!(
            attempts.iter().all(|attempt| class(attempt) == Class::Accepted),
            "{attempts:?}"
        );
        let a_message = if matches!(adapter, Adapter::CmVoice | Adapter::TwilioVoice) {
            1
        } else {
            2
        };
        let times = if order == ReportOrder::Twice { 2 } else { 1 };
        service.wait_for(COUNT * a_message * times).await;
        let reports = service.taken.reports.lock().unwrap();
        for number in 0..COUNT {
            let came = &reports[&reference(number)];
            assert_eq!(came.len(), a_message * times, "{adapter:?} {order:?}");
            for start in [Disposition::Accepted, Disposition::Unknown] {
                let end = came.iter().copied().fold(start, Disposition::after);
                assert_eq!(end, Disposition::Delivered, "{adapter:?} {order:?} {came:?}");
            }
        }
        assert_eq!(reports.len(), COUNT, "and of nobody else");
    }
}

macro_rules! reporting {
    ($($name:ident $adapter:ident;)*) => {$(
        #[tokio::test]
        async fn $name() {
            reports_late_twice_and_out_of_order(Adapter::$adapter).await;
        }
    )*};
}

reporting! {
    kannel Kannel;
    cm Cm;
    spryng Spryng;
    twilio_sms TwilioSms;
    cm_voice CmVoice;
    twilio_voice TwilioVoice;
}
