//! The sections that belong to no single module.

use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

use crate::channels::email::settings::EmailSettings;
use crate::channels::push::PushSettings;
use crate::channels::sms::cm::CmSettings;
use crate::channels::sms::kannel::KannelSettings;
use crate::channels::sms::spryng::SpryngSettings;
use crate::channels::sms::twilio::TwilioSettings;
use crate::channels::voice::cm::CmVoiceSettings;
use crate::channels::voice::twilio::TwilioVoiceSettings;
use crate::dispatch::Timing;
use crate::dispatch::account::Pace;
use crate::dispatch::failover::Failover;
use crate::dispatch::spool::SpoolSettings;

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
#[derive(Clone, Debug, Deserialize)]
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
    /// Where outcomes are kept while the database is away; beside an SQLite database without it, and in `var/spool`
    /// for PostgreSQL.
    #[serde(default)]
    pub spool_folder: Option<PathBuf>,
    /// The most megabytes of them.
    pub spool_limit_mb: usize,
}

impl DispatchSettings {
    /// Where outcomes are kept while this database is away.
    pub fn spool(&self, database: &str) -> SpoolSettings {
        let beside = || match database.strip_prefix("sqlite:") {
            Some(path) => PathBuf::from(format!("{}.spool", path.trim_start_matches("//"))),
            None => PathBuf::from("var/spool"),
        };
        SpoolSettings {
            folder: self.spool_folder.clone().unwrap_or_else(beside),
            limit_bytes: self.spool_limit_mb.saturating_mul(1 << 20),
        }
    }

    /// The times as dispatch takes them, with those of failover.
    pub const fn timing(&self, failover: Failover) -> Timing {
        Timing {
            flush_every: Duration::from_millis(self.flush_every_ms),
            lease: Duration::from_millis(self.lease_ms),
            poll_every: Duration::from_millis(self.poll_every_ms),
            sweep_every: Duration::from_millis(self.sweep_every_ms),
            failover,
        }
    }
}

/// When accounts of one channel stand in for each other.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FailoverSettings {
    /// How long an account may say nothing before another takes over, in milliseconds.
    pub slow_after_ms: u64,
    /// The pause before an account that is out is tried again, in milliseconds; it doubles each time.
    pub probe_first_ms: u64,
    /// The longest such pause, in milliseconds.
    pub probe_longest_ms: u64,
    /// How long an account that is back takes to carry its whole share again, in milliseconds.
    pub drift_back_ms: u64,
    /// Whether those who may have been told once may be told the second time by another account.
    pub moves_in_doubt: bool,
}

impl FailoverSettings {
    /// The times as dispatch takes them.
    pub const fn times(&self) -> Failover {
        Failover {
            slow_after: Duration::from_millis(self.slow_after_ms),
            probe_first: Duration::from_millis(self.probe_first_ms),
            probe_longest: Duration::from_millis(self.probe_longest_ms),
            drift_back: Duration::from_millis(self.drift_back_ms),
            moves_in_doubt: self.moves_in_doubt,
        }
    }
}

/// What the first account of each channel carries beside its further ones.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeightSettings {
    /// The app.
    pub push: u32,
    /// Text messages.
    pub sms: u32,
    /// Calls.
    pub voice: u32,
    /// E-mail.
    pub email: u32,
}

/// A further account of a channel: one of the four.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FurtherAccount {
    /// What it carries beside the others; 0 where it only stands in.
    pub weight: u32,
    /// An account for the app.
    #[serde(default)]
    pub push: Option<PushSettings>,
    /// An account for text messages.
    #[serde(default)]
    pub sms: Option<SmsSettings>,
    /// An account for calls.
    #[serde(default)]
    pub voice: Option<VoiceSettings>,
    /// An account for e-mail.
    #[serde(default)]
    pub email: Option<EmailSettings>,
    /// How fast it may go; as fast as the first account of its channel without.
    #[serde(default)]
    pub pace: Option<Pace>,
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
