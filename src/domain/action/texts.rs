//! The texts of an action, as people edit them.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::channel::{Channel, ChannelSet};
use super::super::language::Language;
use super::super::problem::{ProblemCode, Problems};
use super::super::sms_text::{fits_with_link, outside_gsm7};

/// The most characters of a title.
pub const MAX_TITLE_CHARS: usize = 80;
/// The most characters of a body: with its link five segments of a text message, as long as all of them stand
/// in the GSM alphabet.
pub const MAX_BODY_CHARS: usize = 600;
/// Characters that are named of those which make a text message longer.
const NAMED_CHARACTERS: usize = 10;

/// What people read, in one language. `Debug` shows none of it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Text {
    /// A line of a few words, at most [`MAX_TITLE_CHARS`] characters: not in the SMS.
    pub title: String,
    /// The text itself, at most [`MAX_BODY_CHARS`] characters, lines separated by `\n`.
    pub body: String,
}

/// What people read, in every language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Texts {
    /// In Dutch.
    pub nl: Text,
    /// In English.
    pub en: Text,
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Text(..)")
    }
}

impl Text {
    /// The text with this title and body.
    pub fn new(title: impl Into<String>, body: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            body: body.into(),
        }
    }
}

impl Texts {
    /// The text in this language.
    pub const fn in_language(&self, language: Language) -> &Text {
        match language {
            Language::Nl => &self.nl,
            Language::En => &self.en,
        }
    }

    /// Adds what is wrong with texts for these channels that may still be empty.
    pub fn check_draft(&self, channels: ChannelSet, problems: &mut Problems) {
        for language in Language::ALL {
            let text = self.in_language(language);
            let field = |part: &str| format!("texts.{}.{part}", language.tag());
            problems.check_text(&field("title"), &text.title, MAX_TITLE_CHARS, false);
            problems.check_text(&field("body"), &text.body, MAX_BODY_CHARS, true);
            if channels.contains(Channel::Sms) && !fits_with_link(&text.body) {
                let costly = outside_gsm7(&text.body, NAMED_CHARACTERS);
                problems.add_naming(field("body"), ProblemCode::SmsTooLong, &costly);
            }
        }
    }

    /// Adds what is wrong with texts that are about to be sent over these channels.
    pub fn check(&self, channels: ChannelSet, problems: &mut Problems) {
        self.check_draft(channels, problems);
        for language in Language::ALL {
            let text = self.in_language(language);
            for (part, text) in [("title", &text.title), ("body", &text.body)] {
                let field = format!("texts.{}.{part}", language.tag());
                problems.add_if(text.trim().is_empty(), field, ProblemCode::TextMissing);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::problem::FieldProblem;

    fn problems(body: &str, channels: ChannelSet) -> Vec<FieldProblem> {
        let texts = Texts {
            nl: Text::new("Gezocht", body),
            en: Text::new("Wanted", "A man in a red coat."),
        };
        let mut problems = Problems::default();
        texts.check(channels, &mut problems);
        problems.or(()).err().unwrap_or_default()
    }

    #[test]
    fn the_longest_text_in_the_gsm_alphabet_fits_and_one_other_character_does_not() {
        let longest = "a".repeat(MAX_BODY_CHARS);
        assert_eq!(problems(&longest, ChannelSet::ALL), []);
        let other = format!("\u{201c}{}\u{ea}", "a".repeat(MAX_BODY_CHARS - 2));
        let found = problems(&other, ChannelSet::ALL);
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].field.as_str(), found[0].code),
            ("texts.nl.body", ProblemCode::SmsTooLong)
        );
        for language in Language::ALL {
            let message = found[0].said.in_language(language);
            assert!(
                message.contains('\u{201c}') && message.contains('\u{ea}'),
                "{message}"
            );
        }
        let without_sms = ChannelSet::ALL.without(Channel::Sms);
        assert_eq!(
            problems(&other, without_sms),
            [],
            "only text messages have segments"
        );
        let shorter: String = other.chars().take(200).collect();
        assert_eq!(problems(&shorter, ChannelSet::ALL), []);
    }

    #[test]
    fn characters_that_take_two_places_count_twice() {
        assert_eq!(problems(&"\u{20ac}".repeat(300), ChannelSet::ALL), []);
        let found = problems(&"\u{20ac}".repeat(400), ChannelSet::ALL);
        assert_eq!(found[0].code, ProblemCode::SmsTooLong);
        assert_eq!(
            found[0].said,
            ProblemCode::SmsTooLong.said(),
            "all of them stand in the GSM alphabet"
        );
    }
}
