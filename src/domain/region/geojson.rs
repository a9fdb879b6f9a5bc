//! Regions from and to `GeoJSON` (RFC 7946): a `FeatureCollection` of polygons with properties.
//!
//! Read as a stream: one feature at a time stands in memory, however long the file.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt;
use std::io;
use std::ops::ControlFlow;

use super::{MAX_CODE_CHARS, MAX_NAME_CHARS, RegionKind};
use crate::domain::area::{AreaProblem, Polygons};
use source::Source;
pub use writer::Writer;

mod collection;
mod coordinates;
mod feature;
mod said;
mod source;
mod writer;

/// The most bytes of a file.
pub const MAX_FILE_LEN: u64 = 200_000_000;
/// The most features of a file.
pub const MAX_FEATURES: usize = 100_000;

/// Under which names the properties of a feature stand in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PropertyNames {
    /// The code; without it the name serves as code.
    pub code: Option<String>,
    /// The name.
    pub name: String,
    /// The number of inhabitants; below zero means unknown, as Statistics Netherlands writes it.
    pub inhabitants: Option<String>,
    /// The code of the region that it belongs to.
    pub parent: Option<String>,
}

/// What kind the regions of a file are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KindSource {
    /// All of one kind.
    All(RegionKind),
    /// As a property says, by [`RegionKind::from_name`].
    Property(String),
}

/// A region as a file describes it.
#[derive(Clone, Debug, PartialEq)]
pub struct RegionFeature {
    /// What it is.
    pub kind: RegionKind,
    /// The code, unique within its kind.
    pub code: String,
    /// The name.
    pub name: String,
    /// How many people live there.
    pub inhabitants: Option<u32>,
    /// The code of the region that it belongs to.
    pub parent: Option<String>,
    /// Its borders.
    pub shape: Polygons,
}

/// Reads a file and hands every feature to `each`, in order: the region, or what is wrong with it.
///
/// `each` may end the reading by answering `Break`. What was handed over counts only when the reading ends
/// well, because the file may turn out at its end to be in another coordinate system.
///
/// # Errors
/// What is wrong with the file as a whole.
pub fn read(
    source: impl io::Read,
    names: &PropertyNames,
    kind: &KindSource,
    each: impl FnMut(Result<RegionFeature, FeatureError>) -> ControlFlow<()>,
) -> Result<(), FileError> {
    read_at_most(MAX_FILE_LEN, source, names, kind, each)
}

fn read_at_most(
    max_len: u64,
    source: impl io::Read,
    names: &PropertyNames,
    kind: &KindSource,
    mut each: impl FnMut(Result<RegionFeature, FeatureError>) -> ControlFlow<()>,
) -> Result<(), FileError> {
    let too_long = Cell::new(false);
    let source = Source::new(source, max_len, &too_long)?;
    let mut wanted = vec![names.name.as_str()];
    wanted.extend(
        [&names.code, &names.inhabitants, &names.parent]
            .into_iter()
            .filter_map(|name| name.as_deref()),
    );
    if let KindSource::Property(name) = kind {
        wanted.push(name);
    }
    let mut seen: HashMap<(RegionKind, String), usize> = HashMap::new();
    let on_feature = |index: usize, feature: feature::Feature| {
        let name = feature.shown_name(names);
        let region = feature.into_region(names, kind).and_then(|region| {
            let first = *seen.entry((region.kind, region.code.clone())).or_insert(index);
            if first == index {
                Ok(region)
            } else {
                Err(FeatureProblem::DuplicateCode { first })
            }
        });
        each(region.map_err(|problem| FeatureError { index, name, problem }))
    };
    let stop = RefCell::new(None);
    let mut json = serde_json::Deserializer::from_reader(io::BufReader::new(source));
    let read = collection::read(&mut json, &wanted, &stop, on_feature).and_then(|()| json.end());
    match (stop.into_inner(), read) {
        (Some(collection::Stop::Error(error)), _) => Err(error),
        (Some(collection::Stop::Asked), _) | (None, Ok(())) => Ok(()),
        (None, Err(_)) if too_long.get() => Err(FileError::TooLong),
        (None, Err(error)) if error.is_io() => Err(FileError::Io(error.into())),
        (None, Err(error)) => Err(FileError::Syntax {
            line: error.line(),
            column: error.column(),
        }),
    }
}

