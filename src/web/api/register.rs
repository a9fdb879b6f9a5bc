//! The register of telephone numbers and links that texts may hold.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::desk::register::NewAllowed;
use crate::domain::clock::Timestamp;
use crate::domain::id::{AccountId, AllowedId, RegionId};
use crate::storage::register::Allowed;
use crate::web::Web;
use crate::web::auth::Staff;
use crate::web::extract::{Call, Path};
use crate::web::problem::Problem;
use crate::web::repeat::Repeat;

/// The routes.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(remove))
}

/// An entry of the register.
#[derive(Serialize, ToSchema)]
#[schema(as = Allowed)]
pub struct AllowedBody {
    /// Its id.
    id: AllowedId,
    /// Where it holds, with everything inside; everywhere when null.
    region: Option<RegionId>,
    /// `number` or `link`.
    kind: &'static str,
    /// A number in E.164 or a short one; a host with the beginning of a path.
    #[schema(example = "+319008844")]
    value: String,
    /// What it is for.
    note: Option<String>,
    /// Who added it; null for what was there from the beginning.
    added_by: Option<AccountId>,
    /// When.
    added_at: Timestamp,
}

impl From<Allowed> for AllowedBody {
    fn from(entry: Allowed) -> Self {
        Self {
            id: entry.id,
            region: entry.region,
            kind: entry.contact.kind(),
            value: entry.contact.value(),
            note: entry.note,
            added_by: entry.added_by,
            added_at: entry.added_at,
        }
    }
}

/// Something to be allowed: a number or a link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewAllowed)]
pub struct NewAllowedBody {
    /// Where it holds, with everything inside; one's own region when left out.
    #[serde(default)]
    region: Option<RegionId>,
    /// A telephone number, as people write it.
    #[serde(default)]
    #[schema(example = "030-1234567")]
    number: Option<String>,
    /// A host, with the beginning of a path: allows what lies below it.
    #[serde(default)]
    #[schema(example = "politie.nl/gezocht")]
    link: Option<String>,
    /// What it is for, at most 200 characters.
    #[serde(default)]
    note: Option<String>,
}

/// What may stand in texts in one's part of the territory, or in a part of it: numbers first.
#[utoipa::path(get, path = "/register", tag = "register", security(("account" = [])),
    responses((status = 200, description = "The entries.", body = [AllowedBody])))]
async fn list(State(web): State<Web>, Staff(scope): Staff) -> Result<Json<Vec<AllowedBody>>, Problem> {
    let entries = web.desk().list_register(&scope).await?;
    Ok(Json(entries.into_iter().map(AllowedBody::from).collect()))
}

/// Allows a number or a link.
#[utoipa::path(post, path = "/register", tag = "register", security(("account" = [])),
    request_body = NewAllowedBody,
    responses((status = 201, description = "Allowed from now on.", body = AllowedBody)))]
async fn add(
    State(web): State<Web>,
    staff: Staff,
    repeat: Repeat,
    call: Call<NewAllowedBody>,
) -> Result<Response, Problem> {
    let (actor, desk) = (staff.actor(), web.desk().clone());
    let work = async move {
        let NewAllowedBody {
            region,
            number,
            link,
            note,
        } = call.input;
        let new = NewAllowed {
            region,
            number,
            link,
            note,
        };
        let entry = desk.add_allowed(&staff.0, new).await?;
        Ok((StatusCode::CREATED, Json(AllowedBody::from(entry))).into_response())
    };
    repeat.answer(&web, &actor, call.fingerprint, work).await
}

/// Takes a number or a link out: from now on no text goes out with it.
#[utoipa::path(delete, path = "/register/{id}", tag = "register", security(("account" = [])),
    params(("id" = AllowedId, Path)),
    responses((status = 204, description = "Taken out.")))]
async fn remove(
    State(web): State<Web>,
    Staff(scope): Staff,
    Path(id): Path<AllowedId>,
) -> Result<StatusCode, Problem> {
    web.desk().remove_allowed(&scope, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
