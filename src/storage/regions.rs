//! The regions of the territory.

use sqlx::FromRow;
use uuid::Uuid;

use super::{Result, StorageError, Tx};
use crate::domain::area::{Area, Shape};
use crate::domain::clock::Timestamp;
use crate::domain::id::RegionId;
use crate::domain::region::{Region, RegionKind};

statements! {
    // Wider kinds are stored first by the caller, so that parents are there.
    UPSERT = "insert into regions (id, parent_id, kind, code, name, inhabitants, shape, updated_at) \
        values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (kind, code) do update set \
        parent_id = excluded.parent_id, name = excluded.name, inhabitants = excluded.inhabitants, \
        shape = excluded.shape, updated_at = excluded.updated_at";
    LIST = "select id, parent_id, kind, code, name, inhabitants, shape from regions";
    VERSION = "select value from counters where name = 'region'";
    DELETE = "delete from regions where id = $1";
}

#[derive(FromRow)]
struct RegionRow {
    id: Uuid,
    parent_id: Option<Uuid>,
    kind: String,
    code: String,
    name: String,
    inhabitants: Option<i64>,
    shape: String,
}

impl RegionRow {
    fn read(self) -> Result<Region> {
        const SHAPE: StorageError = StorageError::Corrupt("regions.shape");
        let area: Area = serde_json::from_str(&self.shape).map_err(|_| SHAPE)?;
        let Shape::Polygons(shape) = area.shape() else {
            return Err(SHAPE);
        };
        Ok(Region {
            id: RegionId::from_uuid(self.id),
            parent: self.parent_id.map(RegionId::from_uuid),
            kind: RegionKind::from_name(&self.kind).ok_or(StorageError::Corrupt("regions.kind"))?,
            code: self.code,
            name: self.name,
            inhabitants: self.inhabitants.and_then(|count| u32::try_from(count).ok()),
            shape: shape.clone(),
        })
    }
}

impl Tx {
    /// Stores regions, or replaces those of the same kind and code, which keep their ids: `regions` must carry
    /// the ids that are stored. In any order.
    pub async fn upsert_regions(&mut self, regions: &[Region], now: Timestamp) -> Result<()> {
        let mut widest_first: Vec<&Region> = regions.iter().collect();
        widest_first.sort_by_key(|region| region.kind);
        for region in widest_first {
            let shape = Area::polygons(region.shape.clone());
            let values = values![
                region.id,
                region.parent,
                region.kind.name(),
                region.code.as_str(),
                region.name.as_str(),
                region.inhabitants,
                serde_json::to_string(&shape).expect("areas write themselves as JSON"),
                now,
            ];
            self.execute(UPSERT, values).await?;
        }
        self.regions_changed().await
    }

    /// All regions, in no order.
    pub async fn list_regions(&mut self) -> Result<Vec<Region>> {
        let rows: Vec<RegionRow> = self.list(LIST, vec![]).await?;
        rows.into_iter().map(RegionRow::read).collect()
    }

    /// Increases whenever regions change.
    pub async fn regions_version(&mut self) -> Result<i64> {
        let row: Option<(i64,)> = self.find(VERSION, vec![]).await?;
        row.map(|(value,)| value).ok_or(StorageError::Corrupt("counter"))
    }

    /// Removes a region that nothing belongs to; an error of the database when something does.
    pub async fn delete_region(&mut self, id: RegionId) -> Result<bool> {
        let deleted = self.execute(DELETE, values![id]).await? > 0;
        self.regions_changed().await?;
        Ok(deleted)
    }

    async fn regions_changed(&mut self) -> Result<()> {
        self.take_numbers("region", 1).await?;
        self.notify(super::directory::DIRECTORY_TOPIC, "regions").await
    }
}

#[cfg(test)]
mod tests;
