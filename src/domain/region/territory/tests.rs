use proptest::prelude::*;

use super::*;
use crate::domain::area::Polygons;
use crate::domain::point::Point;

fn id(number: u128) -> RegionId {
    RegionId::from_uuid(uuid::Uuid::from_u128(number))
}

fn shape() -> Polygons {
    let ring = [(0, 0), (9, 0), (9, 9), (0, 0)].map(|(lon, lat)| Point::from_units(lon, lat).unwrap());
    Polygons::new(vec![vec![ring.to_vec()]]).unwrap()
}

fn region(number: u128, parent: Option<u128>, kind: RegionKind, name: &str) -> Region {
    let (code, name) = (name.to_owned(), name.to_owned());
    Region {
        id: id(number),
        parent: parent.map(id),
        kind,
        code,
        name,
        inhabitants: None,
        shape: shape(),
    }
}

/// A small tree, its leaves given first.
fn regions() -> Vec<Region> {
    vec![
        region(6, Some(4), RegionKind::PostcodeArea, "3701"),
        region(5, Some(3), RegionKind::Municipality, "Bunnik"),
        region(4, Some(3), RegionKind::Municipality, "Zeist"),
        region(7, Some(1), RegionKind::District, "Utrecht-Stad"),
        region(8, Some(7), RegionKind::Municipality, "Utrecht"),
        region(3, Some(2), RegionKind::BaseTeam, "Zeist-Bunnik"),
        region(2, Some(1), RegionKind::District, "Oost-Utrecht"),
        region(1, None, RegionKind::PoliceUnit, "Midden-Nederland"),
    ]
}

fn territory() -> Territory {
    Territory::new(regions()).unwrap()
}

fn names<'a>(regions: impl IntoIterator<Item = &'a Region>) -> Vec<&'a str> {
    regions.into_iter().map(|region| region.name.as_str()).collect()
}

#[test]
fn the_tree_is_walked_from_the_top_by_name() {
    let territory = territory();
    assert_eq!(names(territory.roots()), ["Midden-Nederland"]);
    assert_eq!(names(territory.children(id(1))), ["Oost-Utrecht", "Utrecht-Stad"]);
    assert_eq!(names(territory.children(id(3))), ["Bunnik", "Zeist"]);
    assert_eq!(
        names(territory.descendants(id(2))),
        ["Zeist-Bunnik", "Bunnik", "Zeist", "3701"]
    );
    assert_eq!(
        names(territory.ancestors(id(6))),
        ["Zeist", "Zeist-Bunnik", "Oost-Utrecht", "Midden-Nederland"]
    );
    assert_eq!(
        territory.path(id(5)).join(" > "),
        "Midden-Nederland > Oost-Utrecht > Zeist-Bunnik > Bunnik"
    );
}

#[test]
fn a_region_contains_itself_and_what_is_below_it_and_nothing_else() {
    let territory = territory();
    assert!(territory.contains(id(2), id(6)) && territory.contains(id(2), id(2)));
    assert!(!territory.contains(id(6), id(2)) && !territory.contains(id(2), id(8)));
    assert!(!territory.contains(id(99), id(6)) && !territory.contains(id(1), id(99)));
}

#[test]
fn a_region_is_found_by_kind_and_code_and_by_name() {
    let territory = territory();
    assert_eq!(
        territory
            .find(RegionKind::Municipality, "Zeist")
            .map(|region| region.id),
        Some(id(4))
    );
    assert!(territory.find(RegionKind::District, "Zeist").is_none());
    assert_eq!(names(territory.find_named(" zeist ")), ["Zeist"]);
    assert!(territory.children(id(99)).next().is_none() && territory.path(id(99)).is_empty());
}

#[test]
fn what_makes_no_tree_is_refused() {
    let with = |more: Region| {
        let mut all = regions();
        all.push(more);
        Territory::new(all).unwrap_err()
    };
    let kind = RegionKind::Municipality;
    let code = || "Zeist".to_owned();
    assert_eq!(
        with(region(8, None, kind, "x")),
        TerritoryError::DuplicateId { id: id(8) }
    );
    assert_eq!(
        with(region(9, None, kind, "Zeist")),
        TerritoryError::DuplicateCode { kind, code: code() }
    );
    assert_eq!(
        with(region(9, Some(99), kind, "Zeist")),
        TerritoryError::UnknownParent {
            kind,
            code: code(),
            parent: id(99)
        }
    );
    assert_eq!(
        with(region(9, Some(4), kind, "Zeist")),
        TerritoryError::WrongParent {
            kind,
            code: code(),
            parent: kind
        }
    );
    let (kind, code) = (RegionKind::PostcodeArea, "3702".to_owned());
    assert_eq!(
        with(region(9, None, kind, "3702")),
        TerritoryError::NeedsParent { kind, code }
    );
    assert_eq!(
        with(region(9, None, RegionKind::Country, " ")),
        TerritoryError::Text { id: id(9) }
    );
}

proptest! {
    /// Regions of random kinds under random others: refused, or `contains` agrees with going up step by step.
    #[test]
    fn containment_is_the_same_as_going_up(choices in proptest::collection::vec((0..7usize, 0..30usize), 1..30)) {
        let mut regions: Vec<Region> = Vec::new();
        for (number, (kind, parent)) in choices.into_iter().enumerate() {
            let kind = RegionKind::ALL[kind];
            let parent = regions.get(parent).filter(|parent| kind.may_be_under(parent.kind));
            if parent.is_some() || kind.may_be_root() {
                let parent = parent.map(|parent| parent.id.as_uuid().as_u128());
                regions.push(region(number as u128 + 1, parent, kind, &format!("r{number}")));
            }
        }
        let territory = Territory::new(regions.clone()).unwrap();
        prop_assert_eq!(territory.regions().len(), regions.len());
        for inner in &regions {
            let up: Vec<_> = territory.ancestors(inner.id).map(|region| region.id).collect();
            prop_assert_eq!(up.first().copied(), inner.parent);
            for outer in &regions {
                let within = outer.id == inner.id || up.contains(&outer.id);
                prop_assert_eq!(territory.contains(outer.id, inner.id), within);
                let below = territory.descendants(outer.id).iter().any(|region| region.id == inner.id);
                prop_assert_eq!(below, within && outer.id != inner.id);
            }
        }
    }
}
