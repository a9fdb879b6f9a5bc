//! Where in a region people live: around a few town centres, and strewn between them.

use super::super::dice::Dice;
use super::super::inside::Inside;
use crate::domain::area::Polygons;
use crate::domain::point::Point;

/// Regions near enough to work in, at most.
const MAX_NEIGHBOURS: usize = 24;
/// Tries for a point before another way is taken.
const MAX_TRIES: usize = 64;
/// The most town centres of a region.
const MAX_TOWNS: u64 = 5;
/// Inhabitants for every further town centre.
const INHABITANTS_PER_TOWN: u32 = 12_000;

/// A region as people live in it.
pub(super) struct Settlement {
    inside: Inside,
    inhabitants: u32,
    towns: Vec<Town>,
    /// Regions nearby, each with the sum of the weights up to it.
    neighbours: Vec<(usize, f64)>,
}

/// A town: where its centre is and how far it reaches, in units of 1e-7 degree.
struct Town {
    centre: Point,
    /// The deviation in longitude and in latitude.
    reach: (f64, f64),
}

impl Settlement {
    pub(super) fn new(shape: &Polygons, inhabitants: u32, dice: &mut Dice) -> Self {
        let inside = Inside::new(shape);
        let count = 1 + u64::from(inhabitants / INHABITANTS_PER_TOWN).min(MAX_TOWNS - 1);
        let bounds = inside.bounds();
        let span = |low: i32, high: i32| f64::from(high) - f64::from(low);
        let towns = (0..count).map(|_| {
            let part = dice.between(0.05, 0.13);
            Town {
                centre: anywhere(&inside, dice).unwrap_or(shape.rings()[0][0]),
                reach: (
                    span(bounds.west, bounds.east) * part,
                    span(bounds.south, bounds.north) * part,
                ),
            }
        });
        let towns = towns.collect();
        Self {
            inside,
            inhabitants,
            towns,
            neighbours: Vec::new(),
        }
    }

    pub(super) const fn inhabitants(&self) -> u32 {
        self.inhabitants
    }

    /// A point within the region: in a town, or anywhere.
    pub(super) fn place(&self, rural: bool, dice: &mut Dice) -> Point {
        if !rural {
            let town = &self.towns[self.town(dice)];
            for _ in 0..MAX_TRIES {
                let lon = f64::from(town.centre.lon()) + dice.spread() * town.reach.0;
                let lat = f64::from(town.centre.lat()) + dice.spread() * town.reach.1;
                if let Some(point) = at(lon, lat).filter(|point| self.inside.contains(*point)) {
                    return point;
                }
            }
        }
        anywhere(&self.inside, dice).unwrap_or(self.towns[0].centre)
    }

    /// One of the towns: the first is the largest, every next half as likely.
    fn town(&self, dice: &mut Dice) -> usize {
        let heads = usize::try_from(dice.bits().trailing_ones()).unwrap_or(0);
        heads % self.towns.len()
    }

    /// A region nearby, by its place in the list; `own` when there is no other.
    pub(super) fn elsewhere(&self, own: usize, dice: &mut Dice) -> usize {
        let Some((_, total)) = self.neighbours.last() else {
            return own;
        };
        let at = dice.unit() * total;
        let index = self.neighbours.partition_point(|(_, upto)| *upto <= at);
        self.neighbours
            .get(index)
            .map_or(own, |(neighbour, _)| *neighbour)
    }

    fn middle(&self) -> (f64, f64) {
        let bounds = self.inside.bounds();
        let middle = |low: i32, high: i32| f64::midpoint(f64::from(low), f64::from(high)) / 1e7;
        (
            middle(bounds.west, bounds.east),
            middle(bounds.south, bounds.north),
        )
    }
}

/// Tells every settlement where else its people go: to many inhabitants rather than few, and to near rather
/// than far (by the square of the distance, as gravity does).
pub(super) fn link(settlements: &mut [Settlement]) {
    let middles: Vec<_> = settlements.iter().map(Settlement::middle).collect();
    let all = 0..settlements.len();
    for own in all.clone() {
        let others = all.clone().filter(|&other| other != own).map(|other| {
            // A degree of longitude is about 0.61 of one of latitude here.
            let (x, y) = (
                (middles[own].0 - middles[other].0) * 0.61,
                middles[own].1 - middles[other].1,
            );
            let km2 = (x * x + y * y) * 111.2 * 111.2;
            (other, f64::from(settlements[other].inhabitants) / (km2 + 9.0))
        });
        let mut others: Vec<_> = others.collect();
        if others.len() > MAX_NEIGHBOURS {
            others.select_nth_unstable_by(MAX_NEIGHBOURS, |a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            others.truncate(MAX_NEIGHBOURS);
        }
        others.sort_unstable_by_key(|(other, _)| *other);
        let mut total = 0.0;
        for (_, weight) in &mut others {
            total += *weight;
            *weight = total;
        }
        settlements[own].neighbours = others;
    }
}

/// A point anywhere in the shape; none when it fills next to nothing of the box around it.
fn anywhere(inside: &Inside, dice: &mut Dice) -> Option<Point> {
    let bounds = inside.bounds();
    (0..MAX_TRIES * 16).find_map(|_| {
        let lon = dice.between(f64::from(bounds.west), f64::from(bounds.east));
        let lat = dice.between(f64::from(bounds.south), f64::from(bounds.north));
        at(lon, lat).filter(|point| inside.contains(*point))
    })
}

fn at(lon: f64, lat: f64) -> Option<Point> {
    // Far within 32 bits: a town reaches no farther than a few times its region.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "saturates, and such a point is out of range"
    )]
    Point::from_units(lon.round() as i32, lat.round() as i32).ok()
}
