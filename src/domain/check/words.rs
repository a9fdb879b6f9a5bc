//! Words of a text, with where they stand.

use std::ops::Range;

/// A run of letters, digits and the marks that stand inside words.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word<'a> {
    pub(super) text: &'a str,
    pub(super) start: usize,
}

impl Word<'_> {
    pub(super) const fn bytes(&self) -> Range<usize> {
        self.start..self.start + self.text.len()
    }
}

/// The words of a text, split at spaces, without the punctuation around them. A full stop at the end stays with
/// the caller to see: [`is_followed_by_stop`].
pub(super) fn words(text: &str) -> impl Iterator<Item = Word<'_>> {
    let mut at = 0;
    text.split(char::is_whitespace).filter_map(move |chunk| {
        let start = at;
        at += chunk.len();
        // The character that split, which may take more than one byte.
        at += text[at..].chars().next().map_or(0, char::len_utf8);
        let inside = |c: char| c.is_alphanumeric();
        let first = chunk.find(inside)?;
        let last = chunk.char_indices().rev().find(|(_, c)| inside(*c))?;
        let end = last.0 + last.1.len_utf8();
        Some(Word {
            text: &chunk[first..end],
            start: start + first,
        })
    })
}

/// Whether a full stop stands right behind the word.
pub(super) fn is_followed_by_stop(text: &str, word: &Word<'_>) -> bool {
    text[word.bytes().end..].starts_with('.')
}

/// The letters of a word in lower case and without accents, as lists hold them.
pub(super) fn plain(word: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    use unicode_normalization::char::is_combining_mark;
    word.nfd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_where_they_are_found() {
        let text = "(de heer\u{a0}Jansen, d.w.z. 'Jan').";
        let found: Vec<_> = words(text).map(|word| word.text).collect();
        assert_eq!(found, ["de", "heer", "Jansen", "d.w.z", "Jan"]);
        for word in words(text) {
            assert_eq!(&text[word.bytes()], word.text);
        }
        assert_eq!(plain("\u{c9}\u{e9}n"), "een");
    }
}
