//! The provider token: who we are to Apple, signed with ES256 and renewed every 40 minutes.
//!
//! <https://developer.apple.com/documentation/usernotifications/establishing-a-token-based-connection-to-apns>:
//! a token is refused after an hour, and one that is made anew more than once in 20 minutes as well.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::HeaderValue;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;

use super::{ApnsError, ApnsSettings};
use crate::domain::clock::{Clock, Timestamp};

/// How long a token is used.
const USE: Duration = Duration::from_mins(40);
/// How often a token may be made anew.
const RENEW_AT_MOST_EVERY: Duration = Duration::from_mins(20);

/// A token.
#[derive(Debug)]
pub(super) struct ProviderToken {
    header: HeaderValue,
    signed_at: Timestamp,
}

impl ProviderToken {
    /// The `Authorization` header; never printed.
    pub(super) const fn header(&self) -> &HeaderValue {
        &self.header
    }
}

/// The token of one account, shared by all who send.
pub(super) struct ProviderTokens {
    key: EncodingKey,
    key_id: String,
    team_id: String,
    clock: Clock,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    kept: Option<Arc<ProviderToken>>,
    /// When a token was last made because Apple called the one before expired.
    replaced_at: Option<Timestamp>,
}

impl fmt::Debug for ProviderTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProviderTokens")
            .field("key_id", &self.key_id)
            .finish_non_exhaustive()
    }
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    /// Seconds since 1970.
    iat: i64,
}

impl ProviderTokens {
    /// Reads the key, and shows that it signs.
    pub(super) fn read(settings: &ApnsSettings, clock: Clock) -> Result<Self, ApnsError> {
        let is_identifier =
            |text: &str| text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !is_identifier(&settings.key_id) {
            return Err(ApnsError::Identifier("key_id"));
        }
        if !is_identifier(&settings.team_id) {
            return Err(ApnsError::Identifier("team_id"));
        }
        let pem = std::fs::read(&settings.key_file).map_err(|source| ApnsError::KeyUnreadable {
            path: settings.key_file.clone(),
            source,
        })?;
        let tokens = Self {
            key: EncodingKey::from_ec_pem(&pem).map_err(|_| ApnsError::NoKey)?,
            key_id: settings.key_id.clone(),
            team_id: settings.team_id.clone(),
            clock,
            state: Mutex::default(),
        };
        // A key of another curve reads well and signs nothing.
        tokens.sign(Timestamp::from_millis(0)).ok_or(ApnsError::NoKey)?;
        Ok(tokens)
    }

    /// A token that holds.
    pub(super) fn current(&self) -> Arc<ProviderToken> {
        let now = self.clock.now();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match &state.kept {
            Some(token) if token.signed_at <= now && now < token.signed_at + USE => Arc::clone(token),
            _ => self.renew(&mut state, now),
        }
    }

    /// Another token in the place of one that Apple calls expired: the one that somebody else made meanwhile, or
    /// a new one. None when a new one was made for that reason less than 20 minutes ago, since then it is not the
    /// token that is wrong but perhaps our clock.
    pub(super) fn renewed(&self, refused: &Arc<ProviderToken>) -> Option<Arc<ProviderToken>> {
        let now = self.clock.now();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = state.kept.as_ref().filter(|kept| !Arc::ptr_eq(kept, refused)) {
            return Some(Arc::clone(kept));
        }
        if state
            .replaced_at
            .is_some_and(|before| now < before + RENEW_AT_MOST_EVERY)
        {
            return None;
        }
        state.replaced_at = Some(now);
        Some(self.renew(&mut state, now))
    }

    fn renew(&self, state: &mut State, now: Timestamp) -> Arc<ProviderToken> {
        let header = self.sign(now).expect("the key signed when it was read");
        let token = Arc::new(ProviderToken {
            header,
            signed_at: now,
        });
        state.kept = Some(Arc::clone(&token));
        token
    }

    fn sign(&self, now: Timestamp) -> Option<HeaderValue> {
        let header = Header {
            typ: None,
            kid: Some(self.key_id.clone()),
            ..Header::new(Algorithm::ES256)
        };
        let claims = Claims {
            iss: &self.team_id,
            iat: now.as_secs(),
        };
        let token = jsonwebtoken::encode(&header, &claims, &self.key).ok()?;
        let mut value = HeaderValue::try_from(format!("bearer {token}")).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}
