//! Telephone numbers that the register does not hold, however they are written.

use std::ops::Range;

use super::dialled::Dialled;
use super::folded::Folded;
use super::register::Register;
use super::run::{MOST_PIECES, Run, runs};
use super::safe::groups;
use super::{CheckCode, Finding, TextPlace};

/// Words that say that digits are to be called.
const CALL: &[&str] = &[
    "bel",
    "bell",
    "belt",
    "bellen",
    "belde",
    "gebeld",
    "terugbellen",
    "telefoon",
    "telefoonnummer",
    "telefonisch",
    "tel",
    "mobiel",
    "mobieltje",
    "sms",
    "smsen",
    "sms't",
    "app",
    "appen",
    "whatsapp",
    "whatsappen",
    "toets",
    "kies",
    "draai",
    "alarmnummer",
    "tiplijn",
    "call",
    "calls",
    "calling",
    "phone",
    "telephone",
    "ring",
    "dial",
    "text",
    "texting",
    "hotline",
    "helpline",
    "tipline",
];
/// Words that may say so, and may not.
const NUMBER: &[&str] = &["nummer", "number", "nr"];
/// The fewest digits behind them that are a number to call.
const FEWEST_CALLED: usize = 3;
/// The same behind a word that may say so.
const FEWEST_NUMBERED: usize = 5;
/// The fewest digits behind a zero that are a number, if a mistyped one.
const FEWEST_NATIONAL: usize = 7;
/// The fewest digits of a number without any sign of one.
const FEWEST_BARE: usize = 10;
/// The most digits that may be meant as one number.
const MOST_DIGITS: usize = 15;

pub(super) fn check(folded: &Folded, at: TextPlace, register: &Register, findings: &mut Vec<Finding>) {
    for run in runs(folded) {
        let mut found = run
            .joined()
            .map(|joined| unknown(&joined, register))
            .unwrap_or_default();
        if found.is_empty() {
            found = unknown(&run, register);
        }
        for chars in found {
            findings.push(Finding::at(CheckCode::NumberUnknown, at, folded.bytes(&chars)));
        }
    }
}

/// Where numbers stand that the register does not hold, in characters.
fn unknown(run: &Run, register: &Register) -> Vec<Range<usize>> {
    let groups = groups(run);
    let count = run.pieces.len();
    let (mut found, mut at) = (Vec::new(), 0);
    while at < count {
        if let Some(end) = registered(run, at, register) {
            at = end;
        } else if let Some(end) = certain(run, &groups, at).or_else(|| likely(run, &groups, at)) {
            found.push(run.chars(at..end));
            at = end;
        } else {
            at += 1;
        }
    }
    found
}

/// The ends that a number from a piece on may have, the furthest first; a plus begins another number.
fn ends(run: &Run, at: usize) -> impl Iterator<Item = usize> {
    let further = run.pieces[at + 1..]
        .iter()
        .take(MOST_PIECES)
        .take_while(|piece| !piece.plus)
        .count();
    (at + 1..=at + 1 + further).rev()
}

fn registered(run: &Run, at: usize, register: &Register) -> Option<usize> {
    ends(run, at).find(|end| {
        let dialled = Dialled::of_digits(&run.digits(at..*end), run.pieces[at].plus);
        dialled.is_some_and(|number| register.holds_number(&number))
    })
}

/// Where a number ends that is one by its digits.
fn certain(run: &Run, groups: &[usize], at: usize) -> Option<usize> {
    ends(run, at).find(|end| {
        let splits = *end < groups.len() && groups[*end] != 0 && groups[*end] == groups[*end - 1];
        let splits = splits || (at > 0 && groups[at] != 0 && groups[at] == groups[at - 1]);
        let is_plain = groups[at..*end].contains(&0);
        let digits = run.digits(at..*end);
        let plus = run.pieces[at].plus;
        let long = digits.len() >= FEWEST_NATIONAL;
        let dialled = long && Dialled::of_digits(&digits, plus).is_some();
        let bare =
            !plus && is_bare(&digits) && run.pieces[at + 1..*end].iter().all(|piece| !is_list(&piece.gap));
        !splits && is_plain && (dialled || bare)
    })
}

/// Whether digits without zero or plus are a Dutch number: a mobile one, or one with its country code.
fn is_bare(digits: &str) -> bool {
    let mobile =
        |digits: &str| digits.len() == 9 && matches!(digits.as_bytes(), [b'6', b'1'..=b'5' | b'8', ..]);
    mobile(digits) || digits.starts_with("31") && Dialled::of_digits(digits, true).is_some()
}

/// Whether a list goes on, rather than a number.
fn is_list(gap: &str) -> bool {
    gap.contains([',', ':', ';'])
}

fn is_end_of_sentence(gap: &str) -> bool {
    gap.contains(['.', '!', '?']) && gap.contains(char::is_whitespace)
}

/// Where digits end that may be meant as a number: called, or beginning or as long as one. A mistyped number is
/// none that the register holds either.
fn likely(run: &Run, groups: &[usize], at: usize) -> Option<usize> {
    let plain = groups[at..].iter().take_while(|group| **group == 0).count();
    let more = ends(run, at).next()?.min(at + plain);
    let digits = run.digits(at..more);
    let length = digits.len();
    if length == 0 || length > MOST_DIGITS * 2 {
        return None;
    }
    let new_sentence = run.pieces[1..=at]
        .iter()
        .any(|piece| is_end_of_sentence(&piece.gap));
    let said = |words: &[&str]| !new_sentence && run.before.iter().any(|word| words.contains(&word.as_str()));
    let called = (said(CALL) && length >= FEWEST_CALLED) || (said(NUMBER) && length >= FEWEST_NUMBERED);
    let national =
        (digits.starts_with('0') || run.pieces[at].plus) && (FEWEST_NATIONAL..=MOST_DIGITS).contains(&length);
    let is_year = digits.starts_with("19") || digits.starts_with("20");
    let bare = (FEWEST_BARE..=MOST_DIGITS).contains(&length) && !is_year;
    (called || national || bare).then_some(more)
}
