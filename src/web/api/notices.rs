//! What other systems alert of: notices for an operator to judge.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actions::view::ActionBody;
use super::page::Page;
use crate::cap::alert::{Certainty, Info, MessageType, Severity, Status, Urgency};
use crate::desk::notices::{Notice, Reading};
use crate::domain::action::{ActionKind, Texts};
use crate::domain::area::Area;
use crate::domain::clock::Timestamp;
use crate::domain::id::{ActionId, NoticeId, RegionId};
use crate::storage::notices::NoticeState;
use crate::web::Web;
use crate::web::auth::Staff;
use crate::web::extract::{Call, Path, Query};
use crate::web::problem::Problem;
use crate::web::repeat::{Fingerprint, Repeat};

/// The routes.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(one))
        .routes(routes!(draft))
        .routes(routes!(dismiss))
}

/// What another system alerted of.
#[derive(Serialize, ToSchema)]
#[schema(as = Notice)]
pub struct NoticeBody {
    /// Its id.
    id: NoticeId,
    /// Where it came from, by its name in the configuration.
    source: String,
    /// The region that it is for.
    region: RegionId,
    /// What became of it.
    state: NoticeState,
    /// Why it is no notice: `not_actual`, `between_systems`, `over`, `no_area`, `area_unknown` or `too_many`.
    reason: Option<String>,
    /// Who sent it.
    sender: String,
    /// What it is known by, beside its sender and moment.
    identifier: String,
    /// When it was sent.
    sent_at: Timestamp,
    /// When it came in.
    received_at: Timestamp,
    /// Until when it counts.
    expires_at: Option<Timestamp>,
    /// How it is meant.
    status: Status,
    /// What it does to earlier ones.
    message_type: MessageType,
    /// What it says, once in each language.
    infos: Vec<InfoBody>,
    /// The notice that it takes the place of.
    follows: Option<NoticeId>,
    /// The action whose draft was made of it.
    action: Option<ActionId>,
    /// When it was judged.
    settled_at: Option<Timestamp>,
}

/// What a message says in one language.
#[derive(Serialize, ToSchema)]
#[schema(as = NoticeInfo)]
pub struct InfoBody {
    /// The language (RFC 3066).
    language: String,
    /// What it is, in a few words.
    event: String,
    /// The headline.
    headline: Option<String>,
    /// The text.
    description: Option<String>,
    /// What to do.
    instruction: Option<String>,
    /// How soon to act.
    urgency: Urgency,
    /// How bad it is.
    severity: Severity,
    /// How sure it is.
    certainty: Certainty,
    /// Where it is, in words.
    places: Vec<String>,
    /// Where more is to be read.
    web: Option<String>,
    /// Whom to ask.
    contact: Option<String>,
}

/// A notice, and how it reads as a draft.
#[derive(Serialize, ToSchema)]
#[schema(as = NoticeRead)]
pub struct ReadBody {
    /// The notice.
    #[serde(flatten)]
    notice: NoticeBody,
    /// The kind that a draft gets when none is chosen.
    kind: ActionKind,
    /// The texts that a draft gets; a language that the message does not speak stays empty.
    texts: Option<Texts>,
    /// The area that a draft gets.
    area: Option<Area>,
    /// Places in words that the area lacks, since they could not be placed.
    unplaced: Vec<String>,
}

/// A draft to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NoticeDraft)]
pub struct DraftOfBody {
    /// What it is about; as the notice says when left out.
    #[serde(default)]
    kind: Option<ActionKind>,
}

/// Which notices.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NoticesQuery {
    /// In this state; `open` ones only while they count. Everything that came in when left out.
    #[param(inline)]
    state: Option<NoticeState>,
    /// Where the page before ended: its `next`.
    after: Option<String>,
    /// How many, 1 to 100; 20 when left out.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

impl From<&Info> for InfoBody {
    fn from(info: &Info) -> Self {
        Self {
            language: info.language.clone(),
            event: info.event.clone(),
            headline: info.headline.clone(),
            description: info.description.clone(),
            instruction: info.instruction.clone(),
            urgency: info.urgency,
            severity: info.severity,
            certainty: info.certainty,
            places: info.areas.iter().map(|area| area.description.clone()).collect(),
            web: info.web.clone(),
            contact: info.contact.clone(),
        }
    }
}

