//! The token endpoint: an access token for a signed assertion (RFC 7523).

use std::collections::HashMap;
use std::io;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD as BASE64URL};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::PROJECT;
use crate::domain::clock::Timestamp;
use crate::domain::random::Random;

const ACCOUNT: &str = "alarm@oproep-local.iam.gserviceaccount.com";
const SCOPE: &str = "https://www.googleapis.com/auth/firebase.messaging";
const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// How long a token is good, as with Google.
const TOKEN_LIFE: Duration = Duration::from_hours(1);
/// How far a sender's clock may be off, in seconds.
const LEEWAY_S: i64 = 60;
/// Tokens that are good at the same time.
const MOST_TOKENS: usize = 1_024;

pub(super) struct OAuth {
    token_uri: String,
    private_pem: String,
    public: DecodingKey,
    state: Mutex<State>,
}

impl std::fmt::Debug for OAuth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OAuth")
            .field("token_uri", &self.token_uri)
            .finish_non_exhaustive()
    }
}

#[derive(Default)]
struct State {
    tokens: HashMap<String, Timestamp>,
    given: u64,
}

/// What is posted to the token endpoint.
#[derive(Deserialize)]
pub(super) struct Form {
    grant_type: String,
    assertion: String,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    scope: String,
    aud: String,
    iat: i64,
    exp: i64,
}

impl OAuth {
    /// Makes the account's key: RSA with 2,048 bits, from the library's own generator.
    pub(super) fn new(token_uri: String) -> io::Result<Self> {
        let failed = |_| io::Error::other("cannot make an RSA key");
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(failed)?;
        let der: Pkcs8V1Der = pair.as_der().map_err(failed)?;
        let lines: Vec<String> = BASE64_STANDARD
            .encode(der.as_ref())
            .as_bytes()
            .chunks(64)
            .map(|line| String::from_utf8_lossy(line).into_owned())
            .collect();
        let private_pem = format!(
            "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
            lines.join("\n")
        );
        let public = DecodingKey::from_rsa_der(pair.public_key().as_ref());
        Ok(Self {
            token_uri,
            private_pem,
            public,
            state: Mutex::default(),
        })
    }

    /// The account's key file as Google's console gives it.
    pub(super) fn key_file(&self) -> Value {
        json!({
            "type": "service_account",
            "project_id": PROJECT,
            "private_key_id": "1",
            "private_key": self.private_pem,
            "client_email": ACCOUNT,
            "client_id": "1",
            "token_uri": self.token_uri,
        })
    }

    /// A token for the assertion; the error is the code (RFC 6749 section 5.2) and what to do.
    pub(super) fn grant(
        &self,
        form: &Form,
        now: Timestamp,
        random: &Random,
    ) -> Result<Value, (&'static str, &'static str)> {
        if form.grant_type != GRANT_TYPE {
            return Err(("unsupported_grant_type", "use the jwt-bearer grant"));
        }
        let mut validation = Validation::new(Algorithm::RS256);
        // Against our own clock, below.
        validation.validate_exp = false;
        validation.validate_aud = false;
        let claims: Claims = decode(&form.assertion, &self.public, &validation)
            .map_err(|_| {
                (
                    "invalid_grant",
                    "the assertion is not signed by the account's key with RS256",
                )
            })?
            .claims;
        if claims.iss != ACCOUNT || claims.aud != self.token_uri {
            return Err((
                "invalid_grant",
                "iss must be the account and aud the token endpoint",
            ));
        }
        let seconds = now.as_secs();
        if claims.iat > seconds + LEEWAY_S || claims.exp <= seconds || claims.exp - claims.iat > 3_600 {
            return Err((
                "invalid_grant",
                "iat must not lie ahead, exp must, and at most an hour apart",
            ));
        }
        if claims.scope != SCOPE {
            return Err(("invalid_scope", "ask for firebase.messaging"));
        }
        let token = format!("ya29.{}", BASE64URL.encode(random.bytes::<32>()));
        let mut state = self.state();
        state.tokens.retain(|_, expires_at| *expires_at > now);
        if state.tokens.len() == MOST_TOKENS {
            state.tokens.clear();
        }
        state.tokens.insert(token.clone(), now + TOKEN_LIFE);
        state.given += 1;
        Ok(json!({ "access_token": token, "expires_in": TOKEN_LIFE.as_secs(), "token_type": "Bearer" }))
    }

    /// Whether the token is good.
    pub(super) fn holds(&self, token: &str, now: Timestamp) -> bool {
        self.state()
            .tokens
            .get(token)
            .is_some_and(|expires_at| *expires_at > now)
    }

    pub(super) fn revoke(&self) {
        self.state().tokens.clear();
    }

    pub(super) fn given(&self) -> u64 {
        self.state().given
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state
            .lock()
            .expect("nothing panics while it holds the tokens")
    }
}
