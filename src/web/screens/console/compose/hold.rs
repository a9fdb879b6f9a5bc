//! The moments after a start in which nothing has left: taken back, or sent at once.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use http::StatusCode;

use crate::desk::Permission;
use crate::desk::actions::WaveView;
use crate::domain::id::ActionId;
use crate::web::Web;
use crate::web::extract::Path;
use crate::web::problem::Problem;
use crate::web::screens::console::compose::start::version;
use crate::web::screens::form::Form;
use crate::web::screens::frame::{Frame, answer};
use crate::web::screens::signed::Desked;
use crate::web::screens::visit::Visit;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new()
        .route("/console/actions/{id}/hold", get(hold))
        .route("/console/actions/{id}/take-back", post(take_back))
        .route("/console/actions/{id}/send-now", post(send_now))
}

#[derive(Template)]
#[template(path = "console/compose/hold.html")]
struct HoldPage {
    frame: Frame,
    id: ActionId,
    version: u32,
    audience: u64,
    /// How long it is held from now, and in all, in milliseconds.
    left_ms: u64,
    whole_ms: u64,
    may_send: bool,
}

async fn hold(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    Path(id): Path<ActionId>,
) -> Result<Response, Problem> {
    let view = web.desk().action(&desked.scope, id).await?;
    let held = |wave: &&WaveView| {
        let until = wave.wave.held_until;
        wave.wave.halted_at.is_none() && until.is_some_and(|until| until > visit.now)
    };
    let Some(wave) = view.waves.iter().rev().find(held) else {
        return Ok(Redirect::to(&format!("/console/actions/{id}")).into_response());
    };
    let until = wave.wave.held_until.unwrap_or(visit.now);
    let millis = |span: std::time::Duration| u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
    let title = visit.t.say("hold-title").to_string();
    let urgent = view.action.content.kind.is_time_critical();
    let right = if urgent {
        Permission::SendUrgent
    } else {
        Permission::SendNonUrgent
    };
    let page = HoldPage {
        frame: desked.frame(&web, &visit, title).await?,
        id,
        version: view.action.version,
        audience: wave.wave.audience_count,
        left_ms: millis(until.since(visit.now)),
        whole_ms: millis(until.since(wave.wave.created_at)),
        may_send: desked.scope.require(right).is_ok(),
    };
    Ok(answer(&visit, StatusCode::OK, &page))
}

async fn take_back(
    State(web): State<Web>,
    desked: Desked,
    Path(id): Path<ActionId>,
    form: Form,
) -> Result<Response, Problem> {
    let action = web
        .desk()
        .take_back_action(&desked.scope, id, version(&form)?)
        .await?;
    let place = if action.state.run().is_some() {
        ""
    } else {
        "/start"
    };
    Ok(Redirect::to(&format!("/console/actions/{id}{place}")).into_response())
}

async fn send_now(
    State(web): State<Web>,
    desked: Desked,
    Path(id): Path<ActionId>,
    form: Form,
) -> Result<Response, Problem> {
    web.desk()
        .send_action_now(&desked.scope, id, version(&form)?)
        .await?;
    Ok(Redirect::to(&format!("/console/actions/{id}")).into_response())
}
