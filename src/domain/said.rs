//! What people read, in both languages: there is no other way to say something.

use std::borrow::Cow;
use std::fmt;

use super::language::Language;

/// A text in Dutch and English. Displays itself in English, for logs and the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    nl: Cow<'static, str>,
    en: Cow<'static, str>,
}

impl Said {
    /// A text that is always the same.
    pub const fn fixed(nl: &'static str, en: &'static str) -> Self {
        Self {
            nl: Cow::Borrowed(nl),
            en: Cow::Borrowed(en),
        }
    }

    /// A text with names or figures in it.
    pub fn new(nl: impl Into<Cow<'static, str>>, en: impl Into<Cow<'static, str>>) -> Self {
        Self {
            nl: nl.into(),
            en: en.into(),
        }
    }

    /// The text in this language.
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::Nl => &self.nl,
            Language::En => &self.en,
        }
    }

    /// The text as a sentence: with a capital and a full stop.
    #[must_use]
    pub fn sentence(self) -> Self {
        Self::new(sentence(&self.nl), sentence(&self.en))
    }
}

fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().into_iter().flat_map(char::to_uppercase);
    let mut text: String = first.chain(chars).collect();
    if !text.ends_with('.') {
        text.push('.');
    }
    text
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.en)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_becomes_a_sentence_in_both_languages() {
        let said = Said::fixed("één actie: kies haar", "one action: choose it.").sentence();
        assert_eq!(said.in_language(Language::Nl), "Één actie: kies haar.");
        assert_eq!(said.in_language(Language::En), "One action: choose it.");
    }
}
