//! Spryng's REST API: `POST /v1/messages`, one request a recipient.
//!
//! <https://docs.spryngsms.com>. A request could name many recipients, but it has one text and one reference for
//! all of them; ours differ, since every text ends in a link of its own and every report must find its delivery.

use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt, stream};
use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::{StatusCode, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::{
    BATCH_LIMIT, BadSender, check_sender, concurrency, digits, passing, rejected, text, transient,
    unconfirmed,
};
use crate::channels::Provider;
use crate::channels::http::{Clients, HttpError, HttpSettings, body_start, unanswered};
use crate::domain::channel::Channel;
use crate::domain::clock::Clock;
use crate::domain::delivery::{Attempt, Receipt};
use crate::domain::message::{Message, Recipient};
use crate::domain::sms_text::Alphabet;

/// The longest answer that is read, in bytes.
const ANSWER_LIMIT: usize = 16 * 1024;

/// An account at Spryng.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpryngSettings {
    /// Where messages go.
    #[serde(default = "rest")]
    pub base_url: String,
    /// The API key, from the profile's page on security.
    pub api_key: SecretString,
    /// The sender: a name of 3 to 11 characters, or digits.
    pub from: String,
    /// The route that messages take.
    #[serde(default = "business")]
    pub route: String,
    /// How many requests of one batch are under way at once, 1 to 500.
    #[serde(default = "concurrency")]
    pub concurrency: usize,
    /// The connections.
    #[serde(default)]
    pub http: HttpSettings,
}

fn rest() -> String {
    "https://rest.spryngsms.com".to_owned()
}

fn business() -> String {
    "business".to_owned()
}

/// Why Spryng cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum SpryngError {
    /// The address.
    #[error("base_url is not an http or https address: use https://rest.spryngsms.com")]
    BaseUrl,
    /// The key.
    #[error("api_key holds characters that no key has: copy it again from Spryng's page on security")]
    ApiKey,
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
pub struct Spryng {
    url: Url,
    authorization: HeaderValue,
    from: String,
    route: String,
    concurrency: usize,
    clients: Clients,
    clock: Clock,
}

/// A request, by Spryng's names.
#[derive(Serialize)]
struct Request<'a> {
    /// `plain` (the GSM alphabet) or `unicode`.
    encoding: &'static str,
    body: &'a str,
    route: &'a str,
    originator: &'a str,
    recipients: [&'a str; 1],
    reference: &'a str,
}

impl Spryng {
    /// Checks the settings and sets up connections; nothing is sent yet.
    pub fn new(settings: &SpryngSettings, clock: Clock) -> Result<Self, SpryngError> {
        let url = Url::parse(&format!(
            "{}/v1/messages",
            settings.base_url.trim_end_matches('/')
        ))
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        .ok_or(SpryngError::BaseUrl)?;
        check_sender(&settings.from)?;
        if !(1..=BATCH_LIMIT).contains(&settings.concurrency) {
            return Err(SpryngError::Concurrency);
        }
        let bearer = format!("Bearer {}", settings.api_key.expose_secret());
        let mut authorization = HeaderValue::from_str(&bearer).map_err(|_| SpryngError::ApiKey)?;
        authorization.set_sensitive(true);
        Ok(Self {
            url,
            authorization,
            from: settings.from.clone(),
            route: settings.route.clone(),
            concurrency: settings.concurrency,
            clients: Clients::build(&settings.http)?,
            clock,
        })
    }

    async fn send_one(&self, message: &Message, recipient: &Recipient) -> Attempt {
        let digits = match digits(recipient) {
            Ok(digits) => digits,
            Err(attempt) => return attempt,
        };
        let text = text(message, recipient);
        let request = self
            .clients
            .next()
            .post(self.url.clone())
            .header(AUTHORIZATION, self.authorization.clone())
            .json(&Request {
                encoding: match Alphabet::of(&text) {
                    Alphabet::Gsm7 => "plain",
                    Alphabet::Ucs2 => "unicode",
                },
                body: &text,
                route: &self.route,
                originator: &self.from,
                recipients: [digits],
                reference: &recipient.reference,
            });
        let response = match request.send().await {
            Ok(response) => response,
            Err(error) => return unanswered(&error),
        };
        let (status, headers) = (response.status(), response.headers().clone());
        // Nothing in it is needed; reading it frees the connection.
        body_start(response, ANSWER_LIMIT).await;
        passing("spryng", status, &headers, self.clock.now()).unwrap_or_else(|| read_answer(status))
    }
}

/// What an answer means that is no passing trouble.
fn read_answer(status: StatusCode) -> Attempt {
    match status.as_u16() {
        200..=202 => Attempt::Accepted,
        code @ 203..=399 => unconfirmed(format!("spryng {code}")),
        // No credit: ours to mend, and it costs nobody the message.
        402 => transient("spryng 402"),
        code => rejected(format!("spryng {code}")),
    }
}

impl Provider for Spryng {
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
            .buffered(self.concurrency)
            .collect()
            .boxed()
    }
}

/// Reads the status of a delivery report: in words, as Spryng documents it, or by the number that stands for
/// them. None for one that it does not have.
pub fn parse_receipt(status: &str) -> Option<Receipt> {
    match status.trim().to_ascii_lowercase().as_str() {
        "delivered" | "10" => Some(Receipt::Delivered),
        "not delivered" | "notdelivered" | "20" => Some(Receipt::Failed),
        // The telephone is off or out of reach; Spryng goes on trying.
        "buffered" | "30" => Some(Receipt::Accepted),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_mean_what_spryng_documents() {
        let read = |status| read_answer(StatusCode::from_u16(status).unwrap());
        assert_eq!(read(200), Attempt::Accepted);
        assert_eq!(read(402), transient("spryng 402"));
        assert_eq!(read(422), rejected("spryng 422"));
        assert_eq!(read(204), unconfirmed("spryng 204"));
    }

    #[test]
    fn every_status_of_a_report_is_read() {
        for (status, receipt) in [
            ("Delivered", Some(Receipt::Delivered)),
            ("Not Delivered", Some(Receipt::Failed)),
            ("Buffered", Some(Receipt::Accepted)),
            ("10", Some(Receipt::Delivered)),
            ("20", Some(Receipt::Failed)),
            ("", None),
            ("read", None),
        ] {
            assert_eq!(parse_receipt(status), receipt, "{status}");
        }
    }

    #[test]
    fn the_key_does_not_show_and_settings_that_cannot_work_are_refused() {
        let settings = |change: serde_json::Value| -> SpryngSettings {
            let mut whole = serde_json::json!({ "api_key": "geheim123", "from": "Burgernet" });
            let fields = whole.as_object_mut().unwrap();
            fields.extend(change.as_object().unwrap().clone());
            serde_json::from_value(whole).unwrap()
        };
        let good = settings(serde_json::json!({}));
        assert!(!format!("{good:?}").contains("geheim123"));
        assert!(Spryng::new(&good, Clock::system()).is_ok());
        for bad in [
            serde_json::json!({ "base_url": "rest.spryngsms.com" }),
            serde_json::json!({ "from": "x" }),
            serde_json::json!({ "concurrency": 0 }),
            serde_json::json!({ "api_key": "a\nb" }),
        ] {
            assert!(
                Spryng::new(&settings(bad.clone()), Clock::system()).is_err(),
                "{bad}"
            );
        }
    }
}
