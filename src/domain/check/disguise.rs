//! Characters that cannot be seen, or that stand for others: whatever they hide, a message does not need them.

use unicode_normalization::char::is_combining_mark;
use unicode_security::MixedScript;

use super::folded::{is_odd_digit, is_unseen};
use super::{CheckCode, Finding, TextPlace};

pub(super) fn check(text: &str, at: TextPlace, findings: &mut Vec<Finding>) {
    let (mut before, mut last_end) = (None, 0);
    for (start, character) in text.char_indices() {
        let end = start + character.len_utf8();
        let after = text[end..].chars().next();
        if is_hidden(character, before, after) || is_dressed(character) {
            let bytes = start..end;
            match findings.last_mut() {
                // One finding for what stands together.
                Some(last)
                    if last.code == CheckCode::CharactersDisguised && last_end == start && start > 0 =>
                {
                    if let Some(mark) = &mut last.mark {
                        mark.bytes.end = end;
                    }
                }
                _ => findings.push(Finding::at(CheckCode::CharactersDisguised, at, bytes)),
            }
            last_end = end;
        }
        before = Some(character);
    }
    let mut start = 0;
    for token in text.split_inclusive(|c: char| !c.is_alphanumeric()) {
        let word = token.trim_end_matches(|c: char| !c.is_alphanumeric());
        if !word.is_ascii() && word.chars().any(|c| c.is_ascii_alphabetic()) && !word.is_single_script() {
            let bytes = start..start + word.len();
            findings.push(Finding::at(CheckCode::CharactersDisguised, at, bytes));
        }
        start += token.len();
    }
}

/// Whether nobody sees it, and nothing visible needs it.
fn is_hidden(character: char, before: Option<char>, after: Option<char>) -> bool {
    // Emoji are put together with joiners and selectors.
    let joins = matches!(character, '\u{200d}' | '\u{fe0f}' | '\u{fe0e}');
    let pictured = |c: Option<char>| c.is_some_and(|c| !c.is_ascii() && !c.is_alphanumeric());
    if joins && pictured(before) && (character != '\u{200d}' || pictured(after)) {
        return false;
    }
    // An accent of its own belongs to the letter before it.
    let accent = is_combining_mark(character) && before.is_some_and(char::is_alphabetic);
    (is_unseen(character) || is_combining_mark(character)) && !accent && !(joins && pictured(before))
}

/// Whether it is a plain letter or figure in a dress: full width, of mathematics, in a circle, of another script.
fn is_dressed(character: char) -> bool {
    let code = u32::from(character);
    let ranges = [
        0xff01..=0xff5e,
        0x2460..=0x24ff,
        0x2776..=0x2793,
        0x1d400..=0x1d7ff,
        0x1f100..=0x1f1ad,
        0x2070..=0x2070,
        0x2074..=0x2079,
        0x2080..=0x2089,
    ];
    is_odd_digit(character) || ranges.iter().any(|range| range.contains(&code))
}
