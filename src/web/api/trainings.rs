//! The training register: what ambassadors and volunteers were trained in, and whose rights lapse.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::accounts::AccountBody;
use crate::desk::accounts::practice::Lapsing;
use crate::domain::clock::Timestamp;
use crate::domain::id::AccountId;
use crate::storage::trainings::Training;
use crate::web::Web;
use crate::web::auth::Staff;
use crate::web::extract::{Body, Path};
use crate::web::problem::Problem;

/// The routes.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(set_training))
        .routes(routes!(trainings))
        .routes(routes!(lapsing))
}

/// An entry of the training register.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewTraining)]
pub struct TrainingBody {
    /// Until when the training for the portal holds; null when it does not.
    trained_until: Option<Timestamp>,
    /// What the training was, at most 500 characters.
    #[serde(default)]
    note: Option<String>,
}

/// Writes into the training register until when someone's training for the portal holds.
#[utoipa::path(put, path = "/accounts/{id}/training", tag = "accounts", security(("account" = [])),
    params(("id" = AccountId, Path)), request_body = TrainingBody,
    responses((status = 200, description = "Written.", body = AccountBody)))]
async fn set_training(
    State(web): State<Web>,
    Staff(scope): Staff,
    Path(id): Path<AccountId>,
    Body(body): Body<TrainingBody>,
) -> Result<Json<AccountBody>, Problem> {
    let account = web
        .desk()
        .record_training(&scope, id, body.trained_until, body.note)
        .await?;
    Ok(Json(account.into()))
}

/// What the training register says of somebody, the newest first.
#[utoipa::path(get, path = "/accounts/{id}/trainings", tag = "accounts", security(("account" = [])),
    params(("id" = AccountId, Path)), responses((status = 200, description = "The trainings.", body = [RecordedBody])))]
async fn trainings(
    State(web): State<Web>,
    Staff(scope): Staff,
    Path(id): Path<AccountId>,
) -> Result<Json<Vec<RecordedBody>>, Problem> {
    let trainings = web.desk().list_trainings(&scope, id).await?;
    Ok(Json(trainings.into_iter().map(RecordedBody::from).collect()))
}

/// A training as the register has it.
#[derive(Serialize, ToSchema)]
#[schema(as = Training)]
pub struct RecordedBody {
    /// When it was recorded.
    recorded_at: Timestamp,
    /// By whom.
    recorded_by: AccountId,
    /// Until when it holds; null where it was taken away.
    trained_until: Option<Timestamp>,
    /// What it was.
    note: Option<String>,
}

impl From<Training> for RecordedBody {
    fn from(training: Training) -> Self {
        Self {
            recorded_at: training.recorded_at,
            recorded_by: training.recorded_by,
            trained_until: training.trained_until,
            note: training.note,
        }
    }
}

/// Somebody whose rights lapse before long, or did.
#[derive(Serialize, ToSchema)]
#[schema(as = Lapsing)]
pub struct LapsingBody {
    /// Who.
    account: AccountBody,
    /// When.
    lapses_at: Timestamp,
}

/// Ambassadors and volunteers whose rights lapse before long, or did, the first first.
#[utoipa::path(get, path = "/lapsing-accounts", tag = "accounts", security(("account" = [])),
    responses((status = 200, description = "Who and when.", body = [LapsingBody])))]
async fn lapsing(State(web): State<Web>, Staff(scope): Staff) -> Result<Json<Vec<LapsingBody>>, Problem> {
    let lapsing = web.desk().list_lapsing(&scope).await?;
    let body = |one: Lapsing| LapsingBody {
        account: one.account.into(),
        lapses_at: one.lapses_at,
    };
    Ok(Json(lapsing.into_iter().map(body).collect()))
}
