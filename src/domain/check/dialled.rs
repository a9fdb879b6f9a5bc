//! A number as it is dialled in the Netherlands: international, for services, or short.

use std::fmt;

/// The most digits of an international number (ITU-T E.164, section 6.2).
const MAX_DIGITS: usize = 15;
/// The fewest digits of an international number in use anywhere.
const MIN_DIGITS: usize = 8;

/// A number as it is dialled: `+31302345678`, `+319008844`, or a short one like `112`.
///
/// A number of services (0800, 0900, 0906, 0909, four or seven digits more) is written with its country code too,
/// so that every number but a short one has one form (nummerplan telefoon- en ISDN-diensten).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Dialled(String);

impl Dialled {
    /// The number that these digits dial, `international` behind a plus; none when they dial nothing that there
    /// is.
    pub(super) fn of_digits(digits: &str, international: bool) -> Option<Self> {
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        if international {
            return Self::abroad(digits);
        }
        if let Some(rest) = digits.strip_prefix("00") {
            return Self::abroad(rest);
        }
        match digits.strip_prefix('0') {
            Some(national) => is_dutch(national).then(|| Self(format!("+31{national}"))),
            None => is_short(digits).then(|| Self(digits.to_owned())),
        }
    }

    fn abroad(digits: &str) -> Option<Self> {
        if let Some(national) = digits.strip_prefix("31") {
            // "+31 (0)30": the zero is dialled inside the country only.
            let national = national.strip_prefix('0').unwrap_or(national);
            return is_dutch(national).then(|| Self(format!("+31{national}")));
        }
        let fits = (MIN_DIGITS..=MAX_DIGITS).contains(&digits.len()) && !digits.starts_with('0');
        fits.then(|| Self(format!("+{digits}")))
    }

    /// Reads a number as people type it, with spaces and the like between its digits.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let (international, rest) = match text.strip_prefix('+') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let mut digits = String::new();
        for character in rest.chars() {
            match character {
                '0'..='9' => digits.push(character),
                ' ' | '-' | '.' | '/' | '(' | ')' | '\u{a0}' | '\u{2010}'..='\u{2013}' => {}
                _ => return None,
            }
        }
        Self::of_digits(&digits, international)
    }

    /// The number as it was stored.
    pub fn stored(text: &str) -> Option<Self> {
        Self::read(text).filter(|number| number.0 == text)
    }

    /// The one form that it has.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Dialled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether these digits behind the zero are a Dutch number.
fn is_dutch(national: &str) -> bool {
    let behind = |prefix: &str| national.strip_prefix(prefix).map(str::len);
    for prefix in ["800", "900", "906", "909"] {
        if let Some(more) = behind(prefix) {
            return more == 4 || more == 7;
        }
    }
    match national.as_bytes() {
        [b'9', b'7', ..] => national.len() == 11,
        [b'1'..=b'7', ..] | [b'8', b'4' | b'5' | b'7' | b'8', ..] | [b'9', b'1', ..] => national.len() == 9,
        _ => false,
    }
}

/// Whether these digits are a short number: 112, 0-less service numbers of three to six digits.
fn is_short(digits: &str) -> bool {
    (3..=6).contains(&digits.len()) && !digits.starts_with('0')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_way_to_write_a_number_dials_the_same() {
        for text in [
            "030-2345678",
            "+31 30 234 56 78",
            "0031 30 2345678",
            "+31 (0)30-2345678",
        ] {
            assert_eq!(Dialled::read(text).unwrap().as_str(), "+31302345678", "{text}");
        }
        assert_eq!(Dialled::read("0900 8844").unwrap().as_str(), "+319008844");
        assert_eq!(Dialled::read("0800-0112").unwrap().as_str(), "+318000112");
        assert_eq!(Dialled::read("112").unwrap().as_str(), "112");
        assert_eq!(
            Dialled::read("+49 151 23456789").unwrap().as_str(),
            "+4915123456789"
        );
        for text in ["", "06-1234567", "0900 88", "11", "+31 12", "bel 112", "0000000"] {
            assert_eq!(Dialled::read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_read_reads_the_same_again(text in "\\+?[0-9 ()-]{0,20}") {
            if let Some(number) = Dialled::read(&text) {
                prop_assert_eq!(Dialled::stored(number.as_str()), Some(number));
            }
        }
    }
}
