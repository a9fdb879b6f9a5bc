//! Who is inside, by the definition: every place against every edge, in wide integers.

use crate::domain::area::{Area, Shape};
use crate::domain::point::Point;

/// An area to look places up in, one by one.
pub(super) struct Oracle<'a>(&'a Area);

impl<'a> Oracle<'a> {
    pub(super) fn new(area: &'a Area) -> Self {
        Self(area)
    }

    pub(super) fn contains(&self, point: Point) -> bool {
        match self.0.shape() {
            Shape::Polygons(polygons) => polygons.iter().any(|polygon| {
                let rings = std::iter::once(polygon.shell()).chain(polygon.holes());
                rings
                    .flat_map(|ring| ring.windows(2))
                    .filter(|edge| crosses_east(edge, point))
                    .count()
                    % 2
                    == 1
            }),
            Shape::Circle(circle) => {
                super::super::disc::distance_m(circle.centre(), point) <= f64::from(circle.radius_m())
            }
            Shape::Regions(_) => unreachable!("areas with regions have their own test"),
            Shape::Union(areas) => areas.iter().any(|area| Oracle(area).contains(point)),
            Shape::Difference(pair) => Oracle(&pair.0).contains(point) && !Oracle(&pair.1).contains(point),
        }
    }
}

/// Whether the edge crosses the point's latitude, its lower end included and its upper not, strictly east.
fn crosses_east(edge: &[Point], point: Point) -> bool {
    let wide = |point: Point| (i128::from(point.lon()), i128::from(point.lat()));
    let (mut low, mut high) = (wide(edge[0]), wide(edge[1]));
    if low.1 > high.1 {
        std::mem::swap(&mut low, &mut high);
    }
    let (lon, lat) = wide(point);
    // lon < low + (high - low) * (lat - low) / (high - low), multiplied out.
    low.1 <= lat && lat < high.1 && (lon - low.0) * (high.1 - low.1) < (high.0 - low.0) * (lat - low.1)
}
