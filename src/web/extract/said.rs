//! What serde says of a value, as a problem of a field.

use std::borrow::Cow;

use super::super::problem::Problem;
use crate::domain::language::Language;
use crate::domain::problem::{FieldProblem, ProblemCode};
use crate::domain::said::Said;

/// The most characters of what serde says that are passed on: it may repeat what was sent.
const MOST: usize = 300;

/// The problem of the value at `path`, of which serde says `said`.
pub fn what_is_wrong(path: &str, said: &str) -> Problem {
    let said = said.rsplit_once(" at line ").map_or(said, |(said, _)| said);
    let at = if path == "." { "" } else { path };
    if let Some(name) = quoted(said, "missing field `") {
        return Problem::missing(&join(at, name));
    }
    if let Some(name) = quoted(said, "unknown field `") {
        // The path of an unknown field holds its name already.
        let field = if at == name || at.ends_with(&format!(".{name}")) {
            at.to_owned()
        } else {
            join(at, name)
        };
        return Problem::invalid_field(short(&field), ProblemCode::UnknownField);
    }
    let wrong_type = said.starts_with("invalid type");
    let code = if wrong_type {
        ProblemCode::WrongType
    } else {
        ProblemCode::InvalidValue
    };
    // What serde says is more exact, and English. Of a choice the names can be told in Dutch as well.
    let choice = said
        .split_once(", expected ")
        .filter(|_| said.starts_with("unknown variant"));
    let nl = match choice {
        Some((_, names)) => format!("Kies uit: {}.", short(names.trim_start_matches("one of "))),
        None => code.said().in_language(Language::Nl).to_owned(),
    };
    let field = FieldProblem::new(short(at), code);
    field.saying(Said::new(nl, short(said))).into()
}

fn quoted<'a>(said: &'a str, start: &str) -> Option<&'a str> {
    said.strip_prefix(start)?.split('`').next()
}

fn join(at: &str, name: &str) -> String {
    if at.is_empty() {
        name.to_owned()
    } else {
        format!("{at}.{name}")
    }
}

fn short(text: &str) -> Cow<'static, str> {
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]).into(),
        None => text.to_owned().into(),
    }
}
