//! Moments and spans as people say them, in Dutch time.

use chrono::Datelike;

use super::Texts;
use crate::domain::clock::Timestamp;
use crate::domain::dutch_time::dutch_time;
use crate::domain::language::Language;

const MONTHS_NL: [&str; 12] = [
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
];
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A moment today as `14:02`, another day with its date: `3 mei, 14:02`, and another year with the year.
pub fn moment(language: Language, at: Timestamp, now: Timestamp) -> String {
    let (at, now) = (dutch_time(at), dutch_time(now));
    let time = at.format("%H:%M");
    if at.date() == now.date() {
        return time.to_string();
    }
    let months = match language {
        Language::Nl => &MONTHS_NL,
        Language::En => &MONTHS_EN,
    };
    let (day, month) = (at.day(), months[at.month0() as usize]);
    if at.year() == now.year() {
        format!("{day} {month}, {time}")
    } else {
        format!("{day} {month} {}, {time}", at.year())
    }
}

/// How long ago, in the largest unit that says enough: seconds are `zojuist`.
pub fn ago(texts: Texts, at: Timestamp, now: Timestamp) -> String {
    let minutes = now.since(at).as_secs() / 60;
    match minutes {
        0 => texts.say("ago-now").to_string(),
        1..60 => texts.say("ago-minutes").with("count", minutes).to_string(),
        60..1440 => texts.say("ago-hours").with("count", minutes / 60).to_string(),
        _ => texts.say("ago-days").with("count", minutes / 1440).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_rfc3339(text).unwrap()
    }

    #[test]
    fn a_moment_says_no_more_than_it_must_and_is_in_dutch_time() {
        let now = at("2026-11-26T13:00:00Z");
        for (moment_at, dutch, english) in [
            ("2026-11-26T12:02:00Z", "13:02", "13:02"),
            ("2026-05-03T12:02:00Z", "3 mei, 14:02", "3 May, 14:02"),
            ("2025-12-31T23:30:00Z", "1 januari, 00:30", "1 January, 00:30"),
            (
                "2024-02-29T12:00:00Z",
                "29 februari 2024, 13:00",
                "29 February 2024, 13:00",
            ),
        ] {
            assert_eq!(moment(Language::Nl, at(moment_at), now), dutch);
            assert_eq!(moment(Language::En, at(moment_at), now), english);
        }
    }

    #[test]
    fn how_long_ago_is_said_in_one_unit() {
        let now = at("2026-11-26T13:00:00Z");
        for (then, dutch, english) in [
            ("2026-11-26T12:59:10Z", "zojuist", "just now"),
            ("2026-11-26T12:57:00Z", "3 min geleden", "3 min ago"),
            ("2026-11-26T11:00:00Z", "2 uur geleden", "2 hours ago"),
            ("2026-11-25T13:00:00Z", "1 dag geleden", "1 day ago"),
            ("2026-11-26T14:00:00Z", "zojuist", "just now"),
        ] {
            assert_eq!(ago(Texts(Language::Nl), at(then), now), dutch);
            assert_eq!(ago(Texts(Language::En), at(then), now), english);
        }
    }
}
