//! CM.com's status reports: JSON that is posted to our address until it is answered with success, for up to
//! seven days.
//!
//! <https://developers.cm.com/messaging/docs/incoming-status-report>. The form is that of CM's documented
//! template, which is set up per account in its Channels app; values are strings or numbers.

use serde::Deserialize;

use crate::domain::delivery::Receipt;

/// The most reports of one request.
const MOST: usize = 10_000;

/// The request is no status report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadReceipts {
    /// It does not read as the documented JSON.
    #[error("not a status report: send CM's JSON template with messages.msg")]
    Form,
    /// It holds too many reports.
    #[error("too many status reports in one request: send at most {MOST}")]
    Many,
}

#[derive(Deserialize)]
struct Report {
    messages: Messages,
}

#[derive(Deserialize)]
struct Messages {
    msg: OneOrMany,
}

/// CM sends one object; a list is taken as well.
#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(Msg),
    Many(Vec<Msg>),
}

#[derive(Deserialize)]
struct Msg {
    #[serde(default)]
    reference: Option<String>,
    status: Status,
}

#[derive(Deserialize)]
struct Status {
    code: Code,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Code {
    Number(i64),
    Text(String),
}

/// Reads a request's body: our references and what became of them, in the order of the body. What carries no
/// reference, or a status that tells nothing, is left out.
pub fn parse(body: &[u8]) -> Result<Vec<(String, Receipt)>, BadReceipts> {
    let report: Report = serde_json::from_slice(body).map_err(|_| BadReceipts::Form)?;
    let messages = match report.messages.msg {
        OneOrMany::One(message) => vec![message],
        OneOrMany::Many(messages) if messages.len() <= MOST => messages,
        OneOrMany::Many(_) => return Err(BadReceipts::Many),
    };
    let receipts = messages.into_iter().filter_map(|message| {
        let receipt = receipt(&message.status.code)?;
        message
            .reference
            .filter(|reference| !reference.is_empty())
            .map(|reference| (reference, receipt))
    });
    Ok(receipts.collect())
}

/// 0 accepted by the operator, 1 rejected, 2 delivered, 3 failed for good, 4 read.
fn receipt(code: &Code) -> Option<Receipt> {
    let code = match code {
        Code::Number(code) => *code,
        Code::Text(code) => code.trim().parse().ok()?,
    };
    match code {
        0 => Some(Receipt::Accepted),
        1 | 3 => Some(Receipt::Failed),
        2 | 4 => Some(Receipt::Delivered),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn read(body: &serde_json::Value) -> Result<Vec<(String, Receipt)>, BadReceipts> {
        parse(body.to_string().as_bytes())
    }

    #[test]
    fn the_documented_form_is_read() {
        let body = json!({ "messages": { "msg": {
            "received": "2026-03-01T14:02:00Z", "to": "0031612345678", "reference": "ref-1",
            "status": { "code": "2", "errorCode": "", "errorDescription": "Delivered" }, "operator": "20404",
        } } });
        assert_eq!(read(&body), Ok(vec![("ref-1".to_owned(), Receipt::Delivered)]));
    }

    #[test]
    fn several_reports_come_in_their_order_and_empty_ones_are_left_out() {
        let message =
            |reference: &str, code: i64| json!({ "reference": reference, "status": { "code": code } });
        let list = [
            message("a", 0),
            message("b", 3),
            message("", 2),
            message("c", 7),
            message("d", 1),
        ];
        let body = json!({ "messages": { "msg": list } });
        let expected = [
            ("a", Receipt::Accepted),
            ("b", Receipt::Failed),
            ("d", Receipt::Failed),
        ];
        assert_eq!(
            read(&body).unwrap(),
            expected.map(|(reference, receipt)| (reference.to_owned(), receipt))
        );
    }

    #[test]
    fn anything_else_is_refused() {
        for body in [
            json!(null),
            json!({}),
            json!({ "messages": [] }),
            json!({ "messages": { "msg": 1 } }),
        ] {
            assert_eq!(read(&body), Err(BadReceipts::Form), "{body}");
        }
        let message = json!({ "reference": "a", "status": { "code": 2 } });
        let body = json!({ "messages": { "msg": vec![message; MOST + 1] } });
        assert_eq!(read(&body), Err(BadReceipts::Many));
    }

    proptest! {
        #[test]
        fn no_body_makes_the_parser_panic(body in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = parse(&body);
        }
    }
}
