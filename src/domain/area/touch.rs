//! Where borders cross or run together: exact, on integers, and positions included.
//!
//! Edges in ring order are close to each other, so boxes around runs of them make a good tree without sorting;
//! the tree is joined with itself and the pairs of edges whose boxes overlap are looked at.

use std::cmp::Ordering;
use std::ops::Range;

use super::{AreaProblem, Bounds};
use crate::domain::point::Point;

/// Pairs of edges or boxes looked at before an area counts as too intricate: about a second.
const MAX_STEPS: u32 = 50_000_000;
/// Edges in a leaf of the tree.
const LEAF: usize = 8;

/// Refuses rings that cross themselves or each other, or that run along one another.
///
/// They may touch in points. Of different rings OGC Simple Features allows that; of one ring with itself it
/// does not, but boundaries as published do it, and what is inside is clear.
pub(super) fn check(rings: &[Vec<Point>]) -> Result<(), AreaProblem> {
    let mut edges = Vec::with_capacity(rings.iter().map(Vec::len).sum());
    for (ring, points) in rings.iter().enumerate() {
        let first = edges.len();
        let last = first + points.len() - 2;
        for (index, pair) in points.windows(2).enumerate() {
            let index = first + index;
            edges.push(Edge {
                start: pair[0],
                end: pair[1],
                ring,
                previous: if index == first { last } else { index - 1 },
                next: if index == last { first } else { index + 1 },
            });
        }
    }
    let tree = Tree::over(&edges, 0..edges.len());
    let mut join = Join {
        edges: &edges,
        steps: 0,
    };
    join.within(&tree)
}

struct Edge {
    start: Point,
    end: Point,
    ring: usize,
    previous: usize,
    next: usize,
}

struct Tree {
    bounds: Bounds,
    edges: Range<usize>,
    halves: Option<Box<(Tree, Tree)>>,
}

impl Tree {
    fn over(edges: &[Edge], range: Range<usize>) -> Self {
        if range.len() <= LEAF {
            let bounds = Bounds::around(
                edges[range.clone()]
                    .iter()
                    .flat_map(|edge| [edge.start, edge.end]),
            );
            return Self {
                bounds,
                edges: range,
                halves: None,
            };
        }
        let middle = range.start.midpoint(range.end);
        let halves = (
            Self::over(edges, range.start..middle),
            Self::over(edges, middle..range.end),
        );
        Self {
            bounds: halves.0.bounds.join(halves.1.bounds),
            edges: range,
            halves: Some(Box::new(halves)),
        }
    }
}

struct Join<'a> {
    edges: &'a [Edge],
    steps: u32,
}

impl Join<'_> {
    fn within(&mut self, tree: &Tree) -> Result<(), AreaProblem> {
        if let Some(halves) = &tree.halves {
            self.within(&halves.0)?;
            self.within(&halves.1)?;
            return self.between(&halves.0, &halves.1);
        }
        for one in tree.edges.clone() {
            for other in one + 1..tree.edges.end {
                self.pair(one, other)?;
            }
        }
        Ok(())
    }

    fn between(&mut self, one: &Tree, other: &Tree) -> Result<(), AreaProblem> {
        self.step()?;
        if !one.bounds.overlaps(other.bounds) {
            return Ok(());
        }
        match (&one.halves, &other.halves) {
            (Some(halves), _) if one.edges.len() >= other.edges.len() => {
                self.between(&halves.0, other)?;
                self.between(&halves.1, other)
            }
            (_, Some(halves)) => {
                self.between(one, &halves.0)?;
                self.between(one, &halves.1)
            }
            _ => {
                for first in one.edges.clone() {
                    for second in other.edges.clone() {
                        self.pair(first, second)?;
                    }
                }
                Ok(())
            }
        }
    }

    fn step(&mut self) -> Result<(), AreaProblem> {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            Err(AreaProblem::TooIntricate)
        } else {
            Ok(())
        }
    }

    fn pair(&mut self, one: usize, other: usize) -> Result<(), AreaProblem> {
        self.step()?;
        let (a, b) = (&self.edges[one], &self.edges[other]);
        match meeting((a.start, a.end), (b.start, b.end)) {
            Meeting::None => Ok(()),
            Meeting::Crossing(at) => Err(AreaProblem::Crossing(at)),
            Meeting::Line(at) => Err(AreaProblem::Overlap(at)),
            Meeting::Point(_) if a.ring == b.ring && (a.next == other || b.next == one) => Ok(()),
            Meeting::Point(at) => {
                let (before, after) = self.neighbours(a, at);
                let (b_before, b_after) = self.neighbours(b, at);
                let sides = [b_before, b_after].map(|point| is_between(at, after, before, point));
                if sides[0] == sides[1] {
                    Ok(())
                } else {
                    Err(AreaProblem::Crossing(at))
                }
            }
        }
    }

    /// Where the edge's ring comes from and goes to around a point on the edge.
    fn neighbours(&self, edge: &Edge, at: Point) -> (Point, Point) {
        if at == edge.start {
            (self.edges[edge.previous].start, edge.end)
        } else if at == edge.end {
            (edge.start, self.edges[edge.next].end)
        } else {
            (edge.start, edge.end)
        }
    }
}

