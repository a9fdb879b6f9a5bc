//! The page of a problem, for people who followed a link.

use axum::response::Response;

use super::Page;
use crate::domain::language::Language;
use crate::web::problem::Problem;

/// The page.
pub fn refused(language: Language, problem: &Problem) -> Response {
    let (title, detail) = problem.words(language);
    let mut page = Page::new(language, title);
    page.markup("<h1>")
        .text(title)
        .markup("</h1>\n")
        .paragraph(detail);
    let mut response = page.answer(problem.kind().status());
    problem.add_headers(response.headers_mut());
    response
}
