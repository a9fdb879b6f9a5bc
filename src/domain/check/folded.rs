//! A text as eyes and telephones read it: what looks like a plain character is that character, and what cannot
//! be seen is gone. Every character knows where it came from.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_security::confusable_detection::skeleton;

/// A character of a folded text.
#[derive(Clone, Copy, Debug)]
pub(super) struct FoldedChar {
    /// What it reads as, in its own case.
    pub(super) read: char,
    /// Where it begins in the text, in bytes.
    pub(super) start: usize,
    /// Where it ends.
    pub(super) end: usize,
}

/// A text as it is read.
#[derive(Clone, Debug)]
pub(super) struct Folded {
    chars: Vec<FoldedChar>,
}

impl Folded {
    pub(super) fn of(text: &str) -> Self {
        let mut chars = Vec::with_capacity(text.len());
        for (start, character) in text.char_indices() {
            let end = start + character.len_utf8();
            read_as(character, &mut |read| chars.push(FoldedChar { read, start, end }));
        }
        Self { chars }
    }

    pub(super) fn chars(&self) -> &[FoldedChar] {
        &self.chars
    }

    /// Where a range of characters stands in the text, in bytes.
    pub(super) fn bytes(&self, range: &Range<usize>) -> Range<usize> {
        self.chars[range.start].start..self.chars[range.end - 1].end
    }

    /// The characters of a range in lower case.
    pub(super) fn lower(&self, range: Range<usize>) -> String {
        self.chars[range]
            .iter()
            .flat_map(|one| one.read.to_lowercase())
            .collect()
    }
}

/// What a character reads as: nothing, one character, or several.
fn read_as(character: char, push: &mut impl FnMut(char)) {
    if character.is_ascii() {
        return push(character);
    }
    if is_unseen(character) || is_combining_mark(character) {
        return;
    }
    if let Some(digit) = digit(character) {
        return push(digit);
    }
    for part in std::iter::once(character).nfkc() {
        if !part.is_ascii() && !is_combining_mark(part) {
            push(look_alike(part));
        } else if part.is_ascii() {
            push(part);
        }
    }
}

/// The plain character that this one is taken for (UTS #39, confusables); itself where there is none.
fn look_alike(character: char) -> char {
    // Of the full stops and strokes that other scripts and mathematics bring along, not all are in the table.
    match character {
        '\u{3002}' | '\u{ff61}' | '\u{2024}' | '\u{b7}' | '\u{2022}' | '\u{2219}' | '\u{22c5}' => return '.',
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ad}' | '\u{2043}' => return '-',
        '\u{2044}' | '\u{2215}' | '\u{29f8}' => return '/',
        _ => {}
    }
    let text = character.encode_utf8(&mut [0; 4]).to_owned();
    let mut taken_for = skeleton(&text);
    match (taken_for.next(), taken_for.next()) {
        (Some(plain), None) if plain.is_ascii_graphic() || plain == ' ' => plain,
        _ => character,
    }
}

/// Whether nobody sees it: format characters, fillers and selectors (general category Cf and the default
/// ignorable code points of DerivedCoreProperties.txt).
pub(super) const fn is_unseen(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff9}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// Where the ten decimal digits of other scripts begin (general category Nd, in DerivedNumericType.txt); those
/// that compatibility decomposition brings back are not among them.
const ZEROS: [u32; 37] = [
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0,
    0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50,
    0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0x104a0, 0x11066,
];

/// The digit that a character of another script, or a number in a filled circle, stands for.
fn digit(character: char) -> Option<char> {
    let code = u32::from(character);
    let plain = |value: u32| char::from_digit(value, 10);
    if let Some(zero) = ZEROS.iter().find(|zero| (**zero..**zero + 10).contains(&code)) {
        return plain(code - zero);
    }
    match code {
        0x2776..=0x277e => plain(code - 0x2775),
        0x2780..=0x2788 => plain(code - 0x277f),
        0x278a..=0x2792 => plain(code - 0x2789),
        0x24f5..=0x24fd => plain(code - 0x24f4),
        0x24ea | 0x24ff | 0x1f10b | 0x1f10c => Some('0'),
        _ => None,
    }
}

/// Whether a digit of another script, or one in a circle or a style of its own.
pub(super) fn is_odd_digit(character: char) -> bool {
    digit(character).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        Folded::of(text).chars().iter().map(|one| one.read).collect()
    }

    #[test]
    fn what_looks_plain_reads_plain_and_what_is_unseen_is_gone() {
        for (text, reads) in [
            ("\u{ff10}\u{ff16}", "06"),
            ("0\u{200b}6\u{ad}1", "061"),
            ("\u{660}\u{666}", "06"),
            ("1\u{fe0f}\u{20e3}", "1"),
            ("\u{2776}\u{24ea}", "10"),
            ("\u{1d7ce}\u{1d7d4}", "06"),
            ("p\u{43e}litie\u{3002}nl", "politie.nl"),
            ("06\u{2011}12", "06-12"),
            ("\u{e9}\u{e9}n", "\u{e9}\u{e9}n"),
            ("e\u{301}", "e"),
        ] {
            assert_eq!(read(text), reads, "{text}");
        }
    }

    #[test]
    fn every_character_knows_where_it_came_from() {
        let text = "a\u{200b}\u{ff10}b";
        let folded = Folded::of(text);
        assert_eq!(folded.bytes(&(1..2)), 4..7);
        assert_eq!(&text[folded.bytes(&(0..3))], text);
    }
}
