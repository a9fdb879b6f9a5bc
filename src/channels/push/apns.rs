//! Apple's push notification service (APNs): one request a device, HTTP/2 only.
//!
//! <https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns>.

use std::path::PathBuf;

use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use reqwest::Url;
use serde::{Deserialize, Serialize};

use crate::channels::http::{HttpError, HttpSettings, body_start, unanswered};
use crate::domain::clock::Clock;
use crate::domain::delivery::Attempt;
use crate::domain::message::{Message, Recipient, Urgency};
use crate::domain::random::Random;

use self::answer::{ANSWER_LIMIT, Answer};
use self::body::Template;
use self::connections::{Connection, Connections};
use self::token::{ProviderToken, ProviderTokens};

mod answer;
mod body;
mod connections;
mod token;

/// The longest `apns-collapse-id`, in bytes.
const COLLAPSE_ID_LIMIT: usize = 64;

/// The account at Apple.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApnsSettings {
    /// The file with the signing key (`AuthKey_….p8`): P-256, PKCS #8 in PEM.
    pub key_file: PathBuf,
    /// The key's identifier: ten letters and digits.
    pub key_id: String,
    /// The developer team's identifier: ten letters and digits.
    pub team_id: String,
    /// The app's bundle identifier, for instance `nl.burgernet.app`.
    pub topic: String,
    /// Where messages go; `https://api.sandbox.push.apple.com` for an app in development.
    #[serde(default = "apple")]
    pub base_url: String,
    /// The connections: each carries about (streams / round trip) requests a second.
    #[serde(default = "connections")]
    pub http: HttpSettings,
}

fn apple() -> String {
    "https://api.push.apple.com".to_owned()
}

fn connections() -> HttpSettings {
    HttpSettings {
        clients: 4,
        ..HttpSettings::default()
    }
}

/// Why APNs cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum ApnsError {
    /// The key's file cannot be read.
    #[error("cannot read key_file {path}: {source}")]
    KeyUnreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file holds no such key.
    #[error("key_file must hold a P-256 private key in PEM, as Apple's developer site gives it")]
    NoKey,
    /// An identifier is none.
    #[error("{0} must be ten letters and digits, as Apple's developer site shows it")]
    Identifier(&'static str),
    /// The topic.
    #[error("topic must be the app's bundle identifier, for instance nl.burgernet.app")]
    Topic,
    /// The address.
    #[error("base_url must be an http or https address: use https://api.push.apple.com")]
    BaseUrl,
    /// APNs speaks nothing else.
    #[error("http.version must be alpn or prior_knowledge: APNs speaks HTTP/2 only")]
    Version,
    /// The connections.
    #[error(transparent)]
    Http(#[from] HttpError),
}

/// The adapter.
#[derive(Debug)]
pub struct Apns {
    connections: Connections,
    tokens: ProviderTokens,
    base: Url,
    topic: HeaderValue,
    clock: Clock,
    random: Random,
}

/// What all recipients of one message share.
#[derive(Debug)]
pub(super) struct Prepared<'a> {
    headers: HeaderMap,
    template: Template<'a>,
}

impl Apns {
    /// Reads the key and sets up the connections; nothing is sent yet.
    pub fn new(settings: &ApnsSettings, clock: Clock, random: Random) -> Result<Self, ApnsError> {
        let base = Url::parse(&format!("{}/", settings.base_url.trim_end_matches('/')))
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
            .ok_or(ApnsError::BaseUrl)?;
        let is_topic = |topic: &str| {
            topic.contains('.')
                && topic
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'))
        };
        let topic = HeaderValue::from_str(&settings.topic)
            .ok()
            .filter(|_| is_topic(&settings.topic))
            .ok_or(ApnsError::Topic)?;
        Ok(Self {
            connections: Connections::build(&settings.http)?,
            tokens: ProviderTokens::read(settings, clock.clone())?,
            base,
            topic,
            clock,
            random,
        })
    }

