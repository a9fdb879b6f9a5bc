//! When a participant wants rest: quiet hours, and how often a week they may be written to without hurry.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use chrono::Timelike;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::domain::clock::Timestamp;
use crate::domain::dutch_time::dutch_time;
use crate::domain::message::Urgency;

/// How many half hours a day has.
pub const HALF_HOURS: u8 = 48;
/// The most messages a week without hurry that anyone may choose or a configuration may allow.
pub const MAX_WEEKLY: u8 = 7;

const MILLIS: i64 = 30 * 60 * 1000;

/// A half hour of the day on Dutch clocks, by its beginning: written `22:30`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HalfHour(u8);

impl HalfHour {
    /// The half hour that begins so many half hours after midnight; none from 48 on.
    pub const fn new(index: u8) -> Option<Self> {
        if index < HALF_HOURS {
            Some(Self(index))
        } else {
            None
        }
    }

    /// How many half hours it begins after midnight, 0 to 47.
    pub const fn index(self) -> u8 {
        self.0
    }

    /// The half hour that Dutch clocks show at a moment. Summer time turns by whole hours, so they begin with those
    /// of UTC.
    pub fn of(moment: Timestamp) -> Self {
        let time = dutch_time(moment);
        Self(u8::try_from(time.hour() * 2 + time.minute() / 30).expect("a day has 48 half hours"))
    }

    /// The moment at which the next half hour begins.
    pub const fn next_begins(moment: Timestamp) -> Timestamp {
        Timestamp::from_millis((moment.as_millis().div_euclid(MILLIS) + 1) * MILLIS)
    }
}

impl fmt::Display for HalfHour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 2, self.0 % 2 * 30)
    }
}

impl fmt::Debug for HalfHour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text says no quiet hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write quiet hours from one half hour to another, for instance 22:00-07:30")]
pub struct QuietHoursError;

impl FromStr for HalfHour {
    type Err = QuietHoursError;

    fn from_str(text: &str) -> Result<Self, QuietHoursError> {
        let (hour, minute) = text.split_once(':').ok_or(QuietHoursError)?;
        let is_number = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(hour) {
            return Err(QuietHoursError);
        }
        let half = match minute {
            "00" => 0,
            "30" => 1,
            _ => return Err(QuietHoursError),
        };
        let hour: u8 = hour.parse().map_err(|_| QuietHoursError)?;
        Self::new(hour * 2 + half).ok_or(QuietHoursError)
    }
}

impl Serialize for HalfHour {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for HalfHour {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// From when to when a participant wants quiet, every day, over midnight or not.
///
/// Written `22:00-07:00`, and `22:00-07:00!` where not even what is urgent breaks them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct QuietHours {
    from: HalfHour,
    to: HalfHour,
    urgent_breaks: bool,
}

impl QuietHours {
    /// Quiet from the beginning of one half hour to the beginning of another.
    pub fn new(from: HalfHour, to: HalfHour, urgent_breaks: bool) -> Result<Self, QuietHoursError> {
        if from == to {
            return Err(QuietHoursError);
        }
        Ok(Self {
            from,
            to,
            urgent_breaks,
        })
    }

    /// When they begin.
    pub const fn from(self) -> HalfHour {
        self.from
    }

    /// When they end.
    pub const fn to(self) -> HalfHour {
        self.to
    }

    /// Whether what is urgent may break them.
    pub const fn urgent_breaks(self) -> bool {
        self.urgent_breaks
    }

    /// Whether a half hour belongs to them.
    pub const fn contain(self, half_hour: HalfHour) -> bool {
        if self.from.0 < self.to.0 {
            self.from.0 <= half_hour.0 && half_hour.0 < self.to.0
        } else {
            half_hour.0 >= self.from.0 || half_hour.0 < self.to.0
        }
    }

    /// Until when a message of this urgency has to wait; none when it need not.
    pub fn wait_until(self, now: Timestamp, urgency: Urgency) -> Option<Timestamp> {
        if self.urgent_breaks && urgency == Urgency::Urgent || !self.contain(HalfHour::of(now)) {
            return None;
        }
        let mut moment = HalfHour::next_begins(now);
        while self.contain(HalfHour::of(moment)) {
            moment = moment + Duration::from_mins(30);
        }
        Some(moment)
    }
}

impl fmt::Display for QuietHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.urgent_breaks { "" } else { "!" };
        write!(f, "{}-{}{mark}", self.from, self.to)
    }
}

impl FromStr for QuietHours {
    type Err = QuietHoursError;

