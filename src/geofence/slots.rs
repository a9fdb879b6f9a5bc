//! Sets of positions in storage.

use std::ops::Range;

/// Ascending runs of positions, and single positions between them, also ascending; none twice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Slots {
    runs: Vec<Range<u32>>,
    singles: Vec<u32>,
}

impl Slots {
    /// Adds a run that starts at or after the end of the last.
    #[inline]
    pub(super) fn push_run(&mut self, start: u32, end: u32) {
        if start == end {
            return;
        }
        match self.runs.last_mut() {
            Some(last) if last.end == start => last.end = end,
            _ => self.runs.push(start..end),
        }
    }

    /// Adds those of some ascending positions for which `is_in` holds.
    #[inline]
    pub(super) fn push_if<T>(
        &mut self,
        items: impl ExactSizeIterator<Item = (u32, T)>,
        mut is_in: impl FnMut(T) -> bool,
    ) {
        // Near a border one answer says little of the next: writing always costs less than a wrong guess.
        let mut len = self.singles.len();
        self.singles.resize(len + items.len(), 0);
        for (slot, item) in items {
            self.singles[len] = slot;
            len += usize::from(is_in(item));
        }
        self.singles.truncate(len);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.runs.is_empty() && self.singles.is_empty()
    }

    /// How many positions.
    pub(super) fn count(&self) -> usize {
        self.runs.iter().map(ExactSizeIterator::len).sum::<usize>() + self.singles.len()
    }

    pub(super) fn runs(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        self.runs.iter().map(|run| run.start as usize..run.end as usize)
    }

    pub(super) fn singles(&self) -> impl Iterator<Item = usize> + '_ {
        self.singles.iter().map(|slot| *slot as usize)
    }

    /// The smallest run around all.
    pub(super) fn span(&self) -> Range<usize> {
        let start = self
            .runs
            .first()
            .map(|run| run.start)
            .into_iter()
            .chain(self.singles.first().copied())
            .min();
        let end = self
            .runs
            .last()
            .map(|run| run.end)
            .into_iter()
            .chain(self.singles.last().map(|slot| slot + 1))
            .max();
        start.unwrap_or(0) as usize..end.unwrap_or(0) as usize
    }

    /// All positions as runs that neither overlap nor touch.
    fn merged(&self) -> Self {
        let mut merged = Self::default();
        let mut singles = self.singles.iter().copied().peekable();
        for run in &self.runs {
            while let Some(single) = singles.next_if(|single| *single < run.start) {
                merged.push_run(single, single + 1);
            }
            merged.push_run(run.start, run.end);
        }
        for single in singles {
            merged.push_run(single, single + 1);
        }
        merged
    }

    /// Positions in either.
    pub(super) fn union(&self, other: &Self) -> Self {
        let mut joined = Self::default();
        let (ours, theirs) = (self.merged().runs, other.merged().runs);
        let (mut ours, mut theirs) = (ours.into_iter().peekable(), theirs.into_iter().peekable());
        loop {
            let next = match (ours.peek(), theirs.peek()) {
                (Some(one), Some(two)) if one.start <= two.start => ours.next(),
                (Some(_), None) => ours.next(),
                _ => theirs.next(),
            };
            let Some(run) = next else { return joined };
            match joined.runs.last_mut() {
                Some(last) if last.end >= run.start => last.end = last.end.max(run.end),
                _ => joined.runs.push(run),
            }
        }
    }

    /// Positions in this one and not in the other.
    pub(super) fn difference(&self, other: &Self) -> Self {
        let mut left = Self::default();
        let holes = other.merged().runs;
        let mut holes = holes.iter().peekable();
        for run in self.merged().runs {
            let mut start = run.start;
            while let Some(hole) = holes.peek().filter(|hole| hole.start < run.end) {
                if hole.start > start {
                    left.runs.push(start..hole.start);
                }
                start = start.max(hole.end);
                if hole.end > run.end {
                    break;
                }
                holes.next();
            }
            if start < run.end {
                left.runs.push(start..run.end);
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

    /// The set, some of its positions as runs and others as singles.
    fn slots(set: &BTreeSet<u32>) -> Slots {
        let mut slots = Slots::default();
        for position in set {
            if position % 10 < 5 {
                slots.push_run(*position, position + 1);
            } else {
                slots.push_if([(*position, ())].into_iter(), |()| true);
            }
        }
        slots
    }

    proptest! {
        #[test]
        fn set_operations_on_slots_are_those_on_sets(
            a in prop::collection::btree_set(0_u32..60, 0..40),
            b in prop::collection::btree_set(0_u32..60, 0..40),
        ) {
            let merged = |set: BTreeSet<u32>| slots(&set).merged();
            prop_assert_eq!(slots(&a).union(&slots(&b)), merged(a.union(&b).copied().collect()));
            prop_assert_eq!(slots(&a).difference(&slots(&b)), merged(a.difference(&b).copied().collect()));
            prop_assert_eq!(slots(&a).count(), a.len());
            let span = slots(&a).span();
            prop_assert_eq!(span.start, a.first().map_or(0, |first| *first as usize));
            prop_assert_eq!(span.end, a.last().map_or(0, |last| *last as usize + 1));
        }
    }
}
