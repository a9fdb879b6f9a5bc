use std::time::Duration;

use oproep::channels::Provider;
use oproep::domain::delivery::Attempt;
use oproep::domain::endpoint::Endpoint;
use oproep::domain::message::Message;
use oproep::receivers::faults::{Fault, FaultPlan};
use oproep::receivers::inbox::Kind;
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

use crate::setting::{Setting, message, recipient, rejected, throttled, transient, unconfirmed};

fn status(code: u16, retry_after_s: Option<u64>) -> Fault {
    Fault::Status { code, retry_after_s }
}

#[tokio::test]
async fn what_the_subscriber_decrypts_is_what_was_sent() {
    let setting = Setting::start(false).await;
    let endpoint = setting.receivers.web_push.subscription(7);
    assert_eq!(
        setting.send_one(&setting.push(), endpoint).await,
        Attempt::Accepted
    );
    let arrival = setting.latest();
    assert_eq!((arrival.title, arrival.body), (message().title, message().body));
    assert_eq!(arrival.reference, "r-0");
    assert_eq!(arrival.link.as_deref(), Some("https://oproep.example/a/0"));
}

#[tokio::test]
async fn a_batch_of_both_kinds_is_answered_in_its_order() {
    let setting = Setting::start(false).await;
    let (web_push, fcm) = (&setting.receivers.web_push, &setting.receivers.fcm);
    web_push.unsubscribe(10);
    fcm.unregister(11);
    let recipients: Vec<_> = (0..200)
        .map(|number| {
            let even = number % 2 == 0;
            recipient(
                number,
                if even {
                    web_push.subscription(number)
                } else {
                    fcm.device(number)
                },
            )
        })
        .chain([recipient(200, Endpoint::Phone("+31612345678".to_owned()))])
        .collect();
    let push = setting.push();
    assert!(push.batch_limit() >= recipients.len());
    let attempts = push.send(&message(), &recipients).await;
    assert_eq!(attempts.len(), 201);
    for (number, attempt) in attempts.iter().enumerate() {
        let expected = match number {
            10 => rejected("status_410", true),
            11 => rejected("unregistered", true),
            200 => rejected("not_configured", false),
            _ => Attempt::Accepted,
        };
        assert_eq!(*attempt, expected, "recipient {number}");
    }
    let counts = setting.receivers.inbox.counts();
    assert_eq!(
        (counts.web_push.arrived, counts.fcm.arrived, counts.references),
        (99, 99, 198)
    );
    assert_eq!(setting.receivers.inbox.duplicates().extra, 0);
}

#[tokio::test]
async fn every_answer_has_its_class() {
    let setting = Setting::start(false).await;
    let push = setting.push_of(Kind::WebPush);
    let endpoint = setting.receivers.web_push.subscription(1);
    for (fault, expected) in [
        (status(404, None), rejected("status_404", true)),
        (status(410, None), rejected("status_410", true)),
        (Fault::Unregistered, rejected("status_410", true)),
        (status(400, None), rejected("status_400", false)),
        (status(413, None), rejected("status_413", false)),
        (status(302, None), rejected("status_302", false)),
        (status(401, None), transient("vapid_refused")),
        (status(403, None), transient("vapid_refused")),
        (status(429, Some(17)), throttled(17)),
        (status(429, None), throttled(60)),
        (status(500, None), transient("status_500")),
        (status(503, None), transient("status_503")),
        (status(503, Some(90)), throttled(90)),
        (status(202, None), Attempt::Accepted),
        (Fault::AcceptAndDrop, Attempt::Accepted),
        (Fault::Reset { taken: false }, unconfirmed("connection_broken")),
    ] {
        setting.receivers.faults.set(Kind::WebPush, fault).unwrap();
        assert_eq!(
            setting.send_one(&push, endpoint.clone()).await,
            expected,
            "{fault:?}"
        );
    }
    let counts = setting.receivers.inbox.counts();
    assert_eq!((counts.arrived(), counts.dropped()), (0, 1));

    setting
        .receivers
        .faults
        .set(Kind::WebPush, Fault::Reset { taken: true })
        .unwrap();
    assert_eq!(
        setting.send_one(&push, endpoint).await,
        unconfirmed("connection_broken")
    );
    assert_eq!(setting.receivers.inbox.counts().arrived(), 1);
}

#[tokio::test]
async fn a_push_service_that_hangs_leaves_it_unconfirmed_and_one_that_is_gone_untouched() {
    let mut setting = Setting::start(false).await;
    setting
        .settings
        .web_push
        .as_mut()
        .unwrap()
        .http
        .request_timeout_ms = 150;
    let push = setting.push();
    // The clock of the receivers stands still, so that this hang has no end of its own.
    setting
        .receivers
        .faults
        .set(Kind::WebPush, Fault::Hang { ms: 1 })
        .unwrap();
    let endpoint = setting.receivers.web_push.subscription(1);
    assert_eq!(
        setting.send_one(&push, endpoint.clone()).await,
        unconfirmed("answer_timeout")
    );

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let Endpoint::WebPush { p256dh, auth, .. } = endpoint else {
        unreachable!()
    };
    let nobody = Endpoint::WebPush {
        url: format!("http://{address}/push/1"),
        p256dh,
        auth,
    };
    assert_eq!(setting.send_one(&push, nobody).await, transient("connect_failed"));
}

