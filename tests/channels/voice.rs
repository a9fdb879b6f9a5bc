//! Calls against our own exchange: lines, keys, ends and recordings.

use oproep::channels::Provider;
use oproep::channels::voice::recording::{FetchError, LONGEST_BYTES};
use oproep::channels::voice::twilio::TwilioVoice;
use oproep::domain::clock::Clock;
use oproep::domain::delivery::Attempt;
use oproep::receivers::exchange::{Exchange, RecordingGiven, TWILIO_ACCOUNT};
use oproep::receivers::serve::{listen, serve};
use oproep::receivers::sms_gateway::ReportSettings;
use serde_json::{Value, json};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::sample::{ground, message};
use crate::sms_sample::phones;

struct Calls {
    exchange: Exchange,
    origin: String,
    _stop: DropGuard,
}

impl Calls {
    async fn start() -> Self {
        let stop = CancellationToken::new();
        let (listener, address) = listen(0).await.unwrap();
        let origin = format!("http://{address}");
        let settings = ReportSettings::default();
        let exchange = Exchange::new(ground(), origin.clone(), &settings, stop.clone()).unwrap();
        serve(listener, None, exchange.router(), stop.clone());
        Self {
            exchange,
            origin,
            _stop: stop.drop_guard(),
        }
    }

    fn twilio(&self, change: &Value) -> TwilioVoice {
        let mut settings = json!({
            "base_url": self.origin, "account_sid": TWILIO_ACCOUNT.0, "auth_token": TWILIO_ACCOUNT.1,
            "from": "+3197010200000",
        });
        settings
            .as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        let settings = serde_json::from_value(settings).unwrap();
        TwilioVoice::new(&settings, "http://127.0.0.1:9", Clock::system()).unwrap()
    }
}

#[tokio::test]
async fn no_more_calls_are_ordered_than_there_are_lines_and_an_end_frees_one() {
    let calls = Calls::start().await;
    let twilio = calls.twilio(&json!({ "calls_at_once": 3 }));
    let recipients = phones(6);
    let attempts = twilio.send(&message(), &recipients).await;
    let ordered: Vec<_> = attempts
        .iter()
        .map(|attempt| *attempt == Attempt::Accepted)
        .collect();
    assert_eq!(
        ordered.iter().filter(|ordered| **ordered).count(),
        3,
        "{attempts:?}"
    );
    assert!(
        attempts
            .iter()
            .all(|attempt| matches!(attempt, Attempt::Accepted | Attempt::Throttled { .. }))
    );
    let first = ordered.iter().position(|ordered| *ordered).unwrap();
    let waits = ordered.iter().position(|ordered| !*ordered).unwrap();
    twilio.ended(&recipients[first].reference);
    let again = twilio.send(&message(), &recipients[waits..=waits]).await;
    assert_eq!(again, [Attempt::Accepted]);
}

#[tokio::test]
async fn a_recording_comes_from_the_exchange_alone_and_within_its_limits() {
    let calls = Calls::start().await;
    let twilio = calls.twilio(&json!({}));
    let ours = format!(
        "{}/2010-04-01/Accounts/{}/Recordings/RE1",
        calls.origin, TWILIO_ACCOUNT.0
    );
    let sound = twilio.recording(&ours).await.unwrap();
    assert_eq!(sound.media_type, "audio/mpeg");
    assert!((1..LONGEST_BYTES).contains(&sound.bytes.len()));
    for (given, expected) in [
        (RecordingGiven::Missing, FetchError::Later),
        (RecordingGiven::Redirect, FetchError::Later),
        (RecordingGiven::Page, FetchError::Unfit),
        (RecordingGiven::Endless, FetchError::Unfit),
    ] {
        calls.exchange.set_recording(given);
        assert_eq!(twilio.recording(&ours).await, Err(expected), "{given:?}");
    }
    for elsewhere in [
        "http://192.0.2.1/RE1",
        "file:///etc/passwd",
        &format!("{}/x", calls.origin),
    ] {
        assert_eq!(
            twilio.recording(elsewhere).await,
            Err(FetchError::Elsewhere),
            "{elsewhere}"
        );
    }
}
