//! Who we are to a push service: VAPID (RFC 8292), a token signed with ES256 and good for one push service.

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::RwLock;
use std::time::Duration;

use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
use aws_lc_rs::encoding::{AsBigEndian, EcPrivateKeyBin};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use http::HeaderValue;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use serde_json::json;

use crate::domain::clock::{Clock, Timestamp};
use crate::domain::random::Random;

/// How long a token is good; push services refuse more than 24 hours (RFC 8292 section 2).
const TOKEN_LIFE: Duration = Duration::from_hours(12);
/// How long it is used, so that a clock that is hours off does no harm.
const TOKEN_USE: Duration = Duration::from_hours(6);
/// Push services with a token at the same time. There are a handful of them, some with many host names.
const MOST_ORIGINS: usize = 1_024;

/// Why a key or subject is refused.
#[derive(Debug, thiserror::Error)]
pub enum VapidError {
    /// The file cannot be read.
    #[error("cannot read the VAPID key in {path}: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file holds no such key.
    #[error("the VAPID key must be a P-256 private key: a PEM file, or 32 bytes in base64url")]
    NoKey,
    /// Nobody could be reached at the subject.
    #[error("the VAPID subject must be an address to reach the operator at: mailto:... or https://...")]
    BadSubject,
}

/// The key pair by which push services and subscriptions know this server.
pub struct VapidKey {
    pair: EcdsaKeyPair,
    public: String,
}

impl fmt::Debug for VapidKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VapidKey")
            .field("public", &self.public)
            .finish_non_exhaustive()
    }
}

impl VapidKey {
    /// A new key. Subscriptions are bound to it, so it is made once and kept.
    pub fn generate(random: &Random) -> Self {
        // A number past the curve's order, once in 2^32, is drawn again.
        std::iter::repeat_with(|| Self::from_scalar(&random.bytes::<32>()))
            .find_map(Result::ok)
            .expect("the iterator has no end")
    }

    /// Reads a key from a file: PEM (PKCS #8 or SEC 1), or the 32 bytes of the private number in base64url.
    pub fn read(path: &Path) -> Result<Self, VapidError> {
        let text = std::fs::read_to_string(path).map_err(|source| VapidError::Unreadable {
            path: path.to_owned(),
            source,
        })?;
        Self::from_text(&text)
    }

    /// As [`VapidKey::read`], from the file's text.
    pub fn from_text(text: &str) -> Result<Self, VapidError> {
        if text.contains("-----BEGIN") {
            let der = PrivateKeyDer::from_pem_slice(text.as_bytes()).map_err(|_| VapidError::NoKey)?;
            let key = PrivateKey::from_private_key_der(&ECDH_P256, der.secret_der())
                .map_err(|_| VapidError::NoKey)?;
            let scalar: EcPrivateKeyBin = key.as_be_bytes().map_err(|_| VapidError::NoKey)?;
            return Self::from_scalar(scalar.as_ref());
        }
        let scalar = BASE64URL
            .decode(text.trim().trim_end_matches('='))
            .map_err(|_| VapidError::NoKey)?;
        Self::from_scalar(&scalar)
    }

    fn from_scalar(scalar: &[u8]) -> Result<Self, VapidError> {
        let public = PrivateKey::from_private_key(&ECDH_P256, scalar)
            .map_err(|_| VapidError::NoKey)?
            .compute_public_key()
            .map_err(|_| VapidError::NoKey)?;
        let pair = EcdsaKeyPair::from_private_key_and_public_key(
            &ECDSA_P256_SHA256_FIXED_SIGNING,
            scalar,
            public.as_ref(),
        )
        .map_err(|_| VapidError::NoKey)?;
        let public = BASE64URL.encode(pair.public_key().as_ref());
        Ok(Self { pair, public })
    }

    /// The public key as browsers take it for `applicationServerKey`: 65 bytes in base64url.
    pub fn public(&self) -> &str {
        &self.public
    }

    /// The private key as [`VapidKey::from_text`] reads it, in base64url. Secret.
    pub fn private(&self) -> String {
        let scalar: EcPrivateKeyBin = self
            .pair
            .private_key()
            .as_be_bytes()
            .expect("a P-256 key has a private number");
        BASE64URL.encode(scalar.as_ref())
    }

    fn sign(&self, claims: &serde_json::Value) -> String {
        let header = BASE64URL.encode(r#"{"typ":"JWT","alg":"ES256"}"#);
        let signed = format!("{header}.{}", BASE64URL.encode(claims.to_string()));
        let signature = self
            .pair
            .sign(&SystemRandom::new(), signed.as_bytes())
            .expect("a P-256 key signs any message");
        format!("{signed}.{}", BASE64URL.encode(signature.as_ref()))
    }
}

/// The `Authorization` headers for push services, each signed once in six hours.
#[derive(Debug)]
pub struct Vapid {
    key: VapidKey,
    subject: String,
    clock: Clock,
    tokens: RwLock<HashMap<String, Token>>,
}

#[derive(Debug)]
struct Token {
    header: HeaderValue,
    signed_at: Timestamp,
}

impl Vapid {
    /// Signs with `key`; `subject` is where a push service reaches the operator.
    pub fn new(key: VapidKey, subject: &str, clock: Clock) -> Result<Self, VapidError> {
        let address = subject
            .strip_prefix("mailto:")
            .filter(|mailbox| mailbox.contains('@'));
        if address
            .or_else(|| subject.strip_prefix("https://"))
            .is_none_or(|rest| rest.len() < 3)
        {
            return Err(VapidError::BadSubject);
        }
        Ok(Self {
            key,
            subject: subject.to_owned(),
            clock,
            tokens: RwLock::default(),
        })
    }

    /// The key it signs with.
    pub fn key(&self) -> &VapidKey {
        &self.key
    }

    /// The header for the push service at this origin, for instance `https://push.example`.
    pub fn authorization(&self, origin: &str) -> HeaderValue {
        let now = self.clock.now();
        let usable = |token: &Token| token.signed_at <= now && now < token.signed_at + TOKEN_USE;
        {
            let tokens = self
                .tokens
                .read()
                .expect("nothing panics while it holds the tokens");
            if let Some(token) = tokens.get(origin).filter(|token| usable(token)) {
                return token.header.clone();
            }
        }
        // Whoever comes at the same moment signs as well; either token is good.
        let header = self.sign(origin, now);
        let mut tokens = self
            .tokens
            .write()
            .expect("nothing panics while it holds the tokens");
        if tokens.len() >= MOST_ORIGINS {
            tokens.clear();
        }
        tokens.insert(
            origin.to_owned(),
            Token {
                header: header.clone(),
                signed_at: now,
            },
        );
        header
    }

    fn sign(&self, origin: &str, now: Timestamp) -> HeaderValue {
        let claims = json!({ "aud": origin, "exp": (now + TOKEN_LIFE).as_secs(), "sub": self.subject });
        let header = format!("vapid t={}, k={}", self.key.sign(&claims), self.key.public);
        let mut header = HeaderValue::try_from(header).expect("base64url is a header's value");
        header.set_sensitive(true);
        header
    }
}

#[cfg(test)]
mod tests;
