//! CM.com's Voice API: the app that asks for a key (`POST /voiceapi/v2/DTMF`), one call a request.
//!
//! <https://developers.cm.com/voice/reference/post_voiceapi-v2-dtmf>,
//! <https://developers.cm.com/voice/reference/callbacks>. It has no detection of answering machines, rings for its
//! own sixty seconds, and records nothing.

use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt, stream};
use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::{StatusCode, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::lines::{Lines, MOST_LINES};
use super::speech::{cut, keys, spoken, tag, words};
use super::twilio::{calls_at_once, is_e164};
use super::{CallEnd, LINE_PAUSE};
use crate::channels::Provider;
use crate::channels::http::{Clients, HttpError, HttpSettings, body_start, unanswered};
use crate::channels::sms::{digits, passing, rejected, unconfirmed};
use crate::domain::channel::Channel;
use crate::domain::clock::Clock;
use crate::domain::delivery::Attempt;
use crate::domain::language::Language;
use crate::domain::message::{Message, Recipient};

/// The longest answer that is read, in bytes.
const ANSWER_LIMIT: usize = 16 * 1024;
/// The longest that CM says at once, in characters.
const LONGEST_PROMPT: usize = 1_000;
/// How often it is said while nobody presses the 1.
const ATTEMPTS: u8 = 2;
/// How long is waited for a key, in seconds.
const KEY_WITHIN_S: u8 = 6;
/// Recipients a call of the adapter.
const BATCH_LIMIT: usize = 100;

/// An account at CM.com.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CmVoiceSettings {
    /// Where calls are ordered.
    #[serde(default = "api")]
    pub base_url: String,
    /// The product token.
    pub product_token: SecretString,
    /// The number that is shown to whoever is called, in E.164.
    pub from: String,
    /// Calls at once on each node, 1 to 1,000; calls a second are the account's pace.
    #[serde(default = "calls_at_once")]
    pub calls_at_once: usize,
    /// The connections.
    #[serde(default)]
    pub http: HttpSettings,
}

fn api() -> String {
    "https://api.cm.com".to_owned()
}

/// Why CM.com cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum CmVoiceError {
    /// The address.
    #[error("base_url is not an http or https address: use https://api.cm.com")]
    BaseUrl,
    /// The token.
    #[error("product_token holds characters that no token has: copy it again from CM's Gateway app")]
    ProductToken,
    /// The number that is shown.
    #[error("from must be a number in E.164, for instance +31880000000")]
    From,
    /// Too few or too many calls at once.
    #[error("calls_at_once must lie between 1 and {MOST_LINES}")]
    CallsAtOnce,
    /// Nobody would hear how calls end.
    #[error(
        "web.cm_receipts_secret is missing: CM.com tells there how a call ended and which key was pressed"
    )]
    NoSecret,
    /// The connections.
    #[error(transparent)]
    Http(#[from] HttpError),
}

/// The adapter.
pub struct CmVoice {
    url: Url,
    token: HeaderMap,
    from: String,
    callback_url: SecretString,
    lines: Lines,
    clients: Clients,
    clock: Clock,
}

/// A request, by CM's names.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Request<'a> {
    instruction_id: &'a str,
    callee: &'a str,
    caller: &'a str,
    callback_url: &'a str,
    prompt: &'a str,
    prompt_type: &'static str,
    valid_prompt: &'a str,
    valid_prompt_type: &'static str,
    invalid_prompt: &'a str,
    invalid_prompt_type: &'static str,
    min_digits: u8,
    max_digits: u8,
    max_attempts: u8,
    /// Only the 1 counts; after any other key, the 9 too, it is said again.
    regex: &'static str,
    timeout: u8,
    voice: Voice,
}

#[derive(Serialize)]
struct Voice {
    language: &'static str,
    gender: &'static str,
    number: u8,
}

impl CmVoice {
    /// Checks the settings and sets up connections; nobody is called yet. `callback_url` is where CM tells how calls
    /// ended, with a part that strangers do not know.
    pub fn new(
        settings: &CmVoiceSettings,
        callback_url: SecretString,
        clock: Clock,
    ) -> Result<Self, CmVoiceError> {
        let url = Url::parse(&format!(
            "{}/voiceapi/v2/DTMF",
            settings.base_url.trim_end_matches('/')
        ))
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        .ok_or(CmVoiceError::BaseUrl)?;
        if !is_e164(&settings.from) {
            return Err(CmVoiceError::From);
        }
        let mut value = HeaderValue::from_str(settings.product_token.expose_secret())
            .map_err(|_| CmVoiceError::ProductToken)?;
        value.set_sensitive(true);
        Ok(Self {
            url,
            token: HeaderMap::from_iter([(
                reqwest::header::HeaderName::from_static("x-cm-producttoken"),
                value,
            )]),
            from: settings.from.clone(),
            callback_url,
            lines: Lines::new(settings.calls_at_once, clock.clone()).ok_or(CmVoiceError::CallsAtOnce)?,
            clients: Clients::build(&settings.http)?,
            clock,
        })
    }

    async fn call(&self, message: &Message, prompt: &str, recipient: &Recipient) -> Attempt {
        let digits = match digits(recipient) {
            Ok(digits) => digits,
            Err(attempt) => return attempt,
        };
        if !self.lines.take(&recipient.reference) {
            return Attempt::Throttled {
                retry_after: LINE_PAUSE,
            };
        }
        let attempt = self
            .order(message.language, prompt, digits, &recipient.reference)
            .await;
        if !matches!(attempt, Attempt::Accepted | Attempt::Unconfirmed { .. }) {
            self.lines.give_back(&recipient.reference);
        }
        attempt
    }

