//! Where a postcode is: a point inside the area of its four digits.

use crate::domain::area::Polygons;
use crate::domain::participant::Postcode;
use crate::domain::point::Point;
use crate::domain::region::{RegionKind, Territory};

/// The point that stands for a postcode; none when the territory has no area of its digits.
pub(super) fn locate(territory: &Territory, postcode: Postcode) -> Option<Point> {
    let code = postcode.area().to_string();
    let area = territory.find(RegionKind::PostcodeArea, &code)?;
    Some(inner_point(&area.shape))
}

/// A point well inside: in the middle of the widest stretch of the line at half the height.
///
/// The centre of gravity would do as well for most areas, but can lie outside a bent one.
fn inner_point(polygons: &Polygons) -> Point {
    let bounds = polygons.bounds();
    // An odd unit, so that few corners lie on the line.
    let lat = f64::from(bounds.south.midpoint(bounds.north)) + 0.5;
    let mut crossings: Vec<f64> = polygons
        .rings()
        .iter()
        .flat_map(|ring| ring.windows(2))
        .filter_map(|edge| crossing(edge[0], edge[1], lat))
        .collect();
    crossings.sort_by(f64::total_cmp);
    let widest = crossings
        .chunks_exact(2)
        .max_by(|one, other| (one[1] - one[0]).total_cmp(&(other[1] - other[0])));
    let lon = widest.map_or_else(
        || f64::from(bounds.west.midpoint(bounds.east)),
        |stretch| f64::midpoint(stretch[0], stretch[1]),
    );
    let units = f64::from(crate::domain::point::UNITS_PER_DEGREE);
    Point::from_degrees(lon / units, lat / units).expect("between points on earth")
}

/// Where an edge crosses the line at this latitude.
fn crossing(from: Point, to: Point, lat: f64) -> Option<f64> {
    let (a, b) = (f64::from(from.lat()), f64::from(to.lat()));
    if (a < lat) == (b < lat) {
        return None;
    }
    let (from, to) = (f64::from(from.lon()), f64::from(to.lon()));
    Some(from + (to - from) * (lat - a) / (b - a))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::area::Area;
    use crate::geofence::Fence;

    #[test]
    fn a_bent_area_holds_its_point() {
        let corners = [(0, 0), (100, 0), (100, 100), (90, 100), (90, 10), (0, 10), (0, 0)];
        let ring = corners.map(|(lon, lat)| Point::from_units(lon * 1_000, lat * 1_000).unwrap());
        let polygons = Polygons::new(vec![vec![ring.to_vec()]]).unwrap();
        let fence = Fence::new(&Area::polygons(polygons.clone()), &|_| None).unwrap();
        assert!(fence.contains(inner_point(&polygons)));
    }

    proptest! {
        #[test]
        fn a_triangle_holds_its_point(corners in proptest::collection::vec((-1_000_000_i32..1_000_000, -1_000_000_i32..1_000_000), 3)) {
            let mut ring: Vec<Point> =
                corners.iter().map(|(lon, lat)| Point::from_units(*lon, *lat).unwrap()).collect();
            ring.push(ring[0]);
            if let Ok(polygons) = Polygons::new(vec![vec![ring]]) {
                let bounds = polygons.bounds();
                // A sliver of a few units may have no whole unit inside.
                prop_assume!(bounds.east - bounds.west > 1_000 && bounds.north - bounds.south > 1_000);
                let point = inner_point(&polygons);
                prop_assert!(bounds.holds(crate::domain::area::Bounds::around([point])));
            }
        }
    }
}
