//! The index against looking at every place, on real areas and on drawn ones.

mod changes;
mod oracle;
mod world;

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{Fence, Index};
use crate::domain::area::{Area, Bounds, Circle, Polygons};
use crate::domain::id::{ParticipantNumber, RegionId};
use crate::domain::point::Point;
use crate::domain::random::Random;
use oracle::Oracle;

fn no_region(_: RegionId) -> Option<Polygons> {
    None
}

fn fence(area: &Area) -> Fence {
    Fence::new(area, &no_region).unwrap()
}

/// Asserts that every way to ask gives what looking at every place gives.
fn assert_same(index: &Index, places: &[(ParticipantNumber, Point)], area: &Area, what: &str) {
    let fence = fence(area);
    let oracle = Oracle::new(area);
    let expected: BTreeSet<_> = places
        .iter()
        .filter(|(_, point)| oracle.contains(*point))
        .map(|(number, _)| *number)
        .collect();
    assert_eq!(index.count(&fence), expected.len() as u64, "count of {what}");
    let numbers = index.numbers(&fence);
    assert_eq!(numbers.len(), expected.len(), "numbers of {what} are distinct");
    assert_eq!(
        numbers.into_iter().collect::<BTreeSet<_>>(),
        expected,
        "numbers of {what}"
    );
    assert!(
        index.list(&fence).iter().eq(expected.iter().copied()),
        "list of {what}"
    );
}

/// Places of `participants` spread over a box and on top of borders, up to four each.
fn crowd(random: &Random, participants: u32, areas: &[Polygons]) -> Vec<(ParticipantNumber, Point)> {
    let bounds = areas
        .iter()
        .fold(Bounds::NOTHING, |bounds, area| bounds.join(area.bounds()));
    let mut places = Vec::new();
    for number in 0..participants {
        for _ in 0..=[0, 0, 0, 1, 1, 3][usize::try_from(random.below(6)).unwrap()] {
            places.push((number, world::somewhere(random, bounds, areas)));
        }
    }
    places
}

#[test]
fn every_real_municipality_and_postcode_area_holds_whom_it_should() {
    let random = Random::from_seed(11);
    let municipalities = world::municipalities();
    let index_of = |participants, areas: &[Polygons]| {
        let places = crowd(&random, participants, areas);
        (Index::build(places.iter().copied()).unwrap(), places)
    };
    let (index, places) = index_of(8_000, &municipalities);
    for (position, polygons) in municipalities.iter().enumerate() {
        assert_same(
            &index,
            &places,
            &Area::polygons(polygons.clone()),
            &format!("municipality {position}"),
        );
    }
    let postcodes = world::postcodes();
    let (index, places) = index_of(2_000, &postcodes);
    for (position, polygons) in postcodes.iter().enumerate() {
        assert_same(
            &index,
            &places,
            &Area::polygons(polygons.clone()),
            &format!("postcode area {position}"),
        );
    }
}

#[test]
fn every_place_in_the_union_of_neighbours_belongs_to_exactly_one() {
    let random = Random::from_seed(12);
    let cells = world::tessellation(6);
    let one_place_each = |(number, (_, point)): (usize, _)| (u32::try_from(number).unwrap(), point);
    let places: Vec<_> = crowd(&random, 12_000, &cells)
        .into_iter()
        .enumerate()
        .map(one_place_each)
        .collect();
    let index = Index::build(places).unwrap();
    let ids = (0..cells.len() as u128).map(|id| RegionId::from_uuid(uuid::Uuid::from_u128(id)));
    let cell = |id: RegionId| {
        cells
            .get(usize::try_from(id.as_uuid().as_u128()).unwrap())
            .cloned()
    };
    let in_all = index.list(&Fence::new(&Area::regions(ids).unwrap(), &cell).unwrap());
    let mut together = roaring::RoaringBitmap::new();
    for polygons in &cells {
        let own = index.list(&fence(&Area::polygons(polygons.clone())));
        assert!(together.is_disjoint(&own));
        together |= own;
    }
    assert!(in_all.len() > 10_000);
    assert_eq!(in_all, together);
}

#[test]
fn a_place_on_a_common_border_of_municipalities_belongs_to_one_of_the_two() {
    let municipalities = world::municipalities();
    let mut owners = std::collections::HashMap::<_, Vec<usize>>::new();
    for (municipality, polygons) in municipalities.iter().enumerate() {
        for edge in polygons.rings().iter().flat_map(|ring| ring.windows(2)) {
            owners
                .entry((edge[0].min(edge[1]), edge[0].max(edge[1])))
                .or_default()
                .push(municipality);
        }
    }
    let fences: Vec<_> = municipalities
        .iter()
        .map(|polygons| fence(&Area::polygons(polygons.clone())))
        .collect();
    let mut borders = 0;
    for ((from, to), owners) in owners.into_iter().filter(|(_, owners)| owners.len() == 2) {
        // Only where the middle is a point exactly on the edge.
        let middle = Point::from_units(from.lon().midpoint(to.lon()), from.lat().midpoint(to.lat())).unwrap();
        if (from.lon() + to.lon()) % 2 == 0 && (from.lat() + to.lat()) % 2 == 0 {
            let index = Index::build([(1, middle)]).unwrap();
            let counts: Vec<_> = owners.iter().map(|owner| index.count(&fences[*owner])).collect();
            assert_eq!(counts.iter().sum::<u64>(), 1);
            assert!(
                owners
                    .iter()
                    .zip(counts)
                    .all(|(owner, count)| fences[*owner].contains(middle) == (count == 1))
            );
            borders += 1;
        }
    }
    assert!(borders > 100);
}

