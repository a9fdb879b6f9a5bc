//! A circle on the ellipsoid.

use super::{AreaProblem, Bounds};
use crate::domain::point::{Point, UNITS_PER_DEGREE};

/// Everything within a geodesic distance (WGS 84) of a point, the rim included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Circle {
    centre: Point,
    radius_m: u32,
}

impl Circle {
    /// The smallest radius, in metres.
    pub const MIN_RADIUS_M: u32 = 10;
    /// The largest radius, in metres.
    pub const MAX_RADIUS_M: u32 = 200_000;
    /// The latitude, in degrees, that a circle may not reach beyond.
    pub const MAX_LATITUDE: i32 = 80;

    /// The circle, unless its radius is out of bounds or it reaches beyond 80 degrees of latitude or the
    /// antimeridian.
    pub fn new(centre: Point, radius_m: u32) -> Result<Self, AreaProblem> {
        if !(Self::MIN_RADIUS_M..=Self::MAX_RADIUS_M).contains(&radius_m) {
            return Err(AreaProblem::Radius);
        }
        let circle = Self { centre, radius_m };
        let bounds = circle.bounds();
        let max_lat = Self::MAX_LATITUDE * UNITS_PER_DEGREE;
        if bounds.south < -max_lat || bounds.north > max_lat {
            return Err(AreaProblem::CircleNearPole);
        }
        if bounds.west <= -Point::MAX_LON || bounds.east >= Point::MAX_LON {
            return Err(AreaProblem::Antimeridian);
        }
        Ok(circle)
    }

    /// The middle.
    pub const fn centre(&self) -> Point {
        self.centre
    }

    /// The radius, in metres.
    pub const fn radius_m(&self) -> u32 {
        self.radius_m
    }

    /// A box around the circle, at most a few percent too large, clipped to the earth.
    pub fn bounds(&self) -> Bounds {
        // No degree of latitude is shorter than 110,574 m, none of longitude shorter than 111,000 m times the
        // cosine of its latitude; the widest part of a circle lies nearer to the pole than its centre, at most
        // by its radius.
        let lat_reach = f64::from(self.radius_m) / 110_500.0;
        let widest_at = (self.centre.lat_degrees().abs() + lat_reach).min(89.0);
        let lon_reach = lat_reach / widest_at.to_radians().cos();
        #[expect(
            clippy::cast_possible_truncation,
            reason = "at most 180 degrees, clipped to the earth"
        )]
        let units = |degrees: f64, limit: i32| {
            (degrees * f64::from(UNITS_PER_DEGREE)).clamp(f64::from(-limit), f64::from(limit)) as i32
        };
        Bounds {
            west: units(self.centre.lon_degrees() - lon_reach, Point::MAX_LON),
            east: units(self.centre.lon_degrees() + lon_reach, Point::MAX_LON),
            south: units(self.centre.lat_degrees() - lat_reach, Point::MAX_LAT),
            north: units(self.centre.lat_degrees() + lat_reach, Point::MAX_LAT),
        }
    }
}
