//! Polygons with holes, checked once and shared from then on.

use std::ops::Range;
use std::sync::Arc;

use super::{AreaProblem, Bounds, MAX_VERTICES, nesting, touch};
use crate::domain::point::Point;

/// One or more polygons with holes, valid by construction, cheap to clone.
///
/// Every ring is closed (its first point is repeated at its end), has no point twice in a row, is no longer than
/// 180 degrees in any edge, and meets itself and others in single points at most, without crossing. Shells run
/// counter-clockwise and holes clockwise (RFC 7946, section 3.1.6), so that the winding number of a point is
/// the number of polygons around it.
#[derive(Clone, PartialEq)]
pub struct Polygons(Arc<Inner>);

#[derive(PartialEq)]
struct Inner {
    rings: Vec<Vec<Point>>,
    /// The rings of each polygon, the shell first.
    polygons: Vec<Range<usize>>,
    bounds: Bounds,
}

/// One polygon of several.
#[derive(Clone, Copy)]
pub struct Polygon<'a>(&'a [Vec<Point>]);

impl<'a> Polygon<'a> {
    /// The outer border, counter-clockwise and closed.
    pub fn shell(self) -> &'a [Point] {
        &self.0[0]
    }

    /// The holes, clockwise and closed.
    pub fn holes(self) -> impl Iterator<Item = &'a [Point]> {
        self.0[1..].iter().map(Vec::as_slice)
    }
}

impl Polygons {
    /// Checks polygons, each a list of closed rings with the shell first, and turns their rings the right way.
    ///
    /// The direction of the given rings does not matter; points repeated in a row and spikes without
    /// width are dropped.
    pub fn new(polygons: Vec<Vec<Vec<Point>>>) -> Result<Self, AreaProblem> {
        if polygons.is_empty() || polygons.iter().any(Vec::is_empty) {
            return Err(AreaProblem::NoPolygon);
        }
        if polygons.iter().flatten().map(Vec::len).sum::<usize>() > MAX_VERTICES {
            return Err(AreaProblem::TooManyVertices);
        }
        let mut rings = Vec::new();
        let mut ranges = Vec::with_capacity(polygons.len());
        for polygon in polygons {
            let start = rings.len();
            for (index, ring) in polygon.into_iter().enumerate() {
                rings.push(tidied(ring, index == 0)?);
            }
            ranges.push(start..rings.len());
        }
        touch::check(&rings)?;
        nesting::check(&rings, &ranges)?;
        let bounds = Bounds::around(rings.iter().flatten().copied());
        Ok(Self(Arc::new(Inner {
            rings,
            polygons: ranges,
            bounds,
        })))
    }

    /// The polygons, at least one.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Polygon<'_>> {
        self.0
            .polygons
            .iter()
            .map(|rings| Polygon(&self.0.rings[rings.clone()]))
    }

    /// Shells and holes of all polygons, closed.
    pub fn rings(&self) -> &[Vec<Point>] {
        &self.0.rings
    }

    /// The number of points in all rings.
    pub fn vertices(&self) -> usize {
        self.0.rings.iter().map(Vec::len).sum()
    }

    /// The box around all.
    pub fn bounds(&self) -> Bounds {
        self.0.bounds
    }
}

impl std::fmt::Debug for Polygons {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Polygons({} of {} vertices)",
            self.0.polygons.len(),
            self.vertices()
        )
    }
}

/// Drops points at which the ring stands still, or turns back over its own line: nothing lies inside there.
fn drop_spikes(ring: &mut Vec<Point>) {
    let mut kept: Vec<Point> = Vec::with_capacity(ring.len());
    // The closing point is put back below, as a spike may stand where the ring closes.
    ring.pop();
    for point in ring.drain(..) {
        kept.push(point);
        while let [.., before, tip, after] = kept[..]
            && is_spike(before, tip, after)
        {
            kept.pop();
            kept.pop();
            kept.push(after);
        }
        if let [.., last, next] = kept[..]
            && last == next
        {
            kept.pop();
        }
    }
    let mut start = 0;
    while let [first, second, .., before_last, last] = kept[start..] {
        if is_spike(before_last, last, first) {
            kept.pop();
        } else if is_spike(last, first, second) {
            start += 1;
        } else {
            break;
        }
    }
    ring.extend_from_slice(&kept[start..]);
    ring.extend(kept.get(start));
}

/// Whether going on from `tip` to `after` means going back the way from `before`, or nowhere.
fn is_spike(before: Point, tip: Point, after: Point) -> bool {
    let span = |from: Point, to: Point| {
        (
            i128::from(to.lon()) - i128::from(from.lon()),
            i128::from(to.lat()) - i128::from(from.lat()),
        )
    };
    let (there, back) = (span(before, tip), span(tip, after));
    there.0 * back.1 == there.1 * back.0 && there.0 * back.0 + there.1 * back.1 <= 0
}

/// The ring without spikes and turned the right way.
fn tidied(mut ring: Vec<Point>, shell: bool) -> Result<Vec<Point>, AreaProblem> {
    if ring.len() > 1 && ring.first() != ring.last() {
        return Err(AreaProblem::RingOpen);
    }
    drop_spikes(&mut ring);
    if ring.len() < 4 {
        return Err(AreaProblem::RingTooShort);
    }
    let long = |edge: &[Point]| edge[0].lon().abs_diff(edge[1].lon()) > Point::MAX_LON.unsigned_abs();
    if ring.windows(2).any(long) {
        return Err(AreaProblem::Antimeridian);
    }
    let twice_area: i128 = ring
        .windows(2)
        .map(|edge| {
            i128::from(edge[0].lon()) * i128::from(edge[1].lat())
                - i128::from(edge[1].lon()) * i128::from(edge[0].lat())
        })
        .sum();
    if (twice_area > 0) != shell {
        ring.reverse();
    }
    Ok(ring)
}
