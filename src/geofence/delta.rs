//! Participants whose places changed since the layers were built.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use super::fence::Cut;
use super::layout::Layout;
use crate::domain::id::ParticipantNumber;
use crate::domain::point::Point;

/// The present places of changed participants, found by number and by strip.
#[derive(Clone, Debug)]
pub(super) struct Delta {
    layout: Layout,
    strips: BTreeMap<u32, Vec<(Point, ParticipantNumber)>>,
    places: HashMap<ParticipantNumber, Box<[Point]>>,
}

impl Delta {
    pub(super) fn new(layout: Layout) -> Self {
        Self {
            layout,
            strips: BTreeMap::new(),
            places: HashMap::new(),
        }
    }

    pub(super) fn participants(&self) -> usize {
        self.places.len()
    }

    /// The places of a participant, when in here.
    pub(super) fn places(&self, number: ParticipantNumber) -> Option<&[Point]> {
        self.places.get(&number).map(AsRef::as_ref)
    }

    /// Every place with its participant.
    pub(super) fn all_places(&self) -> impl Iterator<Item = (ParticipantNumber, Point)> + '_ {
        self.places
            .iter()
            .flat_map(|(number, places)| places.iter().map(|point| (*number, *point)))
    }

    /// Puts these places in the stead of what is here of the participant.
    pub(super) fn set(&mut self, number: ParticipantNumber, places: &[Point]) {
        for point in self.places.remove(&number).into_iter().flatten() {
            let strip = self.layout.strip(point.lat());
            let in_strip = self.strips.get_mut(&strip).expect("each place is in its strip");
            let position = in_strip
                .iter()
                .position(|place| *place == (point, number))
                .expect("each place is in its strip");
            in_strip.swap_remove(position);
            if in_strip.is_empty() {
                self.strips.remove(&strip);
            }
        }
        for point in places {
            self.strips
                .entry(self.layout.strip(point.lat()))
                .or_default()
                .push((*point, number));
        }
        if !places.is_empty() {
            self.places.insert(number, places.into());
        }
    }

    /// The strips that hold places.
    pub(super) fn strips(&self) -> Range<u32> {
        match (self.strips.first_key_value(), self.strips.last_key_value()) {
            (Some((first, _)), Some((last, _))) => *first..*last + 1,
            _ => 0..0,
        }
    }

    /// The participants of all places inside; who has several there comes several times.
    pub(super) fn inside(&self, cut: &Cut, strips: Range<u32>) -> impl Iterator<Item = ParticipantNumber> {
        self.strips
            .range(strips)
            .flat_map(|(_, places)| places)
            .filter(|(point, _)| cut.contains(*point))
            .map(|(_, number)| *number)
    }

    /// Bytes on the heap, about.
    pub(super) fn memory_bytes(&self) -> usize {
        let places: usize = self.places.values().map(|places| places.len()).sum();
        let entry = size_of::<(Point, ParticipantNumber)>() + size_of::<Point>();
        places * entry
            + self.strips.len() * (size_of::<u32>() + size_of::<Vec<Point>>())
            + self.places.capacity() * size_of::<(ParticipantNumber, Box<[Point]>)>()
    }
}
