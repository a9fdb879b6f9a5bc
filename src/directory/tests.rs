use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use proptest::prelude::*;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::domain::area::Circle;
use crate::domain::channel::ChannelSet;
use crate::domain::clock::Timestamp;
use crate::domain::language::Language;
use crate::domain::message::Urgency;
use crate::domain::participant::{Rest, Topic, Topics};
use crate::domain::region::RegionKind;
use crate::geofence::Index;
use crate::storage::directory::DirectoryEntry;
use crate::storage::testing::TestDatabase;
use crate::storage::testing::people::{keyring, participant, participant_with_device, point, some_time};
use crate::storage::testing::regions::{rectangle, region_id, regions};

mod following;

fn selection(channels: ChannelSet, topic: Topic) -> Selection<'static> {
    Selection {
        channels,
        topic,
        already_told: None,
        urgency: Urgency::Urgent,
        at: some_time(),
        weekly_limit: None,
    }
}

/// Everyone as the tests know them.
type Model = BTreeMap<u32, DirectoryEntry>;

fn entry() -> impl Strategy<Value = DirectoryEntry> {
    let place = (-3_i32..23, -3_i32..23).prop_map(|(east, north)| point(east, north));
    (
        0_u32..60,
        0_u8..16,
        0_u8..32,
        proptest::bool::ANY,
        proptest::collection::vec(place, 1..4),
    )
        .prop_map(|(number, channels, topics, is_dutch, points)| DirectoryEntry {
            number,
            language: if is_dutch { Language::Nl } else { Language::En },
            topics: Topics::from_bits(topics),
            reachable: ChannelSet::from_bits(channels),
            points,
            rest: Rest::default(),
        })
}

fn population(entries: &Model, territory: &Territory) -> Population {
    let index = Index::build(
        entries
            .values()
            .flat_map(|entry| entry.points.iter().map(|point| (entry.number, *point))),
    )
    .unwrap();
    let mut sets = population::Sets::default();
    for entry in entries.values() {
        sets.set(entry);
    }
    let people = regions::RegionPeople::build(territory, &index).unwrap();
    Population::new(index, sets, people, 0)
}

/// Whom a selection is for, and under which channel, asked of everyone one by one.
fn naive(model: &Model, fence: &Fence, selection: Selection<'_>) -> BTreeMap<u32, Option<Channel>> {
    model
        .values()
        .filter(|entry| entry.topics.contains(selection.topic))
        .filter(|entry| entry.points.iter().any(|point| fence.contains(*point)))
        .map(|entry| {
            let channel = entry.reachable.and(selection.channels).iter().next();
            (entry.number, channel)
        })
        .collect()
}

proptest! {
    #[test]
    fn reach_and_audience_are_what_asking_everyone_gives(
        at_first in proptest::collection::vec(entry(), 0..40),
        later in proptest::collection::vec((entry(), proptest::bool::ANY), 0..40),
        corner in (-3_i32..20, -3_i32..20),
        size in (1_i32..20, 1_i32..20),
        channels in 0_u8..16,
        topic in 0_usize..Topic::ALL.len(),
        told in proptest::collection::btree_set(0_u32..60, 0..60),
    ) {
        let territory = Territory::new(regions()).unwrap();
        let mut model: Model = at_first.into_iter().map(|entry| (entry.number, entry)).collect();
        let mut population = population(&model, &territory);
        for (entry, leaves) in later {
            if leaves {
                population.remove(entry.number);
                model.remove(&entry.number);
            } else {
                population.set(&entry).unwrap();
                model.insert(entry.number, entry);
            }
        }
        let area = Area::polygons(rectangle(corner.0, corner.1, corner.0 + size.0, corner.1 + size.1));
        let fence = Fence::new(&area, &|_| None).unwrap();
        let told: RoaringBitmap = told.into_iter().collect();
        let selection = Selection {
            already_told: Some(&told),
            ..selection(ChannelSet::from_bits(channels), Topic::ALL[topic])
        };
        let expected = naive(&model, &fence, selection);
        let reached: BTreeMap<u32, Channel> =
            expected.iter().filter_map(|(number, channel)| Some((*number, (*channel)?))).collect();

        let reach = reach::reach(&population, &Alerts::default(), &fence, selection);
        prop_assert_eq!(reach.total, reached.len() as u64);
        prop_assert_eq!(reach.unreachable, (expected.len() - reached.len()) as u64);
        prop_assert_eq!(reach.by_channel.iter().map(|(_, count)| count).sum::<u64>(), reach.total);
        prop_assert_eq!(reach.by_language.iter().map(|(_, count)| count).sum::<u64>(), reach.total);
        let new = reached.keys().filter(|number| !told.contains(**number)).count();
        prop_assert_eq!(reach.newly_reached, new as u64);
        for (region, count) in reach.by_region {
            let fence = Fence::new(&Area::regions([region]).unwrap(), &|id| {
                territory.get(id).map(|region| region.shape.clone())
            })
            .unwrap();
            let inside = reached
                .keys()
                .filter(|number| model[number].points.iter().any(|point| fence.contains(*point)));
            prop_assert_eq!(count, inside.count() as u64);
        }

        let audience = reach::audience(&population, &Alerts::default(), &fence, selection, some_time());
        let found: BTreeMap<u32, Channel> = audience
            .by_channel
            .iter()
            .flat_map(|(channel, people)| people.iter().map(|number| (number, *channel)))
            .collect();
        prop_assert_eq!(audience.len(), found.len() as u64, "nobody is under two channels");
        let expected: BTreeMap<u32, Channel> =
            reached.into_iter().filter(|(number, _)| !told.contains(*number)).collect();
        prop_assert_eq!(&found, &expected);
        let everyone: BTreeSet<u32> = audience.everyone().iter().collect();
        prop_assert_eq!(everyone, expected.into_keys().collect::<BTreeSet<_>>());
    }
}

