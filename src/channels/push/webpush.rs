//! Web Push (RFC 8030): browsers and `UnifiedPush` apps, through the push service that each has chosen.

use std::path::PathBuf;

use http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};

use crate::channels::http::retry_after::retry_after;
use crate::channels::http::{Clients, HttpError, HttpSettings, body_start, unanswered};
use crate::domain::clock::Clock;
use crate::domain::delivery::Attempt;
use crate::domain::message::{Message, Purpose, Recipient, Urgency};
use crate::domain::random::Random;

use self::encryption::{EncryptionError, SubscriptionKeys, encrypt};
use self::endpoint::{BadHost, EndpointRules, KNOWN_HOSTS, PublicResolver};
use self::vapid::{Vapid, VapidError, VapidKey};
use super::{DEFAULT_PAUSE, seconds_left};

pub mod encryption;
pub mod endpoint;
pub mod vapid;

/// The account at all push services together: they know us by our key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebPushSettings {
    /// The file with the private key, as [`VapidKey::read`] takes it.
    pub vapid_key_file: PathBuf,
    /// Where a push service reaches the operator: `mailto:` or `https://`.
    pub subject: String,
    /// The push services that are called: `push.example`, or `*.push.example` for every host below it.
    #[serde(default = "known_hosts")]
    pub hosts: Vec<String>,
    /// Also calls 127.0.0.1 and `[::1]`, without TLS as well. For the demonstration and tests only.
    #[serde(default)]
    pub allow_loopback: bool,
    /// The connections.
    #[serde(default)]
    pub http: HttpSettings,
}

fn known_hosts() -> Vec<String> {
    KNOWN_HOSTS.map(str::to_owned).to_vec()
}

/// Why Web Push cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum WebPushError {
    /// The key or subject.
    #[error(transparent)]
    Vapid(#[from] VapidError),
    /// The list of hosts.
    #[error(transparent)]
    Hosts(#[from] BadHost),
    /// The connections.
    #[error(transparent)]
    Http(#[from] HttpError),
}

/// The adapter.
#[derive(Debug)]
pub struct WebPush {
    clients: Clients,
    rules: EndpointRules,
    vapid: Vapid,
    clock: Clock,
    random: Random,
}

/// The keys and address of one subscription, as the client gave them.
#[derive(Clone, Copy)]
pub(super) struct Subscription<'a> {
    pub(super) url: &'a str,
    pub(super) p256dh: &'a str,
    pub(super) auth: &'a str,
}

/// What the page's service worker gets, as JSON.
#[derive(Serialize)]
struct Payload<'a> {
    title: &'a str,
    body: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<&'a str>,
    reference: &'a str,
    purpose: Purpose,
    lang: &'a str,
    /// What replaces what on the device.
    tag: &'a str,
}

impl WebPush {
    /// Reads the key and sets up the connections.
    pub fn new(settings: &WebPushSettings, clock: Clock, random: Random) -> Result<Self, WebPushError> {
        let key = VapidKey::read(&settings.vapid_key_file)?;
        Ok(Self {
            clients: Clients::build_with(&settings.http, |builder| builder.dns_resolver(PublicResolver))?,
            rules: EndpointRules::new(&settings.hosts, settings.allow_loopback)?,
            vapid: Vapid::new(key, &settings.subject, clock.clone())?,
            clock,
            random,
        })
    }

    /// The public key that browsers subscribe with (`applicationServerKey`), in base64url.
    pub fn public_key(&self) -> &str {
        self.vapid.key().public()
    }

    /// Whether the subscription's push service is one that is called, and its keys are keys.
    pub(super) fn reaches(&self, subscription: Subscription<'_>) -> bool {
        self.rules.check(subscription.url).is_ok()
            && SubscriptionKeys::parse(subscription.p256dh, subscription.auth).is_ok()
    }

    /// The push services that are called, by the hosts they are listed as.
    pub(super) fn services(&self) -> Vec<&str> {
        self.rules.services()
    }

    /// Which of [`WebPush::services`] a subscription belongs to; none where it is not sent to.
    pub(super) fn service_of(&self, subscription: Subscription<'_>) -> Option<usize> {
        self.rules.service_of(subscription.url).ok()
    }

