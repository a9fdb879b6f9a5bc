//! The page of an alert: its text, its photos, how it ended, and a form for a tip.

use axum::response::Response;
use http::StatusCode;

use super::Page;
use crate::desk::actions::{PublicAction, PublicMessage};
use crate::domain::dutch_time::dutch_time;
use crate::domain::language::Language;
use crate::web::problem::Problem;

/// What the page of an alert shows.
#[derive(Clone, Debug)]
pub struct AlertView<'a> {
    language: Language,
    reference: &'a str,
    call_out: &'a PublicMessage,
    /// What was sent after it, the newest first.
    news: &'a [PublicMessage],
    photos: usize,
    ended: bool,
}

impl<'a> AlertView<'a> {
    /// The view of an action by this reference; none before anything of it was sent.
    pub fn new(language: Language, reference: &'a str, action: &'a PublicAction) -> Option<Self> {
        let (call_out, news) = action.messages.split_last()?;
        Some(Self {
            language,
            reference,
            call_out,
            news,
            photos: action.photos.len(),
            ended: action.ended,
        })
    }
}

/// A tip that was not taken: what was typed, and why.
#[derive(Clone, Copy, Debug)]
pub struct Refused<'a> {
    /// Why, field by field.
    pub problem: &'a Problem,
    /// The text that was typed, so that it is not lost.
    pub text: &'a str,
}

/// The page.
pub fn alert(view: &AlertView<'_>, refused: Option<Refused<'_>>) -> Response {
    let title = &view.call_out.text.title;
    let mut page = Page::new(view.language, title);
    page.markup("<h1>").text(title).markup("</h1>\n");
    if view.ended {
        page.markup("<p class=\"ended\"><strong>");
        page.said("Deze actie is afgelopen.", "This action has ended.");
        page.markup("</strong></p>\n");
    }
    for message in view.news {
        page.markup("<section class=\"ended\">\n<h2>")
            .text(&message.text.title)
            .markup("</h2>\n");
        text(&mut page, message, view.language);
        page.markup("</section>\n");
    }
    text(&mut page, view.call_out, view.language);
    for photo in 0..view.photos {
        page.markup("<p><img src=\"/a/")
            .text(view.reference)
            .markup("/photos/")
            .text(photo);
        page.markup("\" alt=\"")
            .said("Foto bij deze oproep", "Photo with this call")
            .markup("\"></p>\n");
    }
    form(&mut page, view, refused);
    searched(&mut page, view);
    let status = refused.map_or(StatusCode::OK, |refused| refused.problem.kind().status());
    let mut response = page.answer(status);
    if let Some(refused) = refused {
        refused.problem.add_headers(response.headers_mut());
    }
    response
}

fn text(page: &mut Page, message: &PublicMessage, language: Language) {
    page.markup("<p><small>")
        .text(moment(message, language))
        .markup("</small></p>\n");
    page.markup("<p class=\"body\">")
        .text(&message.text.body)
        .markup("</p>\n");
}

fn moment(message: &PublicMessage, language: Language) -> String {
    let local = dutch_time(message.sent_at);
    match language {
        Language::Nl => local.format("%d-%m-%Y om %H:%M").to_string(),
        Language::En => local.format("%d-%m-%Y at %H:%M").to_string(),
    }
}

