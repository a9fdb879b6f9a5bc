//! One feature of a file: first as it stands there, then as a region.

use std::collections::HashMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::coordinates::Coordinates;
use super::{
    FeatureProblem, KindSource, MAX_CODE_CHARS, MAX_NAME_CHARS, PropertyNames, RegionFeature, RegionKind,
};

/// A feature as it stands in a file: what matters of it.
#[derive(Default)]
pub(super) struct Feature {
    kind: String,
    /// The wanted properties as text.
    properties: HashMap<String, String>,
    geometry: Option<Geometry>,
}

/// A geometry as it stands in a file.
#[derive(Deserialize)]
struct Geometry {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    coordinates: Coordinates,
}

impl Feature {
    fn property(&self, name: &str) -> Option<&str> {
        self.properties
            .get(name)
            .map(|text| text.trim())
            .filter(|text| !text.is_empty())
    }

    fn short(&self, name: &str, max: usize) -> Result<Option<String>, FeatureProblem> {
        match self.property(name) {
            Some(text) if text.chars().count() > max => Err(FeatureProblem::TextTooLong(name.to_owned())),
            text => Ok(text.map(str::to_owned)),
        }
    }

    /// The name for a message: short, of one line.
    pub(super) fn shown_name(&self, names: &PropertyNames) -> Option<String> {
        let name = self.property(&names.name)?;
        Some(
            name.chars()
                .filter(|character| !character.is_control())
                .take(MAX_NAME_CHARS)
                .collect(),
        )
    }

    /// The region that it describes.
    pub(super) fn into_region(
        self,
        names: &PropertyNames,
        kind: &KindSource,
    ) -> Result<RegionFeature, FeatureProblem> {
        if self.kind != "Feature" {
            return Err(FeatureProblem::NotAFeature);
        }
        let name = self.short(&names.name, MAX_NAME_CHARS)?;
        let name = name.ok_or_else(|| FeatureProblem::NameMissing(names.name.clone()))?;
        let code = match &names.code {
            Some(property) => self
                .short(property, MAX_CODE_CHARS)?
                .ok_or_else(|| FeatureProblem::CodeMissing(property.clone()))?,
            None => name.clone(),
        };
        let kind = match kind {
            KindSource::All(kind) => *kind,
            KindSource::Property(property) => self
                .property(property)
                .and_then(RegionKind::from_name)
                .ok_or_else(|| FeatureProblem::UnknownKind(property.clone()))?,
        };
        let inhabitants = match &names.inhabitants {
            Some(property) => self.inhabitants(property)?,
            None => None,
        };
        let parent = match &names.parent {
            Some(property) => self.short(property, MAX_CODE_CHARS)?,
            None => None,
        };
        let geometry = self.geometry.ok_or(FeatureProblem::NoGeometry)?;
        let shape = match geometry.kind.as_str() {
            "Polygon" => geometry.coordinates.into_polygon()?,
            "MultiPolygon" => geometry.coordinates.into_multi_polygon()?,
            other => return Err(FeatureProblem::OtherGeometry(other.chars().take(40).collect())),
        };
        Ok(RegionFeature {
            kind,
            code,
            name,
            inhabitants,
            parent,
            shape,
        })
    }

    fn inhabitants(&self, property: &str) -> Result<Option<u32>, FeatureProblem> {
        let Some(text) = self.property(property) else {
            return Ok(None);
        };
        let number = text.parse::<f64>().ok().filter(|number| number.fract() == 0.0);
        match number {
            // Statistics Netherlands writes -99997 and the like for what is secret or unknown.
            Some(number) if number < 0.0 => Ok(None),
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "whole and within bounds"
            )]
            Some(number) if number <= f64::from(u32::MAX) => Ok(Some(number as u32)),
            _ => Err(FeatureProblem::Inhabitants(property.to_owned())),
        }
    }
}

/// Reads a feature and keeps only the wanted properties.
pub(super) struct FeatureSeed<'a> {
    pub(super) wanted: &'a [&'a str],
}

impl<'de> DeserializeSeed<'de> for FeatureSeed<'_> {
    type Value = Feature;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Feature, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for FeatureSeed<'_> {
    type Value = Feature;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a feature")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Feature, A::Error> {
        let mut feature = Feature::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "type" => feature.kind = map.next_value()?,
                "properties" => feature.properties = map.next_value_seed(Properties(self.wanted))?,
                "geometry" => feature.geometry = map.next_value()?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(feature)
    }
}

/// Reads the wanted properties as text; null, true, false, lists and objects are as good as missing.
struct Properties<'a>(&'a [&'a str]);

impl<'de> DeserializeSeed<'de> for Properties<'_> {
    type Value = HashMap<String, String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de> Visitor<'de> for Properties<'_> {
    type Value = HashMap<String, String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("properties, or null")
    }

    fn visit_none<E: serde::de::Error>(self) -> Result<Self::Value, E> {
        Ok(HashMap::new())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut properties = HashMap::new();
        while let Some(key) = map.next_key::<String>()? {
            if self.0.contains(&key.as_str()) {
                if let Scalar(Some(text)) = map.next_value()? {
                    properties.insert(key, text);
                }
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(properties)
    }
}

/// A property that can be written as text; none for any other, which is passed over without being kept.
struct Scalar(Option<String>);

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a property")
    }

    fn visit_str<E>(self, text: &str) -> Result<Scalar, E> {
        Ok(Scalar(Some(text.to_owned())))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Scalar, E> {
        Ok(Scalar(Some(number.to_string())))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Scalar, E> {
        Ok(Scalar(Some(number.to_string())))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Scalar, E> {
        Ok(Scalar(Some(number.to_string())))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Scalar, E> {
        Ok(Scalar(None))
    }

    fn visit_unit<E>(self) -> Result<Scalar, E> {
        Ok(Scalar(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Scalar, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Scalar(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Scalar, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Scalar(None))
    }
}
