//! Accounts of those who work with the network.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::desk::accounts::{AccountChange, CreatedAccount, NewAccount};
use crate::domain::clock::Timestamp;
use crate::domain::id::{AccountId, RegionId};
use crate::domain::role::Role;
use crate::storage::accounts::Account;
use crate::web::Web;
use crate::web::auth::Staff;
use crate::web::extract::{Body, Call, Path};
use crate::web::problem::Problem;
use crate::web::repeat::{Fingerprint, Repeat};

/// The routes.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(change))
        .routes(routes!(reset_password))
        .routes(routes!(set_training))
        .routes(routes!(end_sessions))
}

/// An account.
#[derive(Serialize, ToSchema)]
#[schema(as = Account)]
pub struct AccountBody {
    /// Its id.
    id: AccountId,
    /// What is typed to sign in.
    username: String,
    /// Who it is.
    name: String,
    /// What it is for.
    role: Role,
    /// The part of the territory it works for.
    region: RegionId,
    /// Until when the training for the portal holds.
    trained_until: Option<Timestamp>,
    /// When it was made.
    created_at: Timestamp,
    /// When it was put out of use.
    disabled_at: Option<Timestamp>,
}

impl From<Account> for AccountBody {
    fn from(account: Account) -> Self {
        Self {
            id: account.id,
            username: account.username,
            name: account.name,
            role: account.role,
            region: account.region,
            trained_until: account.trained_until,
            created_at: account.created_at,
            disabled_at: account.disabled_at,
        }
    }
}

/// An account to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewAccount)]
pub struct NewAccountBody {
    /// What is typed to sign in: 3 to 64 letters, digits, dots, dashes, underscores or at signs.
    #[schema(example = "n.jansen")]
    username: String,
    /// Who it is, 1 to 100 characters.
    #[schema(example = "N. Jansen")]
    name: String,
    /// What it is for.
    role: Role,
    /// The part of the territory it works for.
    region: RegionId,
    /// Until when the training for the portal holds.
    #[serde(default)]
    trained_until: Option<Timestamp>,
    /// The first password, 12 to 256 characters; made up when left out.
    #[serde(default)]
    password: Option<String>,
}

/// An account that was just made, or given another password.
#[derive(Serialize, ToSchema)]
#[schema(as = CreatedAccount)]
pub struct CreatedBody {
    /// Its id.
    id: AccountId,
    /// The password that was made up, told once.
    password: Option<String>,
}

impl From<CreatedAccount> for CreatedBody {
    fn from(created: CreatedAccount) -> Self {
        Self {
            id: created.id,
            password: created.password,
        }
    }
}

/// What changes of an account; what is left out stays.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = AccountChange)]
pub struct AccountChangeBody {
    /// Who it is.
    name: Option<String>,
    /// What it is for.
    role: Option<Role>,
    /// The part of the territory it works for.
    region: Option<RegionId>,
    /// Whether it is in use. Putting it out of use ends its sessions.
    is_enabled: Option<bool>,
}

/// An entry of the training register.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Training {
    /// Until when the training for the portal holds; null when it does not.
    trained_until: Option<Timestamp>,
}

/// The accounts in one's part of the territory, oldest first.
#[utoipa::path(get, path = "/accounts", tag = "accounts", security(("account" = [])),
    responses((status = 200, description = "The accounts.", body = [AccountBody])))]
async fn list(State(web): State<Web>, Staff(scope): Staff) -> Result<Json<Vec<AccountBody>>, Problem> {
    let accounts = web.desk().list_accounts(&scope).await?;
    Ok(Json(accounts.into_iter().map(AccountBody::from).collect()))
}

/// Makes an account.
#[utoipa::path(post, path = "/accounts", tag = "accounts", security(("account" = [])),
    request_body = NewAccountBody,
    responses((status = 201, description = "Made.", body = CreatedBody)))]
async fn create(
    State(web): State<Web>,
    staff: Staff,
    repeat: Repeat,
    call: Call<NewAccountBody>,
) -> Result<Response, Problem> {
    let (actor, desk, body) = (staff.actor(), web.desk().clone(), call.input);
    let work = async move {
        let new = NewAccount {
            username: body.username,
            name: body.name,
            role: body.role,
            region: body.region,
            trained_until: body.trained_until,
            password: body.password,
        };
        let created = CreatedBody::from(desk.create_account(&staff.0, new).await?);
        Ok((StatusCode::CREATED, Json(created)).into_response())
    };
    repeat.answer(&web, &actor, call.fingerprint, work).await
}

/// Changes an account.
#[utoipa::path(patch, path = "/accounts/{id}", tag = "accounts", security(("account" = [])),
    params(("id" = AccountId, Path)), request_body = AccountChangeBody,
    responses((status = 200, description = "Changed.", body = AccountBody)))]
async fn change(
    State(web): State<Web>,
    Staff(scope): Staff,
    Path(id): Path<AccountId>,
    Body(body): Body<AccountChangeBody>,
) -> Result<Json<AccountBody>, Problem> {
    let change = AccountChange {
        name: body.name,
        role: body.role,
        region: body.region,
        is_enabled: body.is_enabled,
    };
    Ok(Json(web.desk().change_account(&scope, id, change).await?.into()))
}

/// Gives someone who forgot it a new password, told once, and ends their sessions.
#[utoipa::path(post, path = "/accounts/{id}/password", tag = "accounts", security(("account" = [])),
    params(("id" = AccountId, Path)),
    responses((status = 200, description = "The new password.", body = CreatedBody)))]
async fn reset_password(
    State(web): State<Web>,
    staff: Staff,
    Path(id): Path<AccountId>,
    repeat: Repeat,
) -> Result<Response, Problem> {
    let (actor, desk) = (staff.actor(), web.desk().clone());
    let work = async move {
        let reset = CreatedBody::from(desk.reset_password(&staff.0, id).await?);
        Ok(Json(reset).into_response())
    };
    repeat.answer(&web, &actor, Fingerprint::default(), work).await
}

/// Writes into the training register until when someone's training for the portal holds.
#[utoipa::path(put, path = "/accounts/{id}/training", tag = "accounts", security(("account" = [])),
    params(("id" = AccountId, Path)), request_body = Training,
    responses((status = 200, description = "Written.", body = AccountBody)))]
async fn set_training(
    State(web): State<Web>,
    Staff(scope): Staff,
    Path(id): Path<AccountId>,
    Body(body): Body<Training>,
) -> Result<Json<AccountBody>, Problem> {
    let account = web.desk().set_training(&scope, id, body.trained_until).await?;
    Ok(Json(account.into()))
}

/// Ends all sessions of someone.
#[utoipa::path(delete, path = "/accounts/{id}/sessions", tag = "accounts", security(("account" = [])),
    params(("id" = AccountId, Path)), responses((status = 204, description = "Ended.")))]
async fn end_sessions(
    State(web): State<Web>,
    Staff(scope): Staff,
    Path(id): Path<AccountId>,
) -> Result<StatusCode, Problem> {
    web.desk().end_sessions_of(&scope, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
