//! What is typed in a form of its own: a region, a position, a duration, a moment.

use std::str::FromStr;
use std::time::Duration;

use crate::domain::clock::Timestamp;
use crate::domain::point::Point;
use crate::domain::region::{Region, RegionKind, Territory};

use super::CliError;

/// A region as it is typed: `municipality:Utrecht`, `gemeente:Utrecht`, `postcode_area:3511`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegionKey {
    /// What it is.
    pub kind: RegionKind,
    /// Its code.
    pub code: String,
}

impl RegionKey {
    /// The region of this kind and code.
    pub fn find<'a>(&self, territory: &'a Territory) -> Result<&'a Region, CliError> {
        territory
            .find(self.kind, &self.code)
            .ok_or_else(|| CliError::NotFound(format!("there is no region {self}: import it first")))
    }
}

impl std::fmt::Display for RegionKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.kind.name(), self.code)
    }
}

impl FromStr for RegionKey {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (kind, code) = text
            .split_once(':')
            .filter(|(_, code)| !code.trim().is_empty())
            .ok_or("write it as KIND:CODE, for instance municipality:Utrecht")?;
        Ok(Self {
            kind: region_kind(kind)?,
            code: code.trim().to_owned(),
        })
    }
}

/// Reads the kind of a region.
pub fn region_kind(text: &str) -> Result<RegionKind, String> {
    RegionKind::from_name(text).ok_or_else(|| {
        let kinds: Vec<_> = RegionKind::ALL.into_iter().map(RegionKind::name).collect();
        format!("there is no such kind: use {}", kinds.join(", "))
    })
}

/// Reads a position: longitude and latitude in degrees, `5.1214,52.0907`.
pub fn position(text: &str) -> Result<Point, String> {
    let degrees = |text: &str| text.trim().parse::<f64>().ok();
    let (lon, lat) = text
        .split_once(',')
        .and_then(|(lon, lat)| Some((degrees(lon)?, degrees(lat)?)))
        .ok_or("write it as LON,LAT in degrees, for instance 5.1214,52.0907")?;
    Point::from_degrees(lon, lat).map_err(|error| error.to_string())
}

/// Reads a duration: a whole number with `s`, `m`, `h` or `d`.
pub fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || "write a whole number with s, m, h or d, for instance 90m or 3h".to_owned();
    let unit = text.chars().next_back().ok_or_else(wrong)?;
    let seconds: u64 = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 24 * 3600,
        _ => return Err(wrong()),
    };
    let number: u32 = text[..text.len() - 1].parse().map_err(|_| wrong())?;
    Ok(Duration::from_secs(u64::from(number) * seconds))
}

/// Reads a day as the moment at which it ends in UTC, or a moment (RFC 3339).
pub fn moment(text: &str) -> Result<Timestamp, String> {
    let whole_day = format!("{text}T23:59:59Z");
    Timestamp::parse_rfc3339(text)
        .or_else(|_| Timestamp::parse_rfc3339(&whole_day))
        .map_err(|_| "write a day as 2027-01-31, or a moment as 2027-01-31T12:00:00Z".to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_region_is_named_by_kind_and_code_in_both_languages() {
        let key: RegionKey = "gemeente:De Ronde Venen".parse().unwrap();
        assert_eq!(key.to_string(), "municipality:De Ronde Venen");
        for text in ["", "Utrecht", "gemeente:", "stad:Utrecht"] {
            assert!(text.parse::<RegionKey>().is_err(), "{text}");
        }
    }

    #[test]
    fn durations_and_days_are_read_as_people_write_them() {
        assert_eq!(duration("3h"), Ok(Duration::from_hours(3)));
        assert_eq!(duration("90m"), Ok(Duration::from_mins(90)));
        for text in ["", "h", "3", "-1h", "1.5h", "3 h", "3\u{20ac}"] {
            assert!(duration(text).is_err(), "{text}");
        }
        assert_eq!(moment("2027-01-31"), moment("2027-01-31T23:59:59Z"));
        assert!(moment("31-01-2027").is_err());
    }

    proptest! {
        #[test]
        fn a_position_reads_back_what_was_written(lon in -180.0..=180.0, lat in -90.0..=90.0) {
            let point = position(&format!("{lon:.7},{lat:.7}")).unwrap();
            let off = [point.lon_degrees() - lon, point.lat_degrees() - lat];
            prop_assert!(off.iter().all(|off: &f64| off.abs() < 1e-6));
        }

        #[test]
        fn nothing_typed_makes_a_parser_fall_over(text in "\\PC{0,40}") {
            let _ = (position(&text), duration(&text), moment(&text), text.parse::<RegionKey>());
        }
    }
}
