//! A straight border made crooked: midpoints displaced at random, again and again, so that it looks grown.

use super::plane::Spot;
use crate::demo::dice::Dice;
use crate::domain::point::Point;

/// A stretch shorter than this stays straight.
const MIN_STRETCH_KM: f64 = 0.3;
/// How far a border may leave the straight line, as a share of its length.
const MAX_BULGE: f64 = 0.35;
/// How much smoother every next step is.
const SMOOTHING: f64 = 0.85;

/// The points from `start` up to but not with `end`, of the border between two sites.
///
/// Drawn by the same dice whichever of the two asks, so that both get the same points. The border stays
/// within the kite of the two sites and the two ends, which no other border enters; every step splits a
/// kite into two that meet in the new midpoint only. So borders never cross.
pub(super) fn crooked(start: Spot, end: Spot, sites: [Spot; 2], seed: u64) -> Vec<Point> {
    let (from, to) = (start.to_point(), end.to_point());
    if from == to {
        return Vec::new();
    }
    let forward = from < to;
    let (a, b) = if forward { (start, end) } else { (end, start) };
    // The same order of the sites from both sides: the lower one first.
    let sites = if (sites[0].x, sites[0].y) < (sites[1].x, sites[1].y) {
        sites
    } else {
        [sites[1], sites[0]]
    };
    let middle = a.towards(b, 0.5);
    let apexes = sites.map(|site| {
        let bulge = MAX_BULGE * a.distance(b) / site.distance(middle);
        middle.towards(site, bulge.min(0.9))
    });
    let mut points = Vec::new();
    displace(
        a,
        b,
        apexes,
        &mut Dice::new(seed ^ of_ends(from.min(to), from.max(to))),
        &mut points,
    );
    let mut inner: Vec<Point> = points.into_iter().map(Spot::to_point).collect();
    if !forward {
        inner.reverse();
    }
    std::iter::once(from).chain(inner).collect()
}

/// Adds the points strictly between the ends of a kite, in order.
fn displace(a: Spot, b: Spot, apexes: [Spot; 2], dice: &mut Dice, points: &mut Vec<Spot>) {
    if a.distance(b) < MIN_STRETCH_KM {
        return;
    }
    let share = dice.between(0.25, 0.75);
    let middle = apexes[0].towards(apexes[1], share);
    let half = |end: Spot| {
        let between = end.towards(middle, 0.5);
        apexes.map(|apex| between.towards(end.towards(apex, 0.5), SMOOTHING))
    };
    displace(a, middle, half(a), dice, points);
    points.push(middle);
    displace(middle, b, half(b), dice, points);
}

/// A number that two ends have as good as to themselves.
fn of_ends(low: Point, high: Point) -> u64 {
    [low.lon(), low.lat(), high.lon(), high.lat()]
        .iter()
        .fold(0, |hash: u64, part| {
            let mixed = (hash ^ u64::from(part.cast_unsigned())).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            mixed ^ (mixed >> 29)
        })
}
