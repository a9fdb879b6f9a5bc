//! Participants in order of distance.

use roaring::RoaringBitmap;

use super::index::Index;
use crate::domain::id::ParticipantNumber;
use crate::domain::point::Point;

/// Distances are told apart by so many leading bits of their square as `f32`: a step is under 1%.
const KEY_BITS: u32 = 16;

/// What is known of someone without a place.
const LAST: u32 = (1 << KEY_BITS) - 1;
/// From this share of everyone on, all places are read in the order of storage, which is faster each.
const SHARE_OF_MANY: u64 = 16;

impl Index {
    /// These participants, those with a place nearest to `from` first, for sending in batches.
    ///
    /// Distances are compared in steps of under 1%, and as on a flat map around `from`: good to know who comes
    /// first, not for measuring. Who has no place in the index comes last.
    pub fn nearest_first(&self, participants: &RoaringBitmap, from: Point) -> Vec<ParticipantNumber> {
        let key = FlatDistance::from(from);
        let is_many = participants.len() * SHARE_OF_MANY >= self.base().participants() as u64;
        let by_slot = if is_many {
            self.keys_by_slot(key)
        } else {
            Vec::new()
        };
        let nearest = |number: ParticipantNumber| {
            if let Some(places) = self.delta().places(number) {
                return places.iter().map(|point| key.of(*point)).min().unwrap_or(LAST);
            }
            match self.live_slot(number) {
                Some(slot) if is_many => by_slot[slot],
                Some(slot) => self
                    .base()
                    .places(slot)
                    .map(|point| key.of(point))
                    .min()
                    .unwrap_or(LAST),
                None => LAST,
            }
        };
        let keyed: Vec<_> = participants
            .iter()
            .map(|number| (nearest(number), number))
            .collect();
        in_order(&keyed)
    }

    fn keys_by_slot(&self, key: FlatDistance) -> Vec<u32> {
        let mut keys = vec![LAST; self.base().participants()];
        for (slot, point) in self.base().all_places() {
            keys[slot] = keys[slot].min(key.of(point));
        }
        keys
    }
}

/// Distance on a flat map, as a number that orders.
#[derive(Clone, Copy)]
struct FlatDistance {
    from: Point,
    lon_scale: f64,
}

impl FlatDistance {
    fn from(from: Point) -> Self {
        Self {
            from,
            lon_scale: from.lat_degrees().to_radians().cos(),
        }
    }

    #[inline]
    fn of(self, point: Point) -> u32 {
        let east = (f64::from(point.lon()) - f64::from(self.from.lon())) * self.lon_scale;
        let north = f64::from(point.lat()) - f64::from(self.from.lat());
        #[expect(clippy::cast_possible_truncation, reason = "precision is lost on purpose")]
        let square = (east * east + north * north) as f32;
        // Positive floats order as their bits do. The sign bit is zero and dropped.
        (square.to_bits() << 1) >> (u32::BITS - KEY_BITS)
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
