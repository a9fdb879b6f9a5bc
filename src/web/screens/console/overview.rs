//! The overview: what runs now, what waits for somebody, and how to begin.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::StatusCode;

use super::notices::{NoticeRow, open_notices};
use crate::desk::Permission;
use crate::desk::actions::ActionQuery;
use crate::domain::action::{Action, Phase};
use crate::domain::clock::Timestamp;
use crate::domain::id::ActionId;
use crate::domain::tip::TipPhase;
use crate::storage::actions::listing::{ActionFilter, ActionOrder};
use crate::web::Web;
use crate::web::problem::Problem;
use crate::web::screens::frame::{Frame, answer};
use crate::web::screens::signed::Desked;
use crate::web::screens::texts::Texts;
use crate::web::screens::visit::Visit;

/// The most running actions that are shown: a region has a few at a time.
const RUNNING: u32 = 30;
/// The most of each other list.
const WAITING: u32 = 20;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new()
        .route("/console", get(overview))
        .route("/console/running", get(running))
}

/// A running action in the list.
struct Running {
    id: ActionId,
    number: String,
    title: String,
    region: String,
    phase: &'static str,
    started_at: Option<Timestamp>,
    audience: u64,
    reached: u64,
    queued: u64,
    tips: u64,
    new_tips: u64,
}

/// An action that waits for somebody.
struct Waiting {
    id: ActionId,
    number: String,
    title: String,
    region: String,
    phase: &'static str,
    changed_at: Timestamp,
}

/// The lists, as the page holds them and as script asks for them again.
#[derive(Template)]
#[template(path = "console/overview_lists.html")]
struct Lists {
    t: Texts,
    now: Timestamp,
    running: Vec<Running>,
    /// What other systems alert of, to be judged.
    notices: Vec<NoticeRow>,
    submitted: Vec<Waiting>,
    drafts: Vec<Waiting>,
    may_prepare: bool,
    /// Accounts at providers that are out of service, with since when.
    outages: Vec<(String, Timestamp)>,
}

#[derive(Template)]
#[template(path = "console/overview.html")]
struct Overview {
    frame: Frame,
    lists: Lists,
}

async fn overview(State(web): State<Web>, visit: Visit, desked: Desked) -> Result<Response, Problem> {
    // Whoever keeps accounts and regions sees no actions.
    if desked.scope.require(Permission::SeeActions).is_err() {
        return Ok(Redirect::to("/console/administration").into_response());
    }
    let lists = lists(&web, &visit, &desked).await?;
    let frame = desked.frame(&web, &visit, visit.t.say("overview-title")).await?;
    Ok(answer(&visit, StatusCode::OK, &Overview { frame, lists }))
}

async fn running(State(web): State<Web>, visit: Visit, desked: Desked) -> Result<Response, Problem> {
    Ok(answer(
        &visit,
        StatusCode::OK,
        &lists(&web, &visit, &desked).await?,
    ))
}

async fn lists(web: &Web, visit: &Visit, desked: &Desked) -> Result<Lists, Problem> {
    let (desk, scope) = (web.desk(), &desked.scope);
    let find = async |phases: &[Phase], waiting_for_approval, limit| {
        let query = ActionQuery {
            filter: ActionFilter {
                phases: phases.to_vec(),
                waiting_for_approval,
                ..ActionFilter::default()
            },
            order: ActionOrder::Newest,
            search: None,
            after: None,
            limit,
        };
        desk.list_actions(scope, &query).await
    };
    let mut running = Vec::new();
    for action in find(&[Phase::Active, Phase::Paused], false, RUNNING)
        .await?
        .actions
    {
        let view = desk.action(scope, action.id).await?;
        let sum = view.accounting();
        let count = |wanted: Option<TipPhase>| {
            let of = view
                .tips
                .iter()
                .filter(|(phase, _)| wanted.is_none_or(|wanted| *phase == wanted));
            of.map(|(_, count)| count).sum()
        };
        running.push(Running {
            id: action.id,
            number: action.number.to_string(),
            title: title(visit, &action),
            region: region(web, &action),
            phase: action.state.phase().name(),
            started_at: action.state.run().map(|run| run.started.at),
            audience: view.waves.first().map_or(0, |wave| wave.wave.audience_count),
            reached: sum.reached(),
            queued: sum.queued,
            tips: count(None),
            new_tips: count(Some(TipPhase::New)),
        });
    }
    let waiting = |action: &Action| Waiting {
        id: action.id,
        number: action.number.to_string(),
        title: title(visit, action),
        region: region(web, action),
        phase: action.state.phase().name(),
        changed_at: action.changed.at,
    };
    let drafts = find(&[Phase::Draft, Phase::Returned, Phase::Approved], false, WAITING).await?;
    Ok(Lists {
        t: visit.t,
        now: visit.now,
        running,
        outages: desk.list_outages(scope).await?,
        notices: open_notices(web, visit, desked, WAITING).await?,
        submitted: find(&[], true, WAITING)
            .await?
            .actions
            .iter()
            .map(waiting)
            .collect(),
        drafts: drafts.actions.iter().map(waiting).collect(),
        may_prepare: scope.require(Permission::PrepareNonUrgent).is_ok(),
    })
}

/// The title of an action, or what stands there before one is written.
pub(super) fn title(visit: &Visit, action: &Action) -> String {
    let title = &action.content.texts.in_language(visit.t.0).title;
    if title.is_empty() {
        visit.t.say("action-untitled").to_string()
    } else {
        title.clone()
    }
}

/// The name of an action's region.
pub(super) fn region(web: &Web, action: &Action) -> String {
    let territory = web.desk().directory().territory();
    territory
        .get(action.region)
        .map(|region| region.name.clone())
        .unwrap_or_default()
}
