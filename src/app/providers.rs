//! The provider accounts of a configuration: the only place where adapters are built.

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
    /// Spryng.
    #[error("sms.spryng: {0}")]
    Spryng(#[from] crate::channels::sms::spryng::SpryngError),
    /// Twilio.
    #[error("sms.twilio: {0}")]
    Twilio(#[from] crate::channels::sms::twilio::TwilioError),
    /// Several accounts where one sends.
    #[error(
        "only one of sms.kannel, sms.cm, sms.spryng and sms.twilio can be configured: leave the others out"
    )]
    SeveralSms,
    /// Calls by CM.com.
    #[error("voice.cm: {0}")]
    CmVoice(#[from] CmVoiceError),
    /// Calls by Twilio.
    #[error("voice.twilio: {0}")]
    TwilioVoice(#[from] TwilioVoiceError),
    /// Two accounts where one calls.
    #[error("voice.cm and voice.twilio are both configured: leave one out")]
    TwoVoices,
    /// E-mail.
    #[error("email: {0}")]
    Email(#[from] crate::channels::email::settings::EmailSettingsError),
}

/// The account of each channel that the configuration has one for.
pub fn names(config: &Config) -> Accounts {
    let mut names = Accounts::new();
    if config.push.is_set_up() {
        names.insert(Channel::App, "push".to_owned());
    }
    if config.sms.count() > 0 {
        names.insert(Channel::Sms, "sms".to_owned());
    }
    if config.voice.cm.is_some() || config.voice.twilio.is_some() {
        names.insert(Channel::Voice, "voice".to_owned());
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
    if config.push.is_set_up() {
        add(
            "push",
            Arc::new(Push::new(&config.push, clock, random)?),
            config.pace.push,
        );
    }
    if let Some(sms) = sms(config, clock)? {
        add("sms", sms, config.pace.sms);
    }
    if let Some(voice) = voice(config, clock)? {
        add("voice", voice, config.pace.voice);
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

/// The one that sends text messages, where there is one.
fn sms(config: &Config, clock: &Clock) -> Result<Option<Arc<dyn Provider>>, ProviderError> {
    let settings = &config.sms;
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
fn voice(config: &Config, clock: &Clock) -> Result<Option<Arc<dyn Provider>>, ProviderError> {
    let service = &config.web.public_url;
    Ok(Some(match (&config.voice.cm, &config.voice.twilio) {
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
