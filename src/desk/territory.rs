//! The part of the territory that someone works in: its regions, their borders, and new ones from a file.

use std::io::Read;
use std::ops::ControlFlow;

use super::moving::regions::RegionsImported;
use super::{Desk, DeskError, Permission, Reason, Result, Scope};
use crate::domain::id::RegionId;
use crate::domain::problem::{FieldProblem, ProblemCode};
use crate::domain::region::geojson::{self, FeatureError, KindSource, PropertyNames, RegionFeature};
use crate::domain::region::{Region, RegionKind, place_features};

/// Features with a problem that are told of a file; after these the reading ends.
const MAX_PROBLEMS: usize = 100;

/// A region without its borders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegionEntry {
    /// Its id.
    pub id: RegionId,
    /// The wider region that it belongs to; none at the top of what the caller sees.
    pub parent: Option<RegionId>,
    /// What it is.
    pub kind: RegionKind,
    /// Its code.
    pub code: String,
    /// What people call it.
    pub name: String,
    /// How many people live there.
    pub inhabitants: Option<u32>,
    /// How many participants have a place there; zero for kinds narrower than a municipality.
    pub participants: u64,
}

/// How a file of regions is read.
#[derive(Clone, Debug)]
pub struct RegionFile {
    /// Under which names the properties stand.
    pub names: PropertyNames,
    /// What kind the regions are.
    pub kind: KindSource,
    /// Where regions without a parent come under.
    pub default_parent: Option<RegionId>,
}

impl Desk {
    /// The caller's region and everything in it, each after the one that it belongs to.
    pub fn list_regions(&self, scope: &Scope) -> Result<Vec<RegionEntry>> {
        scope.require(Permission::SeeRegions)?;
        let territory = self.directory().territory();
        let top = territory.get(scope.region).ok_or(DeskError::NotFound("region"))?;
        let all = std::iter::once(top).chain(territory.descendants(top.id));
        Ok(all.map(|region| self.entry(scope, region)).collect())
    }

    /// A region of the caller's territory, with its borders.
    pub fn region(&self, scope: &Scope, id: RegionId) -> Result<(RegionEntry, Region)> {
        let territory = self.directory().territory();
        scope.require_in(Permission::SeeRegions, &territory, id, "region")?;
        let region = territory.get(id).ok_or(DeskError::NotFound("region"))?;
        Ok((self.entry(scope, region), region.clone()))
    }

    /// Stores the regions of a `GeoJSON` file: all of them, or none when anything is wrong.
    pub async fn import_region_file(
        &self,
        scope: &Scope,
        source: impl Read + Send + 'static,
        file: RegionFile,
    ) -> Result<RegionsImported> {
        scope.require(Permission::ChangeRegions)?;
        let RegionFile {
            names,
            kind,
            default_parent,
        } = file;
        let reading = tokio::task::spawn_blocking(move || read_file(source, &names, &kind));
        let features = reading
            .await
            .map_err(|_| DeskError::Unavailable(Reason::FileNotRead))??;
        let territory = self.directory().territory();
        let (now, random) = (self.now(), &self.parts().random);
        let regions = place_features(features, &territory, default_parent, || {
            RegionId::new(now, random)
        })
        .map_err(|error| DeskError::refused("unknown_parent", error.said()))?;
        self.import_regions(scope, regions).await
    }

    fn entry(&self, scope: &Scope, region: &Region) -> RegionEntry {
        RegionEntry {
            id: region.id,
            parent: region.parent.filter(|_| region.id != scope.region),
            kind: region.kind,
            code: region.code.clone(),
            name: region.name.clone(),
            inhabitants: region.inhabitants,
            participants: self.directory().count_in_region(region.id),
        }
    }
}

fn read_file(source: impl Read, names: &PropertyNames, kind: &KindSource) -> Result<Vec<RegionFeature>> {
    let (mut features, mut problems) = (Vec::new(), Vec::new());
    let read = geojson::read(source, names, kind, |feature| {
        match feature {
            Ok(feature) => features.push(feature),
            Err(error) => problems.push(invalid(&error)),
        }
        if problems.len() < MAX_PROBLEMS {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    });
    read.map_err(|error| DeskError::refused("file", error.said()))?;
    if problems.is_empty() {
        Ok(features)
    } else {
        Err(DeskError::Invalid(problems))
    }
}

fn invalid(error: &FeatureError) -> FieldProblem {
    FieldProblem::new(format!("features[{}]", error.index), ProblemCode::Feature)
        .saying(error.problem.said().sentence())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::testing::TestDesk;
    use crate::domain::role::Role;
    use crate::storage::testing::regions::region_id;

    fn names() -> RegionFile {
        RegionFile {
            names: PropertyNames {
                code: Some("code".to_owned()),
                name: "name".to_owned(),
                inhabitants: None,
                parent: None,
            },
            kind: KindSource::All(RegionKind::Neighbourhood),
            default_parent: Some(region_id("south-west")),
        }
    }

    #[tokio::test]
    async fn everyone_sees_their_own_part_of_the_tree_and_no_other() {
        for desk in TestDesk::each().await {
            let scope = desk.account(Role::MunicipalAmbassador, "south-west").await;
            let seen = desk.desk.list_regions(&scope).unwrap();
            assert_eq!(seen.len(), 1);
            assert_eq!((seen[0].code.as_str(), seen[0].parent), ("south-west", None));
            assert!(desk.desk.region(&scope, region_id("south-west")).is_ok());
            let other = desk.desk.region(&scope, region_id("north-west"));
            assert!(matches!(other, Err(DeskError::NotFound("region"))));
            let operator = desk.account(Role::Operator, "unit").await;
            assert_eq!(desk.desk.list_regions(&operator).unwrap().len(), 9);
        }
    }

    #[tokio::test]
    async fn a_file_with_a_wrong_feature_stores_nothing_and_names_it() {
        let desk = TestDesk::each().await.remove(0);
        let administrator = desk.account(Role::Administrator, "unit").await;
        let feature = |code: &str, east: f64| {
            let ring = [[5.0, 52.0], [east, 52.0], [east, 52.1], [5.0, 52.1], [5.0, 52.0]];
            serde_json::json!({
                "type": "Feature",
                "properties": { "code": code, "name": code },
                "geometry": { "type": "Polygon", "coordinates": [ring] },
            })
        };
        let file = |features: Vec<serde_json::Value>| {
            let file = serde_json::json!({ "type": "FeatureCollection", "features": features });
            std::io::Cursor::new(file.to_string())
        };
        let wrong = file(vec![feature("a", 5.1), feature("b", 500.0)]);
        let refused = desk.desk.import_region_file(&administrator, wrong, names()).await;
        let Err(DeskError::Invalid(fields)) = refused else {
            panic!("it must be refused");
        };
        assert_eq!(fields[0].field, "features[1]");
        let right = file(vec![feature("a", 5.1)]);
        let imported = desk
            .desk
            .import_region_file(&administrator, right, names())
            .await
            .unwrap();
        assert_eq!(imported.added, 1);
        let operator = desk.account(Role::Operator, "unit").await;
        let right = file(vec![feature("a", 5.1)]);
        let refused = desk.desk.import_region_file(&operator, right, names()).await;
        assert!(matches!(refused, Err(DeskError::Forbidden(_))));
    }
}
