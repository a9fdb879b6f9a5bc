//! Who has a place in which region. A participant with two places counts in both regions.

use std::collections::HashMap;

use roaring::RoaringBitmap;

use crate::domain::area::{Area, Bounds, UnknownRegion};
use crate::domain::id::{ParticipantNumber, RegionId};
use crate::domain::point::Point;
use crate::domain::region::{RegionKind, Territory};
use crate::geofence::{Fence, Index};

/// The narrowest kind whose people are kept; below it a fence answers as quickly.
const NARROWEST: RegionKind = RegionKind::Municipality;

/// One bitmap a region.
#[derive(Default)]
pub(super) struct RegionPeople {
    regions: Vec<OneRegion>,
    by_id: HashMap<RegionId, usize>,
}

struct OneRegion {
    id: RegionId,
    kind: RegionKind,
    bounds: Bounds,
    fence: Fence,
    people: RoaringBitmap,
}

impl RegionPeople {
    /// Asks the index for everyone in each region.
    pub(super) fn build(territory: &Territory, index: &Index) -> Result<Self, UnknownRegion> {
        let mut built = Self::default();
        for region in territory
            .regions()
            .iter()
            .filter(|region| region.kind <= NARROWEST)
        {
            let fence = Fence::new(&Area::polygons(region.shape.clone()), &|_| None)?;
            built.by_id.insert(region.id, built.regions.len());
            built.regions.push(OneRegion {
                id: region.id,
                kind: region.kind,
                bounds: fence.bounds(),
                people: index.list(&fence),
                fence,
            });
        }
        Ok(built)
    }

    /// Gives a participant these places; none for one who left.
    pub(super) fn set(&mut self, number: ParticipantNumber, points: &[Point]) {
        for region in &mut self.regions {
            let inside = points
                .iter()
                .any(|point| region.bounds.holds(Bounds::around([*point])) && region.fence.contains(*point));
            if inside {
                region.people.insert(number);
            } else {
                region.people.remove(number);
            }
        }
    }

    pub(super) fn people(&self, region: RegionId) -> Option<&RoaringBitmap> {
        self.by_id.get(&region).map(|index| &self.regions[*index].people)
    }

    pub(super) fn count(&self, region: RegionId) -> u64 {
        self.people(region).map_or(0, RoaringBitmap::len)
    }

    /// How many of `people` are in each region that overlaps the box, of the kinds from district down to
    /// municipality; regions with nobody are left out.
    pub(super) fn count_each(&self, people: &RoaringBitmap, bounds: Bounds) -> Vec<(RegionId, u64)> {
        self.regions
            .iter()
            .filter(|region| region.kind >= RegionKind::District && region.bounds.overlaps(bounds))
            .map(|region| (region.id, region.people.intersection_len(people)))
            .filter(|(_, count)| *count > 0)
            .collect()
    }

    pub(super) fn memory_bytes(&self) -> usize {
        self.regions
            .iter()
            .map(|region| region.people.serialized_size())
            .sum()
    }
}
