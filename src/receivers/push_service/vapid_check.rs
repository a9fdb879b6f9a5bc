//! Whether a sender may send: its VAPID token (RFC 8292), checked as a push service does.

use std::collections::HashMap;
use std::sync::Mutex;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde::Deserialize;

use crate::domain::clock::Timestamp;

/// The longest that a token may live (RFC 8292 section 2), in seconds.
const LONGEST_LIFE_S: i64 = 24 * 3600;
/// Tokens whose signature is remembered as good.
const MOST_KNOWN: usize = 64;
/// The longest header that is read.
const LONGEST_HEADER: usize = 2_048;

#[derive(Debug)]
pub(super) struct VapidCheck {
    audience: String,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    only_key: Option<String>,
    /// Headers whose signature and audience were good, with their end: senders repeat them for hours.
    known: HashMap<String, Known>,
}

#[derive(Clone, Debug)]
struct Known {
    key: String,
    exp: i64,
}

#[derive(Deserialize)]
struct Claims {
    aud: String,
    exp: i64,
}

impl VapidCheck {
    /// Tokens must be meant for the origin `audience`.
    pub(super) fn new(audience: String) -> Self {
        Self {
            audience,
            state: Mutex::default(),
        }
    }

    pub(super) fn restrict_to(&self, public_key: &str) {
        self.state
            .lock()
            .expect("nothing panics while it holds the keys")
            .only_key = Some(public_key.to_owned());
    }

    /// The error is what to tell the sender.
    pub(super) fn check(&self, header: Option<&str>, now: Timestamp) -> Result<(), &'static str> {
        let header = header.ok_or("the Authorization header is missing")?;
        let mut state = self.state.lock().expect("nothing panics while it holds the keys");
        let known = if let Some(known) = state.known.get(header) {
            known.clone()
        } else {
            let known = self.verify(header)?;
            if state.known.len() == MOST_KNOWN {
                state.known.clear();
            }
            state.known.insert(header.to_owned(), known.clone());
            known
        };
        if state.only_key.as_ref().is_some_and(|only| *only != known.key) {
            return Err("the subscription is for another VAPID key");
        }
        match known.exp - now.as_secs() {
            ..=0 => Err("the VAPID token has expired"),
            life if life > LONGEST_LIFE_S => Err("the VAPID token lives longer than 24 hours"),
            _ => Ok(()),
        }
    }

    fn verify(&self, header: &str) -> Result<Known, &'static str> {
        let parameters = header
            .strip_prefix("vapid ")
            .filter(|header| header.len() < LONGEST_HEADER)
            .ok_or("use the vapid scheme")?;
        let parameter = |name: &str| {
            parameters
                .split(',')
                .find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='))
        };
        let (token, key) = parameter("t")
            .zip(parameter("k"))
            .ok_or("the vapid scheme needs t and k")?;
        let point = BASE64URL
            .decode(key)
            .ok()
            .filter(|point| point.len() == 65 && point[0] == 4);
        let point = point.ok_or("k must be an uncompressed P-256 point in base64url")?;
        let (x, y) = (BASE64URL.encode(&point[1..33]), BASE64URL.encode(&point[33..]));
        let verifier = DecodingKey::from_ec_components(&x, &y).map_err(|_| "k must be a P-256 point")?;
        let mut validation = Validation::new(Algorithm::ES256);
        // Against our own clock, above.
        validation.validate_exp = false;
        validation.validate_aud = false;
        let claims: Claims = decode(token, &verifier, &validation)
            .map_err(|_| "the VAPID token is not signed by k")?
            .claims;
        if claims.aud != self.audience {
            return Err("the VAPID token is meant for another push service");
        }
        Ok(Known {
            key: key.to_owned(),
            exp: claims.exp,
        })
    }
}
