//! Configuration: the commented default that is part of the program, over it a file, over it the environment.
//!
//! `config/default.toml` is both the documentation and the default: every setting stands in it, and the
//! settings that have no default stand there commented out. The environment's names are those of the file
//! with `OPROEP_` before and `__` between: `OPROEP_EMAIL__PASSWORD`. Wherever a text is expected,
//! `{ file = "/run/secrets/smtp" }` takes the content of a file, so that no secret has to stand in the
//! configuration. A mistake is named with its setting; all of it is checked before anything starts.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};

use crate::backup::BackupSettings;
use crate::channels::email::settings::EmailSettings;
use crate::channels::push::PushSettings;
use crate::desk::accounts::policy::AccountPolicy;
use crate::desk::safeguards::{ApprovalRules, HoldRules, Limits};
use crate::desk::{House, Lifetimes, Safeguards};
use crate::dispatch::account::Pace;
use crate::domain::participant::MAX_WEEKLY;
use crate::telemetry::TelemetrySettings;
use crate::training::TrainingSettings;
use crate::web::WebSettings;

mod digests;
mod further;
mod lifetimes;
mod realm;
mod safeguards;
mod secret_files;
mod sections;

pub use digests::Digests;
pub use lifetimes::{ParticipantSettings, StaffSettings};
pub use realm::{Live, RealmConfig};
pub use sections::{
    DatabaseSettings, DispatchSettings, FailoverSettings, FurtherAccount, KeySettings, PaceSettings,
    ServerSettings, SmsSettings, VoiceSettings, WeightSettings,
};

/// The default configuration, as it is part of the program.
pub const DEFAULT: &str = include_str!("../config/default.toml");

/// Variables that begin as settings do and are none.
const NOT_SETTINGS: &[&str] = &["config", "crash_at", "test_postgres", "token", "url"];

