//! What serde says of a value, as a problem of a field.

use std::borrow::Cow;

use super::super::problem::{Problem, Said};

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
        let message = Said::new(
            "Dit veld bestaat niet: laat het weg, of controleer de naam.",
            "There is no such field: leave it out, or check its name.",
        );
        // The path of an unknown field holds its name already.
        let field = if at == name || at.ends_with(&format!(".{name}")) {
            at.to_owned()
        } else {
            join(at, name)
        };
        return Problem::invalid_field(short(&field), "unknown_field", message);
    }
    let wrong_type = said.starts_with("invalid type");
    let code = if wrong_type { "wrong_type" } else { "invalid_value" };
    Problem::invalid_field(short(at), code, Said::in_english(short(said)))
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
