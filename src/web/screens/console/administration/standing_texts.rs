//! The texts that stand ready for each kind of action: corrections, and how messages are worded.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use http::StatusCode;

use super::Tried;
use crate::domain::action::{ActionKind, StandingPurpose, Text, Texts};
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
        .route("/console/administration/texts/{purpose}", get(list))
        .route(
            "/console/administration/texts/{purpose}/{kind}",
            get(one).post(write),
        )
        .route(
            "/console/administration/texts/{purpose}/{kind}/own",
            post(drop_own),
        )
}

struct Row {
    kind: &'static str,
    body: String,
    is_own: bool,
}

#[derive(Template)]
#[template(path = "console/administration/standing_texts.html")]
struct StandingTexts {
    frame: Frame,
    purpose: &'static str,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "console/administration/standing_text.html")]
struct StandingText {
    frame: Frame,
    purpose: &'static str,
    kind: &'static str,
    text: [String; 4],
    is_own: bool,
    tried: Tried,
}

async fn list(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    Path(purpose): Path<String>,
) -> Result<Response, Problem> {
    let purpose = purpose_of(&purpose)?;
    let ready = web
        .desk()
        .list_standing_texts(&desked.scope, purpose, None)
        .await?;
    let rows = ready.into_iter().map(|ready| Row {
        kind: ready.kind.name(),
        body: ready.texts.in_language(visit.t.0).body.clone(),
        is_own: ready.of == Some(desked.scope.region),
    });
    let title = format!("{}s-title", purpose.name());
    let page = StandingTexts {
        purpose: purpose.name(),
        frame: desked.frame(&web, &visit, visit.t.say(&title)).await?,
        rows: rows.collect(),
    };
    Ok(answer(&visit, StatusCode::OK, &page))
}

fn kind_of(name: &str) -> Result<ActionKind, Problem> {
    name.parse()
        .map_err(|_| Problem::invalid_field("kind", ProblemCode::InvalidValue))
}

fn purpose_of(name: &str) -> Result<StandingPurpose, Problem> {
    StandingPurpose::parse(name).ok_or_else(|| Problem::invalid_field("purpose", ProblemCode::InvalidValue))
}

async fn one(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    Path((purpose, kind)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let asked = (purpose_of(&purpose)?, kind_of(&kind)?);
    show(&web, &visit, &desked, asked, Tried::fresh()).await
}

async fn show(
    web: &Web,
    visit: &Visit,
    desked: &Desked,
    (purpose, kind): (StandingPurpose, ActionKind),
    tried: Tried,
) -> Result<Response, Problem> {
    let ready = web
        .desk()
        .list_standing_texts(&desked.scope, purpose, None)
        .await?;
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
    let title = format!("{}-title", purpose.name());
    let page = StandingText {
        purpose: purpose.name(),
        frame: desked.frame(web, visit, visit.t.say(&title)).await?,
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
    Path((purpose, kind)): Path<(String, String)>,
    form: Form,
) -> Result<Response, Problem> {
    let asked = (purpose_of(&purpose)?, kind_of(&kind)?);
    let texts = Texts {
        nl: Text::new(form.text("title_nl"), form.text("body_nl")),
        en: Text::new(form.text("title_en"), form.text("body_en")),
    };
    match web
        .desk()
        .set_standing_text(&desked.scope, None, asked, Some(texts))
        .await
    {
        Ok(_) => Ok(to_list(asked.0)),
        Err(error) => {
            let tried = Tried::refused(error.into(), form, visit.t.0)?;
            show(&web, &visit, &desked, asked, tried).await
        }
    }
}

async fn drop_own(
    State(web): State<Web>,
    desked: Desked,
    Path((purpose, kind)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let asked = (purpose_of(&purpose)?, kind_of(&kind)?);
    web.desk()
        .set_standing_text(&desked.scope, None, asked, None)
        .await?;
    Ok(to_list(asked.0))
}

fn to_list(purpose: StandingPurpose) -> Response {
    Redirect::to(&format!("/console/administration/texts/{}", purpose.name())).into_response()
}
