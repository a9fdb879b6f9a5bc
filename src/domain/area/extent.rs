//! How large an area is.

use std::f64::consts::TAU;

use geo::{BooleanOps, Coord, GeodesicArea, Intersects, LineString, MultiPolygon, unary_union};
use geographiclib_rs::{DirectGeodesic, Geodesic};

use super::{Area, Circle, Polygons, Shape, UnknownRegion};
use crate::domain::id::RegionId;
use crate::domain::point::Point;

/// Corners of the polygon that stands for a circle: its area falls short by 0.02%.
const CIRCLE_CORNERS: u32 = 180;

/// The coordinates of a `MultiPolygon` of `GeoJSON` (RFC 7946, section 3.1.7), in degrees.
pub type Coordinates = Vec<Vec<Vec<[f64; 2]>>>;

impl Area {
    /// Its outline as polygons, circles by corners on their rim: to be drawn.
    pub fn outline(
        &self,
        polygons_of: &impl Fn(RegionId) -> Option<Polygons>,
    ) -> Result<Coordinates, UnknownRegion> {
        // About a centimetre, as positions are kept.
        let round = |degrees: f64| (degrees * 1e7).round() / 1e7;
        let ring = |line: &LineString| line.coords().map(|at| [round(at.x), round(at.y)]).collect();
        let polygons = self.flattened(polygons_of)?;
        Ok(polygons
            .iter()
            .map(|polygon| {
                std::iter::once(polygon.exterior())
                    .chain(polygon.interiors())
                    .map(ring)
                    .collect()
            })
            .collect())
    }

    /// The surface in square kilometres on the ellipsoid (WGS 84), where parts overlap counted once.
    ///
    /// Meant for people to judge the size of an area: within 0.1%. `polygons_of` finds a region's polygons.
    pub fn km2(&self, polygons_of: &impl Fn(RegionId) -> Option<Polygons>) -> Result<f64, UnknownRegion> {
        Ok(match &self.shape {
            Shape::Circle(circle) => circle.km2(),
            // Signed: a sliver that a difference leaves may turn the other way, and is not the rest of the earth.
            _ => self.flattened(polygons_of)?.geodesic_area_signed().abs() / 1e6,
        })
    }

    /// Whether it and another area have a place in common.
    pub fn overlaps(
        &self,
        other: &Self,
        polygons_of: &impl Fn(RegionId) -> Option<Polygons>,
    ) -> Result<bool, UnknownRegion> {
        Ok(self
            .flattened(polygons_of)?
            .intersects(&other.flattened(polygons_of)?))
    }

    /// The area as one set of polygons in degrees, circles by corners on their rim.
    pub(super) fn flattened(
        &self,
        polygons_of: &impl Fn(RegionId) -> Option<Polygons>,
    ) -> Result<MultiPolygon, UnknownRegion> {
        Ok(match &self.shape {
            Shape::Polygons(polygons) => in_degrees(polygons),
            Shape::Circle(circle) => circle.outline(CIRCLE_CORNERS),
            Shape::Regions(regions) => {
                let regions: Vec<_> = regions
                    .iter()
                    .map(|id| {
                        polygons_of(*id)
                            .map(|polygons| in_degrees(&polygons))
                            .ok_or(UnknownRegion(*id))
                    })
                    .collect::<Result<_, _>>()?;
                match <[MultiPolygon; 1]>::try_from(regions) {
                    Ok([one]) => one,
                    Err(several) => unary_union(&several),
                }
            }
            Shape::Union(areas) => {
                let areas: Vec<_> = areas
                    .iter()
                    .map(|area| area.flattened(polygons_of))
                    .collect::<Result<_, _>>()?;
                unary_union(&areas)
            }
            Shape::Difference(pair) => pair
                .0
                .flattened(polygons_of)?
                .difference(&pair.1.flattened(polygons_of)?),
        })
    }
}

impl Circle {
    /// The surface in square kilometres, as on a sphere of the same radius as the earth's mean.
    fn km2(&self) -> f64 {
        const MEAN_RADIUS_KM: f64 = 6_371.008_8;
        let angle = f64::from(self.radius_m()) / 1e3 / MEAN_RADIUS_KM;
        TAU * MEAN_RADIUS_KM * MEAN_RADIUS_KM * (1.0 - angle.cos())
    }

    /// The circle as a polygon with so many corners on its rim, in degrees.
    pub(super) fn outline(&self, corners: u32) -> MultiPolygon {
        let earth = Geodesic::wgs84();
        let corner = |index: u32| {
            // Counter-clockwise, while azimuths turn clockwise.
            let azimuth = -360.0 * f64::from(index) / f64::from(corners);
            let (lat, lon): (f64, f64) = earth.direct(
                self.centre().lat_degrees(),
                self.centre().lon_degrees(),
                azimuth,
                f64::from(self.radius_m()),
            );
            Coord { x: lon, y: lat }
        };
        let ring = (0..=corners).map(|index| corner(index % corners)).collect();
        MultiPolygon::new(vec![geo::Polygon::new(LineString(ring), Vec::new())])
    }
}

fn in_degrees(polygons: &Polygons) -> MultiPolygon {
    let line = |ring: &[Point]| {
        LineString(
            ring.iter()
                .map(|point| Coord {
                    x: point.lon_degrees(),
                    y: point.lat_degrees(),
                })
                .collect(),
        )
    };
    polygons
        .iter()
        .map(|polygon| geo::Polygon::new(line(polygon.shell()), polygon.holes().map(line).collect()))
        .collect()
}
