//! The telephone numbers and links that texts may hold.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};

use super::{Tried, region_choices, region_of};
use crate::desk::register::NewAllowed;
use crate::domain::id::{AllowedId, RegionId};
use crate::web::Web;
use crate::web::extract::Path;
use crate::web::problem::Problem;
use crate::web::screens::form::Form;
use crate::web::screens::frame::{Frame, answer};
use crate::web::screens::signed::Desked;
use crate::web::screens::visit::Visit;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new()
        .route("/console/administration/register", get(list).post(add))
        .route("/console/administration/register/{id}/remove", post(remove))
}

struct Row {
    id: AllowedId,
    kind: &'static str,
    value: String,
    note: String,
    region: Option<String>,
    is_removable: bool,
}

#[derive(Template)]
#[template(path = "console/administration/register.html")]
struct Register {
    frame: Frame,
    rows: Vec<Row>,
    regions: Vec<(RegionId, String)>,
    tried: Tried,
}

async fn list(State(web): State<Web>, visit: Visit, desked: Desked) -> Result<Response, Problem> {
    show(&web, &visit, &desked, Tried::fresh()).await
}

async fn show(web: &Web, visit: &Visit, desked: &Desked, tried: Tried) -> Result<Response, Problem> {
    let entries = web.desk().list_register(&desked.scope).await?;
    let territory = web.desk().directory().territory();
    let name = |id| territory.get(id).map(|region| region.name.clone());
    let rows = entries.into_iter().map(|entry| Row {
        id: entry.id,
        kind: entry.contact.kind(),
        value: entry.contact.value(),
        note: entry.note.unwrap_or_default(),
        region: entry.region.and_then(name),
        is_removable: entry.added_by.is_some(),
    });
    let status = tried.status;
    let page = Register {
        frame: desked.frame(web, visit, visit.t.say("register-title")).await?,
        rows: rows.collect(),
        regions: region_choices(web, desked)?,
        tried,
    };
    Ok(answer(visit, status, &page))
}

async fn add(State(web): State<Web>, visit: Visit, desked: Desked, form: Form) -> Result<Response, Problem> {
    let added = async {
        let own = |name: &str| form.filled(name).map(str::to_owned);
        let new = NewAllowed {
            region: Some(region_of(&form, &desked)?),
            number: own("number"),
            link: own("link"),
            note: own("note"),
        };
        Ok::<_, Problem>(web.desk().add_allowed(&desked.scope, new).await?)
    };
    match added.await {
        Ok(_) => Ok(Redirect::to("/console/administration/register").into_response()),
        Err(problem) => {
            let tried = Tried::refused(problem, form, visit.t.0)?;
            show(&web, &visit, &desked, tried).await
        }
    }
}

async fn remove(
    State(web): State<Web>,
    desked: Desked,
    Path(id): Path<AllowedId>,
) -> Result<Response, Problem> {
    web.desk().remove_allowed(&desked.scope, id).await?;
    Ok(Redirect::to("/console/administration/register").into_response())
}
