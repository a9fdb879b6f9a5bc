//! The object at the top of a file: its type, its coordinate system, and its features one by one.

use std::cell::RefCell;
use std::fmt;
use std::ops::ControlFlow;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::feature::{Feature, FeatureSeed};
use super::{FileError, MAX_FEATURES};

/// Why the reading was stopped from within.
pub(super) enum Stop {
    /// Whoever takes the features wants no more.
    Asked,
    /// The file is refused.
    Error(FileError),
}

/// Reads the file; `stop` says why when it was stopped from within, for then the error has no meaning.
pub(super) fn read<'de, D: Deserializer<'de>>(
    json: D,
    wanted: &[&str],
    stop: &RefCell<Option<Stop>>,
    on_feature: impl FnMut(usize, Feature) -> ControlFlow<()>,
) -> Result<(), D::Error> {
    json.deserialize_map(Collection {
        wanted,
        stop,
        on_feature,
    })
}

struct Collection<'a, F> {
    wanted: &'a [&'a str],
    stop: &'a RefCell<Option<Stop>>,
    on_feature: F,
}

impl<F> Collection<'_, F> {
    fn refuse<E: serde::de::Error>(&self, error: FileError) -> E {
        self.stop.replace(Some(Stop::Error(error)));
        E::custom("refused")
    }
}

impl<'de, F: FnMut(usize, Feature) -> ControlFlow<()>> Visitor<'de> for Collection<'_, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a FeatureCollection")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        let (mut is_collection, mut has_features) = (false, false);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "type" => {
                    if map.next_value::<String>()? != "FeatureCollection" {
                        return Err(self.refuse(FileError::NotACollection));
                    }
                    is_collection = true;
                }
                "crs" => {
                    if let Some(other) = other_crs(&map.next_value()?) {
                        return Err(self.refuse(FileError::OtherCrs(other)));
                    }
                }
                "features" if has_features => return Err(A::Error::duplicate_field("features")),
                "features" => {
                    has_features = true;
                    map.next_value_seed(Features(&mut self))?;
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        if is_collection && has_features {
            Ok(())
        } else {
            Err(self.refuse(FileError::NotACollection))
        }
    }
}

/// The list of features.
struct Features<'b, 'a, F>(&'b mut Collection<'a, F>);

impl<'de, F: FnMut(usize, Feature) -> ControlFlow<()>> DeserializeSeed<'de> for Features<'_, '_, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, F: FnMut(usize, Feature) -> ControlFlow<()>> Visitor<'de> for Features<'_, '_, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of features")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let mut index = 0;
        while let Some(feature) = seq.next_element_seed(FeatureSeed {
            wanted: self.0.wanted,
        })? {
            if index == MAX_FEATURES {
                return Err(self.0.refuse(FileError::TooManyFeatures));
            }
            if (self.0.on_feature)(index, feature).is_break() {
                self.0.stop.replace(Some(Stop::Asked));
                return Err(A::Error::custom("enough"));
            }
            index += 1;
        }
        Ok(())
    }
}

/// The name of a coordinate system other than WGS84, as `GeoJSON` of 2008 writes it. RFC 7946 knows only
/// WGS84 and no such member.
fn other_crs(crs: &Value) -> Option<String> {
    if crs.is_null() {
        return None;
    }
    let name = crs["properties"]["name"]
        .as_str()
        .or_else(|| crs["properties"]["href"].as_str());
    let name = name.unwrap_or("unknown");
    let is_wgs84 = ["CRS84", "EPSG::4326", "EPSG:4326"]
        .iter()
        .any(|end| name.to_uppercase().ends_with(end));
    (!is_wgs84).then(|| name.chars().filter(|c| !c.is_control()).take(100).collect())
}
