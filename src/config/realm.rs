//! Live or training: told apart by a section, and kept apart by types. Only [`Live`] leads to providers.

use std::ops::Deref;

use figment::Figment;
use figment::providers::{Format, Toml};
use figment::value::{Dict, Value};

use super::{Config, ConfigError, DEFAULT};
use crate::domain::realm::Realm;
use crate::training::TrainingSettings;

/// The sections that say how messages leave the machine. A training process takes them as the default has them.
const WAYS_OUT: [&str; 6] = ["push", "sms", "email", "voice", "mail", "further"];
/// Parts of the names of settings that lead outside, wherever they stand.
const SECRETS_OF_PROVIDERS: [&str; 2] = ["_secret", "_token"];

/// The configuration of a live process: the only thing that provider accounts are built from.
#[derive(Clone, Copy, Debug)]
pub struct Live<'a>(&'a Config);

impl Deref for Live<'_> {
    type Target = Config;

    fn deref(&self) -> &Config {
        self.0
    }
}

/// The one or the other.
#[derive(Clone, Copy, Debug)]
pub enum RealmConfig<'a> {
    /// Messages go to real people.
    Live(Live<'a>),
    /// A made-up population answers.
    Training(&'a TrainingSettings),
}

impl Config {
    /// Which of the two this is, with what its messages go by.
    pub const fn by_realm(&self) -> RealmConfig<'_> {
        match &self.training {
            None => RealmConfig::Live(Live(self)),
            Some(training) => RealmConfig::Training(training),
        }
    }

    /// Which of the two this is.
    pub const fn realm(&self) -> Realm {
        Realm::of(self.training.is_some())
    }
}

/// Refuses a training configuration in which any provider is set, before anything of it is read.
pub(super) fn keep_apart(value: &Value) -> Result<(), ConfigError> {
    let Some(all) = value.as_dict() else { return Ok(()) };
    if !all.contains_key("training") {
        return Ok(());
    }
    let usual: Dict = Figment::from(Toml::string(DEFAULT)).extract().map_err(Box::new)?;
    let mut found = Vec::new();
    for section in WAYS_OUT {
        let nothing = Dict::new();
        let usual = usual.get(section).and_then(Value::as_dict).unwrap_or(&nothing);
        match all.get(section) {
            Some(Value::Dict(_, set)) => {
                let added = set.keys().filter(|name| !usual.contains_key(*name));
                found.extend(added.map(|name| format!("{section}.{name}")));
            }
            Some(Value::Array(_, items)) if items.is_empty() => {}
            Some(_) => found.push(section.to_owned()),
            None => {}
        }
    }
    if let Some(web) = all.get("web").and_then(Value::as_dict) {
        let sources = web.get("alert_sources").and_then(Value::as_array);
        if sources.is_some_and(|sources| !sources.is_empty()) {
            found.push("web.alert_sources".to_owned());
        }
        let secrets = web
            .keys()
            .filter(|name| SECRETS_OF_PROVIDERS.iter().any(|end| name.ends_with(end)));
        found.extend(secrets.map(|name| format!("web.{name}")));
    }
    if found.is_empty() {
        return Ok(());
    }
    Err(ConfigError::Value(format!(
        "[training] and a provider do not go together: take out {}, or take out [training] to send to real people",
        found.join(", ")
    )))
}
