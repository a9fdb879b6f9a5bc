//! The corrections that stand ready for each kind of action.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use http::StatusCode;

use super::Tried;
use crate::domain::action::{ActionKind, Text, Texts};
use crate::domain::language::Language;
use crate::domain::problem::ProblemCode;
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
        .route("/console/administration/corrections", get(list))
        .route("/console/administration/corrections/{kind}", get(one).post(write))
        .route("/console/administration/corrections/{kind}/own", post(drop_own))
}

struct Row {
    kind: &'static str,
    body: String,
    is_own: bool,
}

#[derive(Template)]
#[template(path = "console/administration/corrections.html")]
struct Corrections {
    frame: Frame,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "console/administration/correction.html")]
struct Correction {
    frame: Frame,
    kind: &'static str,
    text: [String; 4],
    is_own: bool,
    tried: Tried,
}

async fn list(State(web): State<Web>, visit: Visit, desked: Desked) -> Result<Response, Problem> {
    let ready = web.desk().list_corrections(&desked.scope, None).await?;
    let rows = ready.into_iter().map(|ready| Row {
        kind: ready.kind.name(),
        body: ready.texts.in_language(visit.t.0).body.clone(),
        is_own: ready.of == Some(desked.scope.region),
    });
    let page = Corrections {
        frame: desked
            .frame(&web, &visit, visit.t.say("corrections-title"))
            .await?,
        rows: rows.collect(),
    };
    Ok(answer(&visit, StatusCode::OK, &page))
}

fn kind_of(name: &str) -> Result<ActionKind, Problem> {
    name.parse()
        .map_err(|_| Problem::invalid_field("kind", ProblemCode::InvalidValue))
}

async fn one(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    Path(kind): Path<String>,
) -> Result<Response, Problem> {
    show(&web, &visit, &desked, kind_of(&kind)?, Tried::fresh()).await
}

async fn show(
    web: &Web,
    visit: &Visit,
    desked: &Desked,
    kind: ActionKind,
    tried: Tried,
) -> Result<Response, Problem> {
    let ready = web.desk().list_corrections(&desked.scope, None).await?;
    let ready = ready.into_iter().find(|ready| ready.kind == kind);
    let ready = ready.ok_or_else(|| Problem::invalid_field("kind", ProblemCode::InvalidValue))?;
    let (nl, en) = (
        ready.texts.in_language(Language::Nl),
        ready.texts.in_language(Language::En),
    );
    let text = if tried.asked.is_empty() {
        [&nl.title, &nl.body, &en.title, &en.body].map(Clone::clone)
    } else {
        ["title_nl", "body_nl", "title_en", "body_en"].map(|name| tried.asked.text(name).to_owned())
    };
    let status = tried.status;
    let page = Correction {
        frame: desked.frame(web, visit, visit.t.say("correction-title")).await?,
        kind: kind.name(),
        text,
        is_own: ready.of == Some(desked.scope.region),
        tried,
    };
    Ok(answer(visit, status, &page))
}

async fn write(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    Path(kind): Path<String>,
    form: Form,
) -> Result<Response, Problem> {
    let kind = kind_of(&kind)?;
    let texts = Texts {
        nl: Text::new(form.text("title_nl"), form.text("body_nl")),
        en: Text::new(form.text("title_en"), form.text("body_en")),
    };
    match web
        .desk()
        .set_correction(&desked.scope, None, kind, Some(texts))
        .await
    {
        Ok(_) => Ok(Redirect::to("/console/administration/corrections").into_response()),
        Err(error) => {
            let tried = Tried::refused(error.into(), form, visit.t.0)?;
            show(&web, &visit, &desked, kind, tried).await
        }
    }
}

async fn drop_own(
    State(web): State<Web>,
    desked: Desked,
    Path(kind): Path<String>,
) -> Result<Response, Problem> {
    web.desk()
        .set_correction(&desked.scope, None, kind_of(&kind)?, None)
        .await?;
    Ok(Redirect::to("/console/administration/corrections").into_response())
}
