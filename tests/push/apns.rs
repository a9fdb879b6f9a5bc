use std::time::Duration;

use oproep::channels::Provider;
use oproep::channels::http::HttpVersion;
use oproep::channels::push::apns::ApnsError;
use oproep::channels::push::{Push, PushError};
use oproep::domain::delivery::Attempt;
use oproep::domain::endpoint::Endpoint;
use oproep::domain::message::Message;
use oproep::domain::random::Random;
use oproep::receivers::faults::{Fault, FaultPlan};
use oproep::receivers::inbox::Kind;

use crate::setting::{Setting, message, recipient, rejected, throttled, transient, unconfirmed};

fn status(code: u16, retry_after_s: Option<u64>) -> Fault {
    Fault::Status { code, retry_after_s }
}

#[tokio::test]
async fn a_message_arrives_whole() {
    let setting = Setting::start(false).await;
    let device = setting.receivers.apns.device(3);
    assert_eq!(setting.send_one(&setting.push(), device).await, Attempt::Accepted);
    let arrival = setting.latest();
    assert_eq!(arrival.kind, Kind::Apns);
    assert_eq!((arrival.title, arrival.body), (message().title, message().body));
    assert_eq!(arrival.reference, "r-0");
    assert_eq!(arrival.link.as_deref(), Some("https://oproep.example/a/0"));
}

#[tokio::test]
async fn every_answer_has_its_class() {
    let setting = Setting::start(false).await;
    let push = setting.push_of(Kind::Apns);
    let device = setting.receivers.apns.device(1);
    for (fault, expected) in [
        (Fault::Unregistered, rejected("unregistered", true)),
        (status(400, None), rejected("bad_topic", false)),
        (status(403, None), transient("invalid_provider_token")),
        (status(404, None), transient("bad_path")),
        (status(413, None), rejected("payload_too_large", false)),
        (status(429, Some(30)), throttled(30)),
        (status(429, None), throttled(1)),
        (status(500, None), transient("internal_server_error")),
        (status(503, None), transient("service_unavailable")),
        (status(503, Some(120)), throttled(120)),
        (Fault::AcceptAndDrop, Attempt::Accepted),
        (Fault::Reset { taken: false }, unconfirmed("connection_broken")),
        (Fault::Reset { taken: true }, unconfirmed("connection_broken")),
    ] {
        setting.receivers.faults.set(Kind::Apns, fault).unwrap();
        assert_eq!(
            setting.send_one(&push, device.clone()).await,
            expected,
            "{fault:?}"
        );
    }
    let counts = setting.receivers.inbox.counts();
    assert_eq!((counts.apns.arrived, counts.apns.dropped), (1, 1));

    setting.receivers.faults.set(Kind::Apns, Fault::None).unwrap();
    setting.receivers.apns.unregister(1);
    assert_eq!(
        setting.send_one(&push, device).await,
        rejected("unregistered", true)
    );
    let nobody = Endpoint::Apns {
        token: "ab".repeat(32),
    };
    assert_eq!(
        setting.send_one(&push, nobody).await,
        rejected("bad_device_token", true)
    );
    let garbled = Endpoint::Apns {
        token: "../1".to_owned(),
    };
    assert!(!push.reaches(&garbled));
    assert_eq!(
        setting.send_one(&push, garbled).await,
        rejected("device_token_malformed", false)
    );
}

#[tokio::test]
async fn until_the_first_success_a_connection_carries_one_request_and_then_many() {
    let mut setting = Setting::start(false).await;
    setting.settings.apns.as_mut().unwrap().http.clients = 1;
    let recipients: Vec<_> = (0..300)
        .map(|number| recipient(number, setting.receivers.apns.device(number)))
        .collect();
    let push = setting.push();
    // The first ones are refused for a reason that says nothing of our token.
    let first = FaultPlan {
        first_n: Some(5),
        ..status(503, None).into()
    };
    setting.receivers.faults.set(Kind::Apns, first).unwrap();
    let attempts = push.send(&message(), &recipients).await;
    let accepted = attempts
        .iter()
        .filter(|attempt| **attempt == Attempt::Accepted)
        .count();
    assert_eq!(accepted, 295);
    assert_eq!(setting.receivers.apns.most_before_first_success(), 1);
    assert_eq!(setting.receivers.inbox.counts().references, 295);
}

