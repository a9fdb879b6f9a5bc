//! The right answer, by another way: every place against the edges at its latitude, in wide integers.

use std::collections::BTreeSet;

use geographiclib_rs::{Geodesic, InverseGeodesic};
use oproep::domain::area::{Circle, Polygons};
use oproep::domain::point::Point;

use crate::fences::Asked;

/// The participants with a place inside, sorted.
pub fn inside(asked: &Asked, places: &[(u32, Point)]) -> Vec<u32> {
    let numbers: BTreeSet<u32> = match (&asked.circle, &asked.polygons) {
        (Some(circle), _) => by(places, |point| in_circle(*circle, point)),
        (None, Some(polygons)) => {
            let edges = Edges::new(polygons);
            by(places, |point| edges.contain(point))
        }
        (None, None) => unreachable!("a fence is a circle or polygons"),
    };
    numbers.into_iter().collect()
}

fn by(places: &[(u32, Point)], contains: impl Fn(Point) -> bool) -> BTreeSet<u32> {
    places
        .iter()
        .filter(|(_, point)| contains(*point))
        .map(|(number, _)| *number)
        .collect()
}

fn in_circle(circle: Circle, point: Point) -> bool {
    let bounds = circle.bounds();
    let near = (bounds.west..=bounds.east).contains(&point.lon())
        && (bounds.south..=bounds.north).contains(&point.lat());
    let centre = circle.centre();
    let distance_m = || -> f64 {
        Geodesic::wgs84().inverse(
            centre.lat_degrees(),
            centre.lon_degrees(),
            point.lat_degrees(),
            point.lon_degrees(),
        )
    };
    near && distance_m() <= f64::from(circle.radius_m())
}

/// Edges by the bands of latitude that they reach into.
struct Edges {
    south: i32,
    band: i32,
    bands: Vec<Vec<[(i128, i128); 2]>>,
}

impl Edges {
    const BANDS: i32 = 4_000;

    fn new(polygons: &Polygons) -> Self {
        let bounds = polygons.bounds();
        let band = (bounds.north - bounds.south) / Self::BANDS + 1;
        let mut bands = vec![Vec::new(); Self::BANDS as usize + 1];
        for edge in polygons.rings().iter().flat_map(|ring| ring.windows(2)) {
            let wide = |point: Point| (i128::from(point.lon()), i128::from(point.lat()));
            let (low, high) = if edge[0].lat() < edge[1].lat() {
                (edge[0], edge[1])
            } else {
                (edge[1], edge[0])
            };
            let of = |lat: i32| ((lat - bounds.south) / band) as usize;
            for band in &mut bands[of(low.lat())..=of(high.lat())] {
                band.push([wide(low), wide(high)]);
            }
        }
        Self {
            south: bounds.south,
            band,
            bands,
        }
    }

    fn contain(&self, point: Point) -> bool {
        let Ok(above) = usize::try_from(point.lat() - self.south) else {
            return false;
        };
        let Some(edges) = self.bands.get(above / self.band as usize) else {
            return false;
        };
        let (lon, lat) = (i128::from(point.lon()), i128::from(point.lat()));
        let crosses = |[low, high]: &&[(i128, i128); 2]| {
            low.1 <= lat
                && lat < high.1
                && (lon - low.0) * (high.1 - low.1) < (high.0 - low.0) * (lat - low.1)
        };
        edges.iter().filter(crosses).count() % 2 == 1
    }
}
