//! A second person: asked for, and judging.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::steps::Seen;
use super::view::{ActionSummary, ProposalBody};
use crate::desk::actions::Verdict;
use crate::domain::action::Texts;
use crate::domain::action::approval::Matter;
use crate::domain::area::{Area, UncheckedArea};
use crate::domain::id::ActionId;
use crate::domain::problem::ProblemCode;
use crate::web::Web;
use crate::web::auth::Staff;
use crate::web::extract::area::checked;
use crate::web::extract::{Call, Path};
use crate::web::problem::Problem;
use crate::web::repeat::Repeat;

/// The routes.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(submit))
        .routes(routes!(approve))
        .routes(routes!(send_back))
        .routes(routes!(refuse))
        .routes(routes!(take_back))
        .routes(routes!(send_now))
}

/// What a second person is asked for: the start of a draft as it is, or, of a running action, one of these two.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Submission {
    /// The version of the action that the caller saw.
    version: u32,
    /// An expansion to this area.
    #[serde(default)]
    #[schema(value_type = Option<Area>)]
    area: Option<UncheckedArea>,
    /// An update with these texts.
    #[serde(default)]
    texts: Option<Texts>,
}

impl Submission {
    fn matter(self) -> Result<Option<Matter>, Problem> {
        Ok(match (self.area, self.texts) {
            (None, None) => None,
            (Some(area), None) => Some(Matter::Expansion(checked(area, "")?)),
            (None, Some(texts)) => Some(Matter::Update(texts)),
            (Some(_), Some(_)) => {
                return Err(Problem::invalid_field("texts", ProblemCode::OneOfTwo));
            }
        })
    }
}

/// What was submitted.
#[derive(Serialize, ToSchema)]
#[schema(as = Submitted)]
pub struct SubmittedBody {
    /// The action afterwards.
    action: ActionSummary,
    /// The expansion or update, where the action runs already.
    proposal: Option<ProposalBody>,
    /// How many participants it would go to.
    audience: u64,
}

/// Leave to send.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Approve)]
pub struct ApprovalBody {
    /// The version of the action that the caller saw.
    version: u32,
    /// How many participants the caller read that it goes to.
    audience: u64,
}

/// A judgement with a reason.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Judgement {
    /// The version of the action that the caller saw.
    version: u32,
    /// Why, for whoever submitted it: 1 to 500 characters.
    reason: String,
}

/// Asks a second person for a draft, or for an expansion or an update of a running action.
#[utoipa::path(post, path = "/actions/{id}/submit", tag = "approval", security(("account" = [])),
    params(("id" = ActionId, Path)), request_body = Submission,
    responses((status = 200, description = "Submitted.", body = SubmittedBody)))]
async fn submit(
    State(web): State<Web>,
    staff: Staff,
    Path(id): Path<ActionId>,
    repeat: Repeat,
    call: Call<Submission>,
) -> Result<Response, Problem> {
    let (actor, desk) = (staff.actor(), web.desk().clone());
    let version = call.input.version;
    let matter = call.input.matter()?;
    let work = async move {
        let submitted = desk.submit_action(&staff.0, id, version, matter).await?;
        Ok(Json(SubmittedBody {
            action: ActionSummary::from(&submitted.action),
            proposal: submitted.proposal.map(ProposalBody::from),
            audience: submitted.audience,
        })
        .into_response())
    };
    repeat.answer(&web, &actor, call.fingerprint, work).await
}

/// Approves what waits, for as many participants as the caller read. Nobody approves what they made, submitted or
/// changed last; texts, area and audience have to be what was submitted.
#[utoipa::path(post, path = "/actions/{id}/approve", tag = "approval", security(("account" = [])),
    params(("id" = ActionId, Path)), request_body = ApprovalBody,
    responses((status = 200, description = "Approved.", body = ActionSummary)))]
