//! The chain: how an entry's hash is made of it and of the one before, and how a fault in it is found.

use aws_lc_rs::digest::{Context, SHA256};
use serde::Serialize;

use super::key::{AuditPublicKey, Signed};
use super::{AuditHead, StoredEntry};

/// Bytes of a hash.
pub const HASH_LEN: usize = 32;
/// What comes before the first entry.
pub const GENESIS: [u8; HASH_LEN] = [0; HASH_LEN];
/// So often an entry is signed itself, so that a rewritten chain shows where it begins to differ.
pub const SIGNED_EVERY: i64 = 64;

/// The hash of an entry: SHA-256 over a context, the numbers as 64-bit big-endian, every text with its length
/// before it, what may be missing with 0 or 1 before it, and the hash of the entry before.
pub fn hash(entry: &StoredEntry) -> [u8; HASH_LEN] {
    let mut digest = Context::new(&SHA256);
    digest.update(b"oproep audit entry 1\0");
    digest.update(&entry.number.to_be_bytes());
    digest.update(&entry.at.to_be_bytes());
    for text in [&entry.actor, &entry.deed, &entry.detail] {
        add(&mut digest, text.as_bytes());
    }
    let region = entry.region_id.map(|id| id.as_bytes().to_vec());
    let subject = entry.subject.as_ref().map(|text| text.as_bytes().to_vec());
    for part in [subject, region, entry.personal_sealed.clone()] {
        digest.update(&[u8::from(part.is_some())]);
        add(&mut digest, &part.unwrap_or_default());
    }
    digest.update(&entry.previous_hash);
    let hash = digest.finish();
    hash.as_ref().try_into().expect("SHA-256 has 32 bytes")
}

fn add(digest: &mut Context, part: &[u8]) {
    digest.update(&(part.len() as u64).to_be_bytes());
    digest.update(part);
}

/// What is wrong with the chain, and where first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct AuditFault {
    /// The number of the first entry that is not as it was written.
    pub number: i64,
    /// What is wrong with it.
    pub kind: AuditFaultKind,
}

/// What is wrong with an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditFaultKind {
    /// It is not there, though later ones are or were.
    Missing,
    /// It is there, though it was never written.
    Added,
    /// It says something else than was written.
    Changed,
    /// It does not go on from the one before.
    Unlinked,
    /// Its signature is not of this log's key: the chain was rewritten from the signature before on.
    Rewritten,
}

impl AuditFaultKind {
    /// In words, after the number of the entry.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Missing => "it was taken away",
            Self::Added => "it was slipped in",
            Self::Changed => "it was changed",
            Self::Unlinked => "it does not follow the one before, which was replaced",
            Self::Rewritten => {
                "it, or one since the signature before, was rewritten with everything after it"
            }
        }
    }
}

/// Follows the chain entry by entry.
#[derive(Debug)]
pub struct Verifier {
    key: AuditPublicKey,
    last: i64,
    hash: [u8; HASH_LEN],
}

impl Verifier {
    /// At the beginning of the chain that this key signed.
    pub const fn new(key: AuditPublicKey) -> Self {
        Self {
            key,
            last: 0,
            hash: GENESIS,
        }
    }

    /// The number of the last entry that was looked at.
    pub const fn last(&self) -> i64 {
        self.last
    }

    /// Looks at the next entry, in the order of numbers.
    pub fn take(&mut self, entry: &StoredEntry) -> Result<(), AuditFault> {
        let expected = self.last + 1;
        let fault = |number, kind| Err(AuditFault { number, kind });
        if entry.number > expected {
            return fault(expected, AuditFaultKind::Missing);
        }
        if entry.number < expected {
            return fault(entry.number, AuditFaultKind::Added);
        }
        if entry.previous_hash != self.hash {
            return fault(expected, AuditFaultKind::Unlinked);
        }
        let hash = hash(entry);
        if entry.hash != hash {
            return fault(expected, AuditFaultKind::Changed);
        }
        let is_due = expected % SIGNED_EVERY == 0;
        let is_signed = entry
            .signature
            .as_deref()
            .map(|signature| self.key.is_right(Signed::Along, expected, &hash, signature));
        if is_signed != is_due.then_some(true) {
            return fault(expected, AuditFaultKind::Rewritten);
        }
        self.last = expected;
        self.hash = hash;
        Ok(())
    }

    /// Looks at the end of the chain; answers how many entries there are.
    pub fn finish(self, head: Option<&AuditHead>) -> Result<i64, AuditFault> {
        let fault = |number, kind| Err(AuditFault { number, kind });
        let Some(head) = head else {
            return if self.last == 0 {
                Ok(0)
            } else {
                fault(self.last, AuditFaultKind::Rewritten)
            };
        };
        if !self
            .key
            .is_right(Signed::Head, head.number, &head.hash, &head.signature)
        {
            return fault(self.last.max(1), AuditFaultKind::Rewritten);
        }
        if head.number > self.last {
            return fault(self.last + 1, AuditFaultKind::Missing);
        }
        if head.number < self.last {
            return fault(head.number + 1, AuditFaultKind::Added);
        }
        if head.hash != self.hash {
            return fault(self.last, AuditFaultKind::Rewritten);
        }
        Ok(self.last)
    }
}
