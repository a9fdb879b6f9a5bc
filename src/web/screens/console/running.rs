//! An action that runs or ended: what was sent, the tips that come in, and what may be done next.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::StatusCode;

use super::overview::{region, title};
use crate::desk::Permission;
use crate::desk::actions::ActionView;
use crate::domain::action::Phase;
use crate::domain::clock::Timestamp;
use crate::domain::id::{ActionId, PhotoId};
use crate::domain::outcome::OutcomeKind;
use crate::web::Web;
use crate::web::extract::Path;
use crate::web::problem::Problem;
use crate::web::screens::frame::{Frame, answer};
use crate::web::screens::signed::Desked;
use crate::web::screens::visit::Visit;
use clock::{StepShown, steps};
use figures::{Figures, figures};
use history::{History, history};
use tips::{TipList, tip_list};

mod beside;
pub(super) mod clock;
mod closing;
mod correction;
mod deeds;
mod drawn;
mod figures;
mod history;
mod pictures;
mod report;
mod tips;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new()
        .route("/console/actions/{id}", get(show))
        .route("/console/actions/{id}/figures", get(show_figures))
        .merge(tips::router())
        .merge(deeds::router())
        .merge(closing::router())
        .merge(pictures::router())
        .merge(beside::router())
        .merge(correction::router())
        .merge(drawn::router())
        .merge(history::router())
        .merge(report::router())
}

#[derive(Template)]
#[template(path = "console/running/page.html")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says another thing about the page, for its template"
)]
struct Page {
    frame: Frame,
    id: ActionId,
    version: u32,
    number: String,
    region: String,
    phase: &'static str,
    started_at: Option<Timestamp>,
    ended_at: Option<Timestamp>,
    expires_at: Option<Timestamp>,
    outcome: Option<&'static str>,
    body: String,
    photos: Vec<PhotoId>,
    figures: Figures,
    history: History,
    tips: Option<TipList>,
    may_send: bool,
    is_active: bool,
    is_paused: bool,
    is_open: bool,
    reached: u64,
}

async fn show(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    Path(id): Path<ActionId>,
) -> Result<Response, Problem> {
    let view = web.desk().action(&desked.scope, id).await?;
    let phase = view.action.state.phase();
    if view.action.state.run().is_none() && !phase.is_ended() {
        let place = if phase == Phase::Submitted {
            "review"
        } else {
            "edit"
        };
        return Ok(Redirect::to(&format!("/console/actions/{id}/{place}")).into_response());
    }
    let sees_tips = desked.scope.require(Permission::SeeTips).is_ok();
    let tips = if sees_tips {
        Some(tip_list(&web, &visit, &desked, id).await?)
    } else {
        None
    };
    let around = Around {
        frame: desked
            .frame(&web, &visit, title(&visit, &view.action))
            .await?
            .wide()
            .with_map(),
        steps: steps(&web, &visit, &desked, id).await?,
        history: history(&web, &visit, &desked, id).await?,
        tips,
    };
    Ok(answer(
        &visit,
        StatusCode::OK,
        &page(&web, &visit, &desked, &view, around),
    ))
}

/// What stands around the action itself.
struct Around {
    frame: Frame,
    steps: Vec<StepShown>,
    history: History,
    tips: Option<TipList>,
}

fn page(web: &Web, visit: &Visit, desked: &Desked, view: &ActionView, around: Around) -> Page {
    let action = &view.action;
    let right = if action.content.kind.is_time_critical() {
        Permission::SendUrgent
    } else {
        Permission::SendNonUrgent
    };
    let phase = action.state.phase();
    let run = action.state.run();
    Page {
        frame: around.frame,
        id: action.id,
        version: action.version,
        number: action.number.to_string(),
        region: region(web, action),
        phase: phase.name(),
        started_at: run.map(|run| run.started.at),
        ended_at: action.state.ended_at(),
        expires_at: run.map(|run| run.expires_at),
        outcome: action.state.outcome_kind().map(OutcomeKind::name),
        body: action.content.texts.in_language(visit.t.0).body.clone(),
        photos: view.photos.iter().map(|photo| photo.id).collect(),
        may_send: desked.scope.require(right).is_ok(),
        is_active: phase == Phase::Active,
        is_paused: phase == Phase::Paused,
        is_open: matches!(phase, Phase::Active | Phase::Paused | Phase::Expired),
        reached: view.accounting().reached(),
        figures: figures(visit, view, around.steps),
        history: around.history,
        tips: around.tips,
    }
}

async fn show_figures(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    Path(id): Path<ActionId>,
) -> Result<Response, Problem> {
    let view = web.desk().action(&desked.scope, id).await?;
    let steps = steps(&web, &visit, &desked, id).await?;
    Ok(answer(&visit, StatusCode::OK, &figures(&visit, &view, steps)))
}