async fn approve(
    State(web): State<Web>,
    staff: Staff,
    Path(id): Path<ActionId>,
    repeat: Repeat,
    call: Call<ApprovalBody>,
) -> Result<Response, Problem> {
    let (actor, desk) = (staff.actor(), web.desk().clone());
    let work = async move {
        let ApprovalBody { version, audience } = call.input;
        let action = desk.approve_action(&staff.0, id, version, audience).await?;
        Ok(Json(ActionSummary::from(&action)).into_response())
    };
    repeat.answer(&web, &actor, call.fingerprint, work).await
}

/// Gives back what was submitted, to be made better; also what was approved and not sent yet.
#[utoipa::path(post, path = "/actions/{id}/return", tag = "approval", security(("account" = [])),
    params(("id" = ActionId, Path)), request_body = Judgement,
    responses((status = 200, description = "Returned.", body = ActionSummary)))]
async fn send_back(
    State(web): State<Web>,
    staff: Staff,
    Path(id): Path<ActionId>,
    repeat: Repeat,
    call: Call<Judgement>,
) -> Result<Response, Problem> {
    judge(web, staff, id, repeat, call, Verdict::Return).await
}

/// Refuses what was submitted: it is never sent.
#[utoipa::path(post, path = "/actions/{id}/refuse", tag = "approval", security(("account" = [])),
    params(("id" = ActionId, Path)), request_body = Judgement,
    responses((status = 200, description = "Refused.", body = ActionSummary)))]
async fn refuse(
    State(web): State<Web>,
    staff: Staff,
    Path(id): Path<ActionId>,
    repeat: Repeat,
    call: Call<Judgement>,
) -> Result<Response, Problem> {
    judge(web, staff, id, repeat, call, Verdict::Refuse).await
}

async fn judge(
    web: Web,
    staff: Staff,
    id: ActionId,
    repeat: Repeat,
    call: Call<Judgement>,
    verdict: Verdict,
) -> Result<Response, Problem> {
    let (actor, desk) = (staff.actor(), web.desk().clone());
    let work = async move {
        let Judgement { version, reason } = call.input;
        let action = desk
            .decline_action(&staff.0, id, version, verdict, &reason)
            .await?;
        Ok(Json(ActionSummary::from(&action)).into_response())
    };
    repeat.answer(&web, &actor, call.fingerprint, work).await
}

/// Takes the last call-out back of which nothing left yet: nobody is told. After a start the action is a draft
/// again; after an expansion it goes on without.
#[utoipa::path(post, path = "/actions/{id}/take-back", tag = "actions", security(("account" = [])),
    params(("id" = ActionId, Path)), request_body = Seen,
    responses((status = 200, description = "Taken back.", body = ActionSummary)))]
async fn take_back(
    State(web): State<Web>,
    staff: Staff,
    Path(id): Path<ActionId>,
    repeat: Repeat,
    call: Call<Seen>,
) -> Result<Response, Problem> {
    let (actor, desk) = (staff.actor(), web.desk().clone());
    let work = async move {
        let action = desk.take_back_action(&staff.0, id, call.input.version()).await?;
        Ok(Json(ActionSummary::from(&action)).into_response())
    };
    repeat.answer(&web, &actor, call.fingerprint, work).await
}

/// Ends the hold of the last call-out: it leaves now.
#[utoipa::path(post, path = "/actions/{id}/send-now", tag = "actions", security(("account" = [])),
    params(("id" = ActionId, Path)), request_body = Seen,
    responses((status = 200, description = "It leaves.", body = ActionSummary)))]
async fn send_now(
    State(web): State<Web>,
    staff: Staff,
    Path(id): Path<ActionId>,
    repeat: Repeat,
    call: Call<Seen>,
) -> Result<Response, Problem> {
    let (actor, desk) = (staff.actor(), web.desk().clone());
    let work = async move {
        let action = desk.send_action_now(&staff.0, id, call.input.version()).await?;
        Ok(Json(ActionSummary::from(&action)).into_response())
    };
    repeat.answer(&web, &actor, call.fingerprint, work).await
}
