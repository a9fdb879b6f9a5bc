//! Rings of polygons, cut into zones, and the exact test for places near them.
//!
//! Rings run counter-clockwise around what is inside and clockwise around holes, so a place is inside when
//! its winding number is positive, also where polygons of a union overlap. The winding number is the sum over
//! the edges that cross the place's latitude east of it: +1 for each that goes up, -1 for each that goes
//! down. An edge crosses the latitudes from its lower end up to but without its upper end, and a place on an
//! edge lies east of it. So each place on a common border belongs to exactly one of two neighbours.

use std::ops::Range;

use super::layer::in_32_bits;
use super::layout::Layout;
use super::zones::{Test, Zones};
use crate::domain::point::Point;

/// An edge, from its lower end up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edge {
    low: (i32, i32),
    high: (i32, i32),
    /// +1 when the ring goes up here, -1 when down, 0 when level.
    direction: i32,
}

/// The part of an edge in one strip.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Crossing {
    /// All of the part lies within these longitudes.
    west: i32,
    east: i32,
    edge: u32,
    /// What the winding number gains at the strip's lowest latitude by passing the edge from east to west.
    at_bottom: i32,
}

/// Cuts rings into zones for the strips in `strips`.
pub(super) fn zones<'a>(
    rings: impl Iterator<Item = &'a [Point]> + Clone,
    layout: Layout,
    strips: Range<u32>,
) -> Zones {
    let edges = rings.clone().map(|ring| ring.len() - 1).sum();
    let mut parts = Parts {
        layout,
        strips: strips.clone(),
        edges: Vec::with_capacity(edges),
        found: Vec::with_capacity(edges * 2),
        per_strip: vec![0; strips.len() + 1],
    };
    for ring in rings {
        for edge in ring.windows(2) {
            parts.add(Edge::new(edge[0], edge[1]));
        }
    }
    let (mut crossings, ends) = parts.by_strip();
    let mut zones = Zones::new(layout, strips.start);
    let mut start = 0;
    for end in ends {
        let of_strip = &mut crossings[start as usize..end as usize];
        sort_by_west(of_strip);
        cut_strip(of_strip, start, &mut zones);
        zones.end_strip();
        start = end;
    }
    zones.with_crossings(parts.edges, crossings)
}

struct Parts {
    layout: Layout,
    strips: Range<u32>,
    edges: Vec<Edge>,
    /// With the number of the strip, from the first of `strips`.
    found: Vec<(u32, Crossing)>,
    /// At `n + 1` the number of crossings in the n-th strip.
    per_strip: Vec<u32>,
}

impl Parts {
    fn add(&mut self, edge: Edge) {
        let Edge { low, high, direction } = edge;
        let (west, east) = (low.0.min(high.0), low.0.max(high.0));
        let first = self.layout.strip(low.1);
        // The upper end itself is not crossed.
        let last = if direction == 0 {
            first
        } else {
            self.layout.strip(high.1 - 1)
        };
        let visited = first.max(self.strips.start)..(last + 1).min(self.strips.end);
        if visited.is_empty() {
            return;
        }
        let mut crossing = Crossing {
            west,
            east,
            edge: in_32_bits(self.edges.len()),
            at_bottom: 0,
        };
        self.edges.push(edge);
        let starts_at_bottom = low.1 == self.layout.bottom(first);
        if first == last {
            crossing.at_bottom = if starts_at_bottom { direction } else { 0 };
            self.push(first, crossing);
            return;
        }
        let slope = f64::from(high.0 - low.0) / f64::from(high.1 - low.1);
        // Off by far less than one unit, which the widening by one makes up for.
        #[expect(clippy::cast_possible_truncation, reason = "within the edge's longitudes")]
        let lon_at = |lat: i32| (f64::from(low.0) + slope * f64::from(lat - low.1)) as i32;
        let mut enters = if visited.start == first {
            low.0
        } else {
            lon_at(self.layout.bottom(visited.start))
        };
        for strip in visited {
            let leaves = if strip == last {
                high.0
            } else {
                lon_at(self.layout.bottom(strip + 1))
            };
            crossing.west = west.max(enters.min(leaves) - 1);
            crossing.east = east.min(enters.max(leaves) + 1);
            crossing.at_bottom = if strip > first || starts_at_bottom {
                direction
            } else {
                0
            };
            self.push(strip, crossing);
            enters = leaves;
        }
    }

    #[inline]
    fn push(&mut self, strip: u32, crossing: Crossing) {
        let index = strip - self.strips.start;
        self.per_strip[index as usize + 1] += 1;
        self.found.push((index, crossing));
    }

