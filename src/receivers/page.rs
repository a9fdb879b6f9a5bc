//! The page that shows what arrived, the same as JSON, and the switch for faults.

use std::fmt::Write;

use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use http::{HeaderName, StatusCode};
use serde::Deserialize;
use serde_json::json;

use super::Ground;
use super::faults::FaultPlan;
use super::inbox::{Arrival, Counts, Kind};
use crate::domain::language::Language;

/// Messages on one page.
const PAGE_SIZE: usize = 50;
/// The most that JSON gives at once.
const MOST_AT_ONCE: usize = 1_000;

const STYLE: &str = "\
body{font:1rem/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#1b1b1b}\
h1{font-size:1.4rem}table{border-collapse:collapse;width:100%}\
th,td{text-align:left;vertical-align:top;padding:.4rem .8rem .4rem 0;border-bottom:1px solid #ccc}\
td p{margin:.2rem 0;white-space:pre-line}.quiet{color:#595959}";

/// The words of the page.
struct Words {
    title: &'static str,
    arrived: &'static str,
    dropped: &'static str,
    duplicates: &'static str,
    nothing: &'static str,
    at: &'static str,
    receiver: &'static str,
    recipient: &'static str,
    message: &'static str,
    newer: &'static str,
    older: &'static str,
}

impl Words {
    const fn of(language: Language) -> Self {
        match language {
            Language::Nl => Self {
                title: "Wat er is aangekomen",
                arrived: "aangekomen",
                dropped: "weggegooid",
                duplicates: "dubbel",
                nothing: "Er is nog niets aangekomen.",
                at: "Tijd (UTC)",
                receiver: "Ontvanger",
                recipient: "Adres",
                message: "Bericht",
                newer: "Nieuwer",
                older: "Ouder",
            },
            Language::En => Self {
                title: "What has arrived",
                arrived: "arrived",
                dropped: "dropped",
                duplicates: "duplicate",
                nothing: "Nothing has arrived yet.",
                at: "Time (UTC)",
                receiver: "Receiver",
                recipient: "Address",
                message: "Message",
                newer: "Newer",
                older: "Older",
            },
        }
    }
}

#[derive(Deserialize)]
struct Asked {
    lang: Option<String>,
    #[serde(default)]
    page: usize,
    size: Option<usize>,
}

pub(super) fn router(ground: Ground) -> Router {
    Router::new()
        .route("/", get(page))
        .route("/style.css", get(async || ([(CONTENT_TYPE, "text/css")], STYLE)))
        .route("/arrivals.json", get(arrivals).delete(clear))
        .route("/counts.json", get(counts))
        .route("/faults/{kind}", get(fault).put(set_fault))
        .layer(DefaultBodyLimit::max(4 * 1024))
        .with_state(ground)
}

async fn page(State(ground): State<Ground>, Query(asked): Query<Asked>) -> Response {
    let language = asked
        .lang
        .as_deref()
        .and_then(|tag| tag.parse().ok())
        .unwrap_or_default();
    let arrivals = ground.inbox.list(asked.page, PAGE_SIZE);
    let extra = ground.inbox.duplicates().extra;
    let html = render(language, asked.page, &ground.inbox.counts(), extra, &arrivals);
    let policy =
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    let headers = [
        (CONTENT_SECURITY_POLICY, policy),
        (CACHE_CONTROL, "no-store"),
        (HeaderName::from_static("x-content-type-options"), "nosniff"),
        (HeaderName::from_static("referrer-policy"), "no-referrer"),
    ];
    (headers, Html(html)).into_response()
}

async fn arrivals(State(ground): State<Ground>, Query(asked): Query<Asked>) -> Response {
    let size = asked.size.unwrap_or(PAGE_SIZE).min(MOST_AT_ONCE);
    (
        [(CACHE_CONTROL, "no-store")],
        Json(ground.inbox.list(asked.page, size)),
    )
        .into_response()
}

async fn clear(State(ground): State<Ground>) -> StatusCode {
    ground.inbox.clear();
    StatusCode::NO_CONTENT
}

