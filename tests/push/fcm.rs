use std::time::Duration;

use oproep::channels::Provider;
use oproep::channels::http::HttpVersion;
use oproep::channels::push::{Push, PushError, PushSettings};
use oproep::domain::delivery::Attempt;
use oproep::domain::endpoint::Endpoint;
use oproep::domain::random::Random;
use oproep::receivers::faults::Fault;
use oproep::receivers::inbox::Kind;
use tokio::net::TcpListener;

use crate::setting::{Setting, message, recipient, rejected, throttled, transient, unconfirmed};

fn status(code: u16, retry_after_s: Option<u64>) -> Fault {
    Fault::Status { code, retry_after_s }
}

#[tokio::test]
async fn a_message_arrives_whole() {
    let setting = Setting::start(false).await;
    let device = setting.receivers.fcm.device(3);
    assert_eq!(setting.send_one(&setting.push(), device).await, Attempt::Accepted);
    let arrival = setting.latest();
    assert_eq!((arrival.title, arrival.body), (message().title, message().body));
    assert_eq!(arrival.reference, "r-0");
    assert_eq!(arrival.link.as_deref(), Some("https://oproep.example/a/0"));
}

#[tokio::test]
async fn every_answer_has_its_class() {
    let setting = Setting::start(false).await;
    let push = setting.push_of(Kind::Fcm);
    let device = setting.receivers.fcm.device(1);
    for (fault, expected) in [
        (Fault::Unregistered, rejected("unregistered", true)),
        (status(400, None), rejected("invalid_argument", false)),
        (status(403, None), rejected("sender_id_mismatch", false)),
        (status(404, None), transient("status_404")),
        (status(401, None), transient("third_party_auth_error")),
        (status(429, Some(30)), throttled(30)),
        (status(429, None), throttled(60)),
        (status(500, None), transient("status_500")),
        (status(502, None), transient("status_502")),
        (status(503, None), transient("status_503")),
        (status(503, Some(120)), throttled(120)),
        (Fault::AcceptAndDrop, Attempt::Accepted),
        (Fault::Reset { taken: false }, unconfirmed("connection_broken")),
        (Fault::Reset { taken: true }, unconfirmed("connection_broken")),
    ] {
        setting.receivers.faults.set(Kind::Fcm, fault).unwrap();
        assert_eq!(
            setting.send_one(&push, device.clone()).await,
            expected,
            "{fault:?}"
        );
    }
    let counts = setting.receivers.inbox.counts();
    assert_eq!((counts.fcm.arrived, counts.fcm.dropped), (1, 1));

    let garbled = Endpoint::Fcm {
        token: "nobody's".to_owned(),
    };
    setting.receivers.faults.set(Kind::Fcm, Fault::None).unwrap();
    assert_eq!(
        setting.send_one(&push, garbled).await,
        rejected("invalid_argument", false)
    );
}

#[tokio::test]
async fn one_token_serves_all_and_is_fetched_once() {
    let setting = Setting::start(false).await;
    let push = setting.push();
    let recipients: Vec<_> = (0..40)
        .map(|number| recipient(number, setting.receivers.fcm.device(number)))
        .collect();
    let (message, batches) = (message(), recipients.chunks(10));
    let attempts = futures::future::join_all(batches.map(|batch| push.send(&message, batch))).await;
    assert!(
        attempts
            .iter()
            .flatten()
            .all(|attempt| *attempt == Attempt::Accepted)
    );
    assert_eq!(setting.receivers.fcm.tokens_given(), 1);
}

#[tokio::test]
async fn a_refused_token_is_replaced_with_the_next_message() {
    let setting = Setting::start(false).await;
    let push = setting.push();
    let device = setting.receivers.fcm.device(1);
    assert_eq!(setting.send_one(&push, device.clone()).await, Attempt::Accepted);
    setting.receivers.fcm.revoke_tokens();
    assert_eq!(
        setting.send_one(&push, device.clone()).await,
        transient("token_refused")
    );
    assert_eq!(setting.send_one(&push, device).await, Attempt::Accepted);
    assert_eq!(setting.receivers.fcm.tokens_given(), 2);
}

#[tokio::test]
async fn a_token_is_renewed_before_it_ends() {
    let setting = Setting::start(false).await;
    let push = setting.push();
    let device = setting.receivers.fcm.device(1);
    assert_eq!(setting.send_one(&push, device.clone()).await, Attempt::Accepted);
    setting.clock.advance(Duration::from_mins(54));
    assert_eq!(setting.send_one(&push, device.clone()).await, Attempt::Accepted);
    assert_eq!(setting.receivers.fcm.tokens_given(), 1);
    setting.clock.advance(Duration::from_mins(2));
    assert_eq!(setting.send_one(&push, device).await, Attempt::Accepted);
    assert_eq!(setting.receivers.fcm.tokens_given(), 2);
}

#[tokio::test]
async fn without_a_token_endpoint_nothing_is_sent_and_nobody_retired() {
    let setting = Setting::start(false).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let account = &setting.settings.fcm.as_ref().unwrap().service_account_file;
    let text = std::fs::read_to_string(account).unwrap();
    let moved = text.replace(
        &format!("{}/token", setting.receivers.fcm.base_url()),
        &format!("http://{address}/"),
    );
    std::fs::write(account, moved).unwrap();
    let push = setting.push();
    let recipients = [
        recipient(1, setting.receivers.fcm.device(1)),
        recipient(2, setting.receivers.web_push.subscription(2)),
    ];
    let attempts = push.send(&message(), &recipients).await;
    assert_eq!(attempts, [transient("token_unreachable"), Attempt::Accepted]);
}

#[tokio::test]
async fn an_account_that_is_not_known_gets_no_token() {
    let setting = Setting::start(false).await;
    let account = &setting.settings.fcm.as_ref().unwrap().service_account_file;
    let text = std::fs::read_to_string(account).unwrap();
    std::fs::write(account, text.replace("alarm@", "stranger@")).unwrap();
    let attempt = setting
        .send_one(&setting.push(), setting.receivers.fcm.device(1))
        .await;
    assert_eq!(attempt, transient("token_invalid_grant"));
}

#[tokio::test]
async fn http_2_without_tls_is_spoken_where_it_is_asked_for() {
    let mut setting = Setting::start(false).await;
    setting.settings.fcm.as_mut().unwrap().http.version = HttpVersion::PriorKnowledge;
    let push = setting.push();
    let recipients: Vec<_> = (0..500)
        .map(|number| recipient(number, setting.receivers.fcm.device(number)))
        .collect();
    let attempts = push.send(&message(), &recipients).await;
    assert_eq!(attempts, vec![Attempt::Accepted; 500]);
}

#[tokio::test]
async fn what_is_not_configured_is_not_sent() {
    let setting = Setting::start(false).await;
    let push = Push::new(&PushSettings::default(), &setting.clock, &Random::from_seed(1)).unwrap();
    let recipients = [
        recipient(1, setting.receivers.fcm.device(1)),
        recipient(2, setting.receivers.web_push.subscription(2)),
    ];
    assert_eq!(
        push.send(&message(), &recipients).await,
        vec![rejected("not_configured", false); 2]
    );

    let crowded = PushSettings {
        concurrency: 501,
        ..PushSettings::default()
    };
    let error = Push::new(&crowded, &setting.clock, &Random::from_seed(1)).unwrap_err();
    assert!(matches!(error, PushError::Concurrency));
}
