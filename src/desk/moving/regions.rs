//! Regions, brought in by the administrator.

use std::collections::HashMap;

use crate::desk::{Desk, DeskError, Permission, Reason, Result, Scope};
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
    /// stored unless all regions together make a tree. When it answers, this node's directory has them.
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
        tx.commit().await?;
        self.directory().catch_up().await.map_err(|error| {
            tracing::error!(%error, "regions were stored, but the directory could not take them in");
            Reason::RegionsNotInUse
        })?;
        Ok(imported)
    }
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