#[tokio::test]
async fn one_token_is_kept_for_forty_minutes() {
    let setting = Setting::start(false).await;
    let push = setting.push();
    let device = setting.receivers.apns.device(1);
    for (minutes, tokens) in [(0, 1), (39, 1), (2, 2), (41, 3)] {
        setting.clock.advance(Duration::from_mins(minutes));
        assert_eq!(setting.send_one(&push, device.clone()).await, Attempt::Accepted);
        assert_eq!(setting.receivers.apns.tokens_seen(), tokens);
    }
}

#[tokio::test]
async fn an_expired_token_is_replaced_once_and_not_again_for_twenty_minutes() {
    let setting = Setting::start(false).await;
    let push = setting.push();
    let device = setting.receivers.apns.device(1);
    assert_eq!(setting.send_one(&push, device.clone()).await, Attempt::Accepted);
    setting.clock.advance(Duration::from_secs(1));
    setting.receivers.apns.expire_tokens();
    assert_eq!(setting.send_one(&push, device.clone()).await, Attempt::Accepted);
    assert_eq!(setting.receivers.apns.tokens_seen(), 2);
    setting.clock.advance(Duration::from_secs(1));
    setting.receivers.apns.expire_tokens();
    assert_eq!(
        setting.send_one(&push, device.clone()).await,
        transient("expired_provider_token")
    );
    assert_eq!(setting.receivers.apns.tokens_seen(), 2);
    setting.clock.advance(Duration::from_mins(20));
    assert_eq!(setting.send_one(&push, device).await, Attempt::Accepted);
    assert_eq!(setting.receivers.inbox.counts().apns.arrived, 3);
}

#[tokio::test]
async fn a_silent_service_costs_one_time_limit_a_connection() {
    let mut setting = Setting::start(false).await;
    let http = &mut setting.settings.apns.as_mut().unwrap().http;
    http.request_timeout_ms = 150;
    // The clock of the receivers stands still, so that this hang has no end of its own.
    setting
        .receivers
        .faults
        .set(Kind::Apns, Fault::Hang { ms: 1 })
        .unwrap();
    let recipients: Vec<_> = (0..100)
        .map(|number| recipient(number, setting.receivers.apns.device(number)))
        .collect();
    let (push, message) = (setting.push_of(Kind::Apns), message());
    let sent = tokio::time::timeout(Duration::from_secs(5), push.send(&message, &recipients));
    let attempts = sent.await.expect("every call ends");
    let count = |wanted: &Attempt| attempts.iter().filter(|attempt| *attempt == wanted).count();
    assert_eq!(count(&unconfirmed("answer_timeout")), 2, "one a connection");
    assert_eq!(count(&transient("connection_not_ready")), 98);
}

#[tokio::test]
async fn a_collapse_key_that_apple_refuses_is_left_out_and_a_long_text_does_not_leave() {
    let setting = Setting::start(false).await;
    let push = setting.push();
    let recipients = [recipient(0, setting.receivers.apns.device(1))];
    let long_key = Message {
        collapse_key: "k".repeat(65),
        ..message()
    };
    assert_eq!(push.send(&long_key, &recipients).await, [Attempt::Accepted]);
    let long = Message {
        body: "x".repeat(4_000),
        ..message()
    };
    assert_eq!(
        push.send(&long, &recipients).await,
        [rejected("message_too_long", false)]
    );
}

#[tokio::test]
async fn settings_that_apple_would_refuse_are_refused_before() {
    let setting = Setting::start(false).await;
    let refused = |change: &dyn Fn(&mut oproep::channels::push::apns::ApnsSettings)| {
        let mut settings = setting.settings.clone();
        change(settings.apns.as_mut().unwrap());
        match Push::new(&settings, &setting.clock, &Random::from_seed(1)) {
            Err(PushError::Apns(error)) => error,
            other => panic!("{other:?}"),
        }
    };
    assert!(matches!(
        refused(&|apns| apns.key_id = "short".to_owned()),
        ApnsError::Identifier("key_id")
    ));
    assert!(matches!(
        refused(&|apns| apns.team_id = String::new()),
        ApnsError::Identifier("team_id")
    ));
    assert!(matches!(
        refused(&|apns| apns.topic = "app".to_owned()),
        ApnsError::Topic
    ));
    assert!(matches!(
        refused(&|apns| apns.http.version = HttpVersion::Http1),
        ApnsError::Version
    ));
    let other = setting
        .settings
        .fcm
        .as_ref()
        .unwrap()
        .service_account_file
        .clone();
    assert!(matches!(
        refused(&|apns| apns.key_file.clone_from(&other)),
        ApnsError::NoKey
    ));
}
