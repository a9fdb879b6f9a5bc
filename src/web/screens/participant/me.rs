//! What goes on near the participant's places, and what they chose, in sentences.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use serde::Deserialize;

use super::rest;
use crate::desk::participants::{DeviceKind, NearAction, ParticipantView};
use crate::domain::participant::Topic;
use crate::web::Web;
use crate::web::problem::Problem;
use crate::web::screens::frame::{Frame, Surface, answer};
use crate::web::screens::public::action::Shown;
use crate::web::screens::signed::SignedCitizen;
use crate::web::screens::texts::Texts;
use crate::web::screens::visit::Visit;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new().route("/me", get(me)).route("/me/near", get(near))
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    welcome: String,
}

#[derive(Template)]
#[template(path = "participant/me.html")]
struct MePage<'a> {
    frame: Frame,
    actions: Vec<Shown<'a>>,
    is_new: bool,
    sentences: Vec<String>,
    push: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "participant/near.html")]
struct NearPart<'a> {
    frame: Frame,
    actions: Vec<Shown<'a>>,
}

/// The frame of a page for whoever is signed in.
pub fn frame(visit: &Visit, title: &str) -> Frame {
    Frame::new(visit, Surface::Participant, title.to_owned()).for_participant()
}

/// Whether a browser gets notifications already.
pub fn has_browser(view: &ParticipantView) -> bool {
    let mut devices = view.devices.iter();
    devices.any(|device| device.kind == DeviceKind::WebPush && device.retired_at.is_none())
}

fn shown(near: &[NearAction], t: Texts) -> Vec<Shown<'_>> {
    near.iter().map(|one| Shown::of(&one.bulletin, t.0)).collect()
}

/// What was chosen, as one would say it.
fn sentences(view: &ParticipantView, t: Texts, most_weekly: Option<u8>) -> Vec<String> {
    let places: Vec<String> = view
        .places
        .iter()
        .map(|place| super::places::name(place, t))
        .collect();
    let topics: Vec<String> = Topic::ALL
        .into_iter()
        .filter(|topic| view.topics.contains(*topic))
        .map(|topic| t.say(&format!("topic-{topic}")).to_string())
        .collect();
    let topics = if topics.is_empty() {
        t.say("sentence-no-topics").to_string()
    } else {
        t.say("sentence-topics")
            .with("topics", topics.join(", "))
            .to_string()
    };
    let mut sentences = vec![
        t.say("sentence-places")
            .with("places", places.join(", "))
            .to_string(),
        topics,
        rest::quiet(view.rest.quiet_hours, t),
        rest::weekly(view.rest.weekly_limit, most_weekly, t),
    ];
    if view.reachable.is_empty() {
        sentences.push(t.say("sentence-unreachable").to_string());
    } else {
        let ways: Vec<String> = view
            .reachable
            .iter()
            .map(|channel| t.say(&format!("by-{channel}")).to_string())
            .collect();
        sentences.push(
            t.say("sentence-channels")
                .with("ways", ways.join(", "))
                .to_string(),
        );
    }
    sentences
}

async fn me(
    State(web): State<Web>,
    visit: Visit,
    SignedCitizen(scope): SignedCitizen,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let view = web.desk().own_participant(&scope).await?;
    let near = web.desk().actions_near(&scope).await?;
    let page = MePage {
        frame: frame(&visit, &visit.t.say("me-title").to_string()),
        actions: shown(&near, visit.t),
        is_new: !asked.welcome.is_empty(),
        sentences: sentences(&view, visit.t, web.desk().house().messages_a_week),
        push: web.desk().push_key().filter(|_| !has_browser(&view)),
    };
    Ok(answer(&visit, StatusCode::OK, &page))
}

/// The list alone, for the page that stays open.
async fn near(
    State(web): State<Web>,
    visit: Visit,
    SignedCitizen(scope): SignedCitizen,
) -> Result<Response, Problem> {
    let near = web.desk().actions_near(&scope).await?;
    let part = NearPart {
        frame: frame(&visit, ""),
        actions: shown(&near, visit.t),
    };
    Ok(answer(&visit, StatusCode::OK, &part))
}
