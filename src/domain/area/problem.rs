//! Why something is not an area, and where.

use super::{Circle, MAX_DEPTH, MAX_REGIONS, MAX_VERTICES};
use crate::domain::id::RegionId;
use crate::domain::point::{OutOfRange, Point};

/// What is wrong with an area read from JSON, and at which of its parts.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{at}: {problem}")]
pub struct AreaError {
    /// The part, for instance `area.areas[1].coordinates[0][2]`.
    pub at: String,
    /// The rule it breaks.
    pub problem: AreaProblem,
}

/// A rule that an area breaks. Rules of polygons are those of OGC Simple Features (06-103r4, section 6.1.11), but
/// that a ring may touch itself in points.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum AreaProblem {
    /// A list of polygons or rings is empty.
    #[error("it holds no polygon; draw at least one")]
    NoPolygon,
    /// Fewer than three different positions.
    #[error("a ring needs at least three different positions and then the first again")]
    RingTooShort,
    /// The last position is not the first.
    #[error("the ring is open; repeat its first position as its last")]
    RingOpen,
    /// A position lies nowhere on earth.
    #[error(transparent)]
    OutOfRange(#[from] OutOfRange),
    /// Something reaches over 180 degrees of longitude.
    #[error("it reaches over the antimeridian; split it there into two polygons")]
    Antimeridian,
    /// Two borders cross.
    #[error("its border crosses itself at {}; draw it without loops", Degrees(*.0))]
    Crossing(Point),
    /// Two borders run along the same line.
    #[error("its border runs twice over the same line at {}; merge what lies along it", Degrees(*.0))]
    Overlap(Point),
    /// A hole that lies outside of its polygon, or around it.
    #[error("the hole at {} is not within its polygon; make it a polygon of its own or remove it", Degrees(*.0))]
    HoleOutside(Point),
    /// A hole within a hole.
    #[error("the hole at {} lies in another hole; remove it", Degrees(*.0))]
    HoleInHole(Point),
    /// A polygon within another.
    #[error("the polygon at {} lies in another; remove it or make it a hole", Degrees(*.0))]
    PolygonInPolygon(Point),
    /// Checking it would take too long.
    #[error("its shape is too intricate to check; simplify it")]
    TooIntricate,
    /// The radius is out of bounds.
    #[error("the radius_m must be {} to {}", Circle::MIN_RADIUS_M, Circle::MAX_RADIUS_M)]
    Radius,
    /// The circle reaches too near to a pole.
    #[error(
        "the circle reaches beyond {} degrees of latitude; use a polygon",
        Circle::MAX_LATITUDE
    )]
    CircleNearPole,
    /// A list of regions is empty.
    #[error("it names no region; name at least one")]
    NoRegions,
    /// A union of nothing.
    #[error("the union holds no area; give at least one")]
    NoAreas,
    /// Unions and differences nest too deeply.
    #[error("unions and differences nest deeper than {MAX_DEPTH}; combine some")]
    TooDeep,
    /// Too many vertices.
    #[error("it has more than {MAX_VERTICES} vertices in all; simplify it")]
    TooManyVertices,
    /// Too many regions.
    #[error("it names more than {MAX_REGIONS} regions in all; name a larger region instead")]
    TooManyRegions,
}

impl AreaProblem {
    pub(super) fn at(self, at: impl Into<String>) -> AreaError {
        AreaError {
            at: at.into(),
            problem: self,
        }
    }
}

/// A region that an area names and that nobody knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("region {0} does not exist; choose another")]
pub struct UnknownRegion(pub RegionId);

/// A position of a border in degrees, for people to find it on the map.
pub(super) struct Degrees(pub(super) Point);

impl std::fmt::Display for Degrees {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "[{}, {}]", self.0.lon_degrees(), self.0.lat_degrees())
    }
}
