//! What halts a call-out or lets it go on: each a button with a plain question.

use axum::Router;
use axum::extract::State;
use axum::response::Redirect;
use axum::routing::post;

use crate::domain::id::ActionId;
use crate::web::Web;
use crate::web::extract::Path;
use crate::web::problem::Problem;
use crate::web::screens::form::Form;
use crate::web::screens::signed::Desked;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new()
        .route("/console/actions/{id}/pause", post(pause))
        .route("/console/actions/{id}/resume", post(resume))
        .route("/console/actions/{id}/stop", post(stop))
        .route("/console/actions/{id}/withdraw", post(withdraw))
}

/// The version of the action that the page showed.
pub(super) fn version(form: &Form) -> Result<u32, Problem> {
    form.text("version")
        .parse()
        .map_err(|_| Problem::missing("version"))
}

fn back(id: ActionId) -> Redirect {
    Redirect::to(&format!("/console/actions/{id}"))
}

async fn pause(
    State(web): State<Web>,
    desked: Desked,
    Path(id): Path<ActionId>,
    form: Form,
) -> Result<Redirect, Problem> {
    web.desk()
        .pause_action(&desked.scope, id, version(&form)?)
        .await?;
    Ok(back(id))
}

async fn resume(
    State(web): State<Web>,
    desked: Desked,
    Path(id): Path<ActionId>,
    form: Form,
) -> Result<Redirect, Problem> {
    web.desk()
        .resume_action(&desked.scope, id, version(&form)?)
        .await?;
    Ok(back(id))
}

async fn stop(State(web): State<Web>, desked: Desked, Path(id): Path<ActionId>) -> Result<Redirect, Problem> {
    web.desk().stop_action(&desked.scope, id).await?;
    Ok(back(id))
}

async fn withdraw(
    State(web): State<Web>,
    desked: Desked,
    Path(id): Path<ActionId>,
    form: Form,
) -> Result<Redirect, Problem> {
    web.desk()
        .withdraw_action(&desked.scope, id, version(&form)?)
        .await?;
    Ok(back(id))
}
