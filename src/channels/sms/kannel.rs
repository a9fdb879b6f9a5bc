//! Kannel, an SMS gateway of one's own: `sendsms` over HTTP, one request a recipient.
//!
//! <https://www.kannel.org/download/1.4.5/userguide-1.4.5/userguide.html>, chapter "Using SMS gateway".

use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt, stream};
use reqwest::{StatusCode, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::{
    BATCH_LIMIT, BadSender, DEFAULT_PAUSE, check_sender, concurrency, digits, rejected, text, transient,
    unconfirmed,
};
use crate::channels::Provider;
use crate::channels::http::retry_after::retry_after;
use crate::channels::http::{Clients, HttpError, HttpSettings, HttpVersion, body_start, unanswered};
use crate::domain::channel::Channel;
use crate::domain::clock::Clock;
use crate::domain::delivery::{Attempt, Receipt};
use crate::domain::message::{Message, Recipient, Urgency};
use crate::domain::sms_text::Alphabet;

/// The longest answer that is read, in bytes; Kannel's are one line.
const ANSWER_LIMIT: usize = 1024;

/// Which reports are asked for: delivered 1, failed 2, queued 4, accepted 8, rejected 16.
const REPORTS: &str = "31";

/// An account (`sendsms-user`) at a Kannel.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KannelSettings {
    /// Where `sendsms` is, for instance `http://127.0.0.1:13013/cgi-bin/sendsms`.
    pub url: String,
    /// The user's name.
    pub username: String,
    /// Its password.
    pub password: SecretString,
    /// The sender: a name of 3 to 11 characters, or digits.
    pub from: String,
    /// Where Kannel brings delivery reports, with a part that strangers do not know; reference and status are
    /// appended: `{receipts_url}/REFERENCE/8`. None asks for no reports.
    #[serde(default)]
    pub receipts_url: Option<SecretString>,
    /// The connection to an operator (`smsc-id`) that messages take; Kannel routes without.
    #[serde(default)]
    pub smsc: Option<String>,
    /// How many requests of one batch are under way at once, 1 to 500.
    #[serde(default = "concurrency")]
    pub concurrency: usize,
    /// The connections.
    #[serde(default = "connections")]
    pub http: HttpSettings,
}

fn connections() -> HttpSettings {
    HttpSettings {
        version: HttpVersion::Http1,
        ..HttpSettings::default()
    }
}

/// Why Kannel cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum KannelError {
    /// The address of `sendsms`.
    #[error("url is not an http or https address: use http://HOST:13013/cgi-bin/sendsms")]
    Url,
    /// The address for reports. Kannel reads a percent sign in it as one of its own escapes.
    #[error("receipts_url is not an http or https address without percent sign and query: correct it")]
    ReceiptsUrl,
    /// The sender.
    #[error(transparent)]
    Sender(#[from] BadSender),
    /// Too few or too many requests at once.
    #[error("concurrency must lie between 1 and {BATCH_LIMIT}")]
    Concurrency,
    /// The connections.
    #[error(transparent)]
    Http(#[from] HttpError),
}

/// The adapter.
pub struct Kannel {
    settings: KannelSettings,
    url: Url,
    clients: Clients,
    clock: Clock,
}

/// The parameters of one request, by Kannel's names.
#[derive(Serialize)]
struct Parameters<'a> {
    username: &'a str,
    password: &'a str,
    from: &'a str,
    to: &'a str,
    text: &'a str,
    charset: &'static str,
    coding: u8,
    priority: u8,
    validity: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    smsc: Option<&'a str>,
    #[serde(rename = "dlr-mask", skip_serializing_if = "Option::is_none")]
    dlr_mask: Option<&'static str>,
    #[serde(rename = "dlr-url", skip_serializing_if = "Option::is_none")]
    dlr_url: Option<String>,
}

impl Kannel {
    /// Checks the settings and sets up connections; nothing is sent yet.
    pub fn new(settings: &KannelSettings, clock: Clock) -> Result<Self, KannelError> {
        let is_http = |url: &Url| matches!(url.scheme(), "http" | "https") && url.has_host();
        let url = Url::parse(&settings.url)
            .ok()
            .filter(is_http)
            .ok_or(KannelError::Url)?;
        if let Some(receipts) = settings.receipts_url.as_ref().map(ExposeSecret::expose_secret) {
            let plain = !receipts.contains(['%', '?', '#']) && !receipts.ends_with('/');
            let sound = Url::parse(receipts).is_ok_and(|url| is_http(&url));
            if !plain || !sound {
                return Err(KannelError::ReceiptsUrl);
            }
        }
        check_sender(&settings.from)?;
        if !(1..=BATCH_LIMIT).contains(&settings.concurrency) {
            return Err(KannelError::Concurrency);
        }
        Ok(Self {
            url,
            clients: Clients::build(&settings.http)?,
            settings: settings.clone(),
            clock,
        })
    }

