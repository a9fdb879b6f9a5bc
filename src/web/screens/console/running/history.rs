//! Who did what to an action, and when.

use std::collections::BTreeMap;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;

use crate::domain::actor::Actor;
use crate::domain::clock::Timestamp;
use crate::domain::event::EventKind;
use crate::domain::id::{AccountId, ActionId};
use crate::web::Web;
use crate::web::extract::Path;
use crate::web::problem::Problem;
use crate::web::screens::frame::answer;
use crate::web::screens::signed::Desked;
use crate::web::screens::texts::Texts;
use crate::web::screens::visit::Visit;

/// The most that is shown, from the beginning.
const EVENTS: u32 = 500;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new().route("/console/actions/{id}/history", get(show))
}

/// What happened, as the page holds it and as script asks for it again.
#[derive(Debug, Template)]
#[template(path = "console/running/history.html")]
pub struct History {
    /// The words.
    pub t: Texts,
    /// When the list is made.
    pub now: Timestamp,
    /// The newest first.
    pub deeds: Vec<Happened>,
}

/// Something that happened.
#[derive(Debug)]
pub struct Happened {
    /// When.
    pub at: Timestamp,
    /// What: the key of its words.
    pub what: String,
    /// Who.
    pub who: String,
}

async fn show(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    Path(id): Path<ActionId>,
) -> Result<Response, Problem> {
    let history = history(&web, &visit, &desked, id).await?;
    Ok(answer(&visit, StatusCode::OK, &history))
}

/// What happened to an action; how far each wave came is not told, only its end.
pub async fn history(web: &Web, visit: &Visit, desked: &Desked, id: ActionId) -> Result<History, Problem> {
    let page = web.desk().action_history(&desked.scope, id, 0, EVENTS).await?;
    let mut names: BTreeMap<AccountId, String> = BTreeMap::new();
    let mut deeds = Vec::with_capacity(page.events.len());
    for event in page.events {
        if event.kind == EventKind::WaveProgress {
            continue;
        }
        let who = match event.actor {
            Actor::Account(account) => {
                if let Some(name) = names.get(&account) {
                    name.clone()
                } else {
                    let name = web.desk().colleague(&desked.scope, account).await?;
                    let name = name.unwrap_or_else(|| visit.t.say("who-gone").to_string());
                    names.insert(account, name.clone());
                    name
                }
            }
            Actor::Key(_) => visit.t.say("who-key").to_string(),
            Actor::Participant => visit.t.say("who-participant").to_string(),
            Actor::System => visit.t.say("who-system").to_string(),
        };
        deeds.push(Happened {
            at: event.happened_at,
            what: event.kind.name().replace(['.', '_'], "-"),
            who,
        });
    }
    deeds.reverse();
    Ok(History {
        t: visit.t,
        now: visit.now,
        deeds,
    })
}
