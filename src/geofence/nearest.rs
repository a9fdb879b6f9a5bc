//! Participants in order of distance.

use roaring::RoaringBitmap;

use super::index::Index;
use crate::domain::id::ParticipantNumber;
use crate::domain::point::Point;

/// Distances are told apart by so many leading bits of their square as `f32`: a step is under 1%.
const KEY_BITS: u32 = 16;

impl Index {
    /// These participants, those with a place nearest to `from` first, for sending in batches.
    ///
    /// Distances are compared in steps of under 1%, and as on a flat map around `from`: good to know who comes
    /// first, not for measuring. Who has no place in the index comes last.
    pub fn nearest_first(&self, participants: &RoaringBitmap, from: Point) -> Vec<ParticipantNumber> {
        let lon_scale = from.lat_degrees().to_radians().cos();
        let key = |point: Point| {
            let east = (f64::from(point.lon()) - f64::from(from.lon())) * lon_scale;
            let north = f64::from(point.lat()) - f64::from(from.lat());
            #[expect(clippy::cast_possible_truncation, reason = "precision is lost on purpose")]
            let square = (east * east + north * north) as f32;
            // Positive floats order as their bits do. The sign bit is zero and dropped.
            (square.to_bits() << 1) >> (u32::BITS - KEY_BITS)
        };
        let nearest = |number: ParticipantNumber| match self.delta().places(number) {
            Some(places) => places.iter().map(|point| key(*point)).min(),
            None => match self
                .base()
                .slot(number)
                .filter(|slot| !self.removed().contains(*slot))
            {
                Some(slot) => self.base().places(slot).map(key).min(),
                None => None,
            },
        };
        let last = (1 << KEY_BITS) - 1;
        let keyed: Vec<_> = participants
            .iter()
            .map(|number| (nearest(number).unwrap_or(last), number))
            .collect();
        in_order(&keyed)
    }
}

/// Sorts by key with one pass of counting.
fn in_order(keyed: &[(u32, ParticipantNumber)]) -> Vec<ParticipantNumber> {
    let mut next = vec![0_usize; (1 << KEY_BITS) + 1];
    for (key, _) in keyed {
        next[*key as usize + 1] += 1;
    }
    for index in 1..next.len() {
        next[index] += next[index - 1];
    }
    let mut ordered = vec![0; keyed.len()];
    for (key, number) in keyed {
        let place = &mut next[*key as usize];
        ordered[*place] = *number;
        *place += 1;
    }
    ordered
}
