//! The page of a public action, for whoever was not called on: what was said last, where it is, and whom to call.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use serde_json::json;

use crate::desk::feeds::Bulletin;
use crate::domain::action::{ActionNumber, EMERGENCY_NUMBER, POLICE_NUMBER};
use crate::domain::clock::Timestamp;
use crate::domain::language::Language;
use crate::web::Web;
use crate::web::address::CallerAddress;
use crate::web::extract::Path;
use crate::web::feeds::page_of;
use crate::web::problem::{Problem, ProblemKind};
use crate::web::rate::Limited;
use crate::web::screens::frame::{Frame, Surface, answer};
use crate::web::screens::visit::Visit;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new().route("/p/{number}", get(one))
}

/// An action as lists and pages show it, in one language.
#[derive(Debug)]
pub struct Shown<'a> {
    /// Its number.
    pub number: ActionNumber,
    /// What it is about, in a few words.
    pub title: &'a str,
    /// What was said last.
    pub body: &'a str,
    /// The region that it belongs to.
    pub place: &'a str,
    /// When it was last told something of.
    pub updated_at: Timestamp,
    /// Whether people are still to look out.
    pub is_running: bool,
}

impl<'a> Shown<'a> {
    /// An action in the language of its reader.
    pub fn of(bulletin: &'a Bulletin, language: Language) -> Self {
        let text = bulletin.texts().in_language(language);
        Self {
            number: bulletin.number,
            title: &text.title,
            body: &text.body,
            place: &bulletin.place,
            updated_at: bulletin.updated_at(),
            is_running: bulletin.is_running,
        }
    }
}

/// Where an action is, for the map.
pub fn features(bulletin: &Bulletin) -> String {
    let area = json!({ "type": "Feature", "properties": { "kind": "area" }, "geometry": bulletin.outline.geometry() });
    json!({ "type": "FeatureCollection", "features": [area] }).to_string()
}

/// Where programs that make previews of links find the picture.
pub fn card(web: &Web) -> String {
    format!("{}/icons/card.png", web.settings().public_url)
}

#[derive(Template)]
#[template(path = "public/action.html")]
struct ActionPage<'a> {
    frame: Frame,
    action: Shown<'a>,
    features: String,
    /// Its own address, to share.
    link: String,
    card: String,
    emergency: &'a str,
    police: &'a str,
}

async fn one(
    State(web): State<Web>,
    visit: Visit,
    address: CallerAddress,
    Path(number): Path<ActionNumber>,
) -> Result<Response, Problem> {
    web.rates().take(Limited::FeedByAddress, address)?;
    let published = web.published().await?;
    let bulletin = published.running(number).ok_or(ProblemKind::NotFound)?;
    let action = Shown::of(bulletin, visit.t.0);
    let page = ActionPage {
        frame: Frame::new(&visit, Surface::Participant, action.title.to_owned()),
        features: features(bulletin),
        link: page_of(&web.settings().public_url, number),
        card: card(&web),
        emergency: EMERGENCY_NUMBER,
        police: POLICE_NUMBER,
        action,
    };
    Ok(answer(&visit, StatusCode::OK, &page).into_response())
}
