//! What is wrong with what was typed, as sentences above a form.

use crate::domain::language::Language;
use crate::web::problem::Problem;

/// Sentence by sentence: what is wrong with fields, otherwise what is the matter.
pub fn sentences(problem: &Problem, language: Language) -> Vec<String> {
    let fields: Vec<_> = problem
        .fields(language)
        .map(|(_, said)| said.to_owned())
        .collect();
    if fields.is_empty() {
        vec![problem.words(language).1.to_owned()]
    } else {
        fields
    }
}
