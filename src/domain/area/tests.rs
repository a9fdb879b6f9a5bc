use geo::{Coord, LineString, Validation};
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::domain::point::Point;

fn problem(value: Value) -> String {
    serde_json::from_value::<Area>(value).unwrap_err().to_string()
}

fn area(value: Value) -> Area {
    serde_json::from_value(value).unwrap()
}

fn square(west: f64, south: f64, side: f64) -> Value {
    let (east, north) = (west + side, south + side);
    json!([
        [west, south],
        [east, south],
        [east, north],
        [west, north],
        [west, south]
    ])
}

fn polygon(rings: &[Value]) -> Value {
    json!({"type": "Polygon", "coordinates": rings})
}

#[test]
fn every_form_reads_back_what_it_writes() {
    let region = Uuid::from_u128(7);
    let forms = [
        polygon(&[square(5.0, 52.0, 0.5)]),
        json!({"type": "MultiPolygon", "coordinates": [[square(5.0, 52.0, 0.5)], [square(6.0, 52.0, 0.5)]]}),
        json!({"type": "Circle", "coordinates": [5.12, 52.09], "radius_m": 2000}),
        json!({"type": "Regions", "regions": [region]}),
        json!({"type": "Union", "areas": [polygon(&[square(5.0, 52.0, 0.5)])]}),
        json!({"type": "Difference",
            "from": {"type": "Regions", "regions": [region]},
            "subtract": {"type": "Circle", "coordinates": [5.12, 52.09], "radius_m": 10}}),
    ];
    for form in forms {
        let once = area(form);
        assert_eq!(area(serde_json::to_value(&once).unwrap()), once);
    }
}

#[test]
fn a_missing_or_empty_area_is_refused() {
    for missing in [json!(null), json!({}), json!([]), json!({"type": "Everywhere"})] {
        assert!(serde_json::from_value::<Area>(missing).is_err());
    }
    for (empty, why) in [
        (json!({"type": "Polygon", "coordinates": []}), "no polygon"),
        (
            json!({"type": "Polygon", "coordinates": [[]]}),
            "three different positions",
        ),
        (json!({"type": "MultiPolygon", "coordinates": []}), "no polygon"),
        (json!({"type": "MultiPolygon", "coordinates": [[]]}), "no polygon"),
        (json!({"type": "Regions", "regions": []}), "no region"),
        (json!({"type": "Union", "areas": []}), "no area"),
    ] {
        assert!(problem(empty).contains(why), "{why}");
    }
}

#[test]
fn errors_say_where_and_what_to_do() {
    let bad = polygon(&[json!([[5.0, 52.0], [5.1, 52.0], [52.1, 95.0], [5.0, 52.0]])]);
    assert_eq!(
        problem(json!({"type": "Union", "areas": [polygon(&[square(5.0, 52.0, 0.5)]), bad]})),
        "area.areas[1].coordinates[0][2]: give longitude -180 to 180 first, then latitude -90 to 90, in degrees"
    );
    let bow_tie = json!([[5.0, 52.0], [5.1, 52.1], [5.1, 52.0], [5.0, 52.1], [5.0, 52.0]]);
    assert!(problem(polygon(&[bow_tie])).starts_with("area.coordinates: its border crosses itself at [5"));
    let open = json!([[5.0, 52.0], [5.1, 52.1], [5.1, 52.0], [5.0, 52.1]]);
    assert!(problem(polygon(&[open])).contains("repeat its first position"));
    let spike = json!([[5.0, 52.0], [5.4, 52.0], [5.0, 52.0]]);
    assert!(problem(polygon(&[spike])).contains("three different positions"));
    let pinched = json!([
        [5.0, 52.0],
        [5.2, 52.2],
        [5.4, 52.0],
        [5.4, 52.4],
        [5.2, 52.2],
        [5.0, 52.4],
        [5.0, 52.0]
    ]);
    area(polygon(&[pinched]));
    let bow_tie = json!([
        [5.0, 52.0],
        [5.2, 52.2],
        [5.4, 52.4],
        [5.4, 52.0],
        [5.2, 52.2],
        [5.0, 52.4],
        [5.0, 52.0]
    ]);
    assert!(problem(polygon(&[bow_tie])).contains("crosses itself at [5.2, 52.2]"));
    let wide = json!([
        [179.0, 10.0],
        [-179.0, 10.0],
        [-179.0, 12.0],
        [179.0, 12.0],
        [179.0, 10.0]
    ]);
    assert!(problem(polygon(&[wide])).contains("split it there"));
}

