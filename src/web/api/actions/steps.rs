//! What leads an action from one state to the next.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::reach::ByChannel;
use super::view::{ActionBody, ActionSummary};
use crate::desk::actions::{Closing, Ended, Started};
use crate::domain::action::Texts;
use crate::domain::area::{Area, UncheckedArea};
use crate::domain::check::CheckCode;
use crate::domain::clock::Timestamp;
use crate::domain::id::{ActionId, TipId, WaveId};
use crate::domain::outcome::Outcome;
use crate::domain::problem::ProblemCode;
use crate::web::Web;
use crate::web::auth::Staff;
use crate::web::extract::area::checked;
use crate::web::extract::{Call, Path};
use crate::web::problem::Problem;
use crate::web::repeat::{Fingerprint, Repeat};

/// The routes.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(start))
        .routes(routes!(expand))
        .routes(routes!(update))
        .routes(routes!(pause))
        .routes(routes!(resume))
        .routes(routes!(stop))
        .routes(routes!(withdraw))
        .routes(routes!(close))
}

/// An action as the caller saw it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    /// The version of the action that the caller saw.
    version: u32,
}

/// A draft as the caller saw it, and what they took on themselves.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Start {
    /// The version of the action that the caller saw.
    version: u32,
    /// Findings of the checks that the caller confirms, by their codes.
    #[serde(default)]
    confirmed: Vec<CheckCode>,
    /// Why to start it even over a limit, 1 to 500 characters: kept, and told to a second person.
    #[serde(default)]
    over_limit: Option<String>,
}

impl Seen {
    /// The version of the action that the caller saw.
    pub(super) const fn version(&self) -> u32 {
        self.version
    }
}

/// A larger or other area.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Expansion {
    /// The version of the action that the caller saw.
    version: u32,
    /// Where to call on everyone who was not called on before.
    #[schema(value_type = Area)]
    area: UncheckedArea,
    /// Findings of the checks that the caller confirms, by their codes.
    #[serde(default)]
    confirmed: Vec<CheckCode>,
}

/// News, or a correction.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Update {
    /// The version of the action that the caller saw.
    version: u32,
    /// The texts.
    texts: Texts,
    /// Findings of the checks that the caller confirms, by their codes.
    #[serde(default)]
    confirmed: Vec<CheckCode>,
}

/// How an action ended.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeName {
    /// Found through a participant's tip.
    DirectSuccess,
    /// Participants helped, though no one tip led to it.
    IndirectSuccess,
    /// Ended well without participants.
    ResolvedOtherwise,
    /// Not found.
    NotResolved,
}

/// The end of an action.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Closing)]
pub struct ClosingBody {
    /// The version of the action that the caller saw.
    version: u32,
    /// How it ended.
    outcome: OutcomeName,
    /// The tip that led to a direct success.
    #[serde(default)]
    tip: Option<TipId>,
    /// What those who were told read; the outcome's own texts when left out.
    #[serde(default)]
    texts: Option<Texts>,
    /// Findings of the checks that the caller confirms, by their codes.
    #[serde(default)]
    confirmed: Vec<CheckCode>,
}

impl ClosingBody {
    fn read(self) -> Result<Closing, Problem> {
        let outcome = match (self.outcome, self.tip) {
            (OutcomeName::DirectSuccess, Some(tip)) => Outcome::DirectSuccess { tip },
            (OutcomeName::DirectSuccess, None) => {
                return Err(Problem::invalid_field("tip", ProblemCode::TipMissing));
            }
            (OutcomeName::IndirectSuccess, _) => Outcome::IndirectSuccess,
            (OutcomeName::ResolvedOtherwise, _) => Outcome::ResolvedOtherwise,
            (OutcomeName::NotResolved, _) => Outcome::NotResolved,
        };
        Ok(Closing {
            outcome,
            texts: self.texts,
            confirmed: self.confirmed.into_iter().collect(),
        })
    }
}

