//! The sections that belong to no single module.

use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

use crate::channels::sms::cm::CmSettings;
use crate::channels::sms::kannel::KannelSettings;
use crate::channels::sms::spryng::SpryngSettings;
use crate::channels::sms::twilio::TwilioSettings;
use crate::channels::voice::cm::CmVoiceSettings;
use crate::channels::voice::twilio::TwilioVoiceSettings;
use crate::dispatch::Timing;
use crate::dispatch::account::Pace;

/// Where the data are.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseSettings {
    /// `sqlite:PATH` for one machine, `postgres://USER@HOST/NAME` for many nodes.
    pub url: String,
    /// The most connections of this process.
    pub connections: u32,
}

/// Where the keys are.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeySettings {
    /// A folder with `seal-1.key`, `lookup.key` and `reference.key`: see `oproep keys`.
    pub folder: PathBuf,
}

/// Where to listen.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerSettings {
    /// The address for people, systems and providers.
    pub listen: String,
    /// An address of its own for /livez, /readyz and /metrics.
    #[serde(default)]
    pub operations_listen: Option<String>,
    /// How long a soft stop waits for what is under way, in milliseconds.
    pub stop_within_ms: u64,
}

/// How waves go out.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DispatchSettings {
    /// Whether this process takes batches.
    pub enabled: bool,
    /// How often outcomes are written, in milliseconds.
    pub flush_every_ms: u64,
    /// How long a batch stays with a silent node, in milliseconds.
    pub lease_ms: u64,
    /// How often a lane looks for work that nobody woke it for, in milliseconds.
    pub poll_every_ms: u64,
    /// How often expired and halted waves are settled, in milliseconds.
    pub sweep_every_ms: u64,
}

impl DispatchSettings {
    /// The times as dispatch takes them.
    pub const fn timing(&self) -> Timing {
        Timing {
            flush_every: Duration::from_millis(self.flush_every_ms),
            lease: Duration::from_millis(self.lease_ms),
            poll_every: Duration::from_millis(self.poll_every_ms),
            sweep_every: Duration::from_millis(self.sweep_every_ms),
        }
    }
}

/// The account for text messages: one of these, or none.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmsSettings {
    /// A Kannel gateway.
    #[serde(default)]
    pub kannel: Option<KannelSettings>,
    /// CM.com.
    #[serde(default)]
    pub cm: Option<CmSettings>,
    /// Spryng.
    #[serde(default)]
    pub spryng: Option<SpryngSettings>,
    /// Twilio.
    #[serde(default)]
    pub twilio: Option<TwilioSettings>,
}

impl SmsSettings {
    /// How many of them are configured.
    pub fn count(&self) -> usize {
        let there = [
            self.kannel.is_some(),
            self.cm.is_some(),
            self.spryng.is_some(),
            self.twilio.is_some(),
        ];
        there.into_iter().filter(|there| *there).count()
    }
}

/// The account for calls: one of these, or none.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VoiceSettings {
    /// CM.com.
    #[serde(default)]
    pub cm: Option<CmVoiceSettings>,
    /// Twilio.
    #[serde(default)]
    pub twilio: Option<TwilioVoiceSettings>,
}

/// How fast each account may go.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaceSettings {
    /// The app.
    pub push: Pace,
    /// Text messages.
    pub sms: Pace,
    /// E-mail.
    pub email: Pace,
    /// Calls.
    pub voice: Pace,
}

impl PaceSettings {
    /// Each with its name.
    pub const fn named(&self) -> [(&'static str, &Pace); 4] {
        [
            ("push", &self.push),
            ("sms", &self.sms),
            ("email", &self.email),
            ("voice", &self.voice),
        ]
    }
}