async fn counts(State(ground): State<Ground>) -> Response {
    let body = json!({ "counts": ground.inbox.counts(), "duplicates": ground.inbox.duplicates() });
    ([(CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

async fn fault(State(ground): State<Ground>, Path(kind): Path<String>) -> Response {
    match kind.parse::<Kind>() {
        Ok(kind) => {
            let body = json!({ "plan": ground.faults.plan(kind), "strikes": ground.faults.strikes(kind) });
            Json(body).into_response()
        }
        Err(unknown) => (StatusCode::NOT_FOUND, unknown.to_string()).into_response(),
    }
}

async fn set_fault(
    State(ground): State<Ground>,
    Path(kind): Path<String>,
    Json(plan): Json<FaultPlan>,
) -> Response {
    match kind.parse::<Kind>() {
        Ok(kind) => match ground.faults.set(kind, plan) {
            Ok(()) => StatusCode::NO_CONTENT.into_response(),
            Err(bad) => (StatusCode::UNPROCESSABLE_ENTITY, bad.to_string()).into_response(),
        },
        Err(unknown) => (StatusCode::NOT_FOUND, unknown.to_string()).into_response(),
    }
}

fn render(language: Language, page: usize, counts: &Counts, extra: u64, arrivals: &[Arrival]) -> String {
    let words = Words::of(language);
    let mut html = format!(
        "<!doctype html><html lang=\"{lang}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\">{refresh}<title>{title}</title>\
         <link rel=\"stylesheet\" href=\"/style.css\"></head><body><main><h1>{title}</h1><ul>",
        lang = language.tag(),
        // Only the first page follows what comes in; older ones stand still while they are read.
        refresh = if page == 0 {
            "<meta http-equiv=\"refresh\" content=\"5\">"
        } else {
            ""
        },
        title = words.title,
    );
    let put = |html: &mut String, text: std::fmt::Arguments<'_>| {
        html.write_fmt(text).expect("a String takes any text");
    };
    for kind in Kind::ALL {
        let count = counts.of(kind);
        let (arrived, dropped) = (words.arrived, words.dropped);
        put(
            &mut html,
            format_args!(
                "<li>{kind}: {} {arrived}, {} {dropped}</li>",
                count.arrived, count.dropped
            ),
        );
    }
    put(
        &mut html,
        format_args!("<li>{extra} {}</li></ul>", words.duplicates),
    );
    if arrivals.is_empty() {
        put(&mut html, format_args!("<p>{}</p>", words.nothing));
    } else {
        let Words {
            at,
            receiver,
            recipient,
            message,
            ..
        } = words;
        put(
            &mut html,
            format_args!(
                "<table><thead><tr><th scope=\"col\">{at}</th><th scope=\"col\">{receiver}</th>\
                 <th scope=\"col\">{recipient}</th><th scope=\"col\">{message}</th></tr></thead><tbody>"
            ),
        );
        for arrival in arrivals {
            put(&mut html, format_args!("{}", Row(arrival)));
        }
        html.push_str("</tbody></table>");
    }
    html.push_str("<nav>");
    let lang = language.tag();
    if let Some(newer) = page.checked_sub(1) {
        put(
            &mut html,
            format_args!("<a href=\"/?lang={lang}&amp;page={newer}\">{}</a> ", words.newer),
        );
    }
    if arrivals.len() == PAGE_SIZE {
        let older = page.saturating_add(1);
        put(
            &mut html,
            format_args!("<a href=\"/?lang={lang}&amp;page={older}\">{}</a>", words.older),
        );
    }
    html.push_str("</nav></main></body></html>");
    html
}

/// One message as a row.
struct Row<'a>(&'a Arrival);

impl std::fmt::Display for Row<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self(arrival) = self;
        let escaped = |text: &str| Escaped(text.to_owned());
        write!(f, "<tr><td>{}</td><td>{}</td>", arrival.at, arrival.kind)?;
        write!(
            f,
            "<td class=\"quiet\">{}</td><td>",
            escaped(&arrival.endpoint_hint)
        )?;
        if !arrival.title.is_empty() {
            write!(f, "<strong>{}</strong>", escaped(&arrival.title))?;
        }
        write!(f, "<p>{}</p>", escaped(&arrival.body))?;
        // Only what a browser opens as a page becomes a link.
        if let Some(link) = arrival.link.as_deref().filter(|link| link.starts_with("http")) {
            write!(
                f,
                "<p><a rel=\"noreferrer\" href=\"{0}\">{0}</a></p>",
                escaped(link)
            )?;
        }
        f.write_str("</td></tr>")
    }
}

/// A text in HTML.
struct Escaped(String);

impl std::fmt::Display for Escaped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.chars().try_for_each(|character| match character {
            '&' => f.write_str("&amp;"),
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            '"' => f.write_str("&quot;"),
            '\'' => f.write_str("&#39;"),
            other => f.write_char(other),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::clock::Timestamp;

    #[test]
    fn what_arrives_is_shown_and_never_becomes_markup() {
        let arrival = Arrival {
            at: Timestamp::from_millis(0),
            channel: Kind::Email.channel(),
            kind: Kind::Email,
            endpoint_hint: "…\"<b>".to_owned(),
            reference: "r".to_owned(),
            title: "Vermist & gezocht".to_owned(),
            body: "<script>alert('x')</script>".to_owned(),
            link: Some("http://a.example/\"onclick=\"x".to_owned()),
        };
        let sneaky = Arrival {
            link: Some("javascript:alert(1)".to_owned()),
            ..arrival.clone()
        };
        let html = render(Language::Nl, 0, &Counts::default(), 3, &[arrival, sneaky]);
        assert!(html.contains("Vermist &amp; gezocht"));
        assert!(html.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"));
        assert!(html.contains("3 dubbel"));
        assert!(!html.contains("<script") && !html.contains("\"onclick") && !html.contains("javascript:"));
    }

    #[test]
    fn the_page_speaks_both_languages_and_leads_to_older_messages() {
        assert!(render(Language::Nl, 0, &Counts::default(), 0, &[]).contains("Er is nog niets aangekomen."));
        let english = render(Language::En, 1, &Counts::default(), 0, &[]);
        assert!(english.contains("Nothing has arrived yet.") && english.contains("/?lang=en&amp;page=0"));
    }
}