    /// All crossings ordered by strip, and where those of each strip end.
    fn by_strip(&mut self) -> (Vec<Crossing>, Vec<u32>) {
        let mut next = std::mem::take(&mut self.per_strip);
        for index in 1..next.len() {
            next[index] += next[index - 1];
        }
        let mut crossings = vec![Crossing::default(); self.found.len()];
        for (strip, crossing) in &self.found {
            let place = &mut next[*strip as usize];
            crossings[*place as usize] = *crossing;
            *place += 1;
        }
        next.pop();
        (crossings, next)
    }
}

/// Sorts the crossings of a strip: a handful mostly, and hardly out of order.
fn sort_by_west(crossings: &mut [Crossing]) {
    if crossings.len() > 24 {
        crossings.sort_unstable_by_key(|crossing| crossing.west);
        return;
    }
    for index in 1..crossings.len() {
        let crossing = crossings[index];
        let mut place = index;
        while place > 0 && crossings[place - 1].west > crossing.west {
            crossings[place] = crossings[place - 1];
            place -= 1;
        }
        crossings[place] = crossing;
    }
}

/// Cuts one strip, whose crossings are sorted from west to east and start at `offset` in the list of all.
fn cut_strip(crossings: &[Crossing], offset: u32, zones: &mut Zones) {
    let position = |index: usize| offset + in_32_bits(index);
    let mut winding = 0;
    let mut index = 0;
    let mut inside_from = 0;
    while index < crossings.len() {
        let from = index;
        let (west, mut east) = (crossings[from].west, crossings[from].east);
        if winding > 0 {
            zones.push(inside_from, west - 1, Test::Inside);
        }
        while let Some(crossing) = crossings.get(index).filter(|crossing| crossing.west <= east) {
            east = east.max(crossing.east);
            winding -= crossing.at_bottom;
            index += 1;
        }
        zones.push(
            west,
            east,
            Test::Crossings {
                from: position(from),
                to: position(index),
                winding,
            },
        );
        inside_from = east + 1;
    }
}

/// Whether a place is inside, given the edges of its zone and the winding number east of the zone.
#[inline]
pub(super) fn is_inside<'a>(
    edges: impl Iterator<Item = &'a Edge>,
    winding_east: i32,
    lon: i32,
    lat: i32,
) -> bool {
    winding_east + edges.map(|edge| edge.east_of(lon, lat)).sum::<i32>() > 0
}

/// The edges of crossings.
#[inline]
pub(super) fn edges<'a>(
    crossings: &'a [Crossing],
    edges: &'a [Edge],
) -> impl Iterator<Item = &'a Edge> + Clone {
    crossings.iter().map(|crossing| &edges[crossing.edge as usize])
}

impl Edge {
    fn new(from: Point, to: Point) -> Self {
        let (from, to) = ((from.lon(), from.lat()), (to.lon(), to.lat()));
        let direction = (to.1 - from.1).signum();
        if direction < 0 {
            Self {
                low: to,
                high: from,
                direction,
            }
        } else {
            Self {
                low: from,
                high: to,
                direction,
            }
        }
    }

    /// The direction of the edge when it crosses this latitude east of this longitude, otherwise zero.
    #[inline]
    fn east_of(&self, lon: i32, lat: i32) -> i32 {
        let crosses = (self.low.1 <= lat) && (lat < self.high.1);
        let (west, east) = (self.low.0.min(self.high.0), self.low.0.max(self.high.0));
        // No edge is longer than 180 degrees, so that at its own latitudes and longitudes both products stay
        // below 2^62; elsewhere the result does not matter.
        let span = |from: i32, to: i32| i64::from(to) - i64::from(from);
        let rise = span(self.low.0, self.high.0).wrapping_mul(span(self.low.1, lat));
        let run = span(self.low.1, self.high.1).wrapping_mul(span(self.low.0, lon));
        let before = (lon < west) | ((lon <= east) & (rise.wrapping_sub(run) > 0));
        if crosses & before { self.direction } else { 0 }
    }
}

/// Whether a place is inside, by looking at all edges.
pub(super) fn contains<'a>(rings: impl Iterator<Item = &'a [Point]>, point: Point) -> bool {
    let edges = rings
        .flat_map(|ring| ring.windows(2))
        .map(|edge| Edge::new(edge[0], edge[1]));
    edges
        .map(|edge| edge.east_of(point.lon(), point.lat()))
        .sum::<i32>()
        > 0
}
