//! The `Retry-After` header (RFC 9110 section 10.2.3): seconds, or a moment in one of three notations.

use std::time::Duration;

use chrono::{DateTime, NaiveDateTime};
use http::HeaderMap;
use http::header::RETRY_AFTER;

use crate::domain::clock::Timestamp;

/// The longest wait that is believed; a longer one is cut to it, so that no answer silences an account for good.
pub const LONGEST_WAIT: Duration = Duration::from_hours(24);

/// How long the provider asks to wait, seen from `now`; none without the header or when it cannot be read.
pub fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    parse(headers.get(RETRY_AFTER)?.to_str().ok()?, now)
}

/// Reads the header's value. A moment that has passed is no wait at all.
pub fn parse(value: &str, now: Timestamp) -> Option<Duration> {
    let value = value.trim();
    let wait = if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // Only digits that do not fit are too many of them.
        value.parse().map_or(LONGEST_WAIT, Duration::from_secs)
    } else {
        moment(value)?.since(now)
    };
    Some(wait.min(LONGEST_WAIT))
}

/// An HTTP-date (RFC 9110 section 5.6.7): IMF-fixdate, or one of the two obsolete forms.
fn moment(value: &str) -> Option<Timestamp> {
    if let Ok(fixdate) = DateTime::parse_from_rfc2822(value) {
        return Some(Timestamp::from_millis(fixdate.timestamp_millis()));
    }
    ["%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(value, form).ok())
        .map(|naive| Timestamp::from_millis(naive.and_utc().timestamp_millis()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// 1994-11-06T08:49:07Z, half a minute before the moment in the RFC's examples.
    const NOW: Timestamp = Timestamp::from_millis(784_111_747_000);

    #[test]
    fn every_notation_of_the_standard_is_read() {
        for value in [
            "30",
            " 30 ",
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
        ] {
            assert_eq!(parse(value, NOW), Some(Duration::from_secs(30)), "{value}");
        }
    }

    #[test]
    fn a_moment_that_has_passed_is_no_wait() {
        assert_eq!(parse("Sun, 06 Nov 1994 08:00:00 GMT", NOW), Some(Duration::ZERO));
    }

    #[test]
    fn what_is_no_wait_is_left_out_and_an_endless_one_is_cut() {
        for value in ["", "-1", "1.5", "soon", "30s", "Sun, 06 Nov"] {
            assert_eq!(parse(value, NOW), None, "{value}");
        }
        for value in [
            "86401",
            "99999999999999999999999",
            "Thu, 06 Nov 2994 08:49:37 GMT",
        ] {
            assert_eq!(parse(value, NOW), Some(LONGEST_WAIT), "{value}");
        }
    }

    proptest! {
        #[test]
        fn no_value_panics_or_exceeds_the_longest_wait(value in "\\PC{0,60}") {
            prop_assert!(parse(&value, NOW).is_none_or(|wait| wait <= LONGEST_WAIT));
        }

        #[test]
        fn seconds_are_honoured_whole(seconds in 0_u64..=86_400) {
            prop_assert_eq!(parse(&seconds.to_string(), NOW), Some(Duration::from_secs(seconds)));
        }
    }
}
