//! Changes, snapshots and compactions in any order, against a plain map.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{Index, assert_same, world};
use crate::domain::area::Area;
use crate::domain::id::ParticipantNumber;
use crate::domain::point::Point;
use crate::geofence::{Compacted, IndexError, MAX_NUMBER, MAX_PLACES, StaleSnapshot};

#[derive(Clone, Debug)]
enum Step {
    Set(ParticipantNumber, Vec<Point>),
    Remove(ParticipantNumber),
    Snapshot,
    Adopt,
    Ask(Area),
}

fn step() -> impl Strategy<Value = Step> {
    let places = prop::collection::vec(world::grid_point(), 0..=MAX_PLACES);
    prop_oneof![
        6 => (0_u32..50, places).prop_map(|(number, places)| Step::Set(number, places)),
        2 => (0_u32..50).prop_map(Step::Remove),
        1 => Just(Step::Snapshot),
        1 => Just(Step::Adopt),
        4 => world::grid_area().prop_map(Step::Ask),
    ]
}

fn places_of(people: &BTreeMap<ParticipantNumber, Vec<Point>>) -> Vec<(ParticipantNumber, Point)> {
    people
        .iter()
        .flat_map(|(number, places)| places.iter().map(|point| (*number, *point)))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn the_index_holds_what_a_plain_map_holds(
        start in prop::collection::btree_map(0_u32..40, prop::collection::vec(world::grid_point(), 1..4), 0..40),
        steps in prop::collection::vec(step(), 1..40),
    ) {
        let mut people = start;
        let mut index = Index::build(places_of(&people)).unwrap();
        let mut compacted: Option<Compacted> = None;
        for step in steps {
            match step {
                Step::Set(number, places) => {
                    index.set_places(number, &places).unwrap();
                    people.insert(number, places);
                }
                Step::Remove(number) => {
                    index.remove(number);
                    people.remove(&number);
                }
                Step::Snapshot => compacted = Some(index.snapshot().compact()),
                Step::Adopt => {
                    if let Some(compacted) = compacted.take() {
                        index.adopt(compacted).unwrap();
                    }
                }
                Step::Ask(area) => assert_same(&index, &places_of(&people), &area, "an area between changes"),
            }
            people.retain(|_, places| !places.is_empty());
            prop_assert_eq!(index.len(), people.len());
            for number in 0..50 {
                prop_assert_eq!(index.contains(number), people.contains_key(&number));
                let mut expected = people.get(&number).cloned().unwrap_or_default();
                let mut places = index.places(number);
                expected.sort_unstable();
                places.sort_unstable();
                prop_assert!(places == expected);
            }
        }
    }
}

#[test]
fn only_the_latest_snapshot_is_adopted() {
    let point = Point::from_degrees(5.1, 52.1).unwrap();
    let mut index = Index::build([(1, point)]).unwrap();
    let first = index.snapshot().compact();
    let second = index.snapshot().compact();
    assert_eq!(index.adopt(first), Err(StaleSnapshot));
    index.remove(1);
    assert_eq!(index.adopt(second), Ok(()));
    assert!(index.is_empty(), "what changed after the snapshot stays in force");
}

#[test]
fn compaction_is_due_after_one_percent_of_changes() {
    let point = Point::from_degrees(5.1, 52.1).unwrap();
    let mut index = Index::build((0..100_000).map(|number| (number, point))).unwrap();
    let mut changes = 0;
    while !index.is_compaction_due() {
        index.remove(changes);
        changes += 1;
    }
    assert_eq!(changes, 1_101);
    let compacted = index.snapshot().compact();
    index.adopt(compacted).unwrap();
    assert!(!index.is_compaction_due());
}

#[test]
fn numbers_and_places_are_bounded() {
    let point = Point::from_degrees(5.1, 52.1).unwrap();
    assert_eq!(
        Index::build([(MAX_NUMBER + 1, point)]).unwrap_err(),
        IndexError::NumberTooLarge
    );
    assert_eq!(
        Index::build([(1, point); 9]).unwrap_err(),
        IndexError::TooManyPlaces
    );
    let mut index = Index::build([]).unwrap();
    assert_eq!(index.set_places(1, &[point; 9]), Err(IndexError::TooManyPlaces));
    assert_eq!(
        index.set_places(MAX_NUMBER + 1, &[point]),
        Err(IndexError::NumberTooLarge)
    );
    assert!(index.is_empty());
}
