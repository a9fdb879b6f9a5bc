//! Signing in, and where one is signed in.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::accounts::AccountBody;
use crate::desk::DeskError;
use crate::desk::accounts::sign_in::Credentials;
use crate::desk::sessions::{OpenedSession, SessionView};
use crate::domain::clock::Timestamp;
use crate::domain::id::SessionId;
use crate::domain::problem::FieldProblem;
use crate::web::Web;
use crate::web::address::CallerAddress;
use crate::web::auth::{Staff, UserAgent};
use crate::web::extract::{Body, Call, Path};
use crate::web::problem::{Problem, ProblemKind};
use crate::web::rate::Limited;
use crate::web::repeat::Repeat;

/// The routes.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(sign_in, list, end_others))
        .routes(routes!(sign_out))
        .routes(routes!(end))
        .routes(routes!(me))
        .routes(routes!(prove))
        .routes(routes!(change_password))
}

/// What one types to sign in. Personal: `Debug` shows none of it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "username": "n.jansen", "password": "correct paard batterij" }))]
pub struct SignIn {
    /// The user name; upper and lower case are alike.
    username: String,
    /// The password.
    password: String,
    /// The code of one's app, or a recovery code: of whoever has a second proof.
    #[serde(default)]
    code: Option<String>,
}

/// A session that was just opened. The token is told once.
#[derive(Serialize, ToSchema)]
#[schema(as = OpenedSession)]
pub struct OpenedBody {
    /// Its id, to end it by.
    id: SessionId,
    /// Its credential, for `Authorization: Bearer`.
    #[schema(example = "q0Jx2mE6zH0k9y1bT4uV7wX8aB3cD5eF6gH7iJ8kL9m")]
    token: String,
    /// When it ends at the latest.
    expires_at: Timestamp,
}

impl From<OpenedSession> for OpenedBody {
    fn from(opened: OpenedSession) -> Self {
        Self {
            id: opened.id,
            token: opened.token.as_str().to_owned(),
            expires_at: opened.expires_at,
        }
    }
}

/// A session of one's own.
#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
pub struct SessionBody {
    /// Its id.
    id: SessionId,
    /// Whether it is the one that asks.
    is_current: bool,
    /// When it was opened.
    created_at: Timestamp,
    /// When it was last used, to the minute.
    seen_at: Timestamp,
    /// When it ends at the latest.
    expires_at: Timestamp,
    /// What the browser or app called itself.
    user_agent: Option<String>,
    /// Where it was opened from, without the end of the address.
    address: Option<String>,
}

impl From<SessionView> for SessionBody {
    fn from(session: SessionView) -> Self {
        Self {
            id: session.id,
            is_current: session.is_current,
            created_at: session.created_at,
            seen_at: session.seen_at,
            expires_at: session.expires_at,
            user_agent: session.user_agent,
            address: session.address,
        }
    }
}

/// Signs in with a user name and a password.
#[utoipa::path(post, path = "/sessions", tag = "sessions", request_body = SignIn,
    responses((status = 201, description = "Signed in.", body = OpenedBody)))]
async fn sign_in(
    State(web): State<Web>,
    address: CallerAddress,
    UserAgent(agent): UserAgent,
    repeat: Repeat,
    call: Call<SignIn>,
) -> Result<Response, Problem> {
    let (desk, body) = (web.desk().clone(), call.input);
    web.rates().take(Limited::SignInByAddress, address)?;
    let work = async move {
        let credentials = Credentials {
            username: &body.username,
            password: &body.password,
        };
        let opened = desk
            .sign_in_with_code(
                credentials,
                body.code.as_deref(),
                &address.to_text(),
                agent.as_deref(),
            )
            .await;
        match opened {
            Ok(opened) => Ok((StatusCode::CREATED, Json(OpenedBody::from(opened))).into_response()),
            Err(DeskError::Invalid(fields)) => Err(not_signed_in(&fields)),
            Err(error) => Err(error.into()),
        }
    };
    repeat.answer(&web, "anyone", call.fingerprint, work).await
}

