//! What a wave is aimed at: polygons, a circle, regions, and unions and differences of these.
//!
//! An [`Area`] that exists is valid: its rings are closed, do not cross and nest as they should, its circles
//! and counts are within bounds. There is no empty area and none that means everywhere.

mod bounds;
mod circle;
mod covered;
mod extent;
mod json;
mod nesting;
mod polygons;
mod problem;
mod said;
#[cfg(test)]
mod tests;
mod touch;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::id::RegionId;

pub use bounds::Bounds;
pub use circle::Circle;
pub use covered::Covered;
pub use extent::Coordinates;
pub use json::UncheckedArea;
pub use polygons::{Polygon, Polygons};
pub use problem::{AreaError, AreaProblem, UnknownRegion};

/// The most vertices of all rings in an area together.
pub const MAX_VERTICES: usize = 100_000;
/// The most regions named in an area.
pub const MAX_REGIONS: usize = 1_000;
/// How deep unions and differences may nest: a polygon alone has depth 1.
pub const MAX_DEPTH: usize = 4;

/// What a wave is aimed at. A participant is in it when at least one place is.
///
/// As JSON, one of:
///
/// - `{"type":"Polygon","coordinates":[ring, hole, ...]}` and `{"type":"MultiPolygon",...}`, as in RFC 7946;
/// - `{"type":"Circle","coordinates":[5.12,52.09],"radius_m":2000}`;
/// - `{"type":"Regions","regions":["0198...", ...]}`;
/// - `{"type":"Union","areas":[area, ...]}`;
/// - `{"type":"Difference","from":area,"subtract":area}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "json::Raw", into = "json::Raw")]
pub struct Area {
    shape: Shape,
    size: Size,
}

/// The forms an area has. Only [`Area`]'s constructors turn one into an area.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// Everything in at least one of the polygons.
    Polygons(Polygons),
    /// Everything within a distance of a point.
    Circle(Circle),
    /// Everything in at least one of these regions; at least one, none twice.
    Regions(BTreeSet<RegionId>),
    /// Everything in at least one of these; at least one.
    Union(Vec<Area>),
    /// What lies in the first and not in the second.
    Difference(Box<(Area, Area)>),
}

/// What is bounded in a whole area.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Size {
    depth: usize,
    vertices: usize,
    regions: usize,
}

impl Area {
    /// The polygons as an area.
    pub fn polygons(polygons: Polygons) -> Self {
        let size = Size {
            depth: 1,
            vertices: polygons.vertices(),
            regions: 0,
        };
        Self {
            shape: Shape::Polygons(polygons),
            size,
        }
    }

    /// The circle as an area.
    pub fn circle(circle: Circle) -> Self {
        Self {
            shape: Shape::Circle(circle),
            size: Size {
                depth: 1,
                vertices: 0,
                regions: 0,
            },
        }
    }

    /// Everything in at least one of the regions, 1 to [`MAX_REGIONS`] of them.
    pub fn regions(regions: impl IntoIterator<Item = RegionId>) -> Result<Self, AreaProblem> {
        let regions: BTreeSet<_> = regions.into_iter().take(MAX_REGIONS + 1).collect();
        if regions.is_empty() {
            return Err(AreaProblem::NoRegions);
        }
        let size = Size {
            depth: 1,
            vertices: 0,
            regions: regions.len(),
        };
        Self {
            shape: Shape::Regions(regions),
            size,
        }
        .bounded()
    }

    /// Everything in at least one of the areas.
    pub fn union(areas: Vec<Self>) -> Result<Self, AreaProblem> {
        let size = Size::around(&areas).ok_or(AreaProblem::NoAreas)?;
        Self {
            shape: Shape::Union(areas),
            size,
        }
        .bounded()
    }

    /// What lies in `from` and not in `subtract`.
    pub fn difference(from: Self, subtract: Self) -> Result<Self, AreaProblem> {
        let pair = [from, subtract];
        let size = Size::around(&pair).ok_or(AreaProblem::NoAreas)?;
        Self {
            shape: Shape::Difference(Box::new(pair.into())),
            size,
        }
        .bounded()
    }

    /// What lies in this area and in another. Written as a difference of differences, which is exact for every
    /// form.
    pub fn within(self, other: Self) -> Result<Self, AreaProblem> {
        let outside = Self::difference(self.clone(), other)?;
        Self::difference(self, outside)
    }

    /// The form of this area.
    pub const fn shape(&self) -> &Shape {
        &self.shape
    }

    /// Every region named in it, for checking that all are known.
    pub fn region_ids(&self) -> BTreeSet<RegionId> {
        match &self.shape {
            Shape::Polygons(_) | Shape::Circle(_) => BTreeSet::new(),
            Shape::Regions(regions) => regions.clone(),
            Shape::Union(areas) => areas.iter().flat_map(Self::region_ids).collect(),
            Shape::Difference(pair) => pair
                .0
                .region_ids()
                .into_iter()
                .chain(pair.1.region_ids())
                .collect(),
        }
    }

    fn bounded(self) -> Result<Self, AreaProblem> {
        if self.size.depth > MAX_DEPTH {
            Err(AreaProblem::TooDeep)
        } else if self.size.vertices > MAX_VERTICES {
            Err(AreaProblem::TooManyVertices)
        } else if self.size.regions > MAX_REGIONS {
            Err(AreaProblem::TooManyRegions)
        } else {
            Ok(self)
        }
    }
}

impl Size {
    /// The size of an area made of these; none when there are none.
    fn around(areas: &[Area]) -> Option<Self> {
        let depth = areas.iter().map(|area| area.size.depth).max()? + 1;
        let vertices = areas.iter().map(|area| area.size.vertices).sum();
        let regions = areas.iter().map(|area| area.size.regions).sum();
        Some(Self {
            depth,
            vertices,
            regions,
        })
    }
}
