//! One call: signed, bounded in time, to no address inside.

use std::error::Error;
use std::time::Duration;

use http::{HeaderMap, StatusCode};
use reqwest::{Certificate, Client, redirect};

use super::WebhookSettings;
use super::address::{AddressRules, NoPublicAddress, Resolver};
use super::signing::SigningKey;
use crate::channels::http::HttpError;
use crate::channels::http::retry_after::retry_after;
use crate::domain::clock::{Clock, Timestamp};
use crate::storage::webhooks::WebhookKey;

/// The most keys that sign one call: the newest and those that retire.
pub const MOST_KEYS: usize = 3;

/// Calls other systems. Clones share connections.
#[derive(Clone, Debug)]
pub struct Caller {
    client: Client,
    rules: AddressRules,
    clock: Clock,
}

/// A call to be made.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// Where.
    pub address: &'a str,
    /// What it is known by, the same at every attempt.
    pub id: &'a str,
    /// What is told.
    pub body: &'a [u8],
    /// What it is signed with.
    pub keys: &'a [WebhookKey],
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status, when there was an answer.
    pub status: Option<u16>,
    /// Why it failed; none when it was taken.
    pub failure: Option<&'static str>,
    /// How long the other side asks to wait.
    pub retry_after: Option<Duration>,
    /// How long it took.
    pub took: Duration,
}

impl Answer {
    /// Whether the other side wants nothing any more (410, as the specification says).
    pub fn is_gone(&self) -> bool {
        self.status == Some(StatusCode::GONE.as_u16())
    }
}

impl Caller {
    /// A caller by these settings.
    pub fn new(settings: &WebhookSettings, clock: Clock) -> Result<Self, HttpError> {
        let rules = AddressRules {
            allow_loopback: settings.allow_loopback,
        };
        let roots = match &settings.extra_roots_file {
            Some(path) => {
                let pem = std::fs::read(path).map_err(|source| HttpError::Roots {
                    path: path.clone(),
                    source,
                })?;
                Certificate::from_pem_bundle(&pem)?
            }
            None => Vec::new(),
        };
        let client = Client::builder()
            .user_agent(concat!("oproep/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .no_proxy()
            .dns_resolver(Resolver(rules))
            .connect_timeout(settings.timeout())
            .timeout(settings.timeout())
            .pool_idle_timeout(Duration::from_secs(30))
            .tls_certs_merge(roots)
            .build()?;
        Ok(Self { client, rules, clock })
    }

    /// Makes a call. Only a status of 200 to 299 means that it was taken.
    pub async fn call(&self, call: Call<'_>) -> Answer {
        let started_at = self.clock.now();
        let answer = self.send(call, started_at).await;
        let took = self.clock.now().since(started_at);
        match answer {
            Ok((status, headers)) => Answer {
                status: Some(status.as_u16()),
                failure: failure_of(status),
                retry_after: retry_after(&headers, self.clock.now()),
                took,
            },
            Err(failure) => Answer {
                status: None,
                failure: Some(failure),
                retry_after: None,
                took,
            },
        }
    }

    async fn send(&self, call: Call<'_>, now: Timestamp) -> Result<(StatusCode, HeaderMap), &'static str> {
        let url = self.rules.check(call.address).map_err(|_| "address_refused")?;
        let signatures = signatures(&call, now);
        if signatures.is_empty() {
            return Err("no_key");
        }
        let request = self
            .client
            .post(url)
            .header(http::header::CONTENT_TYPE, "application/json")
            .header("webhook-id", call.id)
            .header("webhook-timestamp", now.as_secs().to_string())
            .header("webhook-signature", signatures)
            .body(call.body.to_vec());
        // The body of the answer is not read: the connection is given up rather than a large one taken in.
        let answer = request.send().await.map_err(|error| unanswered(&error))?;
        Ok((answer.status(), answer.headers().clone()))
    }
}

/// The signatures by every key that still signs, the newest first, parted by spaces.
fn signatures(call: &Call<'_>, now: Timestamp) -> String {
    let signs = |key: &&WebhookKey| key.retires_at.is_none_or(|retires_at| now < retires_at);
    let keys = call.keys.iter().filter(signs).take(MOST_KEYS);
    let signatures = keys.filter_map(|key| {
        let key = SigningKey::read(&key.text).ok()?;
        Some(key.sign(call.id, now, call.body))
    });
    signatures.collect::<Vec<_>>().join(" ")
}

fn failure_of(status: StatusCode) -> Option<&'static str> {
    if status.is_success() {
        None
    } else if status.is_redirection() {
        Some("redirected")
    } else if status == StatusCode::GONE {
        Some("gone")
    } else if status.is_server_error() {
        Some("server_error")
    } else {
        Some("refused")
    }
}

fn unanswered(error: &reqwest::Error) -> &'static str {
    let mut source: Option<&dyn Error> = Some(error);
    while let Some(cause) = source {
        if cause.is::<NoPublicAddress>() {
            return "address_inside";
        }
        source = cause.source();
    }
    if error.is_timeout() {
        "timeout"
    } else if error.is_connect() {
        "no_connection"
    } else {
        "connection_broken"
    }
}
