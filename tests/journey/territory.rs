//! The territory: the real municipalities and postcode areas where they are at hand, otherwise the drawn region
//! of the demonstration.

use std::ops::ControlFlow;
use std::path::Path;

use oproep::domain::clock::Clock;
use oproep::domain::id::RegionId;
use oproep::domain::point::Point;
use oproep::domain::random::Random;
use oproep::domain::region::geojson::{KindSource, PropertyNames, read};
use oproep::domain::region::{Region, RegionKind};
use oproep::domain::testing::shared_data;
use serde_json::{Value, json};

/// The municipality that the action is aimed at, and the neighbour that it is expanded to.
pub(crate) const FIRST: &str = "Amersfoort";
pub(crate) const SECOND: &str = "Leusden";
/// Whose control room starts it.
pub(crate) const UNIT: &str = "Midden-Nederland";

pub(crate) struct Territory {
    /// What the command line imports, widest first: a file's content and how its properties are called.
    pub(crate) files: Vec<(String, Vec<&'static str>)>,
    /// What participants are spread over.
    pub(crate) postcodes: Vec<Region>,
    pub(crate) first: Borders,
    pub(crate) second: Borders,
    pub(crate) participants: u64,
}

impl Territory {
    pub(crate) fn find() -> Self {
        match (
            shared_data("municipalities.geojson"),
            shared_data("postcodes.geojson"),
        ) {
            (Some(municipalities), Some(postcodes)) => Self::real(&municipalities, &postcodes),
            _ => Self::drawn(),
        }
    }

    fn real(municipalities: &Path, postcodes: &Path) -> Self {
        let municipalities = std::fs::read_to_string(municipalities).expect("the municipalities");
        let mut areas: Value =
            serde_json::from_str(&std::fs::read_to_string(postcodes).expect("the postcodes"))
                .expect("postcode areas are JSON");
        // One of them crosses itself since it was simplified; an import refuses it, and the file with it.
        areas["features"]
            .as_array_mut()
            .expect("features")
            .retain(|area| area["properties"]["pc4"] != 3755);
        let areas = areas.to_string();
        let names = PropertyNames {
            code: None,
            name: "pc4".to_owned(),
            inhabitants: Some("inwoners".to_owned()),
            parent: None,
        };
        let mut inhabited = Vec::new();
        let random = Random::from_seed(1);
        let kind = KindSource::All(RegionKind::PostcodeArea);
        let outcome = read(areas.as_bytes(), &names, &kind, |feature| {
            let feature = feature.expect("a postcode area");
            inhabited.push(Region {
                id: RegionId::new(Clock::system().now(), &random),
                parent: None,
                kind: feature.kind,
                code: feature.code,
                name: feature.name,
                inhabitants: feature.inhabitants,
                shape: feature.shape,
            });
            ControlFlow::Continue(())
        });
        outcome.expect("the postcode areas are read");
        let parent = [
            "--parent",
            "police_unit:Midden-Nederland",
            "--inhabitants-property",
            "inwoners",
        ];
        Self {
            first: Borders::of(&municipalities, "naam", FIRST),
            second: Borders::of(&municipalities, "naam", SECOND),
            files: vec![
                (unit(), vec!["--kind", "police_unit"]),
                (
                    municipalities,
                    [
                        &["--kind", "municipality", "--name-property", "naam"][..],
                        &parent,
                    ]
                    .concat(),
                ),
                (
                    areas,
                    [
                        &["--kind", "postcode_area", "--name-property", "pc4"][..],
                        &parent,
                    ]
                    .concat(),
                ),
            ],
            postcodes: inhabited,
            participants: 300_000,
        }
    }

    fn drawn() -> Self {
        let text = oproep::demo::region::geojson();
        let regions = oproep::demo::region::regions(Clock::system().now(), &Random::from_seed(1));
        let is_postcode = |region: &Region| region.kind == RegionKind::PostcodeArea;
        let properties = vec![
            "--kind-property",
            "kind",
            "--code-property",
            "code",
            "--parent-property",
            "parent",
            "--inhabitants-property",
            "inhabitants",
        ];
        Self {
            first: Borders::of(&text, "name", FIRST),
            second: Borders::of(&text, "name", SECOND),
            files: vec![(text, properties)],
            postcodes: regions.into_iter().filter(is_postcode).collect(),
            participants: 20_000,
        }
    }
}

/// The unit, drawn around all of its municipalities.
fn unit() -> String {
    let ring = [(4.6, 51.8), (6.2, 51.8), (6.2, 52.95), (4.6, 52.95), (4.6, 51.8)];
    let ring: Vec<_> = ring.iter().map(|(lon, lat)| json!([lon, lat])).collect();
    json!({ "type": "FeatureCollection", "features": [{
        "type": "Feature", "properties": { "name": UNIT },
        "geometry": { "type": "Polygon", "coordinates": [ring] },
    }] })
    .to_string()
}

/// The borders of a municipality as whole units of 1e-7 degree, read and asked by other code than the program's.
pub(crate) struct Borders(Vec<Vec<(i64, i64)>>);

impl Borders {
    fn of(text: &str, property: &str, name: &str) -> Self {
        let collection: Value = serde_json::from_str(text).expect("regions are JSON");
        let is_it = |feature: &&Value| {
            let properties = &feature["properties"];
            let is_municipality = properties["kind"]
                .as_str()
                .is_none_or(|kind| kind == "municipality");
            properties[property] == name && is_municipality
        };
        let features = collection["features"].as_array().expect("features");
        let found = features.iter().find(is_it).expect("the municipality");
        let mut rings = Vec::new();
        collect_rings(&found["geometry"]["coordinates"], &mut rings);
        Self(rings)
    }

    /// Whether a point lies inside: an odd number of edges lies to the east of it.
    pub(crate) fn contain(&self, point: Point) -> bool {
        let (x, y) = (i64::from(point.lon()), i64::from(point.lat()));
        let edges = self.0.iter().flat_map(|ring| ring.windows(2));
        let crossed = edges.filter(|edge| {
            let ((x1, y1), (x2, y2)) = (edge[0], edge[1]);
            if (y1 > y) == (y2 > y) {
                return false;
            }
            let side = i128::from(x2 - x1) * i128::from(y - y1) - i128::from(x - x1) * i128::from(y2 - y1);
            (side > 0) == (y2 > y1)
        });
        !crossed.count().is_multiple_of(2)
    }

    /// A point in the middle of it.
    pub(crate) fn middle(&self) -> Point {
        let points = || self.0.iter().flatten();
        let middle = |low: Option<i64>, high: Option<i64>| {
            let middle = low.expect("points").midpoint(high.expect("points"));
            i32::try_from(middle).expect("coordinates fit")
        };
        let lon = middle(points().map(|p| p.0).min(), points().map(|p| p.0).max());
        let lat = middle(points().map(|p| p.1).min(), points().map(|p| p.1).max());
        Point::from_units(lon, lat).expect("it lies on earth")
    }
}

fn collect_rings(coordinates: &Value, rings: &mut Vec<Vec<(i64, i64)>>) {
    let units = |degrees: &Value| {
        let degrees = degrees.as_f64().expect("degrees");
        #[allow(clippy::cast_possible_truncation, reason = "180 degrees are 1.8e9 units")]
        let units = (degrees * 1e7).round() as i64;
        units
    };
    let parts = coordinates.as_array().expect("coordinates");
    if parts.first().is_some_and(|part| part[0].is_number()) {
        rings.push(parts.iter().map(|at| (units(&at[0]), units(&at[1]))).collect());
    } else {
        for part in parts {
            collect_rings(part, rings);
        }
    }
}
