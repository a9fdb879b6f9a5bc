//! Tips, for whoever handles them.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actions::view::PhotoBody;
use super::compared::JourneyBody;
use super::page::Page;
use super::recordings::RecordingName;
use super::videos::VideoBody;
use crate::desk::tips::{Submitted, TipQuery, TipView};
use crate::domain::actor::Actor;
use crate::domain::clock::Timestamp;
use crate::domain::id::{AccountId, ActionId, TipId};
use crate::domain::point::Point;
use crate::domain::tip::{Tip, TipContent, TipDeed, TipMark, TipPhase, TipSource, TipState, TipVerb};
use crate::web::Web;
use crate::web::auth::Staff;
use crate::web::conditions::Conditions;
use crate::web::extract::{Body, Call, Path, Query};
use crate::web::problem::Problem;
use crate::web::repeat::Repeat;

/// The routes.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list, submit_by_telephone))
        .routes(routes!(one, mark))
        .routes(routes!(note))
}

/// What somebody reports.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TipContent, example = json!({
    "text": "Ik zag hem om tien over twee bij de Bijenkorf, hij liep richting Vredenburg.",
    "phone": "030 123 45 67"
}))]
pub struct TipBody {
    /// What was seen, at most 2,000 characters.
    text: String,
    /// Where.
    #[serde(default)]
    location: Option<Point>,
    /// A telephone number to call back.
    #[serde(default)]
    phone: Option<String>,
    /// The name of whoever reports.
    #[serde(default)]
    name: Option<String>,
    /// Whether nobody is to know who reports: then it is not stored either.
    #[serde(default)]
    anonymous: bool,
}

impl From<TipBody> for TipContent {
    fn from(body: TipBody) -> Self {
        Self {
            text: body.text,
            location: body.location,
            phone: body.phone,
            name: body.name,
            anonymous: body.anonymous,
        }
    }
}

/// A tip.
#[derive(Serialize, ToSchema)]
#[schema(as = Tip)]
pub struct TipItem {
    /// Its id.
    id: TipId,
    /// The action that it is about.
    action: ActionId,
    /// How it came in.
    source: TipSource,
    /// What was seen.
    text: String,
    /// Where.
    location: Option<Point>,
    /// A telephone number to call back.
    phone: Option<String>,
    /// The name of whoever reports.
    name: Option<String>,
    /// Whether nobody is to know who reports.
    anonymous: bool,
    /// What became of it.
    state: TipPhase,
    /// The tip that it repeats.
    duplicate_of: Option<TipId>,
    /// The unit that acts on it.
    unit: Option<String>,
    /// Who wrote it down.
    received_by: Option<AccountId>,
    /// When it came in.
    received_at: Timestamp,
    /// Whether the action had ended before.
    late: bool,
    /// When it was first passed on.
    passed_on_at: Option<Timestamp>,
    /// When it was last changed.
    changed_at: Timestamp,
    /// Counts the writes: whoever judges a tip names the version that they saw.
    version: u32,
}

impl From<Tip> for TipItem {
    fn from(tip: Tip) -> Self {
        let state = tip.state.phase();
        let (duplicate_of, unit) = match tip.state {
            TipState::DuplicateOf(first) => (Some(first), None),
            TipState::PassedOn { unit } => (None, Some(unit)),
            _ => (None, None),
        };
        Self {
            id: tip.id,
            action: tip.action,
            source: tip.source,
            text: tip.content.text,
            location: tip.content.location,
            phone: tip.content.phone,
            name: tip.content.name,
            anonymous: tip.content.anonymous,
            state,
            duplicate_of,
            unit,
            received_by: tip.received_by,
            received_at: tip.received_at,
            late: tip.late,
            passed_on_at: tip.passed_on_at,
            changed_at: tip.changed_at,
            version: tip.version,
        }
    }
}

/// What somebody did with a tip.
#[derive(Serialize, ToSchema)]
#[schema(as = TipDeed)]
pub struct DeedBody {
    /// When.
    at: Timestamp,
    /// Who.
    actor: Actor,
    /// What.
    verb: TipVerb,
    /// The note, the unit, or the id of the tip that it repeats.
    detail: Option<String>,
}

impl From<TipDeed> for DeedBody {
    fn from(deed: TipDeed) -> Self {
        Self {
            at: deed.at,
            actor: deed.actor,
            verb: deed.verb,
            detail: deed.detail,
        }
    }
}

/// A tip with everything around it.
#[derive(Serialize, ToSchema)]
#[schema(as = TipView)]
pub struct TipViewBody {
    /// The tip.
    #[serde(flatten)]
    tip: TipItem,
    /// Its photos.
    photos: Vec<PhotoBody>,
    /// Its films.
    videos: Vec<VideoBody>,
    /// How far the recording of what was said on the telephone is; none where nothing was recorded.
    recording: Option<RecordingName>,
    /// Who did what with it, the oldest first.
    history: Vec<DeedBody>,
    /// The ways to its place from where somebody was last seen, and from tips that were found relevant. They hide
    /// no tip: places are guessed and clocks are wrong.
    journeys: Vec<JourneyBody>,
}

impl From<TipView> for TipViewBody {
    fn from(view: TipView) -> Self {
        Self {
            tip: view.tip.into(),
            photos: view.photos.into_iter().map(PhotoBody::from).collect(),
            videos: view.videos.into_iter().map(VideoBody::from).collect(),
            recording: view.recording.map(RecordingName::from),
            history: view.history.into_iter().map(DeedBody::from).collect(),
            journeys: view.journeys.into_iter().map(JourneyBody::from).collect(),
        }
    }
}

/// A tip that came in, for whoever wrote it down.
#[derive(Serialize, ToSchema)]
pub struct WrittenDown {
    /// Its id.
    id: TipId,
    /// Whether the action had ended before.
    late: bool,
}

