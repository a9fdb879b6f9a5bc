//! The report of an action, to be read and printed: figures, clock, map, outcome and what happened.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;

use super::super::overview::{region, title};
use super::clock::steps;
use super::figures::{Figures, figures};
use super::history::{History, history};
use crate::domain::action::score::Score;
use crate::domain::clock::Timestamp;
use crate::domain::id::ActionId;
use crate::domain::outcome::OutcomeKind;
use crate::web::Web;
use crate::web::extract::Path;
use crate::web::problem::Problem;
use crate::web::screens::frame::{Frame, answer};
use crate::web::screens::signed::Desked;
use crate::web::screens::visit::Visit;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new().route("/console/actions/{id}/report", get(show))
}

#[derive(Template)]
#[template(path = "console/running/report.html")]
struct Report {
    frame: Frame,
    id: ActionId,
    number: String,
    kind: &'static str,
    region: String,
    phase: &'static str,
    outcome: Option<&'static str>,
    started_at: Option<Timestamp>,
    ended_at: Option<Timestamp>,
    body: String,
    closing: Option<String>,
    /// Of an exercise.
    score: Option<Score>,
    tips: Vec<(&'static str, u64)>,
    figures: Figures,
    history: History,
}

async fn show(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    Path(id): Path<ActionId>,
) -> Result<Response, Problem> {
    let view = web.desk().action(&desked.scope, id).await?;
    let (action, language) = (&view.action, visit.t.0);
    let report = Report {
        frame: desked
            .frame(&web, &visit, title(&visit, action))
            .await?
            .with_map(),
        id,
        number: action.number.to_string(),
        kind: action.content.kind.name(),
        region: region(&web, action),
        phase: action.state.phase().name(),
        outcome: action.state.outcome_kind().map(OutcomeKind::name),
        started_at: action.state.run().map(|run| run.started.at),
        ended_at: action.state.ended_at(),
        body: action.content.texts.in_language(language).body.clone(),
        closing: view
            .closing
            .as_ref()
            .map(|texts| texts.in_language(language).body.clone()),
        tips: view
            .tips
            .iter()
            .map(|(phase, count)| (phase.name(), *count))
            .collect(),
        score: action.state.run().filter(|_| visit.is_training).map(|run| {
            let took = run.started.at.since(action.created.at);
            Score::of(action.content.kind, &action.content.description, took)
        }),
        figures: figures(&visit, &view, steps(&web, &visit, &desked, id).await?),
        history: history(&web, &visit, &desked, id).await?,
    };
    Ok(answer(&visit, StatusCode::OK, &report))
}
