//! Sets of positions in storage, as runs.

use std::ops::Range;

/// Ascending runs of positions that neither overlap nor touch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Runs(Vec<Range<u32>>);

impl Runs {
    /// Adds a run that starts at or after the end of the last.
    #[inline]
    pub(super) fn push(&mut self, start: u32, end: u32) {
        if start == end {
            return;
        }
        match self.0.last_mut() {
            Some(last) if last.end == start => last.end = end,
            _ => self.0.push(start..end),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many positions.
    pub(super) fn count(&self) -> usize {
        self.0.iter().map(ExactSizeIterator::len).sum()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        self.0.iter().map(|run| run.start as usize..run.end as usize)
    }

    /// The smallest run around all.
    pub(super) fn span(&self) -> Range<usize> {
        match (self.0.first(), self.0.last()) {
            (Some(first), Some(last)) => first.start as usize..last.end as usize,
            _ => 0..0,
        }
    }

    /// Positions in either.
    pub(super) fn union(&self, other: &Self) -> Self {
        let mut joined = Self::default();
        let (mut ours, mut theirs) = (self.0.iter().peekable(), other.0.iter().peekable());
        loop {
            let next = match (ours.peek(), theirs.peek()) {
                (Some(one), Some(two)) if one.start <= two.start => ours.next(),
                (Some(_), None) => ours.next(),
                _ => theirs.next(),
            };
            let Some(run) = next else { return joined };
            match joined.0.last_mut() {
                Some(last) if last.end >= run.start => last.end = last.end.max(run.end),
                _ => joined.0.push(run.clone()),
            }
        }
    }

    /// Positions in this one and not in the other.
    pub(super) fn difference(&self, other: &Self) -> Self {
        let mut left = Self::default();
        let mut holes = other.0.iter().peekable();
        for run in &self.0 {
            let mut start = run.start;
            while let Some(hole) = holes.peek().filter(|hole| hole.start < run.end) {
                if hole.start > start {
                    left.0.push(start..hole.start);
                }
                start = start.max(hole.end);
                if hole.end > run.end {
                    break;
                }
                holes.next();
            }
            if start < run.end {
                left.0.push(start..run.end);
            }
        }
        left
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn runs(set: &BTreeSet<u32>) -> Runs {
        let mut runs = Runs::default();
        for position in set {
            runs.push(*position, position + 1);
        }
        runs
    }

    proptest! {
        #[test]
        fn set_operations_on_runs_are_those_on_sets(
            a in prop::collection::btree_set(0_u32..60, 0..40),
            b in prop::collection::btree_set(0_u32..60, 0..40),
        ) {
            prop_assert_eq!(runs(&a).union(&runs(&b)), runs(&a.union(&b).copied().collect()));
            prop_assert_eq!(runs(&a).difference(&runs(&b)), runs(&a.difference(&b).copied().collect()));
            prop_assert_eq!(runs(&a).count(), a.len());
        }
    }
}
