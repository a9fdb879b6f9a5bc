//! Fetching what somebody said after the tone: from the exchange's own host, and from nowhere else.
//!
//! <https://www.twilio.com/docs/voice/api/recording>. The address comes in a call that Twilio signed; still, only
//! the host that calls are ordered at is asked, over the same scheme and port, without redirects, and within limits
//! of size and time.

use std::time::Duration;

use futures::TryFutureExt;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{StatusCode, Url};

use super::twilio::{TwilioVoiceError, TwilioVoiceSettings};
use crate::channels::http::{Clients, HttpSettings};
use crate::channels::twilio::Account;

/// The longest recording, in bytes: two minutes of 8 kHz PCM are 2 MB, as MP3 an eighth of it.
pub const LONGEST_BYTES: usize = 4 * 1024 * 1024;
/// The longest that fetching one may take.
const WITHIN: Duration = Duration::from_secs(20);
/// The longest address, in bytes.
const LONGEST_URL: usize = 512;

/// A recording as it was fetched.
#[derive(Clone, PartialEq, Eq)]
pub struct Sound {
    /// `audio/mpeg` or `audio/wav`.
    pub media_type: &'static str,
    /// The file.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for Sound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sound({}, {} bytes)", self.media_type, self.bytes.len())
    }
}

/// Why a recording was not fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// Its address is not at the exchange.
    #[error("the recording's address is not one of the exchange")]
    Elsewhere,
    /// It is no recording, or too long.
    #[error("the recording is no sound, or too long")]
    Unfit,
    /// The exchange did not give it; perhaps later.
    #[error("the recording could not be fetched")]
    Later,
}

/// The recordings of an account at Twilio.
pub(super) struct Recordings {
    base: Url,
    authorization: HeaderValue,
    clients: Clients,
}

impl Recordings {
    /// Those of this account.
    pub(super) fn new(settings: &TwilioVoiceSettings) -> Result<Self, TwilioVoiceError> {
        let account = Account::new(
            &settings.base_url,
            &settings.account_sid,
            &settings.auth_token,
            "Recordings",
        )?;
        let http = HttpSettings {
            clients: 1,
            ..settings.http.clone()
        };
        Ok(Self {
            base: account.url().clone(),
            authorization: account.authorization().clone(),
            clients: Clients::build(&http)?,
        })
    }

    /// The address to be asked; none for one that is not this account's recording.
    fn address(&self, address: &str) -> Option<Url> {
        if address.len() > LONGEST_URL {
            return None;
        }
        let mut url = Url::parse(address).ok()?;
        let is_plain = url.username().is_empty() && url.password().is_none() && url.query().is_none();
        // `…/Accounts/AC…/Recordings.json` without its end.
        let folder = self.base.path().strip_suffix(".json")?;
        let recording = url.path().strip_prefix(folder)?.strip_prefix('/')?;
        let is_recording =
            (1..=40).contains(&recording.len()) && recording.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if url.origin() != self.base.origin() || !is_plain || !is_recording {
            return None;
        }
        // Without an ending it is a WAV, eight times as long.
        url.set_path(&format!("{}.mp3", url.path()));
        Some(url)
    }

    /// Fetches a recording. Ends within half a minute.
    pub(super) async fn fetch(&self, address: &str) -> Result<Sound, FetchError> {
        self.ask(self.address(address).ok_or(FetchError::Elsewhere)?)
            .await
    }

    async fn ask(&self, url: Url) -> Result<Sound, FetchError> {
        let request = self.clients.next().get(url).timeout(WITHIN);
        let response = request.header(AUTHORIZATION, self.authorization.clone()).send();
        let mut response = response.map_err(|_| FetchError::Later).await?;
        if response.status() != StatusCode::OK {
            // Not there yet, or the exchange's trouble; a redirect leads nowhere.
            return Err(FetchError::Later);
        }
        let media_type = response
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| media_type(value.to_str().ok()?))
            .ok_or(FetchError::Unfit)?;
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|_| FetchError::Later)? {
            if bytes.len() + chunk.len() > LONGEST_BYTES {
                return Err(FetchError::Unfit);
            }
            bytes.extend_from_slice(&chunk);
        }
        if bytes.is_empty() {
            return Err(FetchError::Unfit);
        }
        Ok(Sound { media_type, bytes })
    }
}

/// The media type in our own words, so that nothing else is ever served.
fn media_type(text: &str) -> Option<&'static str> {
    match text.split(';').next().unwrap_or_default().trim() {
        "audio/mpeg" | "audio/mp3" => Some("audio/mpeg"),
        "audio/wav" | "audio/x-wav" | "audio/wave" | "audio/vnd.wave" => Some("audio/wav"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recordings(base: &str) -> Recordings {
        let settings = serde_json::json!({
            "base_url": base, "account_sid": format!("AC{}", "0".repeat(32)), "auth_token": "t",
            "from": "+3197010200000",
        });
        Recordings::new(&serde_json::from_value(settings).unwrap()).unwrap()
    }

    #[test]
    fn only_recordings_of_our_account_at_the_exchange_are_asked_for() {
        let account = format!("/2010-04-01/Accounts/AC{}/Recordings", "0".repeat(32));
        let ours = recordings("https://api.twilio.com");
        assert_eq!(
            ours.address(&format!("https://api.twilio.com{account}/RE12"))
                .unwrap()
                .as_str(),
            format!("https://api.twilio.com{account}/RE12.mp3")
        );
        for other in [
            format!("http://api.twilio.com{account}/RE12"),
            format!("https://api.twilio.com.example{account}/RE12"),
            format!("https://api.twilio.com:8443{account}/RE12"),
            format!("https://api.twilio.com@127.0.0.1{account}/RE12"),
            format!("https://user:pw@api.twilio.com{account}/RE12"),
            format!("https://api.twilio.com{account}/../../x"),
            format!("https://api.twilio.com{account}/RE12?x=1"),
            format!("https://api.twilio.com{account}/"),
            "https://169.254.169.254/latest".to_owned(),
            "file:///etc/passwd".to_owned(),
            "x".repeat(600),
        ] {
            assert_eq!(ours.address(&other), None, "{other}");
        }
    }

    #[test]
    fn nothing_but_sound_is_taken() {
        assert_eq!(media_type("audio/mpeg"), Some("audio/mpeg"));
        assert_eq!(media_type("audio/x-wav; charset=x"), Some("audio/wav"));
        assert_eq!(media_type("text/html"), None);
    }
}
