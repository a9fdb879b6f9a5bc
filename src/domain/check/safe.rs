//! Digits that are plainly something else than a telephone number: moments, measures, amounts.

use super::run::Run;

/// Words behind digits that say what is counted, in both languages.
const UNITS: &[&str] = &[
    "jaar",
    "jarige",
    "jaren",
    "jr",
    "maanden",
    "weken",
    "dagen",
    "uren",
    "minuten",
    "seconden",
    "meter",
    "m",
    "km",
    "kilometer",
    "cm",
    "centimeter",
    "kg",
    "kilo",
    "euro",
    "mensen",
    "personen",
    "mannen",
    "vrouwen",
    "kinderen",
    "deelnemers",
    "huizen",
    "procent",
    "graden",
    "keer",
    "year",
    "years",
    "months",
    "weeks",
    "days",
    "hours",
    "minutes",
    "seconds",
    "metres",
    "meters",
    "kilometres",
    "kilometers",
    "centimetres",
    "people",
    "persons",
    "men",
    "women",
    "children",
    "participants",
    "percent",
    "degrees",
    "times",
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
    "january",
    "february",
    "march",
    "may",
    "june",
    "july",
    "august",
    "october",
];
/// Words behind an hour.
const HOURS: &[&str] = &["uur", "u", "h", "am", "pm"];
/// The most digits that a unit behind them explains.
const MOST_COUNTED: usize = 4;

/// The group that each piece belongs to when it is plainly something else: pieces of one group have the same
/// number, and none is zero.
pub(super) fn groups(run: &Run) -> Vec<usize> {
    let pieces = &run.pieces;
    let mut groups = vec![0; pieces.len()];
    let (mut at, mut group) = (0, 1);
    while at < pieces.len() {
        let taken = [case_number, date, time, amount, decimal]
            .iter()
            .find_map(|read| read(run, at))
            .unwrap_or(0);
        groups[at..at + taken].fill(group);
        group += 1;
        at += taken.max(1);
    }
    if let Some(last) = groups.last_mut().filter(|group| **group == 0)
        && is_counted(run)
    {
        *last = group;
    }
    groups
}

fn is_counted(run: &Run) -> bool {
    let (Some(last), Some(after)) = (run.pieces.last(), run.after.as_deref()) else {
        return false;
    };
    (last.digits.len() <= MOST_COUNTED && UNITS.contains(&after))
        || (last.digits.len() <= 2 && HOURS.contains(&after))
}

/// The number that this piece is, when it has at most so many digits.
fn value(run: &Run, at: usize, most: usize) -> Option<u32> {
    let piece = run.pieces.get(at)?;
    (piece.digits.len() <= most && !piece.plus).then(|| piece.digits.parse().ok())?
}

/// Whether exactly this stands before a piece.
fn behind(run: &Run, at: usize, gap: &str) -> bool {
    run.pieces.get(at).is_some_and(|piece| piece.gap == gap)
}

/// `14:30`, `14:30:15`, and `14.30` before a word for the hour.
fn time(run: &Run, at: usize) -> Option<usize> {
    let (hour, minute) = (value(run, at, 2)?, value(run, at + 1, 2)?);
    let two = run.pieces[at + 1].digits.len() == 2;
    if hour > 23 || minute > 59 || !two {
        return None;
    }
    let ends = |count: usize, mark: &str| !behind(run, at + count, mark);
    if behind(run, at + 1, ":") {
        let seconds = behind(run, at + 2, ":") && value(run, at + 2, 2).is_some_and(|second| second <= 59);
        let count = if seconds { 3 } else { 2 };
        return ends(count, ":").then_some(count);
    }
    let is_last = at + 2 == run.pieces.len();
    let hours = is_last && run.after.as_deref().is_some_and(|after| HOURS.contains(&after));
    (behind(run, at + 1, ".") && hours).then_some(2)
}

/// `12-03-2026`, `12/3/26`, `2026-03-12`.
fn date(run: &Run, at: usize) -> Option<usize> {
    let marks = ["-", "/", "."];
    let mark = marks
        .iter()
        .find(|mark| behind(run, at + 1, mark) && behind(run, at + 2, mark))?;
    let (first, month, last) = (value(run, at, 4)?, value(run, at + 1, 2)?, value(run, at + 2, 4)?);
    let length = |index: usize| run.pieces[index].digits.len();
    let is_year = |year: u32, length: usize| match length {
        4 => (1900..2100).contains(&year),
        2 => true,
        _ => false,
    };
    let is_day = |day: u32, length: usize| length <= 2 && (1..=31).contains(&day);
    let by_day = is_day(first, length(at)) && is_year(last, length(at + 2));
    let by_year = length(at) == 4 && is_year(first, 4) && is_day(last, length(at + 2));
    let is_date = (1..=12).contains(&month) && (by_day || by_year) && !behind(run, at + 3, mark);
    is_date.then_some(3)
}

/// `1,85`.
fn decimal(run: &Run, at: usize) -> Option<usize> {
    value(run, at, 3)?;
    value(run, at + 1, 2)?;
    let alone = !behind(run, at + 2, ",");
    (behind(run, at + 1, ",") && alone).then_some(2)
}

/// `300.000`.
fn amount(run: &Run, at: usize) -> Option<usize> {
    let first = value(run, at, 3)?;
    let thousands = run.pieces[at + 1..]
        .iter()
        .take_while(|piece| piece.gap == "." && piece.digits.len() == 3)
        .count();
    let all = run.pieces[at + 1 + thousands..].first();
    let ends = all.is_none_or(|next| next.gap != ".");
    (first > 0 && !run.pieces[at].digits.starts_with('0') && thousands > 0 && ends).then_some(thousands + 1)
}

/// The number under which the Dutch police registers a case: `PL0900-2026123456`.
fn case_number(run: &Run, at: usize) -> Option<usize> {
    let is_first = at == 0 && run.glued.as_deref() == Some("pl");
    let (unit, case) = (run.pieces.get(at)?, run.pieces.get(at + 1)?);
    let is_case = case.digits.len() == 10 && (case.digits.starts_with("20") || case.digits.starts_with("19"));
    (is_first && unit.digits.len() == 4 && is_case && case.gap == "-").then_some(2)
}
