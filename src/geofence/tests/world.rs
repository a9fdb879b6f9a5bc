//! Areas and places to test on: the real ones when they are there, otherwise drawn ones.

use proptest::prelude::*;

use crate::domain::area::{Area, Bounds, Circle, Polygons};
use crate::domain::point::Point;
use crate::domain::random::Random;
use crate::domain::testing::shared_data;

/// The municipalities of a police region, or a tessellation drawn like them.
pub(super) fn municipalities() -> Vec<Polygons> {
    real("municipalities.geojson").unwrap_or_else(|| tessellation(6))
}

/// The postcode areas of a police region, or a tessellation drawn like them.
pub(super) fn postcodes() -> Vec<Polygons> {
    real("postcodes.geojson").unwrap_or_else(|| tessellation(18))
}

fn real(file: &str) -> Option<Vec<Polygons>> {
    let text = std::fs::read_to_string(shared_data(file)?).unwrap();
    let collection: serde_json::Value = serde_json::from_str(&text).unwrap();
    let features = collection["features"].as_array().unwrap();
    Some(
        features
            .iter()
            .filter_map(|feature| {
                // One of the postcode areas crosses itself since it was simplified.
                let polygons = serde_json::from_value(feature["geometry"].clone());
                assert!(
                    polygons.is_ok() || feature["properties"]["pc4"] == 3755,
                    "{}",
                    feature["properties"]
                );
                polygons.ok()
            })
            .collect(),
    )
}

/// `side` by `side` cells with jagged common borders, the cell in the middle with a hole.
pub(super) fn tessellation(side: i32) -> Vec<Polygons> {
    const JAGS: i32 = 24;
    const JAG: i32 = 5_000;
    let random = Random::from_seed(1);
    let noise = |size: i32| i32::try_from(random.below(2 * u64::from(size.unsigned_abs()))).unwrap() - size;
    let across = |column: i32, row: i32| (50_000_000 + column * JAGS * JAG, 520_000_000 + row * JAGS * JAG);
    let count = usize::try_from(side + 1).unwrap();
    // From each corner the border to the east and the border to the north, without their ends.
    let mut borders = vec![(Vec::new(), Vec::new()); count * count];
    for row in 0..=side {
        for column in 0..=side {
            let (lon, lat) = across(column, row);
            let jag = |step: i32| (step * JAG, noise(JAG / 2));
            let east = (1..JAGS)
                .map(jag)
                .map(|(along, off)| (lon + along, lat + off))
                .collect();
            let north = (1..JAGS)
                .map(jag)
                .map(|(along, off)| (lon + off, lat + along))
                .collect();
            borders[usize::try_from(row).unwrap() * count + usize::try_from(column).unwrap()] = (east, north);
        }
    }
    let border = |column: i32, row: i32| {
        &borders[usize::try_from(row).unwrap() * count + usize::try_from(column).unwrap()]
    };
    let mut cells = Vec::new();
    for row in 0..side {
        for column in 0..side {
            let mut ring: Vec<(i32, i32)> = vec![across(column, row)];
            ring.extend(&border(column, row).0);
            ring.push(across(column + 1, row));
            ring.extend(&border(column + 1, row).1);
            ring.push(across(column + 1, row + 1));
            ring.extend(border(column, row + 1).0.iter().rev());
            ring.push(across(column, row + 1));
            ring.extend(border(column, row).1.iter().rev());
            ring.push(ring[0]);
            let mut rings = vec![ring];
            if (column, row) == (side / 2, side / 2) {
                let (lon, lat) = across(column, row);
                let hole = [(3, 3), (3, 9), (9, 9), (9, 3), (3, 3)];
                rings.push(
                    hole.iter()
                        .map(|(x, y)| (lon + x * 2 * JAG, lat + y * 2 * JAG))
                        .collect(),
                );
            }
            let points = |ring: Vec<(i32, i32)>| {
                ring.into_iter()
                    .map(|(lon, lat)| Point::from_units(lon, lat).unwrap())
                    .collect()
            };
            cells.push(Polygons::new(vec![rings.into_iter().map(points).collect()]).unwrap());
        }
    }
    cells
}

/// A place in the box, a third of the time on a vertex, an edge, or a unit beside.
pub(super) fn somewhere(random: &Random, bounds: Bounds, areas: &[Polygons]) -> Point {
    let below = |bound: usize| usize::try_from(random.below(bound as u64)).unwrap();
    let between =
        |low: i32, high: i32| low + i32::try_from(random.below(u64::from(high.abs_diff(low)) + 1)).unwrap();
    if random.below(3) > 0 {
        let (lon, lat) = (
            between(bounds.west, bounds.east),
            between(bounds.south, bounds.north),
        );
        return Point::from_units(lon, lat).unwrap();
    }
    let rings = areas[below(areas.len())].rings();
    let ring = &rings[below(rings.len())];
    let edge = below(ring.len() - 1);
    let (from, to) = (ring[edge], ring[edge + 1]);
    let (lon, lat) = match random.below(3) {
        0 => (from.lon(), from.lat()),
        1 => (from.lon().midpoint(to.lon()), from.lat().midpoint(to.lat())),
        _ => (from.lon() + between(-1, 1), from.lat() + between(-1, 1)),
    };
    Point::from_units(lon, lat).unwrap()
}

/// A union or difference of areas and circles among them, nested up to `depth`.
pub(super) fn combination(random: &Random, areas: &[Polygons], depth: u32) -> Area {
    let below = |bound: usize| usize::try_from(random.below(bound as u64)).unwrap();
    let kind = if depth == 0 {
        random.below(2)
    } else {
        random.below(6)
    };
    let deeper = || combination(random, areas, depth - 1);
    match kind {
        0 => Area::polygons(areas[below(areas.len())].clone()),
        1 => {
            let centre = somewhere(random, areas[below(areas.len())].bounds(), areas);
            let radius_m = 100 + u32::try_from(random.below(20_000)).unwrap();
            Area::circle(Circle::new(centre, radius_m).unwrap())
        }
        2 | 3 => Area::union((0..=below(4)).map(|_| deeper()).collect()).unwrap(),
        _ => Area::difference(deeper(), deeper()).unwrap(),
    }
}

/// A point on a coarse grid.
pub(super) fn grid_point() -> impl Strategy<Value = Point> {
    (-20..=20, -20..=20).prop_map(|(lon, lat)| Point::from_units(lon * 700, lat * 700).unwrap())
}

/// A polygon with corners on the grid, possibly with a hole, or a circle, or combinations of them.
pub(super) fn grid_area() -> impl Strategy<Value = Area> {
    let ring = prop::collection::vec(grid_point(), 3..7).prop_map(|mut ring| {
        ring.push(ring[0]);
        ring
    });
    let polygons = prop::collection::vec(ring, 1..3)
        .prop_filter_map("not a valid polygon", |rings| Polygons::new(vec![rings]).ok())
        .prop_map(Area::polygons);
    let circle = (grid_point(), 10_u32..200)
        .prop_map(|(centre, radius_m)| Area::circle(Circle::new(centre, radius_m).unwrap()));
    let leaf = prop_oneof![3 => polygons, 1 => circle];
    leaf.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(|areas| Area::union(areas).unwrap()),
            (inner.clone(), inner).prop_map(|(from, subtract)| Area::difference(from, subtract).unwrap()),
        ]
    })
}
