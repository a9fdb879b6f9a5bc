//! The end of the log at a moment, signed, for somebody to keep elsewhere: what later shows that the whole database
//! was put back to an earlier one.

use std::fmt;
use std::str::FromStr;

use super::key::{AuditKey, AuditPublicKey, SIGNATURE_LEN, Signed};
use super::{AuditHead, hex};

/// How a checkpoint begins.
const MARK: &str = "oproep-audit-checkpoint-1";

/// A signed end of the log. Written as one line: a mark, the number, and hash and signature in hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The number of the last entry.
    pub number: i64,
    /// Its hash.
    pub hash: Vec<u8>,
    signature: Vec<u8>,
}

/// The text is no checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no checkpoint: give the line that `oproep audit checkpoint` wrote")]
pub struct NoCheckpoint;

impl Checkpoint {
    /// Signs the end of the log.
    pub fn new(key: &AuditKey, head: &AuditHead) -> Self {
        Self {
            number: head.number,
            hash: head.hash.clone(),
            signature: key.sign(Signed::Checkpoint, head.number, &head.hash),
        }
    }

    /// Whether this key signed it.
    pub fn is_signed_by(&self, key: AuditPublicKey) -> bool {
        key.is_right(Signed::Checkpoint, self.number, &self.hash, &self.signature)
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hash, signature) = (hex(&self.hash), hex(&self.signature));
        write!(f, "{MARK} {} {hash} {signature}", self.number)
    }
}

impl FromStr for Checkpoint {
    type Err = NoCheckpoint;

    fn from_str(text: &str) -> Result<Self, NoCheckpoint> {
        let parts: Vec<&str> = text.split_whitespace().collect();
        let [MARK, number, hash, signature] = parts[..] else {
            return Err(NoCheckpoint);
        };
        Ok(Self {
            number: number.parse().map_err(|_| NoCheckpoint)?,
            hash: unhex(hash, super::chain::HASH_LEN)?,
            signature: unhex(signature, SIGNATURE_LEN)?,
        })
    }
}

fn unhex(text: &str, len: usize) -> Result<Vec<u8>, NoCheckpoint> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() || pairs.len() != len {
        return Err(NoCheckpoint);
    }
    let byte = |pair: &[u8; 2]| {
        let pair = std::str::from_utf8(pair).map_err(|_| NoCheckpoint)?;
        u8::from_str_radix(pair, 16).map_err(|_| NoCheckpoint)
    };
    pairs.iter().map(byte).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_checkpoint_reads_back_and_nothing_else_counts_as_signed(
            number in 1_i64.., hash in any::<[u8; 32]>(), position in 0_usize..220, text in ".{0,300}",
        ) {
            let key = AuditKey::new(&[7; 32]);
            let head = AuditHead { number, hash: hash.to_vec(), signature: Vec::new() };
            let checkpoint = Checkpoint::new(&key, &head);
            let line = checkpoint.to_string();
            prop_assert_eq!(line.parse::<Checkpoint>(), Ok(checkpoint.clone()));
            prop_assert!(checkpoint.is_signed_by(key.public()));
            let mut changed = line.clone().into_bytes();
            let position = position.min(changed.len() - 1);
            changed[position] = if changed[position] == b'1' { b'2' } else { b'1' };
            if let Ok(other) = String::from_utf8(changed).unwrap().parse::<Checkpoint>() {
                prop_assert!(other == checkpoint || !other.is_signed_by(key.public()));
            }
            let _ = text.parse::<Checkpoint>();
        }
    }
}
