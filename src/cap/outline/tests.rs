//! An outline holds what the area held, is small, and tells no address.

use geographiclib_rs::InverseGeodesic;
use proptest::prelude::*;

use super::*;
use crate::storage::testing::regions::{rectangle, region_id, regions};

fn territory() -> Territory {
    Territory::new(regions()).unwrap()
}

fn metres(from: Point, to: Point) -> f64 {
    Geodesic::wgs84().inverse(
        from.lat_degrees(),
        from.lon_degrees(),
        to.lat_degrees(),
        to.lon_degrees(),
    )
}

proptest! {
    #[test]
    fn a_coarse_circle_holds_the_circle_and_the_same_one_stands_for_all_of_a_neighbourhood(
        lon in -1_790_000_000_i64..1_790_000_000,
        lat in -700_000_000_i64..700_000_000,
        radius_m in 10_u32..10_000,
    ) {
        let centre = Point::from_units(i32::try_from(lon).unwrap(), i32::try_from(lat).unwrap()).unwrap();
        let circle = Circle::new(centre, radius_m);
        prop_assume!(circle.is_ok());
        let (moved, reach_m) = coarse(&circle.unwrap());
        prop_assert!(metres(centre, moved) + f64::from(radius_m) <= f64::from(reach_m));
        prop_assert_eq!((moved.lon() % GRID, moved.lat() % GRID), (0, 0));
        prop_assert_eq!(reach_m - radius_m, GRID_REACH_M, "the growth tells nothing of the middle");
    }

    #[test]
    fn whatever_rings_there_are_few_vertices_stay_and_each_ring_is_closed(
        corners in 4_usize..5_000,
        rings in 1_usize..4,
        wobble in 0.0..0.01_f64,
    ) {
        let ring = |number: usize| {
            let mut points: Vec<_> = (0..corners)
                .map(|corner| {
                    let angle = std::f64::consts::TAU * corner as f64 / corners as f64;
                    let reach = 0.05 + wobble * (angle * 40.0).sin();
                    let east = 5.0 + number as f64;
                    Point::from_degrees(east + reach * angle.cos(), 52.0 + reach * angle.sin()).unwrap()
                })
                .collect();
            points.push(points[0]);
            points
        };
        let simpler = simplified((0..rings).map(ring).collect());
        prop_assert!(simpler.iter().map(Vec::len).sum::<usize>() <= MOST_VERTICES);
        for ring in &simpler {
            prop_assert!(ring.len() >= 4 && ring.first() == ring.last());
        }
        prop_assert_eq!(simpler.len(), rings);
    }
}

#[test]
fn very_many_islands_become_the_box_around_them() {
    let ring = |east: i32| {
        [(0, 0), (10, 0), (10, 10), (0, 0)]
            .map(|(x, y)| Point::from_units(east * 100 + x, y).unwrap())
            .to_vec()
    };
    let all = simplified((0..150).map(ring).collect());
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].iter().map(|point| point.lon()).max(), Some(149 * 100 + 10));
}

#[test]
fn regions_are_named_and_what_is_taken_away_is_not() {
    let whole = Area::regions([region_id("south-west")]).unwrap();
    let hole = Area::polygons(rectangle(1, 1, 2, 2));
    let area = Area::difference(whole, hole).unwrap();
    let outline = Outline::of([&area], &territory());
    let placed = outline.alert_area("ergens");
    assert_eq!(placed.polygons.len(), 1);
    assert_eq!(
        placed.geocodes,
        [("municipality".to_owned(), "south-west".to_owned())]
    );
    assert_ne!(placed.description, "ergens");
    assert_eq!(
        Outline::of([&Area::polygons(rectangle(1, 1, 2, 2))], &territory())
            .alert_area("ergens")
            .description,
        "ergens"
    );
}

#[test]
fn a_circle_stands_in_geojson_as_a_closed_ring_around_it() {
    let centre = Point::from_degrees(5.12, 52.09).unwrap();
    let outline = Outline {
        circles: vec![(centre, 2_000)],
        ..Outline::default()
    };
    let geometry = outline.geometry();
    let ring = geometry["coordinates"][0][0].as_array().unwrap();
    assert_eq!(ring.len(), CORNERS as usize + 1);
    assert_eq!(ring.first(), ring.last());
    for corner in ring {
        let corner = serde_json::from_value::<Point>(corner.clone()).unwrap();
        assert!((2_000.0..2_010.0).contains(&metres(centre, corner)));
    }
}
