//! Check and start, on one page: where, whom, how it reads, what the checks say, and what it still needs.

use std::collections::BTreeSet;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use http::StatusCode;

use crate::desk::actions::{ActionView, Outlook, ReachQuery};
use crate::desk::{DeskError, Permission, Reason, Scope};
use crate::domain::action::approval::Matter;
use crate::domain::action::{ActionKind, Phase};
use crate::domain::check::{CheckCode, Finding};
use crate::domain::id::ActionId;
use crate::storage::photos::PhotoEntry;
use crate::web::Web;
use crate::web::extract::Path;
use crate::web::problem::Problem;
use crate::web::screens::console::compose::shown::{self, Found, Reached, Reading};
use crate::web::screens::form::Form;
use crate::web::screens::frame::{Frame, answer};
use crate::web::screens::signed::Desked;
use crate::web::screens::texts::Texts;
use crate::web::screens::visit::Visit;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new()
        .route("/console/actions/{id}/start", get(ask).post(start))
        .route("/console/actions/{id}/submit", post(submit))
}

/// How somebody looks at what would go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// To start it, or to ask a second person.
    Start,
    /// As that second person.
    Review,
}

/// A page on which it is decided whether something goes out.
#[derive(Template)]
#[template(path = "console/compose/check.html")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says another thing about the page, for its template"
)]
pub struct CheckPage {
    frame: Frame,
    look: Look,
    id: ActionId,
    version: u32,
    kind: String,
    hours: u64,
    phase: Phase,
    /// Whether the action runs, and what is proposed is more of it.
    is_proposal: bool,
    is_update: bool,
    features: String,
    outlook: Option<Outlook>,
    reached: Option<Reached>,
    readings: Vec<Reading>,
    found: Vec<Found>,
    to_confirm: Vec<(&'static str, String)>,
    is_refused: bool,
    photos: Vec<PhotoEntry>,
    /// Why it needs a second person.
    needs: Option<String>,
    may_send: bool,
    may_judge: bool,
    /// Whose work it is.
    submitted_by: Option<String>,
    judged_by: Option<String>,
    verdict: Option<String>,
    problem: Option<(String, String)>,
    /// What is asked for after a first try: a reason beyond a limit, a fresh code.
    asks_reason: bool,
    asks_code: bool,
    reason: String,
}

/// What a first try was answered.
#[derive(Default)]
pub struct Tried {
    /// What is the matter.
    pub problem: Option<Problem>,
    /// Whether a limit was reached.
    pub is_over_limit: bool,
    /// Whether a fresh code is needed.
    pub needs_code: bool,
    /// The reason that was typed.
    pub reason: String,
}

impl Tried {
    /// What the desk answered to a try.
    pub fn of(error: DeskError, reason: &str) -> Self {
        Self {
            is_over_limit: matches!(error, DeskError::Limited { .. }),
            needs_code: matches!(error, DeskError::Forbidden(Reason::ProofNotFresh)),
            problem: Some(error.into()),
            reason: reason.to_owned(),
        }
    }
}

/// The right to send an action of this kind, and the right to judge one.
const fn rights(kind: ActionKind) -> (Permission, Permission) {
    if kind.is_time_critical() {
        (Permission::SendUrgent, Permission::ApproveUrgent)
    } else {
        (Permission::SendNonUrgent, Permission::ApproveNonUrgent)
    }
}

/// What goes out only once confirmed, by code, with why.
pub fn to_confirm(findings: &[Finding], found: &[Found]) -> Vec<(&'static str, String)> {
    let codes: BTreeSet<CheckCode> = findings.iter().map(|finding| finding.code).collect();
    let codes = codes.into_iter().filter(|code| code.is_confirmable());
    let said = |code: &CheckCode| {
        found
            .iter()
            .find(|found| found.code == code.name())
            .map(|found| found.said.clone())
    };
    codes
        .filter_map(|code| Some((code.name(), said(&code)?)))
        .collect()
}

/// The title of a problem, and what to do.
fn words_of(problem: &Problem, t: Texts) -> (String, String) {
    let (title, detail) = problem.words(t.0);
    let fields: Vec<_> = problem.fields(t.0).map(|(_, said)| said).collect();
    let detail = if fields.is_empty() {
        detail.to_owned()
    } else {
        fields.join(" ")
    };
    (title.to_owned(), detail)
}

/// The page, with what a first try was answered.
pub async fn show(
    web: &Web,
    visit: &Visit,
    desked: &Desked,
    view: ActionView,
    look: Look,
    tried: Tried,
) -> Result<Response, Problem> {
    let (scope, t, desk) = (&desked.scope, visit.t, web.desk());
    let action = &view.action;
    let matter = view.proposal.as_ref().map(|proposal| &proposal.matter);
    let (mut problem, mut outlook) = (tried.problem, None);
    let waits = action.state.review().is_some() || matter.is_some() || action.state.phase() == Phase::Draft;
    if waits {
        match desk.outlook(scope, action.id, matter).await {
            Ok(found) => outlook = Some(found),
            Err(error) => problem = problem.or(Some(error.into())),
        }
    }
    let area = match matter {
        Some(Matter::Expansion(area)) => Some(area),
        Some(Matter::Update(_)) => None,
        None => action.content.area.as_ref(),
    };
    let texts = match matter {
        Some(Matter::Update(texts)) => texts,
        _ => &action.content.texts,
    };
    let findings = findings(web, scope, action.id, matter).await.unwrap_or_default();
    let reached = reached(web, visit, scope, &view, area).await;
    let review = match &view.proposal {
        Some(proposal) => Some(proposal.review),
        None => action.state.review().copied(),
    };
    let name = async |id| match id {
        Some(id) => desk.colleague(scope, id).await.ok().flatten(),
        None => None,
    };
    let (send, judge) = rights(action.content.kind);
    let found = Found::all(&findings, texts, t.0);
    let title = match look {
        Look::Start => "start-title",
        Look::Review => "review-title",
    };
    let title = t.say(title).with("number", action.number.to_string()).to_string();
    let mut frame = desked.frame(web, visit, title).await?;
    frame.has_map = true;
    let status = problem.as_ref().map(|problem| problem.kind().status());
    let status = status
        .filter(StatusCode::is_client_error)
        .unwrap_or(StatusCode::OK);
    let page = CheckPage {
        look,
        id: action.id,
        version: action.version,
        kind: t.say(&format!("kind-{}", action.content.kind.name())).to_string(),
        hours: action.content.expires_after_s.div_ceil(3_600),
        phase: review.map_or(action.state.phase(), |review| review.phase()),
        is_proposal: view.proposal.is_some(),
        is_update: matches!(matter, Some(Matter::Update(_))),
        features: shown::features(web, scope, area, "").await?.to_string(),
        needs: outlook
            .as_ref()
            .and_then(|outlook| outlook.needs)
            .map(|needs| needs.said().sentence().in_language(t.0).to_owned()),
        outlook,
        reached,
        readings: shown::readings(web, texts, &findings),
        to_confirm: to_confirm(&findings, &found),
        is_refused: shown::refuses(&findings),
        found,
        may_send: scope.require(send).is_ok(),
        may_judge: scope.require(judge).is_ok(),
        submitted_by: name(review.map(|review| review.submitted().by)).await,
        judged_by: name(review.and_then(|review| review.judged()).map(|deed| deed.by)).await,
        verdict: view
            .proposal
            .as_ref()
            .and_then(|proposal| proposal.verdict.clone())
            .or(view.action.verdict.clone()),
        problem: problem.as_ref().map(|problem| words_of(problem, t)),
        asks_reason: tried.is_over_limit,
        asks_code: tried.needs_code,
        reason: tried.reason,
        photos: view.photos,
        frame,
    };
    Ok(answer(visit, status, &page))
}

async fn findings(
    web: &Web,
    scope: &Scope,
    id: ActionId,
    matter: Option<&Matter>,
) -> Result<Vec<Finding>, DeskError> {
    use crate::desk::actions::Intended;
    let Some(matter) = matter else {
        return web.desk().check_action(scope, id).await;
    };
    let (texts, area) = match matter {
        Matter::Expansion(area) => (None, Some(area.clone())),
        Matter::Update(texts) => (Some(texts.clone()), None),
    };
    let intended = Intended {
        wave: matter.wave(),
        texts,
        area,
    };
    web.desk().check_intended(scope, id, &intended).await
}

async fn reached(
    web: &Web,
    visit: &Visit,
    scope: &Scope,
    view: &ActionView,
    area: Option<&crate::domain::area::Area>,
) -> Option<Reached> {
    let query = ReachQuery {
        area: area?.clone(),
        kind: view.action.content.kind,
        channels: Some(view.action.content.channels),
        action: view.proposal.as_ref().map(|_| view.action.id),
    };
    let reach = web.desk().count_reach(scope, &query).await.ok()?;
    Some(Reached::new(
        reach,
        &web.desk().directory().territory(),
        visit.t.0,
    ))
}

async fn ask(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    Path(id): Path<ActionId>,
) -> Result<Response, Problem> {
    let view = web.desk().action(&desked.scope, id).await?;
    if view.action.state.run().is_some() {
        return Ok(Redirect::to(&format!("/console/actions/{id}/hold")).into_response());
    }
    show(&web, &visit, &desked, view, Look::Start, Tried::default()).await
}

/// The scope after a code was given, where one was.
pub async fn proved(web: &Web, desked: &Desked, form: &Form) -> Result<Scope, DeskError> {
    let Some(code) = form.filled("code") else {
        return Ok(desked.scope.clone());
    };
    web.desk().prove(&desked.scope, code).await?;
    web.desk().scope(desked.token.as_str()).await
}

/// What was confirmed.
pub fn confirmed(form: &Form) -> crate::desk::actions::Confirmed {
    form.all("confirm")
        .filter_map(|code| code.parse::<CheckCode>().ok())
        .collect()
}

/// The version that the page showed.
pub fn version(form: &Form) -> Result<u32, Problem> {
    form.text("version")
        .parse()
        .map_err(|_| Problem::missing("version"))
}

async fn start(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    Path(id): Path<ActionId>,
    form: Form,
) -> Result<Response, Problem> {
    let version = version(&form)?;
    let started = match proved(&web, &desked, &form).await {
        Ok(scope) => {
            let (reason, confirmed) = (form.filled("reason"), confirmed(&form));
            web.desk()
                .start_action_on(&scope, id, version, reason, &confirmed)
                .await
        }
        Err(error) => Err(error),
    };
    match started {
        Ok(_) => Ok(Redirect::to(&format!("/console/actions/{id}/hold")).into_response()),
        Err(error) => {
            let view = web.desk().action(&desked.scope, id).await?;
            let tried = Tried::of(error, form.text("reason"));
            show(&web, &visit, &desked, view, Look::Start, tried).await
        }
    }
}

async fn submit(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    Path(id): Path<ActionId>,
    form: Form,
) -> Result<Response, Problem> {
    let submitted = web
        .desk()
        .submit_action(&desked.scope, id, version(&form)?, None)
        .await;
    match submitted {
        Ok(_) => Ok(Redirect::to(&format!("/console/actions/{id}/start")).into_response()),
        Err(error) => {
            let view = web.desk().action(&desked.scope, id).await?;
            show(&web, &visit, &desked, view, Look::Start, Tried::of(error, "")).await
        }
    }
}
