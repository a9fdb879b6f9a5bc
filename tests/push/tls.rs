use oproep::channels::Provider;
use oproep::domain::delivery::Attempt;
use oproep::receivers::faults::{Fault, FaultPlan};
use oproep::receivers::inbox::Kind;

use crate::setting::{Setting, message, recipient, transient};

#[tokio::test]
async fn both_kinds_arrive_over_tls_with_a_certificate_of_our_own() {
    let setting = Setting::start(true).await;
    let recipients: Vec<_> = (0..300)
        .map(|number| {
            let even = number % 2 == 0;
            let receivers = &setting.receivers;
            recipient(
                number,
                if even {
                    receivers.web_push.subscription(number)
                } else {
                    receivers.fcm.device(number)
                },
            )
        })
        .collect();
    let attempts = setting.push().send(&message(), &recipients).await;
    assert_eq!(attempts, vec![Attempt::Accepted; 300]);
    assert_eq!(setting.receivers.inbox.counts().references, 300);
}

#[tokio::test]
async fn a_certificate_that_is_not_trusted_is_not_sent_to() {
    let mut setting = Setting::start(true).await;
    setting.settings.fcm = None;
    setting.settings.web_push.as_mut().unwrap().http.extra_roots_file = None;
    let endpoint = setting.receivers.web_push.subscription(1);
    assert_eq!(
        setting.send_one(&setting.push(), endpoint).await,
        transient("connect_failed")
    );
}

#[tokio::test]
async fn a_dropped_connection_confirms_nothing_and_the_next_batch_gets_through() {
    let setting = Setting::start(true).await;
    let push = setting.push_of(Kind::Fcm);
    let recipients: Vec<_> = (0..100)
        .map(|number| recipient(number, setting.receivers.fcm.device(number)))
        .collect();
    let once = FaultPlan {
        first_n: Some(1),
        ..Fault::Reset { taken: false }.into()
    };
    setting.receivers.faults.set(Kind::Fcm, once).unwrap();
    let attempts = push.send(&message(), &recipients).await;
    let accepted = attempts
        .iter()
        .filter(|attempt| **attempt == Attempt::Accepted)
        .count();
    assert!(accepted < 100);
    for attempt in &attempts {
        assert!(
            matches!(attempt, Attempt::Accepted | Attempt::Unconfirmed { .. }),
            "neither retired nor taken for sent: {attempt:?}"
        );
    }
    assert_eq!(
        push.send(&message(), &recipients).await,
        vec![Attempt::Accepted; 100]
    );
}
