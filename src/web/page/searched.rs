//! The page that thanks whoever looked and found nothing.

use axum::response::Response;
use http::StatusCode;

use super::Page;
use crate::domain::language::Language;

/// The page, with the way back to the alert.
pub fn thanked(language: Language, reference: &str) -> Response {
    let title = match language {
        Language::Nl => "Dank u wel voor het zoeken",
        Language::En => "Thank you for searching",
    };
    let mut page = Page::new(language, title);
    page.markup("<h1>").text(title).markup("</h1>\n<p>");
    page.said(
        "De meldkamer ziet nu dat daar is gezocht.",
        "The control room now sees that somebody searched there.",
    );
    page.markup("</p>\n<p><a href=\"/a/").text(reference);
    page.markup("\">")
        .said("Terug naar de oproep", "Back to the call");
    page.markup("</a></p>\n");
    page.answer(StatusCode::OK)
}
