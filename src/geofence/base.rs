//! All participants at one moment, stored for asking and not changed any more.

use std::ops::Range;

use super::bits::{Bits, Scratch};
use super::fence::Cut;
use super::index::{IndexError, MAX_NUMBER, MAX_PLACES};
use super::layer::{Layer, in_32_bits};
use super::layout::Layout;
use super::slots::Slots;
use crate::domain::id::ParticipantNumber;
use crate::domain::point::Point;

/// No slot.
const NONE: u32 = u32::MAX;
/// In [`Base::second_of`]: the participant has more than two places.
const MORE: u32 = 1 << 31;

/// Places in three layers: everyone's first, second, and the rest.
///
/// The slot of the first place stands for the participant; `first_of_second` and `first_of_rest` lead there.
#[derive(Debug)]
pub(super) struct Base {
    layout: Layout,
    first: Layer,
    second: Layer,
    rest: Layer,
    /// By slot of the first place.
    numbers: Vec<ParticipantNumber>,
    first_of_second: Vec<u32>,
    first_of_rest: Vec<u32>,
    /// By slot of the first place, the slot of the second or [`NONE`], and whether there are [`MORE`].
    second_of: Vec<u32>,
    /// Slots of first place and further place, sorted.
    rest_of: Vec<(u32, u32)>,
    /// By number, the slot of the first place or [`NONE`].
    slots: Vec<u32>,
}

/// Slots inside of a fence.
pub(super) struct Hits {
    pub(super) first: Slots,
    second: Slots,
    rest: Slots,
}

impl Base {
    pub(super) fn build(places: &[(ParticipantNumber, Point)]) -> Result<Self, IndexError> {
        let largest = places.iter().map(|(number, _)| *number).max();
        if largest.is_some_and(|largest| largest > MAX_NUMBER) {
            return Err(IndexError::NumberTooLarge);
        }
        let numbers = largest.map_or(0, |largest| largest as usize + 1);
        let mut seen = vec![0_u8; numbers];
        let mut layers: [Vec<(Point, u32)>; 3] = [Vec::with_capacity(places.len()), Vec::new(), Vec::new()];
        for (number, point) in places {
            let seen = &mut seen[*number as usize];
            if usize::from(*seen) == MAX_PLACES {
                return Err(IndexError::TooManyPlaces);
            }
            layers[usize::from(*seen).min(2)].push((*point, *number));
            *seen += 1;
        }
        drop(seen);
        let layout = Layout::for_points(places.iter().map(|(_, point)| *point));
        let [first, second, rest] = layers;
        let (first, numbers_by_slot) = Layer::build(layout, &first);
        let mut slots = vec![NONE; numbers];
        for (slot, number) in numbers_by_slot.iter().enumerate() {
            slots[*number as usize] = in_32_bits(slot);
        }
        let (second, mut first_of_second) = Layer::build(layout, &second);
        let (rest, mut first_of_rest) = Layer::build(layout, &rest);
        for number in first_of_second.iter_mut().chain(&mut first_of_rest) {
            *number = slots[*number as usize];
        }
        let mut second_of = vec![NONE; first.len()];
        for (slot, first) in first_of_second.iter().enumerate() {
            second_of[*first as usize] = in_32_bits(slot);
        }
        let mut rest_of: Vec<_> = first_of_rest
            .iter()
            .enumerate()
            .map(|(slot, first)| (*first, in_32_bits(slot)))
            .collect();
        rest_of.sort_unstable();
        for (first, _) in &rest_of {
            second_of[*first as usize] |= MORE;
        }
        Ok(Self {
            layout,
            first,
            second,
            rest,
            numbers: numbers_by_slot,
            first_of_second,
            first_of_rest,
            second_of,
            rest_of,
            slots,
        })
    }

    pub(super) fn layout(&self) -> Layout {
        self.layout
    }

    /// The number of participants; their slots lie below it.
    pub(super) fn participants(&self) -> usize {
        self.numbers.len()
    }

    /// The numbers of participants, by slot.
    pub(super) fn numbers(&self) -> &[ParticipantNumber] {
        &self.numbers
    }

    /// The slot of a participant.
    pub(super) fn slot(&self, number: ParticipantNumber) -> Option<usize> {
        self.slots
            .get(number as usize)
            .filter(|slot| **slot != NONE)
            .map(|slot| *slot as usize)
    }

    /// The strips that hold places.
    pub(super) fn strips(&self) -> Range<u32> {
        [&self.first, &self.second, &self.rest]
            .into_iter()
            .map(Layer::strips)
            .filter(|strips| !strips.is_empty())
            .reduce(|one, other| one.start.min(other.start)..one.end.max(other.end))
            .unwrap_or(0..0)
    }

