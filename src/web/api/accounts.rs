//! Accounts of those who work with the network.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::sessions::SessionBody;
use crate::desk::accounts::{AccountChange, CreatedAccount, NewAccount};
use crate::domain::clock::Timestamp;
use crate::domain::id::{AccountId, RegionId, SessionId};
use crate::domain::role::Role;
use crate::storage::accounts::Account;
use crate::web::Web;
use crate::web::auth::Staff;
use crate::web::conditions::Conditions;
use crate::web::extract::{Body, Call, Path};
use crate::web::problem::Problem;
use crate::web::repeat::{Fingerprint, Repeat};

/// The routes.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(one, change))
        .routes(routes!(reset_password))
        .routes(routes!(list_sessions, end_sessions))
        .routes(routes!(end_session))
        .routes(routes!(remove_second_proof))
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
    /// Where invitations and warnings go.
    email: Option<String>,
    /// What it is for.
    role: Role,
    /// The part of the territory it works for.
    region: RegionId,
    /// Until when the training for the portal holds.
    trained_until: Option<Timestamp>,
    /// When it last prepared or sent something, to the day.
    practised_at: Option<Timestamp>,
    /// When it was made.
    created_at: Timestamp,
    /// When it was put out of use.
    disabled_at: Option<Timestamp>,
    /// Counts its changes.
    version: u32,
}

impl From<Account> for AccountBody {
    fn from(account: Account) -> Self {
        Self {
            id: account.id,
            username: account.username,
            name: account.name,
            email: account.email,
            role: account.role,
            region: account.region,
            trained_until: account.trained_until,
            created_at: account.created_at,
            practised_at: account.practised_at,
            disabled_at: account.disabled_at,
            version: account.version,
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
    /// Where invitations and warnings go; empty for nowhere.
    email: Option<String>,
    /// Whether it is in use. Putting it out of use ends its sessions.
    is_enabled: Option<bool>,
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

/// An account.
#[utoipa::path(get, path = "/accounts/{id}", tag = "accounts", security(("account" = [])),
    params(("id" = AccountId, Path)), responses((status = 200, description = "The account.", body = AccountBody)))]
async fn one(
    State(web): State<Web>,
    Staff(scope): Staff,
    Path(id): Path<AccountId>,
    conditions: Conditions,
) -> Result<Response, Problem> {
    let account = web.desk().account(&scope, id).await?;
    Ok(conditions.answer(account.version.into(), &AccountBody::from(account)))
}

/// Changes an account.
#[utoipa::path(patch, path = "/accounts/{id}", tag = "accounts", security(("account" = [])),
    params(("id" = AccountId, Path)), request_body = AccountChangeBody,
    responses((status = 200, description = "Changed.", body = AccountBody)))]
async fn change(
    State(web): State<Web>,
    Staff(scope): Staff,
    Path(id): Path<AccountId>,
    conditions: Conditions,
    Body(body): Body<AccountChangeBody>,
) -> Result<Json<AccountBody>, Problem> {
    let seen = web.desk().account(&scope, id).await?;
    conditions.check(seen.version.into())?;
    let change = AccountChange {
        name: body.name,
        role: body.role,
        region: body.region,
        email: body.email,
        is_enabled: body.is_enabled,
        // Of what the condition was held against, so that nothing comes in between.
        version: Some(seen.version),
    };
    let changed = web.desk().change_account(&scope, id, change).await;
    Ok(Json(
        changed.map_err(|error| conditions.explain(error.into()))?.into(),
    ))
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

/// The sessions of somebody, last used first.
#[utoipa::path(get, path = "/accounts/{id}/sessions", tag = "accounts", security(("account" = [])),
    params(("id" = AccountId, Path)), responses((status = 200, description = "The sessions.", body = [SessionBody])))]
async fn list_sessions(
    State(web): State<Web>,
    Staff(scope): Staff,
    Path(id): Path<AccountId>,
) -> Result<Json<Vec<SessionBody>>, Problem> {
    let sessions = web.desk().list_sessions_of(&scope, id).await?;
    Ok(Json(sessions.into_iter().map(SessionBody::from).collect()))
}

/// Ends one session of somebody.
#[utoipa::path(delete, path = "/accounts/{id}/sessions/{session}", tag = "accounts", security(("account" = [])),
    params(("id" = AccountId, Path), ("session" = SessionId, Path)),
    responses((status = 204, description = "Ended.")))]
async fn end_session(
    State(web): State<Web>,
    Staff(scope): Staff,
    Path((id, session)): Path<(AccountId, SessionId)>,
) -> Result<StatusCode, Problem> {
    web.desk().end_session_of(&scope, id, session).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes the second proof of somebody away who lost telephone and codes, and ends their sessions.
#[utoipa::path(delete, path = "/accounts/{id}/second-proof", tag = "accounts", security(("account" = [])),
    params(("id" = AccountId, Path)), responses((status = 204, description = "Taken away.")))]
async fn remove_second_proof(
    State(web): State<Web>,
    Staff(scope): Staff,
    Path(id): Path<AccountId>,
) -> Result<StatusCode, Problem> {
    web.desk().remove_second_proof(&scope, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
