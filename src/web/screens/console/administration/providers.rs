//! Whether providers take and bring a message: one to oneself.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;

use super::Tried;
use crate::desk::Permission;
use crate::web::Web;
use crate::web::problem::Problem;
use crate::web::screens::form::Form;
use crate::web::screens::frame::{Frame, answer};
use crate::web::screens::signed::Desked;
use crate::web::screens::visit::Visit;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new().route("/console/administration/providers", get(ask).post(send))
}

#[derive(Template)]
#[template(path = "console/administration/providers.html")]
struct Providers {
    frame: Frame,
    /// The channel of what was sent, and whether a provider took it.
    sent: Option<(&'static str, bool)>,
    tried: Tried,
}

async fn ask(State(web): State<Web>, visit: Visit, desked: Desked) -> Result<Response, Problem> {
    desked.scope.require(Permission::TestProviders)?;
    show(&web, &visit, &desked, Tried::fresh(), None).await
}

async fn show(
    web: &Web,
    visit: &Visit,
    desked: &Desked,
    tried: Tried,
    sent: Option<(&'static str, bool)>,
) -> Result<Response, Problem> {
    let frame = desked.frame(web, visit, visit.t.say("providers-title")).await?;
    let status = tried.status;
    Ok(answer(visit, status, &Providers { frame, sent, tried }))
}

async fn send(State(web): State<Web>, visit: Visit, desked: Desked, form: Form) -> Result<Response, Problem> {
    let (address, language) = (form.text("address"), visit.t.0);
    match web
        .desk()
        .send_test_message(&desked.scope, address, language)
        .await
    {
        Ok((channel, taken)) => {
            show(
                &web,
                &visit,
                &desked,
                Tried::fresh(),
                Some((channel.name(), taken)),
            )
            .await
        }
        Err(error) => {
            let tried = Tried::refused(error.into(), form, language)?;
            show(&web, &visit, &desked, tried, None).await
        }
    }
}
