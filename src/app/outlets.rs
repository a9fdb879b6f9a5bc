//! By what messages leave: provider accounts, or the made-up population of a training process. Never both.

use super::providers::{self, ProviderError};
use crate::config::{Config, RealmConfig};
use crate::dispatch::account::AccountSettings;
use crate::dispatch::plan::Accounts;
use crate::domain::channel::Channel;
use crate::domain::clock::Clock;
use crate::domain::random::Random;
use crate::training::evening::Evening;
use crate::training::{self, scenario::ScenarioError};

/// By what messages leave.
pub struct Outlets {
    /// The accounts.
    pub accounts: Vec<AccountSettings>,
    /// Who answers in training.
    pub evening: Option<Evening>,
}

/// Why there is no way out.
#[derive(Debug, thiserror::Error)]
pub enum OutletError {
    /// A provider's account.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// The scenario of a training.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
}

/// The account of each channel.
pub fn names(config: &Config) -> Accounts {
    match config.by_realm() {
        RealmConfig::Live(live) => providers::names(live),
        RealmConfig::Training(_) => training::names(),
    }
}

/// Builds what messages leave by.
pub fn open(config: &Config, clock: &Clock, random: &Random) -> Result<Outlets, OutletError> {
    match config.by_realm() {
        RealmConfig::Live(live) => Ok(Outlets {
            accounts: providers::accounts(live, clock, random)?,
            evening: None,
        }),
        RealmConfig::Training(settings) => {
            let pace = |channel| match channel {
                Channel::App => config.pace.push,
                Channel::Sms => config.pace.sms,
                Channel::Email => config.pace.email,
                Channel::Voice => config.pace.voice,
            };
            let (accounts, evening) = training::open(settings, pace, clock)?;
            Ok(Outlets {
                accounts,
                evening: Some(evening),
            })
        }
    }
}
