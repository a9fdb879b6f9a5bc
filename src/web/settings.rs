//! What the edge is configured with.

use std::net::IpAddr;
use std::time::Duration;

use aws_lc_rs::constant_time;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::rate::Rates;

/// How the edge presents itself and what it takes on.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebSettings {
    /// The address that people and providers reach us at, without a slash at the end.
    pub public_url: String,
    /// Reverse proxies whose `X-Forwarded-For` is believed.
    #[serde(default)]
    pub trusted_proxies: Vec<IpAddr>,
    /// The most connections at once, live streams among them.
    pub connections: usize,
    /// The most requests at work at once; half as many again for stops and tips, and as many for receipts.
    pub requests: usize,
    /// The most uploads of photos at work at once: each may hold 76 MB in memory.
    pub uploads: usize,
    /// The longest that a request may take, in milliseconds.
    pub request_timeout_ms: u64,
    /// Whether `/metrics` and the parts in `/readyz` are answered here too; otherwise only on the listener for
    /// operations.
    pub operations: bool,
    /// The part of the address at which CM.com brings its reports that strangers do not know; without it none
    /// are taken.
    #[serde(default)]
    pub cm_receipts_secret: Option<SecretString>,
    /// How often an address may try what can be misused.
    #[serde(default)]
    pub rates: Rates,
}

impl WebSettings {
    /// The longest that a request may take.
    pub const fn request_timeout(&self) -> Duration {
        Duration::from_millis(self.request_timeout_ms)
    }

    /// Whether this is the secret part of the address for CM.com's reports; takes the same time for every text.
    pub fn is_receipt_secret(&self, text: &str) -> bool {
        self.cm_receipts_secret.as_ref().is_some_and(|secret| {
            let secret = secret.expose_secret().as_bytes();
            !secret.is_empty() && constant_time::verify_slices_are_equal(secret, text.as_bytes()).is_ok()
        })
    }
}

impl Default for WebSettings {
    fn default() -> Self {
        Self {
            public_url: "http://127.0.0.1:8080".to_owned(),
            trusted_proxies: Vec::new(),
            connections: 60_000,
            requests: 512,
            uploads: 4,
            request_timeout_ms: 30_000,
            operations: true,
            cm_receipts_secret: None,
            rates: Rates::default(),
        }
    }
}