    /// The headers that all recipients of a message share, and its fixed parts.
    pub(super) fn prepare<'a>(&self, message: &'a Message) -> Prepared<'a> {
        let priority = match message.urgency {
            Urgency::Urgent => "10",
            Urgency::Normal => "5",
        };
        let header = HeaderName::from_static;
        let mut headers = HeaderMap::from_iter([
            (CONTENT_TYPE, HeaderValue::from_static("application/json")),
            (header("apns-topic"), self.topic.clone()),
            (header("apns-push-type"), HeaderValue::from_static("alert")),
            (header("apns-priority"), HeaderValue::from_static(priority)),
            (
                header("apns-expiration"),
                HeaderValue::from(message.expires_at.as_secs().max(0)),
            ),
        ]);
        // One that does not fit is left out: the message matters more than what it replaces.
        if let Ok(key) = HeaderValue::from_str(&message.collapse_key)
            && (1..=COLLAPSE_ID_LIMIT).contains(&message.collapse_key.len())
        {
            headers.insert("apns-collapse-id", key);
        }
        Prepared {
            headers,
            template: Template::new(message),
        }
    }

    /// Hands the message over to one device.
    pub(super) async fn send(&self, prepared: &Prepared<'_>, recipient: &Recipient, device: &str) -> Attempt {
        let Some(url) = self.address(device) else {
            return rejected("device_token_malformed");
        };
        let Some(body) = prepared.template.body(recipient) else {
            return rejected("message_too_long");
        };
        let connection = self.connections.next();
        let turn = match connection.enter().await {
            Ok(turn) => turn,
            Err(attempt) => return attempt,
        };
        let token = self.tokens.current();
        let request = Outgoing {
            url,
            body,
            id: HeaderValue::try_from(self.id()).expect("a UUID is a header's value"),
        };
        let attempt = match self.ask(connection, prepared, &request, &token).await {
            Answer::Attempt(attempt) => attempt,
            // It was refused for the token alone, so that nothing was handed over: once more with a new one.
            Answer::TokenExpired => match self.tokens.renewed(&token) {
                Some(token) => match self.ask(connection, prepared, &request, &token).await {
                    Answer::Attempt(attempt) => attempt,
                    Answer::TokenExpired => answer::token_expired(),
                },
                None => answer::token_expired(),
            },
        };
        drop(turn);
        attempt
    }

    /// Where a device's messages go; none for what is no device token.
    fn address(&self, device: &str) -> Option<Url> {
        is_device_token(device).then(|| {
            self.base
                .join(&format!("3/device/{device}"))
                .expect("hexadecimal digits make a path")
        })
    }

    fn id(&self) -> String {
        uuid::Builder::from_random_bytes(self.random.bytes())
            .into_uuid()
            .to_string()
    }

    async fn ask(
        &self,
        connection: &Connection,
        prepared: &Prepared<'_>,
        outgoing: &Outgoing,
        token: &ProviderToken,
    ) -> Answer {
        let request = connection
            .client()
            .post(outgoing.url.clone())
            .headers(prepared.headers.clone())
            .header("apns-id", outgoing.id.clone())
            .header(AUTHORIZATION, token.header().clone())
            .body(outgoing.body.clone());
        let response = match request.send().await {
            Ok(response) => response,
            Err(error) => {
                connection.lost();
                return Answer::Attempt(unanswered(&error));
            }
        };
        let (status, headers) = (response.status(), response.headers().clone());
        let body = if status == StatusCode::OK {
            Vec::new()
        } else {
            body_start(response, ANSWER_LIMIT).await
        };
        if answer::shows_that_the_token_holds(status) {
            connection.warmed();
        }
        answer::read(status, &headers, &body, self.clock.now())
    }
}

/// A request without what its connection adds.
struct Outgoing {
    url: Url,
    body: Vec<u8>,
    id: HeaderValue,
}

/// Whether a text can be a device token: hexadecimal digits. Apple names no length; 64 are usual.
pub fn is_device_token(text: &str) -> bool {
    (2..=200).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn rejected(reason: &str) -> Attempt {
    Attempt::Rejected {
        reason: reason.to_owned(),
        endpoint_gone: false,
    }
}
