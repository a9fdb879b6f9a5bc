//! The pages behind the links in messages: an alert with a form for a tip, what became of the tip, ending a topic, and
//! accepting an invitation. They work without script and on any telephone.

use http::{HeaderMap, header};

use super::cookies;
use super::texts::Texts;
use super::visit::Visit;
use crate::domain::language::Language;
use crate::web::Web;

pub mod alert;
pub mod followed;
pub mod join;
pub mod searched;
pub mod subscription;
#[cfg(test)]
mod tests;

/// Whether the caller reads pages rather than JSON: a browser does, and so does whoever does not say.
pub fn wants_page(headers: &HeaderMap) -> bool {
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok());
    accept.is_none_or(|accept| accept.contains("text/html") || !accept.contains("application/json"))
}

/// A visit in the language of whoever got the link, unless they chose another one here.
#[must_use]
pub fn in_language_of(visit: Visit, web: &Web, headers: &HeaderMap, language: Language) -> Visit {
    let chosen = cookies::language(web, headers).unwrap_or(language);
    Visit {
        t: Texts(chosen),
        ..visit
    }
}
