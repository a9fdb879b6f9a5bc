//! Texts that shout.

use super::words::words;
use super::{CheckCode, Finding, TextPlace};

/// The fewest letters of a text that is judged.
const FEWEST_LETTERS: usize = 12;
/// The fewest capital letters of a single word that shouts.
const SHOUTED_WORD: usize = 7;

pub(super) fn check(text: &str, at: TextPlace, findings: &mut Vec<Finding>) {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let capitals = text.chars().filter(|c| c.is_uppercase()).count();
    if letters >= FEWEST_LETTERS && capitals * 10 > letters * 6 {
        findings.push(Finding::at(CheckCode::Capitals, at, 0..text.len()));
        return;
    }
    for word in words(text) {
        let letters = word.text.chars().filter(|c| c.is_alphabetic()).count();
        let shouts =
            letters >= SHOUTED_WORD && word.text.chars().all(|c| c.is_uppercase() || !c.is_alphabetic());
        if shouts {
            let calm = calm(word.text);
            findings.push(Finding::at(CheckCode::Capitals, at, word.bytes()).proposing(calm));
        }
    }
}

/// The word with its first letter alone as a capital.
fn calm(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().into_iter();
    first.chain(letters.flat_map(char::to_lowercase)).collect()
}