impl From<Submitted> for WrittenDown {
    fn from(submitted: Submitted) -> Self {
        Self {
            id: submitted.tip,
            late: submitted.late,
        }
    }
}

/// Which tips.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// In this state.
    state: Option<TipPhase>,
    /// Where the page before ended: its `next`.
    after: Option<String>,
    /// How many, 1 to 200; 50 when left out.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// A page of an action's tips, the newest first.
#[utoipa::path(get, path = "/actions/{id}/tips", tag = "tips", security(("account" = [])),
    params(("id" = ActionId, Path), ListQuery),
    responses((status = 200, description = "A page.", body = Page<TipItem>)))]
async fn list(
    State(web): State<Web>,
    Staff(scope): Staff,
    Path(id): Path<ActionId>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<TipItem>>, Problem> {
    let query = TipQuery {
        phase: query.state,
        after: query.after,
        limit: query.limit.unwrap_or(50),
    };
    let page = web.desk().list_tips(&scope, id, &query).await?;
    Ok(Json(Page {
        items: page.tips.into_iter().map(TipItem::from).collect(),
        next: page.next,
    }))
}

/// Writes down a tip that came by telephone.
#[utoipa::path(post, path = "/actions/{id}/tips", tag = "tips", security(("account" = [])),
    params(("id" = ActionId, Path)), request_body = TipBody,
    responses((status = 201, description = "Written down.", body = WrittenDown)))]
async fn submit_by_telephone(
    State(web): State<Web>,
    staff: Staff,
    Path(id): Path<ActionId>,
    repeat: Repeat,
    call: Call<TipBody>,
) -> Result<Response, Problem> {
    let (actor, desk) = (staff.actor(), web.desk().clone());
    let work = async move {
        let submitted = desk
            .submit_tip_by_telephone(&staff.0, id, call.input.into())
            .await?;
        Ok((StatusCode::CREATED, Json(WrittenDown::from(submitted))).into_response())
    };
    repeat.answer(&web, &actor, call.fingerprint, work).await
}

/// A tip with its photos and history.
#[utoipa::path(get, path = "/tips/{id}", tag = "tips", security(("account" = [])),
    params(("id" = TipId, Path)),
    responses((status = 200, description = "The tip.", body = TipViewBody)))]
async fn one(
    State(web): State<Web>,
    Staff(scope): Staff,
    Path(id): Path<TipId>,
    conditions: Conditions,
) -> Result<Response, Problem> {
    let view = web.desk().tip(&scope, id).await?;
    let version = u64::from(view.tip.version);
    Ok(conditions.answer(version, &TipViewBody::from(view)))
}

/// A judgement of a tip.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TipMark, example = json!({ "version": 1, "mark": "passed_on", "unit": "UT 11.01" }))]
pub struct MarkBody {
    /// The version of the tip that the caller saw.
    version: u32,
    /// What the caller makes of it.
    mark: MarkName,
    /// The first tip of the same report, for `duplicate_of`.
    #[serde(default)]
    tip: Option<TipId>,
    /// The unit that it is passed on to, for `passed_on`.
    #[serde(default)]
    unit: Option<String>,
}

/// What somebody makes of a tip.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MarkName {
    /// Read it.
    Seen,
    /// It may help.
    Relevant,
    /// It does not help.
    NotRelevant,
    /// It repeats another tip of the same action.
    DuplicateOf,
    /// Passed it on to a unit.
    PassedOn,
}

impl MarkBody {
    fn read(self) -> Result<(u32, TipMark), Problem> {
        let mark = match self.mark {
            MarkName::Seen => TipMark::Seen,
            MarkName::Relevant => TipMark::Relevant,
            MarkName::NotRelevant => TipMark::NotRelevant,
            MarkName::DuplicateOf => TipMark::DuplicateOf {
                tip: self.tip.ok_or_else(|| Problem::missing("tip"))?,
            },
            MarkName::PassedOn => TipMark::PassedOn {
                unit: self.unit.ok_or_else(|| Problem::missing("unit"))?,
            },
        };
        Ok((self.version, mark))
    }
}

/// Judges a tip: seen, relevant, not relevant, a duplicate, or passed on.
#[utoipa::path(patch, path = "/tips/{id}", tag = "tips", security(("account" = [])),
    params(("id" = TipId, Path)), request_body = MarkBody,
    responses((status = 200, description = "Judged.", body = TipItem)))]
async fn mark(
    State(web): State<Web>,
    Staff(scope): Staff,
    Path(id): Path<TipId>,
    conditions: Conditions,
    Body(body): Body<MarkBody>,
) -> Result<Json<TipItem>, Problem> {
    let (version, mark) = body.read()?;
    conditions.check(version.into())?;
    let marked = web.desk().mark_tip(&scope, id, version, mark).await;
    Ok(Json(
        marked.map_err(|error| conditions.explain(error.into()))?.into(),
    ))
}

/// A note on a tip.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// At most 1,000 characters.
    note: String,
}

/// Writes a note on a tip.
#[utoipa::path(post, path = "/tips/{id}/notes", tag = "tips", security(("account" = [])),
    params(("id" = TipId, Path)), request_body = Note,
    responses((status = 204, description = "Written.")))]
async fn note(
    State(web): State<Web>,
    staff: Staff,
    Path(id): Path<TipId>,
    repeat: Repeat,
    call: Call<Note>,
) -> Result<Response, Problem> {
    let (actor, desk) = (staff.actor(), web.desk().clone());
    let work = async move {
        desk.note_on_tip(&staff.0, id, &call.input.note).await?;
        Ok(StatusCode::NO_CONTENT.into_response())
    };
    repeat.answer(&web, &actor, call.fingerprint, work).await
}
