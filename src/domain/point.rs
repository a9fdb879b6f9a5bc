//! A place on earth, in whole units of 1e-7 degree: about a centimetre, and exact in 32 bits.

use std::fmt;

use serde::de::{self, SeqAccess, Visitor};
use serde::ser::SerializeTuple;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Units in one degree.
pub const UNITS_PER_DEGREE: i32 = 10_000_000;

/// A position in WGS 84 (EPSG:4326): longitude and latitude in units of 1e-7 degree.
///
/// Always within -180..=180 and -90..=90 degrees, so that arithmetic on it cannot overflow 64 bits. Written in
/// JSON as a position of `GeoJSON`, `[longitude, latitude]` in degrees (RFC 7946, section 3.1.1); a height is
/// ignored. `Debug` shows nothing of it, since a participant's place is personal.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Point {
    lon: i32,
    lat: i32,
}

impl Point {
    /// The largest longitude, in units.
    pub const MAX_LON: i32 = 180 * UNITS_PER_DEGREE;
    /// The largest latitude, in units.
    pub const MAX_LAT: i32 = 90 * UNITS_PER_DEGREE;

    /// The point at so many units of 1e-7 degree.
    pub const fn from_units(lon: i32, lat: i32) -> Result<Self, OutOfRange> {
        let lon_fits = -Self::MAX_LON <= lon && lon <= Self::MAX_LON;
        let lat_fits = -Self::MAX_LAT <= lat && lat <= Self::MAX_LAT;
        if lon_fits && lat_fits {
            Ok(Self { lon, lat })
        } else {
            Err(OutOfRange)
        }
    }

    /// The point nearest to a position in degrees; NaN and infinities are out of range.
    pub fn from_degrees(lon: f64, lat: f64) -> Result<Self, OutOfRange> {
        if !(-180.0..=180.0).contains(&lon) || !(-90.0..=90.0).contains(&lat) {
            return Err(OutOfRange);
        }
        #[expect(
            clippy::cast_possible_truncation,
            reason = "at most 1.8e9 after the check above"
        )]
        let units = |degrees: f64| (degrees * f64::from(UNITS_PER_DEGREE)).round() as i32;
        Ok(Self {
            lon: units(lon),
            lat: units(lat),
        })
    }

    /// Longitude in units of 1e-7 degree.
    pub const fn lon(self) -> i32 {
        self.lon
    }

    /// Latitude in units of 1e-7 degree.
    pub const fn lat(self) -> i32 {
        self.lat
    }

    /// Longitude in degrees.
    pub fn lon_degrees(self) -> f64 {
        f64::from(self.lon) / f64::from(UNITS_PER_DEGREE)
    }

    /// Latitude in degrees.
    pub fn lat_degrees(self) -> f64 {
        f64::from(self.lat) / f64::from(UNITS_PER_DEGREE)
    }
}

impl fmt::Debug for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Point(..)")
    }
}

/// The position lies nowhere on earth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("give longitude -180 to 180 first, then latitude -90 to 90, in degrees")]
pub struct OutOfRange;

/// A position as read from JSON, not yet checked against the ranges.
#[derive(Clone, Copy)]
pub(super) struct Position {
    pub(super) lon: f64,
    pub(super) lat: f64,
}

impl From<Point> for Position {
    fn from(point: Point) -> Self {
        Self {
            lon: point.lon_degrees(),
            lat: point.lat_degrees(),
        }
    }
}

impl Serialize for Position {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut pair = serializer.serialize_tuple(2)?;
        pair.serialize_element(&self.lon)?;
        pair.serialize_element(&self.lat)?;
        pair.end()
    }
}

impl<'de> Deserialize<'de> for Position {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pair;

        impl<'de> Visitor<'de> for Pair {
            type Value = Position;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a position: [longitude, latitude] in degrees")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Position, A::Error> {
                let lon = seq
                    .next_element()?
                    .ok_or_else(|| de::Error::invalid_length(0, &self))?;
                let lat = seq
                    .next_element()?
                    .ok_or_else(|| de::Error::invalid_length(1, &self))?;
                while seq.next_element::<de::IgnoredAny>()?.is_some() {}
                Ok(Position { lon, lat })
            }
        }

        deserializer.deserialize_seq(Pair)
    }
}

impl Serialize for Point {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Position::from(*self).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Point {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Position { lon, lat } = Position::deserialize(deserializer)?;
        Self::from_degrees(lon, lat).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_point_survives_degrees_and_json(
            lon in -Point::MAX_LON..=Point::MAX_LON,
            lat in -Point::MAX_LAT..=Point::MAX_LAT,
        ) {
            let point = Point::from_units(lon, lat).unwrap();
            prop_assert!(Point::from_degrees(point.lon_degrees(), point.lat_degrees()) == Ok(point));
            let json = serde_json::to_string(&point).unwrap();
            prop_assert!(serde_json::from_str::<Point>(&json).unwrap() == point);
        }
    }

    #[test]
    fn a_position_off_the_earth_is_refused() {
        for (lon, lat) in [
            (180.000_000_1, 0.0),
            (0.0, -90.1),
            (f64::NAN, 0.0),
            (0.0, f64::INFINITY),
        ] {
            assert_eq!(Point::from_degrees(lon, lat), Err(OutOfRange));
        }
        assert!(serde_json::from_str::<Point>("[52.1, 190]").is_err());
        assert!(serde_json::from_str::<Point>("[5]").is_err());
    }

    #[test]
    fn a_height_is_ignored() {
        let point: Point = serde_json::from_str("[5.1, 52.1, 3.0]").unwrap();
        assert_eq!((point.lon(), point.lat()), (51_000_000, 521_000_000));
    }

    #[test]
    fn debug_tells_nothing_of_the_place() {
        assert_eq!(
            format!("{:?}", Point::from_degrees(5.1, 52.1).unwrap()),
            "Point(..)"
        );
    }
}
