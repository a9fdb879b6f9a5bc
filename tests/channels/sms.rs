//! Text messages against our own gateway, which looks like Kannel and like CM.com.

use oproep::channels::Provider;
use oproep::domain::delivery::{Attempt, Receipt};
use oproep::domain::endpoint::Endpoint;
use oproep::receivers::faults::Fault;
use oproep::receivers::inbox::Kind;
use oproep::receivers::sms_gateway::{ReportOrder, ReportSettings};
use serde_json::json;

use crate::sample::{message, reference};
use crate::sms_sample::{Gateway, Receipts, cm, kannel, phones};

fn accepted(attempts: &[Attempt]) -> usize {
    attempts
        .iter()
        .filter(|attempt| **attempt == Attempt::Accepted)
        .count()
}

/// Both adapters at the same gateway.
fn adapters(gateway: &Gateway) -> [(&'static str, Box<dyn Provider>); 2] {
    let kannel = kannel(&gateway.url("/cgi-bin/sendsms"), &json!({}));
    [
        ("kannel", Box::new(kannel)),
        ("cm", Box::new(cm(&gateway.url(""), &json!({})))),
    ]
}

#[tokio::test]
async fn every_recipient_gets_the_text_with_a_link_of_its_own() {
    let gateway = Gateway::start(&ReportSettings::default()).await;
    for (name, adapter) in adapters(&gateway) {
        gateway.inbox.clear();
        let recipients = phones(120);
        let attempts = adapter.send(&message(), &recipients).await;
        assert_eq!(accepted(&attempts), 120, "{name}: {attempts:?}");
        for arrival in gateway.inbox.list(0, 200) {
            // Kannel carries the reference in the address for reports only, and none was given here.
            let (text, link) = arrival.body.rsplit_once('\n').unwrap();
            assert_eq!(text, message().body, "{name}");
            assert!(
                recipients
                    .iter()
                    .any(|recipient| recipient.link.as_deref() == Some(link)),
                "{name}"
            );
        }
        assert_eq!(gateway.inbox.counts().sms.arrived, 120, "{name}");
    }
}

#[tokio::test]
async fn reports_come_back_for_every_message_in_any_order_and_twice() {
    for order in [ReportOrder::InOrder, ReportOrder::Shuffled, ReportOrder::Twice] {
        let receipts = Receipts::start().await;
        let settings = ReportSettings {
            delay_ms: 20,
            order,
            cm_receipts_url: Some(receipts.url("/cm")),
            ..ReportSettings::default()
        };
        let gateway = Gateway::start(&settings).await;
        let through_kannel = kannel(
            &gateway.url("/cgi-bin/sendsms"),
            &json!({ "receipts_url": receipts.url("/kannel") }),
        );
        assert_eq!(accepted(&through_kannel.send(&message(), &phones(30)).await), 30);
        let through_cm = cm(&gateway.url(""), &json!({}));
        assert_eq!(accepted(&through_cm.send(&message(), &phones(30)).await), 30);

        let times = if order == ReportOrder::Twice { 2 } else { 1 };
        let came = receipts.wait_for(2 * 30 * 2 * times).await;
        for number in 0..30 {
            for receipt in [Receipt::Accepted, Receipt::Delivered] {
                for from in ["kannel", "cm"] {
                    let expected = (from, reference(number), receipt);
                    let count = came.iter().filter(|report| **report == expected).count();
                    assert_eq!(count, times, "{order:?} {expected:?}");
                }
            }
        }
        if order == ReportOrder::InOrder {
            for number in 0..30 {
                let of_it =
                    |report: &&(&str, String, Receipt)| report.0 == "kannel" && report.1 == reference(number);
                let order: Vec<_> = came.iter().filter(of_it).map(|report| report.2).collect();
                assert_eq!(order, [Receipt::Accepted, Receipt::Delivered]);
            }
        }
    }
}

#[tokio::test]
async fn a_message_that_fails_on_the_way_is_reported_failed() {
    let receipts = Receipts::start().await;
    let settings = ReportSettings {
        delay_ms: 1,
        cm_receipts_url: Some(receipts.url("/cm")),
        ..ReportSettings::default()
    };
    let gateway = Gateway::start(&settings).await;
    gateway.faults.set(Kind::Sms, Fault::Unregistered).unwrap();
    assert_eq!(
        accepted(
            &cm(&gateway.url(""), &json!({}))
                .send(&message(), &phones(3))
                .await
        ),
        3
    );
    let came = receipts.wait_for(6).await;
    assert_eq!(
        came.iter().filter(|report| report.2 == Receipt::Failed).count(),
        3
    );
}

#[tokio::test]
async fn a_report_that_is_not_taken_is_brought_again() {
    let receipts = Receipts::start().await;
    receipts.refuse(5);
    let settings = ReportSettings {
        delay_ms: 0,
        ..ReportSettings::default()
    };
    let gateway = Gateway::start(&settings).await;
    let adapter = kannel(
        &gateway.url("/cgi-bin/sendsms"),
        &json!({ "receipts_url": receipts.url("/kannel") }),
    );
    assert_eq!(accepted(&adapter.send(&message(), &phones(4)).await), 4);
    assert_eq!(receipts.wait_for(8).await.len(), 8);
}

#[tokio::test]
async fn faults_mean_the_same_through_either() {
    let gateway = Gateway::start(&ReportSettings::default()).await;
    for (name, adapter) in adapters(&gateway) {
        let slow_down = Fault::Status {
            code: 429,
            retry_after_s: Some(7),
        };
        gateway.faults.set(Kind::Sms, slow_down).unwrap();
        let throttled = Attempt::Throttled {
            retry_after: std::time::Duration::from_secs(7),
        };
        assert_eq!(
            adapter.send(&message(), &phones(2)).await,
            vec![throttled; 2],
            "{name}"
        );

        gateway
            .faults
            .set(
                Kind::Sms,
                Fault::Status {
                    code: 503,
                    retry_after_s: None,
                },
            )
            .unwrap();
        let attempts = adapter.send(&message(), &phones(2)).await;
        assert!(
            attempts
                .iter()
                .all(|attempt| matches!(attempt, Attempt::Transient { .. })),
            "{name}"
        );

        // Taken or not, no answer came: nobody is asked to send it again.
        for taken in [true, false] {
            gateway.faults.set(Kind::Sms, Fault::Reset { taken }).unwrap();
            let attempts = adapter.send(&message(), &phones(2)).await;
            let unconfirmed = |attempt: &Attempt| matches!(attempt, Attempt::Unconfirmed { .. });
            assert!(attempts.iter().all(unconfirmed), "{name} {attempts:?}");
        }
        gateway.faults.set(Kind::Sms, Fault::None).unwrap();
    }
}

#[tokio::test]
async fn a_gateway_that_hangs_leaves_the_message_unconfirmed() {
    let gateway = Gateway::start(&ReportSettings::default()).await;
    gateway
        .faults
        .set(Kind::Sms, Fault::Hang { ms: 600_000 })
        .unwrap();
    let http = json!({ "http": { "request_timeout_ms": 100 } });
    let adapters: [Box<dyn Provider>; 2] = [
        Box::new(kannel(&gateway.url("/cgi-bin/sendsms"), &http)),
        Box::new(cm(&gateway.url(""), &http)),
    ];
    for adapter in adapters {
        let unconfirmed = Attempt::Unconfirmed {
            reason: "answer_timeout".to_owned(),
        };
        assert_eq!(adapter.send(&message(), &phones(3)).await, vec![unconfirmed; 3]);
    }
}

#[tokio::test]
async fn a_wrong_password_or_token_costs_nobody_the_message() {
    let gateway = Gateway::start(&ReportSettings::default()).await;
    let through_kannel = kannel(&gateway.url("/cgi-bin/sendsms"), &json!({ "password": "anders" }));
    let refused = Attempt::Transient {
        reason: "kannel authorization".to_owned(),
    };
    assert_eq!(through_kannel.send(&message(), &phones(1)).await, [refused]);
    let through_cm = cm(&gateway.url(""), &json!({ "product_token": "anders" }));
    let refused = Attempt::Transient {
        reason: "cm 101".to_owned(),
    };
    assert_eq!(through_cm.send(&message(), &phones(1)).await, [refused]);
}

#[tokio::test]
async fn a_recipient_without_a_proper_number_costs_nobody_else() {
    let gateway = Gateway::start(&ReportSettings::default()).await;
    for (name, adapter) in adapters(&gateway) {
        let mut recipients = phones(4);
        recipients[1].endpoint = Endpoint::Phone("0612345678".to_owned());
        recipients[2].endpoint = Endpoint::Mailbox("a@b.nl".to_owned());
        let attempts = adapter.send(&message(), &recipients).await;
        assert_eq!(accepted(&attempts), 2, "{name}");
        assert!(matches!(&attempts[1], Attempt::Rejected { reason, .. } if reason == "number malformed"));
        assert!(
            matches!(&attempts[2], Attempt::Rejected { reason, .. } if reason == "endpoint is no number")
        );
    }
}
