//! The time on Dutch clocks, for texts that people read.
//!
//! Central European Time, one hour ahead of UTC, and two from the last Sunday of March to the last Sunday of
//! October, both at 01:00 UTC (Directive 2000/84/EC).

use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveDateTime, Utc, Weekday};

use super::clock::Timestamp;

/// What a Dutch clock and calendar show at a moment.
pub fn dutch_time(moment: Timestamp) -> NaiveDateTime {
    let utc = moment.to_utc();
    let hours = if is_summer(utc) { 2 } else { 1 };
    utc.naive_utc() + Duration::hours(hours)
}

/// The moment at which Dutch clocks show this. Of an hour that comes twice in October, the first; an hour that is left
/// out in March is counted on.
pub fn moment_of(shown: NaiveDateTime) -> Timestamp {
    let at = |hours| Timestamp::from_millis((shown - Duration::hours(hours)).and_utc().timestamp_millis());
    let summer = at(2);
    if dutch_time(summer) == shown {
        summer
    } else {
        at(1)
    }
}

/// The moment at which a day begins on Dutch clocks.
pub fn start_of_day(day: NaiveDate) -> Timestamp {
    moment_of(day.and_hms_opt(0, 0, 0).expect("midnight exists"))
}

/// The Dutch calendar year of a moment.
pub fn dutch_year(moment: Timestamp) -> i32 {
    dutch_time(moment).year()
}

fn is_summer(utc: DateTime<Utc>) -> bool {
    let turn = |month| {
        last_sunday(utc.year(), month)
            .and_hms_opt(1, 0, 0)
            .expect("one o'clock exists")
    };
    (turn(3)..turn(10)).contains(&utc.naive_utc())
}

/// The last Sunday of a month of 31 days.
fn last_sunday(year: i32, month: u32) -> NaiveDate {
    let last = NaiveDate::from_ymd_opt(year, month, 31).expect("the month has 31 days");
    last - Duration::days(i64::from(last.weekday().days_since(Weekday::Sun)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(moment: &str) -> String {
        dutch_time(Timestamp::parse_rfc3339(moment).unwrap())
            .format("%d-%m %H:%M")
            .to_string()
    }

    #[test]
    fn the_clock_goes_forward_in_march_and_back_in_october() {
        assert_eq!(shown("2026-03-29T00:59:00Z"), "29-03 01:59");
        assert_eq!(shown("2026-03-29T01:00:00Z"), "29-03 03:00");
        assert_eq!(shown("2026-10-25T00:59:00Z"), "25-10 02:59");
        assert_eq!(shown("2026-10-25T01:00:00Z"), "25-10 02:00");
    }

    #[test]
    fn what_a_clock_shows_is_a_moment_again() {
        for moment in [
            "2026-01-01T12:00:00Z",
            "2026-07-01T12:00:00Z",
            "2026-03-29T01:00:00Z",
            "2026-10-25T00:30:00Z",
        ] {
            let moment = Timestamp::parse_rfc3339(moment).unwrap();
            assert_eq!(moment_of(dutch_time(moment)), moment);
        }
    }

    #[test]
    fn the_new_year_begins_an_hour_before_it_does_in_utc() {
        let moment = Timestamp::parse_rfc3339("2026-12-31T23:00:00Z").unwrap();
        assert_eq!(dutch_year(moment), 2027);
    }
}