    async fn order(&self, language: Language, prompt: &str, digits: &str, reference: &str) -> Attempt {
        let words = words(language);
        let request = self
            .clients
            .next()
            .post(self.url.clone())
            .headers(self.token.clone())
            .json(&Request {
                instruction_id: reference,
                callee: &format!("+{digits}"),
                caller: &self.from,
                callback_url: self.callback_url.expose_secret(),
                prompt,
                prompt_type: "TTS",
                valid_prompt: words.thanks,
                valid_prompt_type: "TTS",
                invalid_prompt: words.opening,
                invalid_prompt_type: "TTS",
                min_digits: 1,
                max_digits: 1,
                max_attempts: ATTEMPTS,
                regex: "^1$",
                timeout: KEY_WITHIN_S,
                voice: Voice {
                    language: tag(language),
                    gender: "Female",
                    number: 1,
                },
            });
        let response = match request.send().await {
            Ok(response) => response,
            Err(error) => return unanswered(&error),
        };
        let (status, headers) = (response.status(), response.headers().clone());
        // Nothing in it is needed; reading it frees the connection.
        body_start(response, ANSWER_LIMIT).await;
        passing("cm", status, &headers, self.clock.now()).unwrap_or_else(|| read_answer(status))
    }
}

/// Opening, message and keys, in as many characters as CM says at once: the message is cut first.
fn prompt(message: &Message) -> String {
    let (words, keys) = (words(message.language), keys(message));
    let around = words.opening.chars().count() + keys.chars().count() + 2;
    let text = spoken(message);
    let text = cut(&text, LONGEST_PROMPT.saturating_sub(around));
    format!("{} {text} {keys}", words.opening)
}

fn read_answer(status: StatusCode) -> Attempt {
    match status.as_u16() {
        200..=202 => Attempt::Accepted,
        code @ 203..=399 => unconfirmed(format!("cm {code}")),
        code => rejected(format!("cm {code}")),
    }
}

impl Provider for CmVoice {
    fn channel(&self) -> Channel {
        Channel::Voice
    }

    fn batch_limit(&self) -> usize {
        BATCH_LIMIT
    }

    fn send<'a>(&'a self, message: &'a Message, recipients: &'a [Recipient]) -> BoxFuture<'a, Vec<Attempt>> {
        async move {
            let prompt = &prompt(message);
            // Collected first: a borrowing closure inside the stream is not general enough for `Send`.
            let calls: Vec<_> = recipients
                .iter()
                .map(|recipient| self.call(message, prompt, recipient))
                .collect();
            stream::iter(calls).buffered(BATCH_LIMIT).collect().await
        }
        .boxed()
    }

    fn ended(&self, reference: &str) {
        self.lines.give_back(reference);
    }
}

/// What CM tells when a call is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Our reference.
    pub reference: String,
    /// How it ended.
    pub end: CallEnd,
    /// The keys that were pressed, at the last attempt.
    pub digits: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Callback {
    instruction_id: String,
    result: CallResult,
    #[serde(default)]
    digits: Option<String>,
}

#[derive(Deserialize)]
struct CallResult {
    code: u32,
}

/// Reads what CM posts when a call is over; none for anything else.
pub fn parse_end(body: &[u8]) -> Option<Ended> {
    let callback: Callback = serde_json::from_slice(body).ok()?;
    let end = match callback.result.code {
        9 => CallEnd::NoAnswer,
        10 => CallEnd::Answered,
        12 => CallEnd::Busy,
        _ => CallEnd::Failed,
    };
    Some(Ended {
        reference: callback.instruction_id,
        end,
        digits: callback.digits.unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::clock::Timestamp;
    use crate::domain::message::{Purpose, Urgency};

    #[test]
    fn the_prompt_fits_and_the_keys_are_said_whatever_the_message() {
        for (language, length) in [(Language::Nl, 10), (Language::En, 600), (Language::Nl, 2_000)] {
            let message = Message {
                purpose: Purpose::Alert,
                urgency: Urgency::Urgent,
                language,
                title: "Titel".to_owned(),
                body: "é ".repeat(length / 2),
                collapse_key: String::new(),
                expires_at: Timestamp::default(),
            };
            let prompt = prompt(&message);
            assert!(prompt.chars().count() <= LONGEST_PROMPT);
            assert!(prompt.ends_with(keys(&message)), "{prompt}");
        }
    }

    #[test]
    fn every_end_of_a_call_is_read() {
        let read = |code: u32, digits: &str| {
            let body = serde_json::json!({
                "type": "dtmf-finished", "call-id": "c", "instruction-id": "r", "digits": digits,
                "result": { "code": code, "description": "d" },
            });
            parse_end(body.to_string().as_bytes()).unwrap()
        };
        assert_eq!(read(10, "1").end, CallEnd::Answered);
        assert_eq!(
            (read(10, "1").digits.as_str(), read(9, "").reference.as_str()),
            ("1", "r")
        );
        assert_eq!(read(9, "").end, CallEnd::NoAnswer);
        assert_eq!(read(11, "").end, CallEnd::Failed);
        assert_eq!(read(12, "").end, CallEnd::Busy);
        assert_eq!(parse_end(b"{}"), None);
    }

    proptest! {
        #[test]
        fn no_body_makes_the_parser_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse_end(&body);
        }
    }
}