impl From<Notice> for NoticeBody {
    fn from(notice: Notice) -> Self {
        let alert = notice.alert;
        Self {
            id: notice.id,
            source: notice.source,
            region: notice.region,
            state: notice.state,
            reason: notice.reason,
            infos: alert.infos.iter().map(InfoBody::from).collect(),
            sender: alert.sender,
            identifier: alert.identifier,
            sent_at: notice.sent_at,
            received_at: notice.received_at,
            expires_at: notice.expires_at,
            status: alert.status,
            message_type: alert.message_type,
            follows: notice.follows,
            action: notice.action,
            settled_at: notice.settled_at,
        }
    }
}

impl From<(Notice, Reading)> for ReadBody {
    fn from((notice, reading): (Notice, Reading)) -> Self {
        Self {
            notice: notice.into(),
            kind: reading.draft.kind,
            texts: reading.draft.texts,
            area: reading.draft.area,
            unplaced: reading.unplaced,
        }
    }
}

/// A page of what other systems alerted of, the latest first.
#[utoipa::path(get, path = "/notices", tag = "notices", security(("account" = [])), params(NoticesQuery),
    responses((status = 200, description = "A page.", body = Page<NoticeBody>)))]
async fn list(
    State(web): State<Web>,
    Staff(scope): Staff,
    Query(query): Query<NoticesQuery>,
) -> Result<Json<Page<NoticeBody>>, Problem> {
    let limit = query.limit.unwrap_or(20);
    let page = web
        .desk()
        .list_notices(&scope, query.state, query.after.as_deref(), limit)
        .await?;
    Ok(Json(Page {
        items: page.notices.into_iter().map(NoticeBody::from).collect(),
        next: page.next,
    }))
}

/// A notice, and how it would read as a draft.
#[utoipa::path(get, path = "/notices/{id}", tag = "notices", security(("account" = [])),
    params(("id" = NoticeId, Path)), responses((status = 200, description = "The notice.", body = ReadBody)))]
async fn one(
    State(web): State<Web>,
    Staff(scope): Staff,
    Path(id): Path<NoticeId>,
) -> Result<Json<ReadBody>, Problem> {
    Ok(Json(web.desk().notice(&scope, id).await?.into()))
}

/// Makes a draft of an open notice: one's own, to be completed and sent like any other. Nothing is sent.
#[utoipa::path(post, path = "/notices/{id}/draft", tag = "notices", security(("account" = [])),
    params(("id" = NoticeId, Path)), request_body = DraftOfBody,
    responses((status = 201, description = "The draft.", body = ActionBody)))]
async fn draft(
    State(web): State<Web>,
    staff: Staff,
    Path(id): Path<NoticeId>,
    repeat: Repeat,
    call: Call<DraftOfBody>,
) -> Result<Response, Problem> {
    let (actor, desk, kind) = (staff.actor(), web.desk().clone(), call.input.kind);
    let work = async move {
        let action = desk.draft_of_notice(&staff.0, id, kind).await?;
        Ok((StatusCode::CREATED, Json(ActionBody::alone(action))).into_response())
    };
    repeat.answer(&web, &actor, call.fingerprint, work).await
}

/// Judges that nothing is to be done about an open notice.
#[utoipa::path(post, path = "/notices/{id}/dismiss", tag = "notices", security(("account" = [])),
    params(("id" = NoticeId, Path)), responses((status = 200, description = "Dismissed.", body = NoticeBody)))]
async fn dismiss(
    State(web): State<Web>,
    staff: Staff,
    Path(id): Path<NoticeId>,
    repeat: Repeat,
) -> Result<Response, Problem> {
    let (actor, desk) = (staff.actor(), web.desk().clone());
    let work = async move {
        let notice = desk.dismiss_notice(&staff.0, id).await?;
        Ok(Json(NoticeBody::from(notice)).into_response())
    };
    repeat.answer(&web, &actor, Fingerprint::default(), work).await
}
