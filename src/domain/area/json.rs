//! Areas as JSON.

use serde::{Deserialize, Serialize};

use super::{Area, AreaError, AreaProblem, Circle, Polygons, Shape};
use crate::domain::id::RegionId;
use crate::domain::point::{Point, Position};

/// An area as it is written, not yet checked.
#[derive(Serialize, Deserialize)]
#[serde(tag = "type")]
pub(super) enum Raw {
    Polygon { coordinates: Vec<Vec<Position>> },
    MultiPolygon { coordinates: Vec<Vec<Vec<Position>>> },
    Circle { coordinates: Position, radius_m: u32 },
    Regions { regions: Vec<RegionId> },
    Union { areas: Vec<Raw> },
    Difference { from: Box<Raw>, subtract: Box<Raw> },
}

/// An area as it came in, not yet checked, for whoever tells what is wrong with it in both languages.
#[derive(Deserialize)]
#[serde(transparent)]
pub struct UncheckedArea(Raw);

impl UncheckedArea {
    /// The area.
    ///
    /// # Errors
    /// The rule that it breaks, and where.
    pub fn check(self) -> Result<Area, AreaError> {
        self.0.try_into()
    }
}

impl TryFrom<Raw> for Area {
    type Error = AreaError;

    fn try_from(raw: Raw) -> Result<Self, AreaError> {
        checked(raw, "area")
    }
}

fn checked(raw: Raw, at: &str) -> Result<Area, AreaError> {
    match raw {
        Raw::Polygon { coordinates } => {
            let at = format!("{at}.coordinates");
            let polygon = polygon(coordinates, &at)?;
            Ok(Area::polygons(
                Polygons::new(vec![polygon]).map_err(|problem| problem.at(at))?,
            ))
        }
        Raw::MultiPolygon { coordinates } => {
            let at = format!("{at}.coordinates");
            let polygons = coordinates
                .into_iter()
                .enumerate()
                .map(|(index, rings)| polygon(rings, &format!("{at}[{index}]")))
                .collect::<Result<_, _>>()?;
            Ok(Area::polygons(
                Polygons::new(polygons).map_err(|problem| problem.at(at))?,
            ))
        }
        Raw::Circle {
            coordinates,
            radius_m,
        } => point(coordinates)
            .and_then(|centre| Circle::new(centre, radius_m))
            .map(Area::circle)
            .map_err(|problem| problem.at(at)),
        Raw::Regions { regions } => Area::regions(regions).map_err(|problem| problem.at(at)),
        Raw::Union { areas } => {
            let areas = areas
                .into_iter()
                .enumerate()
                .map(|(index, area)| checked(area, &format!("{at}.areas[{index}]")))
                .collect::<Result<_, _>>()?;
            Area::union(areas).map_err(|problem| problem.at(at))
        }
        Raw::Difference { from, subtract } => {
            let from = checked(*from, &format!("{at}.from"))?;
            let subtract = checked(*subtract, &format!("{at}.subtract"))?;
            Area::difference(from, subtract).map_err(|problem| problem.at(at))
        }
    }
}

fn polygon(rings: Vec<Vec<Position>>, at: &str) -> Result<Vec<Vec<Point>>, AreaError> {
    rings
        .into_iter()
        .enumerate()
        .map(|(ring, positions)| {
            positions
                .into_iter()
                .enumerate()
                .map(|(index, position)| {
                    point(position).map_err(|problem| problem.at(format!("{at}[{ring}][{index}]")))
                })
                .collect()
        })
        .collect()
}

fn point(position: Position) -> Result<Point, AreaProblem> {
    Ok(Point::from_degrees(position.lon, position.lat)?)
}

impl From<Area> for Raw {
    fn from(area: Area) -> Self {
        match area.shape {
            Shape::Polygons(polygons) => {
                let mut coordinates: Vec<Vec<Vec<Position>>> = polygons
                    .iter()
                    .map(|polygon| {
                        std::iter::once(polygon.shell())
                            .chain(polygon.holes())
                            .map(positions)
                            .collect()
                    })
                    .collect();
                match coordinates.len() {
                    1 => Self::Polygon {
                        coordinates: coordinates.remove(0),
                    },
                    _ => Self::MultiPolygon { coordinates },
                }
            }
            Shape::Circle(circle) => Self::Circle {
                coordinates: circle.centre().into(),
                radius_m: circle.radius_m(),
            },
            Shape::Regions(regions) => Self::Regions {
                regions: regions.into_iter().collect(),
            },
            Shape::Union(areas) => Self::Union {
                areas: areas.into_iter().map(Self::from).collect(),
            },
            Shape::Difference(pair) => Self::Difference {
                from: Box::new(pair.0.into()),
                subtract: Box::new(pair.1.into()),
            },
        }
    }
}

fn positions(ring: &[Point]) -> Vec<Position> {
    ring.iter().map(|point| Position::from(*point)).collect()
}

impl Serialize for Polygons {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Raw::from(Area::polygons(self.clone())).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Polygons {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Area::deserialize(deserializer)?.shape {
            Shape::Polygons(polygons) => Ok(polygons),
            _ => Err(serde::de::Error::custom("give a GeoJSON Polygon or MultiPolygon")),
        }
    }
}
