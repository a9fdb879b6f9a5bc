//! CM.com's Business Messaging: `POST /v1.0/message`, hundreds of recipients a request.
//!
//! <https://developers.cm.com/messaging/docs/shared-features>,
//! <https://developers.cm.com/messaging/docs/responses-errors-json>.

use futures::FutureExt;
use futures::future::BoxFuture;
use reqwest::Url;
use reqwest::header::{HeaderMap, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use self::answer::{ANSWER_LIMIT, read_answer};
use super::{BATCH_LIMIT, BadSender, check_sender, digits, text};
use crate::channels::Provider;
use crate::channels::http::{Clients, HttpError, HttpSettings, body_start, unanswered};
use crate::domain::channel::Channel;
use crate::domain::clock::Clock;
use crate::domain::delivery::Attempt;
use crate::domain::message::{Message, Recipient};
use crate::domain::sms_text::MOST_SEGMENTS;

mod answer;
pub mod receipts;

/// The longest that CM keeps a message, in minutes.
const LONGEST_VALIDITY: u64 = 48 * 60;

/// An account at CM.com.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CmSettings {
    /// Where messages go.
    #[serde(default = "gateway")]
    pub base_url: String,
    /// The product token, from the Gateway app.
    pub product_token: SecretString,
    /// The sender: a name of 3 to 11 characters, or digits.
    pub from: String,
    /// The connections. A request takes a batch, so one is enough.
    #[serde(default)]
    pub http: HttpSettings,
}

fn gateway() -> String {
    "https://gw.messaging.cm.com".to_owned()
}

/// Why CM.com cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum CmError {
    /// The address.
    #[error("base_url is not an http or https address: use https://gw.messaging.cm.com")]
    BaseUrl,
    /// The token.
    #[error("product_token holds characters that no token has: copy it again from CM's Gateway app")]
    ProductToken,
    /// The sender.
    #[error(transparent)]
    Sender(#[from] BadSender),
    /// The connections.
    #[error(transparent)]
    Http(#[from] HttpError),
}

/// The adapter.
pub struct Cm {
    url: Url,
    token: HeaderMap,
    from: String,
    clients: Clients,
    clock: Clock,
}

#[derive(Serialize)]
struct Request<'a> {
    messages: Messages<'a>,
}

#[derive(Serialize)]
struct Messages<'a> {
    msg: Vec<Msg<'a>>,
}

/// One recipient's message, by CM's names.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Msg<'a> {
    allowed_channels: [&'static str; 1],
    from: &'a str,
    to: [To; 1],
    body: Body,
    reference: &'a str,
    minimum_number_of_message_parts: usize,
    maximum_number_of_message_parts: usize,
    /// In minutes, as `30m`; hours and minutes do not go together.
    validity: String,
}

#[derive(Serialize)]
struct To {
    number: String,
}

#[derive(Serialize)]
struct Body {
    /// `auto`: CM picks the alphabet.
    r#type: &'static str,
    content: String,
}

impl Cm {
    /// Checks the settings and sets up connections; nothing is sent yet.
    pub fn new(settings: &CmSettings, clock: Clock) -> Result<Self, CmError> {
        let url = Url::parse(&format!(
            "{}/v1.0/message",
            settings.base_url.trim_end_matches('/')
        ))
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        .ok_or(CmError::BaseUrl)?;
        check_sender(&settings.from)?;
        let mut value = HeaderValue::from_str(settings.product_token.expose_secret())
            .map_err(|_| CmError::ProductToken)?;
        value.set_sensitive(true);
        let mut token = HeaderMap::new();
        token.insert("x-cm-producttoken", value);
        Ok(Self {
            url,
            token,
            from: settings.from.clone(),
            clients: Clients::build(&settings.http)?,
            clock,
        })
    }

    async fn send_all(&self, message: &Message, recipients: &[Recipient]) -> Vec<Attempt> {
        let numbers: Vec<_> = recipients.iter().map(digits).collect();
        let addressed = recipients.iter().zip(&numbers);
        let msg: Vec<_> = addressed
            .filter_map(|(recipient, digits)| Some(self.msg(message, recipient, digits.as_ref().ok()?)))
            .collect();
        let references: Vec<_> = msg.iter().map(|msg| msg.reference).collect();
        let mut answered = if references.is_empty() {
            Vec::new()
        } else {
            self.post(
                &Request {
                    messages: Messages { msg },
                },
                &references,
            )
            .await
        }
        .into_iter();
        let attempts = numbers.into_iter().map(|number| match number {
            Ok(_) => answered
                .next()
                .expect("there is an attempt for every message of the request"),
            Err(attempt) => attempt,
        });
        attempts.collect()
    }

    fn msg<'a>(&'a self, message: &Message, recipient: &'a Recipient, digits: &str) -> Msg<'a> {
        Msg {
            allowed_channels: ["SMS"],
            from: &self.from,
            // An international prefix, not a plus sign.
            to: [To {
                number: format!("00{digits}"),
            }],
            body: Body {
                r#type: "auto",
                content: text(message, recipient),
            },
            reference: &recipient.reference,
            minimum_number_of_message_parts: 1,
            maximum_number_of_message_parts: MOST_SEGMENTS,
            validity: self.validity(message),
        }
    }

    /// How long CM tries: nobody is to be called on when it is over.
    fn validity(&self, message: &Message) -> String {
        let seconds_left = message.expires_at.since(self.clock.now()).as_secs();
        format!("{}m", (seconds_left / 60).clamp(1, LONGEST_VALIDITY))
    }

    /// Posts a request; answers one attempt a reference, in their order.
    async fn post(&self, request: &Request<'_>, references: &[&str]) -> Vec<Attempt> {
        let request = self
            .clients
            .next()
            .post(self.url.clone())
            .headers(self.token.clone())
            .json(request);
        let response = match request.send().await {
            Ok(response) => response,
            Err(error) => return vec![unanswered(&error); references.len()],
        };
        let (status, headers) = (response.status(), response.headers().clone());
        let body = body_start(response, ANSWER_LIMIT).await;
        read_answer(status, &headers, &body, references, self.clock.now())
    }
}

impl Provider for Cm {
    fn channel(&self) -> Channel {
        Channel::Sms
    }

    fn batch_limit(&self) -> usize {
        BATCH_LIMIT
    }

    fn send<'a>(&'a self, message: &'a Message, recipients: &'a [Recipient]) -> BoxFuture<'a, Vec<Attempt>> {
        self.send_all(message, recipients).boxed()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::domain::clock::Timestamp;
    use crate::domain::language::Language;
    use crate::domain::message::{Purpose, Urgency};

    #[test]
    fn a_message_is_tried_no_longer_than_it_is_needed() {
        let now = Timestamp::from_millis(1_772_373_720_000);
        let settings = serde_json::json!({ "product_token": "token", "from": "Burgernet" });
        let cm = Cm::new(&serde_json::from_value(settings).unwrap(), Clock::manual(now)).unwrap();
        let validity = |left: Duration| {
            cm.validity(&Message {
                purpose: Purpose::Alert,
                urgency: Urgency::Urgent,
                language: Language::Nl,
                title: String::new(),
                body: String::new(),
                collapse_key: String::new(),
                expires_at: now + left,
            })
        };
        assert_eq!(validity(Duration::from_secs(2 * 3_600 - 1)), "119m");
        assert_eq!(validity(Duration::from_secs(30)), "1m");
        assert_eq!(validity(Duration::from_hours(200)), "2880m");
    }
}
