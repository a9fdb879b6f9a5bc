use axum::body::to_bytes;
use axum::response::Response;
use http::{HeaderValue, StatusCode};

use super::alert::{alert, empty_tip};
use super::subscription::subscription;
use super::*;
use crate::desk::actions::{PublicAction, PublicMessage};
use crate::desk::participants::Subscription;
use crate::domain::action::{ActionNumber, Text};
use crate::domain::clock::Timestamp;
use crate::domain::id::PhotoId;
use crate::domain::message::Purpose;
use crate::domain::participant::{Topic, Topics};
use crate::web::problem::{Problem, ProblemKind};

fn visit(language: Language) -> Visit {
    Visit {
        t: Texts(language),
        now: Timestamp::from_millis(1_772_373_780_000),
        path: "/a/AAECAw".to_owned(),
        is_partial: false,
        is_training: false,
        network: "Burgernet".to_owned(),
    }
}

fn message(purpose: Purpose, title: &str, body: &str) -> PublicMessage {
    PublicMessage {
        purpose,
        sent_at: Timestamp::from_millis(1_772_373_720_000),
        text: Text::new(title, body),
    }
}

fn action() -> PublicAction {
    let body = "Wij zoeken een man\nmet een \"rode\" <jas> & pet";
    PublicAction {
        number: ActionNumber::new(2026, 123),
        messages: vec![message(Purpose::Alert, "Vermist persoon", body)],
        photos: vec![PhotoId::from_uuid(uuid::Uuid::nil())],
        ended: false,
        is_public: true,
    }
}

async fn html(response: Response) -> String {
    let bytes = to_bytes(response.into_body(), 100_000).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

const SHARED: &str = "https://oproep.example/p/2026-00123";

async fn shown(action: &PublicAction, language: Language) -> String {
    html(alert(
        &visit(language),
        "AAECAw",
        action,
        Some(SHARED.to_owned()),
        empty_tip("AAECAw"),
        None,
    ))
    .await
}

#[tokio::test]
async fn the_page_of_an_alert_reads_well_and_takes_a_tip_without_script() {
    let page = shown(&action(), Language::Nl).await;
    for held in [
        "<h1>Vermist persoon</h1>",
        "met een &#34;rode&#34; &#60;jas&#62; &#38; pet",
        "src=\"/a/AAECAw/photos/0\"",
        "href=\"#tip\"",
        "<textarea id=\"text\" name=\"text\"",
        "name=\"anonymous\"",
        "action=\"/a/AAECAw/searched\"",
    ] {
        assert!(page.contains(held), "{held} is missing in {page}");
    }
    assert!(page.contains("<form method=\"post\" enctype=\"multipart/form-data\" action=\"/a/AAECAw\""));
    assert!(
        !page.contains("<style") && !page.contains(" style="),
        "the policy forbids it"
    );
}

#[tokio::test]
async fn an_alert_that_ended_says_how_before_everything_else() {
    let mut action = action();
    action.ended = true;
    let closing = message(Purpose::Closing, "Action ended", "She was found. Thank you.");
    action.messages.insert(0, closing);
    let page = shown(&action, Language::En).await;
    let ending = page.find("She was found. Thank you.").unwrap();
    assert!(ending < page.find("Wij zoeken").unwrap());
    assert!(page.contains("<html lang=\"en\"") && page.contains("action=\"/a/AAECAw\""));
    assert!(!page.contains("/p/2026-00123"), "what has ended is not shared");
}

#[tokio::test]
async fn what_is_kept_among_participants_is_not_shared() {
    let mut action = action();
    assert!(shown(&action, Language::Nl).await.contains("/p/2026-00123"));
    action.is_public = false;
    assert!(!shown(&action, Language::Nl).await.contains("/p/2026-00123"));
}

#[tokio::test]
async fn a_refused_tip_keeps_what_was_typed() {
    let problem = Problem::new(ProblemKind::TooMany);
    let mut fields = empty_tip("AAECAw");
    fields.text = "Ik zag </textarea> hem".to_owned();
    let response = alert(
        &visit(Language::Nl),
        "AAECAw",
        &action(),
        None,
        fields,
        Some(&problem),
    );
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    let page = html(response).await;
    assert!(page.contains("Ik zag &#60;/textarea&#62; hem"));
    assert!(page.contains("role=\"alert\""));
}

#[tokio::test]
async fn the_page_says_what_ends_what_goes_on_and_the_way_back() {
    let mut found = Subscription {
        topic: Topic::Informative,
        is_on: true,
        others: Topics::CALL_OUTS,
        language: Language::Nl,
    };
    let page = html(subscription(&visit(Language::Nl), "AAEC", &found)).await;
    assert!(page.contains("<h1>Geen berichten meer over: oproepen en nieuws zonder haast?</h1>"));
    assert!(page.contains("<li>vermiste personen</li>"));
    assert!(page.contains("action=\"/u/AAEC\""));
    found.is_on = false;
    let page = html(subscription(&visit(Language::En), "AAEC", &found)).await;
    assert!(page.contains("You get no more messages about: calls and news without hurry"));
    assert!(page.contains("action=\"/u/AAEC/back\""));
}

#[test]
fn a_browser_gets_a_page_and_a_program_json() {
    let accept =
        |value: &'static str| HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(value))]);
    assert!(wants_page(&accept("text/html,application/xhtml+xml,*/*;q=0.8")));
    assert!(wants_page(&accept("*/*")));
    assert!(wants_page(&HeaderMap::new()));
    assert!(!wants_page(&accept("application/json")));
}
