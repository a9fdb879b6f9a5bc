//! What other systems alert of: the list, and one notice to judge. A draft can be made of it; nothing is sent by itself.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use http::StatusCode;
use serde::Deserialize;

use crate::cap::alert::Info;
use crate::desk::Permission;
use crate::desk::notices::{Notice, refusal};
use crate::domain::action::ActionKind;
use crate::domain::clock::Timestamp;
use crate::domain::id::{ActionId, NoticeId};
use crate::domain::language::Language;
use crate::domain::problem::ProblemCode;
use crate::storage::notices::NoticeState;
use crate::web::Web;
use crate::web::extract::Path;
use crate::web::problem::Problem;
use crate::web::screens::form::Form;
use crate::web::screens::frame::{Frame, answer};
use crate::web::screens::signed::Desked;
use crate::web::screens::visit::Visit;

/// How many a page shows.
const PAGE: u32 = 50;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new()
        .route("/console/notices", get(list))
        .route("/console/notices/{id}", get(one))
        .route("/console/notices/{id}/draft", post(draft))
        .route("/console/notices/{id}/dismiss", post(dismiss))
}

/// A notice in a list.
pub struct NoticeRow {
    /// Its id.
    pub id: NoticeId,
    /// What it is about.
    pub headline: String,
    /// Where it came from.
    pub source: String,
    /// What became of it.
    pub state: &'static str,
    /// When it came in.
    pub received_at: Timestamp,
}

impl NoticeRow {
    fn of(notice: &Notice, language: Language) -> Self {
        Self {
            id: notice.id,
            headline: headline(notice, language),
            source: notice.source.clone(),
            state: notice.state.name(),
            received_at: notice.received_at,
        }
    }
}

/// The notices that wait to be judged; none for whoever does not judge them.
pub async fn open_notices(
    web: &Web,
    visit: &Visit,
    desked: &Desked,
    limit: u32,
) -> Result<Vec<NoticeRow>, Problem> {
    if desked.scope.require(Permission::JudgeNotices).is_err() {
        return Ok(Vec::new());
    }
    let page = web
        .desk()
        .list_notices(&desked.scope, Some(NoticeState::Open), None, limit);
    let notices = page.await?.notices;
    Ok(notices
        .iter()
        .map(|notice| NoticeRow::of(notice, visit.t.0))
        .collect())
}

#[derive(Template)]
#[template(path = "console/notices/list.html")]
struct List {
    frame: Frame,
    notices: Vec<NoticeRow>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "console/notices/one.html")]
struct One {
    frame: Frame,
    id: NoticeId,
    state: &'static str,
    /// Why it was refused, in words.
    reason: Option<String>,
    source: String,
    sender: String,
    sent_at: Timestamp,
    received_at: Timestamp,
    expires_at: Option<Timestamp>,
    headline: String,
    says: Vec<String>,
    places: Vec<String>,
    /// Places that a draft's area would lack.
    unplaced: Vec<String>,
    has_area: bool,
    kinds: Vec<&'static str>,
    kind: &'static str,
    action: Option<ActionId>,
}

/// What it says in a language, or in the first that it speaks.
fn info(notice: &Notice, language: Language) -> Option<&Info> {
    let infos = &notice.alert.infos;
    let speaks = |info: &&Info| info.language.to_ascii_lowercase().starts_with(language.tag());
    infos.iter().find(speaks).or(infos.first())
}

fn headline(notice: &Notice, language: Language) -> String {
    info(notice, language).map_or_else(
        || notice.alert.identifier.clone(),
        |info| info.headline.clone().unwrap_or_else(|| info.event.clone()),
    )
}

#[derive(Deserialize)]
struct ListQuery {
    after: Option<String>,
}

async fn list(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    Query(query): Query<ListQuery>,
) -> Result<Response, Problem> {
    let page = web
        .desk()
        .list_notices(&desked.scope, None, query.after.as_deref(), PAGE);
    let page = page.await?;
    let shown = List {
        frame: desked.frame(&web, &visit, visit.t.say("notices-title")).await?,
        notices: page
            .notices
            .iter()
            .map(|notice| NoticeRow::of(notice, visit.t.0))
            .collect(),
        next: page.next,
    };
    Ok(answer(&visit, StatusCode::OK, &shown))
}

async fn one(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    Path(id): Path<NoticeId>,
) -> Result<Response, Problem> {
    let (notice, reading) = web.desk().notice(&desked.scope, id).await?;
    let language = visit.t.0;
    let info = info(&notice, language);
    let says = info.map(|info| {
        [
            info.description.clone(),
            info.instruction.clone(),
            info.contact.clone(),
            info.web.clone(),
        ]
    });
    let headline = headline(&notice, language);
    let shown = One {
        frame: desked.frame(&web, &visit, headline.as_str()).await?,
        id,
        state: notice.state.name(),
        reason: notice
            .reason
            .as_deref()
            .map(|reason| refusal(reason).in_language(language).to_owned()),
        source: notice.source.clone(),
        sender: notice.alert.sender.clone(),
        sent_at: notice.sent_at,
        received_at: notice.received_at,
        expires_at: notice.expires_at,
        headline,
        says: says.into_iter().flatten().flatten().collect(),
        places: info
            .map(|info| info.areas.iter().map(|area| area.description.clone()).collect())
            .unwrap_or_default(),
        unplaced: reading.unplaced,
        has_area: reading.draft.area.is_some(),
        kinds: ActionKind::ALL.map(ActionKind::name).into(),
        kind: reading.draft.kind.name(),
        action: notice.action,
    };
    Ok(answer(&visit, StatusCode::OK, &shown))
}

async fn draft(
    State(web): State<Web>,
    desked: Desked,
    Path(id): Path<NoticeId>,
    form: Form,
) -> Result<Response, Problem> {
    let kind = form.filled("kind").map(str::parse).transpose();
    let kind = kind.map_err(|_| Problem::invalid_field("kind", ProblemCode::InvalidValue))?;
    let action = web.desk().draft_of_notice(&desked.scope, id, kind).await?;
    Ok(Redirect::to(&format!("/console/actions/{}/edit", action.id)).into_response())
}

async fn dismiss(
    State(web): State<Web>,
    desked: Desked,
    Path(id): Path<NoticeId>,
) -> Result<Response, Problem> {
    web.desk().dismiss_notice(&desked.scope, id).await?;
    Ok(Redirect::to("/console").into_response())
}
