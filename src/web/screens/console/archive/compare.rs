//! Actions side by side.

use askama::Template;
use axum::Router;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;

use super::super::overview::{region, title};
use super::super::running::clock::{StepShown, steps};
use super::moment_of;
use crate::domain::clock::Timestamp;
use crate::domain::id::ActionId;
use crate::domain::outcome::OutcomeKind;
use crate::domain::tip::TipPhase;
use crate::web::Web;
use crate::web::problem::Problem;
use crate::web::screens::form::Form;
use crate::web::screens::frame::{Frame, answer};
use crate::web::screens::signed::Desked;
use crate::web::screens::visit::Visit;

/// The most beside one another: more does not fit a screen.
const MOST: usize = 4;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new().route("/console/archive/compare", get(show))
}

/// An action, a column.
struct Column {
    id: ActionId,
    number: String,
    title: String,
    kind: &'static str,
    region: String,
    phase: &'static str,
    outcome: Option<&'static str>,
    at: Timestamp,
    audience: u64,
    reached: u64,
    delivered: u64,
    failed: u64,
    tips: u64,
    useful: u64,
    steps: Vec<StepShown>,
}

impl Column {
    /// How long a step took, by its place.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates hand over references")]
    fn took(&self, step: &usize) -> Option<&String> {
        self.steps.get(*step)?.took.as_ref()
    }
}

#[derive(Template)]
#[template(path = "console/archive/compare.html")]
struct Compared {
    frame: Frame,
    columns: Vec<Column>,
}

async fn show(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let asked = Form::read(query.unwrap_or_default().as_bytes());
    let mut columns = Vec::new();
    for id in asked
        .all("id")
        .filter_map(|id| id.parse::<ActionId>().ok())
        .take(MOST)
    {
        let view = web.desk().action(&desked.scope, id).await?;
        let sum = view.accounting();
        let tips = |wanted: &[TipPhase]| {
            let of = view
                .tips
                .iter()
                .filter(|(phase, _)| wanted.is_empty() || wanted.contains(phase));
            of.map(|(_, count)| count).sum()
        };
        let action = &view.action;
        columns.push(Column {
            id,
            number: action.number.to_string(),
            title: title(&visit, action),
            kind: action.content.kind.name(),
            region: region(&web, action),
            phase: action.state.phase().name(),
            outcome: action.state.outcome_kind().map(OutcomeKind::name),
            at: moment_of(action),
            audience: view.waves.first().map_or(0, |wave| wave.wave.audience_count),
            reached: sum.reached(),
            delivered: sum.delivered,
            failed: sum.failed,
            tips: tips(&[]),
            useful: tips(&[TipPhase::Relevant, TipPhase::PassedOn]),
            steps: steps(&web, &visit, &desked, id).await?,
        });
    }
    let frame = desked.frame(&web, &visit, visit.t.say("compare-title")).await?;
    Ok(answer(&visit, StatusCode::OK, &Compared { frame, columns }))
}
