//! The request to `messages:send`, checked against the documented form.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// The most that notification and data may hold, in bytes.
const PAYLOAD_LIMIT: usize = 4_096;
/// Four weeks, in seconds.
const LONGEST_TTL_S: f64 = 2_419_200.0;

/// Why a request is refused.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unfit(pub(super) String);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Request {
    message: Message,
}

/// The parts of a message that Oproep uses; any other is refused, though Google knows more.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Message {
    pub(super) token: String,
    pub(super) notification: Notification,
    #[serde(default)]
    pub(super) data: BTreeMap<String, String>,
    #[serde(default)]
    android: Android,
    #[serde(default)]
    apns: Apns,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Notification {
    pub(super) title: String,
    pub(super) body: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Android {
    priority: Option<String>,
    ttl: Option<String>,
    collapse_key: Option<String>,
    #[serde(rename = "notification")]
    _notification: Option<BTreeMap<String, Value>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Apns {
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(rename = "payload")]
    _payload: Option<BTreeMap<String, Value>>,
}

impl Request {
    /// The message, if FCM would take it.
    pub(super) fn read(body: &[u8]) -> Result<Message, Unfit> {
        let Self { message } = serde_json::from_slice(body).map_err(|error| Unfit(error.to_string()))?;
        let unfit = |reason: &str| Err(Unfit(reason.to_owned()));
        let data = message
            .data
            .iter()
            .map(|(key, value)| key.len() + value.len())
            .sum::<usize>();
        if message.notification.title.len() + message.notification.body.len() + data > PAYLOAD_LIMIT {
            return unfit("the message is too big: its payload must be at most 4096 bytes");
        }
        let reserved = |key: &str| {
            matches!(key, "from" | "message_type") || key.starts_with("google.") || key.starts_with("gcm.")
        };
        if message.data.keys().any(|key| reserved(key)) {
            return unfit("a key of the data is reserved");
        }
        let android = &message.android;
        if android
            .priority
            .as_deref()
            .is_some_and(|priority| !matches!(priority, "HIGH" | "NORMAL"))
        {
            return unfit("android.priority must be HIGH or NORMAL");
        }
        if android.ttl.as_deref().is_some_and(|ttl| !is_ttl(ttl)) {
            return unfit("android.ttl must be seconds, at most four weeks, as in 3.5s");
        }
        if android.collapse_key.as_deref().is_some_and(str::is_empty) {
            return unfit("android.collapse_key must not be empty");
        }
        let header = |name: &str| message.apns.headers.get(name).map(String::as_str);
        if header("apns-priority").is_some_and(|priority| !matches!(priority, "10" | "5" | "1")) {
            return unfit("apns-priority must be 10, 5 or 1");
        }
        if header("apns-expiration").is_some_and(|moment| moment.parse::<u64>().is_err()) {
            return unfit("apns-expiration must be seconds since 1970");
        }
        if header("apns-collapse-id").is_some_and(|id| id.is_empty() || id.len() > 64) {
            return unfit("apns-collapse-id must be 1 to 64 bytes");
        }
        Ok(message)
    }
}

fn is_ttl(ttl: &str) -> bool {
    let digits = ttl
        .strip_suffix('s')
        .filter(|ttl| ttl.starts_with(|first: char| first.is_ascii_digit()));
    digits
        .and_then(|ttl| ttl.parse::<f64>().ok())
        .is_some_and(|seconds| seconds <= LONGEST_TTL_S)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refusal(change: impl FnOnce(&mut Value)) -> String {
        let mut request = json!({ "message": {
            "token": "t",
            "notification": { "title": "Vermist", "body": "Rode jas" },
            "data": { "reference": "r" },
            "android": { "priority": "HIGH", "ttl": "60s", "collapse_key": "c" },
            "apns": { "headers": { "apns-priority": "10", "apns-expiration": "1700000000", "apns-collapse-id": "c" } },
        }});
        change(&mut request["message"]);
        Request::read(request.to_string().as_bytes()).map_or_else(|unfit| unfit.0, |_| "taken".to_owned())
    }

    #[test]
    fn a_message_by_the_book_is_taken_and_every_slip_refused() {
        assert_eq!(refusal(|_| {}), "taken");
        assert!(refusal(|message| message["ttl"] = json!("60s")).contains("unknown field"));
        assert!(refusal(|message| message["data"]["count"] = json!(1)).contains("expected a string"));
        assert!(refusal(|message| message["data"]["google.x"] = json!("1")).contains("reserved"));
        assert!(
            refusal(|message| message["notification"]["body"] = json!("x".repeat(4_096))).contains("too big")
        );
        assert!(refusal(|message| message["android"]["priority"] = json!("high")).contains("HIGH"));
        for ttl in ["60", "-1s", "s", "infs", "2419201s"] {
            assert!(
                refusal(|message| message["android"]["ttl"] = json!(ttl)).contains("android.ttl"),
                "{ttl}"
            );
        }
        let apns = |name: &'static str, value: String| {
            refusal(move |message| message["apns"]["headers"][name] = json!(value))
        };
        assert!(apns("apns-priority", "high".to_owned()).contains("10, 5 or 1"));
        assert!(apns("apns-collapse-id", "x".repeat(65)).contains("64 bytes"));
        assert!(apns("apns-expiration", "soon".to_owned()).contains("since 1970"));
    }
}
