//! The provider accounts of a configuration: the only place where adapters are built. It takes the configuration of a
//! live process, which a training process does not have.

use std::sync::Arc;

use secrecy::ExposeSecret;

use crate::channels::Provider;
use crate::channels::email::Email;
use crate::channels::push::Push;
use crate::channels::sms::cm::Cm;
use crate::channels::sms::kannel::Kannel;
use crate::channels::sms::spryng::Spryng;
use crate::channels::sms::twilio::Twilio;
use crate::channels::voice::cm::{CmVoice, CmVoiceError};
use crate::channels::voice::twilio::{TwilioVoice, TwilioVoiceError};
use crate::config::{Config, Live, SmsSettings, VoiceSettings};
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
    /// Spryng.
    #[error("sms.spryng: {0}")]
    Spryng(#[from] crate::channels::sms::spryng::SpryngError),
    /// Twilio.
    #[error("sms.twilio: {0}")]
    Twilio(#[from] crate::channels::sms::twilio::TwilioError),
    /// Several accounts where one sends.
    #[error(
        "only one of sms.kannel, sms.cm, sms.spryng and sms.twilio can be configured: leave the others out, or make them further accounts"
    )]
    SeveralSms,
    /// Calls by CM.com.
    #[error("voice.cm: {0}")]
    CmVoice(#[from] CmVoiceError),
    /// Calls by Twilio.
    #[error("voice.twilio: {0}")]
    TwilioVoice(#[from] TwilioVoiceError),
    /// Two accounts where one calls.
    #[error(
        "voice.cm and voice.twilio are both configured: leave one out, or make the other a further account"
    )]
    TwoVoices,
    /// A further account without a provider.
    #[error("further.{0} names no provider: say which one its messages go to")]
    NoProvider(String),
    /// E-mail.
    #[error("email: {0}")]
    Email(#[from] crate::channels::email::settings::EmailSettingsError),
}

/// The accounts of each channel that the configuration has any for, with their weights.
pub fn names(config: Live<'_>) -> Accounts {
    let mut names = Accounts::drifting_back(config.failover.times().drift_back);
    let mut add = |channel, name: &str, weight| names.add(channel, name.to_owned(), u64::from(weight));
    if config.push.is_set_up() {
        add(Channel::App, "push", config.weights.push);
    }
    if config.sms.count() > 0 {
        add(Channel::Sms, "sms", config.weights.sms);
    }
    if config.voice.cm.is_some() || config.voice.twilio.is_some() {
        add(Channel::Voice, "voice", config.weights.voice);
    }
    if config.email.is_some() {
        add(Channel::Email, "email", config.weights.email);
    }
    for (name, further) in &config.further {
        let channel = match (&further.push, &further.sms, &further.voice) {
            (Some(_), _, _) => Channel::App,
            (_, Some(_), _) => Channel::Sms,
            (_, _, Some(_)) => Channel::Voice,
            (None, None, None) => Channel::Email,
        };
        add(channel, name, further.weight);
    }
    names
}

/// Builds the accounts.
pub fn accounts(
    config: Live<'_>,
    clock: &Clock,
    random: &Random,
) -> Result<Vec<AccountSettings>, ProviderError> {
    let mut accounts = Vec::new();
    let mut add = |name: &str, provider: Arc<dyn Provider>, pace, weight| {
        accounts.push(AccountSettings {
            name: name.to_owned(),
            provider,
            pace,
            weight,
        });
    };
    if config.push.is_set_up() {
        let push = Push::new(&config.push, clock, random)?;
        add("push", Arc::new(push), config.pace.push, config.weights.push);
    }
    if let Some(provider) = sms(&config, &config.sms, clock)? {
        add("sms", provider, config.pace.sms, config.weights.sms);
    }
    if let Some(provider) = voice(&config, &config.voice, clock)? {
        add("voice", provider, config.pace.voice, config.weights.voice);
    }
    if let Some(settings) = &config.email {
        let email = Email::new(settings, clock.clone())?;
        add("email", Arc::new(email), config.pace.email, config.weights.email);
    }
    for (name, further) in &config.further {
        let (provider, usual): (Arc<dyn Provider>, _) = if let Some(settings) = &further.push {
            (Arc::new(Push::new(settings, clock, random)?), config.pace.push)
        } else if let Some(settings) = &further.sms {
            let provider = sms(&config, settings, clock)?;
            let provider = provider.ok_or_else(|| ProviderError::NoProvider(name.clone()))?;
            (provider, config.pace.sms)
        } else if let Some(settings) = &further.voice {
            let provider = voice(&config, settings, clock)?;
            let provider = provider.ok_or_else(|| ProviderError::NoProvider(name.clone()))?;
            (provider, config.pace.voice)
        } else if let Some(settings) = &further.email {
            (Arc::new(Email::new(settings, clock.clone())?), config.pace.email)
        } else {
            // The configuration was checked.
            continue;
        };
        add(name, provider, further.pace.unwrap_or(usual), further.weight);
    }
    Ok(accounts)
}

/// The one that sends text messages, where there is one.
fn sms(
    config: &Config,
    settings: &SmsSettings,
    clock: &Clock,
) -> Result<Option<Arc<dyn Provider>>, ProviderError> {
    if settings.count() > 1 {
        return Err(ProviderError::SeveralSms);
    }
    Ok(Some(if let Some(kannel) = &settings.kannel {
        Arc::new(Kannel::new(kannel, clock.clone())?)
    } else if let Some(cm) = &settings.cm {
        Arc::new(Cm::new(cm, clock.clone())?)
    } else if let Some(spryng) = &settings.spryng {
        Arc::new(Spryng::new(spryng, clock.clone())?)
    } else if let Some(twilio) = &settings.twilio {
        let reports = format!("{}/receipts/twilio", config.web.public_url);
        let reports = config.web.twilio_auth_token.as_ref().map(|_| reports);
        Arc::new(Twilio::new(twilio, reports, clock.clone())?)
    } else {
        return Ok(None);
    }))
}

/// The one that calls, where there is one.
fn voice(
    config: &Config,
    settings: &VoiceSettings,
    clock: &Clock,
) -> Result<Option<Arc<dyn Provider>>, ProviderError> {
    let service = &config.web.public_url;
    Ok(Some(match (&settings.cm, &settings.twilio) {
        (Some(_), Some(_)) => return Err(ProviderError::TwoVoices),
        (Some(cm), None) => {
            let secret = config.web.cm_receipts_secret.as_ref();
            let secret = secret.ok_or(CmVoiceError::NoSecret)?.expose_secret();
            let callback = format!("{service}/receipts/voice/cm/{secret}");
            Arc::new(CmVoice::new(cm, callback.into(), clock.clone())?)
        }
        (None, Some(twilio)) => {
            if config.web.twilio_auth_token.is_none() {
                return Err(TwilioVoiceError::NoToken.into());
            }
            Arc::new(TwilioVoice::new(twilio, service, clock.clone())?)
        }
        (None, None) => return Ok(None),
    }))
}