/// Everything that can be configured.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where the data are.
    pub database: DatabaseSettings,
    /// Where the keys are.
    pub keys: KeySettings,
    /// Where to listen.
    pub server: ServerSettings,
    /// The HTTP edge.
    pub web: WebSettings,
    /// How waves go out.
    pub dispatch: DispatchSettings,
    /// The app's accounts.
    pub push: PushSettings,
    /// The account for text messages.
    pub sms: SmsSettings,
    /// The account for calls.
    pub voice: VoiceSettings,
    /// The account for e-mail.
    pub email: Option<EmailSettings>,
    /// Further accounts of the channels, by name.
    #[serde(default)]
    pub further: BTreeMap<String, FurtherAccount>,
    /// What the first account of each channel carries.
    pub weights: WeightSettings,
    /// When accounts of one channel stand in for each other.
    pub failover: FailoverSettings,
    /// How fast each account may go.
    pub pace: PaceSettings,
    /// Those who work with the network.
    pub accounts: StaffSettings,
    /// Those who are called on.
    pub participants: ParticipantSettings,
    /// When a second person approves.
    pub approval: ApprovalRules,
    /// How long nothing leaves after an order.
    pub hold: HoldRules,
    /// How many actions may be started.
    pub limits: Limits,
    /// Backups, and the journal of who left.
    #[serde(default)]
    pub backup: BackupSettings,
    /// What the engineer on call sees.
    pub telemetry: TelemetrySettings,
    /// What tells this configuration from another.
    #[serde(skip)]
    pub digests: Digests,
    /// A process for training, with a made-up population in the place of providers; none for a live one.
    pub training: Option<TrainingSettings>,
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file is not there.
    #[error("there is no configuration file {0}: give another path, or leave it out to take the default")]
    NoFile(PathBuf),
    /// A setting is unknown, missing or of the wrong kind.
    #[error("configuration: {0}")]
    Setting(#[from] Box<figment::Error>),
    /// A secret's file cannot be read.
    #[error("configuration: {setting} names {path}, which cannot be read: {source}")]
    SecretFile {
        /// The setting.
        setting: String,
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A value is out of its range, or two do not fit together.
    #[error("configuration: {0}")]
    Value(String),
}

impl Config {
    /// Reads and checks the configuration.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        Self::layered(file, Env::prefixed("OPROEP_").split("__").ignore(NOT_SETTINGS))
    }

    /// The default with changes made by the program: the demonstration and tests. Neither file nor environment
    /// goes over it.
    pub fn over_default(changes: &impl Serialize) -> Result<Self, ConfigError> {
        Self::read(&Figment::from(Toml::string(DEFAULT)).merge(Serialized::defaults(changes)))
    }

    /// Where the journal of who left is; none where none is kept.
    pub fn erasures_file(&self) -> Option<PathBuf> {
        self.backup.erasures_file.clone().or_else(|| {
            let path = self.database.url.strip_prefix("sqlite:")?;
            Some(PathBuf::from(format!(
                "{}.erasures",
                path.trim_start_matches("//")
            )))
        })
    }

    /// What holds for the whole service.
    pub fn house(&self) -> House {
        House {
            realm: self.realm(),
            counterpart_url: self.web.counterpart_url.clone(),
            messages_a_week: self.participants.messages_a_week,
            warn_without_backup_for: self
                .backup
                .warn_after_hours
                .map(|hours| Duration::from_hours(u64::from(hours))),
        }
    }

    /// How long sessions and codes last.
    pub const fn lifetimes(&self) -> Lifetimes {
        lifetimes::lifetimes(&self.accounts, &self.participants)
    }

    /// What stands between one person and a whole region.
    pub fn safeguards(&self) -> Safeguards {
        Safeguards {
            approval: self.approval.clone(),
            hold: self.hold.clone(),
            limits: self.limits.clone(),
        }
    }

    /// What is asked of those who work with the network.
    pub fn account_policy(&self) -> AccountPolicy {
        lifetimes::policy(&self.accounts, &self.web.public_url)
    }

    fn layered(file: Option<&Path>, environment: Env) -> Result<Self, ConfigError> {
        let mut figment = Figment::from(Toml::string(DEFAULT));
        if let Some(file) = file {
            if !file.is_file() {
                return Err(ConfigError::NoFile(file.to_owned()));
            }
            figment = figment.merge(Toml::file_exact(file));
        }
        Self::read(&figment.merge(environment))
    }

    fn read(figment: &Figment) -> Result<Self, ConfigError> {
        let mut value = figment.extract::<figment::value::Value>().map_err(Box::new)?;
        realm::keep_apart(&value)?;
        secret_files::resolve(&mut value, "")?;
        let mut config: Self = value.deserialize().map_err(Box::new)?;
        config.digests = Digests::of(&value);
        config.check()?;
        Ok(config)
    }

    /// What no single setting can say by itself.
    fn check(&self) -> Result<(), ConfigError> {
        let wrong = |text: String| Err(ConfigError::Value(text));
        if self.web.public_url.ends_with('/') {
            return wrong("web.public_url ends with a slash: leave it out".to_owned());
        }
        if let Some(mistake) = self.web.feeds.mistake().or_else(|| self.web.webhooks.mistake()) {
            return wrong(mistake.to_owned());
        }
        for (place, source) in self.web.alert_sources.iter().enumerate() {
            if let Some(mistake) = source.mistake() {
                return wrong(format!("web.alert_sources, number {}: {mistake}", place + 1));
            }
            if self.web.alert_sources[..place]
                .iter()
                .any(|other| other.name == source.name)
            {
                return wrong(format!("web.alert_sources: {} stands there twice", source.name));
            }
        }
        if !self.web.has_short_links() {
            return wrong(
                "web.public_url is too long for a link in a text message: use one of at most 73 plain characters"
                    .to_owned(),
            );
        }
        if let Some(url) = self
            .sms
            .kannel
            .as_ref()
            .and_then(|kannel| kannel.receipts_url.as_ref())
        {
            let last = url.expose_secret().rsplit('/').next();
            let secret = self
                .web
                .kannel_receipts_secret
                .as_ref()
                .map(ExposeSecret::expose_secret);
            if secret.is_none() || last != secret {
                return wrong("sms.kannel.receipts_url must end in web.kannel_receipts_secret".to_owned());
            }
        }
        if self.dispatch.lease_ms < 3 * self.dispatch.flush_every_ms {
            return wrong(
                "dispatch.lease_ms must be at least three times dispatch.flush_every_ms".to_owned(),
            );
        }
        for (name, pace) in self.pace.named() {
            check_pace(&format!("pace.{name}"), pace)?;
        }
        safeguards::check(self)?;
        further::check(&self.further)?;
        lifetimes::check_policy(&self.accounts)?;
        if let Some(training) = &self.training {
            training.check().map_err(ConfigError::Value)?;
        }
        if self
            .participants
            .messages_a_week
            .is_some_and(|most| !(1..=MAX_WEEKLY).contains(&most))
        {
            return wrong(format!(
                "participants.messages_a_week must be 1 to {MAX_WEEKLY}: leave it out for no limit"
            ));
        }
        lifetimes::check(&self.accounts, &self.participants)
    }
}

fn check_pace(name: &str, pace: &Pace) -> Result<(), ConfigError> {
    let ranges = [
        ("batches_in_flight", pace.batches_in_flight, 64),
        ("step", pace.step, 500),
        ("window", pace.window, 500),
    ];
    for (setting, value, most) in ranges {
        if !(1..=most).contains(&value) {
            return Err(ConfigError::Value(format!(
                "{name}.{setting} is {value}: use 1 to {most}"
            )));
        }
    }
    if pace.rate_per_s == Some(0) {
        return Err(ConfigError::Value(format!(
            "{name}.rate_per_s is 0: leave it out for no limit, or leave the channel out to send nothing"
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
