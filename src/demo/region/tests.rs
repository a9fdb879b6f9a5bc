use std::collections::{BTreeMap, BTreeSet, HashMap};

use geo::Validation;
use proptest::prelude::*;

use super::*;
use crate::demo::inside::Inside;
use crate::domain::area::Polygon;
use crate::domain::clock::Clock;
use crate::domain::point::Point;
use crate::domain::region::geojson;

fn of_kind(kind: RegionKind) -> Vec<&'static RegionFeature> {
    features().iter().filter(|feature| feature.kind == kind).collect()
}

fn edges(shape: &Polygons) -> impl Iterator<Item = (Point, Point)> {
    shape
        .rings()
        .iter()
        .flat_map(|ring| ring.windows(2))
        .map(|edge| (edge[0], edge[1]))
}

#[test]
fn the_region_has_the_parts_that_it_should_have() {
    let expected = [
        (RegionKind::Country, 1),
        (RegionKind::PoliceUnit, 1),
        (RegionKind::District, 5),
        (RegionKind::BaseTeam, 18),
        (RegionKind::Municipality, 39),
    ];
    for (kind, count) in expected {
        assert_eq!(of_kind(kind).len(), count, "{kind:?}");
    }
    assert!((300..330).contains(&of_kind(RegionKind::PostcodeArea).len()));
    let random = Random::from_seed(1);
    let territory = Territory::new(regions(Timestamp::from_millis(0), &random)).unwrap();
    let postcode = territory.find(RegionKind::PostcodeArea, "3511").unwrap();
    let path = territory.path(postcode.id).join(" / ");
    assert_eq!(
        path,
        "Nederland / Midden-Nederland / Utrecht-Stad / Utrecht / Utrecht / 3511 Utrecht"
    );
}

#[test]
fn inhabitants_of_the_parts_add_up_and_everybody_lives_somewhere() {
    let unit = of_kind(RegionKind::PoliceUnit)[0].inhabitants.unwrap();
    assert!((1_900_000..2_200_000).contains(&unit), "{unit}");
    for kind in RegionKind::ALL
        .into_iter()
        .filter(|kind| *kind != RegionKind::Neighbourhood)
    {
        assert_eq!(
            of_kind(kind)
                .iter()
                .filter_map(|feature| feature.inhabitants)
                .sum::<u32>(),
            unit,
            "{kind:?}"
        );
    }
    assert!(
        of_kind(RegionKind::PostcodeArea)
            .iter()
            .all(|area| area.inhabitants > Some(0))
    );
}

#[test]
fn every_shape_is_valid_by_another_judge() {
    let line = |ring: &[Point]| -> geo::LineString {
        ring.iter()
            .map(|point| (point.lon_degrees(), point.lat_degrees()))
            .collect()
    };
    let polygon =
        |polygon: Polygon| geo::Polygon::new(line(polygon.shell()), polygon.holes().map(line).collect());
    for feature in features() {
        let shape: geo::MultiPolygon = feature.shape.iter().map(polygon).collect();
        assert!(
            shape.is_valid(),
            "{}: {:?}",
            feature.name,
            shape.validation_errors()
        );
    }
}

#[test]
fn a_region_is_one_piece() {
    for feature in features() {
        assert_eq!(
            feature.shape.iter().len(),
            1,
            "{:?} {}",
            feature.kind,
            feature.name
        );
    }
}

#[test]
fn every_border_is_shared_vertex_by_vertex_or_is_the_outer_one() {
    let outer: BTreeSet<_> = edges(&of_kind(RegionKind::Country)[0].shape).collect();
    for kind in [
        RegionKind::District,
        RegionKind::BaseTeam,
        RegionKind::Municipality,
        RegionKind::PostcodeArea,
    ] {
        let all: Vec<_> = of_kind(kind)
            .iter()
            .flat_map(|feature| edges(&feature.shape))
            .collect();
        let set: BTreeSet<_> = all.iter().copied().collect();
        assert_eq!(set.len(), all.len(), "no border of a {kind:?} is claimed twice");
        assert!(
            set.iter()
                .all(|&(start, end)| set.contains(&(end, start)) != outer.contains(&(start, end)))
        );
        assert!(outer.is_subset(&set));
    }
}

