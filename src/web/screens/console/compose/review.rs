//! The second person's page: everything that would go out, and a judgement of it.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};

use crate::desk::DeskError;
use crate::desk::actions::Verdict;
use crate::domain::id::ActionId;
use crate::web::Web;
use crate::web::extract::Path;
use crate::web::problem::Problem;
use crate::web::screens::console::compose::start::{Look, Tried, proved, show, version};
use crate::web::screens::form::Form;
use crate::web::screens::signed::Desked;
use crate::web::screens::visit::Visit;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new()
        .route("/console/actions/{id}/review", get(ask))
        .route("/console/actions/{id}/approve", post(approve))
        .route("/console/actions/{id}/return", post(send_back))
        .route("/console/actions/{id}/refuse", post(refuse))
}

async fn ask(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    Path(id): Path<ActionId>,
) -> Result<Response, Problem> {
    let view = web.desk().action(&desked.scope, id).await?;
    show(&web, &visit, &desked, view, Look::Review, Tried::default()).await
}

/// What was judged: on to where it is started, or the page again with what is the matter.
async fn after<T>(
    web: &Web,
    visit: &Visit,
    desked: &Desked,
    id: ActionId,
    judged: Result<T, DeskError>,
    reason: &str,
) -> Result<Response, Problem> {
    let view = web.desk().action(&desked.scope, id).await?;
    match judged {
        Ok(_) if view.action.state.run().is_some() => {
            Ok(Redirect::to(&format!("/console/actions/{id}")).into_response())
        }
        Ok(_) => Ok(Redirect::to(&format!("/console/actions/{id}/start")).into_response()),
        Err(error) => show(web, visit, desked, view, Look::Review, Tried::of(error, reason)).await,
    }
}

async fn approve(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    Path(id): Path<ActionId>,
    form: Form,
) -> Result<Response, Problem> {
    let audience = form
        .text("audience")
        .parse()
        .map_err(|_| Problem::missing("audience"))?;
    let version = version(&form)?;
    let judged = match proved(&web, &desked, &form).await {
        Ok(scope) => web.desk().approve_action(&scope, id, version, audience).await,
        Err(error) => Err(error),
    };
    after(&web, &visit, &desked, id, judged, "").await
}

async fn send_back(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    Path(id): Path<ActionId>,
    form: Form,
) -> Result<Response, Problem> {
    decline(&web, &visit, &desked, id, &form, Verdict::Return).await
}

async fn refuse(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    Path(id): Path<ActionId>,
    form: Form,
) -> Result<Response, Problem> {
    decline(&web, &visit, &desked, id, &form, Verdict::Refuse).await
}

async fn decline(
    web: &Web,
    visit: &Visit,
    desked: &Desked,
    id: ActionId,
    form: &Form,
    verdict: Verdict,
) -> Result<Response, Problem> {
    let reason = form.text("reason");
    let judged = web
        .desk()
        .decline_action(&desked.scope, id, version(form)?, verdict, reason)
        .await;
    after(web, visit, desked, id, judged, reason).await
}
