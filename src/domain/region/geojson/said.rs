//! What is wrong with a file of regions, in both languages.

use super::{FeatureProblem, FileError, MAX_FEATURES, MAX_NAME_CHARS};
use crate::domain::language::Language;
use crate::domain::said::Said;

impl FeatureProblem {
    /// What is the matter and what to do.
    pub fn said(&self) -> Said {
        let nl = match self {
            Self::NotAFeature => "dit is geen Feature: in de lijst horen alleen features".to_owned(),
            Self::NameMissing(property) => {
                format!("de eigenschap {property:?} ontbreekt of is leeg: zeg welke de naam bevat")
            }
            Self::CodeMissing(property) => {
                format!("de eigenschap {property:?} ontbreekt of is leeg: zeg welke de code bevat")
            }
            Self::TextTooLong(property) => {
                format!("de eigenschap {property:?} is langer dan {MAX_NAME_CHARS} tekens: kort haar in")
            }
            Self::UnknownKind(property) => format!(
                "de eigenschap {property:?} noemt geen soort gebied: gebruik bijvoorbeeld municipality of gemeente"
            ),
            Self::Inhabitants(property) => {
                format!("de eigenschap {property:?} is geen heel aantal inwoners: verbeter haar")
            }
            Self::DuplicateCode { first } => {
                format!("feature {first} heeft dezelfde code: geef elk een eigen code")
            }
            Self::NoGeometry => "er is geen geometrie: geef een Polygon of MultiPolygon".to_owned(),
            Self::OtherGeometry(kind) => {
                format!("de geometrie is een {kind}: geef een Polygon of MultiPolygon")
            }
            Self::Coordinates(kind) => format!(
                "de coördinaten zijn niet genest zoals die van een {kind}: geef lijsten van ringen van posities"
            ),
            Self::OffTheEarth { x, y } => format!(
                "de positie [{x}, {y}] ligt nergens op aarde: geef lengte en breedte in graden (WGS84)"
            ),
            Self::RdNew { x, y } => format!(
                "de positie [{x}, {y}] lijkt op RD New (EPSG:28992): zet het bestand om naar WGS84, bijvoorbeeld \
                 met ogr2ogr -t_srs EPSG:4326"
            ),
            Self::Shape { problem, x, y } => format!(
                "{} (de vorm begint bij [{x}, {y}])",
                problem.said().in_language(Language::Nl)
            ),
        };
        Said::new(nl, self.to_string())
    }
}

impl FileError {
    /// What is the matter and what to do.
    pub fn said(&self) -> Said {
        let nl = match self {
            Self::TooLong => {
                "het bestand is groter dan 200 MB: vereenvoudig de grenzen of verdeel het bestand".to_owned()
            }
            Self::TooManyFeatures => {
                format!("het bestand heeft meer dan {MAX_FEATURES} features: verdeel het")
            }
            Self::Syntax { line, column } => format!(
                "het bestand is geen GeoJSON: bij regel {line}, kolom {column} staat iets onverwachts"
            ),
            Self::NotACollection => "het bestand is geen FeatureCollection: exporteer het als een".to_owned(),
            Self::OtherCrs(name) => format!(
                "het bestand is in het coördinatenstelsel {name:?}: zet het om naar WGS84, bijvoorbeeld met \
                 ogr2ogr -t_srs EPSG:4326"
            ),
            Self::Io(error) => format!("het bestand kan niet worden gelezen: {error}"),
        };
        Said::new(nl, self.to_string())
    }
}
