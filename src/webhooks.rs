//! Calls to other systems when something happens, as the Standard Webhooks specification (version 1.0.0,
//! standardwebhooks.com) describes them.
//!
//! ```text
//! events ─▶ deliveries (one a system and event) ─▶ signed calls ─▶ log of attempts
//!              └───────────── again, later ◀──────────┘
//! ```
//!
//! Deliveries follow from the table of events by a number that each system has seen, so that nothing is written twice
//! when something happens, and nothing is lost when this process ends. Any node delivers any of them, under a lease.
//! Every system is called at an address that an administrator gave: [`address`] sees to it that none leads inside.

use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

pub mod address;
pub mod call;
pub mod payload;
pub mod schedule;
pub mod signing;
pub mod worker;

/// How other systems are called.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookSettings {
    /// Whether this process calls them.
    pub enabled: bool,
    /// Whether 127.0.0.1 and `[::1]` may be called too, without TLS as well.
    #[serde(default)]
    pub allow_loopback: bool,
    /// The longest that a call may take, in milliseconds.
    pub timeout_ms: u64,
    /// The most calls at once.
    pub concurrency: usize,
    /// The most calls at once to one system.
    pub concurrency_by_system: usize,
    /// After how many days without a success a system is put out of use.
    pub disable_after_days: u32,
    /// A PEM file with certificates that are trusted besides the system's.
    #[serde(default)]
    pub extra_roots_file: Option<PathBuf>,
}

impl Default for WebhookSettings {
    fn default() -> Self {
        Self {
            enabled: true,
            allow_loopback: false,
            timeout_ms: 10_000,
            concurrency: 32,
            concurrency_by_system: 4,
            disable_after_days: 5,
            extra_roots_file: None,
        }
    }
}

impl WebhookSettings {
    /// What is wrong with them.
    pub fn mistake(&self) -> Option<&'static str> {
        if !(100..=30_000).contains(&self.timeout_ms) {
            Some("web.webhooks.timeout_ms is out of its range: use 100 to 30000")
        } else if !(1..=256).contains(&self.concurrency) {
            Some("web.webhooks.concurrency is out of its range: use 1 to 256")
        } else if !(1..=self.concurrency).contains(&self.concurrency_by_system) {
            Some("web.webhooks.concurrency_by_system is out of its range: use 1 to web.webhooks.concurrency")
        } else if !(1..=60).contains(&self.disable_after_days) {
            Some("web.webhooks.disable_after_days is out of its range: use 1 to 60")
        } else {
            None
        }
    }

    /// The longest that a call may take.
    pub const fn timeout(&self) -> Duration {
        Duration::from_millis(self.timeout_ms)
    }

    /// After how long without a success a system is put out of use.
    pub const fn disable_after(&self) -> Duration {
        Duration::from_hours(24 * self.disable_after_days as u64)
    }
}