/// What went out.
#[derive(Serialize, ToSchema)]
#[schema(as = Started)]
pub struct StartedBody {
    /// The action afterwards.
    action: ActionSummary,
    /// The wave.
    wave: WaveId,
    /// How many it is for.
    audience: u64,
    /// How many by each channel.
    by_channel: Vec<ByChannel>,
    /// Before this moment nothing of it leaves, unless it is sent at once; null when nothing is held.
    held_until: Option<Timestamp>,
}

impl From<Started> for StartedBody {
    fn from(started: Started) -> Self {
        Self {
            action: ActionSummary::from(&started.action),
            wave: started.wave,
            audience: started.audience,
            held_until: started.held_until,
            by_channel: started.by_channel.into_iter().map(ByChannel::from).collect(),
        }
    }
}

/// An action that ended.
#[derive(Serialize, ToSchema)]
#[schema(as = Ended)]
pub struct EndedBody {
    /// The action afterwards.
    action: ActionSummary,
    /// How many hear how it ended.
    told: u64,
}

impl From<Ended> for EndedBody {
    fn from(ended: Ended) -> Self {
        Self {
            action: ActionSummary::from(&ended.action),
            told: ended.told,
        }
    }
}

/// Starts a draft as the caller saw it. Once this answers, nothing of it can be lost.
#[utoipa::path(post, path = "/actions/{id}/start", tag = "actions", security(("account" = [])),
    params(("id" = ActionId, Path)), request_body = Start,
    responses((status = 200, description = "It goes out.", body = StartedBody)))]
async fn start(
    State(web): State<Web>,
    staff: Staff,
    Path(id): Path<ActionId>,
    repeat: Repeat,
    call: Call<Start>,
) -> Result<Response, Problem> {
    let (actor, desk) = (staff.actor(), web.desk().clone());
    let work = async move {
        let Start {
            version,
            over_limit,
            confirmed,
        } = call.input;
        let confirmed = confirmed.into_iter().collect();
        let started = desk
            .start_action_on(&staff.0, id, version, over_limit.as_deref(), &confirmed)
            .await?;
        Ok(Json(StartedBody::from(started)).into_response())
    };
    repeat.answer(&web, &actor, call.fingerprint, work).await
}

/// Calls on everyone in another area who was not called on yet, with the same texts.
#[utoipa::path(post, path = "/actions/{id}/expand", tag = "actions", security(("account" = [])),
    params(("id" = ActionId, Path)), request_body = Expansion,
    responses((status = 200, description = "It goes out.", body = StartedBody)))]
async fn expand(
    State(web): State<Web>,
    staff: Staff,
    Path(id): Path<ActionId>,
    repeat: Repeat,
    call: Call<Expansion>,
) -> Result<Response, Problem> {
    let (actor, desk) = (staff.actor(), web.desk().clone());
    let Expansion {
        version,
        area,
        confirmed,
    } = call.input;
    let confirmed = confirmed.into_iter().collect();
    let area = checked(area, "")?;
    let work = async move {
        let started = desk
            .expand_action_confirming(&staff.0, id, version, &area, &confirmed)
            .await?;
        Ok(Json(StartedBody::from(started)).into_response())
    };
    repeat.answer(&web, &actor, call.fingerprint, work).await
}

/// Tells everyone who was told, or whose turn is still to come, something new.
#[utoipa::path(post, path = "/actions/{id}/update", tag = "actions", security(("account" = [])),
    params(("id" = ActionId, Path)), request_body = Update,
    responses((status = 200, description = "It goes out.", body = StartedBody)))]
async fn update(
    State(web): State<Web>,
    staff: Staff,
    Path(id): Path<ActionId>,
    repeat: Repeat,
    call: Call<Update>,
) -> Result<Response, Problem> {
    let (actor, desk) = (staff.actor(), web.desk().clone());
    let work = async move {
        let Update {
            version,
            texts,
            confirmed,
        } = call.input;
        let confirmed = confirmed.into_iter().collect();
        let started = desk
            .update_action_confirming(&staff.0, id, version, &texts, &confirmed)
            .await?;
        Ok(Json(StartedBody::from(started)).into_response())
    };
    repeat.answer(&web, &actor, call.fingerprint, work).await
}

