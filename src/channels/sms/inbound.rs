//! Text messages that come in, as each gateway brings them.

use std::fmt;

use serde::Deserialize;

/// A text message that came in. Personal: `Debug` shows none of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Text {
    /// The number that it came from, as the gateway writes it.
    pub from: String,
    /// The text.
    pub text: String,
    /// What the gateway calls the message; empty where it does not say.
    pub id: String,
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Text(..)")
    }
}

#[derive(Deserialize)]
struct CmText {
    from: CmNumber,
    message: CmMessage,
    #[serde(default)]
    reference: Option<String>,
}

#[derive(Deserialize)]
struct CmNumber {
    number: String,
}

#[derive(Deserialize)]
struct CmMessage {
    #[serde(default)]
    text: Option<String>,
}

/// Reads what CM.com posts (<https://developers.cm.com/messaging/docs/incoming>); none for anything else. A message
/// without a text, a picture for instance, is one with an empty text.
pub fn parse_cm(body: &[u8]) -> Option<Text> {
    let text: CmText = serde_json::from_slice(body).ok()?;
    Some(Text {
        from: text.from.number,
        text: text.message.text.unwrap_or_default(),
        id: text.reference.unwrap_or_default(),
    })
}

/// The names of Spryng's parameters: which of them are sent is set up per account.
const SPRYNG_FROM: [&str; 4] = ["ORIGINATOR", "SENDER", "FROM", "MSISDN"];
const SPRYNG_TEXT: [&str; 3] = ["BODY", "MESSAGE", "TEXT"];
const SPRYNG_ID: [&str; 2] = ["ID", "MESSAGEID"];

/// Reads the parameters of Spryng's call; none without a sender.
pub fn parse_spryng(parameters: &[(String, String)]) -> Option<Text> {
    let find = |names: &[&str]| {
        names.iter().find_map(|name| {
            let mut all = parameters.iter();
            all.find(|(known, _)| known.eq_ignore_ascii_case(name))
                .map(|(_, value)| value.clone())
        })
    };
    Some(Text {
        from: find(&SPRYNG_FROM)?,
        text: find(&SPRYNG_TEXT).unwrap_or_default(),
        id: find(&SPRYNG_ID).unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn cms_form_is_read() {
        let body = serde_json::json!({
            "reference": "0f2c", "messageContext": "", "from": { "number": "0031612345678", "name": "" },
            "to": { "number": "0031970000000" },
            "message": { "text": "Ik zag hem", "media": { "mediaUri": "", "contentType": "" }, "custom": {} },
            "groupings": ["", "", ""], "time": "2026-03-01 15:02:00", "timeUtc": "2026-03-01T14:02:00", "channel": "SMS",
        });
        let text = parse_cm(body.to_string().as_bytes()).unwrap();
        assert_eq!(
            (text.from.as_str(), text.text.as_str(), text.id.as_str()),
            ("0031612345678", "Ik zag hem", "0f2c")
        );
        assert!(!format!("{text:?}").contains("Ik zag"));
        assert_eq!(parse_cm(b"{}"), None);
    }

    #[test]
    fn spryngs_parameters_are_read_by_any_of_their_names() {
        let parameters = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect()
        };
        for pairs in [
            [("ORIGINATOR", "31612345678"), ("BODY", "STOP"), ("ID", "7")],
            [("sender", "31612345678"), ("message", "STOP"), ("id", "7")],
        ] {
            let text = parse_spryng(&parameters(&pairs)).unwrap();
            assert_eq!(
                (text.from.as_str(), text.text.as_str(), text.id.as_str()),
                ("31612345678", "STOP", "7")
            );
        }
        assert_eq!(parse_spryng(&parameters(&[("BODY", "x")])), None);
    }

    proptest! {
        #[test]
        fn no_body_makes_the_parser_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse_cm(&body);
        }
    }
}
