//! The provider accounts of a configuration: the only place where adapters are built.

use std::sync::Arc;

use crate::channels::Provider;
use crate::channels::email::Email;
use crate::channels::push::Push;
use crate::channels::sms::cm::Cm;
use crate::channels::sms::kannel::Kannel;
use crate::config::Config;
use crate::dispatch::account::AccountSettings;
use crate::dispatch::plan::Accounts;
use crate::domain::channel::Channel;
use crate::domain::clock::Clock;
use crate::domain::random::Random;

/// Why an account cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// The app.
    #[error("push.{0}")]
    Push(#[from] crate::channels::push::PushError),
    /// A Kannel.
    #[error("sms.kannel: {0}")]
    Kannel(#[from] crate::channels::sms::kannel::KannelError),
    /// CM.com.
    #[error("sms.cm: {0}")]
    Cm(#[from] crate::channels::sms::cm::CmError),
    /// Two accounts where one sends.
    #[error("sms.kannel and sms.cm are both configured: leave one out")]
    TwoSms,
    /// E-mail.
    #[error("email: {0}")]
    Email(#[from] crate::channels::email::settings::EmailSettingsError),
}

/// The account of each channel that the configuration has one for.
pub fn names(config: &Config) -> Accounts {
    let mut names = Accounts::new();
    if config.push.fcm.is_some() || config.push.web_push.is_some() {
        names.insert(Channel::App, "push".to_owned());
    }
    if config.sms.kannel.is_some() || config.sms.cm.is_some() {
        names.insert(Channel::Sms, "sms".to_owned());
    }
    if config.email.is_some() {
        names.insert(Channel::Email, "email".to_owned());
    }
    names
}

/// Builds the accounts.
pub fn accounts(
    config: &Config,
    clock: &Clock,
    random: &Random,
) -> Result<Vec<AccountSettings>, ProviderError> {
    let mut accounts = Vec::new();
    let mut add = |name: &str, provider: Arc<dyn Provider>, pace| {
        accounts.push(AccountSettings {
            name: name.to_owned(),
            provider,
            pace,
        });
    };
    if config.push.fcm.is_some() || config.push.web_push.is_some() {
        add(
            "push",
            Arc::new(Push::new(&config.push, clock, random)?),
            config.pace.push,
        );
    }
    match (&config.sms.kannel, &config.sms.cm) {
        (Some(_), Some(_)) => return Err(ProviderError::TwoSms),
        (Some(kannel), None) => {
            add(
                "sms",
                Arc::new(Kannel::new(kannel, clock.clone())?),
                config.pace.sms,
            );
        }
        (None, Some(cm)) => add("sms", Arc::new(Cm::new(cm, clock.clone())?), config.pace.sms),
        (None, None) => {}
    }
    if let Some(email) = &config.email {
        add(
            "email",
            Arc::new(Email::new(email, clock.clone())?),
            config.pace.email,
        );
    }
    Ok(accounts)
}
