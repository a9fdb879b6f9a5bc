//! The key that signs mails, and what of it stands in DNS.

use std::fmt;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;

use crate::domain::random::Random;

/// Receivers refuse shorter keys sooner or later (RFC 8301, section 3.2).
const LEAST_BYTES: usize = 2_048 / 8;
/// Nor do they have to take longer ones.
const MOST_BYTES: usize = 4_096 / 8;

/// Why a key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DkimKeyError {
    /// The file cannot be read.
    #[error("cannot read the key in {path}: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file holds no such key.
    #[error(
        "{0} holds no key that signs mails: RSA of 2,048 to 4,096 bits or Ed25519, as PEM; `oproep keys dkim` makes one"
    )]
    NoKey(PathBuf),
}

/// How a key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DkimAlgorithm {
    /// rsa-sha256, which every receiver knows; 2,048 bits.
    Rsa,
    /// ed25519-sha256 (RFC 8463), quick and short, which not every receiver knows yet.
    Ed25519,
}

/// A key that signs mails.
pub struct DkimKey(Pair);

enum Pair {
    Rsa(RsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl fmt::Debug for DkimKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DkimKey({})", self.algorithm())
    }
}

impl DkimKey {
    /// A new key. One of RSA is drawn by the cryptographic library itself.
    pub fn generate(algorithm: DkimAlgorithm, random: &Random) -> Self {
        Self(match algorithm {
            DkimAlgorithm::Rsa => {
                Pair::Rsa(RsaKeyPair::generate(KeySize::Rsa2048).expect("the library makes a key"))
            }
            DkimAlgorithm::Ed25519 => Pair::Ed25519(
                Ed25519KeyPair::from_seed_unchecked(&random.bytes::<32>()).expect("any 32 bytes make a key"),
            ),
        })
    }

    /// Reads a key from a PEM file (PKCS #8, or PKCS #1 for RSA).
    pub fn read(path: &Path) -> Result<Self, DkimKeyError> {
        let text = std::fs::read(path).map_err(|source| DkimKeyError::Unreadable {
            path: path.to_owned(),
            source,
        })?;
        Self::from_pem(&text).ok_or_else(|| DkimKeyError::NoKey(path.to_owned()))
    }

    /// As [`DkimKey::read`], from the file's text; none when it holds no such key.
    pub fn from_pem(text: &[u8]) -> Option<Self> {
        let der = PrivateKeyDer::from_pem_slice(text).ok()?;
        let rsa = match &der {
            PrivateKeyDer::Pkcs1(der) => RsaKeyPair::from_der(der.secret_pkcs1_der()),
            der => RsaKeyPair::from_pkcs8(der.secret_der()),
        };
        if let Ok(pair) = rsa {
            let fits = (LEAST_BYTES..=MOST_BYTES).contains(&pair.public_modulus_len());
            return fits.then_some(Self(Pair::Rsa(pair)));
        }
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(der.secret_der()).ok()?;
        Some(Self(Pair::Ed25519(pair)))
    }

    /// The key as a PEM file (PKCS #8).
    pub fn to_pem(&self) -> String {
        let der: Pkcs8V1Der<'static> = match &self.0 {
            Pair::Rsa(pair) => pair.as_der(),
            Pair::Ed25519(pair) => pair.as_der(),
        }
        .expect("a key writes itself");
        let mut pem = "-----BEGIN PRIVATE KEY-----\n".to_owned();
        for line in STANDARD.encode(der.as_ref()).as_bytes().chunks(64) {
            writeln!(pem, "{}", String::from_utf8_lossy(line)).expect("a string takes any text");
        }
        pem.push_str("-----END PRIVATE KEY-----\n");
        pem
    }

    /// The name of the algorithm in a signature.
    pub const fn algorithm(&self) -> &'static str {
        match self.0 {
            Pair::Rsa(_) => "rsa-sha256",
            Pair::Ed25519(_) => "ed25519-sha256",
        }
    }

    /// The text of the record at `SELECTOR._domainkey.DOMAIN` (RFC 6376, section 3.6.1; RFC 8463, section 4.2).
    pub fn record(&self) -> String {
        match &self.0 {
            Pair::Rsa(pair) => {
                let der: PublicKeyX509Der<'static> =
                    pair.public_key().as_der().expect("a public key writes itself");
                format!("v=DKIM1; k=rsa; p={}", STANDARD.encode(der.as_ref()))
            }
            Pair::Ed25519(pair) => {
                format!(
                    "v=DKIM1; k=ed25519; p={}",
                    STANDARD.encode(pair.public_key().as_ref())
                )
            }
        }
    }

    /// The signature of the canonical headers.
    pub(super) fn sign(&self, data: &[u8]) -> Vec<u8> {
        match &self.0 {
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), data, &mut signature)
                    .expect("a key of this size signs");
                signature
            }
            // It signs the hash (RFC 8463, section 3).
            Pair::Ed25519(pair) => pair.sign(digest(&SHA256, data).as_ref()).as_ref().to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reads_back_what_it_writes_and_debug_shows_nothing_of_it() {
        for algorithm in [DkimAlgorithm::Rsa, DkimAlgorithm::Ed25519] {
            let key = DkimKey::generate(algorithm, &Random::from_seed(1));
            let read = DkimKey::from_pem(key.to_pem().as_bytes()).unwrap();
            assert_eq!(read.record(), key.record());
            assert_eq!(read.sign(b"x"), key.sign(b"x"));
            assert!(format!("{key:?}").len() < 30);
        }
    }

    #[test]
    fn what_is_no_such_key_is_refused() {
        for text in [
            "",
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        ] {
            assert!(DkimKey::from_pem(text.as_bytes()).is_none());
        }
    }
}
