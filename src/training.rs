//! Training: a made-up population in the place of providers, so that a trainee sees a real evening.
//!
//! A [`StandIn`] takes messages as a provider would and hands them to the
//! [`Evening`], which answers with receipts and tips when their time comes. Who answers, when and
//! what follows from a seed and a [`Scenario`] alone. Nothing in here opens a connection: it knows
//! neither the adapters nor the network, and a test reads its sources to hold that.

use std::path::PathBuf;
use std::sync::Arc;

use serde::Deserialize;

use crate::channels::Provider;
use crate::dispatch::account::{AccountSettings, Pace};
use crate::dispatch::plan::Accounts;
use crate::domain::channel::Channel;
use crate::domain::clock::Clock;

mod draw;
pub mod evening;
pub mod scenario;
mod sighting;
mod snapshot;
pub mod stand_in;

use evening::Evening;
use scenario::{Scenario, ScenarioError};
use stand_in::StandIn;

/// The section `[training]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingSettings {
    /// The same seed makes the same evening.
    #[serde(default)]
    pub seed: u64,
    /// How the population answers; the scenario that is part of the program without.
    #[serde(default)]
    pub scenario_file: Option<PathBuf>,
}

impl TrainingSettings {
    /// Reads the scenario.
    pub fn scenario(&self) -> Result<Scenario, ScenarioError> {
        match &self.scenario_file {
            None => Scenario::usual(),
            Some(file) => Scenario::load(file),
        }
    }

    /// What is wrong with it, in words.
    pub fn check(&self) -> Result<(), String> {
        self.scenario().map(drop).map_err(|error| error.to_string())
    }
}

/// The channels of a training process, all of them served by the population.
pub const CHANNELS: [(Channel, &str); 4] = [
    (Channel::App, "training-app"),
    (Channel::Sms, "training-sms"),
    (Channel::Email, "training-email"),
    (Channel::Voice, "training-voice"),
];

/// The account of each channel.
pub fn names() -> Accounts {
    let mut names = Accounts::default();
    for (channel, name) in CHANNELS {
        names.add(channel, name.to_owned(), 1);
    }
    names
}

/// The accounts in the place of providers', and the evening that answers what they take.
pub fn open(
    settings: &TrainingSettings,
    pace: impl Fn(Channel) -> Pace,
    clock: &Clock,
) -> Result<(Vec<AccountSettings>, Evening), ScenarioError> {
    let scenario = Arc::new(settings.scenario()?);
    let (heard, evening) = Evening::new(settings.seed, scenario.clone(), clock.clone());
    let accounts = CHANNELS.into_iter().map(|(channel, name)| {
        let provider: Arc<dyn Provider> = Arc::new(StandIn::new(
            channel,
            settings.seed,
            scenario.clone(),
            heard.clone(),
        ));
        AccountSettings {
            name: name.to_owned(),
            provider,
            pace: pace(channel),
            weight: 1,
        }
    });
    Ok((accounts.collect(), evening))
}
