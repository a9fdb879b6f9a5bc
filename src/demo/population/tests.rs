use std::collections::HashSet;
use std::sync::LazyLock;

use super::*;
use crate::demo::inside::Inside;
use crate::demo::region;
use crate::domain::clock::Timestamp;
use crate::domain::random::Random;
use crate::domain::region::RegionKind;

fn regions(kind: RegionKind) -> impl Iterator<Item = &'static Region> {
    static REGIONS: LazyLock<Vec<Region>> =
        LazyLock::new(|| region::regions(Timestamp::from_millis(0), &Random::from_seed(1)));
    REGIONS.iter().filter(move |region| region.kind == kind)
}

fn population(seed: u64, participants: u64, kind: RegionKind) -> Population {
    Population::new(PopulationPlan::new(seed, participants), regions(kind)).unwrap()
}

fn hash(people: impl Iterator<Item = DemoParticipant>) -> u64 {
    let text = people.flat_map(|person| {
        let places: Vec<_> = person
            .places
            .iter()
            .map(|(kind, p)| (*kind, p.lon(), p.lat()))
            .collect();
        let DemoParticipant {
            language,
            phone,
            email,
            app,
            topics,
            ..
        } = person;
        format!("{places:?}{language:?}{phone:?}{email:?}{app}{topics:?}").into_bytes()
    });
    text.fold(0xcbf2_9ce4_8422_2325, |h, b| {
        (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[test]
fn the_same_seed_gives_the_same_people_and_another_gives_others() {
    let of_seed = |seed| hash(population(seed, 2_000, RegionKind::PostcodeArea));
    assert_eq!(of_seed(1), of_seed(1));
    assert_ne!(of_seed(1), of_seed(2));
    // FNV-1a. Another number means other people: intended only when the way they are made is changed.
    assert_eq!(format!("{:016x}", of_seed(1)), "f23c838c6ad6b1ca");
}

#[test]
fn fewer_people_are_the_first_of_more() {
    let more: Vec<_> = population(3, 500, RegionKind::Municipality).take(100).collect();
    assert_eq!(
        population(3, 100, RegionKind::Municipality).collect::<Vec<_>>(),
        more
    );
}

#[test]
fn people_live_where_the_inhabitants_are() {
    let people: Vec<_> = population(4, 60_000, RegionKind::Municipality).collect();
    let total: u32 = regions(RegionKind::Municipality)
        .filter_map(|region| region.inhabitants)
        .sum();
    let mut homes = 0;
    for region in regions(RegionKind::Municipality) {
        let inside = Inside::new(&region.shape);
        let count = people
            .iter()
            .filter(|person| inside.contains(person.places[0].1))
            .count();
        let expected = 60_000.0 * f64::from(region.inhabitants.unwrap()) / f64::from(total);
        let off = (count as f64 - expected).abs();
        assert!(
            off < 5.0 * expected.sqrt() + 1.0,
            "{}: {count} instead of {expected:.0}",
            region.name
        );
        homes += count;
    }
    assert_eq!(homes, people.len());
}

#[test]
fn every_place_lies_in_the_region() {
    let inside = Inside::new(&regions(RegionKind::Country).next().unwrap().shape);
    for person in population(5, 5_000, RegionKind::PostcodeArea) {
        assert!(person.places.iter().all(|(_, point)| inside.contains(*point)));
    }
}

#[test]
fn people_cluster_in_towns() {
    // Cells of about 350 by 330 m: the fullest tenth of the land must hold most people.
    let mut cells = std::collections::HashMap::<_, u32>::new();
    for person in population(6, 50_000, RegionKind::PostcodeArea) {
        let point = person.places[0].1;
        *cells
            .entry((point.lon() / 50_000, point.lat() / 30_000))
            .or_default() += 1;
    }
    let mut counts: Vec<u32> = cells.into_values().collect();
    counts.sort_unstable_by(|a, b| b.cmp(a));
    // The region is about 2,900 square kilometres: 25,000 cells.
    let dense: u32 = counts.iter().take(2_500).sum();
    assert!(dense > 35_000, "{dense} of 50,000");
}

#[test]
fn shares_of_channels_places_and_languages_are_as_planned() {
    let people: Vec<_> = population(7, 50_000, RegionKind::Municipality).collect();
    let permille = |of: &dyn Fn(&DemoParticipant) -> bool| people.iter().filter(|p| of(p)).count() / 50;
    let near =
        |found: usize, planned: usize| assert!(found.abs_diff(planned) < 15, "{found} is not {planned}");
    near(permille(&|p| p.app), 880);
    near(permille(&|p| !p.app && p.phone.is_some()), 80);
    near(
        permille(&|p| !p.app && p.phone.is_none() && p.email.is_some()),
        40,
    );
    near(permille(&|p| p.places.len() == 2), 400);
    near(permille(&|p| p.language == Language::Nl), 900);
    assert!(
        people
            .iter()
            .all(|p| !p.topics.is_empty() && p.places[0].0 == PlaceKind::Home)
    );
}

#[test]
fn many_work_in_another_municipality_nearby() {
    let shapes: Vec<_> = regions(RegionKind::Municipality)
        .map(|region| Inside::new(&region.shape))
        .collect();
    let home = |point: Point| shapes.iter().position(|shape| shape.contains(point));
    let second: Vec<_> = population(8, 5_000, RegionKind::Municipality)
        .filter(|p| p.places.len() == 2)
        .collect();
    let elsewhere = second
        .iter()
        .filter(|p| home(p.places[0].1) != home(p.places[1].1))
        .count();
    let share = elsewhere * 100 / second.len();
    assert!((50..75).contains(&share), "{share}%");
}

#[test]
fn nobody_has_the_number_or_the_address_of_another_and_all_pass_our_own_rules() {
    let (mut phones, mut emails) = (HashSet::new(), HashSet::new());
    for person in population(9, 50_000, RegionKind::Municipality) {
        let registration = person.clone().into_registration();
        assert_eq!(registration.places.len(), person.places.len());
        assert!(person.phone.is_none_or(|phone| phones.insert(phone)));
        assert!(
            person
                .email
                .is_none_or(|email| email.ends_with(".invalid") && emails.insert(email))
        );
    }
}

#[test]
fn plans_that_cannot_be_are_refused() {
    let refused = |plan, kind| Population::new(plan, regions(kind)).map(|_| ()).unwrap_err();
    let plan = PopulationPlan::new(1, 10);
    assert_eq!(refused(plan, RegionKind::Neighbourhood), PopulationError::Nobody);
    let all = regions(RegionKind::Municipality)
        .collect::<Vec<_>>()
        .into_iter()
        .cycle()
        .take(MAX_REGIONS + 1);
    assert_eq!(
        Population::new(plan, all).map(|_| ()).unwrap_err(),
        PopulationError::TooManyRegions
    );
    let many = PopulationPlan {
        participants: MAX_PARTICIPANTS + 1,
        ..plan
    };
    assert_eq!(refused(many, RegionKind::Municipality), PopulationError::TooMany);
    let shares = ChannelShares {
        app_permille: 1000,
        ..plan.shares
    };
    assert_eq!(
        refused(PopulationPlan { shares, ..plan }, RegionKind::Municipality),
        PopulationError::Shares
    );
}
