//! Twilio's calls: `POST …/Calls.json`; what is said it asks of us when somebody answers.
//!
//! <https://www.twilio.com/docs/voice/api/call-resource>.

use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt, stream};
use reqwest::StatusCode;
use reqwest::header::AUTHORIZATION;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::lines::{Lines, MOST_LINES};
use super::recording::{FetchError, Recordings, Sound};
use super::{CallEnd, LINE_PAUSE};
use crate::channels::Provider;
use crate::channels::http::{Clients, HttpError, HttpSettings, body_start, unanswered};
use crate::channels::sms::twilio::api;
use crate::channels::sms::{digits, passing, rejected, transient, unconfirmed};
use crate::channels::twilio::{Account, BadAccount, check_callback, error_code, is_created};
use crate::domain::channel::Channel;
use crate::domain::clock::Clock;
use crate::domain::delivery::Attempt;
use crate::domain::message::{Message, Recipient};

pub mod twiml;

/// The longest answer that is read, in bytes.
const ANSWER_LIMIT: usize = 16 * 1024;
/// Recipients a call of the adapter.
const BATCH_LIMIT: usize = 100;
/// The longest that a call may last once it was answered, in seconds.
const TIME_LIMIT_S: u16 = 360;

/// What is done when an answering machine takes a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnsweringMachine {
    /// The message is said after the tone.
    #[default]
    Speak,
    /// The call is ended, and counts as one that reached nobody.
    HangUp,
    /// Nothing finds out: whoever answers is spoken to at once, a machine perhaps while it still greets.
    Ignore,
}

/// An account at Twilio.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TwilioVoiceSettings {
    /// Where calls are ordered.
    #[serde(default = "api")]
    pub base_url: String,
    /// The account: `AC…`.
    pub account_sid: String,
    /// Its token.
    pub auth_token: SecretString,
    /// The number that is shown to whoever is called: one of the account's, in E.164.
    pub from: String,
    /// Calls at once on each node, 1 to 1,000; calls a second are the account's pace.
    #[serde(default = "calls_at_once")]
    pub calls_at_once: usize,
    /// How long it rings, in seconds, 5 to 120.
    #[serde(default = "ring")]
    pub ring_s: u16,
    /// What is done when an answering machine takes the call.
    #[serde(default)]
    pub answering_machine: AnsweringMachine,
    /// The connections.
    #[serde(default)]
    pub http: HttpSettings,
}

pub(super) const fn calls_at_once() -> usize {
    20
}

const fn ring() -> u16 {
    25
}

/// Why Twilio cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum TwilioVoiceError {
    /// The account or an address.
    #[error(transparent)]
    Account(#[from] BadAccount),
    /// The number that is shown.
    #[error("from must be a number of the account in E.164, for instance +3197010200000")]
    From,
    /// Too few or too many calls at once.
    #[error("calls_at_once must lie between 1 and {MOST_LINES}")]
    CallsAtOnce,
    /// It rings too short or too long.
    #[error("ring_s must lie between 5 and 120")]
    Ring,
    /// Twilio has to be known when it asks what to say.
    #[error("web.twilio_auth_token is missing: Twilio asks web.public_url what to say, and signs with it")]
    NoToken,
    /// The connections.
    #[error(transparent)]
    Http(#[from] HttpError),
}

/// The adapter.
pub struct TwilioVoice {
    account: Account,
    settings: TwilioVoiceSettings,
    service: String,
    lines: Lines,
    recordings: Recordings,
    clients: Clients,
    clock: Clock,
}

/// A request, by Twilio's names.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Form<'a> {
    to: &'a str,
    from: &'a str,
    url: &'a str,
    method: &'static str,
    status_callback: &'a str,
    status_callback_event: &'static str,
    status_callback_method: &'static str,
    timeout: u16,
    time_limit: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    machine_detection: Option<&'static str>,
}

impl TwilioVoice {
    /// Checks the settings and sets up connections; nobody is called yet. `service` is the address at which Twilio
    /// reaches us, without a slash at its end.
    pub fn new(
        settings: &TwilioVoiceSettings,
        service: &str,
        clock: Clock,
    ) -> Result<Self, TwilioVoiceError> {
        let account = Account::new(
            &settings.base_url,
            &settings.account_sid,
            &settings.auth_token,
            "Calls",
        )?;
        check_callback(service)?;
        if !is_e164(&settings.from) {
            return Err(TwilioVoiceError::From);
        }
        if !(5..=120).contains(&settings.ring_s) {
            return Err(TwilioVoiceError::Ring);
        }
        let lines = Lines::new(settings.calls_at_once, clock.clone()).ok_or(TwilioVoiceError::CallsAtOnce)?;
        Ok(Self {
            account,
            service: service.to_owned(),
            lines,
            recordings: Recordings::new(settings)?,
            clients: Clients::build(&settings.http)?,
            settings: settings.clone(),
            clock,
        })
    }

    async fn call(&self, recipient: &Recipient) -> Attempt {
        let digits = match digits(recipient) {
            Ok(digits) => digits,
            Err(attempt) => return attempt,
        };
        let reference = &recipient.reference;
        if !self.lines.take(reference) {
            return Attempt::Throttled {
                retry_after: LINE_PAUSE,
            };
        }
        let attempt = self.order(digits, reference).await;
        if !matches!(attempt, Attempt::Accepted | Attempt::Unconfirmed { .. }) {
            self.lines.give_back(reference);
        }
        attempt
    }

