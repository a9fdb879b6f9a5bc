//! E-mail against our own receiver, well-behaved and not.

use std::time::Duration;

use oproep::channels::{Caller, Provider};
use oproep::domain::clock::{Clock, Timestamp};
use oproep::domain::delivery::Attempt;
use oproep::domain::endpoint::Endpoint;
use oproep::domain::message::Recipient;
use oproep::receivers::faults::{Fault, FaultPlan};
use oproep::receivers::inbox::Kind;
use oproep::receivers::serve::tls::Tls;
use oproep::receivers::smtp_server::SmtpServer;
use serde_json::json;

use crate::sample::{MailServer, email, mailboxes, message, reference};

fn accepted(attempts: &[Attempt]) -> usize {
    attempts
        .iter()
        .filter(|attempt| **attempt == Attempt::Accepted)
        .count()
}

fn first(fault: Fault, count: u64) -> FaultPlan {
    FaultPlan {
        first_n: Some(count),
        ..fault.into()
    }
}

#[tokio::test]
async fn every_recipient_gets_a_mail_of_its_own() {
    let server = MailServer::start().await;
    for pipelining in [true, false] {
        server.inbox.clear();
        let email = email(server.port(), &json!({ "pipelining": pipelining }));
        let attempts = email.send(&message(), &mailboxes(100)).await;
        assert_eq!(accepted(&attempts), 100);
        assert_eq!(server.inbox.counts().references, 100);
        assert_eq!(server.inbox.duplicates().extra, 0);
        for arrival in server.inbox.list(0, 100) {
            assert_eq!(arrival.title, message().title);
            assert!(arrival.body.starts_with(&message().body), "{}", arrival.body);
            let number: usize = arrival.reference[4..]
                .strip_suffix("_x")
                .unwrap()
                .parse()
                .unwrap();
            assert_eq!(arrival.link, mailboxes(number + 1)[number].link);
        }
    }
}

#[tokio::test]
async fn a_server_without_pipelining_is_served_step_by_step() {
    let server = MailServer::start_with("127.0.0.1:0", SmtpServer::without_pipelining).await;
    server
        .faults
        .set(Kind::Email, first(Fault::Unregistered, 5))
        .unwrap();
    let attempts = email(server.port(), &json!({}))
        .send(&message(), &mailboxes(30))
        .await;
    assert_eq!(accepted(&attempts), 25);
    assert_eq!(server.inbox.counts().references, 25);
}

#[tokio::test]
async fn an_unknown_mailbox_is_retired_and_costs_nobody_else() {
    let server = MailServer::start().await;
    for pipelining in [true, false] {
        server
            .faults
            .set(Kind::Email, first(Fault::Unregistered, 7))
            .unwrap();
        let email = email(server.port(), &json!({ "pipelining": pipelining }));
        let attempts = email.send(&message(), &mailboxes(50)).await;
        let gone = Attempt::Rejected {
            reason: "smtp 550 5.1.1 at rcpt".to_owned(),
            endpoint_gone: true,
        };
        assert_eq!(attempts.iter().filter(|attempt| **attempt == gone).count(), 7);
        assert_eq!(accepted(&attempts), 43);
    }
}

#[tokio::test]
async fn a_refusal_by_status_means_what_its_code_says() {
    let server = MailServer::start().await;
    let email = email(server.port(), &json!({}));
    for (code, expected) in [
        (
            451,
            Attempt::Transient {
                reason: "smtp 451 at rcpt".to_owned(),
            },
        ),
        (
            550,
            Attempt::Rejected {
                reason: "smtp 550 at rcpt".to_owned(),
                endpoint_gone: false,
            },
        ),
        (
            452,
            Attempt::Transient {
                reason: "smtp 452 at text".to_owned(),
            },
        ),
        (
            554,
            Attempt::Rejected {
                reason: "smtp 554 at text".to_owned(),
                endpoint_gone: false,
            },
        ),
    ] {
        let fault = Fault::Status {
            code,
            retry_after_s: None,
        };
        server.faults.set(Kind::Email, first(fault, 3)).unwrap();
        let attempts = email.send(&message(), &mailboxes(20)).await;
        assert_eq!(
            attempts.iter().filter(|attempt| **attempt == expected).count(),
            3,
            "{attempts:?}"
        );
        assert_eq!(accepted(&attempts), 17, "{attempts:?}");
    }
}

