//! A set of positions as bits, and a stock of empty ones.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use super::slots::Slots;

/// One bit for each position.
#[derive(Clone, Debug, Default)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    /// All zero, for positions below `len`.
    pub(super) fn zeros(len: usize) -> Self {
        Self(vec![0; len.div_ceil(64)])
    }

    /// Room for positions below `len`; what is there stays.
    pub(super) fn grow(&mut self, len: usize) {
        if self.0.len() < len.div_ceil(64) {
            self.0.resize(len.div_ceil(64), 0);
        }
    }

    pub(super) fn words(&self) -> &[u64] {
        &self.0
    }

    #[inline]
    pub(super) fn contains(&self, position: usize) -> bool {
        self.0[position / 64] >> (position % 64) & 1 == 1
    }

    /// Adds the position; whether it was new.
    #[inline]
    pub(super) fn insert(&mut self, position: usize) -> bool {
        let word = &mut self.0[position / 64];
        let bit = 1 << (position % 64);
        let new = *word & bit == 0;
        *word |= bit;
        new
    }

    #[inline]
    pub(super) fn remove(&mut self, position: usize) {
        self.0[position / 64] &= !(1 << (position % 64));
    }

    /// Adds all positions of a run that is not empty.
    #[inline]
    pub(super) fn insert_run(&mut self, run: Range<usize>) {
        let (first, last, head, tail) = masks(&run);
        if first == last {
            self.0[first] |= head & tail;
        } else {
            self.0[first] |= head;
            self.0[first + 1..last].fill(u64::MAX);
            self.0[last] |= tail;
        }
    }

    /// Adds all slots.
    pub(super) fn insert_all(&mut self, slots: &Slots) {
        for run in slots.runs() {
            self.insert_run(run);
        }
        for slot in slots.singles() {
            self.insert(slot);
        }
    }

    /// The positions below `len` that are not in the set.
    pub(super) fn absent(&self, len: usize) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().enumerate().flat_map(move |(index, word)| {
            let mut absent = !word;
            std::iter::from_fn(move || {
                let position = index * 64 + absent.trailing_zeros() as usize;
                (absent != 0 && position < len).then(|| {
                    absent &= absent - 1;
                    position
                })
            })
        })
    }

    /// How many positions of a run, which is not empty, are in the set.
    pub(super) fn count_run(&self, run: Range<usize>) -> usize {
        let (first, last, head, tail) = masks(&run);
        if first == last {
            return (self.0[first] & head & tail).count_ones() as usize;
        }
        let middle: u32 = self.0[first + 1..last].iter().map(|word| word.count_ones()).sum();
        ((self.0[first] & head).count_ones() + middle + (self.0[last] & tail).count_ones()) as usize
    }

    /// How many of the slots are in the set.
    pub(super) fn count(&self, slots: &Slots) -> usize {
        slots.runs().map(|run| self.count_run(run)).sum::<usize>()
            + slots.singles().filter(|slot| self.contains(*slot)).count()
    }

    /// Removes all positions of the words that the run touches.
    pub(super) fn clear_around(&mut self, run: Range<usize>) {
        self.0[run.start / 64..run.end.div_ceil(64)].fill(0);
    }
}

/// The first and last word of a run, and the bits of the run in them.
#[inline]
fn masks(run: &Range<usize>) -> (usize, usize, u64, u64) {
    let last = run.end - 1;
    (
        run.start / 64,
        last / 64,
        u64::MAX << (run.start % 64),
        u64::MAX >> (63 - last % 64),
    )
}

/// Sets for one question, empty between questions, so that a small fence need not clear a large set.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    /// Positions of first places.
    pub(super) first: Bits,
    /// Positions of second places.
    pub(super) second: Bits,
    /// Numbers of participants.
    pub(super) numbers: Bits,
}

/// Scratch sets that are not in use. A question that panics keeps its own.
#[derive(Debug, Default)]
pub(super) struct Stock(Mutex<Vec<Scratch>>);

impl Stock {
    pub(super) fn with<T>(&self, question: impl FnOnce(&mut Scratch) -> T) -> T {
        let mut scratch = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop()
            .unwrap_or_default();
        let answer = question(&mut scratch);
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(scratch);
        answer
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn runs_of_bits_are_their_positions(start in 0_usize..300, len in 1_usize..200, other in 0_usize..500) {
            let run = start..start + len;
            let mut bits = Bits::zeros(512);
            bits.insert_run(run.clone());
            for position in 0..512 {
                prop_assert_eq!(bits.contains(position), run.contains(&position));
            }
            prop_assert_eq!(bits.insert(other), !run.contains(&other));
            bits.remove(other);
            prop_assert_eq!(bits.count_run(run.clone()), len - usize::from(run.contains(&other)));
            bits.clear_around(run);
            prop_assert!(bits.words().iter().all(|word| *word == 0));
        }
    }
}
