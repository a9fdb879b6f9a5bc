//! The area as it is typed: a circle, regions, or a file.

use std::path::PathBuf;

use clap::{ArgGroup, Args};
use serde_json::Value;

use crate::cli::CliError;
use crate::cli::arguments::{RegionKey, position};
use crate::client::Client;
use crate::domain::area::{Area, Circle};
use crate::domain::point::Point;

/// The largest file with an area, in bytes.
const FILE_LIMIT: u64 = 16 * 1024 * 1024;

/// Where people are called on. One of the three ways; [`required`] where there has to be one.
#[derive(Debug, Args)]
pub struct AreaArguments {
    /// The middle of a circle, in degrees: longitude, then latitude.
    #[arg(long, value_name = "LON,LAT", value_parser = position, allow_hyphen_values = true,
        requires = "radius", conflicts_with_all = ["region", "area"])]
    centre: Option<Point>,
    /// The radius of the circle in metres.
    #[arg(long, value_name = "M", requires = "centre")]
    radius: Option<u32>,
    /// A region, for instance municipality:Utrecht; more than once for several.
    #[arg(long, value_name = "KIND:CODE", conflicts_with = "area")]
    region: Vec<RegionKey>,
    /// A GeoJSON file with a Polygon or MultiPolygon, alone or in a Feature.
    #[arg(long, value_name = "FILE")]
    area: Option<PathBuf>,
}

/// One of the ways to say where, and not none.
pub fn required() -> ArgGroup {
    ArgGroup::new("where")
        .args(["centre", "radius", "region", "area"])
        .required(true)
        .multiple(true)
}

impl AreaArguments {
    /// The middle of the circle, from which those nearest are called on first.
    pub const fn centre(&self) -> Option<Point> {
        self.centre
    }

    /// The area.
    pub async fn read(&self, client: &Client) -> Result<Area, CliError> {
        if let (Some(centre), Some(radius)) = (self.centre, self.radius) {
            let circle = Circle::new(centre, radius).map_err(|error| CliError::Refused(error.to_string()))?;
            return Ok(Area::circle(circle));
        }
        if let Some(file) = &self.area {
            return read_file(file);
        }
        let known = client.regions().await?;
        let mut ids = Vec::new();
        for key in &self.region {
            let found = known
                .iter()
                .find(|region| region.kind == key.kind && region.code == key.code);
            let missing = || CliError::NotFound(format!("there is no region {key} in your territory"));
            ids.push(found.ok_or_else(missing)?.id);
        }
        Area::regions(ids).map_err(|error| CliError::Refused(error.to_string()))
    }
}

fn read_file(path: &PathBuf) -> Result<Area, CliError> {
    let length = std::fs::metadata(path).map_err(CliError::file(path))?.len();
    if length > FILE_LIMIT {
        return Err(CliError::Refused(format!(
            "{} is too large: simplify its borders",
            path.display()
        )));
    }
    let text = std::fs::read_to_string(path).map_err(CliError::file(path))?;
    let wrong = |error: serde_json::Error| CliError::Refused(format!("{}: {error}", path.display()));
    let mut value: Value = serde_json::from_str(&text).map_err(wrong)?;
    if value["type"] == "FeatureCollection" && value["features"].as_array().is_some_and(|all| all.len() == 1)
    {
        value = value["features"][0].take();
    }
    if value["type"] == "Feature" {
        value = value["geometry"].take();
    }
    serde_json::from_value(value).map_err(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_may_hold_a_polygon_alone_or_in_a_feature() {
        let ring = "[[[5.1,52.0],[5.2,52.0],[5.2,52.1],[5.1,52.0]]]";
        let polygon = format!(r#"{{"type":"Polygon","coordinates":{ring}}}"#);
        let feature = format!(r#"{{"type":"Feature","properties":{{}},"geometry":{polygon}}}"#);
        let collection = format!(r#"{{"type":"FeatureCollection","features":[{feature}]}}"#);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("area.geojson");
        for text in [polygon, feature, collection] {
            std::fs::write(&path, text).unwrap();
            read_file(&path).unwrap();
        }
        std::fs::write(&path, r#"{"type":"Point","coordinates":[5,52]}"#).unwrap();
        assert!(matches!(read_file(&path), Err(CliError::Refused(_))));
    }
}