#[test]
fn holes_and_polygons_must_nest_as_they_should() {
    let hole_in = [square(5.0, 52.0, 1.0), square(5.2, 52.2, 0.2)];
    area(polygon(&hole_in));
    let touching = json!([[5.0, 52.5], [5.2, 52.4], [5.2, 52.6], [5.0, 52.5]]);
    area(polygon(&[square(5.0, 52.0, 1.0), touching]));
    let poking_out = json!([[4.9, 52.5], [5.2, 52.4], [5.2, 52.6], [4.9, 52.5]]);
    assert!(problem(polygon(&[square(5.0, 52.0, 1.0), poking_out])).contains("crosses"));
    let inverted = [square(5.2, 52.2, 0.2), square(5.0, 52.0, 1.0)];
    assert!(problem(polygon(&inverted)).contains("not within its polygon"));
    let nested = [
        square(5.0, 52.0, 1.0),
        square(5.2, 52.2, 0.6),
        square(5.3, 52.3, 0.2),
    ];
    assert!(problem(polygon(&nested)).contains("another hole"));
    let multi = |polygons: Value| json!({"type": "MultiPolygon", "coordinates": polygons});
    area(multi(json!([hole_in, [square(5.25, 52.25, 0.1)]])));
    assert!(
        problem(multi(json!([[square(5.0, 52.0, 1.0)], [square(5.2, 52.2, 0.2)]])))
            .contains("lies in another")
    );
    assert!(
        problem(multi(json!([[square(5.0, 52.0, 1.0)], [square(6.0, 52.0, 1.0)]]))).contains("twice over")
    );
}

#[test]
fn crossing_through_a_common_vertex_is_seen_and_touching_there_is_not_crossing() {
    let multi = |second: Value| {
        let first = json!([[5.0, 52.0], [5.4, 52.2], [5.0, 52.4], [5.0, 52.0]]);
        json!({"type": "MultiPolygon", "coordinates": [[first], [second]]})
    };
    area(multi(json!([[5.4, 52.2], [5.8, 52.0], [5.8, 52.4], [5.4, 52.2]])));
    let through = json!([[5.4, 52.2], [5.8, 52.0], [5.8, 53.0], [4.0, 52.2], [5.4, 52.2]]);
    assert!(problem(multi(through)).contains("crosses itself"));
}

#[test]
fn spikes_without_width_are_dropped_wherever_they_stand() {
    let spiked = [
        [0, 0],
        [4, 0],
        [4, 2],
        [4, 9],
        [4, 2],
        [6, 2],
        [6, 2],
        [4, 2],
        [4, 4],
        [4, 8],
        [4, 4],
        [0, 4],
        [0, 0],
    ];
    let ring: Vec<_> = spiked
        .iter()
        .map(|[lon, lat]| Point::from_units(*lon, *lat).unwrap())
        .collect();
    for start in 0..ring.len() - 1 {
        let mut turned: Vec<_> = ring[start..ring.len() - 1]
            .iter()
            .chain(&ring[..start])
            .copied()
            .collect();
        turned.push(turned[0]);
        let polygons = Polygons::new(vec![vec![turned]]).unwrap();
        let mut corners: Vec<_> = polygons.rings()[0][1..]
            .iter()
            .map(|point| (point.lon(), point.lat()))
            .collect();
        corners.sort_unstable();
        corners.retain(|corner| *corner != (4, 2));
        assert_eq!(corners, [(0, 0), (0, 4), (4, 0), (4, 4)]);
    }
}

#[test]
fn a_circle_is_bounded() {
    let circle = |lon: f64, lat: f64, radius_m: u32| {
        problem(json!({"type": "Circle", "coordinates": [lon, lat], "radius_m": radius_m}))
    };
    assert!(circle(5.0, 52.0, 9).contains("radius_m must be 10 to 200000"));
    assert!(circle(5.0, 52.0, 200_001).contains("radius_m must be"));
    assert!(circle(5.0, 79.0, 200_000).contains("80 degrees"));
    assert!(circle(179.9, 52.0, 20_000).contains("antimeridian"));
}

#[test]
fn depth_vertices_and_regions_are_bounded() {
    let mut deep = json!({"type": "Circle", "coordinates": [5.0, 52.0], "radius_m": 100});
    for depth in 2..=MAX_DEPTH + 1 {
        assert!(serde_json::from_value::<Area>(deep.clone()).is_ok());
        deep = if depth % 2 == 0 {
            json!({"type": "Union", "areas": [deep]})
        } else {
            json!({"type": "Difference", "from": deep.clone(), "subtract": deep})
        };
    }
    assert!(problem(deep).contains("nest deeper than 4"));
    let ids: Vec<_> = (0..=MAX_REGIONS as u128).map(Uuid::from_u128).collect();
    assert!(problem(json!({"type": "Regions", "regions": ids})).contains("more than 1000 regions"));
    let comb = comb(60_000);
    assert!(Polygons::new(vec![vec![comb.clone()]]).is_ok());
    let half = Area::polygons(Polygons::new(vec![vec![comb]]).unwrap());
    assert_eq!(
        Area::union(vec![half.clone(), half]),
        Err(AreaProblem::TooManyVertices)
    );
}

