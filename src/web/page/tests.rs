use axum::body::to_bytes;
use proptest::prelude::*;

use super::alert::{AlertView, Refused, alert};
use super::*;
use crate::desk::actions::{PublicAction, PublicMessage};
use crate::domain::action::{ActionNumber, Text};
use crate::domain::clock::Timestamp;
use crate::domain::id::PhotoId;
use crate::domain::message::Purpose;
use crate::web::problem::{Problem, ProblemKind};

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
    }
}

pub(super) async fn html(response: Response) -> String {
    let bytes = to_bytes(response.into_body(), 100_000).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[tokio::test]
async fn the_page_of_an_alert_reads_well_and_takes_a_tip_without_script() {
    let action = action();
    let response = alert(&AlertView::new(Language::Nl, "AAECAw", &action).unwrap(), None);
    let policy = response.headers()[header::CONTENT_SECURITY_POLICY]
        .to_str()
        .unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"));
    let page = html(response).await;
    insta::assert_snapshot!(page.replace(STYLE, ""));
    assert!(!page.contains("<script") && !page.contains("http:") && !page.contains("https:"));
}

#[tokio::test]
async fn an_alert_that_ended_says_how_before_everything_else() {
    let mut action = action();
    action.ended = true;
    action.messages.insert(
        0,
        message(Purpose::Closing, "Action ended", "She was found. Thank you."),
    );
    let view = AlertView::new(Language::En, "AAECAw", &action).unwrap();
    let page = html(alert(&view, None)).await;
    let ending = page.find("She was found. Thank you.").unwrap();
    assert!(ending < page.find("Wij zoeken").unwrap());
    assert!(page.contains("<html lang=\"en\">") && page.contains("<form"));
}

#[tokio::test]
async fn a_refused_tip_keeps_what_was_typed() {
    let (action, problem) = (action(), Problem::new(ProblemKind::TooMany));
    let refused = Refused {
        problem: &problem,
        text: "Ik zag </textarea> hem",
    };
    let view = AlertView::new(Language::Nl, "AAECAw", &action).unwrap();
    let response = alert(&view, Some(refused));
    assert_eq!(response.status(), 429);
    let page = html(response).await;
    assert!(page.contains("Ik zag &lt;/textarea&gt; hem"));
    assert!(page.contains("role=\"alert\""));
}

proptest! {
    #[test]
    fn no_text_becomes_markup(text in ".{0,200}") {
        let mut page = Page::new(Language::Nl, "");
        let before = page.html.len();
        page.text(&text);
        let written = &page.html[before..];
        prop_assert!(!written.contains(['<', '>', '"', '\'']));
        let unescaped = written.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"")
            .replace("&#39;", "'").replace("&amp;", "&");
        prop_assert_eq!(unescaped, text);
    }
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
