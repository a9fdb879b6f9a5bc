//! The index: built layers, what changed since, and how the two become one again.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use roaring::RoaringBitmap;

use super::base::Base;
use super::bits::{Bits, Scratch, Stock};
use super::delta::Delta;
use super::fence::{Cut, Fence};
use super::slots::Slots;
use crate::domain::id::ParticipantNumber;
use crate::domain::point::Point;

/// The most places of a participant.
pub const MAX_PLACES: usize = 8;
/// The largest number of a participant. Numbers are dense: memory grows with the largest.
pub const MAX_NUMBER: ParticipantNumber = (1 << 27) - 1;

/// A change that the index refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IndexError {
    /// The participant's number is above [`MAX_NUMBER`].
    #[error("a participant's number is above {MAX_NUMBER}; number participants densely")]
    NumberTooLarge,
    /// A participant has more than [`MAX_PLACES`] places.
    #[error("a participant has more than {MAX_PLACES} places; keep the most important")]
    TooManyPlaces,
}

/// Another snapshot was taken since; compact that one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a later snapshot was taken since; compact that one instead")]
pub struct StaleSnapshot;

/// Every participant's places, in memory.
///
/// Participants are known by their dense number and have 1 to 8 places; without a place they are not in the
/// index. Questions take `&self` and may run side by side; changes take `&mut self` and cost microseconds.
/// Changes slow questions down by and by, so that the owner, once [`Index::is_compaction_due`] says so, takes a
/// [`Snapshot`], lets another thread [compact](Snapshot::compact) it, and [adopts](Index::adopt) the outcome;
/// changes made meanwhile are kept.
#[derive(Debug)]
pub struct Index {
    base: Arc<Base>,
    /// Participants, by slot in the base, that were removed or are in the delta now.
    removed: Bits,
    removed_count: usize,
    delta: Delta,
    /// Since the last snapshot, while it has not been adopted.
    journal: Option<Journal>,
    snapshots: u64,
    stock: Stock,
}

#[derive(Debug)]
struct Journal {
    snapshot: u64,
    changed: HashSet<ParticipantNumber>,
}

/// The index at one moment, to be compacted elsewhere.
#[derive(Debug)]
pub struct Snapshot {
    id: u64,
    base: Arc<Base>,
    removed: Bits,
    delta: Delta,
}

/// A compacted snapshot, for [`Index::adopt`].
#[derive(Debug)]
pub struct Compacted {
    snapshot: u64,
    base: Base,
}

impl Index {
    /// Builds the index from all places, several of one participant anywhere among them.
    pub fn build(places: impl IntoIterator<Item = (ParticipantNumber, Point)>) -> Result<Self, IndexError> {
        let places: Vec<_> = places.into_iter().collect();
        Ok(Self::around(Base::build(&places)?))
    }

    fn around(base: Base) -> Self {
        Self {
            removed: Bits::zeros(base.participants()),
            removed_count: 0,
            delta: Delta::new(base.layout()),
            base: Arc::new(base),
            journal: None,
            snapshots: 0,
            stock: Stock::default(),
        }
    }

    /// How many participants have a place in the fence.
    pub fn count(&self, fence: &Fence) -> u64 {
        let found = self.ask(fence);
        let gone = if self.removed_count == 0 {
            0
        } else {
            self.removed.count(&found.first)
        };
        (found.first.count() - gone + found.further.len() + found.changed.len()) as u64
    }

    /// The numbers of the participants with a place in the fence, each once, in no order.
    pub fn numbers(&self, fence: &Fence) -> Vec<ParticipantNumber> {
        let mut numbers = Vec::new();
        self.numbers_into(fence, &mut numbers);
        numbers
    }

    /// Puts into `numbers` what [`Index::numbers`] returns, in the stead of what is there.
    pub fn numbers_into(&self, fence: &Fence, numbers: &mut Vec<ParticipantNumber>) {
        let found = self.ask(fence);
        let by_slot = self.base.numbers();
        numbers.clear();
        numbers.reserve(found.first.count() + found.further.len() + found.changed.len());
        for run in found.first.runs() {
            if self.removed_count == 0 || self.removed.count_run(run.clone()) == 0 {
                numbers.extend_from_slice(&by_slot[run]);
            } else {
                numbers.extend(
                    run.filter(|slot| !self.removed.contains(*slot))
                        .map(|slot| by_slot[slot]),
                );
            }
        }
        let singles = found.first.singles();
        if self.removed_count == 0 {
            numbers.extend(singles.map(|slot| by_slot[slot]));
        } else {
            numbers.extend(
                singles
                    .filter(|slot| !self.removed.contains(*slot))
                    .map(|slot| by_slot[slot]),
            );
        }
        numbers.extend(found.further.iter().map(|slot| by_slot[*slot as usize]));
        numbers.extend_from_slice(&found.changed);
    }

    /// The participants with a place in the fence, as a set of numbers.
    pub fn list(&self, fence: &Fence) -> RoaringBitmap {
        let mut numbers = self.numbers(fence);
        let largest = numbers.iter().max().map_or(0, |largest| *largest as usize);
        // Numbers come in the order of their places; a bitmap sorts many of them, few are sorted as they are.
        if numbers.len() < largest / 256 {
            numbers.sort_unstable();
            return RoaringBitmap::from_sorted_iter(numbers).expect("sorted and each once");
        }
        let mut bytes = vec![0_u8; largest / 8 + 1];
        for number in numbers {
            bytes[number as usize / 8] |= 1 << (number % 8);
        }
        RoaringBitmap::from_lsb0_bytes(0, &bytes)
    }