    async fn send_one(&self, message: &Message, recipient: &Recipient) -> Attempt {
        let digits = match digits(recipient) {
            Ok(digits) => digits,
            Err(attempt) => return attempt,
        };
        let text = text(message, recipient);
        let settings = &self.settings;
        let reports = settings.receipts_url.as_ref().map(ExposeSecret::expose_secret);
        let seconds_left = message.expires_at.since(self.clock.now()).as_secs();
        let parameters = Parameters {
            username: &settings.username,
            password: settings.password.expose_secret(),
            from: &settings.from,
            to: &format!("+{digits}"),
            text: &text,
            charset: "UTF-8",
            coding: match Alphabet::of(&text) {
                Alphabet::Gsm7 => 0,
                Alphabet::Ucs2 => 2,
            },
            priority: match message.urgency {
                Urgency::Urgent => 3,
                Urgency::Normal => 0,
            },
            // Minutes; Kannel keeps at most a week.
            validity: (seconds_left / 60).clamp(1, 7 * 24 * 60),
            smsc: settings.smsc.as_deref(),
            dlr_mask: reports.map(|_| REPORTS),
            dlr_url: reports.map(|url| format!("{url}/{}/%d", recipient.reference)),
        };
        let request = self.clients.next().get(self.url.clone()).query(&parameters);
        let response = match request.send().await {
            Ok(response) => response,
            Err(error) => return unanswered(&error),
        };
        let (status, headers) = (response.status(), response.headers().clone());
        let body = body_start(response, ANSWER_LIMIT).await;
        if status == StatusCode::TOO_MANY_REQUESTS {
            let retry_after = retry_after(&headers, self.clock.now()).unwrap_or(DEFAULT_PAUSE);
            return Attempt::Throttled { retry_after };
        }
        read_answer(status, &body)
    }
}

/// What Kannel's answer means.
fn read_answer(status: StatusCode, body: &[u8]) -> Attempt {
    match status.as_u16() {
        // "0: Accepted for delivery", or "3: Queued for later delivery" while the operator is away.
        202 if body.starts_with(b"0:") || body.starts_with(b"3:") => Attempt::Accepted,
        200..300 => unconfirmed(format!("kannel {} without a result", status.as_u16())),
        // Our name or password, or the address that we call from: no recipient is to blame.
        401 | 403 => transient("kannel authorization"),
        // "Temporal failure, try again later": it was not queued.
        503 => transient("kannel 503"),
        404 | 405 => transient(format!("kannel {}, check url", status.as_u16())),
        400..500 => rejected(format!("kannel {}", status.as_u16())),
        // A proxy that lost the answer, perhaps.
        other => unconfirmed(format!("kannel {other}")),
    }
}

impl Provider for Kannel {
    fn channel(&self) -> Channel {
        Channel::Sms
    }

    fn batch_limit(&self) -> usize {
        BATCH_LIMIT
    }

    fn send<'a>(&'a self, message: &'a Message, recipients: &'a [Recipient]) -> BoxFuture<'a, Vec<Attempt>> {
        // Collected first: a borrowing closure inside the stream is not general enough for `Send`.
        let requests: Vec<_> = recipients.iter().map(|one| self.send_one(message, one)).collect();
        stream::iter(requests)
            .buffered(self.settings.concurrency)
            .collect()
            .boxed()
    }
}

/// Reads the status that Kannel puts for `%d` in a report's address; none for one that it does not have.
pub fn parse_receipt(status: i64) -> Option<Receipt> {
    match status {
        1 => Some(Receipt::Delivered),
        2 | 16 => Some(Receipt::Failed),
        4 | 8 => Some(Receipt::Accepted),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(change: &serde_json::Value) -> KannelSettings {
        let mut whole = serde_json::json!({
            "url": "http://127.0.0.1:13013/cgi-bin/sendsms", "username": "oproep", "password": "geheim123",
            "from": "Burgernet",
        });
        let fields = whole.as_object_mut().unwrap();
        fields.extend(change.as_object().unwrap().clone());
        serde_json::from_value(whole).unwrap()
    }

    #[test]
    fn settings_that_kannel_would_misread_are_refused() {
        let new = |change| {
            Kannel::new(&settings(&change), Clock::system())
                .err()
                .map(|error| error.to_string())
        };
        assert_eq!(
            new(serde_json::json!({ "receipts_url": "https://oproep.example/receipts/k/SECRET" })),
            None
        );
        for bad in [
            "https://o.example/%d",
            "https://o.example/a?b=c",
            "ftp://o.example/a",
            "https://o.example/",
            "x",
        ] {
            let refused = new(serde_json::json!({ "receipts_url": bad }));
            assert!(
                refused.is_some_and(|text| text.starts_with("receipts_url")),
                "{bad}"
            );
        }
        assert!(new(serde_json::json!({ "url": "127.0.0.1:13013" })).is_some());
        assert!(new(serde_json::json!({ "concurrency": 0 })).is_some());
        assert!(new(serde_json::json!({ "from": "x" })).is_some());
    }

    #[test]
    fn the_password_does_not_show() {
        assert!(!format!("{:?}", settings(&serde_json::json!({}))).contains("geheim123"));
    }

    #[test]
    fn answers_mean_what_kannel_documents() {
        let read = |status, body: &str| read_answer(StatusCode::from_u16(status).unwrap(), body.as_bytes());
        assert_eq!(read(202, "0: Accepted for delivery"), Attempt::Accepted);
        assert_eq!(read(202, "3: Queued for later delivery"), Attempt::Accepted);
        assert_eq!(read(202, ""), unconfirmed("kannel 202 without a result"));
        assert_eq!(
            read(403, "Authorization failed for sendsms"),
            transient("kannel authorization")
        );
        assert_eq!(
            read(400, "Charset or body misformed, rejected"),
            rejected("kannel 400")
        );
        assert_eq!(
            read(503, "Temporal failure, try again later."),
            transient("kannel 503")
        );
        assert_eq!(read(502, "bad gateway"), unconfirmed("kannel 502"));
    }

    #[test]
    fn every_status_of_a_report_is_read() {
        let read = [1, 2, 4, 8, 16].map(|status| parse_receipt(status).unwrap());
        let expected = [
            Receipt::Delivered,
            Receipt::Failed,
            Receipt::Accepted,
            Receipt::Accepted,
            Receipt::Failed,
        ];
        assert_eq!(read, expected);
        assert!(
            [0, 3, -1, 32, i64::MAX]
                .into_iter()
                .all(|status| parse_receipt(status).is_none())
        );
    }
}
