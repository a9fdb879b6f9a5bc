//! Exercises: their texts say so, and texts that say so belong to exercises alone.

use super::texts::{Text, Texts};
use crate::domain::language::Language;

/// How every text of an exercise begins.
pub const fn exercise_mark(language: Language) -> &'static str {
    match language {
        Language::Nl => "OEFENING",
        Language::En => "EXERCISE",
    }
}

/// Words with which nobody begins a real call-out.
const FIRST_WORDS: [&str; 9] = [
    "oefening",
    "oefenalarm",
    "exercise",
    "drill",
    "test",
    "tests",
    "testbericht",
    "proefalarm",
    "demo",
];
/// What nobody says in one.
const PHRASES: [&str; 9] = [
    "dit is een oefening",
    "dit is geen oefening",
    "dit is een test",
    "this is a drill",
    "this is not a drill",
    "this is a test",
    "this is only a test",
    "this is an exercise",
    "this is not an exercise",
];

impl Text {
    fn as_exercise(&self, language: Language) -> Self {
        let mark = exercise_mark(language);
        let marked = |text: &str| {
            if text.trim().is_empty() || text.starts_with(mark) {
                text.to_owned()
            } else {
                format!("{mark}: {text}")
            }
        };
        Self::new(marked(&self.title), marked(&self.body))
    }

    fn says_it_is_a_test(&self) -> bool {
        [&self.title, &self.body].into_iter().any(|text| {
            let words: Vec<String> = text
                .split(|c: char| !c.is_alphanumeric())
                .filter(|word| !word.is_empty())
                .map(str::to_lowercase)
                .collect();
            let begins = words
                .first()
                .is_some_and(|word| FIRST_WORDS.contains(&word.as_str()));
            let joined = format!(" {} ", words.join(" "));
            begins
                || PHRASES
                    .iter()
                    .any(|phrase| joined.contains(&format!(" {phrase} ")))
        })
    }
}

impl Texts {
    /// The texts as those of an exercise: whatever is not empty begins with [`exercise_mark`], once.
    #[must_use]
    pub fn as_exercise(&self) -> Self {
        Self {
            nl: self.nl.as_exercise(Language::Nl),
            en: self.en.as_exercise(Language::En),
        }
    }

    /// Whether one of them says that it is an exercise or a test, which nothing that goes to real people may say.
    pub fn say_it_is_a_test(&self) -> bool {
        self.nl.says_it_is_a_test() || self.en.says_it_is_a_test()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_test_is_known_by_its_words() {
        for text in [
            "TEST: alarm",
            "[Oefening] brand",
            "Oefening",
            "Ballistic missile inbound. This is not a drill.",
            "Dit is een  oefening: negeer dit bericht",
            "test",
            "drill! drill!",
        ] {
            assert!(Text::new("Gezocht", text).says_it_is_a_test(), "{text}");
            assert!(Text::new(text, "Gezocht").says_it_is_a_test(), "{text}");
        }
        for text in [
            "Getest op de testbaan: een rode auto",
            "Man met boormachine en een testrapport",
            "Vermist: Jan, 84 jaar, voor het laatst gezien na een oefening",
            "",
        ] {
            assert!(!Text::new("Gezocht", text).says_it_is_a_test(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn an_exercise_says_so_at_the_beginning_of_every_text_and_once(title in ".{0,60}", body in ".{0,60}") {
            let texts = Texts { nl: Text::new(title.clone(), body.clone()), en: Text::new(title, body) };
            let marked = texts.as_exercise();
            prop_assert_eq!(&marked.as_exercise(), &marked);
            for language in Language::ALL {
                let text = marked.in_language(language);
                for part in [&text.title, &text.body] {
                    prop_assert!(part.trim().is_empty() || part.starts_with(exercise_mark(language)));
                }
            }
        }
    }
}
