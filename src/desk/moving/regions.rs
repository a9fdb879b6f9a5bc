//! Regions, brought in by the administrator.

use std::collections::HashMap;

use serde_json::json;

use crate::desk::{Desk, DeskError, Permission, Reason, Result, Scope};
use crate::domain::audit::Deed;
use crate::domain::id::RegionId;
use crate::domain::region::{Region, RegionKind, Territory};

/// What an import of regions did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct RegionsImported {
    /// Regions that were not there.
    pub added: u64,
    /// Regions of the same kind and code that were replaced.
    pub replaced: u64,
}

impl Desk {
    /// Stores regions; one of the same kind and code as another takes its place and keeps its id. Nothing is
    /// stored unless all regions together make a tree, and all of them lie in the caller's part of it. When it
    /// answers, this node's directory has them.
    pub async fn import_regions(&self, scope: &Scope, regions: Vec<Region>) -> Result<RegionsImported> {
        scope.require(Permission::ChangeRegions)?;
        let mut tx = self.parts().store.write().await?;
        let known: HashMap<(RegionKind, String), Region> = tx
            .list_regions()
            .await?
            .into_iter()
            .map(|region| ((region.kind, region.code.clone()), region))
            .collect();
        let regions = with_known_ids(regions, &known);
        if !scope.is_machine() {
            keep_within(scope, &regions, &self.directory().territory())?;
        }
        let mut imported = RegionsImported::default();
        let mut all = known;
        for region in &regions {
            match all.insert((region.kind, region.code.clone()), region.clone()) {
                Some(_) => imported.replaced += 1,
                None => imported.added += 1,
            }
        }
        Territory::new(all.into_values().collect())
            .map_err(|error| DeskError::refused("regions", error.said()))?;
        tx.upsert_regions(&regions, self.now()).await?;
        let detail = json!({ "added": imported.added, "replaced": imported.replaced });
        let region = Some(scope.region).filter(|_| !scope.is_machine());
        self.record(&mut tx, scope, Deed::RegionsImported, (None, region), detail)
            .await?;
        tx.commit().await?;
        self.directory().catch_up().await.map_err(|error| {
            tracing::error!(%error, "regions were stored, but the directory could not take them in");
            Reason::RegionsNotInUse
        })?;
        Ok(imported)
    }
}

/// Refuses regions outside the caller's part of the territory: those that are there already and lie elsewhere,
/// and those that would come to lie elsewhere. The caller's own region stays where it is.
fn keep_within(scope: &Scope, regions: &[Region], territory: &Territory) -> Result<()> {
    let new: HashMap<RegionId, Option<RegionId>> = regions
        .iter()
        .filter(|region| territory.get(region.id).is_none())
        .map(|region| (region.id, region.parent))
        .collect();
    // Where a region comes under: of new ones in one file, the first parent that is known.
    let known_above = |mut region: Option<RegionId>| {
        for _ in 0..=new.len() {
            match region.and_then(|id| new.get(&id)) {
                Some(parent) => region = *parent,
                None => break,
            }
        }
        region
    };
    for region in regions {
        let before = territory.get(region.id);
        if before.is_some() {
            scope.require_in(Permission::ChangeRegions, territory, region.id, "region")?;
        }
        let stays = before.is_some_and(|before| before.parent == region.parent);
        if !stays {
            let above = known_above(region.parent).ok_or(DeskError::NotFound("region"))?;
            scope.require_in(Permission::ChangeRegions, territory, above, "region")?;
        }
        if !stays && region.id == scope.region {
            return Err(DeskError::NotFound("region"));
        }
    }
    Ok(())
}

/// The regions with the ids that are stored, where they are replaced, and parents named accordingly.
fn with_known_ids(mut regions: Vec<Region>, known: &HashMap<(RegionKind, String), Region>) -> Vec<Region> {
    let mut renamed: HashMap<RegionId, RegionId> = HashMap::new();
    for region in &mut regions {
        if let Some(before) = known.get(&(region.kind, region.code.clone())) {
            renamed.insert(region.id, before.id);
            region.id = before.id;
        }
    }
    for region in &mut regions {
        region.parent = region.parent.map(|id| renamed.get(&id).copied().unwrap_or(id));
    }
    regions
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::testing::TestDesk;
    use crate::domain::role::Role;
    use crate::storage::testing::regions::{region_id, regions};

    fn stored(code: &str) -> Region {
        let found = regions().into_iter().find(|region| region.code == code);
        found.expect("a region of the test's territory")
    }

    fn neighbourhood(code: &str, parent: &str) -> Region {
        Region {
            id: region_id(code),
            parent: Some(region_id(parent)),
            kind: RegionKind::Neighbourhood,
            code: code.to_owned(),
            ..stored("south-west")
        }
    }

    #[tokio::test]
    async fn an_administrator_changes_regions_of_their_own_part_alone() {
        for test in TestDesk::each().await {
            let west = test.account(Role::Administrator, "west").await;
            let renamed = |code: &str| Region {
                name: "Anders".to_owned(),
                ..stored(code)
            };
            let moved = |code: &str, parent: &str| Region {
                parent: Some(region_id(parent)),
                ..stored(code)
            };
            let root = Region {
                id: region_id("second"),
                code: "second".to_owned(),
                ..stored("unit")
            };
            for refused in [
                renamed("unit"),
                renamed("south-east"),
                moved("south-west", "team-east"),
                moved("south-east", "team-west"),
                neighbourhood("a", "south-east"),
                root.clone(),
            ] {
                let code = refused.code.clone();
                let result = test.desk.import_regions(&west, vec![refused]).await;
                assert!(matches!(result, Err(DeskError::NotFound("region"))), "{code}");
            }
            let own = vec![
                renamed("west"),
                renamed("south-west"),
                neighbourhood("b", "south-west"),
            ];
            let imported = test.desk.import_regions(&west, own).await.unwrap();
            assert_eq!((imported.added, imported.replaced), (1, 2));
            assert!(
                test.desk
                    .import_regions(&test.machine(), vec![root])
                    .await
                    .is_ok()
            );
        }
    }
}
