//! A telephone number in E.164, read from the ways in which people in the Netherlands write it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The most digits of an international number (ITU-T E.164 section 6.2).
const MAX_DIGITS: usize = 15;
/// The fewest digits that a number with country code has anywhere in use.
const MIN_DIGITS: usize = 8;
/// The most characters that are read at all, punctuation included.
const MAX_TEXT_LEN: usize = 64;

/// A telephone number that may receive a text message, in E.164 (`+31612345678`). Personal: `Debug` shows
/// none of it.
///
/// Read are `+31 6 1234 5678`, `0031612345678`, `06-12345678`, `+31 (0)6 12345678` and the same for other
/// countries. A Dutch number must be a mobile one (061 to 065, 068, or 097 for devices; nummerplan
/// telefoon- en ISDN-diensten); of other countries only the length is judged.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// The number in E.164, for instance `+31612345678`. It is also the form under which it is found again.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PhoneNumber {
    type Err = PhoneError;

    fn from_str(text: &str) -> Result<Self, PhoneError> {
        let mut digits = international_digits(text)?;
        if let Some(national) = digits.strip_prefix("31") {
            // "+31 (0)6": the zero is dialled inside the country only.
            let national = national.strip_prefix('0').unwrap_or(national).to_owned();
            check_dutch(&national)?;
            digits = format!("31{national}");
        } else if digits.starts_with('0') {
            return Err(PhoneError::CountryCode);
        } else if !(MIN_DIGITS..=MAX_DIGITS).contains(&digits.len()) {
            return Err(PhoneError::Length);
        }
        Ok(Self(format!("+{digits}")))
    }
}

/// The digits from the country code on.
fn international_digits(text: &str) -> Result<String, PhoneError> {
    if text.len() > MAX_TEXT_LEN {
        return Err(PhoneError::Length);
    }
    let mut plus = false;
    let mut digits = String::with_capacity(MAX_DIGITS);
    for character in text.chars() {
        match character {
            '0'..='9' => digits.push(character),
            '+' if digits.is_empty() && !plus => plus = true,
            // What people and address books put between digits: also the hyphens and the direction marks
            // that a telephone adds when a number is copied from its contacts.
            ' '
            | '\t'
            | '-'
            | '.'
            | '/'
            | '('
            | ')'
            | '\u{a0}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2010}'..='\u{2013}'
            | '\u{202a}'..='\u{202e}'
            | '\u{202f}'
            | '\u{2066}'..='\u{2069}' => {}
            _ => return Err(PhoneError::Character),
        }
    }
    match (plus, digits.strip_prefix("00"), digits.strip_prefix('0')) {
        _ if digits.is_empty() => Err(PhoneError::Empty),
        (true, _, _) => Ok(digits),
        (false, Some(international), _) => Ok(international.to_owned()),
        (false, None, Some(national)) => Ok(format!("31{national}")),
        (false, None, None) => Err(PhoneError::CountryCode),
    }
}

/// Whether the part after the country code is of a Dutch mobile number.
fn check_dutch(national: &str) -> Result<(), PhoneError> {
    let expected_len = match national.as_bytes() {
        [b'6', b'1'..=b'5' | b'8', ..] => 9,
        [b'9', b'7', ..] => 11,
        [] | [b'6' | b'9'] => return Err(PhoneError::Length),
        _ => return Err(PhoneError::NotMobile),
    };
    if national.len() == expected_len {
        Ok(())
    } else {
        Err(PhoneError::Length)
    }
}

impl TryFrom<String> for PhoneNumber {
    type Error = PhoneError;

    fn try_from(text: String) -> Result<Self, PhoneError> {
        text.parse()
    }
}

impl From<PhoneNumber> for String {
    fn from(number: PhoneNumber) -> Self {
        number.0
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PhoneNumber(..)")
    }
}

/// Why a text is no telephone number that can be texted. Never repeats the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// No digit is written.
    #[error("the telephone number is empty: write it as 06-12345678 or +31612345678")]
    Empty,
    /// Something that is not part of a number.
    #[error("the telephone number has a character that does not belong: use digits, and + only in front")]
    Character,
    /// Neither Dutch nor with a country code.
    #[error("the telephone number begins with no country code: write it as 06-12345678 or +31612345678")]
    CountryCode,
    /// Too few or too many digits.
    #[error(
        "the telephone number has too few or too many digits: a Dutch mobile number has ten, as 06-12345678"
    )]
    Length,
    /// A Dutch number that takes no text messages.
    #[error("the telephone number is not a mobile number: give one that begins with 06")]
    NotMobile,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> Result<String, PhoneError> {
        text.parse::<PhoneNumber>().map(String::from)
    }

    #[test]
    fn every_way_to_write_a_dutch_mobile_number_gives_the_same() {
        for text in [
            "06-12345678",
            "06 12 34 56 78",
            "0612345678",
            "+31612345678",
            "+31 6 1234 5678",
            "+31 (0)6 12345678",
            "0031612345678",
            "00 31 (0)6-12345678",
            "\u{202a}+31 6 12345678\u{202c}",
        ] {
            assert_eq!(parse(text).as_deref(), Ok("+31612345678"), "{text}");
        }
    }

    #[test]
    fn numbers_of_other_countries_and_of_devices_are_kept() {
        assert_eq!(parse("+32 470 12 34 56").as_deref(), Ok("+32470123456"));
        assert_eq!(parse("0049 151 23456789").as_deref(), Ok("+4915123456789"));
        assert_eq!(parse("097 012345678").as_deref(), Ok("+3197012345678"));
        assert_eq!(parse("097 01234567").as_deref(), Err(&PhoneError::Length));
    }

    #[test]
    fn what_cannot_be_texted_is_refused_with_the_reason() {
        for (text, error) in [
            ("", PhoneError::Empty),
            (" - ", PhoneError::Empty),
            ("06-1234567", PhoneError::Length),
            ("06-123456789", PhoneError::Length),
            ("06-1234567a", PhoneError::Character),
            ("06+12345678", PhoneError::Character),
            ("612345678", PhoneError::CountryCode),
            ("+0612345678", PhoneError::CountryCode),
            ("030-1234567", PhoneError::NotMobile),
            ("0800-1234", PhoneError::NotMobile),
            ("06-66123456", PhoneError::NotMobile),
            ("+3212", PhoneError::Length),
            ("+1234567890123456", PhoneError::Length),
        ] {
            assert_eq!(parse(text), Err(error), "{text}");
        }
        assert_eq!(parse(&"0".repeat(1000)), Err(PhoneError::Length));
    }

    #[test]
    fn debug_shows_nothing_of_the_number() {
        assert_eq!(
            format!("{:?}", "0612345678".parse::<PhoneNumber>().unwrap()),
            "PhoneNumber(..)"
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_and_what_is_read_stays_the_same(text in "\\PC{0,70}") {
            if let Ok(number) = text.parse::<PhoneNumber>() {
                prop_assert_eq!(number.as_str().parse::<PhoneNumber>().unwrap(), number);
            }
        }

        #[test]
        fn digits_are_read_or_refused_and_what_is_read_stays_the_same(text in "(\\+|00?)?[0-9]{0,17}") {
            if let Ok(number) = text.parse::<PhoneNumber>() {
                prop_assert!(number.as_str().len() <= MAX_DIGITS + 1);
                prop_assert_eq!(number.as_str().parse::<PhoneNumber>().unwrap(), number);
            }
        }
    }
}
