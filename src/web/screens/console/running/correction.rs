//! Correcting an action: what stands ready for its kind, changed where it must be, to exactly those who were told.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::StatusCode;

use super::super::overview::title;
use crate::domain::action::{Text, Texts};
use crate::domain::id::ActionId;
use crate::domain::language::Language;
use crate::web::Web;
use crate::web::extract::Path;
use crate::web::problem::Problem;
use crate::web::screens::form::Form;
use crate::web::screens::frame::{Frame, answer};
use crate::web::screens::signed::Desked;
use crate::web::screens::visit::Visit;
use crate::web::screens::wrong::sentences;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new().route("/console/actions/{id}/correct", get(ask).post(correct))
}

#[derive(Template)]
#[template(path = "console/running/correct.html")]
struct CorrectPage {
    frame: Frame,
    id: ActionId,
    action: String,
    text: [String; 4],
    told: u64,
    wrong: Vec<String>,
}

/// The fields of the texts, in the order of [`CorrectPage`].
const FIELDS: [&str; 4] = ["title_nl", "body_nl", "title_en", "body_en"];

async fn ask(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    Path(id): Path<ActionId>,
) -> Result<Response, Problem> {
    let ready = web.desk().correction_of(&desked.scope, id).await?.texts;
    let (nl, en) = (
        ready.in_language(Language::Nl).clone(),
        ready.in_language(Language::En).clone(),
    );
    show(
        &web,
        &visit,
        &desked,
        id,
        [nl.title, nl.body, en.title, en.body],
        None,
    )
    .await
}

async fn show(
    web: &Web,
    visit: &Visit,
    desked: &Desked,
    id: ActionId,
    text: [String; 4],
    problem: Option<&Problem>,
) -> Result<Response, Problem> {
    let view = web.desk().action(&desked.scope, id).await?;
    let page = CorrectPage {
        frame: desked.frame(web, visit, visit.t.say("correct-title")).await?,
        id,
        action: title(visit, &view.action),
        text,
        told: view.accounting().reached(),
        wrong: problem
            .map(|problem| sentences(problem, visit.t.0))
            .unwrap_or_default(),
    };
    let status = problem.map_or(StatusCode::OK, |problem| problem.kind().status());
    Ok(answer(visit, status, &page))
}

async fn correct(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    Path(id): Path<ActionId>,
    form: Form,
) -> Result<Response, Problem> {
    let text = FIELDS.map(|name| form.text(name).to_owned());
    let texts = Texts {
        nl: Text::new(text[0].as_str(), text[1].as_str()),
        en: Text::new(text[2].as_str(), text[3].as_str()),
    };
    match web
        .desk()
        .correct_action(&desked.scope, id, Some(&texts))
        .await
        .map_err(Problem::from)
    {
        Ok(_) => Ok(Redirect::to(&format!("/console/actions/{id}")).into_response()),
        Err(problem) if problem.kind().status().is_client_error() => {
            show(&web, &visit, &desked, id, text, Some(&problem)).await
        }
        Err(problem) => Err(problem),
    }
}
