//! Shapes that share their borders, joined into one: what two of them have in common falls away.

use std::collections::{BTreeMap, BTreeSet};

use crate::demo::inside::Inside;
use crate::domain::area::Polygons;
use crate::domain::point::Point;

/// The union of shapes that do not overlap and whose common borders have the same vertices. Exact.
///
/// # Panics
/// When more than three shapes meet in one point, which the tessellation does not do.
pub(super) fn dissolve<'a>(shapes: impl IntoIterator<Item = &'a Polygons>) -> Polygons {
    let mut edges: BTreeSet<(Point, Point)> = BTreeSet::new();
    for edge in shapes
        .into_iter()
        .flat_map(Polygons::rings)
        .flat_map(|ring| ring.windows(2))
    {
        // A shared edge is walked once in each direction.
        if !edges.remove(&(edge[1], edge[0])) {
            edges.insert((edge[0], edge[1]));
        }
    }
    let mut next: BTreeMap<Point, Point> = BTreeMap::new();
    for (start, end) in edges {
        assert!(
            next.insert(start, end).is_none(),
            "at most three shapes meet in a point"
        );
    }
    nested(rings(next))
}

/// Follows the edges round.
fn rings(mut next: BTreeMap<Point, Point>) -> Vec<Vec<Point>> {
    let mut rings = Vec::new();
    while let Some((start, mut at)) = next.pop_first() {
        let mut ring = vec![start, at];
        while at != start {
            at = next.remove(&at).expect("borders are closed");
            ring.push(at);
        }
        rings.push(ring);
    }
    rings
}

/// Puts every hole into the smallest shell around it.
fn nested(rings: Vec<Vec<Point>>) -> Polygons {
    let (shells, holes): (Vec<_>, Vec<_>) = rings.into_iter().partition(|ring| twice_area(ring) > 0);
    let alone =
        |ring: &Vec<Point>| Polygons::new(vec![vec![ring.clone()]]).expect("a dissolved ring is valid");
    let inside: Vec<_> = shells.iter().map(|shell| Inside::new(&alone(shell))).collect();
    let mut polygons: Vec<_> = shells.into_iter().map(|shell| vec![shell]).collect();
    for hole in holes {
        let around = (0..polygons.len()).filter(|&shell| inside[shell].contains(hole[0]));
        let smallest = around.min_by_key(|&shell| twice_area(&polygons[shell][0]));
        polygons[smallest.expect("a hole lies in a shell")].push(hole);
    }
    Polygons::new(polygons).expect("a union of valid shapes is valid")
}

/// Twice the area within a ring, positive when it runs counter-clockwise.
fn twice_area(ring: &[Point]) -> i128 {
    let cross = |edge: &[Point]| {
        i128::from(edge[0].lon()) * i128::from(edge[1].lat())
            - i128::from(edge[1].lon()) * i128::from(edge[0].lat())
    };
    ring.windows(2).map(cross).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(west: i32, south: i32) -> Polygons {
        let corners = [(0, 0), (10, 0), (10, 10), (0, 10), (0, 0)];
        let ring = corners.map(|(lon, lat)| Point::from_units(west + lon, south + lat).unwrap());
        Polygons::new(vec![vec![ring.to_vec()]]).unwrap()
    }

    #[test]
    fn shared_borders_fall_away() {
        let both = dissolve([&square(0, 0), &square(10, 0)]);
        assert_eq!((both.rings().len(), both.vertices()), (1, 7));
    }

    #[test]
    fn shapes_around_nothing_leave_a_hole_and_shapes_apart_stay_apart() {
        let squares: Vec<_> = (0..9)
            .filter(|n| *n != 4)
            .map(|n| square(n % 3 * 10, n / 3 * 10))
            .collect();
        let ring = dissolve(squares.iter().chain([&square(100, 0)]));
        assert_eq!((ring.iter().len(), ring.rings().len()), (2, 3));
        assert!(!Inside::new(&ring).contains(Point::from_units(15, 15).unwrap()));
    }
}
