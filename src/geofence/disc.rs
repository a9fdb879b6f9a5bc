//! A circle on the ellipsoid, cut into zones, and the exact test for places near its rim.
//!
//! The square of the circle's half width, in longitude, is a smooth function of latitude, so a polynomial
//! stands in for it. How far the polynomial can be off is known (`doubt`), and only for places nearer to the rim
//! than that the geodesic is solved (Karney 2013, through geographiclib). The verdict is always the geodesic's.

use std::f64::consts::PI;
use std::ops::Range;

use geographiclib_rs::{Geodesic, InverseGeodesic};

use super::layout::Layout;
use super::zones::{Test, Zones};
use crate::domain::area::Circle;
use crate::domain::point::{Point, UNITS_PER_DEGREE};

const UNITS_PER_RADIAN: f64 = UNITS_PER_DEGREE as f64 * 180.0 / PI;
/// The ellipsoid of WGS 84.
const EQUATORIAL_RADIUS_M: f64 = 6_378_137.0;
const FLATTENING: f64 = 1.0 / 298.257_223_563;
/// A radius of curvature smaller than any on the ellipsoid, and a mean one.
const SMALLEST_RADIUS_M: f64 = 6_330_000.0;
const MEAN_RADIUS_M: f64 = 6_371_000.0;
/// Circles larger than this are fitted to geodesics, smaller ones to the mid-latitude formula.
const LARGE_M: u32 = 20_000;
/// Terms of the polynomial.
const TERMS: usize = 8;

/// Half of a circle's width at each latitude.
#[derive(Clone, Debug)]
pub(super) struct Rim {
    circle: Circle,
    centre: (f64, f64),
    /// Units of latitude that the circle reaches, rounded up.
    reach: f64,
    /// Of latitude as a share of `reach`: the square of half the width in units of longitude.
    polynomial: [f64; TERMS],
    /// How much the polynomial may be off.
    doubt: f64,
    /// Where it is largest.
    widest_at: f64,
}

impl Rim {
    pub(super) fn new(circle: Circle) -> Self {
        let centre = circle.centre();
        let radius_m = f64::from(circle.radius_m());
        let reach = radius_m / SMALLEST_RADIUS_M * UNITS_PER_RADIAN;
        let large = circle.radius_m() > LARGE_M;
        let polynomial = if large {
            fit::<8>(circle, reach, true)
        } else {
            fit::<6>(circle, reach, false)
        };

        // Measured against geodesics up to 80 degrees of latitude, the distance on the rim is off by at most
        // 0.05 (r/R)^2 / cos^2 of the radius from the formula and 0.01 (r/R)^4 / cos^4 from the fit to
        // geodesics; three times that, and a millimetre for rounding.
        let steepest = (f64::from(centre.lat().abs()) + reach) / UNITS_PER_RADIAN;
        let slant = (radius_m / MEAN_RADIUS_M / steepest.cos()).powi(2);
        let off_m = radius_m * if large { 0.03 * slant * slant } else { 0.15 * slant } + 1e-3;
        let metres_per_unit = EQUATORIAL_RADIUS_M * steepest.cos() / UNITS_PER_RADIAN;
        let doubt = (2.0 * radius_m + off_m) * off_m / (metres_per_unit * metres_per_unit);

        let mut rim = Self {
            circle,
            centre: (f64::from(centre.lon()), f64::from(centre.lat())),
            reach,
            polynomial,
            doubt,
            widest_at: 0.0,
        };
        for _ in 0..4 {
            rim.widest_at -= rim.slope(rim.widest_at) / rim.bend(rim.widest_at);
        }
        rim
    }

    /// Whether the place is at most the radius away.
    #[inline]
    pub(super) fn holds(&self, lon: i32, lat: i32) -> bool {
        let north = (f64::from(lat) - self.centre.1) / self.reach;
        if north.abs() > 1.0 {
            return false;
        }
        let east = f64::from(lon) - self.centre.0;
        let margin = self.square_width(north) - east * east;
        if margin.abs() > self.doubt {
            margin > 0.0
        } else {
            self.is_within_radius(lon, lat)
        }
    }

    #[cold]
    fn is_within_radius(&self, lon: i32, lat: i32) -> bool {
        let place = Point::from_units(lon, lat).expect("places in the index are on earth");
        distance_m(self.circle.centre(), place) <= f64::from(self.circle.radius_m())
    }

    fn square_width(&self, north: f64) -> f64 {
        self.polynomial
            .iter()
            .rev()
            .fold(0.0, |sum, term| sum * north + term)
    }

    fn slope(&self, north: f64) -> f64 {
        (1..TERMS).rev().fold(0.0, |sum, power| {
            sum * north + power as f64 * self.polynomial[power]
        })
    }

    fn bend(&self, north: f64) -> f64 {
        (2..TERMS).rev().fold(0.0, |sum, power| {
            sum * north + (power * (power - 1)) as f64 * self.polynomial[power]
        })
    }

