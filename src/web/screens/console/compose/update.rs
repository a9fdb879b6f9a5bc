//! News about an action that runs, to everyone who was or may have been told.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::StatusCode;

use super::shown::{self, Found, Reading};
use super::start::{confirmed, proved, to_confirm, version};
use crate::desk::DeskError;
use crate::desk::actions::{ActionView, Intended};
use crate::domain::action::approval::Matter;
use crate::domain::action::{Text, Texts};
use crate::domain::id::ActionId;
use crate::domain::language::Language;
use crate::domain::wave::WaveKind;
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
    Router::new().route("/console/actions/{id}/update", get(ask).post(send))
}

#[derive(Template)]
#[template(path = "console/compose/update.html")]
struct UpdatePage {
    frame: Frame,
    id: ActionId,
    version: u32,
    action: String,
    text: [String; 4],
    readings: Vec<Reading>,
    found: Vec<Found>,
    to_confirm: Vec<(&'static str, String)>,
    /// How many it is for; none before it was looked at.
    audience: Option<u64>,
    needs_second: bool,
    asks_code: bool,
    wrong: Vec<String>,
}

fn texts_of(form: &Form) -> Texts {
    Texts {
        nl: Text::new(form.text("title_nl"), form.text("body_nl")),
        en: Text::new(form.text("title_en"), form.text("body_en")),
    }
}

async fn ask(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    Path(id): Path<ActionId>,
) -> Result<Response, Problem> {
    let view = web.desk().action(&desked.scope, id).await?;
    let proposed = view.proposal.as_ref().map(|proposal| &proposal.matter);
    let texts = match proposed {
        Some(Matter::Update(texts)) => Some(texts.clone()),
        _ => None,
    };
    show(&web, &visit, &desked, &view, texts, None).await
}

async fn show(
    web: &Web,
    visit: &Visit,
    desked: &Desked,
    view: &ActionView,
    texts: Option<Texts>,
    error: Option<DeskError>,
) -> Result<Response, Problem> {
    let (desk, scope, action, language) = (web.desk(), &desked.scope, &view.action, visit.t.0);
    let asks_code = matches!(
        &error,
        Some(DeskError::Forbidden(crate::desk::Reason::ProofNotFresh))
    );
    let problem = error.map(Problem::from);
    let (mut found, mut findings, mut audience, mut needs_second) = (Vec::new(), Vec::new(), None, false);
    let mut wrong = problem
        .as_ref()
        .map(|problem| sentences(problem, language))
        .unwrap_or_default();
    if let Some(texts) = &texts {
        let intended = Intended {
            wave: WaveKind::Update,
            texts: Some(texts.clone()),
            area: None,
        };
        findings = desk.check_intended(scope, action.id, &intended).await?;
        found = Found::all(&findings, texts, language);
        match desk
            .outlook(scope, action.id, Some(&Matter::Update(texts.clone())))
            .await
        {
            Ok(outlook) => {
                audience = Some(outlook.audience);
                needs_second = outlook.needs.is_some();
            }
            Err(error) if wrong.is_empty() => wrong = sentences(&error.into(), language),
            Err(_) => {}
        }
    }
    let typed = texts.clone().unwrap_or_default();
    let (nl, en) = (typed.in_language(Language::Nl), typed.in_language(Language::En));
    let title = visit
        .t
        .say("update-title")
        .with("number", action.number.to_string());
    let page = UpdatePage {
        frame: desked.frame(web, visit, title).await?,
        id: action.id,
        version: action.version,
        action: super::super::overview::title(visit, action),
        text: [&nl.title, &nl.body, &en.title, &en.body].map(Clone::clone),
        readings: texts
            .map(|texts| shown::readings(web, &texts, &findings))
            .unwrap_or_default(),
        to_confirm: to_confirm(&findings, &found),
        found,
        audience,
        needs_second,
        asks_code,
        wrong,
    };
    let status = problem.as_ref().map(|problem| problem.kind().status());
    let status = status
        .filter(StatusCode::is_client_error)
        .unwrap_or(StatusCode::OK);
    Ok(answer(visit, status, &page))
}

async fn send(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    Path(id): Path<ActionId>,
    form: Form,
) -> Result<Response, Problem> {
    let view = web.desk().action(&desked.scope, id).await?;
    let (texts, seen) = (texts_of(&form), version(&form)?);
    let sent = async {
        match form.text("do") {
            "send" => {
                let scope = proved(&web, &desked, &form).await?;
                let confirmed = confirmed(&form);
                web.desk()
                    .update_action_confirming(&scope, id, seen, &texts, &confirmed)
                    .await?;
            }
            "submit" => {
                let matter = Some(Matter::Update(texts.clone()));
                web.desk().submit_action(&desked.scope, id, seen, matter).await?;
            }
            _ => return Ok(false),
        }
        Ok::<_, DeskError>(true)
    };
    match sent.await {
        Ok(true) => Ok(Redirect::to(&format!("/console/actions/{id}")).into_response()),
        Ok(false) => show(&web, &visit, &desked, &view, Some(texts), None).await,
        Err(error) => show(&web, &visit, &desked, &view, Some(texts), Some(error)).await,
    }
}
