//! Sending a correction.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actions::view::ActionSummary;
use super::standing_texts::StandingTextBody;
use crate::desk::actions::Corrected;
use crate::domain::action::Texts;
use crate::domain::id::{ActionId, WaveId};
use crate::web::Web;
use crate::web::auth::Staff;
use crate::web::extract::{Call, Path};
use crate::web::problem::Problem;
use crate::web::repeat::Repeat;

/// The routes.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(of_action))
        .routes(routes!(correct))
}

/// The correction that stands ready for an action.
#[utoipa::path(get, path = "/actions/{id}/correction", tag = "actions", security(("account" = [])),
    params(("id" = ActionId, Path)),
    responses((status = 200, description = "What those who were told would read.", body = StandingTextBody)))]
async fn of_action(
    State(web): State<Web>,
    Staff(scope): Staff,
    Path(id): Path<ActionId>,
) -> Result<Json<StandingTextBody>, Problem> {
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
