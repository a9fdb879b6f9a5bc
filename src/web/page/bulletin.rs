//! The page of a public action, for whoever was not called on: what was said last, and whom to call.

use axum::response::Response;
use http::StatusCode;

use super::Page;
use crate::desk::feeds::Bulletin;
use crate::domain::action::{EMERGENCY_NUMBER, POLICE_NUMBER};
use crate::domain::dutch_time::dutch_time;
use crate::domain::language::Language;

/// The page.
pub fn bulletin(bulletin: &Bulletin, language: Language) -> Response {
    let text = bulletin.texts().in_language(language);
    let mut page = Page::new(language, &text.title);
    page.markup("<h1>").text(&text.title).markup("</h1>\n<p><small>");
    let updated = dutch_time(bulletin.updated_at()).format("%d-%m-%Y %H:%M");
    page.text(&bulletin.place).text(", ").text(updated);
    page.markup("</small></p>\n<p class=\"body\">")
        .text(&text.body)
        .markup("</p>\n<p>");
    page.said("Ziet u dit nu? Bel ", "Do you see this now? Call ")
        .text(EMERGENCY_NUMBER);
    page.said(
        ". Weet u iets zonder haast? Bel ",
        ". Do you know something without hurry? Call ",
    )
    .text(POLICE_NUMBER);
    page.said(". Benader niemand zelf.", ". Do not approach anyone yourself.")
        .markup("</p>\n");
    page.answer(StatusCode::OK)
}
