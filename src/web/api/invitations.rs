//! Invitations to work with the network: sent by the administrator, and opened once by the invited.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::sessions::OpenedBody;
use crate::desk::accounts::NewAccount;
use crate::desk::accounts::invitations::Invited;
use crate::domain::clock::Timestamp;
use crate::domain::id::{AccountId, RegionId};
use crate::domain::language::Language;
use crate::domain::role::Role;
use crate::web::Web;
use crate::web::address::CallerAddress;
use crate::web::auth::{Staff, UserAgent};
use crate::web::extract::{Call, Path};
use crate::web::problem::Problem;
use crate::web::rate::Limited;
use crate::web::repeat::{Fingerprint, Repeat};

/// The routes.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(invite))
        .routes(routes!(invite_again))
        .routes(routes!(invitation, join))
}

/// Somebody to be invited.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInvitation {
    /// What is typed to sign in: 3 to 64 letters, digits, dots, dashes, underscores or at signs.
    #[schema(example = "n.jansen")]
    username: String,
    /// Who it is, 1 to 100 characters.
    #[schema(example = "N. Jansen")]
    name: String,
    /// Where the link goes.
    #[schema(example = "n.jansen@gemeente.example")]
    email: String,
    /// What the account is for.
    role: Role,
    /// The part of the territory it works for.
    region: RegionId,
    /// Until when the training for the portal holds.
    #[serde(default)]
    trained_until: Option<Timestamp>,
    /// The language of the e-mail; Dutch when left out.
    #[serde(default)]
    language: Language,
}

/// Somebody who was invited.
#[derive(Serialize, ToSchema)]
#[schema(as = Invited)]
pub struct InvitedBody {
    /// The account.
    id: AccountId,
    /// Until when the link opens it.
    expires_at: Timestamp,
}

impl From<Invited> for InvitedBody {
    fn from(invited: Invited) -> Self {
        Self {
            id: invited.id,
            expires_at: invited.expires_at,
        }
    }
}

/// Makes an account and sends its holder a link by e-mail, which opens it once.
#[utoipa::path(post, path = "/account-invitations", tag = "accounts", security(("account" = [])),
    request_body = NewInvitation, responses((status = 201, description = "Invited.", body = InvitedBody)))]
async fn invite(
    State(web): State<Web>,
    staff: Staff,
    repeat: Repeat,
    call: Call<NewInvitation>,
) -> Result<Response, Problem> {
    let (actor, desk, body) = (staff.actor(), web.desk().clone(), call.input);
    let work = async move {
        let new = NewAccount {
            username: body.username,
            name: body.name,
            role: body.role,
            region: body.region,
            trained_until: body.trained_until,
            password: None,
        };
        let invited = desk
            .invite_account(&staff.0, new, &body.email, body.language)
            .await?;
        Ok((StatusCode::CREATED, Json(InvitedBody::from(invited))).into_response())
    };
    repeat.answer(&web, &actor, call.fingerprint, work).await
}

/// Sends somebody another link, in place of any before.
#[utoipa::path(post, path = "/accounts/{id}/invitation", tag = "accounts", security(("account" = [])),
    params(("id" = AccountId, Path)), responses((status = 200, description = "Invited.", body = InvitedBody)))]
async fn invite_again(
    State(web): State<Web>,
    staff: Staff,
    Path(id): Path<AccountId>,
    repeat: Repeat,
) -> Result<Response, Problem> {
    let (actor, desk) = (staff.actor(), web.desk().clone());
    let work = async move {
        let invited = desk.invite_again(&staff.0, id, Language::default()).await?;
        Ok(Json(InvitedBody::from(invited)).into_response())
    };
    repeat.answer(&web, &actor, Fingerprint::default(), work).await
}

/// An invitation, as the invited sees it.
#[derive(Serialize, ToSchema)]
pub struct Invitation {
    /// What is typed to sign in.
    username: String,
    /// Who it is.
    name: String,
    /// What the account is for.
    role: Role,
    /// Whether the role asks for codes of an app.
    needs_second_proof: bool,
    /// Until when the invitation holds.
    expires_at: Timestamp,
}

/// What an invitation is for.
#[utoipa::path(get, path = "/invitations/{token}", tag = "sessions",
    params(("token" = String, Path)), responses((status = 200, description = "The invitation.", body = Invitation)))]
async fn invitation(
    State(web): State<Web>,
    address: CallerAddress,
    Path(token): Path<String>,
) -> Result<Json<Invitation>, Problem> {
    web.rates().take(Limited::SignInByAddress, address)?;
    let view = web.desk().invitation(&token, &address.to_text()).await?;
    Ok(Json(Invitation {
        username: view.username,
        name: view.name,
        role: view.role,
        needs_second_proof: view.needs_second_proof,
        expires_at: view.expires_at,
    }))
}

/// The password that the invited chose. Personal: `Debug` shows none of it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Joining {
    /// 12 to 256 characters.
    password: String,
}

/// Opens an account by its invitation, which is used up by it, and signs in.
#[utoipa::path(post, path = "/invitations/{token}", tag = "sessions", request_body = Joining,
    params(("token" = String, Path)), responses((status = 201, description = "Signed in.", body = OpenedBody)))]
async fn join(
    State(web): State<Web>,
    address: CallerAddress,
    UserAgent(agent): UserAgent,
    Path(token): Path<String>,
    repeat: Repeat,
    call: Call<Joining>,
) -> Result<Response, Problem> {
    web.rates().take(Limited::SignInByAddress, address)?;
    let desk = web.desk().clone();
    let work = async move {
        let password = &call.input.password;
        let opened = desk
            .join(&token, password, &address.to_text(), agent.as_deref())
            .await?;
        Ok((StatusCode::CREATED, Json(OpenedBody::from(opened))).into_response())
    };
    repeat.answer(&web, "anyone", call.fingerprint, work).await
}