#[test]
fn unions_and_differences_are_of_places_and_exact() {
    let random = Random::from_seed(13);
    let municipalities = world::municipalities();
    let places = crowd(&random, 10_000, &municipalities);
    let index = Index::build(places.iter().copied()).unwrap();
    for round in 0..60 {
        let area = world::combination(&random, &municipalities, 3);
        assert_same(&index, &places, &area, &format!("combination {round}"));
    }
}

#[test]
fn circles_are_geodesic() {
    let random = Random::from_seed(14);
    let municipalities = world::municipalities();
    let places = crowd(&random, 10_000, &municipalities);
    let index = Index::build(places.iter().copied()).unwrap();
    for radius_m in [10, 100, 500, 2_000, 7_000, 19_999, 25_000, 60_000, 200_000] {
        let (_, centre) = places[usize::try_from(random.below(places.len() as u64)).unwrap()];
        let area = Area::circle(Circle::new(centre, radius_m).unwrap());
        assert_same(&index, &places, &area, &format!("circle of {radius_m} m"));
    }
}

#[test]
fn places_all_over_the_earth_are_found() {
    let random = Random::from_seed(15);
    let anywhere = || {
        let within = |limit: i32| {
            let limit = i64::from(limit);
            i32::try_from(i64::try_from(random.below(2 * limit.unsigned_abs())).unwrap() - limit).unwrap()
        };
        Point::from_units(within(Point::MAX_LON), within(Point::MAX_LAT)).unwrap()
    };
    let places: Vec<_> = (0..5_000).map(|number| (number / 2, anywhere())).collect();
    let index = Index::build(places.iter().copied()).unwrap();
    for round in 0..40 {
        let mut corners = [anywhere(), anywhere(), anywhere()];
        corners.sort_by_key(|corner| corner.lon());
        let ring = vec![corners[0], corners[1], corners[2], corners[0]];
        if let Ok(polygons) = Polygons::new(vec![vec![ring]]) {
            assert_same(
                &index,
                &places,
                &Area::polygons(polygons),
                &format!("triangle {round}"),
            );
        }
    }
}

#[test]
fn an_index_without_participants_answers_nobody() {
    let index = Index::build([]).unwrap();
    let area = Area::circle(Circle::new(Point::from_degrees(5.1, 52.1).unwrap(), 200_000).unwrap());
    assert_same(&index, &[], &area, "nobody");
    assert!(index.is_empty());
}

#[test]
fn a_region_that_nobody_knows_makes_no_fence() {
    let region = RegionId::from_uuid(uuid::Uuid::from_u128(1));
    let area = Area::regions([region]).unwrap();
    assert_eq!(Fence::new(&area, &no_region).unwrap_err().0, region);
}

#[test]
fn nearest_participants_come_first() {
    let random = Random::from_seed(16);
    let municipalities = world::municipalities();
    let places = crowd(&random, 5_000, &municipalities);
    let mut index = Index::build(places.iter().copied()).unwrap();
    let moved = places[0].1;
    index.set_places(17, &[moved]).unwrap();
    let everyone: roaring::RoaringBitmap = (0..5_001).collect();
    let from = places[100].1;
    let ordered = index.nearest_first(&everyone, from);
    assert_eq!(
        ordered.iter().copied().collect::<roaring::RoaringBitmap>(),
        everyone
    );
    assert_eq!(ordered.last(), Some(&5_000), "who has no place comes last");
    let distance_m = |number: u32| {
        index
            .places(number)
            .into_iter()
            .map(|point| super::disc::distance_m(from, point))
            .fold(f64::MAX, f64::min)
    };
    for pair in ordered[..5_000].windows(2) {
        // In steps of under one percent, and a flat map is off by about as much over this region.
        assert!(distance_m(pair[0]) <= distance_m(pair[1]) * 1.03 + 1.0);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    /// On a coarse grid, where places lie on vertices, edges and one another.
    #[test]
    fn drawn_fences_hold_whom_they_should(
        places in prop::collection::vec((0_u32..60, world::grid_point()), 1..200),
        area in world::grid_area(),
    ) {
        let mut counts = std::collections::HashMap::new();
        let places: Vec<_> = places
            .into_iter()
            .filter(|(number, _)| { let count = counts.entry(*number).or_insert(0); *count += 1; *count <= 8 })
            .collect();
        let index = Index::build(places.iter().copied()).unwrap();
        assert_same(&index, &places, &area, "drawn area");
    }
}
