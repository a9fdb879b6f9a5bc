//! The words of a tip that tell it from others: without those that every sentence has, and with plates and ages
//! told apart.

use std::collections::BTreeSet;

/// Words that every Dutch or English sentence has, and those that every tip has.
const STOP: &[&str] = &[
    "a",
    "aan",
    "about",
    "achter",
    "after",
    "al",
    "all",
    "alleen",
    "als",
    "also",
    "an",
    "and",
    "are",
    "as",
    "at",
    "be",
    "been",
    "ben",
    "bij",
    "but",
    "by",
    "daar",
    "dag",
    "dan",
    "dat",
    "de",
    "deze",
    "die",
    "dit",
    "did",
    "door",
    "dus",
    "een",
    "en",
    "er",
    "for",
    "from",
    "ga",
    "gaan",
    "gezien",
    "ging",
    "goed",
    "had",
    "has",
    "have",
    "he",
    "heb",
    "heeft",
    "hem",
    "her",
    "het",
    "hier",
    "hij",
    "hij's",
    "him",
    "his",
    "hoe",
    "i",
    "ik",
    "in",
    "is",
    "it",
    "its",
    "ja",
    "jullie",
    "kan",
    "kon",
    "last",
    "man",
    "me",
    "meer",
    "met",
    "mij",
    "mijn",
    "misschien",
    "my",
    "na",
    "naar",
    "net",
    "niet",
    "no",
    "nog",
    "not",
    "nu",
    "of",
    "om",
    "on",
    "one",
    "onder",
    "ons",
    "ook",
    "op",
    "or",
    "over",
    "persoon",
    "saw",
    "seen",
    "she",
    "so",
    "te",
    "that",
    "the",
    "their",
    "them",
    "then",
    "there",
    "they",
    "think",
    "this",
    "to",
    "toen",
    "tot",
    "u",
    "uit",
    "uur",
    "van",
    "vanaf",
    "veel",
    "voor",
    "waar",
    "walked",
    "walking",
    "was",
    "wat",
    "we",
    "wel",
    "were",
    "what",
    "where",
    "which",
    "who",
    "wie",
    "will",
    "with",
    "woman",
    "vrouw",
    "ze",
    "zag",
    "zij",
    "zijn",
    "zo",
    "zou",
    "you",
    "your",
];
/// The most words of a text that are looked at.
const WORDS: usize = 600;
/// The most characters of a word.
const CHARS: usize = 40;
/// What stands after an age.
const YEARS: [&str; 7] = ["jaar", "jarige", "jarig", "jr", "years", "year", "yr"];

/// What tells a text from others. Personal, as the text is.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Words {
    /// Number plates, without dashes.
    pub(super) plates: BTreeSet<String>,
    /// Ages.
    pub(super) ages: BTreeSet<u8>,
    /// The other words.
    pub(super) others: BTreeSet<String>,
}

impl Words {
    /// Those of a text.
    pub(super) fn of(text: &str) -> Self {
        let lower = text.to_lowercase();
        let mut found = Self::default();
        let pieces = lower
            .split(|c: char| !c.is_alphanumeric() && c != '-')
            .map(|piece| piece.trim_matches('-'))
            .filter(|piece| !piece.is_empty() && piece.chars().count() <= CHARS)
            .take(WORDS);
        let pieces: Vec<&str> = pieces.collect();
        for (at, piece) in pieces.iter().enumerate() {
            if let Some(plate) = plate(piece) {
                found.plates.insert(plate);
                continue;
            }
            // `9-jarige` is an age as much as `9 jaar`.
            let mut words = piece.split('-').peekable();
            while let Some(word) = words.next() {
                let next = words.peek().copied().or_else(|| pieces.get(at + 1).copied());
                let years = next.is_some_and(|next| YEARS.contains(&next));
                match word.parse::<u8>() {
                    Ok(age) if age <= 120 && years => {
                        found.ages.insert(age);
                    }
                    _ if word.is_empty() || STOP.contains(&word) || YEARS.contains(&word) => {}
                    _ => {
                        found.others.insert(word.to_owned());
                    }
                }
            }
        }
        found
    }
}

/// A Dutch number plate: six letters and digits in three groups, each of letters or of digits alone, with dashes
/// or without.
fn plate(piece: &str) -> Option<String> {
    let plain: String = piece.chars().filter(|c| *c != '-').collect();
    if plain.len() != 6 || !plain.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let groups: Vec<&str> = piece.split('-').collect();
    let of_one_kind = |group: &&str| {
        group.bytes().all(|byte| byte.is_ascii_digit())
            || group.bytes().all(|byte| byte.is_ascii_alphabetic())
    };
    let has = |kind: fn(&u8) -> bool| plain.bytes().any(|byte| kind(&byte));
    let mixed = has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic);
    let turns = plain
        .as_bytes()
        .windows(2)
        .filter(|pair| pair[0].is_ascii_digit() != pair[1].is_ascii_digit())
        .count();
    let dashed = groups.len() == 3 && groups.iter().all(of_one_kind);
    let written_together = groups.len() == 1 && turns == 2;
    (mixed && (dashed || written_together)).then_some(plain)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn plates_and_ages_are_told_apart_from_words() {
        let words = Words::of(
            "Ik zag een zwarte Golf, kenteken GH-123-X, met een jongen van 9 jaar en een 40-jarige.",
        );
        assert_eq!(words.plates, BTreeSet::from(["gh123x".to_owned()]));
        assert_eq!(words.ages, BTreeSet::from([9, 40]));
        let others: Vec<_> = words.others.iter().map(String::as_str).collect();
        assert_eq!(others, ["golf", "jongen", "kenteken", "zwarte"]);
    }

    #[test]
    fn plates_are_known_with_dashes_and_without() {
        for (text, known) in [
            ("gh123x", true),
            ("12-ab-34", true),
            ("AB-12-CD", true),
            ("1-ABC-23", true),
            ("99-XXX-9", true),
            ("AB-CD-12", true),
            ("123456", false),
            ("jaszak", false),
            ("ab12", false),
            ("14-10-20", false),
            ("2000m2a", false),
        ] {
            assert_eq!(plate(&text.to_lowercase()).is_some(), known, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_fall_over(text in "\\PC{0,300}") {
            let words = Words::of(&text);
            prop_assert!(words.others.iter().all(|word| !STOP.contains(&word.as_str())));
        }
    }
}