/// Holds what is being sent; it can go on where it was.
#[utoipa::path(post, path = "/actions/{id}/pause", tag = "actions", security(("account" = [])),
    params(("id" = ActionId, Path)), request_body = Seen,
    responses((status = 200, description = "Held.", body = ActionSummary)))]
async fn pause(
    State(web): State<Web>,
    staff: Staff,
    Path(id): Path<ActionId>,
    repeat: Repeat,
    call: Call<Seen>,
) -> Result<Response, Problem> {
    let (actor, desk) = (staff.actor(), web.desk().clone());
    let work = async move {
        let action = desk.pause_action(&staff.0, id, call.input.version).await?;
        Ok(Json(ActionSummary::from(&action)).into_response())
    };
    repeat.answer(&web, &actor, call.fingerprint, work).await
}

/// Lets what was held go on.
#[utoipa::path(post, path = "/actions/{id}/resume", tag = "actions", security(("account" = [])),
    params(("id" = ActionId, Path)), request_body = Seen,
    responses((status = 200, description = "It goes on.", body = ActionSummary)))]
async fn resume(
    State(web): State<Web>,
    staff: Staff,
    Path(id): Path<ActionId>,
    repeat: Repeat,
    call: Call<Seen>,
) -> Result<Response, Problem> {
    let (actor, desk) = (staff.actor(), web.desk().clone());
    let work = async move {
        let action = desk.resume_action(&staff.0, id, call.input.version).await?;
        Ok(Json(ActionSummary::from(&action)).into_response())
    };
    repeat.answer(&web, &actor, call.fingerprint, work).await
}

/// Stops what is being sent for good, and answers who was reached. A running action stays active, since people
/// were told and will call; of an ended one the closing message is halted. Called once more it halts what was
/// sent since. No version is asked for: a stop is never too late.
#[utoipa::path(post, path = "/actions/{id}/stop", tag = "actions", security(("account" = [])),
    params(("id" = ActionId, Path)),
    responses((status = 200, description = "Stopped.", body = ActionBody)))]
async fn stop(
    State(web): State<Web>,
    staff: Staff,
    Path(id): Path<ActionId>,
    repeat: Repeat,
) -> Result<Response, Problem> {
    let (actor, desk) = (staff.actor(), web.desk().clone());
    let work = async move {
        let stopped = desk.stop_action(&staff.0, id).await?;
        Ok(Json(ActionBody::from(stopped.view)).into_response())
    };
    repeat.answer(&web, &actor, Fingerprint::default(), work).await
}

/// Calls an action back. Who was told of it hears so; a draft just goes.
#[utoipa::path(post, path = "/actions/{id}/withdraw", tag = "actions", security(("account" = [])),
    params(("id" = ActionId, Path)), request_body = Seen,
    responses((status = 200, description = "Called back.", body = EndedBody)))]
async fn withdraw(
    State(web): State<Web>,
    staff: Staff,
    Path(id): Path<ActionId>,
    repeat: Repeat,
    call: Call<Seen>,
) -> Result<Response, Problem> {
    let (actor, desk) = (staff.actor(), web.desk().clone());
    let work = async move {
        let ended = desk.withdraw_action(&staff.0, id, call.input.version).await?;
        Ok(Json(EndedBody::from(ended)).into_response())
    };
    repeat.answer(&web, &actor, call.fingerprint, work).await
}

/// Closes an action and tells everyone who was told of it how it ended.
#[utoipa::path(post, path = "/actions/{id}/close", tag = "actions", security(("account" = [])),
    params(("id" = ActionId, Path)), request_body = ClosingBody,
    responses((status = 200, description = "Closed.", body = EndedBody)))]
async fn close(
    State(web): State<Web>,
    staff: Staff,
    Path(id): Path<ActionId>,
    repeat: Repeat,
    call: Call<ClosingBody>,
) -> Result<Response, Problem> {
    let (actor, desk) = (staff.actor(), web.desk().clone());
    let version = call.input.version;
    let closing = call.input.read()?;
    let work = async move {
        let ended = desk.close_action(&staff.0, id, version, closing).await?;
        Ok(Json(EndedBody::from(ended)).into_response())
    };
    repeat.answer(&web, &actor, call.fingerprint, work).await
}