async fn filled() -> (TestDatabase, Directory) {
    let database = TestDatabase::sqlite().await;
    let keys = keyring();
    let mut tx = database.store.write().await.unwrap();
    tx.upsert_regions(&regions(), some_time()).await.unwrap();
    let mut people = Vec::new();
    for index in 0..8 {
        let mut one = participant_with_device(index);
        let (east, north) = (5 + 10 * i32::from(index >= 4), 5);
        one.new.participant.places =
            crate::domain::participant::Places::new(vec![crate::domain::participant::Place::new(
                crate::domain::participant::PlaceKind::Home,
                point(east, north),
            )])
            .unwrap();
        people.push(one);
    }
    let first = database
        .store
        .reserve_participant_numbers(&mut tx, people.len())
        .await
        .unwrap();
    let sealed = people.iter().map(|one| one.seal(&keys));
    tx.insert_participants(first, sealed).await.unwrap();
    tx.announce_participants(&[(first, first + 7)]).await.unwrap();
    tx.commit().await.unwrap();
    let clock = Clock::manual(some_time());
    let directory = Directory::load(&database.store, &keys, &clock).await.unwrap();
    (database, directory)
}

#[tokio::test]
async fn an_area_that_sticks_out_of_a_region_is_noticed_by_whom_it_would_call() {
    let (_database, directory) = filled().await;
    let west = region_id("west");
    let inside = Area::polygons(rectangle(2, 2, 9, 9));
    let across = Area::polygons(rectangle(2, 2, 18, 9));
    assert_eq!(directory.count_outside(&inside, west).unwrap(), 0);
    assert_eq!(directory.count_outside(&across, west).unwrap(), 4);
    assert_eq!(directory.count_outside(&across, region_id("unit")).unwrap(), 0);
    assert!(directory.count_outside(&across, region_id("nowhere")).is_err());
}

#[tokio::test]
async fn the_region_of_an_area_is_the_narrowest_that_holds_it() {
    let (_database, directory) = filled().await;
    let of = |area: Area| directory.region_of(&area).unwrap();
    assert_eq!(
        of(Area::polygons(rectangle(2, 2, 9, 9))),
        Some(region_id("south-west"))
    );
    assert_eq!(
        of(Area::polygons(rectangle(2, 2, 9, 19))),
        Some(region_id("team-west"))
    );
    assert_eq!(
        of(Area::polygons(rectangle(2, 2, 18, 9))),
        Some(region_id("unit"))
    );
    assert_eq!(of(Area::polygons(rectangle(2, 2, 40, 9))), None);
    let named = Area::regions([region_id("north-east")]).unwrap();
    assert_eq!(of(named), Some(region_id("north-east")));
}

#[tokio::test]
async fn people_are_counted_in_every_region_above_their_place() {
    let (_database, directory) = filled().await;
    for (code, count) in [
        ("unit", 8),
        ("west", 4),
        ("team-east", 4),
        ("south-west", 4),
        ("north-west", 0),
    ] {
        assert_eq!(directory.count_in_region(region_id(code)), count, "{code}");
    }
    assert_eq!(directory.count_by_channel(region_id("west")), [4, 4, 4, 0]);
    let kinds: BTreeSet<_> = directory
        .territory()
        .regions()
        .iter()
        .map(|region| region.kind)
        .collect();
    assert!(kinds.contains(&RegionKind::BaseTeam));
}

#[tokio::test]
async fn those_near_the_incident_come_first() {
    let (_database, directory) = filled().await;
    let circle = Area::circle(Circle::new(point(15, 5), 5_000).unwrap());
    let fence = directory.fence(&circle).unwrap();
    let audience = directory.audience(&fence, selection(ChannelSet::ALL, Topic::Urgent), some_time());
    let order = directory.nearest_first(&audience.everyone(), point(15, 5));
    assert_eq!(order.len(), 8);
    assert!(order[..4].iter().all(|number| *number >= 5), "{order:?}");
}

#[tokio::test]
async fn an_unknown_region_is_refused_and_never_reaches_everyone() {
    let (_database, directory) = filled().await;
    let area = Area::regions([region_id("nowhere")]).unwrap();
    assert!(directory.fence(&area).is_err());
}