fn form(page: &mut Page, view: &AlertView<'_>, refused: Option<Refused<'_>>) {
    page.markup("<h2>")
        .said("Ik heb informatie", "I have information")
        .markup("</h2>\n<p>");
    page.said(
        "Ziet u dit nu? Bel 112. Benader niemand zelf.",
        "Do you see this now? Call 112. Do not approach anyone yourself.",
    );
    page.markup("</p>\n");
    if let Some(refused) = refused {
        why(page, view.language, refused.problem);
    }
    page.markup("<form method=\"post\" enctype=\"multipart/form-data\" action=\"/a/")
        .text(view.reference);
    page.markup("\">\n<label for=\"text\">")
        .said("Wat hebt u gezien?", "What did you see?");
    page.markup("<span class=\"hint\">").said(
        "Wat, waar, hoe laat, en welke kant het op ging.",
        "What, where, at what time, and which way it went.",
    );
    page.markup(
        "</span></label>\n<textarea id=\"text\" name=\"text\" rows=\"6\" maxlength=\"2000\" required>",
    );
    page.text(refused.map_or("", |refused| refused.text));
    page.markup("</textarea>\n<label for=\"photos\">").said(
        "Foto's of een film (niet verplicht, ten hoogste vijf foto's en een film van 30 seconden)",
        "Photos or a film (optional, at most five photos and a film of 30 seconds)",
    );
    page.markup(
        "</label>\n<input id=\"photos\" name=\"photos\" type=\"file\" multiple \
         accept=\"image/jpeg,image/png,image/webp,video/mp4,video/quicktime,video/webm\">\n<label for=\"name\">",
    );
    page.said("Uw naam (niet verplicht)", "Your name (optional)");
    page.markup(
        "</label>\n<input id=\"name\" name=\"name\" type=\"text\" maxlength=\"100\" autocomplete=\"name\">\n",
    );
    page.markup("<label for=\"phone\">").said(
        "Uw telefoonnummer (niet verplicht)",
        "Your phone number (optional)",
    );
    page.markup(
        "</label>\n<input id=\"phone\" name=\"phone\" type=\"tel\" maxlength=\"25\" autocomplete=\"tel\">\n",
    );
    page.markup("<label><input type=\"checkbox\" name=\"anonymous\" value=\"true\">")
        .said(
            "Ik wil anoniem blijven (laat naam en nummer dan leeg)",
            "I want to stay anonymous (then leave name and number empty)",
        );
    page.markup("</label>\n<button>")
        .said("Verstuur", "Send")
        .markup("</button>\n</form>\n<p><small>");
    page.said(
        "Alleen de meldkamer leest uw tip. U ziet daarna wat ermee gebeurt.",
        "Only the control room reads your tip. Afterwards you see what becomes of it.",
    );
    page.markup("</small></p>\n");
}

/// The form of whoever looked and found nothing. A place is pasted from a map: the page runs no script that could
/// ask the telephone.
fn searched(page: &mut Page, view: &AlertView<'_>) {
    page.markup("<h2>")
        .said("Ik heb gezocht en niets gevonden", "I searched and found nothing")
        .markup("</h2>\n<p>");
    page.said(
        "Dat helpt ook: dan hoeft daar niemand meer te zoeken.",
        "That helps as well: nobody has to search there again.",
    );
    page.markup("</p>\n<form method=\"post\" action=\"/a/")
        .text(view.reference);
    page.markup("/searched\">\n<label for=\"what\">").said(
        "Wat hebt u doorzocht? Bijvoorbeeld: mijn tuin en de schuur, Dorpsstraat 12",
        "What did you search? For example: my garden and the shed, Dorpsstraat 12",
    );
    page.markup(
        "</label>\n<input id=\"what\" name=\"what\" type=\"text\" maxlength=\"500\">\n<label for=\"place\">",
    );
    page.said(
        "Plek op de kaart (niet verplicht): plak de coördinaten, bijvoorbeeld 52.0907, 5.1214",
        "Place on the map (optional): paste its coordinates, for example 52.0907, 5.1214",
    );
    page.markup("</label>\n<input id=\"place\" name=\"place\" type=\"text\" maxlength=\"60\">\n<label for=\"radius_m\">");
    page.said("Hoe ver eromheen?", "How far around it?");
    page.markup(
        "</label>\n<select id=\"radius_m\" name=\"radius_m\">\n<option value=\"50\">50 m</option>\n\
         <option value=\"100\" selected>100 m</option>\n<option value=\"250\">250 m</option>\n\
         <option value=\"500\">500 m</option>\n<option value=\"1000\">1 km</option>\n</select>\n<button>",
    );
    page.said("Geef door", "Report").markup("</button>\n</form>\n");
}

fn why(page: &mut Page, language: Language, problem: &Problem) {
    let (title, detail) = problem.words(language);
    page.markup("<div class=\"wrong\" role=\"alert\">\n<p><strong>")
        .text(title)
        .markup("</strong></p>\n");
    let mut any = false;
    for (_, message) in problem.fields(language) {
        page.paragraph(message);
        any = true;
    }
    if !any {
        page.paragraph(detail);
    }
    page.markup("</div>\n");
}
