//! Text messages through a real Kannel to its fake operator, and its reports back.

use std::time::Duration;

use oproep::channels::Provider;
use oproep::domain::delivery::{Attempt, Receipt};
use oproep::domain::sms_text::{SmsLength, with_link};
use serde_json::json;

use crate::external::comes;
use crate::running_kannel::start;
use crate::sample::{message, reference};
use crate::sms_sample::{Receipts, kannel, phones};

#[tokio::test]
async fn a_real_kannel_takes_every_text_and_reports_it_delivered() {
    let receipts = Receipts::start().await;
    let Some((_running, place)) = start(receipts.port()) else {
        return;
    };
    let text = |field: &str| place[field].as_str().unwrap().to_owned();
    let settings = json!({
        "username": text("username"), "password": text("password"), "receipts_url": receipts.url("/kannel"),
    });
    let adapter = kannel(&text("sendsms_url"), &settings);

    // Unicode in several segments, and seven bits with percent signs and characters of two septets.
    let mut unicode = message();
    unicode.body.push_str(" \u{ea}");
    let mut short = message();
    short.body = "100% zeker: {kijk} uit & bel \u{20ac} 112 %d".to_owned();
    for (message, count) in [(&unicode, 20), (&short, 20)] {
        let attempts = adapter.send(message, &phones(count)).await;
        assert_eq!(attempts, vec![Attempt::Accepted; count]);
    }
    // Kannel reports each message accepted and delivered.
    let came = receipts.wait_for(2 * 40).await;
    for number in 0..20 {
        let of_it = |receipt| ("kannel", reference(number), receipt);
        for receipt in [Receipt::Accepted, Receipt::Delivered] {
            assert_eq!(
                came.iter().filter(|report| **report == of_it(receipt)).count(),
                2,
                "{number}"
            );
        }
    }
    // Kannel cuts a long text into as many segments as we count. The operator reads after Kannel has reported.
    let segments = SmsLength::of(&with_link(&unicode.body, phones(1)[0].link.as_deref())).segments;
    let log = text("operator_log");
    let arrived = comes(Duration::from_secs(20), async || {
        let operator = std::fs::read_to_string(&log).unwrap();
        let literal = operator
            .matches("100% zeker: {kijk} uit & bel \u{20ac} 112 %d")
            .count();
        ((literal, operator.matches(" udh ").count()) == (20, 20 * segments)).then_some(())
    });
    assert!(
        arrived.await.is_some(),
        "every text reaches the operator as it was written"
    );
}

#[tokio::test]
async fn a_real_kannel_refuses_a_wrong_password() {
    let Some((_running, place)) = start(0) else { return };
    let url = place["sendsms_url"].as_str().unwrap();
    let attempts = kannel(url, &json!({ "password": "anders" }))
        .send(&message(), &phones(2))
        .await;
    let refused = Attempt::Transient {
        reason: "kannel authorization".to_owned(),
    };
    assert_eq!(attempts, vec![refused; 2]);
}