/// Why nobody is signed in. That a code is missing or wrong is said after the right password alone.
fn not_signed_in(fields: &[FieldProblem]) -> Problem {
    let of_code = fields.iter().find(|field| field.field == "code");
    let problem = Problem::new(ProblemKind::SignInFailed);
    match of_code {
        Some(field) => problem.saying(field.said.clone()).coded(field.code.name()),
        None => problem,
    }
}

/// A code of one's app, or a recovery code. Personal: `Debug` shows none of it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProofCode {
    /// Six digits, or a recovery code.
    #[schema(example = "492039")]
    pub(super) code: String,
}

/// Proves once more that one is the session's holder, as a start or an approval may ask for.
#[utoipa::path(post, path = "/sessions/current/proof", tag = "sessions", security(("account" = [])),
    request_body = ProofCode, responses((status = 204, description = "Proved.")))]
async fn prove(
    State(web): State<Web>,
    staff: Staff,
    repeat: Repeat,
    call: Call<ProofCode>,
) -> Result<Response, Problem> {
    let (actor, desk) = (staff.actor(), web.desk().clone());
    let work = async move {
        desk.prove(&staff.0, &call.input.code).await?;
        Ok(StatusCode::NO_CONTENT.into_response())
    };
    repeat.answer(&web, &actor, call.fingerprint, work).await
}

/// Ends all of one's own sessions but the one that asks.
#[utoipa::path(delete, path = "/sessions", tag = "sessions", security(("account" = [])),
    responses((status = 204, description = "Ended.")))]
async fn end_others(State(web): State<Web>, Staff(scope): Staff) -> Result<StatusCode, Problem> {
    web.desk().end_other_sessions(&scope).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends the session that asks.
#[utoipa::path(delete, path = "/sessions/current", tag = "sessions", security(("account" = [])),
    responses((status = 204, description = "Signed out.")))]
async fn sign_out(State(web): State<Web>, Staff(scope): Staff) -> Result<StatusCode, Problem> {
    web.desk().sign_out(&scope).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// One's own sessions, last used first.
#[utoipa::path(get, path = "/sessions", tag = "sessions", security(("account" = [])),
    responses((status = 200, description = "The sessions.", body = [SessionBody])))]
async fn list(State(web): State<Web>, Staff(scope): Staff) -> Result<Json<Vec<SessionBody>>, Problem> {
    let sessions = web.desk().list_own_sessions(&scope).await?;
    Ok(Json(sessions.into_iter().map(SessionBody::from).collect()))
}

/// Ends one of one's own sessions.
#[utoipa::path(delete, path = "/sessions/{id}", tag = "sessions", security(("account" = [])),
    params(("id" = SessionId, Path)), responses((status = 204, description = "Ended.")))]
async fn end(
    State(web): State<Web>,
    Staff(scope): Staff,
    Path(id): Path<SessionId>,
) -> Result<StatusCode, Problem> {
    web.desk().end_own_session(&scope, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// One's own account.
#[utoipa::path(get, path = "/me", tag = "sessions", security(("account" = [])),
    responses((status = 200, description = "The account.", body = AccountBody)))]
async fn me(State(web): State<Web>, Staff(scope): Staff) -> Result<Json<AccountBody>, Problem> {
    Ok(Json(web.desk().own_account(&scope).await?.into()))
}

/// A change of one's own password. Personal: `Debug` shows none of it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    /// The present password.
    current_password: String,
    /// The new one, 12 to 256 characters.
    new_password: String,
}

/// Gives oneself another password, and ends one's other sessions.
#[utoipa::path(put, path = "/me/password", tag = "sessions", security(("account" = [])),
    request_body = PasswordChange, responses((status = 204, description = "Changed.")))]
async fn change_password(
    State(web): State<Web>,
    Staff(scope): Staff,
    Body(body): Body<PasswordChange>,
) -> Result<StatusCode, Problem> {
    web.desk()
        .change_own_password(&scope, &body.current_password, &body.new_password)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