    fn from_str(text: &str) -> Result<Self, QuietHoursError> {
        let (hours, urgent_breaks) = match text.strip_suffix('!') {
            Some(hours) => (hours, false),
            None => (text, true),
        };
        let (from, to) = hours.split_once('-').ok_or(QuietHoursError)?;
        Self::new(from.parse()?, to.parse()?, urgent_breaks)
    }
}

impl<'de> Deserialize<'de> for QuietHours {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Read {
            from: HalfHour,
            to: HalfHour,
            #[serde(default = "yes")]
            urgent_breaks: bool,
        }
        const fn yes() -> bool {
            true
        }
        let read = Read::deserialize(deserializer)?;
        Self::new(read.from, read.to, read.urgent_breaks).map_err(serde::de::Error::custom)
    }
}

/// What rest a participant wants; none of it by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rest {
    /// The quiet hours.
    pub quiet_hours: Option<QuietHours>,
    /// The most messages a week that are not urgent, 0 to [`MAX_WEEKLY`]. Only lowers what holds for everyone.
    pub weekly_limit: Option<u8>,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_rfc3339(text).unwrap()
    }

    fn quiet(text: &str) -> QuietHours {
        text.parse().unwrap()
    }

    #[test]
    fn quiet_hours_end_by_dutch_clocks_also_in_the_nights_in_which_these_are_changed() {
        let hours = quiet("22:00-07:00");
        for (now, until) in [
            ("2026-01-10T21:15:00Z", Some("2026-01-11T06:00:00Z")),
            ("2026-07-10T20:00:00Z", Some("2026-07-11T05:00:00Z")),
            ("2026-07-10T19:59:59Z", None),
            ("2026-01-11T06:00:00Z", None),
            // The clock goes forward: the night is an hour shorter.
            ("2026-03-28T21:00:00Z", Some("2026-03-29T05:00:00Z")),
            // It goes back: an hour longer.
            ("2026-10-24T20:00:00Z", Some("2026-10-25T06:00:00Z")),
        ] {
            assert_eq!(hours.wait_until(at(now), Urgency::Normal), until.map(at), "{now}");
        }
        // Half past two does not exist on this night: quiet ends when three begins.
        let hours = quiet("23:00-02:30");
        assert_eq!(
            hours.wait_until(at("2026-03-29T00:40:00Z"), Urgency::Normal),
            Some(at("2026-03-29T01:00:00Z"))
        );
    }

    #[test]
    fn what_is_urgent_breaks_them_only_where_that_is_allowed() {
        let night = at("2026-01-11T02:00:00Z");
        assert_eq!(quiet("22:00-07:00").wait_until(night, Urgency::Urgent), None);
        let until = quiet("22:00-07:00!").wait_until(night, Urgency::Urgent);
        assert_eq!(until, Some(at("2026-01-11T06:00:00Z")));
    }

    #[test]
    fn what_is_no_half_hour_is_refused() {
        for text in [
            "",
            "22:00",
            "22:00-22:00",
            "22:15-07:00",
            "24:00-07:00",
            "2:00-07:00",
            "22-07",
            "22:00-07:00!!",
            "+2:00-07:00",
        ] {
            assert_eq!(text.parse::<QuietHours>(), Err(QuietHoursError), "{text}");
        }
    }

    proptest! {
        #[test]
        fn quiet_hours_read_back_what_they_write(from in 0..HALF_HOURS, to in 0..HALF_HOURS, urgent in any::<bool>()) {
            let (from, to) = (HalfHour::new(from).unwrap(), HalfHour::new(to).unwrap());
            if let Ok(hours) = QuietHours::new(from, to, urgent) {
                prop_assert_eq!(hours.to_string().parse(), Ok(hours));
                let json = serde_json::to_string(&hours).unwrap();
                prop_assert_eq!(serde_json::from_str::<QuietHours>(&json).unwrap(), hours);
            } else {
                prop_assert_eq!(from, to);
            }
        }

        #[test]
        fn whoever_waits_is_free_at_the_end_and_never_waits_for_longer_than_a_day(
            from in 0..HALF_HOURS, length in 1..HALF_HOURS, minute in 0_i64..(400 * 24 * 60),
        ) {
            let to = HalfHour::new((from + length) % HALF_HOURS).unwrap();
            let hours = QuietHours::new(HalfHour::new(from).unwrap(), to, true).unwrap();
            let now = Timestamp::from_millis(1_767_225_600_000 + minute * 60_000);
            match hours.wait_until(now, Urgency::Normal) {
                None => prop_assert!(!hours.contain(HalfHour::of(now))),
                Some(until) => {
                    prop_assert!(until > now && until.since(now) <= Duration::from_hours(25));
                    prop_assert!(!hours.contain(HalfHour::of(until)));
                }
            }
        }
    }
}
