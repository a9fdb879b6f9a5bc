use axum::body::to_bytes;
use proptest::prelude::*;

use super::alert::{AlertView, Ended, Refused, alert};
use super::*;
use crate::domain::clock::Timestamp;
use crate::web::problem::{Problem, ProblemKind};

fn view<'a>() -> AlertView<'a> {
    AlertView {
        language: Language::Nl,
        reference: "AAECAw",
        title: "Vermist persoon",
        body: "Wij zoeken een man\nmet een \"rode\" <jas> & pet",
        sent_at: Timestamp::from_millis(1_772_373_720_000),
        photos: 1,
        ended: None,
        takes_tips: true,
    }
}

async fn html(response: Response) -> String {
    let bytes = to_bytes(response.into_body(), 100_000).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[tokio::test]
async fn the_page_of_an_alert_reads_well_and_takes_a_tip_without_script() {
    let response = alert(&view(), None);
    let policy = response.headers()[header::CONTENT_SECURITY_POLICY]
        .to_str()
        .unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"));
    let page = html(response).await;
    insta::assert_snapshot!(page.replace(STYLE, ""));
    assert!(!page.contains("<script") && !page.contains("http:") && !page.contains("https:"));
}

#[tokio::test]
async fn an_alert_that_ended_says_how_and_takes_no_tip_any_more() {
    let view = AlertView {
        language: Language::En,
        ended: Some(Ended {
            body: "She was found. Thank you.",
        }),
        takes_tips: false,
        ..view()
    };
    let page = html(alert(&view, None)).await;
    assert!(page.contains("She was found. Thank you."));
    assert!(page.contains("<html lang=\"en\">") && !page.contains("<form"));
}

#[tokio::test]
async fn a_refused_tip_keeps_what_was_typed() {
    let problem = Problem::new(ProblemKind::TooMany);
    let refused = Refused {
        problem: &problem,
        text: "Ik zag </textarea> hem",
    };
    let response = alert(&view(), Some(refused));
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
