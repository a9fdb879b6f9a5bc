//! Several services of one account: what one of them does is nothing to the others.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use oproep::channels::{Caller, Provider};
use oproep::domain::delivery::Attempt;
use oproep::domain::endpoint::Endpoint;
use oproep::domain::message::Recipient;
use oproep::receivers::faults::Fault;
use oproep::receivers::inbox::Kind;

use crate::setting::{NOW, Setting, message, recipient};

const PEOPLE: u32 = 200;

/// Every second one a browser, the others devices of Android.
fn mixed(setting: &Setting, from: u32) -> Vec<Recipient> {
    let (web_push, fcm) = (&setting.receivers.web_push, &setting.receivers.fcm);
    let endpoint = |number: u32| match number % 2 {
        0 => web_push.subscription(number),
        _ => fcm.device(number),
    };
    (from..from + PEOPLE)
        .map(|number| recipient(number, endpoint(number)))
        .collect()
}

/// How many browsers and how many devices have this answer.
fn count(attempts: &[Attempt], is: impl Fn(&Attempt) -> bool) -> (usize, usize) {
    let of = |rest| {
        attempts
            .iter()
            .skip(rest)
            .step_by(2)
            .filter(|one| is(one))
            .count()
    };
    (of(0), of(1))
}

fn accepted(attempts: &[Attempt]) -> (usize, usize) {
    count(attempts, |attempt| *attempt == Attempt::Accepted)
}

fn withheld(attempts: &[Attempt]) -> (usize, usize) {
    count(attempts, |attempt| matches!(attempt, Attempt::Withheld { .. }))
}

#[tokio::test]
async fn a_service_that_hangs_is_left_alone_and_the_others_go_on() {
    let mut setting = Setting::start(false).await;
    setting.settings.fcm.as_mut().unwrap().http.request_timeout_ms = 300;
    setting.settings.concurrency = 50;
    let push = setting.push();
    let all = mixed(&setting, 0);
    let attempts = push.send(&message(), &all).await;
    assert_eq!(accepted(&attempts), (100, 100));
    assert!(!push.is_partly_out());

    // What was answered well a time limit ago says nothing any more.
    setting.clock.advance(Duration::from_secs(10));
    // The clock of the receivers stands still, so that this hang has no end of its own.
    let faults = &setting.receivers.faults;
    faults.set(Kind::Fcm, Fault::Hang { ms: 1 }).unwrap();
    let attempts = push.send(&message(), &mixed(&setting, 200)).await;
    assert_eq!(accepted(&attempts), (100, 0));
    let (_, left_alone) = withheld(&attempts);
    assert!((20..=80).contains(&left_alone), "{left_alone}");
    assert!(push.is_partly_out());

    let strikes = faults.strikes(Kind::Fcm);
    for from in [400, 600] {
        let attempts = push.send(&message(), &mixed(&setting, from)).await;
        assert_eq!((accepted(&attempts), withheld(&attempts)), ((100, 0), (0, 100)));
    }
    assert_eq!(faults.strikes(Kind::Fcm), strikes, "it is not called at all");

    faults.set(Kind::Fcm, Fault::None).unwrap();
    setting.clock.advance(Duration::from_secs(2));
    let attempts = push.send(&message(), &mixed(&setting, 800)).await;
    assert_eq!((accepted(&attempts), withheld(&attempts)), ((100, 10), (0, 90)));
    let attempts = push.send(&message(), &mixed(&setting, 1_000)).await;
    assert_eq!(accepted(&attempts), (100, 100), "it serves again");
    assert!(!push.is_partly_out());
}

#[tokio::test]
async fn a_wait_that_one_service_asks_for_holds_up_no_other() {
    let setting = Setting::start(false).await;
    let slow = Fault::Status {
        code: 429,
        retry_after_s: Some(30),
    };
    setting.receivers.faults.set(Kind::Fcm, slow).unwrap();
    let push = setting.push();
    for from in [0, 200] {
        let attempts = push.send(&message(), &mixed(&setting, from)).await;
        assert_eq!(accepted(&attempts), (100, 0));
        let until = Attempt::Withheld {
            until: NOW + Duration::from_secs(30),
        };
        assert_eq!(count(&attempts, |attempt| *attempt == until), (0, 100));
    }
}

#[tokio::test]
async fn the_service_of_one_browser_that_is_away_costs_the_other_browsers_nothing() {
    let mut setting = Setting::start(false).await;
    // A name that leads nowhere, for ever (RFC 6761).
    setting.settings.web_push.as_mut().unwrap().hosts = vec!["push.invalid".to_owned()];
    setting.settings.concurrency = 10;
    let push = setting.push_of(Kind::WebPush);
    let all: Vec<_> = (0..200)
        .map(|number| {
            let mut endpoint = setting.receivers.web_push.subscription(number);
            if let (Endpoint::WebPush { url, .. }, 1) = (&mut endpoint, number % 2) {
                *url = format!("https://push.invalid/{number}");
            }
            recipient(number, endpoint)
        })
        .collect();
    let attempts = push.send(&message(), &all).await;
    let (_, left_alone) = withheld(&attempts);
    assert_eq!(accepted(&attempts), (100, 0));
    assert!((60..=80).contains(&left_alone), "{left_alone}");
    let attempts = push.send(&message(), &all).await;
    assert_eq!((accepted(&attempts), withheld(&attempts)), ((100, 0), (0, 100)));
    assert!(push.is_partly_out());
}

/// A caller that goes on for so many messages.
struct SoMany(AtomicUsize);

impl Caller for SoMany {
    fn goes_on(&self) -> bool {
        let left = |left: usize| left.checked_sub(1);
        self.0
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, left)
            .is_ok()
    }

    fn is_first(&self) -> bool {
        true
    }

    fn answered(&self, _: &Attempt) {}
}

#[tokio::test]
async fn nothing_more_is_begun_once_the_caller_does_not_go_on() {
    let setting = Setting::start(false).await;
    let push = setting.push();
    let (message, all) = (message(), mixed(&setting, 0));
    let attempts = push.send_for(&message, &all, &SoMany(AtomicUsize::new(30))).await;
    let begun: Vec<_> = attempts.iter().flatten().collect();
    assert_eq!((attempts.len(), begun.len()), (200, 30));
    assert!(begun.into_iter().all(|attempt| *attempt == Attempt::Accepted));
    assert_eq!(setting.receivers.inbox.counts().references, 30);
}
