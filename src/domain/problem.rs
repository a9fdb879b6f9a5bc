//! What is wrong with a field, as a code for programs and a sentence for people. All problems of an input are
//! reported at once, and none repeats what was typed but single characters.

use super::language::Language;
use super::said::Said;
pub use code::ProblemCode;

mod code;

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldProblem {
    /// The field, for instance `texts.nl.body` or `description.persons[1].age`.
    pub field: String,
    /// What is wrong, for programs.
    pub code: ProblemCode,
    /// What is wrong and what to do, for people.
    pub said: Said,
}

impl FieldProblem {
    /// The problem of this field, in the code's own words.
    pub fn new(field: impl Into<String>, code: ProblemCode) -> Self {
        Self {
            field: field.into(),
            code,
            said: code.said(),
        }
    }

    /// The same in more exact words.
    #[must_use]
    pub fn saying(self, said: Said) -> Self {
        Self { said, ..self }
    }
}

/// Problems as they are found; empty when all is well.
#[derive(Debug, Default)]
pub struct Problems(Vec<FieldProblem>);

impl Problems {
    /// Adds a problem when `wrong`.
    pub fn add_if(&mut self, wrong: bool, field: impl Into<String>, code: ProblemCode) {
        if wrong {
            self.0.push(FieldProblem::new(field, code));
        }
    }

    /// Adds a problem that names the characters to replace; there may be none.
    pub fn add_naming(&mut self, field: impl Into<String>, code: ProblemCode, characters: &[char]) {
        let problem = FieldProblem::new(field, code);
        if characters.is_empty() {
            self.0.push(problem);
            return;
        }
        let named: String = characters
            .iter()
            .flat_map(|character| [' ', *character])
            .collect();
        let with = |language, hint| format!("{} {hint}{named}", problem.said.in_language(language));
        let said = Said::new(
            with(
                Language::Nl,
                "Of vervang deze tekens, waarvan er \u{e9}\u{e9}n al de ruimte halveert:",
            ),
            with(
                Language::En,
                "Or replace these characters, one of which halves the room already:",
            ),
        );
        self.0.push(problem.saying(said));
    }

    /// Checks a text: at most so many characters, and no control characters but line ends where `lines`.
    pub fn check_text(&mut self, field: &str, text: &str, most: usize, lines: bool) {
        self.add_if(text.chars().count() > most, field, ProblemCode::TextTooLong);
        let control = |c: char| c.is_control() && !(lines && c == '\n');
        self.add_if(text.chars().any(control), field, ProblemCode::TextCharacters);
    }

    /// The value when nothing is wrong, otherwise everything that is.
    pub fn or<T>(self, value: T) -> Result<T, Vec<FieldProblem>> {
        if self.0.is_empty() { Ok(value) } else { Err(self.0) }
    }
}
