//! Twilio's text messages: `POST …/Messages.json`, a form and one recipient a request.
//!
//! <https://www.twilio.com/docs/messaging/api/message-resource>.

use std::time::Duration;

use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt, stream};
use reqwest::StatusCode;
use reqwest::header::AUTHORIZATION;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::{
    BATCH_LIMIT, BadSender, check_sender, concurrency, digits, passing, rejected, text, transient,
    unconfirmed,
};
use crate::channels::Provider;
use crate::channels::http::{Clients, HttpError, HttpSettings, body_start, unanswered};
use crate::channels::twilio::{Account, BadAccount, check_callback, error_code, is_created};
use crate::domain::channel::Channel;
use crate::domain::clock::Clock;
use crate::domain::delivery::{Attempt, Receipt};
use crate::domain::message::{Message, Recipient};

/// The longest answer that is read, in bytes.
const ANSWER_LIMIT: usize = 16 * 1024;
/// The longest that Twilio keeps a message, in seconds.
const LONGEST_VALIDITY_S: u64 = 36_000;
/// How long the account pauses when Twilio's own queue is full (21611).
const QUEUE_PAUSE: Duration = Duration::from_mins(1);

/// An account at Twilio.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TwilioSettings {
    /// Where messages go.
    #[serde(default = "api")]
    pub base_url: String,
    /// The account: `AC…`.
    pub account_sid: String,
    /// Its token.
    pub auth_token: SecretString,
    /// The sender: a number of the account (`+3197…`), or a name of 3 to 11 characters.
    pub from: String,
    /// How many requests of one batch are under way at once, 1 to 500.
    #[serde(default = "concurrency")]
    pub concurrency: usize,
    /// The connections.
    #[serde(default)]
    pub http: HttpSettings,
}

/// Where Twilio is.
pub(in crate::channels) fn api() -> String {
    "https://api.twilio.com".to_owned()
}

/// Why Twilio cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum TwilioError {
    /// The account or an address.
    #[error(transparent)]
    Account(#[from] BadAccount),
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
pub struct Twilio {
    account: Account,
    from: String,
    callback_url: Option<String>,
    concurrency: usize,
    clients: Clients,
    clock: Clock,
}

/// A request, by Twilio's names.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Form<'a> {
    to: &'a str,
    from: &'a str,
    body: &'a str,
    /// Seconds that it may wait at Twilio.
    validity_period: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_callback: Option<String>,
}

impl Twilio {
    /// Checks the settings and sets up connections; nothing is sent yet.
    ///
    /// `callback_url` is where Twilio brings delivery reports; the reference is appended:
    /// `{callback_url}/REFERENCE`. None asks for no reports.
    pub fn new(
        settings: &TwilioSettings,
        callback_url: Option<String>,
        clock: Clock,
    ) -> Result<Self, TwilioError> {
        let account = Account::new(
            &settings.base_url,
            &settings.account_sid,
            &settings.auth_token,
            "Messages",
        )?;
        if let Some(url) = &callback_url {
            check_callback(url)?;
        }
        check_sender(settings.from.strip_prefix('+').unwrap_or(&settings.from))?;
        if !(1..=BATCH_LIMIT).contains(&settings.concurrency) {
            return Err(TwilioError::Concurrency);
        }
        Ok(Self {
            account,
            from: settings.from.clone(),
            callback_url,
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
        let seconds_left = message.expires_at.since(self.clock.now()).as_secs();
        let callback = self.callback_url.as_ref();
        let form = Form {
            to: &format!("+{digits}"),
            from: &self.from,
            body: &text(message, recipient),
            validity_period: seconds_left.clamp(1, LONGEST_VALIDITY_S),
            status_callback: callback.map(|url| format!("{url}/{}", recipient.reference)),
        };
        let request = self
            .clients
            .next()
            .post(self.account.url().clone())
            .header(AUTHORIZATION, self.account.authorization().clone())
            .form(&form);
        let response = match request.send().await {
            Ok(response) => response,
            Err(error) => return unanswered(&error),
        };
        let (status, headers) = (response.status(), response.headers().clone());
        let body = body_start(response, ANSWER_LIMIT).await;
        passing("twilio", status, &headers, self.clock.now()).unwrap_or_else(|| read_answer(status, &body))
    }
}

/// What an answer means that is no passing trouble. No number is retired for a refusal: 21610 says that its owner
/// sent STOP to Twilio, and may take that back there.
fn read_answer(status: StatusCode, body: &[u8]) -> Attempt {
    let code = status.as_u16();
    match (code, error_code(body)) {
        _ if is_created(status) => Attempt::Accepted,
        (200..400, _) => unconfirmed(format!("twilio {code}")),
        (_, Some(21_611)) => Attempt::Throttled {
            retry_after: QUEUE_PAUSE,
        },
        // Account suspended, or the sender not (yet) ours: nobody's message is lost for it.
        (_, Some(error @ (20_005 | 21_603 | 21_606 | 21_659 | 21_660))) => {
            transient(format!("twilio {error}"))
        }
        (_, Some(error)) => rejected(format!("twilio {error}")),
        (_, None) => rejected(format!("twilio {code}")),
    }
}

impl Provider for Twilio {
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

/// Reads `MessageStatus` of a report; none for one that tells nothing.
pub fn parse_receipt(status: &str) -> Option<Receipt> {
    match status {
        "queued" | "accepted" | "sending" | "sent" => Some(Receipt::Accepted),
        "delivered" | "read" => Some(Receipt::Delivered),
        "undelivered" | "failed" | "canceled" => Some(Receipt::Failed),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_mean_what_twilio_documents() {
        let read = |status: u16, code: u32| {
            let body = format!(r#"{{"code":{code},"message":"m","status":{status}}}"#);
            read_answer(StatusCode::from_u16(status).unwrap(), body.as_bytes())
        };
        assert_eq!(read(201, 0), Attempt::Accepted);
        for refused in [21_211, 21_610, 21_614] {
            assert_eq!(read(400, refused), rejected(format!("twilio {refused}")));
        }
        assert_eq!(read(400, 21_606), transient("twilio 21606"));
        assert_eq!(
            read(429, 21_611),
            Attempt::Throttled {
                retry_after: QUEUE_PAUSE
            }
        );
        assert_eq!(
            read_answer(StatusCode::BAD_REQUEST, b"<html>"),
            rejected("twilio 400")
        );
    }

    #[test]
    fn every_status_of_a_report_is_read() {
        assert_eq!(parse_receipt("sent"), Some(Receipt::Accepted));
        assert_eq!(parse_receipt("delivered"), Some(Receipt::Delivered));
        assert_eq!(parse_receipt("undelivered"), Some(Receipt::Failed));
        assert_eq!(parse_receipt("receiving"), None);
    }
}