#[tokio::test]
async fn a_server_that_finds_us_too_fast_throttles_everybody_who_waits() {
    let server = MailServer::start().await;
    let fault = Fault::Status {
        code: 450,
        retry_after_s: Some(9),
    };
    server.faults.set(Kind::Email, Fault::None).unwrap();
    let email = email(server.port(), &json!({ "connections": 1 }));
    assert_eq!(accepted(&email.send(&message(), &mailboxes(5)).await), 5);
    server.faults.set(Kind::Email, fault).unwrap();
    let attempts = email.send(&message(), &mailboxes(50)).await;
    assert!(
        attempts
            .iter()
            .all(|attempt| matches!(attempt, Attempt::Throttled { .. })),
        "{attempts:?}"
    );
    assert!(server.faults.strikes(Kind::Email) <= 2);
}

#[tokio::test]
async fn a_connection_lost_after_the_dot_leaves_one_recipient_unconfirmed_and_sends_nothing_twice() {
    let server = MailServer::start().await;
    for taken in [true, false] {
        server.inbox.clear();
        server
            .faults
            .set(Kind::Email, first(Fault::Reset { taken }, 4))
            .unwrap();
        let attempts = email(server.port(), &json!({}))
            .send(&message(), &mailboxes(60))
            .await;
        let unconfirmed = attempts
            .iter()
            .filter(|attempt| matches!(attempt, Attempt::Unconfirmed { .. }))
            .count();
        assert_eq!((unconfirmed, accepted(&attempts)), (4, 56), "{attempts:?}");
        assert_eq!(server.inbox.duplicates().extra, 0);
        assert_eq!(server.inbox.counts().references, if taken { 60 } else { 56 });
    }
}

#[tokio::test]
async fn a_mail_that_a_server_takes_and_loses_counts_as_accepted() {
    let server = MailServer::start().await;
    server.faults.set(Kind::Email, Fault::AcceptAndDrop).unwrap();
    let attempts = email(server.port(), &json!({}))
        .send(&message(), &mailboxes(10))
        .await;
    assert_eq!(accepted(&attempts), 10);
    assert_eq!(server.inbox.counts().email.dropped, 10);
}

#[tokio::test]
async fn a_server_that_hangs_costs_one_time_limit_a_connection_and_nobody_its_message() {
    let server = MailServer::start().await;
    server
        .faults
        .set(Kind::Email, Fault::Hang { ms: 600_000 })
        .unwrap();
    let email = email(server.port(), &json!({ "timeout_ms": 100 }));
    let recipients = mailboxes(200);
    let message = message();
    let sent = tokio::time::timeout(Duration::from_secs(10), email.send(&message, &recipients));
    let attempts = sent.await.expect("every call ends");
    let late = Attempt::Transient {
        reason: "smtp time limit passed".to_owned(),
    };
    assert!(attempts.iter().all(|attempt| *attempt == late), "{attempts:?}");
}

#[tokio::test]
async fn a_server_that_is_away_costs_nobody_its_message() {
    let server = MailServer::start().await;
    let port = server.port();
    server.stop().await;
    let attempts = email(port, &json!({})).send(&message(), &mailboxes(3)).await;
    let away = Attempt::Transient {
        reason: "smtp connection refused".to_owned(),
    };
    assert_eq!(attempts, vec![away; 3]);
}

#[tokio::test]
async fn kept_connections_that_died_are_replaced_without_anybody_noticing() {
    let server = MailServer::start().await;
    let address = server.address.to_string();
    let email = email(server.port(), &json!({}));
    assert_eq!(accepted(&email.send(&message(), &mailboxes(40)).await), 40);
    server.stop().await;
    let server = MailServer::start_with(&address, |server| server).await;
    assert_eq!(accepted(&email.send(&message(), &mailboxes(40)).await), 40);
    assert_eq!(server.inbox.counts().references, 40);
}

#[tokio::test]
async fn calls_at_the_same_time_share_the_connections() {
    let server = MailServer::start().await;
    let email = email(server.port(), &json!({ "connections": 2 }));
    let (message, recipients) = (message(), mailboxes(120));
    let calls = recipients.chunks(30).map(|part| email.send(&message, part));
    let attempts = futures::future::join_all(calls).await.concat();
    assert_eq!(accepted(&attempts), 120);
    assert_eq!(server.inbox.counts().references, 120);
}

