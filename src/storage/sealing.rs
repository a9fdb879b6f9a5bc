//! What is personal is sealed before it is stored, and found again by a keyed hash.
//!
//! A sealed value is `key id (1) | nonce (12) | ciphertext | tag (16)`, AES-256-GCM with a random nonce; the
//! column's name is authenticated with it, so that a value cannot be moved to another column. A hash is
//! HMAC-SHA-256 with a key of its own over the column's name and the normalised value.

use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hmac;

use super::audit::key::AuditKey;
use super::{Result, StorageError};
use crate::domain::random::Random;

/// What a key file holds: 32 random bytes.
pub type KeyBytes = [u8; 32];

/// The keys of one database.
#[derive(Clone)]
pub struct Keyring(Arc<Keys>);

struct Keys {
    /// The first seals; all open.
    seals: Vec<(u8, LessSafeKey)>,
    lookup: hmac::Key,
    audit: AuditKey,
    random: Random,
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keyring(..)")
    }
}

impl Keyring {
    /// A ring of sealing keys by id, the newest first, the key for look-ups, and the key that signs the audit log.
    ///
    /// # Panics
    /// Without a sealing key.
    pub fn new(seals: &[(u8, KeyBytes)], lookup: &KeyBytes, audit: &KeyBytes, random: Random) -> Self {
        assert!(!seals.is_empty(), "a keyring needs a key to seal with");
        let seals = seals
            .iter()
            .map(|(id, bytes)| {
                let key = UnboundKey::new(&AES_256_GCM, bytes).expect("the key has the cipher's length");
                (*id, LessSafeKey::new(key))
            })
            .collect();
        Self(Arc::new(Keys {
            seals,
            lookup: hmac::Key::new(hmac::HMAC_SHA256, lookup),
            audit: AuditKey::new(audit),
            random,
        }))
    }

    /// Seals a value for a column, named `table.column`.
    pub fn seal(&self, column: &'static str, plain: &[u8]) -> Vec<u8> {
        self.seal_for(column.as_bytes(), plain)
    }

    /// Seals a value for what `context` says: it opens for nothing else.
    pub fn seal_for(&self, context: &[u8], plain: &[u8]) -> Vec<u8> {
        let (id, key) = &self.0.seals[0];
        let nonce: [u8; NONCE_LEN] = self.0.random.bytes();
        let mut sealed = Vec::with_capacity(1 + NONCE_LEN + plain.len() + 16);
        sealed.push(*id);
        sealed.extend_from_slice(&nonce);
        let mut body = plain.to_vec();
        key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(context), &mut body)
            .expect("AES-GCM seals any value of this size");
        sealed.extend_from_slice(&body);
        sealed
    }

    /// Opens what [`Keyring::seal`] sealed for the same column.
    pub fn open(&self, column: &'static str, sealed: &[u8]) -> Result<Vec<u8>> {
        self.open_for(column.as_bytes(), sealed)
    }

    /// Opens what [`Keyring::seal_for`] sealed for the same.
    pub fn open_for(&self, context: &[u8], sealed: &[u8]) -> Result<Vec<u8>> {
        let (id, rest) = sealed.split_first().ok_or(StorageError::Sealed)?;
        let (nonce, body) = rest.split_at_checked(NONCE_LEN).ok_or(StorageError::Sealed)?;
        let (_, key) = self
            .0
            .seals
            .iter()
            .find(|(known, _)| known == id)
            .ok_or(StorageError::Sealed)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| StorageError::Sealed)?;
        let mut body = body.to_vec();
        let length = key
            .open_in_place(nonce, Aad::from(context), &mut body)
            .map_err(|_| StorageError::Sealed)?
            .len();
        body.truncate(length);
        Ok(body)
    }

    /// Seals a value as JSON.
    pub fn seal_json<T: serde::Serialize>(&self, column: &'static str, value: &T) -> Vec<u8> {
        self.seal(
            column,
            &serde_json::to_vec(value).expect("stored types write themselves as JSON"),
        )
    }

    /// Opens what [`Keyring::seal_json`] sealed.
    pub fn open_json<T: serde::de::DeserializeOwned>(
        &self,
        column: &'static str,
        sealed: &[u8],
    ) -> Result<T> {
        serde_json::from_slice(&self.open(column, sealed)?).map_err(|_| StorageError::Corrupt(column))
    }

    /// What signs the audit log.
    pub fn audit(&self) -> &AuditKey {
        &self.0.audit
    }

    /// The look-up hash of a normalised value.
    pub fn hash(&self, column: &'static str, value: &str) -> Vec<u8> {
        let mut context = hmac::Context::with_key(&self.0.lookup);
        context.update(column.as_bytes());
        context.update(&[0]);
        context.update(value.as_bytes());
        context.sign().as_ref().to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(keys: &[(u8, KeyBytes)]) -> Keyring {
        Keyring::new(keys, &[9; 32], &[10; 32], Random::from_seed(1))
    }

    #[test]
    fn a_sealed_value_opens_in_its_own_column_only() {
        let ring = ring(&[(1, [7; 32])]);
        let sealed = ring.seal("participants.contact", b"06 12345678");
        assert_eq!(
            ring.open("participants.contact", &sealed).unwrap(),
            b"06 12345678"
        );
        assert!(ring.open("participants.places", &sealed).is_err());
        assert!(!sealed.windows(4).any(|part| part == b"1234"));
    }

    #[test]
    fn any_changed_byte_is_noticed() {
        let ring = ring(&[(1, [7; 32])]);
        let sealed = ring.seal("c", b"value");
        for position in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[position] ^= 1;
            assert!(ring.open("c", &changed).is_err(), "byte {position}");
        }
        assert!(ring.open("c", &sealed[..10]).is_err());
    }

    #[test]
    fn an_older_key_still_opens_after_a_new_one_came() {
        let sealed = ring(&[(1, [7; 32])]).seal("c", b"value");
        assert_eq!(
            ring(&[(2, [8; 32]), (1, [7; 32])]).open("c", &sealed).unwrap(),
            b"value"
        );
        assert!(ring(&[(2, [8; 32])]).open("c", &sealed).is_err());
    }
}
