//! The page that tells whoever sent a tip what became of it.

use axum::response::Response;
use http::StatusCode;

use super::Page;
use crate::domain::language::Language;

/// The page; `state` is a sentence that says how far the tip is.
pub fn followed(language: Language, state: &str) -> Response {
    let title = match language {
        Language::Nl => "Dank u wel voor uw tip",
        Language::En => "Thank you for your tip",
    };
    let mut page = Page::new(language, title);
    page.markup("<h1>").text(title).markup("</h1>\n").paragraph(state);
    page.markup("<p>").said(
        "Bewaar deze pagina: hier ziet u wat er met uw tip gebeurt.",
        "Keep this page: here you see what becomes of your tip.",
    );
    page.markup("</p>\n<p>").said(
        "Ziet u het nu weer? Bel 112. Benader niemand zelf.",
        "Do you see it again now? Call 112. Do not approach anyone yourself.",
    );
    page.markup("</p>\n");
    page.answer(StatusCode::OK)
}