#[tokio::test]
async fn starttls_is_used_with_a_certificate_that_is_trusted_and_only_then() {
    let certificate = Tls::self_signed().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let trusted = folder.path().join("trusted.pem");
    std::fs::write(&trusted, certificate.pem()).unwrap();
    let other = folder.path().join("other.pem");
    std::fs::write(&other, Tls::self_signed().unwrap().pem()).unwrap();
    let server = MailServer::start_with("127.0.0.1:0", |server| server.with_starttls(certificate)).await;

    let secured = |file| json!({ "tls": "starttls", "root_certificate_file": file });
    let attempts = email(server.port(), &secured(&trusted))
        .send(&message(), &mailboxes(25))
        .await;
    assert_eq!(accepted(&attempts), 25);

    let attempts = email(server.port(), &secured(&other))
        .send(&message(), &mailboxes(1))
        .await;
    assert_eq!(
        attempts,
        [Attempt::Transient {
            reason: "smtp tls refused".to_owned()
        }]
    );

    let clear = MailServer::start().await;
    let attempts = email(clear.port(), &secured(&trusted))
        .send(&message(), &mailboxes(1))
        .await;
    assert_eq!(
        attempts,
        [Attempt::Transient {
            reason: "smtp server lacks starttls".to_owned()
        }]
    );
    assert_eq!(server.inbox.counts().references, 25);
}

#[tokio::test]
async fn an_account_signs_in_and_a_wrong_password_gives_nobody_up() {
    let server =
        MailServer::start_with("127.0.0.1:0", |server| server.with_account("oproep", "geheim")).await;
    let signed = |password| json!({ "username": "oproep", "password": password });
    let attempts = email(server.port(), &signed("geheim"))
        .send(&message(), &mailboxes(2))
        .await;
    assert_eq!(accepted(&attempts), 2);
    let attempts = email(server.port(), &signed("anders"))
        .send(&message(), &mailboxes(1))
        .await;
    let refused = Attempt::Transient {
        reason: "smtp 535 5.7.8 at greeting".to_owned(),
    };
    assert_eq!(attempts, [refused]);
    let attempts = email(server.port(), &json!({}))
        .send(&message(), &mailboxes(1))
        .await;
    let refused = Attempt::Transient {
        reason: "smtp 530 5.7.0 at mail".to_owned(),
    };
    assert_eq!(attempts, [refused]);
}

#[tokio::test]
async fn who_cannot_be_addressed_is_rejected_before_anything_is_sent() {
    let server = MailServer::start().await;
    let mut recipients = mailboxes(4);
    recipients[1].endpoint = Endpoint::Mailbox("jan@b.nl>\r\nRCPT TO:<piet@b.nl".to_owned());
    recipients[2].endpoint = Endpoint::Phone("+31612345678".to_owned());
    let attempts = email(server.port(), &json!({}))
        .send(&message(), &recipients)
        .await;
    assert_eq!(accepted(&attempts), 2);
    for (place, reason) in [(1, "address malformed"), (2, "endpoint is no mailbox")] {
        let rejected = Attempt::Rejected {
            reason: reason.to_owned(),
            endpoint_gone: false,
        };
        assert_eq!(attempts[place], rejected);
    }
}

#[tokio::test]
async fn a_code_goes_out_without_a_link() {
    let server = MailServer::start().await;
    let recipients = [Recipient {
        link: None,
        ..mailboxes(1).remove(0)
    }];
    let attempts = email(server.port(), &json!({}))
        .send(&message(), &recipients)
        .await;
    assert_eq!(accepted(&attempts), 1);
    let arrival = server.inbox.list(0, 1).remove(0);
    assert_eq!((arrival.link, arrival.reference), (None, reference(0)));
}

/// A caller that begins nothing more after half a second.
struct HalfASecond(Clock, Timestamp);

impl Caller for HalfASecond {
    fn goes_on(&self) -> bool {
        self.0.now().since(self.1) < Duration::from_millis(500)
    }

    fn is_first(&self) -> bool {
        true
    }

    fn answered(&self, _: &Attempt) {}
}

#[tokio::test]
async fn a_slow_server_is_given_no_further_mail_once_the_call_does_not_go_on() {
    let server = MailServer::start().await;
    server.faults.set(Kind::Email, Fault::Delay { ms: 100 }).unwrap();
    for pipelining in [true, false] {
        server.inbox.clear();
        let email = email(
            server.port(),
            &json!({ "pipelining": pipelining, "connections": 2 }),
        );
        let clock = Clock::system();
        let began = clock.now();
        let caller = HalfASecond(clock.clone(), began);
        let attempts = email.send_for(&message(), &mailboxes(200), &caller).await;
        // All of them would take ten seconds.
        let took = clock.now().since(began);
        assert!(took < Duration::from_secs(5), "{took:?}");
        let begun: Vec<Attempt> = attempts.iter().flatten().cloned().collect();
        assert!((1..100).contains(&begun.len()), "{}", begun.len());
        assert_eq!(accepted(&begun), begun.len(), "what was begun is finished");
        let arrived = server.inbox.counts().references;
        assert_eq!(
            arrived,
            begun.len() as u64,
            "and what was not begun never arrives"
        );
        let first_open = attempts.iter().position(Option::is_none).unwrap();
        assert!(attempts[first_open..].iter().all(Option::is_none), "in order");
    }
}
