//! A Dutch postcode, with or without its letters.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A postcode: `3511` (an area) or `3511AB` (part of a street). Personal when it belongs to a participant:
/// `Debug` shows none of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Postcode {
    digits: u16,
    letters: Option<[u8; 2]>,
}

impl Postcode {
    /// The four digits, 1000 to 9999: the code of a postcode area.
    pub const fn digits(self) -> u16 {
        self.digits
    }

    /// The postcode without its letters.
    #[must_use]
    pub const fn area(self) -> Self {
        Self {
            digits: self.digits,
            letters: None,
        }
    }

    /// Whether the letters are there.
    pub const fn has_letters(self) -> bool {
        self.letters.is_some()
    }
}

impl FromStr for Postcode {
    type Err = PostcodeError;

    /// Reads `3511`, `3511AB`, `3511 ab`.
    fn from_str(text: &str) -> Result<Self, PostcodeError> {
        let text = text.trim();
        let (digits, letters) = text.split_at_checked(4).ok_or(PostcodeError)?;
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) || digits.starts_with('0') {
            return Err(PostcodeError);
        }
        let digits = digits.parse().map_err(|_| PostcodeError)?;
        let letters = match letters.strip_prefix(' ').unwrap_or(letters).as_bytes() {
            [] => None,
            [first, second] if first.is_ascii_alphabetic() && second.is_ascii_alphabetic() => {
                Some([first.to_ascii_uppercase(), second.to_ascii_uppercase()])
            }
            _ => return Err(PostcodeError),
        };
        // Never given out, for what they stood for.
        if letters.is_some_and(|letters| matches!(&letters, b"SA" | b"SD" | b"SS")) {
            return Err(PostcodeError);
        }
        Ok(Self { digits, letters })
    }
}

impl fmt::Display for Postcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.digits)?;
        self.letters
            .iter()
            .flatten()
            .try_for_each(|letter| write!(f, "{}", char::from(*letter)))
    }
}

impl fmt::Debug for Postcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Postcode(..)")
    }
}

impl TryFrom<String> for Postcode {
    type Error = PostcodeError;

    fn try_from(text: String) -> Result<Self, PostcodeError> {
        text.parse()
    }
}

impl From<Postcode> for String {
    fn from(postcode: Postcode) -> Self {
        postcode.to_string()
    }
}

/// The text is no Dutch postcode. Never repeats the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no Dutch postcode: write four digits, and the two letters if you know them, as 3511AB")]
pub struct PostcodeError;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_postcode_is_read_with_and_without_letters() {
        assert_eq!("3511ab".parse::<Postcode>().unwrap().to_string(), "3511AB");
        assert_eq!(
            " 3511 AB ".parse::<Postcode>().unwrap().area().to_string(),
            "3511"
        );
        assert!(!"3511".parse::<Postcode>().unwrap().has_letters());
    }

    #[test]
    fn what_is_no_postcode_is_refused() {
        for text in [
            "",
            "351",
            "0511AB",
            "3511A",
            "3511  AB",
            "3511ABC",
            "3511A1",
            "+351AB",
            "3511SS",
            "35\u{e9}1AB",
        ] {
            assert_eq!(text.parse::<Postcode>(), Err(PostcodeError), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_and_what_is_read_stays_the_same(text in "\\PC{0,8}|[0-9]{4} ?[A-Za-z]{0,2}") {
            if let Ok(postcode) = text.parse::<Postcode>() {
                prop_assert_eq!(postcode.to_string().parse::<Postcode>().unwrap(), postcode);
            }
        }
    }
}
