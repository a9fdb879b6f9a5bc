//! Where an action is, for everyone to read: its area in simple forms, never smaller than it is but for a few metres
//! on a border that was drawn in more detail than anyone needs.
//!
//! A circle stands around somebody's door, so its middle is moved to a grid of about a kilometre, and it grows by as
//! much as that may be: it still holds every place that it held, and tells no address.

use geo::{Coord, CoordsIter, LineString, Simplify};
use geographiclib_rs::{DirectGeodesic, Geodesic};
use serde_json::{Value, json};

use super::alert::{AlertArea, AlertCircle};
use crate::domain::area::{Area, Bounds, Circle, Polygons, Shape};
use crate::domain::point::{Point, UNITS_PER_DEGREE};
use crate::domain::region::Territory;

/// The most vertices of all rings together.
pub const MOST_VERTICES: usize = 1_000;
/// The most rings; beyond it one box around all of them says where it is.
const MOST_RINGS: usize = 100;
/// The most regions that are named.
const MOST_NAMES: usize = 50;
/// The first tolerance of a border, in degrees: about eleven metres.
const FIRST_TOLERANCE: f64 = 0.000_1;
/// How often the tolerance doubles at most: beyond the size of the country.
const DOUBLINGS: u32 = 16;
/// The grid that middles of circles are moved to: a hundredth of a degree.
const GRID: i32 = UNITS_PER_DEGREE / 100;
/// No point is farther from its corner of the grid than this, in metres, wherever on earth.
const GRID_REACH_M: u32 = 800;
/// The corners of the polygon that stands for a circle.
const CORNERS: u32 = 64;

/// An area in simple forms.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outline {
    /// Closed rings, without holes.
    pub rings: Vec<Vec<Point>>,
    /// Middles and radii in metres.
    pub circles: Vec<(Point, u32)>,
    /// The regions that it names: kind, code and name.
    pub regions: Vec<(&'static str, String, String)>,
}

impl Outline {
    /// The outline of these areas together. A region that is not there any more is left out.
    pub fn of<'a>(areas: impl IntoIterator<Item = &'a Area>, territory: &Territory) -> Self {
        let mut outline = Self::default();
        for area in areas {
            outline.add(area, territory);
        }
        outline.rings = simplified(outline.rings);
        outline
    }

    fn add(&mut self, area: &Area, territory: &Territory) {
        match area.shape() {
            Shape::Polygons(polygons) => self.add_polygons(polygons),
            Shape::Circle(circle) => self.circles.push(coarse(circle)),
            Shape::Regions(regions) => {
                for region in regions.iter().filter_map(|id| territory.get(*id)) {
                    self.add_polygons(&region.shape);
                    let named = (region.kind.name(), region.code.clone(), region.name.clone());
                    if self.regions.len() < MOST_NAMES && !self.regions.contains(&named) {
                        self.regions.push(named);
                    }
                }
            }
            Shape::Union(areas) => areas.iter().for_each(|area| self.add(area, territory)),
            // Nothing in the standard takes away: rather too much than too little.
            Shape::Difference(pair) => self.add(&pair.0, territory),
        }
    }

    fn add_polygons(&mut self, polygons: &Polygons) {
        self.rings
            .extend(polygons.iter().map(|polygon| polygon.shell().to_vec()));
    }

    /// As an area of the standard; `place` says where it is when no region is named.
    pub fn alert_area(&self, place: &str) -> AlertArea {
        let names: Vec<_> = self.regions.iter().map(|(_, _, name)| name.as_str()).collect();
        AlertArea {
            description: if names.is_empty() {
                place.to_owned()
            } else {
                names.join(", ")
            },
            polygons: self.rings.clone(),
            circles: self
                .circles
                .iter()
                .map(|(centre, radius_m)| AlertCircle {
                    centre: *centre,
                    radius_km: f64::from(*radius_m) / 1e3,
                })
                .collect(),
            geocodes: self
                .regions
                .iter()
                .map(|(kind, code, _)| ((*kind).to_owned(), code.clone()))
                .collect(),
        }
    }

    /// As a geometry of `GeoJSON` (RFC 7946): polygons, circles by corners on their rim.
    pub fn geometry(&self) -> Value {
        let circles = self
            .circles
            .iter()
            .map(|(centre, radius_m)| rim(*centre, *radius_m));
        let rings = self.rings.iter().cloned().chain(circles);
        let polygons: Vec<_> = rings.map(|ring| json!([ring])).collect();
        json!({ "type": "MultiPolygon", "coordinates": polygons })
    }
}

fn coarse(circle: &Circle) -> (Point, u32) {
    let to_grid = |units: i32| {
        (f64::from(units) / f64::from(GRID)).round() * f64::from(GRID) / f64::from(UNITS_PER_DEGREE)
    };
    let centre = circle.centre();
    let moved = Point::from_degrees(to_grid(centre.lon()), to_grid(centre.lat())).unwrap_or(centre);
    (moved, circle.radius_m() + GRID_REACH_M)
}

/// The rings with as many vertices as fit.
fn simplified(rings: Vec<Vec<Point>>) -> Vec<Vec<Point>> {
    if rings.len() > MOST_RINGS {
        return vec![around(&rings)];
    }
    let count = |rings: &[Vec<Point>]| rings.iter().map(Vec::len).sum::<usize>();
    if count(&rings) <= MOST_VERTICES {
        return rings;
    }
    let polygons: Vec<_> = rings
        .iter()
        .map(|ring| geo::Polygon::new(line(ring), vec![]))
        .collect();
    let mut tolerance = FIRST_TOLERANCE;
    for _ in 0..DOUBLINGS {
        let simpler: Vec<_> = polygons
            .iter()
            .map(|polygon| polygon.simplify(tolerance))
            .collect();
        if simpler.iter().map(CoordsIter::coords_count).sum::<usize>() <= MOST_VERTICES {
            return simpler.iter().map(|polygon| points(polygon.exterior())).collect();
        }
        tolerance *= 2.0;
    }
    vec![around(&rings)]
}

/// A box around all of them.
fn around(rings: &[Vec<Point>]) -> Vec<Point> {
    let Bounds {
        west,
        south,
        east,
        north,
    } = Bounds::around(rings.iter().flatten().copied());
    [
        (west, south),
        (east, south),
        (east, north),
        (west, north),
        (west, south),
    ]
    .into_iter()
    .filter_map(|(lon, lat)| Point::from_units(lon, lat).ok())
    .collect()
}

fn line(ring: &[Point]) -> LineString {
    let coord = |point: &Point| Coord {
        x: point.lon_degrees(),
        y: point.lat_degrees(),
    };
    LineString(ring.iter().map(coord).collect())
}

fn points(line: &LineString) -> Vec<Point> {
    let point = |coord: &Coord| Point::from_degrees(coord.x, coord.y).ok();
    line.0.iter().filter_map(point).collect()
}

fn rim(centre: Point, radius_m: u32) -> Vec<Point> {
    let earth = Geodesic::wgs84();
    // Around the circle, so that none of it is lost between two corners.
    let reach_m = f64::from(radius_m) / (std::f64::consts::PI / f64::from(CORNERS)).cos();
    let corner = |index: u32| {
        // Counter-clockwise, while azimuths turn clockwise.
        let azimuth = -360.0 * f64::from(index % CORNERS) / f64::from(CORNERS);
        let (lat, lon): (f64, f64) =
            earth.direct(centre.lat_degrees(), centre.lon_degrees(), azimuth, reach_m);
        Point::from_degrees(lon, lat).ok()
    };
    (0..=CORNERS).filter_map(corner).collect()
}

#[cfg(test)]
mod tests;
