//! What signs the audit log: Ed25519 (RFC 8032), so that whoever checks it needs no secret.

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};

use super::super::sealing::KeyBytes;

/// Bytes of a signature.
pub const SIGNATURE_LEN: usize = 64;

/// What a signature is for. One that was given for a place along the chain is none for its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signed {
    /// The last entry, anew with every entry; the one before is not kept.
    Head,
    /// Every 64th entry.
    Along,
    /// The present end, for somebody to keep elsewhere.
    Checkpoint,
}

impl Signed {
    const fn context(self) -> &'static [u8] {
        match self {
            Self::Head => b"oproep audit head 1\0",
            Self::Along => b"oproep audit along 1\0",
            Self::Checkpoint => b"oproep audit checkpoint 1\0",
        }
    }

    fn message(self, number: i64, hash: &[u8]) -> Vec<u8> {
        let mut message = self.context().to_vec();
        message.extend_from_slice(&number.to_be_bytes());
        message.extend_from_slice(hash);
        message
    }
}

/// The key that signs.
pub struct AuditKey(Ed25519KeyPair);

impl std::fmt::Debug for AuditKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AuditKey(..)")
    }
}

impl AuditKey {
    /// The key with these 32 random bytes.
    pub fn new(seed: &KeyBytes) -> Self {
        Self(Ed25519KeyPair::from_seed_unchecked(seed).expect("any 32 bytes are a seed"))
    }

    /// What checks its signatures.
    pub fn public(&self) -> AuditPublicKey {
        let bytes = self.0.public_key().as_ref();
        AuditPublicKey(bytes.try_into().expect("a public key has 32 bytes"))
    }

    /// Signs that the entry of this number has this hash.
    pub fn sign(&self, what: Signed, number: i64, hash: &[u8]) -> Vec<u8> {
        self.0.sign(&what.message(number, hash)).as_ref().to_vec()
    }
}

/// The key that checks: not secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditPublicKey(pub [u8; 32]);

impl AuditPublicKey {
    /// Whether the signature says that the entry of this number has this hash.
    pub fn is_right(&self, what: Signed, number: i64, hash: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, &self.0)
            .verify(&what.message(number, hash), signature)
            .is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_holds_for_its_number_hash_and_purpose_only() {
        let key = AuditKey::new(&[7; 32]);
        let signature = key.sign(Signed::Head, 3, &[1; 32]);
        assert_eq!(signature.len(), SIGNATURE_LEN);
        let public = key.public();
        assert!(public.is_right(Signed::Head, 3, &[1; 32], &signature));
        assert!(!public.is_right(Signed::Along, 3, &[1; 32], &signature));
        assert!(!public.is_right(Signed::Head, 4, &[1; 32], &signature));
        assert!(!public.is_right(Signed::Head, 3, &[2; 32], &signature));
        let other = AuditKey::new(&[8; 32]).public();
        assert!(!other.is_right(Signed::Head, 3, &[1; 32], &signature));
    }
}
