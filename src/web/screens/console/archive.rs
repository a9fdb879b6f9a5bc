//! The archive: every action of one's territory, found by words, kind, state, outcome, region and period.

use askama::Template;
use axum::Router;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;

use super::compose::regions::is_named;
use super::overview::{region, title};
use crate::desk::actions::{ActionPage, ActionQuery, MAX_PAGE};
use crate::domain::action::{Action, ActionKind, Phase};
use crate::domain::clock::Timestamp;
use crate::domain::id::{ActionId, RegionId};
use crate::domain::outcome::OutcomeKind;
use crate::domain::problem::ProblemCode;
use crate::storage::actions::listing::{ActionFilter, ActionOrder};
use crate::web::Web;
use crate::web::problem::Problem;
use crate::web::screens::form::Form;
use crate::web::screens::frame::{Frame, answer};
use crate::web::screens::signed::Desked;
use crate::web::screens::visit::Visit;
use crate::web::screens::wrong::sentences;

mod compare;
mod export;

/// The most actions of a page.
const PAGE: u32 = 50;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new()
        .route("/console/archive", get(list))
        .merge(compare::router())
        .merge(export::router())
}

/// An action in the list.
struct Row {
    id: ActionId,
    number: String,
    title: String,
    kind: &'static str,
    region: String,
    phase: &'static str,
    outcome: Option<&'static str>,
    at: Timestamp,
}

#[derive(Template)]
#[template(path = "console/archive/list.html")]
struct Archive {
    frame: Frame,
    asked: Form,
    kinds: Vec<&'static str>,
    phases: Vec<&'static str>,
    outcomes: Vec<&'static str>,
    regions: Vec<(RegionId, String)>,
    rows: Vec<Row>,
    /// The query of the next page.
    next: Option<String>,
    /// The query without its page, for exports.
    query: String,
    wrong: Vec<String>,
}

async fn list(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let asked = Form::read(query.unwrap_or_default().as_bytes());
    let found = async {
        Ok::<_, Problem>(
            web.desk()
                .list_actions(&desked.scope, &read(&asked, PAGE)?)
                .await?,
        )
    };
    let (found, wrong) = match found.await {
        Ok(page) => (page, Vec::new()),
        Err(problem) if problem.kind().status().is_client_error() && !asked.is_empty() => {
            let nothing = ActionPage {
                actions: Vec::new(),
                next: None,
            };
            (nothing, sentences(&problem, visit.t.0))
        }
        Err(problem) => return Err(problem),
    };
    let status = if wrong.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let rows = found.actions.iter().map(|action| Row {
        id: action.id,
        number: action.number.to_string(),
        title: title(&visit, action),
        kind: action.content.kind.name(),
        region: region(&web, action),
        phase: action.state.phase().name(),
        outcome: action.state.outcome_kind().map(OutcomeKind::name),
        at: moment_of(action),
    });
    let entries = web.desk().list_regions(&desked.scope)?;
    let mut regions: Vec<_> = entries
        .into_iter()
        .filter(|entry| is_named(entry.kind))
        .map(|entry| (entry.id, entry.name))
        .collect();
    regions.sort_by(|one, other| one.1.cmp(&other.1));
    let query = without_page(&asked);
    let page = Archive {
        frame: desked.frame(&web, &visit, visit.t.say("archive-title")).await?,
        kinds: ActionKind::ALL.map(ActionKind::name).to_vec(),
        phases: Phase::ALL.map(Phase::name).to_vec(),
        outcomes: OutcomeKind::ALL.map(OutcomeKind::name).to_vec(),
        regions,
        rows: rows.collect(),
        next: found.next.map(|next| {
            let mut fields = form_urlencoded::Serializer::new(query.clone());
            fields.append_pair("after", &next).finish()
        }),
        query,
        asked,
        wrong,
    };
    Ok(answer(&visit, status, &page))
}

/// When it was started, or made where it never was.
fn moment_of(action: &Action) -> Timestamp {
    action.state.run().map_or(action.created.at, |run| run.started.at)
}

/// What was asked, without the page of the answer.
fn without_page(asked: &Form) -> String {
    let filled = asked
        .fields()
        .filter(|(name, value)| *name != "after" && !value.is_empty());
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(filled)
        .finish()
}

/// What a form of the archive asks for.
fn read(asked: &Form, limit: u32) -> Result<ActionQuery, Problem> {
    let next_day = |at: Timestamp| at + std::time::Duration::from_hours(24);
    let region = asked.filled("region").map(str::parse).transpose();
    Ok(ActionQuery {
        filter: ActionFilter {
            phases: Phase::parse(asked.text("state")).into_iter().collect(),
            kind: asked.filled("kind").and_then(|kind| kind.parse().ok()),
            outcome: OutcomeKind::parse(asked.text("outcome")),
            region: region.map_err(|_| Problem::invalid_field("region", ProblemCode::InvalidValue))?,
            from: asked.day("from")?,
            until: asked.day("until")?.map(next_day),
            waiting_for_approval: false,
        },
        order: if asked.text("sort") == "oldest" {
            ActionOrder::Oldest
        } else {
            ActionOrder::Newest
        },
        search: asked.filled("q").map(str::to_owned),
        after: asked.filled("after").map(str::to_owned),
        limit,
    })
}
