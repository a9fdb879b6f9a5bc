//! Keys of other systems.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::desk::accounts::keys::NewKey;
use crate::domain::clock::Timestamp;
use crate::domain::id::{AccountId, KeyId, RegionId};
use crate::domain::key_rights::KeyRight;
use crate::storage::api_keys::ApiKey;
use crate::web::Web;
use crate::web::auth::Staff;
use crate::web::extract::{Call, Path};
use crate::web::problem::Problem;
use crate::web::repeat::Repeat;

/// The routes.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(revoke))
}

/// A key of another system.
#[derive(Serialize, ToSchema)]
#[schema(as = Key)]
pub struct KeyBody {
    /// Its id, which stands where an account's id does in what the system did.
    id: KeyId,
    /// Which system it is for.
    name: String,
    /// How the key begins.
    prefix: String,
    /// What it may do.
    rights: Vec<KeyRight>,
    /// In which part of the territory.
    region: RegionId,
    /// Calls a minute.
    rate_per_minute: u32,
    /// Who made it.
    created_by: AccountId,
    /// When.
    created_at: Timestamp,
    /// Until when it holds.
    expires_at: Timestamp,
    /// When it was last used, to the minute.
    used_at: Option<Timestamp>,
    /// When it was withdrawn.
    revoked_at: Option<Timestamp>,
}

impl From<ApiKey> for KeyBody {
    fn from(key: ApiKey) -> Self {
        Self {
            id: key.id,
            name: key.name,
            prefix: key.prefix,
            rights: key.rights.iter().collect(),
            region: key.region,
            rate_per_minute: key.rate_per_minute,
            created_by: key.created_by,
            created_at: key.created_at,
            expires_at: key.expires_at,
            used_at: key.used_at,
            revoked_at: key.revoked_at,
        }
    }
}

/// A key to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewKey)]
pub struct NewKeyBody {
    /// Which system it is for, 1 to 100 characters.
    #[schema(example = "GMS Midden-Nederland")]
    name: String,
    /// What it may do.
    rights: Vec<KeyRight>,
    /// In which part of the territory.
    region: RegionId,
    /// Until when it holds, at most two years; a year when left out.
    #[serde(default)]
    expires_at: Option<Timestamp>,
    /// Calls a minute, 1 to 6,000; 120 when left out.
    #[serde(default)]
    rate_per_minute: Option<u32>,
}

/// A key that was just made.
#[derive(Serialize, ToSchema)]
#[schema(as = CreatedKey)]
pub struct CreatedKeyBody {
    /// What is known of it.
    key: KeyBody,
    /// What the system sends as a bearer, told once.
    token: String,
}

/// The keys for one's part of the territory, the oldest first, withdrawn ones included.
#[utoipa::path(get, path = "/keys", tag = "keys", security(("account" = [])),
    responses((status = 200, description = "The keys.", body = [KeyBody])))]
async fn list(State(web): State<Web>, Staff(scope): Staff) -> Result<Json<Vec<KeyBody>>, Problem> {
    let keys = web.desk().list_keys(&scope).await?;
    Ok(Json(keys.into_iter().map(KeyBody::from).collect()))
}

/// Makes a key.
#[utoipa::path(post, path = "/keys", tag = "keys", security(("account" = [])), request_body = NewKeyBody,
    responses((status = 201, description = "Made.", body = CreatedKeyBody)))]
async fn create(
    State(web): State<Web>,
    staff: Staff,
    repeat: Repeat,
    call: Call<NewKeyBody>,
) -> Result<Response, Problem> {
    let (actor, desk, body) = (staff.actor(), web.desk().clone(), call.input);
    let work = async move {
        let new = NewKey {
            name: body.name,
            rights: body.rights.into_iter().collect(),
            region: body.region,
            expires_at: body.expires_at,
            rate_per_minute: body.rate_per_minute,
        };
        let created = desk.create_key(&staff.0, new).await?;
        let answer = CreatedKeyBody {
            key: created.key.into(),
            token: created.token,
        };
        Ok((StatusCode::CREATED, Json(answer)).into_response())
    };
    repeat.answer(&web, &actor, call.fingerprint, work).await
}

/// Withdraws a key: it opens nothing from its next call on.
#[utoipa::path(delete, path = "/keys/{id}", tag = "keys", security(("account" = [])),
    params(("id" = KeyId, Path)), responses((status = 204, description = "Withdrawn.")))]
async fn revoke(
    State(web): State<Web>,
    Staff(scope): Staff,
    Path(id): Path<KeyId>,
) -> Result<StatusCode, Problem> {
    web.desk().revoke_key(&scope, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
