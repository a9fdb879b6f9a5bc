//! Regions to `GeoJSON`, one feature a line.

use std::io::{self, Write};

use serde::Serialize;

use super::{KindSource, PropertyNames, RegionFeature};
use crate::domain::area::Polygons;

/// Writes a `FeatureCollection` feature by feature, with the properties `code`, `name`, `kind`,
/// `inhabitants` and `parent`.
pub struct Writer<W: Write> {
    target: W,
    written: usize,
}

#[derive(Serialize)]
struct Feature<'a> {
    r#type: &'static str,
    properties: Properties<'a>,
    geometry: &'a Polygons,
}

#[derive(Serialize)]
struct Properties<'a> {
    code: &'a str,
    name: &'a str,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    inhabitants: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<&'a str>,
}

impl<W: Write> Writer<W> {
    /// Begins the file; `description` stands in a member of that name, for people who open it.
    pub fn new(mut target: W, description: &str) -> io::Result<Self> {
        let description = serde_json::to_string(description)?;
        write!(
            target,
            "{{\"type\":\"FeatureCollection\",\"description\":{description},\"features\":["
        )?;
        Ok(Self { target, written: 0 })
    }

    /// Writes one region.
    pub fn write(&mut self, region: &RegionFeature) -> io::Result<()> {
        let RegionFeature {
            kind,
            code,
            name,
            inhabitants,
            parent,
            shape,
        } = region;
        let feature = Feature {
            r#type: "Feature",
            properties: Properties {
                code,
                name,
                kind: kind.name(),
                inhabitants: *inhabitants,
                parent: parent.as_deref(),
            },
            geometry: shape,
        };
        self.target
            .write_all(if self.written == 0 { b"\n" } else { b",\n" })?;
        self.written += 1;
        Ok(serde_json::to_writer(&mut self.target, &feature)?)
    }

    /// Ends the file.
    pub fn finish(mut self) -> io::Result<W> {
        self.target.write_all(b"\n]}\n")?;
        self.target.flush()?;
        Ok(self.target)
    }

    /// Under which names [`Writer`] writes the properties.
    pub fn property_names() -> (PropertyNames, KindSource) {
        let names = PropertyNames {
            code: Some("code".to_owned()),
            name: "name".to_owned(),
            inhabitants: Some("inhabitants".to_owned()),
            parent: Some("parent".to_owned()),
        };
        (names, KindSource::Property("kind".to_owned()))
    }
}
