//! Numbers drawn from a seed, the same on every machine: only additions, products and square roots, which
//! IEEE 754 defines to the last bit.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A source of numbers that repeats itself for the same seed.
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// A number of 64 bits.
    pub(super) fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number from 0 up to but not 1.
    pub(super) fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A number from `start` up to but not `end`.
    pub(super) fn between(&mut self, start: f64, end: f64) -> f64 {
        start + (end - start) * self.unit()
    }

    /// A whole number below `bound`, which is at least 1.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        // The high half of the product (Lemire, 2019); its bias is below bound / 2^64.
        ((u128::from(self.bits()) * u128::from(bound)) >> 64) as u64
    }

    /// True in `permille` of a thousand cases.
    pub(super) fn chance(&mut self, permille: u32) -> bool {
        self.below(1000) < u64::from(permille)
    }

    /// A number with mean 0 and deviation 1, nearly normal and never beyond 3.5: the sum of four.
    pub(super) fn spread(&mut self) -> f64 {
        let sum = self.unit() + self.unit() + self.unit() + self.unit();
        (sum - 2.0) * 3.0_f64.sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_numbers_within_their_bounds() {
        let (mut one, mut other) = (Dice::new(7), Dice::new(7));
        let mut sum = 0.0;
        for _ in 0..10_000 {
            assert_eq!(one.bits(), other.bits());
            assert!((0.0..1.0).contains(&one.unit()) && (0.0..1.0).contains(&other.unit()));
            let spread = (one.spread(), other.spread());
            assert!(spread.0.abs() < 3.5 && spread.0.to_bits() == spread.1.to_bits());
            sum += spread.0 * spread.0;
        }
        assert!((0.9..1.1).contains(&(sum / 10_000.0)), "{sum}");
    }
}
