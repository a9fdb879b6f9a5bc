//! What was said on the telephone, for whoever handles tips.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::domain::id::TipId;
use crate::storage::recordings::RecordingState;
use crate::web::Web;
use crate::web::auth::Staff;
use crate::web::extract::Path;
use crate::web::problem::Problem;

/// The routes.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new().routes(routes!(recording))
}

/// How far a recording is.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = RecordingState)]
pub enum RecordingName {
    /// It is still at the telephone exchange.
    Waiting,
    /// It can be listened to.
    Here,
    /// The exchange did not give it.
    Lost,
}

impl From<RecordingState> for RecordingName {
    fn from(state: RecordingState) -> Self {
        match state {
            RecordingState::Waiting => Self::Waiting,
            RecordingState::Here => Self::Here,
            RecordingState::Lost => Self::Lost,
        }
    }
}

/// What was said on the telephone, after a key was pressed in a call.
#[utoipa::path(get, path = "/tips/{id}/recording", tag = "tips", security(("account" = [])),
    params(("id" = TipId, Path)),
    responses((status = 200, description = "The file: MP3 or WAV.", body = Vec<u8>, content_type = "audio/mpeg")))]
async fn recording(
    State(web): State<Web>,
    Staff(scope): Staff,
    Path(id): Path<TipId>,
) -> Result<Response, Problem> {
    let recording = web.desk().recording(&scope, id).await?;
    Ok(([(header::CONTENT_TYPE, recording.media_type)], recording.sound).into_response())
}
