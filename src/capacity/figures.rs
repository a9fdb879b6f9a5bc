//! What is reckoned with.

use std::path::Path;

use figment::Figment;
use figment::providers::{Format, Toml};
use serde::{Deserialize, Serialize};

use super::{CapacityError, read};
use crate::domain::channel::Channel;

/// The figures that are part of the program.
pub const USUAL: &str = include_str!("../../config/capacity.toml");

/// Where figures come from.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// What was measured.
    pub what: String,
    /// On which machine.
    pub machine: String,
    /// When.
    pub measured_at: String,
}

/// One machine that sends.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Node {
    /// Its processor cores.
    pub cores: f64,
    /// What its line carries, in megabits a second.
    pub network_mbit_s: f64,
}

/// What a start takes until its durable answer.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Start {
    /// Whatever the audience.
    pub fixed_s: f64,
    /// For a million recipients more.
    pub s_per_million: f64,
}

/// What a message of a channel costs.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Cost {
    /// Processor time on a node, in microseconds.
    pub processor_us: f64,
    /// Bytes on the line.
    pub bytes: f64,
    /// The most messages a second that one node's connections carry.
    pub node_per_s: f64,
}

/// How many recipients a second a database takes outcomes of.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DatabasePace {
    /// `SQLite`.
    pub sqlite_per_s: f64,
    /// PostgreSQL.
    pub postgresql_per_s: f64,
}

/// The kind of database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Database {
    /// One machine.
    Sqlite,
    /// Many.
    Postgresql,
}

/// All of them.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Figures {
    /// Where they come from.
    pub source: Source,
    /// One machine.
    pub node: Node,
    /// A start.
    pub start: Start,
    /// The app.
    pub app: Cost,
    /// Text messages.
    pub sms: Cost,
    /// E-mail.
    pub email: Cost,
    /// Calls.
    pub voice: Cost,
    /// The database.
    pub database: DatabasePace,
}

impl Figures {
    /// Those that are part of the program.
    pub fn usual() -> Result<Self, CapacityError> {
        Self::parse(USUAL)
    }

    /// Those of a file.
    pub fn load(path: &Path) -> Result<Self, CapacityError> {
        Self::parse(&read(path)?)
    }

    /// Those of a text.
    pub fn parse(text: &str) -> Result<Self, CapacityError> {
        let figures: Self = Figment::from(Toml::string(text)).extract().map_err(Box::new)?;
        let positive = [
            ("node.cores", figures.node.cores),
            ("node.network_mbit_s", figures.node.network_mbit_s),
            ("app.node_per_s", figures.app.node_per_s),
            ("sms.node_per_s", figures.sms.node_per_s),
            ("email.node_per_s", figures.email.node_per_s),
            ("voice.node_per_s", figures.voice.node_per_s),
            ("voice.processor_us", figures.voice.processor_us),
            ("voice.bytes", figures.voice.bytes),
            ("app.processor_us", figures.app.processor_us),
            ("sms.processor_us", figures.sms.processor_us),
            ("email.processor_us", figures.email.processor_us),
            ("app.bytes", figures.app.bytes),
            ("sms.bytes", figures.sms.bytes),
            ("email.bytes", figures.email.bytes),
            ("database.sqlite_per_s", figures.database.sqlite_per_s),
            ("database.postgresql_per_s", figures.database.postgresql_per_s),
        ];
        match positive
            .into_iter()
            .find(|(_, value)| value.is_nan() || *value <= 0.0)
        {
            Some((name, _)) => Err(CapacityError::Zero(name)),
            None => Ok(figures),
        }
    }

    /// What a message of this channel costs.
    pub const fn cost(&self, channel: Channel) -> Cost {
        match channel {
            Channel::App => self.app,
            Channel::Sms => self.sms,
            Channel::Email => self.email,
            Channel::Voice => self.voice,
        }
    }

    /// How many recipients a second this database takes.
    pub const fn database_per_s(&self, database: Database) -> f64 {
        match database {
            Database::Sqlite => self.database.sqlite_per_s,
            Database::Postgresql => self.database.postgresql_per_s,
        }
    }
}
