//! Which ring lies in which, for rings that are known not to cross.

use std::ops::Range;

use super::{AreaProblem, Bounds};
use crate::domain::point::Point;

/// Edges and boxes looked at before an area counts as too intricate: about a second.
const MAX_STEPS: usize = 400_000_000;

/// Refuses holes outside of their polygon, holes in holes, and polygons in polygons.
pub(super) fn check(rings: &[Vec<Point>], polygons: &[Range<usize>]) -> Result<(), AreaProblem> {
    let bounds: Vec<_> = rings
        .iter()
        .map(|ring| Bounds::around(ring.iter().copied()))
        .collect();
    let mut nesting = Nesting {
        rings,
        bounds,
        steps: 0,
    };
    for polygon in polygons {
        let shell = polygon.start;
        for hole in shell + 1..polygon.end {
            if !nesting.lies_in(hole, shell)? {
                return Err(AreaProblem::HoleOutside(nesting.start_of(hole)));
            }
            for other in shell + 1..polygon.end {
                if hole != other && nesting.lies_in(hole, other)? {
                    return Err(AreaProblem::HoleInHole(nesting.start_of(hole)));
                }
            }
        }
    }
    for (index, polygon) in polygons.iter().enumerate() {
        for (other_index, other) in polygons.iter().enumerate() {
            if index != other_index && nesting.lies_in(polygon.start, other.start)? {
                let mut in_hole = false;
                for hole in other.start + 1..other.end {
                    in_hole = in_hole || nesting.lies_in(polygon.start, hole)?;
                }
                if !in_hole {
                    return Err(AreaProblem::PolygonInPolygon(nesting.start_of(polygon.start)));
                }
            }
        }
    }
    Ok(())
}

struct Nesting<'a> {
    rings: &'a [Vec<Point>],
    bounds: Vec<Bounds>,
    steps: usize,
}

impl Nesting<'_> {
    /// Whether ring `inner` lies within ring `outer`; they may touch.
    fn lies_in(&mut self, inner: usize, outer: usize) -> Result<bool, AreaProblem> {
        self.steps += 1;
        if !self.bounds[outer].holds(self.bounds[inner]) {
            return self.within_limit(false);
        }
        // As the rings share no line, the middle of some edge of the inner is not on the outer.
        for edge in self.rings[inner].windows(2) {
            self.steps += self.rings[outer].len();
            match self.side_of_middle(edge, outer) {
                Some(inside) => return self.within_limit(inside),
                None => self.within_limit(())?,
            }
        }
        Ok(false)
    }

    fn start_of(&self, ring: usize) -> Point {
        self.rings[ring][0]
    }

    fn within_limit<T>(&self, answer: T) -> Result<T, AreaProblem> {
        if self.steps > MAX_STEPS {
            Err(AreaProblem::TooIntricate)
        } else {
            Ok(answer)
        }
    }

    /// Whether the middle of the edge is inside of the ring; none when it is on the ring.
    fn side_of_middle(&self, edge: &[Point], ring: usize) -> Option<bool> {
        // Coordinates are doubled, so that the middle is a whole number.
        let x = i128::from(edge[0].lon()) + i128::from(edge[1].lon());
        let y = i128::from(edge[0].lat()) + i128::from(edge[1].lat());
        let double = |point: Point| (2 * i128::from(point.lon()) - x, 2 * i128::from(point.lat()) - y);
        let mut inside = false;
        for side in self.rings[ring].windows(2) {
            let ((ax, ay), (bx, by)) = (double(side[0]), double(side[1]));
            let cross = ax * by - bx * ay;
            if cross == 0 && ax.min(bx) <= 0 && ax.max(bx) >= 0 && ay.min(by) <= 0 && ay.max(by) >= 0 {
                return None;
            }
            if (ay <= 0) != (by <= 0) && (cross > 0) == (ay <= 0) {
                inside = !inside;
            }
        }
        Some(inside)
    }
}
