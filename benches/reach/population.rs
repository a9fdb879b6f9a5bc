//! Participants spread as people are: over the postcode areas of a region by inhabitants, 40% with a second
//! place. Larger populations repeat the region over a box as large as the country.

use std::fs;

use oproep::domain::area::{Bounds, Polygons};
use oproep::domain::point::Point;
use oproep::domain::random::Random;
use oproep::domain::testing::shared_data;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

/// An area and how many live there.
pub struct Home {
    pub polygons: Polygons,
    pub inhabitants: u64,
}

/// The region: its municipalities and its postcode areas.
pub struct Region {
    pub municipalities: Vec<Home>,
    postcodes: Vec<Home>,
    pub bounds: Bounds,
}

impl Region {
    /// From the real areas beside the project, or drawn when they are missing; in CI they may not be.
    pub fn load() -> Self {
        let municipalities = homes("municipalities.geojson").unwrap_or_else(|| drawn(6));
        let postcodes = homes("postcodes.geojson").unwrap_or_else(|| drawn(19));
        let bounds = municipalities.iter().fold(Bounds::NOTHING, |bounds, home| {
            bounds.join(home.polygons.bounds())
        });
        Self {
            municipalities,
            postcodes,
            bounds,
        }
    }

    /// The most populous municipalities first.
    pub fn largest(&self, rank: usize) -> &Polygons {
        let mut by_size: Vec<_> = self.municipalities.iter().collect();
        by_size.sort_by_key(|home| std::cmp::Reverse(home.inhabitants));
        &by_size[rank].polygons
    }

    /// Width and height in units.
    pub fn size(&self) -> (i32, i32) {
        (
            self.bounds.east - self.bounds.west,
            self.bounds.north - self.bounds.south,
        )
    }
}

fn homes(file: &str) -> Option<Vec<Home>> {
    let Some(path) = shared_data(file) else {
        println!("{file} is missing: areas are drawn instead");
        return None;
    };
    let text = fs::read_to_string(path).expect("a file of areas");
    let collection: Value = serde_json::from_str(&text).expect("GeoJSON");
    let home = |feature: &Value| {
        // One of the postcode areas crosses itself since it was simplified, and is left out.
        let polygons = serde_json::from_value(feature["geometry"].clone()).ok()?;
        Some(Home {
            polygons,
            inhabitants: feature["properties"]["inwoners"].as_u64().unwrap_or(0),
        })
    };
    Some(
        collection["features"]
            .as_array()
            .expect("features")
            .iter()
            .filter_map(home)
            .collect(),
    )
}

/// `side` by `side` squares of which a few hold most people.
fn drawn(side: u32) -> Vec<Home> {
    let square = |index: u32| {
        let step = 0.9 / f64::from(side);
        let (west, south) = (
            4.8 + f64::from(index % side) * step,
            51.9 + f64::from(index / side) * step,
        );
        let (east, north) = (west + step, south + step);
        let ring = [
            [west, south],
            [east, south],
            [east, north],
            [west, north],
            [west, south],
        ];
        let polygons =
            serde_json::from_value(json!({"type": "Polygon", "coordinates": [ring]})).expect("a square");
        Home {
            polygons,
            inhabitants: 200_000 / (1 + u64::from(index * 7 % (side * side))),
        }
    };
    (0..side * side).map(square).collect()
}

/// Places of `participants` participants over `copies` by `copies` regions, east and north of each other.
pub fn population(region: &Region, participants: u32, copies: i32, seed: u64) -> Vec<(u32, Point)> {
    let seed = Random::from_seed(seed).bytes();
    let mut random = ChaCha8Rng::from_seed(seed);
    let mut up_to = Vec::with_capacity(region.postcodes.len());
    let mut total = 0;
    for home in &region.postcodes {
        total += home.inhabitants;
        up_to.push(total);
    }
    let (width, height) = region.size();
    let mut place = |near: Option<Point>| {
        if let Some(near) = near {
            // Work and family are mostly within some ten kilometres.
            let mut off = || random.random_range(-400_000..400_000) + random.random_range(-400_000..400_000);
            return Point::from_units(near.lon() + off(), near.lat() + off() * 2 / 3)
                .expect("far from the edge");
        }
        let postcode = up_to.partition_point(|end| *end <= random.random_range(0..total));
        let home = &region.postcodes[postcode].polygons;
        let bounds = home.bounds();
        let (lon, lat) = loop {
            let lon = random.random_range(bounds.west..=bounds.east);
            let lat = random.random_range(bounds.south..=bounds.north);
            if is_inside(home, lon, lat) {
                break (lon, lat);
            }
        };
        let column = random.random_range(0..copies);
        let row = random.random_range(0..copies);
        Point::from_units(lon + column * width, lat + row * height).expect("a country is small")
    };
    let mut places = Vec::with_capacity(participants as usize * 7 / 5);
    for index in 0..participants {
        // Numbers are given in the order of registration, which says nothing of the place.
        let first = place(None);
        places.push((index, first));
        if index % 5 < 2 {
            places.push((index, place((index % 10 < 5).then_some(first))));
        }
    }
    places
}

fn is_inside(polygons: &Polygons, lon: i32, lat: i32) -> bool {
    let crosses = |edge: &[Point]| {
        let ((ax, ay), (bx, by)) = ((edge[0].lon(), edge[0].lat()), (edge[1].lon(), edge[1].lat()));
        (ay <= lat) != (by <= lat)
            && f64::from(lon) < f64::from(ax) + f64::from(bx - ax) * f64::from(lat - ay) / f64::from(by - ay)
    };
    polygons
        .rings()
        .iter()
        .flat_map(|ring| ring.windows(2))
        .filter(|edge| crosses(edge))
        .count()
        % 2
        == 1
}
