//! The plane in which borders are drawn: kilometres east and north of the middle of the region.

use crate::domain::point::Point;

/// The middle of the region, degrees.
const MIDDLE: (f64, f64) = (5.3, 52.25);
/// Kilometres in a degree of longitude, at the middle, and of latitude.
const KM_PER_DEGREE: (f64, f64) = (68.2, 111.2);

/// A spot in the plane, in kilometres.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Spot {
    pub(super) x: f64,
    pub(super) y: f64,
}

impl Spot {
    pub(super) fn from_degrees(longitude: f64, latitude: f64) -> Self {
        Self {
            x: (longitude - MIDDLE.0) * KM_PER_DEGREE.0,
            y: (latitude - MIDDLE.1) * KM_PER_DEGREE.1,
        }
    }

    /// The nearest point on the grid of 1e-7 degree.
    pub(super) fn to_point(self) -> Point {
        let (longitude, latitude) = (
            MIDDLE.0 + self.x / KM_PER_DEGREE.0,
            MIDDLE.1 + self.y / KM_PER_DEGREE.1,
        );
        Point::from_degrees(longitude, latitude).expect("the region lies on earth")
    }

    /// The spot at the share `t` of the way to the other.
    pub(super) fn towards(self, other: Self, t: f64) -> Self {
        Self {
            x: self.x + (other.x - self.x) * t,
            y: self.y + (other.y - self.y) * t,
        }
    }

    /// The square of the distance.
    pub(super) fn distance2(self, other: Self) -> f64 {
        let (x, y) = (self.x - other.x, self.y - other.y);
        x * x + y * y
    }

    pub(super) fn distance(self, other: Self) -> f64 {
        self.distance2(other).sqrt()
    }
}
