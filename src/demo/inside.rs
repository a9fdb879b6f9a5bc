//! Whether a point lies inside a shape: exact, and half-open, so that a point on a shared border belongs to
//! one of the two neighbours.

use crate::domain::area::{Bounds, Polygons};
use crate::domain::point::Point;

/// Edges that a horizontal strip should hold on average.
const EDGES_PER_STRIP: usize = 4;
/// The most strips of one shape.
const MAX_STRIPS: usize = 4096;

/// A shape prepared for many questions: its edges in horizontal strips.
pub(super) struct Inside {
    bounds: Bounds,
    /// Units of latitude in a strip.
    height: i64,
    /// From each edge's southern to its northern end.
    strips: Vec<Vec<(Point, Point)>>,
}

impl Inside {
    pub(super) fn new(shape: &Polygons) -> Self {
        let bounds = shape.bounds();
        let count = (shape.vertices() / EDGES_PER_STRIP).clamp(1, MAX_STRIPS);
        let span = i64::from(bounds.north) - i64::from(bounds.south);
        let height = span / i64::try_from(count).unwrap_or(1) + 1;
        let mut strips = vec![Vec::new(); count];
        for pair in shape.rings().iter().flat_map(|ring| ring.windows(2)) {
            let (low, high) = if pair[0].lat() <= pair[1].lat() {
                (pair[0], pair[1])
            } else {
                (pair[1], pair[0])
            };
            // A horizontal edge decides nothing: its ends belong to the edges before and after it.
            if low.lat() < high.lat() {
                for strip in &mut strips[index(bounds, height, low)..=index(bounds, height, high)] {
                    strip.push((low, high));
                }
            }
        }
        Self {
            bounds,
            height,
            strips,
        }
    }

    /// The box around the shape.
    pub(super) const fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// Whether an odd number of edges lies east of the point. An edge counts from its southern end up to but
    /// not with its northern, and a point on an edge counts as east of it.
    pub(super) fn contains(&self, point: Point) -> bool {
        if !self.bounds.holds(Bounds::around([point])) {
            return false;
        }
        let edges = &self.strips[index(self.bounds, self.height, point)];
        let crossed = |&&(low, high): &&(Point, Point)| {
            low.lat() <= point.lat() && point.lat() < high.lat() && is_west_of(point, low, high)
        };
        edges.iter().filter(crossed).count() % 2 == 1
    }
}

fn index(bounds: Bounds, height: i64, point: Point) -> usize {
    let above = i64::from(point.lat()) - i64::from(bounds.south);
    usize::try_from(above / height).unwrap_or(0)
}

/// Whether the point lies strictly west of the edge, by the exact sign of the cross product.
fn is_west_of(point: Point, low: Point, high: Point) -> bool {
    let product = |a: (i32, i32), b: (i32, i32)| {
        i128::from(i64::from(a.0) - i64::from(a.1)) * i128::from(i64::from(b.0) - i64::from(b.1))
    };
    product((high.lon(), low.lon()), (point.lat(), low.lat()))
        > product((point.lon(), low.lon()), (high.lat(), low.lat()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(rings: &[&[(i32, i32)]]) -> Polygons {
        let point = |(lon, lat): &(i32, i32)| Point::from_units(*lon, *lat).unwrap();
        let ring = |ring: &&[(i32, i32)]| ring.iter().chain(ring.first()).map(point).collect();
        Polygons::new(vec![rings.iter().map(ring).collect()]).unwrap()
    }

    #[test]
    fn a_point_on_a_shared_border_belongs_to_one_of_the_two() {
        let west = Inside::new(&shape(&[&[(0, 0), (10, 0), (13, 7), (10, 20), (0, 20)]]));
        let east = Inside::new(&shape(&[&[(10, 0), (20, 0), (20, 20), (10, 20), (13, 7)]]));
        for lat in 0..20 {
            for lon in 0..20 {
                let point = Point::from_units(lon, lat).unwrap();
                assert_ne!(west.contains(point), east.contains(point), "{lon} {lat}");
            }
        }
        assert!(!east.contains(Point::from_units(15, 20).unwrap()));
    }

    #[test]
    fn what_lies_in_a_hole_is_outside() {
        let ring = Inside::new(&shape(&[
            &[(0, 0), (90, 0), (90, 90), (0, 90)],
            &[(30, 30), (30, 60), (60, 60), (60, 30)],
        ]));
        assert!(ring.contains(Point::from_units(10, 45).unwrap()));
        assert!(!ring.contains(Point::from_units(45, 45).unwrap()));
        assert!(!ring.contains(Point::from_units(95, 45).unwrap()));
    }
}
