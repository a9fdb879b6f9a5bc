//! Rings of polygons, cut into zones, and the exact test for places near them.
//!
//! Rings run counter-clockwise around what is inside and clockwise around holes, so a place is inside when
//! its winding number is positive, also where polygons of a union overlap. The winding number is the sum over
//! the edges that cross the place's latitude east of it: +1 for each that goes up, -1 for each that goes
//! down. An edge crosses the latitudes from its lower end up to but without its upper end, and a place on an
//! edge lies east of it. So each place on a common border belongs to exactly one of two neighbours.

use std::ops::Range;

use super::layout::Layout;
use super::zones::{Test, Zones};
use crate::domain::point::Point;

/// The part of an edge in one strip.
#[derive(Clone, Copy, Debug)]
pub(super) struct Crossing {
    /// All of the part lies within these longitudes.
    west: i32,
    east: i32,
    low: (i32, i32),
    high: (i32, i32),
    /// +1 when the ring goes up here, -1 when down, 0 when level.
    direction: i32,
    /// Whether it crosses the strip's lowest latitude.
    from_bottom: bool,
}

/// Cuts rings into zones for the strips in `strips`.
pub(super) fn zones<'a>(
    rings: impl Iterator<Item = &'a [Point]>,
    layout: Layout,
    strips: Range<u32>,
) -> Zones {
    let mut parts = Parts {
        layout,
        strips: strips.clone(),
        found: Vec::new(),
        per_strip: vec![0; strips.len() + 1],
    };
    for ring in rings {
        for edge in ring.windows(2) {
            parts.add(edge[0], edge[1]);
        }
    }
    let (mut crossings, ends) = parts.by_strip();
    let mut zones = Zones::new(layout, strips.start);
    let mut start = 0;
    for end in ends {
        let of_strip = &mut crossings[start..end];
        of_strip.sort_unstable_by_key(|crossing| crossing.west);
        cut_strip(of_strip, start, &mut zones);
        zones.end_strip();
        start = end;
    }
    zones.with_crossings(crossings)
}

struct Parts {
    layout: Layout,
    strips: Range<u32>,
    found: Vec<(u32, Crossing)>,
    /// At `n + 1` the number of crossings in the n-th strip.
    per_strip: Vec<usize>,
}

impl Parts {
    fn add(&mut self, from: Point, to: Point) {
        let ends = ((from.lon(), from.lat()), (to.lon(), to.lat()));
        let ((low, high), direction) = match from.lat().cmp(&to.lat()) {
            std::cmp::Ordering::Less => (ends, 1),
            std::cmp::Ordering::Equal => (ends, 0),
            std::cmp::Ordering::Greater => ((ends.1, ends.0), -1),
        };
        let (west, east) = (low.0.min(high.0), low.0.max(high.0));
        let first = self.layout.strip(low.1);
        // The upper end itself is not crossed.
        let last = if direction == 0 {
            first
        } else {
            self.layout.strip(high.1 - 1)
        };
        let mut crossing = Crossing {
            west,
            east,
            low,
            high,
            direction,
            from_bottom: false,
        };
        if first == last {
            if self.strips.contains(&first) {
                crossing.from_bottom = direction != 0 && low.1 == self.layout.bottom(first);
                self.push(first, crossing);
            }
            return;
        }
        let slope = f64::from(high.0 - low.0) / f64::from(high.1 - low.1);
        // Off by far less than one unit, which the widening by one makes up for.
        #[expect(clippy::cast_possible_truncation, reason = "within the edge's longitudes")]
        let lon_at = |lat: i32| (f64::from(low.0) + slope * f64::from(lat - low.1)) as i32;
        let visited = first.max(self.strips.start)..(last + 1).min(self.strips.end);
        if visited.is_empty() {
            return;
        }
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
            crossing.from_bottom = strip > first || low.1 == self.layout.bottom(strip);
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
    fn by_strip(mut self) -> (Vec<Crossing>, Vec<usize>) {
        for index in 1..self.per_strip.len() {
            self.per_strip[index] += self.per_strip[index - 1];
        }
        let mut next = self.per_strip;
        let nothing = Crossing {
            west: 0,
            east: 0,
            low: (0, 0),
            high: (0, 0),
            direction: 0,
            from_bottom: false,
        };
        let mut crossings = vec![nothing; self.found.len()];
        for (strip, crossing) in self.found {
            let place = &mut next[strip as usize];
            crossings[*place] = crossing;
            *place += 1;
        }
        next.pop();
        (crossings, next)
    }
}

/// Cuts one strip, whose crossings are sorted from west to east and start at `offset` in the list of all.
fn cut_strip(crossings: &[Crossing], offset: usize, zones: &mut Zones) {
    let position =
        |index: usize| u32::try_from(offset + index).expect("an area has at most 100,000 vertices");
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
            if crossing.from_bottom {
                winding -= crossing.direction;
            }
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

/// Whether a place is inside, given the crossings of its zone and the winding number east of the zone.
#[inline]
pub(super) fn is_inside(crossings: &[Crossing], winding_east: i32, lon: i32, lat: i32) -> bool {
    let winding: i32 = crossings.iter().map(|crossing| crossing.east_of(lon, lat)).sum();
    winding_east + winding > 0
}

impl Crossing {
    /// The direction of the edge when it crosses this latitude east of this longitude, otherwise zero.
    #[inline]
    fn east_of(&self, lon: i32, lat: i32) -> i32 {
        let crosses = (self.low.1 <= lat) & (lat < self.high.1);
        let beside = lon < self.west;
        // Between `west` and `east` both products stay below 2^62, as no edge is longer than 180 degrees;
        // elsewhere the result does not matter.
        let span = |from: i32, to: i32| i64::from(to) - i64::from(from);
        let rise = span(self.low.0, self.high.0).wrapping_mul(span(self.low.1, lat));
        let run = span(self.low.1, self.high.1).wrapping_mul(span(self.low.0, lon));
        let before = (lon <= self.east) & (rise.wrapping_sub(run) > 0);
        if crosses & (beside | before) {
            self.direction
        } else {
            0
        }
    }
}

/// Whether a place is inside, by looking at all edges.
pub(super) fn contains<'a>(rings: impl Iterator<Item = &'a [Point]>, point: Point) -> bool {
    let winding: i32 = rings
        .flat_map(|ring| ring.windows(2))
        .map(|edge| {
            let ((low, high), direction) = if edge[0].lat() < edge[1].lat() {
                ((edge[0], edge[1]), 1)
            } else {
                ((edge[1], edge[0]), -1)
            };
            let crossing = Crossing {
                west: low.lon().min(high.lon()),
                east: low.lon().max(high.lon()),
                low: (low.lon(), low.lat()),
                high: (high.lon(), high.lat()),
                direction,
                from_bottom: false,
            };
            crossing.east_of(point.lon(), point.lat())
        })
        .sum();
    winding > 0
}