/// How two edges meet, and where.
enum Meeting {
    None,
    Point(Point),
    /// Both go on at the other side of each other; the position is the end of an edge near it.
    Crossing(Point),
    Line(Point),
}

fn meeting(a: (Point, Point), b: (Point, Point)) -> Meeting {
    if !Bounds::around([a.0, a.1]).overlaps(Bounds::around([b.0, b.1])) {
        return Meeting::None;
    }
    let b_sides = (turn(a.0, a.1, b.0), turn(a.0, a.1, b.1));
    let a_sides = (turn(b.0, b.1, a.0), turn(b.0, b.1, a.1));
    let ends = [
        (b_sides.0, b.0, a),
        (b_sides.1, b.1, a),
        (a_sides.0, a.0, b),
        (a_sides.1, a.1, b),
    ];
    let mut touched = ends
        .into_iter()
        .filter(|(side, end, edge)| side.is_eq() && holds(*edge, *end))
        .map(|(_, end, _)| end);
    if let Some(first) = touched.next() {
        let collinear = b_sides == (Ordering::Equal, Ordering::Equal);
        return if collinear && touched.any(|end| end != first) {
            Meeting::Line(first)
        } else {
            Meeting::Point(first)
        };
    }
    let apart = |sides: (Ordering, Ordering)| sides.0.is_ne() && sides.1.is_ne() && sides.0 != sides.1;
    if apart(b_sides) && apart(a_sides) {
        Meeting::Crossing(b.0)
    } else {
        Meeting::None
    }
}

/// Whether a point on the line through the edge lies on the edge.
fn holds(edge: (Point, Point), point: Point) -> bool {
    Bounds::around([edge.0, edge.1]).holds(Bounds::around([point]))
}

/// Whether `c` lies left of (greater), right of (less) or on the line from `a` to `b`.
fn turn(a: Point, b: Point, c: Point) -> Ordering {
    let span = |from: i32, to: i32| i128::from(to) - i128::from(from);
    let product =
        span(a.lon(), b.lon()) * span(a.lat(), c.lat()) - span(a.lat(), b.lat()) * span(a.lon(), c.lon());
    product.cmp(&0)
}

/// Whether, turning counter-clockwise around `at`, `point` is met after `from` and before `to`.
///
/// The three lie in different directions.
fn is_between(at: Point, from: Point, to: Point, point: Point) -> bool {
    let left_of_from = turn(at, from, point).is_gt();
    let right_of_to = turn(at, to, point).is_lt();
    // Within half a turn both must hold; in the wider rest of the circle, either.
    if turn(at, from, to).is_gt() {
        left_of_from && right_of_to
    } else {
        left_of_from || right_of_to
    }
}