#[test]
fn postcodes_are_four_digits_and_belong_to_one_municipality() {
    let mut owners: HashMap<&str, &str> = HashMap::new();
    for area in of_kind(RegionKind::PostcodeArea) {
        assert!(area.code.len() == 4 && area.code.bytes().all(|byte| byte.is_ascii_digit()));
        assert!(
            owners
                .insert(&area.code, area.parent.as_deref().unwrap())
                .is_none(),
            "{} twice",
            area.code
        );
    }
}

#[test]
fn municipalities_lie_where_they_should() {
    for municipality in plan::municipalities() {
        let feature = of_kind(RegionKind::Municipality)
            .into_iter()
            .find(|f| f.name == municipality.name)
            .unwrap();
        let shape = Inside::new(&feature.shape);
        let centre = municipality.centre();
        let near = (-20..=20).flat_map(|x| (-20..=20).map(move |y| (f64::from(x) * 0.1, f64::from(y) * 0.1)));
        let mut near = near.map(|(x, y)| {
            Spot {
                x: centre.x + x,
                y: centre.y + y,
            }
            .to_point()
        });
        assert!(
            near.any(|point| shape.contains(point)),
            "{} lies more than 2 km from its centre",
            feature.name
        );
    }
}

#[test]
fn the_map_is_the_same_every_time() {
    assert_eq!(generate(), features());
    let json = geojson();
    // FNV-1a. Another number means another map: intended only when its drawing is changed.
    let hash = json.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| {
        (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3)
    });
    assert_eq!(format!("{hash:016x} {}", json.len()), "30a88f77d8901eb0 1066906");
}

#[test]
fn the_file_says_that_it_is_made_up_and_reads_back_the_same() {
    let json = geojson();
    assert!(json.contains("bedacht") && json.contains("made up"));
    let (names, kind) = Writer::<Vec<u8>>::property_names();
    let mut read = Vec::new();
    geojson::read(json.as_bytes(), &names, &kind, |feature| {
        read.push(feature.unwrap());
        std::ops::ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!(read, features());
}

#[test]
fn ids_are_new_for_every_region_and_parents_come_first() {
    let regions = regions(
        Clock::manual(Timestamp::from_millis(1)).now(),
        &Random::from_seed(2),
    );
    let place: BTreeMap<_, _> = regions
        .iter()
        .enumerate()
        .map(|(index, region)| (region.id, index))
        .collect();
    assert_eq!(place.len(), features().len());
    assert!(
        regions
            .iter()
            .enumerate()
            .all(|(index, region)| region.parent.is_none_or(|id| place[&id] < index))
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn a_point_within_belongs_to_exactly_one_region_of_every_kind(
        lon in 47_000_000..60_500_000i32,
        lat in 518_000_000..529_000_000i32,
    ) {
        static SHAPES: LazyLock<Vec<(RegionKind, Vec<Inside>)>> = LazyLock::new(|| {
            let kinds = RegionKind::ALL.into_iter().filter(|kind| *kind != RegionKind::Neighbourhood);
            kinds.map(|kind| (kind, of_kind(kind).iter().map(|f| Inside::new(&f.shape)).collect())).collect()
        });
        let point = Point::from_units(lon, lat).unwrap();
        let expected = usize::from(SHAPES[0].1[0].contains(point));
        for (kind, shapes) in SHAPES.iter() {
            let count = shapes.iter().filter(|shape| shape.contains(point)).count();
            prop_assert_eq!(count, expected, "{:?} at {} {}", kind, lon, lat);
        }
    }
}

#[test]
fn every_vertex_belongs_to_at_most_one_municipality() {
    let shapes: Vec<_> = of_kind(RegionKind::Municipality)
        .iter()
        .map(|f| Inside::new(&f.shape))
        .collect();
    let country = Inside::new(&of_kind(RegionKind::Country)[0].shape);
    for point in of_kind(RegionKind::PostcodeArea)
        .iter()
        .flat_map(|f| &f.shape.rings()[0])
    {
        let count = shapes.iter().filter(|shape| shape.contains(*point)).count();
        assert_eq!(count, usize::from(country.contains(*point)));
    }
}
