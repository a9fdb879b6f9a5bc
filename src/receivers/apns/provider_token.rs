//! The provider token: ES256, by our key and team, not older than an hour.

use std::collections::HashMap;
use std::io;
use std::sync::{Mutex, MutexGuard};

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256};
use serde::Deserialize;

use super::{KEY_ID, TEAM_ID};
use crate::domain::clock::Timestamp;

/// How old a token may be, in seconds.
const LIFE_S: i64 = 3_600;
/// How far a sender's clock may be ahead, in seconds.
const LEEWAY_S: i64 = 60;
/// Tokens that are remembered.
const MOST_TOKENS: usize = 1_024;

/// Checks tokens.
pub(super) struct TokenCheck {
    private_pem: String,
    public: DecodingKey,
    /// The tokens seen, and whether they were called expired.
    seen: Mutex<HashMap<String, bool>>,
}

impl std::fmt::Debug for TokenCheck {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenCheck")
    }
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    iat: i64,
}

impl TokenCheck {
    /// Makes the key, from the library's own generator.
    pub(super) fn new() -> io::Result<Self> {
        let pair = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(io::Error::other)?;
        let public = DecodingKey::from_ec_der(pair.public_key_raw());
        Ok(Self {
            private_pem: pair.serialize_pem(),
            public,
            seen: Mutex::default(),
        })
    }

    pub(super) fn private_pem(&self) -> &str {
        &self.private_pem
    }

    /// Whether the token holds; the error is Apple's reason.
    pub(super) fn check(&self, token: Option<&str>, now: Timestamp) -> Result<(), &'static str> {
        const INVALID: &str = "InvalidProviderToken";
        let token = token.ok_or("MissingProviderToken")?;
        let header = decode_header(token).map_err(|_| INVALID)?;
        if header.alg != Algorithm::ES256 || header.kid.as_deref() != Some(KEY_ID) {
            return Err(INVALID);
        }
        let mut validation = Validation::new(Algorithm::ES256);
        // It has no end of its own; how old it may be is for us to say, below.
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        let claims: Claims = decode(token, &self.public, &validation)
            .map_err(|_| INVALID)?
            .claims;
        if claims.iss != TEAM_ID || claims.iat > now.as_secs() + LEEWAY_S {
            return Err(INVALID);
        }
        let mut seen = self.seen();
        if seen.len() >= MOST_TOKENS && !seen.contains_key(token) {
            seen.clear();
        }
        let is_expired = *seen.entry(token.to_owned()).or_insert(false);
        if is_expired || now.as_secs() - claims.iat > LIFE_S {
            return Err("ExpiredProviderToken");
        }
        Ok(())
    }

    pub(super) fn expire_all(&self) {
        for expired in self.seen().values_mut() {
            *expired = true;
        }
    }

    pub(super) fn seen(&self) -> MutexGuard<'_, HashMap<String, bool>> {
        self.seen
            .lock()
            .expect("nothing panics while it holds the tokens")
    }
}
