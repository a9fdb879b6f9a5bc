//! The texts that a description would make.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::domain::action::{ActionKind, Description, Texts};
use crate::web::Web;
use crate::web::auth::Staff;
use crate::web::extract::Body;
use crate::web::problem::Problem;

/// The routes.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new().routes(routes!(compose))
}

/// What to look out for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ComposeBody {
    /// What it is about.
    kind: ActionKind,
    /// What to look out for.
    description: Description,
}

/// The texts that it makes.
#[derive(Serialize, ToSchema)]
#[schema(as = Composed)]
pub struct ComposedBody {
    /// The texts.
    texts: Texts,
    /// The fields that the English text does without, since only Dutch words were given for them.
    missing_in_english: Vec<String>,
}

/// Composes the texts of a description, without storing anything.
#[utoipa::path(post, path = "/texts", tag = "actions", security(("account" = [])), request_body = ComposeBody,
    responses((status = 200, description = "The texts.", body = ComposedBody)))]
async fn compose(
    State(web): State<Web>,
    Staff(scope): Staff,
    Body(body): Body<ComposeBody>,
) -> Result<Json<ComposedBody>, Problem> {
    let composed = web
        .desk()
        .compose_message(&scope, body.kind, &body.description)
        .await?;
    Ok(Json(ComposedBody {
        texts: composed.texts,
        missing_in_english: composed.missing_in_english,
    }))
}
