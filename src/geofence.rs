//! Who is inside an area: an index in memory of every participant's places.
//!
//! A [`Fence`] is an area made ready for asking; an [`Index`] answers how many distinct participants have a
//! place in it ([`Index::count`]) and which ([`Index::list`]). Every answer is exact: polygons to the unit of
//! 1e-7 degree, with a point on a border that two polygons share in exactly one of them; circles by the
//! geodesic distance on the ellipsoid.
//!
//! # How
//!
//! Places lie in thin horizontal strips, within a strip from west to east, as columns of numbers
//! (`layer`). A fence cuts each strip into zones (`zones`): wholly inside, wholly outside, or passed by a
//! border. Of a zone inside, all places belong to the answer, and they are one run of positions in storage
//! (`slots`); only places in a zone that a border passes are tested one by one (`rings`, `disc`). Each
//! participant's first place makes a layer whose positions stand for participants; second and further places
//! make two more, whose hits count when the first place is no hit (`base`). Changes are kept beside the
//! built layers (`delta`) until their owner rebuilds them ([`Index::snapshot`]).

mod base;
mod bits;
mod delta;
mod disc;
mod fence;
mod index;
mod layer;
mod layout;
mod nearest;
mod rings;
mod slots;
#[cfg(test)]
mod tests;
mod zones;

pub use fence::Fence;
pub use index::{Compacted, Index, IndexError, MAX_NUMBER, MAX_PLACES, Snapshot, StaleSnapshot};