    /// The places of the participant in a slot: the first, and then the others.
    pub(super) fn places(&self, slot: usize) -> impl Iterator<Item = Point> + '_ {
        let second = self.second_of[slot];
        let has_second = second != NONE;
        let has_more = has_second && second & MORE != 0;
        let from = if has_more {
            self.rest_of
                .partition_point(|(first, _)| (*first as usize) < slot)
        } else {
            self.rest_of.len()
        };
        let rest = self.rest_of[from..]
            .iter()
            .take_while(move |(first, _)| *first as usize == slot);
        std::iter::once(self.first.point(slot))
            .chain(has_second.then(|| self.second.point((second & !MORE) as usize)))
            .chain(rest.map(|(_, rest)| self.rest.point(*rest as usize)))
    }

    /// Every place with the slot of its participant, layer by layer.
    pub(super) fn all_places(&self) -> impl Iterator<Item = (usize, Point)> + '_ {
        (0..self.first.len())
            .zip(self.first.points())
            .chain(
                self.first_of_second
                    .iter()
                    .map(|slot| *slot as usize)
                    .zip(self.second.points()),
            )
            .chain(
                self.first_of_rest
                    .iter()
                    .map(|slot| *slot as usize)
                    .zip(self.rest.points()),
            )
    }

    /// What is inside of a fence.
    pub(super) fn inside(&self, cut: &Cut) -> Hits {
        Hits {
            first: cut.inside(&self.first),
            second: if self.second.len() == 0 {
                Slots::default()
            } else {
                cut.inside(&self.second)
            },
            rest: if self.rest.len() == 0 {
                Slots::default()
            } else {
                cut.inside(&self.rest)
            },
        }
    }

    /// The slots of participants who have a further place inside but not the first, each once.
    ///
    /// Without those in `removed`, if there are any.
    pub(super) fn further_only(
        &self,
        hits: &Hits,
        removed: Option<&Bits>,
        scratch: &mut Scratch,
    ) -> Vec<u32> {
        let mut further = Vec::new();
        if hits.second.is_empty() && hits.rest.is_empty() {
            return further;
        }
        let inside = &mut scratch.first;
        inside.grow(self.first.len());
        inside.insert_all(&hits.first);
        let is_removed = |first: usize| removed.is_some_and(|removed| removed.contains(first));
        push_owners(&mut further, &hits.rest, &self.first_of_rest, |first| {
            !is_removed(first) && inside.insert(first)
        });
        let by_rest = further.len();
        if hits.second.count() <= self.first.len() - hits.first.count() {
            push_owners(&mut further, &hits.second, &self.first_of_second, |first| {
                !(inside.contains(first) | is_removed(first))
            });
        } else {
            // Fewer participants have their first place outside than their second inside: go by the former.
            scratch.second.grow(self.second.len());
            scratch.second.insert_all(&hits.second);
            further.extend(
                inside
                    .absent(self.first.len())
                    .filter(|first| {
                        let second = self.second_of[*first];
                        second != NONE
                            && scratch.second.contains((second & !MORE) as usize)
                            && !is_removed(*first)
                    })
                    .map(in_32_bits),
            );
            scratch.second.clear_around(hits.second.span());
        }
        inside.clear_around(hits.first.span());
        for first in &further[..by_rest] {
            inside.remove(*first as usize);
        }
        further
    }

    /// Bytes on the heap.
    pub(super) fn memory_bytes(&self) -> usize {
        let columns = [
            &self.numbers,
            &self.first_of_second,
            &self.first_of_rest,
            &self.second_of,
            &self.slots,
        ];
        self.first.memory_bytes()
            + self.second.memory_bytes()
            + self.rest.memory_bytes()
            + columns
                .into_iter()
                .map(|column| column.capacity() * size_of::<u32>())
                .sum::<usize>()
            + self.rest_of.capacity() * size_of::<(u32, u32)>()
    }
}

/// Adds the owners of the slots that are wanted.
fn push_owners(
    found: &mut Vec<u32>,
    slots: &Slots,
    owners: &[u32],
    mut is_wanted: impl FnMut(usize) -> bool,
) {
    // Half of all second places are far from the first: writing each costs less than guessing wrong.
    let mut len = found.len();
    found.resize(len + slots.count(), 0);
    let mut take = |owner: u32| {
        found[len] = owner;
        len += usize::from(is_wanted(owner as usize));
    };
    for run in slots.runs() {
        owners[run].iter().for_each(|owner| take(*owner));
    }
    slots.singles().for_each(|slot| take(owners[slot]));
    found.truncate(len);
}
