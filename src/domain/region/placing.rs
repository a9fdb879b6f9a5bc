//! Regions from a file given their ids and their place in the tree.

use std::collections::HashMap;

use super::geojson::RegionFeature;
use super::{Region, RegionKind, Territory};
use crate::domain::id::RegionId;
use crate::domain::language::Language;
use crate::domain::said::Said;

/// Turns what a file describes into regions, widest first, so that parents come before what they hold.
///
/// A region that the territory has already (the same kind and code) keeps its id, and its parent when the
/// file names none. A parent is looked for among both, in the file first: of the regions of a wider kind
/// with that code, the one of the narrowest kind. A region for which no parent is named at all comes under
/// `default_parent`, unless its kind is not narrower than that one's.
pub fn place_features(
    mut features: Vec<RegionFeature>,
    known: &Territory,
    default_parent: Option<RegionId>,
    mut new_id: impl FnMut() -> RegionId,
) -> Result<Vec<Region>, UnknownParentCode> {
    features.sort_by_key(|feature| feature.kind);
    let mut placed: HashMap<(RegionKind, String), RegionId> = HashMap::with_capacity(features.len());
    let default_parent = default_parent.and_then(|id| known.get(id));
    let mut regions = Vec::with_capacity(features.len());
    for feature in features {
        let RegionFeature {
            kind,
            code,
            name,
            inhabitants,
            parent,
            shape,
        } = feature;
        let before = known.find(kind, &code);
        let parent = match parent {
            Some(parent) => {
                let wider = RegionKind::ALL
                    .into_iter()
                    .rev()
                    .filter(|wider| kind.may_be_under(*wider));
                let find = |wider| {
                    let placed = placed.get(&(wider, parent.clone())).copied();
                    placed.or_else(|| known.find(wider, &parent).map(|region| region.id))
                };
                let found = wider.into_iter().find_map(find);
                Some(found.ok_or(UnknownParentCode {
                    kind,
                    code: code.clone(),
                    parent,
                })?)
            }
            None => match before {
                Some(before) => before.parent,
                None => default_parent
                    .filter(|parent| kind.may_be_under(parent.kind))
                    .map(|parent| parent.id),
            },
        };
        let id = before.map_or_else(&mut new_id, |before| before.id);
        placed.insert((kind, code.clone()), id);
        regions.push(Region {
            id,
            parent,
            kind,
            code,
            name,
            inhabitants,
            shape,
        });
    }
    Ok(regions)
}

/// A region names a parent that is neither in the file nor in the territory.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the {} {code:?} belongs to {parent:?}, which is not there: bring in the wider regions first", kind.name())]
pub struct UnknownParentCode {
    /// The kind of the region.
    pub kind: RegionKind,
    /// The code of the region.
    pub code: String,
    /// The code that it names.
    pub parent: String,
}

impl UnknownParentCode {
    /// What is the matter and what to do.
    pub fn said(&self) -> Said {
        let Self { kind, code, parent } = self;
        let kind = kind.word(Language::Nl);
        Said::new(
            format!(
                "{kind} {code:?} hoort bij {parent:?}, dat er niet is: breng eerst de ruimere gebieden in"
            ),
            self.to_string(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::area::Polygons;
    use crate::domain::point::Point;

    fn feature(kind: RegionKind, code: &str, parent: Option<&str>) -> RegionFeature {
        let ring = [(0, 0), (9, 0), (9, 9), (0, 0)].map(|(lon, lat)| Point::from_units(lon, lat).unwrap());
        RegionFeature {
            kind,
            code: code.to_owned(),
            name: code.to_owned(),
            inhabitants: None,
            parent: parent.map(str::to_owned),
            shape: Polygons::new(vec![vec![ring.to_vec()]]).unwrap(),
        }
    }

    fn ids() -> impl FnMut() -> RegionId {
        let mut number = 0;
        move || {
            number += 1;
            RegionId::from_uuid(uuid::Uuid::from_u128(number))
        }
    }

    fn territory() -> Territory {
        let features = vec![
            feature(RegionKind::PostcodeArea, "3511", Some("Utrecht")),
            feature(RegionKind::Municipality, "Utrecht", Some("Utrecht")),
            feature(RegionKind::District, "Utrecht", None),
        ];
        Territory::new(place_features(features, &Territory::default(), None, ids()).unwrap()).unwrap()
    }

    #[test]
    fn of_wider_regions_with_the_same_code_the_narrowest_is_the_parent() {
        let territory = territory();
        let postcode = territory.find(RegionKind::PostcodeArea, "3511").unwrap();
        let up: Vec<_> = territory
            .ancestors(postcode.id)
            .map(|region| region.kind)
            .collect();
        assert_eq!(up, [RegionKind::Municipality, RegionKind::District]);
    }

    #[test]
    fn a_region_that_is_known_keeps_its_id_and_its_parent() {
        let territory = territory();
        let features = vec![
            feature(RegionKind::Municipality, "Utrecht", None),
            feature(RegionKind::Municipality, "Zeist", None),
            feature(RegionKind::Country, "NL", None),
        ];
        let district = territory.find(RegionKind::District, "Utrecht").unwrap().id;
        let new_id = || RegionId::from_uuid(uuid::Uuid::from_u128(99));
        let regions = place_features(features, &territory, Some(district), new_id).unwrap();
        let before = territory.find(RegionKind::Municipality, "Utrecht").unwrap();
        assert_eq!((regions[0].kind, regions[0].parent), (RegionKind::Country, None));
        assert_eq!((regions[1].id, regions[1].parent), (before.id, before.parent));
        assert_eq!((regions[2].id, regions[2].parent), (new_id(), Some(district)));
    }

    #[test]
    fn a_parent_that_is_nowhere_is_named() {
        let features = vec![feature(RegionKind::PostcodeArea, "3700", Some("Zeist"))];
        let error = place_features(features, &territory(), None, ids()).unwrap_err();
        assert_eq!(error.parent, "Zeist");
    }
}
