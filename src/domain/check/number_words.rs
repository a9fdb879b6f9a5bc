//! Numbers written out in Dutch and English, also written together, as the digits that they stand for.

use std::collections::HashMap;
use std::sync::LazyLock;

const DUTCH_ONES: [&str; 20] = [
    "nul",
    "een",
    "twee",
    "drie",
    "vier",
    "vijf",
    "zes",
    "zeven",
    "acht",
    "negen",
    "tien",
    "elf",
    "twaalf",
    "dertien",
    "veertien",
    "vijftien",
    "zestien",
    "zeventien",
    "achttien",
    "negentien",
];
const DUTCH_TENS: [&str; 8] = [
    "twintig", "dertig", "veertig", "vijftig", "zestig", "zeventig", "tachtig", "negentig",
];
const ENGLISH_ONES: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const ENGLISH_TENS: [&str; 8] = [
    "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
];

/// Every number word with its digits.
static WORDS: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let mut words = HashMap::new();
    for ones in [DUTCH_ONES, ENGLISH_ONES] {
        for (value, word) in ones.iter().enumerate() {
            words.insert((*word).to_owned(), value.to_string());
        }
    }
    for (index, tens) in DUTCH_TENS.iter().enumerate() {
        let value = (index + 2) * 10;
        words.insert((*tens).to_owned(), value.to_string());
        for (one, word) in DUTCH_ONES.iter().enumerate().take(10).skip(1) {
            words.insert(format!("{word}en{tens}"), (value + one).to_string());
        }
    }
    for (index, tens) in ENGLISH_TENS.iter().enumerate() {
        let value = (index + 2) * 10;
        words.insert((*tens).to_owned(), value.to_string());
        for (one, word) in ENGLISH_ONES.iter().enumerate().take(10).skip(1) {
            words.insert(format!("{tens}{word}"), (value + one).to_string());
        }
    }
    for (one, word) in DUTCH_ONES.iter().enumerate().take(10).skip(1) {
        words.insert(format!("{word}honderd"), (one * 100).to_string());
    }
    for (word, digits) in [
        ("fourty", "40"),
        ("een's", "1"),
        ("ooh", "0"),
        ("oh", "0"),
        ("niks", "0"),
    ] {
        words.insert(word.to_owned(), digits.to_owned());
    }
    words
});

/// The longest number word, in bytes.
const LONGEST: usize = 20;
/// The longest token that is taken apart, in bytes.
const LONGEST_TOKEN: usize = 120;

/// The digits that a token stands for, when it is made of number words and digits alone; `token` is in lower
/// case and without accents.
pub(super) fn digits_of(token: &str) -> Option<String> {
    if token.is_empty() || token.len() > LONGEST_TOKEN || !token.is_ascii() {
        return None;
    }
    // From the end: what the rest from each position stands for, longest words first.
    let mut rest: Vec<Option<String>> = vec![None; token.len() + 1];
    rest[token.len()] = Some(String::new());
    for start in (0..token.len()).rev() {
        let byte = token.as_bytes()[start];
        if byte.is_ascii_digit() {
            rest[start] = rest[start + 1]
                .as_ref()
                .map(|rest| format!("{}{rest}", char::from(byte)));
            continue;
        }
        rest[start] = (start + 1..=token.len().min(start + LONGEST))
            .rev()
            .find_map(|end| {
                let (digits, rest) = (WORDS.get(&token[start..end])?, rest[end].as_ref()?);
                Some(format!("{digits}{rest}"))
            });
    }
    rest.swap_remove(0)
}

/// Whether a token is a number word of tens in English, which a word of ones may follow: `twenty one`.
pub(super) fn is_english_tens(token: &str) -> bool {
    ENGLISH_TENS.contains(&token)
}

/// Whether a token is a number word of ones in English.
pub(super) fn is_english_one(token: &str) -> bool {
    ENGLISH_ONES[1..10].contains(&token)
}

/// How often the next digit is said: `double two`.
pub(super) fn repetition(token: &str) -> Option<usize> {
    match token {
        "dubbel" | "dubbele" | "double" => Some(2),
        "driedubbel" | "drievoudig" | "triple" | "treble" => Some(3),
        _ => None,
    }
}

/// Whether a word is said between digits without being one.
pub(super) fn is_between_digits(token: &str) -> bool {
    matches!(
        token,
        "en" | "dan"
            | "and"
            | "then"
            | "streep"
            | "streepje"
            | "koppelteken"
            | "dash"
            | "hyphen"
            | "min"
            | "minus"
            | "spatie"
            | "space"
            | "punt"
            | "dot"
            | "point"
            | "komma"
            | "comma"
            | "slash"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_words_are_digits_also_when_written_together() {
        for (token, digits) in [
            ("nul", "0"),
            ("een", "1"),
            ("vierendertig", "34"),
            ("eenentwintig", "21"),
            ("tweeenzestig", "62"),
            ("nulzestwaalf", "0612"),
            ("0zes12", "0612"),
            ("negenhonderd", "900"),
            ("twentyone", "21"),
            ("zerosixone", "061"),
        ] {
            assert_eq!(digits_of(token).as_deref(), Some(digits), "{token}");
        }
        for token in ["", "jas", "zeven1jas", "eenhoorn", "a2"] {
            assert_eq!(digits_of(token), None, "{token}");
        }
    }

    #[test]
    fn every_number_up_to_a_hundred_is_known_in_dutch() {
        let known = WORDS.values().filter_map(|digits| digits.parse::<u32>().ok());
        let known: std::collections::BTreeSet<_> = known.filter(|value| *value < 100).collect();
        assert_eq!(known.len(), 100);
    }
}
