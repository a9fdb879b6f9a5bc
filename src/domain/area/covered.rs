//! How much of an area was searched, and the outline of what was.

use geo::{BooleanOps, Coord, GeodesicArea, LineString, MultiPolygon, unary_union};
use serde_json::{Value, json};

use super::{Area, Circle, Polygons, UnknownRegion};
use crate::domain::id::RegionId;

/// Corners of the polygon that stands for a searched circle: nobody searches to the metre, and there are many.
const CORNERS: u32 = 36;

/// What circles cover together.
#[derive(Clone, Debug, PartialEq)]
pub struct Covered {
    /// Their union, as a `MultiPolygon` of `GeoJSON` (RFC 7946).
    pub outline: Value,
    /// Its surface in square kilometres, where circles overlap counted once.
    pub km2: f64,
    /// The part of the area that lies in it, 0 to 1.
    pub share: f64,
}

impl Covered {
    /// What these circles cover together, of no area in particular.
    pub fn of(circles: &[Circle]) -> Self {
        let union = union(circles);
        Self {
            outline: outline(&union),
            km2: km2(&union),
            share: 0.0,
        }
    }
}

impl Area {
    /// What these circles cover together, and how much of this area. Slow with thousands: call it where blocking is
    /// allowed. `polygons_of` finds a region's polygons.
    pub fn covered_by(
        &self,
        circles: &[Circle],
        polygons_of: &impl Fn(RegionId) -> Option<Polygons>,
    ) -> Result<Covered, UnknownRegion> {
        let union = union(circles);
        let area = self.flattened(polygons_of)?;
        let (whole, inside) = (km2(&area), km2(&union.intersection(&area)));
        Ok(Covered {
            outline: outline(&union),
            km2: km2(&union),
            share: if whole > 0.0 {
                (inside / whole).clamp(0.0, 1.0)
            } else {
                0.0
            },
        })
    }
}

fn union(circles: &[Circle]) -> MultiPolygon {
    let outlines: Vec<MultiPolygon> = circles.iter().map(|circle| circle.outline(CORNERS)).collect();
    unary_union(&outlines)
}

fn km2(polygons: &MultiPolygon) -> f64 {
    if polygons.0.is_empty() {
        return 0.0;
    }
    polygons.geodesic_area_unsigned() / 1e6
}

fn outline(union: &MultiPolygon) -> Value {
    // Seven digits are a centimetre.
    let round = |degrees: f64| (degrees * 1e7).round() / 1e7;
    let ring = |line: &LineString| -> Value {
        line.0
            .iter()
            .map(|Coord { x, y }| json!([round(*x), round(*y)]))
            .collect()
    };
    let polygons: Value = union
        .iter()
        .map(|polygon| -> Value {
            let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
            rings.map(ring).collect()
        })
        .collect();
    json!({ "type": "MultiPolygon", "coordinates": polygons })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::point::Point;

    fn circle(east_m: f64, north_m: f64, radius_m: u32) -> Circle {
        let point = Point::from_degrees(5.12 + east_m / 68_500.0, 52.09 + north_m / 111_250.0).unwrap();
        Circle::new(point, radius_m).unwrap()
    }

    fn area(radius_m: u32) -> Area {
        Area::circle(circle(0.0, 0.0, radius_m))
    }

    fn covered(circles: &[Circle]) -> Covered {
        area(1_000).covered_by(circles, &|_| None).unwrap()
    }

    #[test]
    fn nothing_searched_covers_nothing() {
        let none = covered(&[]);
        assert!(none.km2 == 0.0 && none.share == 0.0);
        assert_eq!(none.outline["coordinates"], json!([]));
    }

    #[test]
    fn a_quarter_of_a_circle_is_that_of_half_its_radius_counted_once() {
        let half = circle(0.0, 0.0, 500);
        let covered = covered(&[half, half, half]);
        assert!((0.245..0.255).contains(&covered.share), "{}", covered.share);
        assert!((0.77..0.79).contains(&covered.km2), "{}", covered.km2);
        assert_eq!(covered.outline["coordinates"].as_array().unwrap().len(), 1);
    }

    #[test]
    fn what_lies_outside_is_searched_and_no_part_of_the_area() {
        let far = covered(&[circle(5_000.0, 0.0, 300)]);
        assert!(far.share == 0.0 && far.km2 > 0.27, "{far:?}");
        let all = covered(&[circle(0.0, 0.0, 1_500)]);
        assert!(all.share > 0.999, "{}", all.share);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn more_searching_never_covers_less(
            places in prop::collection::vec((-1_500.0_f64..1_500.0, -1_500.0_f64..1_500.0, 10_u32..800), 1..12),
        ) {
            let circles: Vec<_> = places.iter().map(|(east, north, radius)| circle(*east, *north, *radius)).collect();
            let (fewer, all) = (covered(&circles[1..]), covered(&circles));
            prop_assert!((0.0..=1.0).contains(&all.share));
            prop_assert!(all.share >= fewer.share - 1e-6 && all.km2 >= fewer.km2 - 1e-6);
            let sum: f64 = circles.iter().map(|one| Area::circle(*one).km2(&|_| None).unwrap()).sum();
            prop_assert!(all.km2 <= sum + 1e-6);
        }
    }
}