    fn ask(&self, fence: &Fence) -> Found {
        let bounds = fence.bounds();
        let layout = self.base.layout();
        let (base, delta) = (self.base.strips(), self.delta.strips());
        let strips = if delta.is_empty() {
            base
        } else {
            base.start.min(delta.start)..base.end.max(delta.end)
        };
        let strips =
            strips.start.max(layout.strip(bounds.south))..strips.end.min(layout.strip(bounds.north) + 1);
        if strips.is_empty() {
            return Found::default();
        }
        let cut = fence.cut(layout, &strips);
        let hits = self.base.inside(&cut);
        let removed = (self.removed_count > 0).then_some(&self.removed);
        self.stock.with(|scratch| Found {
            further: self.base.further_only(&hits, removed, scratch),
            changed: self.changed(&cut, strips, scratch),
            first: hits.first,
        })
    }

    /// The participants of the delta who are inside, each once.
    fn changed(&self, cut: &Cut, strips: Range<u32>, scratch: &mut Scratch) -> Vec<ParticipantNumber> {
        let mut changed = Vec::new();
        for number in self.delta.inside(cut, strips) {
            scratch.numbers.grow(number as usize + 1);
            if scratch.numbers.insert(number as usize) {
                changed.push(number);
            }
        }
        for number in &changed {
            scratch.numbers.remove(*number as usize);
        }
        changed
    }

    /// Gives the participant these places instead of what they had; none removes the participant.
    pub fn set_places(&mut self, number: ParticipantNumber, places: &[Point]) -> Result<(), IndexError> {
        if number > MAX_NUMBER {
            return Err(IndexError::NumberTooLarge);
        }
        if places.len() > MAX_PLACES {
            return Err(IndexError::TooManyPlaces);
        }
        if let Some(slot) = self.base.slot(number)
            && self.removed.insert(slot)
        {
            self.removed_count += 1;
        }
        self.delta.set(number, places);
        if let Some(journal) = &mut self.journal {
            journal.changed.insert(number);
        }
        Ok(())
    }

    /// Removes the participant with all places.
    pub fn remove(&mut self, number: ParticipantNumber) {
        if number <= MAX_NUMBER {
            self.set_places(number, &[])
                .expect("a known number without places is always taken");
        }
    }

    /// Whether the participant has a place.
    pub fn contains(&self, number: ParticipantNumber) -> bool {
        self.delta.places(number).is_some() || self.live_slot(number).is_some()
    }

    /// The participant's places; none when not in the index.
    pub fn places(&self, number: ParticipantNumber) -> Vec<Point> {
        if let Some(places) = self.delta.places(number) {
            return places.to_vec();
        }
        self.live_slot(number)
            .map(|slot| self.base.places(slot).collect())
            .unwrap_or_default()
    }

    /// The participant's slot in the base, unless removed or in the delta.
    pub(super) fn live_slot(&self, number: ParticipantNumber) -> Option<usize> {
        self.base
            .slot(number)
            .filter(|slot| !self.removed.contains(*slot))
    }

    /// How many participants have a place.
    pub fn len(&self) -> usize {
        self.base.participants() - self.removed_count + self.delta.participants()
    }

    /// Whether nobody has a place.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes of memory in use.
    pub fn memory_bytes(&self) -> usize {
        self.base.memory_bytes() + size_of_val(self.removed.words()) + self.delta.memory_bytes()
    }

    /// Whether so much has changed, 1%, that a compaction pays.
    pub fn is_compaction_due(&self) -> bool {
        let changed = self.removed_count.max(self.delta.participants());
        changed * 100 > self.base.participants() + 10_000
    }

    /// The index at this moment, for compaction elsewhere. Only the latest snapshot can be adopted.
    pub fn snapshot(&mut self) -> Snapshot {
        self.snapshots += 1;
        self.journal = Some(Journal {
            snapshot: self.snapshots,
            changed: HashSet::new(),
        });
        Snapshot {
            id: self.snapshots,
            base: Arc::clone(&self.base),
            removed: self.removed.clone(),
            delta: self.delta.clone(),
        }
    }

    /// Puts a compacted snapshot in place; changes made since the snapshot stay in force.
    pub fn adopt(&mut self, compacted: Compacted) -> Result<(), StaleSnapshot> {
        let journal = self
            .journal
            .take_if(|journal| journal.snapshot == compacted.snapshot)
            .ok_or(StaleSnapshot)?;
        let changed: Vec<_> = journal
            .changed
            .into_iter()
            .map(|number| (number, self.places(number)))
            .collect();
        let snapshots = self.snapshots;
        *self = Self {
            snapshots,
            ..Self::around(compacted.base)
        };
        for (number, places) in changed {
            self.set_places(number, &places)
                .expect("these places were taken before");
        }
        Ok(())
    }

    pub(super) fn base(&self) -> &Base {
        &self.base
    }

    pub(super) fn delta(&self) -> &Delta {
        &self.delta
    }
}

impl Snapshot {
    /// Builds the layers anew from all places of the snapshot. Takes as long as [`Index::build`].
    pub fn compact(self) -> Compacted {
        let numbers = self.base.numbers();
        let mut places = Vec::with_capacity(numbers.len() + self.delta.participants());
        let kept = self
            .base
            .all_places()
            .filter(|(slot, _)| !self.removed.contains(*slot));
        places.extend(kept.map(|(slot, point)| (numbers[slot], point)));
        places.extend(self.delta.all_places());
        let base = Base::build(&places).expect("these places were taken before");
        Compacted {
            snapshot: self.id,
            base,
        }
    }
}

/// Who is inside.
#[derive(Default)]
struct Found {
    /// By slot in the base: who has the first place inside, removed or not.
    first: Slots,
    /// By slot in the base: who has only further places inside.
    further: Vec<u32>,
    /// By number: who is inside by the delta.
    changed: Vec<ParticipantNumber>,
}