    /// The headers that all recipients of the message share (RFC 8030 section 5).
    ///
    /// A collapse key that is no header's value is left out: the message matters more.
    pub(super) fn headers(&self, message: &Message) -> HeaderMap {
        let urgency = match message.urgency {
            Urgency::Urgent => "high",
            Urgency::Normal => "normal",
        };
        let mut headers = HeaderMap::from_iter([
            (CONTENT_ENCODING, HeaderValue::from_static("aes128gcm")),
            (CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")),
            (
                HeaderName::from_static("ttl"),
                HeaderValue::from(seconds_left(message, self.clock.now())),
            ),
            (
                HeaderName::from_static("urgency"),
                HeaderValue::from_static(urgency),
            ),
        ]);
        if let Ok(topic) = HeaderValue::from_str(&message.collapse_key) {
            headers.insert("topic", topic);
        }
        headers
    }

    /// Hands the message over to one subscription; `headers` are [`WebPush::headers`].
    pub(super) async fn send(
        &self,
        headers: &HeaderMap,
        message: &Message,
        recipient: &Recipient,
        subscription: Subscription<'_>,
    ) -> Attempt {
        let Ok(url) = self.rules.check(subscription.url) else {
            return rejected("endpoint_refused");
        };
        let body = match self.seal(message, recipient, subscription) {
            Ok(body) => body,
            Err(EncryptionError::BadKeys) => return rejected("bad_subscription_keys"),
            Err(EncryptionError::TooLong) => return rejected("message_too_long"),
            Err(EncryptionError::Failed) => return rejected("encryption_failed"),
        };
        let authorization = self.vapid.authorization(&url.origin().ascii_serialization());
        let request = self
            .clients
            .next()
            .post(url)
            .headers(headers.clone())
            .header(AUTHORIZATION, authorization)
            .body(body);
        match request.send().await {
            Ok(response) => {
                let attempt = answered(response.status(), response.headers(), &self.clock);
                // Nothing in it is needed; reading it frees the connection.
                body_start(response, 16 * 1024).await;
                attempt
            }
            Err(error) => unanswered(&error),
        }
    }

    fn seal(
        &self,
        message: &Message,
        recipient: &Recipient,
        subscription: Subscription<'_>,
    ) -> Result<Vec<u8>, EncryptionError> {
        let keys = SubscriptionKeys::parse(subscription.p256dh, subscription.auth)?;
        let payload = serde_json::to_vec(&Payload {
            title: &message.title,
            body: &message.body,
            link: recipient.link.as_deref(),
            reference: &recipient.reference,
            purpose: message.purpose,
            lang: message.language.tag(),
            tag: &message.collapse_key,
        })
        .expect("texts are always JSON");
        encrypt(
            &keys,
            &encryption::one_time_key()?,
            &self.random.bytes(),
            &payload,
        )
    }
}

/// What a push service's answer means (RFC 8030 section 5, RFC 8292 section 4.2).
fn answered(status: StatusCode, headers: &HeaderMap, clock: &Clock) -> Attempt {
    let wait = || retry_after(headers, clock.now());
    match status.as_u16() {
        200..=299 => Attempt::Accepted,
        404 | 410 => Attempt::Rejected {
            reason: format!("status_{}", status.as_u16()),
            endpoint_gone: true,
        },
        // Our key, not the subscriber's fault.
        401 | 403 => Attempt::Transient {
            reason: "vapid_refused".to_owned(),
        },
        429 => Attempt::Throttled {
            retry_after: wait().unwrap_or(DEFAULT_PAUSE),
        },
        code @ (408 | 500..=599) => match wait() {
            Some(retry_after) => Attempt::Throttled { retry_after },
            None => Attempt::Transient {
                reason: format!("status_{code}"),
            },
        },
        code => rejected(&format!("status_{code}")),
    }
}

fn rejected(reason: &str) -> Attempt {
    Attempt::Rejected {
        reason: reason.to_owned(),
        endpoint_gone: false,
    }
}
