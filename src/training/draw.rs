//! Draws that follow from a seed and whom they are about, whatever the order in which things happen.

use aws_lc_rs::digest::{SHA256, digest};

use crate::domain::random::Random;

/// A stream of draws about one subject.
pub(super) struct Draw(Random);

const PARTS: u64 = 1 << 32;

impl Draw {
    /// The draws of this seed about this subject.
    pub(super) fn about(seed: u64, subject: &[u8]) -> Self {
        let mut text = seed.to_be_bytes().to_vec();
        text.extend_from_slice(subject);
        let hash = digest(&SHA256, &text);
        let mut start = [0; 8];
        start.copy_from_slice(&hash.as_ref()[..8]);
        Self(Random::from_seed(u64::from_be_bytes(start)))
    }

    /// A number from 0 up to 1.
    pub(super) fn unit(&self) -> f64 {
        self.0.below(PARTS) as f64 / PARTS as f64
    }

    /// Whether something happens that does in this share of cases.
    pub(super) fn happens(&self, share: f64) -> bool {
        self.unit() < share
    }

    /// A number in `0..bound`.
    pub(super) fn below(&self, bound: usize) -> usize {
        usize::try_from(self.0.below(bound as u64)).unwrap_or(0)
    }

    /// A number between two.
    pub(super) fn between(&self, from: f64, to: f64) -> f64 {
        from + self.unit() * (to - from)
    }
}
