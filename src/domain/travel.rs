//! How far people get: distances on the earth, and the speed of each means of travel.

use std::time::Duration;

use geographiclib_rs::{Geodesic, InverseGeodesic};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::point::Point;
use super::said::Said;

/// A means of travel, the slowest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Means {
    /// Walking.
    OnFoot,
    /// Cycling, also with a motor.
    Bicycle,
    /// Driving.
    Car,
}

impl Means {
    /// All, the slowest first.
    pub const ALL: [Self; 3] = [Self::OnFoot, Self::Bicycle, Self::Car];

    /// The name in API and database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OnFoot => "on_foot",
            Self::Bicycle => "bicycle",
            Self::Car => "car",
        }
    }

    /// The means of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|means| means.name() == name)
    }

    /// How far it brings somebody in an hour, in kilometres, as the crow flies.
    ///
    /// On foot 5: a brisk walk, kept up for hours. By bicycle 18: the usual pace in the Netherlands, faster with
    /// a motor and slower with traffic lights. By car 90: motorways at the limit by day (100) and the way to them;
    /// within a town a third of it, so that an area by car is rather too large than too small.
    pub const fn km_per_hour(self) -> u32 {
        match self {
            Self::OnFoot => 5,
            Self::Bicycle => 18,
            Self::Car => 90,
        }
    }

    /// How far it brings somebody in this time, in metres.
    pub fn reach_m(self, within: Duration) -> f64 {
        f64::from(self.km_per_hour()) * 1_000.0 * within.as_secs_f64() / 3_600.0
    }

    /// What people call it.
    pub const fn said(self) -> Said {
        match self {
            Self::OnFoot => Said::fixed("te voet", "on foot"),
            Self::Bicycle => Said::fixed("met de fiets", "by bicycle"),
            Self::Car => Said::fixed("met de auto", "by car"),
        }
    }
}

/// The shortest way between two points on the ellipsoid (WGS 84), in metres.
pub fn distance_m(from: Point, to: Point) -> f64 {
    let (from_lat, from_lon) = (from.lat_degrees(), from.lon_degrees());
    Geodesic::wgs84().inverse(from_lat, from_lon, to.lat_degrees(), to.lon_degrees())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_means_reads_back_its_name_and_is_faster_than_the_one_before() {
        for means in Means::ALL {
            assert_eq!(Means::parse(means.name()), Some(means));
            assert_eq!(serde_json::to_value(means).unwrap(), means.name());
        }
        assert!(
            Means::ALL
                .windows(2)
                .all(|pair| pair[0].km_per_hour() < pair[1].km_per_hour())
        );
    }

    #[test]
    fn twenty_minutes_on_foot_are_some_sixteen_hundred_metres() {
        let reach = Means::OnFoot.reach_m(Duration::from_mins(20));
        assert!((1_660.0..1_670.0).contains(&reach), "{reach}");
    }

    #[test]
    fn from_the_dom_to_the_westertoren_it_is_thirty_five_kilometres() {
        let point = |lon, lat| Point::from_degrees(lon, lat).unwrap();
        let metres = distance_m(point(5.1214, 52.0907), point(4.8840, 52.3745));
        assert!((35_000.0..36_000.0).contains(&metres), "{metres}");
    }
}
