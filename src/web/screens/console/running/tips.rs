//! The tips of an action: the newest first, judged by buttons and keys.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use http::StatusCode;
use serde::Deserialize;

use crate::desk::Permission;
use crate::desk::tips::{TipQuery, TipView};
use crate::domain::clock::Timestamp;
use crate::domain::id::{ActionId, PhotoId, TipId, VideoId};
use crate::domain::language::Language;
use crate::domain::problem::ProblemCode;
use crate::domain::tip::{TipMark, TipState};
use crate::storage::recordings::RecordingState;
use crate::web::Web;
use crate::web::extract::Path;
use crate::web::problem::Problem;
use crate::web::screens::form::Form;
use crate::web::screens::frame::{Frame, answer};
use crate::web::screens::signed::Desked;
use crate::web::screens::texts::Texts;
use crate::web::screens::visit::Visit;

/// The most tips of a page.
const TIPS: u32 = 200;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new()
        .route("/console/actions/{id}/tips", get(list))
        .route("/console/tips/{id}", get(one))
        .route("/console/tips/{id}/mark", post(mark))
        .route("/console/tips/{id}/note", post(note))
}

/// A page of tips, as the page of the action holds it and as script asks for it again.
#[derive(Debug, Template)]
#[template(path = "console/running/tips.html")]
pub struct TipList {
    /// The words.
    pub t: Texts,
    /// When the list is made.
    pub now: Timestamp,
    /// Of which action.
    pub action: ActionId,
    /// The newest first.
    pub tips: Vec<TipShown>,
    /// How many of the action nobody looked at yet.
    pub new: u64,
    /// Where to go on.
    pub next: Option<String>,
    /// Whether whoever reads it may judge.
    pub may_judge: bool,
}

/// One tip as it is now, and how many of its action nobody looked at yet.
#[derive(Template)]
#[template(path = "console/running/one.html")]
struct OneTip {
    t: Texts,
    now: Timestamp,
    new: u64,
    shown: TipShown,
    may_judge: bool,
    has_others: bool,
}

/// The older tips, on a page of their own.
#[derive(Template)]
#[template(path = "console/running/older.html")]
struct Older {
    frame: Frame,
    action: ActionId,
    tips: TipList,
}

/// A tip with what belongs to it.
#[derive(Debug)]
pub struct TipShown {
    /// Its id.
    pub id: TipId,
    /// What it was when it was shown.
    pub version: u32,
    /// How it was judged.
    pub phase: &'static str,
    /// The way it came in.
    pub source: &'static str,
    /// The words.
    pub text: String,
    /// Who gave it.
    pub name: Option<String>,
    /// How to call them back.
    pub phone: Option<String>,
    /// Whether nobody may know who gave it.
    pub anonymous: bool,
    /// When it came in.
    pub received_at: Timestamp,
    /// Whether that was after the end.
    pub late: bool,
    /// Where: latitude and longitude.
    pub place: Option<(String, String)>,
    /// The photos.
    pub photos: Vec<PhotoId>,
    /// The films.
    pub films: Vec<VideoId>,
    /// Whether what was said can be listened to.
    pub is_recorded: bool,
    /// To whom it was passed on.
    pub unit: Option<String>,
    /// What colleagues wrote.
    pub notes: Vec<String>,
    /// What speed its place asks for, from other places.
    pub ways: Vec<String>,
}

impl TipShown {
    /// A tip as it is shown in a language.
    pub fn new(view: TipView, language: Language) -> Self {
        let TipView {
            tip,
            photos,
            videos,
            recording,
            history,
            journeys,
        } = view;
        let notes = history.into_iter().filter(|deed| deed.verb.name() == "noted");
        let degrees = |value: f64| format!("{value:.5}");
        Self {
            id: tip.id,
            version: tip.version,
            phase: tip.state.phase().name(),
            source: tip.source.name(),
            name: tip.content.name,
            phone: tip.content.phone,
            anonymous: tip.content.anonymous,
            received_at: tip.received_at,
            late: tip.late,
            place: tip
                .content
                .location
                .map(|point| (degrees(point.lat_degrees()), degrees(point.lon_degrees()))),
            photos: photos.iter().map(|photo| photo.id).collect(),
            films: videos.iter().map(|video| video.id).collect(),
            is_recorded: matches!(recording, Some(RecordingState::Here)),
            unit: match tip.state {
                TipState::PassedOn { unit } => Some(unit),
                _ => None,
            },
            notes: notes.filter_map(|deed| deed.detail).collect(),
            ways: journeys
                .iter()
                .map(|way| way.said().in_language(language).to_owned())
                .collect(),
            text: tip.content.text,
        }
    }
}

