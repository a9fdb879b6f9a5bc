//! Where a call-out is aimed, before there is one: a postcode as a point, and an area as it is drawn.

use super::actions::unknown_region;
use super::postcodes::locate;
use super::{Desk, DeskError, Permission, Reason, Result, Scope};
use crate::domain::area::{Area, Coordinates};
use crate::domain::participant::Postcode;
use crate::domain::point::Point;

impl Desk {
    /// The point that stands for a postcode; none when the territory has no area of its digits.
    pub fn point_of_postcode(&self, scope: &Scope, postcode: Postcode) -> Result<Option<Point>> {
        scope.require(Permission::CountReach)?;
        Ok(locate(&self.directory().territory(), postcode))
    }

    /// The outline of an area, to be drawn. Joining the borders of many regions takes a while, so it leaves the runtime
    /// alone.
    pub async fn outline_of(&self, scope: &Scope, area: &Area) -> Result<Coordinates> {
        scope.require(Permission::SeeRegions)?;
        let (territory, area) = (self.directory().territory(), area.clone());
        let drawn = tokio::task::spawn_blocking(move || {
            area.outline(&|id| territory.get(id).map(|region| region.shape.clone()))
        });
        let drawn = drawn.await.map_err(|_| DeskError::from(Reason::WaveNotPlanned))?;
        drawn.map_err(|_| unknown_region())
    }
}
