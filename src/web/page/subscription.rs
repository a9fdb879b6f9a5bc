//! The page that says what ends with a click and what goes on, with the way back.

use axum::response::Response;
use http::StatusCode;

use super::Page;
use crate::desk::participants::Subscription;
use crate::domain::language::Language;
use crate::domain::participant::Topic;

/// The page of a mail's link by which a topic is switched.
pub fn subscription(reference: &str, found: &Subscription) -> Response {
    let language = found.language;
    let topic = name(found.topic, language);
    let title = match (found.is_on, language) {
        (true, Language::Nl) => format!("Geen berichten meer over: {topic}?"),
        (true, Language::En) => format!("No more messages about: {topic}?"),
        (false, Language::Nl) => format!("U krijgt geen berichten meer over: {topic}"),
        (false, Language::En) => format!("You get no more messages about: {topic}"),
    };
    let mut page = Page::new(language, &title);
    page.markup("<h1>").text(&title).markup("</h1>\n<p>");
    if found.others.is_empty() {
        page.said(
            "U bent dan voor niets meer aangemeld.",
            "You are then registered for nothing more.",
        );
        page.markup("</p>\n");
    } else {
        page.said("Dit blijft u wel krijgen:", "You will still get:");
        page.markup("</p>\n<ul>\n");
        for other in found.others.iter() {
            page.markup("<li>").text(name(other, language)).markup("</li>\n");
        }
        page.markup("</ul>\n");
    }
    page.markup("<form method=\"post\" action=\"/u/").text(reference);
    if found.is_on {
        page.markup("\">\n<button>")
            .said("Stop deze berichten", "Stop these messages");
    } else {
        page.markup("/back\">\n<button>")
            .said("Toch weer ontvangen", "Get them again after all");
    }
    page.markup("</button>\n</form>\n");
    page.answer(StatusCode::OK)
}

/// What people call a topic.
const fn name(topic: Topic, language: Language) -> &'static str {
    match (topic, language) {
        (Topic::Urgent, Language::Nl) => "oproepen waarbij minuten tellen",
        (Topic::Urgent, Language::En) => "call-outs in which minutes count",
        (Topic::MissingPersons, Language::Nl) => "vermiste personen",
        (Topic::MissingPersons, Language::En) => "missing persons",
        (Topic::Informative, Language::Nl) => "oproepen en nieuws zonder haast",
        (Topic::Informative, Language::En) => "calls and news without hurry",
        (Topic::Prevention, Language::Nl) => "preventietips",
        (Topic::Prevention, Language::En) => "advice on prevention",
        (Topic::Survey, Language::Nl) => "digitale buurtonderzoeken",
        (Topic::Survey, Language::En) => "digital neighbourhood surveys",
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::html;
    use super::*;
    use crate::domain::participant::Topics;

    #[tokio::test]
    async fn the_page_says_what_ends_what_goes_on_and_the_way_back() {
        let mut found = Subscription {
            topic: Topic::Informative,
            is_on: true,
            others: Topics::CALL_OUTS,
            language: Language::Nl,
        };
        let page = html(subscription("AAEC", &found)).await;
        assert!(page.contains("<h1>Geen berichten meer over: oproepen en nieuws zonder haast?</h1>"));
        assert!(page.contains("<li>vermiste personen</li>"));
        assert!(page.contains("action=\"/u/AAEC\""));
        found.is_on = false;
        found.language = Language::En;
        let page = html(subscription("AAEC", &found)).await;
        assert!(page.contains("You get no more messages about: calls and news without hurry"));
        assert!(page.contains("action=\"/u/AAEC/back\""));
    }
}