    /// Cuts the circle into zones for the strips in `strips`.
    pub(super) fn zones(self, layout: Layout, strips: Range<u32>) -> Zones {
        let centre = self.circle.centre();
        let mut zones = Zones::new(layout, strips.start);
        for strip in strips {
            let bottom = f64::from(layout.bottom(strip));
            let south = (bottom - self.centre.1) / self.reach;
            let north = (bottom + f64::from(layout.height() - 1) - self.centre.1) / self.reach;
            if south <= 1.0 && north >= -1.0 {
                let (low, high) = (south.max(-1.0), north.min(1.0));
                let ends = (self.square_width(low), self.square_width(high));
                let widest = if (low..=high).contains(&self.widest_at) {
                    self.square_width(self.widest_at)
                } else {
                    ends.0.max(ends.1)
                };
                let narrowest = if south < -1.0 || north > 1.0 {
                    -1.0
                } else {
                    ends.0.min(ends.1) - self.doubt
                };
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "a circle is less than 180 degrees wide"
                )]
                let outer = (widest + self.doubt).max(0.0).sqrt() as i32 + 1;
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "a circle is less than 180 degrees wide"
                )]
                let inner = if narrowest > 0.0 {
                    narrowest.sqrt() as i32 - 1
                } else {
                    -1
                };
                if inner < 0 {
                    zones.push(centre.lon() - outer, centre.lon() + outer, Test::Rim);
                } else {
                    zones.push(centre.lon() - outer, centre.lon() - inner - 1, Test::Rim);
                    zones.push(centre.lon() - inner, centre.lon() + inner, Test::Inside);
                    zones.push(centre.lon() + inner + 1, centre.lon() + outer, Test::Rim);
                }
            }
            zones.end_strip();
        }
        zones.with_rim(self)
    }
}

/// The geodesic distance in metres.
pub(super) fn distance_m(from: Point, to: Point) -> f64 {
    Geodesic::wgs84().inverse(
        from.lat_degrees(),
        from.lon_degrees(),
        to.lat_degrees(),
        to.lon_degrees(),
    )
}

/// The polynomial through the square of half the width at `NODES` latitudes.
fn fit<const NODES: usize>(circle: Circle, reach: f64, to_geodesics: bool) -> [f64; TERMS] {
    let from = circle.centre().lat_degrees().to_radians();
    let radius_m = f64::from(circle.radius_m());
    // Chebyshev's nodes keep the error between them even.
    let nodes: [f64; NODES] =
        std::array::from_fn(|index| ((2 * index + 1) as f64 * PI / (2 * NODES) as f64).cos());
    let mut differences = nodes.map(|node| {
        let to = from + node * reach / UNITS_PER_RADIAN;
        let (meridian_m, parallel_m) = radii_m(from.midpoint(to));
        let square = (radius_m.powi(2) - (meridian_m * (to - from)).powi(2)) / parallel_m.powi(2);
        let corrected = if to_geodesics && square > 0.0 {
            let distance_m: f64 = Geodesic::wgs84().inverse(
                from.to_degrees(),
                0.0,
                to.to_degrees(),
                square.sqrt().to_degrees(),
            );
            square + (radius_m.powi(2) - distance_m.powi(2)) / parallel_m.powi(2)
        } else {
            square
        };
        corrected * UNITS_PER_RADIAN.powi(2)
    });
    for step in 1..NODES {
        for index in (step..NODES).rev() {
            differences[index] =
                (differences[index] - differences[index - 1]) / (nodes[index] - nodes[index - step]);
        }
    }
    // From Newton's form to powers.
    let mut terms = [0.0; TERMS];
    for index in (0..NODES).rev() {
        for power in (1..TERMS).rev() {
            terms[power] = terms[power - 1] - nodes[index] * terms[power];
        }
        terms[0] = differences[index] - nodes[index] * terms[0];
    }
    terms
}

/// The radius of curvature along the meridian, and the radius of the parallel, at a latitude in radians.
fn radii_m(lat: f64) -> (f64, f64) {
    let eccentricity = FLATTENING * (2.0 - FLATTENING);
    let squashed = 1.0 - eccentricity * lat.sin().powi(2);
    let normal_m = EQUATORIAL_RADIUS_M / squashed.sqrt();
    (normal_m * (1.0 - eccentricity) / squashed, normal_m * lat.cos())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]
        #[test]
        fn the_verdict_near_the_rim_is_the_geodesics(
            lat in -770_000_000..770_000_000_i32,
            radius_m in prop_oneof![10_u32..100, 100_u32..20_001, 20_001_u32..=200_000],
            turn in 0.0..360.0_f64,
            offs in prop::collection::vec(-3.0..3.0_f64, 20),
        ) {
            use geographiclib_rs::DirectGeodesic;
            let centre = Point::from_units(51_234_567, lat).unwrap();
            let circle = Circle::new(centre, radius_m).unwrap();
            let rim = Rim::new(circle);
            let layout = Layout::with_shift(13);
            let bounds = circle.bounds();
            let zones = rim.clone().zones(layout, layout.strip(bounds.south)..layout.strip(bounds.north) + 1);
            for (index, off) in offs.into_iter().enumerate() {
                // From three metres to three micrometres off the rim.
                let distance_m = f64::from(radius_m) + off * 0.5_f64.powi(i32::try_from(index).unwrap());
                let azimuth = turn + 18.0 * index as f64;
                let (lat, lon): (f64, f64) = Geodesic::wgs84()
                    .direct(centre.lat_degrees(), centre.lon_degrees(), azimuth, distance_m);
                let place = Point::from_degrees(lon, lat).unwrap();
                let expected = super::distance_m(centre, place) <= f64::from(radius_m);
                prop_assert_eq!(rim.holds(place.lon(), place.lat()), expected);
                prop_assert_eq!(zones.contains(place.lon(), place.lat()), expected);
            }
        }
    }
}
