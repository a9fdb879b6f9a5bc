//! What the edge is configured with.

use std::net::IpAddr;
use std::time::Duration;

use aws_lc_rs::constant_time;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::feeds::FeedSettings;
use super::problem::{Problem, ProblemKind};
use super::rate::Rates;
use crate::cap::source::AlertSource;
use crate::domain::sms_text::{Alphabet, LONGEST_LINK, SmsLength};
use crate::webhooks::WebhookSettings;

/// The characters of a delivery's reference.
const REFERENCE_CHARS: usize = 24;

/// How the edge presents itself and what it takes on.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebSettings {
    /// The address that people and providers reach us at, without a slash at the end.
    pub public_url: String,
    /// Where the other of live and training is.
    #[serde(default)]
    pub counterpart_url: Option<String>,
    /// Reverse proxies whose `X-Forwarded-For` is believed.
    #[serde(default)]
    pub trusted_proxies: Vec<IpAddr>,
    /// The most connections at once, live streams among them.
    pub connections: usize,
    /// The most requests at work at once; a quarter as many again for stops, another for tips, and as many for
    /// receipts.
    pub requests: usize,
    /// The most uploads whose photos are developed at once.
    pub uploads: usize,
    /// The most that uploads which come in, wait or are developed hold in memory together, in MB; those of one
    /// address a third of it.
    pub upload_memory_mb: usize,
    /// The most uploads of one address at once.
    pub uploads_by_address: usize,
    /// The longest that a request may take, in milliseconds; of an upload, from the moment that all of it is there.
    pub request_timeout_ms: u64,
    /// Whether `/metrics` and the parts in `/readyz` are answered here too; otherwise only on the listener for
    /// operations.
    pub operations: bool,
    /// The part of the address at which Kannel brings its reports that strangers do not know; without it none
    /// are taken.
    #[serde(default)]
    pub kannel_receipts_secret: Option<SecretString>,
    /// The same of CM.com's reports.
    #[serde(default)]
    pub cm_receipts_secret: Option<SecretString>,
    /// The same of bounces and replies that a mail server brings.
    #[serde(default)]
    pub mail_receipts_secret: Option<SecretString>,
    /// The same of Spryng's reports.
    #[serde(default)]
    pub spryng_receipts_secret: Option<SecretString>,
    /// The token that Twilio signs its calls to us with; without it none are taken.
    #[serde(default)]
    pub twilio_auth_token: Option<SecretString>,
    /// Whether a change of what has versions must say by `If-Match` which one was seen.
    #[serde(default)]
    pub require_if_match: bool,
    /// How often an address may try what can be misused.
    #[serde(default)]
    pub rates: Rates,
    /// What everyone may read.
    #[serde(default)]
    pub feeds: FeedSettings,
    /// How other systems are called.
    #[serde(default)]
    pub webhooks: WebhookSettings,
    /// Where alerts of other systems come from.
    #[serde(default)]
    pub alert_sources: Vec<AlertSource>,
}

impl WebSettings {
    /// The longest that a request may take.
    pub const fn request_timeout(&self) -> Duration {
        Duration::from_millis(self.request_timeout_ms)
    }

    /// Whether the links made with the public address fit a text message: texts are measured with the longest.
    pub fn has_short_links(&self) -> bool {
        let link = SmsLength::of(&format!("{}/a/{}", self.public_url, "x".repeat(REFERENCE_CHARS)));
        link.alphabet == Alphabet::Gsm7 && link.units <= LONGEST_LINK
    }
}

/// Whether a text is the secret part of an address for reports; takes the same time for every text.
pub fn is_secret(secret: Option<&SecretString>, text: &str) -> bool {
    secret.is_some_and(|secret| {
        let secret = secret.expose_secret().as_bytes();
        !secret.is_empty() && constant_time::verify_slices_are_equal(secret, text.as_bytes()).is_ok()
    })
}

/// Lets a provider's call in by the secret at the end of its path. Whoever has another learns no more than that there
/// is nothing.
pub(super) fn open_with(secret: Option<&SecretString>, text: &str) -> Result<(), Problem> {
    if is_secret(secret, text) {
        Ok(())
    } else {
        Err(ProblemKind::NotFound.into())
    }
}

impl Default for WebSettings {
    fn default() -> Self {
        Self {
            public_url: "http://127.0.0.1:8080".to_owned(),
            counterpart_url: None,
            trusted_proxies: Vec::new(),
            connections: 60_000,
            requests: 512,
            uploads: 4,
            upload_memory_mb: 300,
            uploads_by_address: 20,
            request_timeout_ms: 30_000,
            operations: true,
            kannel_receipts_secret: None,
            cm_receipts_secret: None,
            mail_receipts_secret: None,
            spryng_receipts_secret: None,
            twilio_auth_token: None,
            require_if_match: false,
            rates: Rates::default(),
            feeds: FeedSettings::default(),
            webhooks: WebhookSettings::default(),
            alert_sources: Vec::new(),
        }
    }
}