#[derive(Deserialize)]
struct TipsQuery {
    after: Option<String>,
}

async fn list(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    Path(id): Path<ActionId>,
    Query(query): Query<TipsQuery>,
) -> Result<Response, Problem> {
    let tips = page_of(&web, &visit, &desked, id, query.after).await?;
    if visit.is_partial {
        return Ok(answer(&visit, StatusCode::OK, &tips));
    }
    let frame = desked.frame(&web, &visit, visit.t.say("tips-title")).await?;
    Ok(answer(
        &visit,
        StatusCode::OK,
        &Older {
            frame,
            action: id,
            tips,
        },
    ))
}

/// The newest tips of an action.
pub async fn tip_list(web: &Web, visit: &Visit, desked: &Desked, id: ActionId) -> Result<TipList, Problem> {
    page_of(web, visit, desked, id, None).await
}

async fn page_of(
    web: &Web,
    visit: &Visit,
    desked: &Desked,
    action: ActionId,
    after: Option<String>,
) -> Result<TipList, Problem> {
    let query = TipQuery {
        phase: None,
        after,
        limit: TIPS,
    };
    let (tips, next) = web.desk().view_tips(&desked.scope, action, &query).await?;
    Ok(TipList {
        t: visit.t,
        now: visit.now,
        action,
        new: web.desk().count_new_tips(&desked.scope, action).await?,
        tips: tips
            .into_iter()
            .map(|tip| TipShown::new(tip, visit.t.0))
            .collect(),
        next,
        may_judge: desked.scope.require(Permission::HandleTips).is_ok(),
    })
}

/// A tip alone, as script asks for it when it came in or was changed; otherwise the page of its action at it.
async fn one(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    Path(id): Path<TipId>,
) -> Result<Response, Problem> {
    let view = web.desk().tip(&desked.scope, id).await?;
    show(&web, &visit, &desked, view).await
}

/// The judgement that a form gives.
fn judgement(form: &Form) -> Result<TipMark, Problem> {
    Ok(match form.text("mark") {
        "seen" => TipMark::Seen,
        "relevant" => TipMark::Relevant,
        "not_relevant" => TipMark::NotRelevant,
        "passed_on" => TipMark::PassedOn {
            unit: form
                .filled("unit")
                .ok_or_else(|| Problem::missing("unit"))?
                .to_owned(),
        },
        "duplicate_of" => TipMark::DuplicateOf {
            tip: form
                .text("tip")
                .parse()
                .map_err(|_| Problem::invalid_field("tip", ProblemCode::TipUnknown))?,
        },
        _ => return Err(Problem::missing("mark")),
    })
}

async fn mark(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    Path(id): Path<TipId>,
    form: Form,
) -> Result<Response, Problem> {
    let version = form
        .text("version")
        .parse()
        .map_err(|_| Problem::missing("version"))?;
    web.desk()
        .mark_tip(&desked.scope, id, version, judgement(&form)?)
        .await?;
    one(State(web), visit, desked, Path(id)).await
}

async fn note(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    Path(id): Path<TipId>,
    form: Form,
) -> Result<Response, Problem> {
    web.desk()
        .note_on_tip(&desked.scope, id, form.text("note"))
        .await?;
    one(State(web), visit, desked, Path(id)).await
}

/// The tip as it is now: for script alone, otherwise the page at this tip.
async fn show(web: &Web, visit: &Visit, desked: &Desked, view: TipView) -> Result<Response, Problem> {
    let (action, id) = (view.tip.action, view.tip.id);
    if !visit.is_partial {
        return Ok(Redirect::to(&format!("/console/actions/{action}#tip-{id}")).into_response());
    }
    let one = OneTip {
        t: visit.t,
        now: visit.now,
        new: web.desk().count_new_tips(&desked.scope, action).await?,
        shown: TipShown::new(view, visit.t.0),
        may_judge: desked.scope.require(Permission::HandleTips).is_ok(),
        has_others: true,
    };
    Ok(answer(visit, StatusCode::OK, &one))
}
