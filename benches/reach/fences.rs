//! What is asked for: two circles, two municipalities, the region and the nation.

use geo::{Coord, LineString, unary_union};
use oproep::domain::area::{Area, AreaProblem, Circle, Polygons};
use oproep::domain::point::Point;
use oproep::domain::random::Random;

use crate::population::Region;

/// A fence with the name that figures go by.
pub struct Asked {
    pub name: &'static str,
    pub area: Area,
    pub circle: Option<Circle>,
    pub polygons: Option<Polygons>,
}

/// The fences for a population over `copies` by `copies` regions; they lie in the copy in the middle.
pub fn fences(region: &Region, copies: i32) -> Vec<Asked> {
    let (width, height) = region.size();
    let middle = (copies / 2 * width, copies / 2 * height);
    let at = |polygons: &Polygons| shifted(polygons, middle);
    let town = at(region.largest(0)).bounds();
    let centre =
        Point::from_units(town.west.midpoint(town.east), town.south.midpoint(town.north)).expect("on earth");
    let circle = |name, radius_m| {
        let circle = Circle::new(centre, radius_m).expect("a fair radius");
        Asked {
            name,
            area: Area::circle(circle),
            circle: Some(circle),
            polygons: None,
        }
    };
    let polygons = |name, polygons: Polygons| Asked {
        name,
        area: Area::polygons(polygons.clone()),
        circle: None,
        polygons: Some(polygons),
    };
    vec![
        circle("2 km circle", 2_000),
        circle("25 km circle", 25_000),
        polygons("municipality, 500 vertices", jagged(&at(region.largest(1)), 500)),
        polygons(
            "municipality, 5,000 vertices",
            jagged(&at(region.largest(0)), 5_000),
        ),
        polygons("region, 5,000 vertices", jagged(&at(&outline(region)), 5_000)),
        polygons("nation, 5,000 vertices", jagged(&frame(region, copies), 5_000)),
    ]
}

fn shifted(polygons: &Polygons, by: (i32, i32)) -> Polygons {
    let shift = |point: &Point| Point::from_units(point.lon() + by.0, point.lat() + by.1).expect("on earth");
    let rings = |ring: &[Point]| ring.iter().map(shift).collect();
    let shifted = polygons
        .iter()
        .map(|polygon| {
            std::iter::once(polygon.shell())
                .chain(polygon.holes())
                .map(rings)
                .collect()
        })
        .collect();
    Polygons::new(shifted).expect("shifting breaks nothing")
}

/// The outer borders of all municipalities together, without the slivers between them.
fn outline(region: &Region) -> Polygons {
    let municipalities: Vec<_> = region
        .municipalities
        .iter()
        .map(|home| crate::to_geo(&home.polygons))
        .collect();
    let joined = unary_union(&municipalities);
    let point = |coord: &Coord| Point::from_degrees(coord.x, coord.y).expect("on earth");
    let ring = |line: &LineString| line.0.iter().map(point).collect::<Vec<_>>();
    let mut shells: Vec<_> = joined.0.iter().map(|polygon| ring(polygon.exterior())).collect();
    shells.sort_by_key(|shell| std::cmp::Reverse(shell.len()));
    Polygons::new(vec![vec![shells.remove(0)]]).expect("the outer border of valid polygons")
}

/// A border a little within the box around all copies.
fn frame(region: &Region, copies: i32) -> Polygons {
    let (width, height) = region.size();
    let inset = 60_000;
    let (west, south) = (region.bounds.west + inset, region.bounds.south + inset);
    let (east, north) = (
        west + copies * width - 2 * inset,
        south + copies * height - 2 * inset,
    );
    let corners = [
        (west, south),
        (east, south),
        (east, north),
        (west, north),
        (west, south),
    ];
    let ring = corners
        .map(|(lon, lat)| Point::from_units(lon, lat).expect("on earth"))
        .to_vec();
    Polygons::new(vec![vec![ring]]).expect("a box")
}

/// The same polygons with about so many vertices: long edges are bent in their middle, as coasts are.
fn jagged(polygons: &Polygons, vertices: usize) -> Polygons {
    // Around these the border runs so close to itself that it is left straight.
    let mut calm = Vec::new();
    loop {
        let random = Random::from_seed(7);
        let mut rings: Vec<Vec<Vec<Point>>> = polygons
            .iter()
            .map(|polygon| {
                std::iter::once(polygon.shell())
                    .chain(polygon.holes())
                    .map(<[Point]>::to_vec)
                    .collect()
            })
            .collect();
        while rings.iter().flatten().map(Vec::len).sum::<usize>() < vertices {
            let mut lengths: Vec<_> = rings
                .iter()
                .flatten()
                .flat_map(|ring| ring.windows(2))
                .map(length)
                .collect();
            lengths.sort_by(f64::total_cmp);
            let limit = lengths[lengths.len().saturating_sub(vertices - lengths.len())];
            for ring in rings.iter_mut().flatten() {
                *ring = bent(ring, limit, &calm, &random);
            }
        }
        match Polygons::new(rings) {
            Ok(polygons) => return polygons,
            Err(AreaProblem::Crossing(at) | AreaProblem::Overlap(at)) if calm.len() < 500 => calm.push(at),
            Err(problem) => panic!("{problem}"),
        }
    }
}

fn length(edge: &[Point]) -> f64 {
    let lon = f64::from(edge[1].lon() - edge[0].lon()) * 0.6;
    lon.hypot(f64::from(edge[1].lat() - edge[0].lat()))
}

/// The ring with each edge of at least `limit` bent in its middle, by at most a quarter of its length.
fn bent(ring: &[Point], limit: f64, calm: &[Point], random: &Random) -> Vec<Point> {
    let mut bent = Vec::with_capacity(ring.len() * 2);
    for edge in ring.windows(2) {
        bent.push(edge[0]);
        if length(edge) >= limit {
            let is_calm = calm.iter().any(|at| {
                edge.iter()
                    .any(|end| length(&[*at, *end]) < 20_000.0 + length(edge))
            });
            let share = (random.below(501) as f64 - 250.0) / 1_000.0 * if is_calm { 0.0 } else { 1.0 };
            let (lon, lat) = (
                f64::from(edge[1].lon() - edge[0].lon()),
                f64::from(edge[1].lat() - edge[0].lat()),
            );
            let off = |sideways: f64| (sideways * share) as i32;
            bent.push(
                Point::from_units(
                    edge[0].lon().midpoint(edge[1].lon()) - off(lat / 0.6),
                    edge[0].lat().midpoint(edge[1].lat()) + off(lon * 0.6),
                )
                .expect("on earth"),
            );
        }
    }
    bent.extend(ring.last());
    bent
}
