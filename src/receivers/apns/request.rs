//! The request's headers and payload, checked against the documented form.

use http::HeaderMap;
use serde::Deserialize;
use uuid::Uuid;

use super::TOPIC;

/// The parts of a notification that Oproep uses; any other is refused, though Apple knows more.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Notification {
    pub(super) aps: Aps,
    pub(super) link: Option<String>,
    #[serde(default)]
    pub(super) reference: String,
    #[serde(rename = "action")]
    _action: Option<String>,
    #[serde(rename = "purpose")]
    _purpose: Option<String>,
    #[serde(rename = "language")]
    _language: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Aps {
    pub(super) alert: Alert,
    #[serde(rename = "sound")]
    _sound: Option<String>,
    #[serde(rename = "interruption-level")]
    _interruption_level: Option<Level>,
    #[serde(rename = "thread-id")]
    _thread_id: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Alert {
    pub(super) title: String,
    pub(super) body: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Level {
    Passive,
    Active,
    TimeSensitive,
    Critical,
}

/// Whether Apple would take these headers; the error is its reason.
pub(super) fn check_headers(headers: &HeaderMap) -> Result<(), &'static str> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match header("apns-topic") {
        None => return Err("MissingTopic"),
        Some(topic) if topic != TOPIC => return Err("TopicDisallowed"),
        Some(_) => {}
    }
    if header("apns-push-type") != Some("alert") {
        return Err("InvalidPushType");
    }
    if header("apns-id").is_some_and(|id| Uuid::try_parse(id).is_err()) {
        return Err("BadMessageId");
    }
    if header("apns-expiration").is_some_and(|moment| moment.parse::<u64>().is_err()) {
        return Err("BadExpirationDate");
    }
    if header("apns-priority").is_some_and(|priority| !matches!(priority, "10" | "5" | "1")) {
        return Err("BadPriority");
    }
    if headers
        .get("apns-collapse-id")
        .is_some_and(|id| !(1..=64).contains(&id.len()))
    {
        return Err("BadCollapseId");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    fn refusal(name: &'static str, value: Option<&str>) -> Result<(), &'static str> {
        let good = [
            ("apns-topic", TOPIC),
            ("apns-push-type", "alert"),
            ("apns-id", "123e4567-e89b-42d3-a456-426614174000"),
            ("apns-expiration", "1700000000"),
            ("apns-priority", "10"),
            ("apns-collapse-id", "c"),
        ];
        let mut headers: HeaderMap = good
            .into_iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect();
        headers.remove(name);
        if let Some(value) = value {
            headers.insert(name, HeaderValue::from_str(value).unwrap());
        }
        check_headers(&headers)
    }

    #[test]
    fn a_request_by_the_book_is_taken_and_every_slip_refused() {
        assert_eq!(refusal("apns-priority", Some("5")), Ok(()));
        assert_eq!(refusal("apns-topic", None), Err("MissingTopic"));
        assert_eq!(
            refusal("apns-topic", Some("nl.other.app")),
            Err("TopicDisallowed")
        );
        assert_eq!(refusal("apns-push-type", None), Err("InvalidPushType"));
        assert_eq!(refusal("apns-id", Some("r-1")), Err("BadMessageId"));
        assert_eq!(refusal("apns-expiration", Some("soon")), Err("BadExpirationDate"));
        assert_eq!(refusal("apns-priority", Some("high")), Err("BadPriority"));
        let long = "x".repeat(65);
        assert_eq!(refusal("apns-collapse-id", Some(&long)), Err("BadCollapseId"));
    }
}
