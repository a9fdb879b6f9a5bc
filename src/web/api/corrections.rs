//! Corrections: those that stand ready, and sending one.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actions::view::ActionSummary;
use crate::desk::actions::{Corrected, ReadyCorrection};
use crate::domain::action::{ActionKind, Texts};
use crate::domain::clock::Timestamp;
use crate::domain::id::{AccountId, ActionId, RegionId, WaveId};
use crate::web::Web;
use crate::web::auth::Staff;
use crate::web::extract::{Body, Call, Path, Query};
use crate::web::problem::Problem;
use crate::web::repeat::Repeat;

/// The routes.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(write))
        .routes(routes!(of_action))
        .routes(routes!(correct))
}

/// The correction that stands ready for a kind.
#[derive(Serialize, ToSchema)]
#[schema(as = Correction)]
pub struct CorrectionBody {
    /// The kind.
    kind: ActionKind,
    /// What those who were told would read.
    texts: Texts,
    /// The region that wrote it; null for the network's own.
    of: Option<RegionId>,
    /// Who wrote it; null for the network's own.
    changed_by: Option<AccountId>,
    /// When.
    changed_at: Option<Timestamp>,
}

impl From<ReadyCorrection> for CorrectionBody {
    fn from(ready: ReadyCorrection) -> Self {
        Self {
            kind: ready.kind,
            texts: ready.texts,
            of: ready.of,
            changed_by: ready.changed.map(|deed| deed.by),
            changed_at: ready.changed.map(|deed| deed.at),
        }
    }
}

/// Where.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CorrectionQuery {
    /// The region; one's own when left out.
    region: Option<RegionId>,
}

/// The correction that stands ready for every kind.
#[utoipa::path(get, path = "/corrections", tag = "actions", security(("account" = [])), params(CorrectionQuery),
    responses((status = 200, description = "One a kind.", body = [CorrectionBody])))]
async fn list(
    State(web): State<Web>,
    Staff(scope): Staff,
    Query(query): Query<CorrectionQuery>,
) -> Result<Json<Vec<CorrectionBody>>, Problem> {
    let ready = web.desk().list_corrections(&scope, query.region).await?;
    Ok(Json(ready.into_iter().map(CorrectionBody::from).collect()))
}

/// A region's own correction.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnCorrectionBody {
    /// The region; one's own when left out.
    #[serde(default)]
    region: Option<RegionId>,
    /// The texts; null takes the region's own away, so that the wider region's holds again.
    texts: Option<Texts>,
}

/// Writes a region's own correction for a kind.
#[utoipa::path(put, path = "/corrections/{kind}", tag = "actions", security(("account" = [])),
    params(("kind" = ActionKind, Path)), request_body = OwnCorrectionBody,
    responses((status = 200, description = "What stands ready now.", body = CorrectionBody)))]
async fn write(
    State(web): State<Web>,
    Staff(scope): Staff,
    Path(kind): Path<ActionKind>,
    Body(body): Body<OwnCorrectionBody>,
) -> Result<Json<CorrectionBody>, Problem> {
    let ready = web
        .desk()
        .set_correction(&scope, body.region, kind, body.texts)
        .await?;
    Ok(Json(ready.into()))
}

/// The correction that stands ready for an action.
#[utoipa::path(get, path = "/actions/{id}/correction", tag = "actions", security(("account" = [])),
    params(("id" = ActionId, Path)),
    responses((status = 200, description = "What those who were told would read.", body = CorrectionBody)))]
async fn of_action(
    State(web): State<Web>,
    Staff(scope): Staff,
    Path(id): Path<ActionId>,
) -> Result<Json<CorrectionBody>, Problem> {
    Ok(Json(web.desk().correction_of(&scope, id).await?.into()))
}

/// A correction to be sent.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CorrectBody {
    /// The texts; those that stand ready when left out.
    #[serde(default)]
    texts: Option<Texts>,
}

/// What became of a correction.
#[derive(Serialize, ToSchema)]
#[schema(as = Corrected)]
pub struct CorrectedBody {
    /// The action afterwards.
    action: ActionSummary,
    /// The wave; null when nobody was told anything.
    wave: Option<WaveId>,
    /// How many hear it.
    told: u64,
    /// What they read.
    texts: Texts,
}

impl From<Corrected> for CorrectedBody {
    fn from(corrected: Corrected) -> Self {
        Self {
            action: ActionSummary::from(&corrected.action),
            wave: corrected.wave,
            told: corrected.told,
            texts: corrected.texts,
        }
    }
}

/// Stops what is being sent for good, and tells exactly those who were or may have been told that it was wrong, over
/// the channel on which they were. Also after the action ended. No version is asked for: a correction is never too
/// late, and waits for nobody.
#[utoipa::path(post, path = "/actions/{id}/correct", tag = "actions", security(("account" = [])),
    params(("id" = ActionId, Path)), request_body = CorrectBody,
    responses((status = 200, description = "It goes out.", body = CorrectedBody)))]
async fn correct(
    State(web): State<Web>,
    staff: Staff,
    Path(id): Path<ActionId>,
    repeat: Repeat,
    call: Call<CorrectBody>,
) -> Result<Response, Problem> {
    let (actor, desk) = (staff.actor(), web.desk().clone());
    let work = async move {
        let corrected = desk
            .correct_action(&staff.0, id, call.input.texts.as_ref())
            .await?;
        Ok(Json(CorrectedBody::from(corrected)).into_response())
    };
    repeat.answer(&web, &actor, call.fingerprint, work).await
}