/// A ring with so many vertices, of long thin teeth.
fn comb(vertices: i32) -> Vec<Point> {
    let point = |lon, lat| Point::from_units(lon, lat).unwrap();
    let mut ring: Vec<_> = (0..vertices - 3)
        .map(|index| point(index * 1000, if index % 2 == 0 { 0 } else { 10_000_000 }))
        .collect();
    ring.push(point((vertices - 4) * 1000, -1000));
    ring.push(point(0, -1000));
    ring.push(ring[0]);
    ring
}

#[test]
fn a_shape_too_intricate_to_check_is_refused_in_bounded_time() {
    // Long slanted teeth: the boxes of all edges overlap.
    let slanted = comb(90_000).into_iter().map(|point| {
        let lon = point.lon() + 100 * point.lat();
        Point::from_units(lon, point.lat() + lon / 2)
    });
    let ring = slanted.collect::<Result<_, _>>().unwrap();
    assert_eq!(Polygons::new(vec![vec![ring]]), Err(AreaProblem::TooIntricate));
}

#[test]
fn the_surface_counts_overlap_once() {
    let unknown = |_| None;
    let km2 = |value: Value| area(value).km2(&unknown).unwrap();
    let close =
        |one: f64, other: f64| assert!((one / other - 1.0).abs() < 2e-3, "{one} is not about {other}");
    let one = polygon(&[square(5.0, 52.0, 0.1)]);
    let single = km2(one.clone());
    close(single, 11.125 * 6.86);
    close(
        km2(polygon(&[square(5.0, 52.0, 0.1), square(5.05, 52.05, 0.01)])),
        single * 0.99,
    );
    close(
        km2(json!({"type": "Union", "areas": [one, polygon(&[square(5.05, 52.0, 0.1)])]})),
        single * 1.5,
    );
    let circle = json!({"type": "Circle", "coordinates": [5.05, 52.05], "radius_m": 1000});
    close(km2(circle.clone()), std::f64::consts::PI);
    let around = json!({"type": "Circle", "coordinates": [5.05, 52.05], "radius_m": 3000});
    close(
        km2(json!({"type": "Difference", "from": around, "subtract": circle})),
        8.0 * std::f64::consts::PI,
    );
    let region = RegionId::from_uuid(Uuid::from_u128(1));
    let regions = Area::regions([region]).unwrap();
    assert_eq!(regions.km2(&unknown), Err(UnknownRegion(region)));
    let Shape::Polygons(known) = area(polygon(&[square(5.0, 52.0, 0.1)])).shape().clone() else {
        unreachable!()
    };
    close(regions.km2(&|_| Some(known.clone())).unwrap(), single);
}

proptest! {
    /// On a small grid, where touching, crossing and running along are all common.
    #[test]
    fn the_verdict_on_rings_is_that_of_simple_features(
        rings in prop::collection::vec(prop::collection::vec((0..9, 0..9), 3..7), 1..3),
    ) {
        let closed: Vec<Vec<(i32, i32)>> = rings
            .into_iter()
            .map(|mut ring| { ring.push(ring[0]); ring.dedup(); ring })
            .collect();
        let ours = Polygons::new(vec![
            closed.iter().map(|ring| ring.iter().map(|(x, y)| Point::from_units(*x, *y).unwrap()).collect()).collect(),
        ]);
        let lines: Vec<_> = closed
            .iter()
            .map(|ring| LineString(ring.iter().map(|(x, y)| Coord { x: f64::from(*x), y: f64::from(*y) }).collect()))
            .collect();
        let theirs = geo::Polygon::new(lines[0].clone(), lines[1..].to_vec());
        // geo refuses rings that touch themselves, and overlooks some that turn back over their own line.
        if !closed.iter().any(|ring| meets_itself(ring)) {
            prop_assert_eq!(ours.is_ok(), theirs.is_valid(), "{:?}: {:?}", ours, theirs.validation_errors());
        }
    }

    #[test]
    fn reading_an_area_never_panics(text in r#"\{"type":"[A-Z][a-z]{3,8}","(coordinates|areas|regions)":\[.{0,40}\]\}"#) {
        let _ = serde_json::from_str::<Area>(&text);
    }
}

/// Whether a vertex of the ring lies on an edge that it is not an end of, or is visited twice.
fn meets_itself(ring: &[(i32, i32)]) -> bool {
    let vertices = &ring[1..];
    let twice = vertices
        .iter()
        .enumerate()
        .any(|(index, vertex)| vertices[index + 1..].contains(vertex));
    let on_edge = vertices.iter().any(|vertex| {
        ring.windows(2).any(|edge| {
            let from = (edge[0].0 - vertex.0, edge[0].1 - vertex.1);
            let to = (edge[1].0 - vertex.0, edge[1].1 - vertex.1);
            from.0 * to.1 == from.1 * to.0 && from.0 * to.0 + from.1 * to.1 < 0
        })
    });
    twice || on_edge
}
