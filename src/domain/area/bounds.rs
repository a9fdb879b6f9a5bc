//! The box around a shape.

use crate::domain::point::Point;

/// A box in units of 1e-7 degree, its borders included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The smallest longitude.
    pub west: i32,
    /// The smallest latitude.
    pub south: i32,
    /// The largest longitude.
    pub east: i32,
    /// The largest latitude.
    pub north: i32,
}

impl Bounds {
    /// A box that holds nothing: what [`Bounds::join`] starts from.
    pub const NOTHING: Self = Self {
        west: i32::MAX,
        south: i32::MAX,
        east: i32::MIN,
        north: i32::MIN,
    };

    /// The smallest box around the points.
    pub fn around(points: impl IntoIterator<Item = Point>) -> Self {
        points.into_iter().fold(Self::NOTHING, |bounds, point| {
            bounds.join(Self {
                west: point.lon(),
                south: point.lat(),
                east: point.lon(),
                north: point.lat(),
            })
        })
    }

    /// The smallest box around both.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        Self {
            west: self.west.min(other.west),
            south: self.south.min(other.south),
            east: self.east.max(other.east),
            north: self.north.max(other.north),
        }
    }

    /// Whether they have a point in common.
    pub const fn overlaps(self, other: Self) -> bool {
        self.west <= other.east
            && other.west <= self.east
            && self.south <= other.north
            && other.south <= self.north
    }

    /// Whether the other lies wholly in this one.
    pub const fn holds(self, other: Self) -> bool {
        self.west <= other.west
            && other.east <= self.east
            && self.south <= other.south
            && other.north <= self.north
    }
}
