//! The texts of an action, as people edit them.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::language::Language;
use super::super::problem::{ProblemCode, Problems};

/// The most characters of a title.
pub const MAX_TITLE_CHARS: usize = 80;
/// The most characters of a body: four segments of a text message.
pub const MAX_BODY_CHARS: usize = 600;

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

    /// Adds what is wrong with texts that may still be empty.
    pub fn check_draft(&self, problems: &mut Problems) {
        for language in Language::ALL {
            let text = self.in_language(language);
            let field = |part: &str| format!("texts.{}.{part}", language.tag());
            problems.check_text(&field("title"), &text.title, MAX_TITLE_CHARS, false);
            problems.check_text(&field("body"), &text.body, MAX_BODY_CHARS, true);
        }
    }

    /// Adds what is wrong with texts that are about to be sent.
    pub fn check(&self, problems: &mut Problems) {
        self.check_draft(problems);
        for language in Language::ALL {
            let text = self.in_language(language);
            for (part, text) in [("title", &text.title), ("body", &text.body)] {
                let field = format!("texts.{}.{part}", language.tag());
                problems.add_if(text.trim().is_empty(), field, ProblemCode::TextMissing);
            }
        }
    }
}