#[tokio::test]
async fn the_first_n_fail_and_the_rest_arrive() {
    let setting = Setting::start(false).await;
    let plan = FaultPlan {
        first_n: Some(3),
        ..status(503, None).into()
    };
    setting.receivers.faults.set(Kind::WebPush, plan).unwrap();
    let recipients: Vec<_> = (0..50)
        .map(|number| recipient(number, setting.receivers.web_push.subscription(number)))
        .collect();
    let attempts = setting.push().send(&message(), &recipients).await;
    assert_eq!(
        attempts
            .iter()
            .filter(|attempt| **attempt == transient("status_503"))
            .count(),
        3
    );
    assert_eq!(setting.receivers.inbox.counts().arrived(), 47);
}

#[tokio::test]
async fn a_garbled_subscription_is_told_apart_from_one_that_ended() {
    let setting = Setting::start(false).await;
    let push = setting.push();
    let Endpoint::WebPush { url, p256dh, auth } = setting.receivers.web_push.subscription(1) else {
        unreachable!()
    };
    let endpoint = |url: &str, p256dh: &str, auth: &str| Endpoint::WebPush {
        url: url.to_owned(),
        p256dh: p256dh.to_owned(),
        auth: auth.to_owned(),
    };
    let garbled = endpoint(&format!("{url}x"), &p256dh, &auth);
    assert_eq!(
        setting.send_one(&push, garbled).await,
        rejected("status_404", true)
    );
    let keyless = endpoint(&url, "AAAA", &auth);
    assert_eq!(
        setting.send_one(&push, keyless).await,
        rejected("bad_subscription_keys", false)
    );
    // Keys of somebody else: the receiver's subscriber cannot read it and says so.
    let Endpoint::WebPush { p256dh: other, .. } = setting.receivers.web_push.subscription(2) else {
        unreachable!()
    };
    assert_eq!(
        setting.send_one(&push, endpoint(&url, &other, &auth)).await,
        rejected("status_400", false)
    );
}

#[tokio::test]
async fn a_message_that_is_too_long_does_not_leave() {
    let setting = Setting::start(false).await;
    let recipients = [
        recipient(1, setting.receivers.web_push.subscription(1)),
        recipient(2, setting.receivers.fcm.device(2)),
    ];
    let push = setting.push();
    let long = Message {
        body: "x".repeat(4_000),
        ..message()
    };
    let attempts = push.send(&long, &recipients).await;
    assert_eq!(attempts, vec![rejected("message_too_long", false); 2]);
    let fits = Message {
        body: "é".repeat(1_700),
        ..message()
    };
    assert_eq!(push.send(&fits, &recipients).await, vec![Attempt::Accepted; 2]);
}

#[tokio::test]
async fn the_vapid_token_is_renewed_and_a_key_that_is_not_the_subscriptions_is_our_fault() {
    let setting = Setting::start(false).await;
    let push = setting.push();
    let endpoint = setting.receivers.web_push.subscription(1);
    for _ in 0..3 {
        assert_eq!(setting.send_one(&push, endpoint.clone()).await, Attempt::Accepted);
        setting.clock.advance(Duration::from_hours(13));
    }
    setting.receivers.web_push.restrict_to(push.public_key().unwrap());
    assert_eq!(setting.send_one(&push, endpoint.clone()).await, Attempt::Accepted);
    setting.receivers.web_push.restrict_to("another key");
    assert_eq!(
        setting.send_one(&push, endpoint).await,
        transient("vapid_refused")
    );
}

#[tokio::test]
async fn no_disguised_address_makes_us_connect_inside() {
    let mut setting = Setting::start(false).await;
    setting.settings.web_push.as_mut().unwrap().allow_loopback = false;
    let push = setting.push();
    let canary = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = canary.local_addr().unwrap().port();
    let Endpoint::WebPush { p256dh, auth, .. } = setting.receivers.web_push.subscription(1) else {
        unreachable!()
    };
    for url in [
        format!("https://127.0.0.1:{port}/"),
        format!("https://2130706433:{port}/"),
        format!("https://0x7f000001:{port}/"),
        format!("https://[::ffff:127.0.0.1]:{port}/"),
        format!("https://localhost:{port}/"),
        format!("https://fcm.googleapis.com@127.0.0.1:{port}/"),
    ] {
        let endpoint = Endpoint::WebPush {
            url,
            p256dh: p256dh.clone(),
            auth: auth.clone(),
        };
        assert_eq!(
            setting.send_one(&push, endpoint).await,
            rejected("endpoint_refused", false)
        );
    }
    let connected = tokio::time::timeout(Duration::from_millis(1), canary.accept()).await;
    assert!(connected.is_err(), "somebody connected");
}

#[tokio::test]
async fn the_headers_are_those_of_the_standard() {
    let setting = Setting::start(false).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let head = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut bytes = vec![0; 4_096];
        let length = stream.read(&mut bytes).await.unwrap();
        String::from_utf8_lossy(&bytes[..length]).to_lowercase()
    });
    let Endpoint::WebPush { p256dh, auth, .. } = setting.receivers.web_push.subscription(1) else {
        unreachable!()
    };
    let endpoint = Endpoint::WebPush {
        url: format!("http://{address}/p"),
        p256dh,
        auth,
    };
    assert_eq!(
        setting.send_one(&setting.push(), endpoint).await,
        unconfirmed("connection_broken")
    );
    let head = head.await.unwrap();
    for line in [
        "post /p http/1.1",
        "ttl: 3600",
        "urgency: high",
        "topic: a1b2-c3_d4",
        "content-encoding: aes128gcm",
        "content-type: application/octet-stream",
        "authorization: vapid t=",
        "user-agent: oproep/",
    ] {
        assert!(head.contains(line), "{line} is missing in {head}");
    }
}
