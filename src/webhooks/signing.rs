//! Keys and signatures of the specification: HMAC-SHA-256 with a shared secret (`v1`), or Ed25519 with a key pair of
//! which the other side knows the public half alone (`v1a`).

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::domain::clock::Timestamp;
use crate::domain::random::Random;

const SHARED: &str = "whsec_";
const PRIVATE: &str = "whsk_";
const PUBLIC: &str = "whpk_";

/// How calls are signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scheme {
    /// With a secret that both sides know: `v1`, which every implementation of the specification checks.
    #[default]
    Shared,
    /// With a key pair: `v1a`. The other side cannot sign in our name.
    KeyPair,
}

/// A key. `Debug` shows none of it.
pub enum SigningKey {
    /// A shared secret.
    Shared(Vec<u8>),
    /// A key pair.
    KeyPair(Box<Ed25519KeyPair>),
}

/// The text is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no key of a webhook")]
pub struct NoKey;

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SigningKey(..)")
    }
}

impl SigningKey {
    /// A new key as it is written down: `whsec_` or `whsk_` and base64.
    pub fn make(scheme: Scheme, random: &Random) -> String {
        let bytes: [u8; 32] = random.bytes();
        let prefix = match scheme {
            Scheme::Shared => SHARED,
            Scheme::KeyPair => PRIVATE,
        };
        format!("{prefix}{}", STANDARD.encode(bytes))
    }

    /// Reads a key as it is written down.
    pub fn read(text: &str) -> Result<Self, NoKey> {
        let bytes = |text: &str| STANDARD.decode(text).map_err(|_| NoKey);
        if let Some(secret) = text.strip_prefix(SHARED) {
            let secret = bytes(secret)?;
            // The specification's bounds.
            if (24..=64).contains(&secret.len()) {
                return Ok(Self::Shared(secret));
            }
        } else if let Some(seed) = text.strip_prefix(PRIVATE) {
            let pair = Ed25519KeyPair::from_seed_unchecked(&bytes(seed)?).map_err(|_| NoKey)?;
            return Ok(Self::KeyPair(Box::new(pair)));
        }
        Err(NoKey)
    }

    /// How it signs.
    pub const fn scheme(&self) -> Scheme {
        match self {
            Self::Shared(_) => Scheme::Shared,
            Self::KeyPair(_) => Scheme::KeyPair,
        }
    }

    /// What the other side needs to check signatures: the shared secret itself, or the public half.
    pub fn for_receiver(&self) -> String {
        match self {
            Self::Shared(secret) => format!("{SHARED}{}", STANDARD.encode(secret)),
            Self::KeyPair(pair) => format!("{PUBLIC}{}", STANDARD.encode(pair.public_key().as_ref())),
        }
    }

    /// The signature of a call: `v1,...` or `v1a,...`.
    pub fn sign(&self, id: &str, sent_at: Timestamp, body: &[u8]) -> String {
        let mut content = format!("{id}.{}.", sent_at.as_secs()).into_bytes();
        content.extend_from_slice(body);
        match self {
            Self::Shared(secret) => {
                let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
                format!("v1,{}", STANDARD.encode(hmac::sign(&key, &content)))
            }
            Self::KeyPair(pair) => format!("v1a,{}", STANDARD.encode(pair.sign(&content))),
        }
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};

    use super::*;

    fn key(scheme: Scheme) -> SigningKey {
        SigningKey::read(&SigningKey::make(scheme, &Random::from_seed(3))).unwrap()
    }

    /// The secret, message and signature that the specification's implementations test themselves with.
    #[test]
    fn a_known_message_gets_its_known_signature() {
        let key = SigningKey::read("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let sent_at = Timestamp::from_millis(1_614_265_330_000);
        let signature = key.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", sent_at, b"{\"test\": 2432232314}");
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_key_pair_signs_what_its_public_half_checks_and_keeps_the_private_one() {
        let key = key(Scheme::KeyPair);
        let public = key.for_receiver();
        let public = STANDARD.decode(public.strip_prefix(PUBLIC).unwrap()).unwrap();
        let signature = key.sign("msg_1", Timestamp::from_millis(5_999), b"{}");
        let signature = STANDARD.decode(signature.strip_prefix("v1a,").unwrap()).unwrap();
        let check = UnparsedPublicKey::new(&ED25519, public);
        assert!(check.verify(b"msg_1.5.{}", &signature).is_ok());
        assert!(check.verify(b"msg_1.6.{}", &signature).is_err());
    }

    #[test]
    fn a_key_reads_back_and_anything_else_is_none() {
        assert_eq!(key(Scheme::Shared).scheme(), Scheme::Shared);
        assert_eq!(key(Scheme::KeyPair).scheme(), Scheme::KeyPair);
        for wrong in ["", "whsec_", "whsec_AAAA", "whsk_AAAA", "secret", "whpk_AAAA"] {
            assert!(SigningKey::read(wrong).is_err(), "{wrong}");
        }
    }
}