    async fn order(&self, digits: &str, reference: &str) -> Attempt {
        let (service, machine) = (&self.service, self.settings.answering_machine);
        // What a machine is told is decided here; it goes along in the addresses, which Twilio signs.
        let policy = match machine {
            AnsweringMachine::HangUp => "?machine=hang_up",
            AnsweringMachine::Speak | AnsweringMachine::Ignore => "",
        };
        let form = Form {
            to: &format!("+{digits}"),
            from: &self.settings.from,
            url: &format!("{service}/voice/twilio/{reference}{policy}"),
            method: "POST",
            status_callback: &format!("{service}/receipts/voice/twilio/{reference}{policy}"),
            status_callback_event: "completed",
            status_callback_method: "POST",
            timeout: self.settings.ring_s,
            time_limit: TIME_LIMIT_S,
            machine_detection: match machine {
                AnsweringMachine::Speak => Some("DetectMessageEnd"),
                AnsweringMachine::HangUp => Some("Enable"),
                AnsweringMachine::Ignore => None,
            },
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

/// Whether a text is a number in E.164.
pub(super) fn is_e164(number: &str) -> bool {
    number.strip_prefix('+').is_some_and(|digits| {
        (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// What an answer means that is no passing trouble.
fn read_answer(status: StatusCode, body: &[u8]) -> Attempt {
    let code = status.as_u16();
    match (code, error_code(body)) {
        _ if is_created(status) => Attempt::Accepted,
        (200..400, _) => unconfirmed(format!("twilio {code}")),
        // Account suspended, calls to the country not allowed yet, or the number shown not ours.
        (_, Some(error @ (20_005 | 21_210 | 21_212 | 21_213 | 21_215))) => {
            transient(format!("twilio {error}"))
        }
        (_, Some(error)) => rejected(format!("twilio {error}")),
        (_, None) => rejected(format!("twilio {code}")),
    }
}

impl Provider for TwilioVoice {
    fn channel(&self) -> Channel {
        Channel::Voice
    }

    fn batch_limit(&self) -> usize {
        BATCH_LIMIT
    }

    fn send<'a>(&'a self, _message: &'a Message, recipients: &'a [Recipient]) -> BoxFuture<'a, Vec<Attempt>> {
        // Collected first: a borrowing closure inside the stream is not general enough for `Send`.
        let calls: Vec<_> = recipients.iter().map(|recipient| self.call(recipient)).collect();
        stream::iter(calls).buffered(BATCH_LIMIT).collect().boxed()
    }

    fn ended(&self, reference: &str) {
        self.lines.give_back(reference);
    }

    fn recording<'a>(&'a self, address: &'a str) -> BoxFuture<'a, Result<Sound, FetchError>> {
        self.recordings.fetch(address).boxed()
    }
}

/// Whether `AnsweredBy` names a machine.
pub fn is_machine(answered_by: &str) -> bool {
    answered_by.starts_with("machine") || answered_by == "fax"
}

/// Reads `CallStatus` and `AnsweredBy` of the last call about a call; none for one that goes on.
pub fn parse_end(status: &str, answered_by: Option<&str>, hangs_up_on_machines: bool) -> Option<CallEnd> {
    Some(match status {
        "completed" if answered_by.is_some_and(is_machine) => {
            if hangs_up_on_machines {
                CallEnd::MachineLeft
            } else {
                CallEnd::Machine
            }
        }
        "completed" => CallEnd::Answered,
        "busy" => CallEnd::Busy,
        "no-answer" => CallEnd::NoAnswer,
        "failed" | "canceled" => CallEnd::Failed,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_end_of_a_call_is_read() {
        for (status, by, hangs_up, end) in [
            ("completed", None, false, Some(CallEnd::Answered)),
            ("completed", Some("human"), true, Some(CallEnd::Answered)),
            ("completed", Some("unknown"), true, Some(CallEnd::Answered)),
            (
                "completed",
                Some("machine_end_beep"),
                false,
                Some(CallEnd::Machine),
            ),
            (
                "completed",
                Some("machine_start"),
                true,
                Some(CallEnd::MachineLeft),
            ),
            ("busy", None, false, Some(CallEnd::Busy)),
            ("no-answer", None, false, Some(CallEnd::NoAnswer)),
            ("failed", None, false, Some(CallEnd::Failed)),
            ("canceled", None, false, Some(CallEnd::Failed)),
            ("ringing", None, false, None),
        ] {
            assert_eq!(parse_end(status, by, hangs_up), end, "{status} {by:?}");
        }
    }

    #[test]
    fn settings_that_cannot_work_are_refused() {
        let settings = |change: serde_json::Value| -> TwilioVoiceSettings {
            let mut whole = serde_json::json!({
                "account_sid": format!("AC{}", "0".repeat(32)), "auth_token": "t", "from": "+3197010200000",
            });
            let fields = whole.as_object_mut().unwrap();
            fields.extend(change.as_object().unwrap().clone());
            serde_json::from_value(whole).unwrap()
        };
        let new = |change| TwilioVoice::new(&settings(change), "https://oproep.example", Clock::system());
        assert!(new(serde_json::json!({})).is_ok());
        for bad in [
            serde_json::json!({ "from": "Burgernet" }),
            serde_json::json!({ "calls_at_once": 0 }),
            serde_json::json!({ "ring_s": 4 }),
            serde_json::json!({ "account_sid": "AC1" }),
        ] {
            assert!(new(bad.clone()).is_err(), "{bad}");
        }
    }
}