/// What is wrong with a feature, and which one it is.
#[derive(Clone, Debug, PartialEq)]
pub struct FeatureError {
    /// Its place in the file, from 0.
    pub index: usize,
    /// Its name, when it has one.
    pub name: Option<String>,
    /// What is wrong.
    pub problem: FeatureProblem,
}

impl fmt::Display for FeatureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "feature {}", self.index)?;
        self.name.iter().try_for_each(|name| write!(f, " ({name:?})"))?;
        write!(f, ": {}", self.problem)
    }
}

impl std::error::Error for FeatureError {}

/// A rule that a feature breaks. Positions are longitude and latitude as they stand in the file.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum FeatureProblem {
    /// Not a `Feature`.
    #[error("this is not a Feature: the list must hold features only")]
    NotAFeature,
    /// No name.
    #[error("the property {0:?} is missing or empty: say which property holds the name")]
    NameMissing(String),
    /// No code.
    #[error("the property {0:?} is missing or empty: say which property holds the code")]
    CodeMissing(String),
    /// A long code or name.
    #[error("the property {0:?} is longer than {MAX_NAME_CHARS} characters")]
    TextTooLong(String),
    /// An unknown kind.
    #[error("the property {0:?} names no kind of region: use for instance municipality or gemeente")]
    UnknownKind(String),
    /// Not a number of people.
    #[error("the property {0:?} is not a whole number of inhabitants")]
    Inhabitants(String),
    /// A code that another feature has.
    #[error("feature {first} has the same code: give each its own")]
    DuplicateCode {
        /// The place in the file of that other feature, from 0.
        first: usize,
    },
    /// No geometry.
    #[error("it has no geometry: give a Polygon or MultiPolygon")]
    NoGeometry,
    /// A point, a line, a collection.
    #[error("its geometry is a {0}: give a Polygon or MultiPolygon")]
    OtherGeometry(String),
    /// Lists that do not nest as they should, or something else than numbers in them.
    #[error("its coordinates do not nest as those of a {0} do: lists of rings of positions")]
    Coordinates(&'static str),
    /// A position off the earth.
    #[error("the position [{x}, {y}] is nowhere on earth: give longitude and latitude in degrees (WGS84)")]
    OffTheEarth {
        /// The first number.
        x: f64,
        /// The second number.
        y: f64,
    },
    /// A position that lies in the Netherlands when it is read in metres.
    #[error(
        "the position [{x}, {y}] looks like RD New (EPSG:28992): convert the file to WGS84, for instance with \
         ogr2ogr -t_srs EPSG:4326"
    )]
    RdNew {
        /// Metres east.
        x: f64,
        /// Metres north.
        y: f64,
    },
    /// Not a valid polygon.
    #[error("{problem} (the shape begins at [{x}, {y}])")]
    Shape {
        /// The rule that it breaks.
        problem: AreaProblem,
        /// The longitude of its first position.
        x: f64,
        /// The latitude of its first position.
        y: f64,
    },
}

/// What is wrong with the whole file.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Too many bytes.
    #[error("the file is larger than 200 MB: simplify the borders or divide the file")]
    TooLong,
    /// Too many features.
    #[error("the file has more than {MAX_FEATURES} features: divide it")]
    TooManyFeatures,
    /// Not JSON, or of another form than RFC 7946 says.
    #[error("the file is not GeoJSON: something unexpected stands at line {line}, column {column}")]
    Syntax {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// Another type at the top.
    #[error("the file is not a FeatureCollection: export it as one")]
    NotACollection,
    /// Another coordinate system.
    #[error(
        "the file is in the coordinate system {0:?}: convert it to WGS84, for instance with ogr2ogr -t_srs EPSG:4326"
    )]
    OtherCrs(String),
    /// The source.
    #[error("the file cannot be read: {0}")]
    Io(io::Error),
}

#[cfg(test)]
mod tests;
