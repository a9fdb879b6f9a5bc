//! Codes of an app as a second proof.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::sessions::ProofCode;
use crate::web::Web;
use crate::web::auth::Staff;
use crate::web::extract::{Body, Call};
use crate::web::problem::Problem;
use crate::web::repeat::{Fingerprint, Repeat};

/// The routes.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(begin, remove))
        .routes(routes!(confirm))
        .routes(routes!(renew))
}

/// What an app takes its codes from, told once.
#[derive(Serialize, ToSchema)]
pub struct Enrolment {
    /// To type into the app, base 32.
    #[schema(example = "MZXW6YTBOJRGC6RANZQXIZLSMFRWK3TU")]
    secret: String,
    /// The same as a link, or to be shown as a QR code.
    uri: String,
}

/// Codes to keep for when the telephone is lost, told once.
#[derive(Serialize, ToSchema)]
pub struct RecoveryCodes {
    /// Each works once.
    recovery_codes: Vec<String>,
}

/// Makes a secret for one's own app. It counts once a first code was given.
#[utoipa::path(post, path = "/me/second-proof", tag = "sessions", security(("account" = [])),
    responses((status = 200, description = "The secret.", body = Enrolment)))]
async fn begin(State(web): State<Web>, staff: Staff, repeat: Repeat) -> Result<Response, Problem> {
    let (actor, desk) = (staff.actor(), web.desk().clone());
    let work = async move {
        let enrolment = desk.begin_second_proof(&staff.0).await?;
        let body = Enrolment {
            secret: enrolment.secret,
            uri: enrolment.uri,
        };
        Ok(Json(body).into_response())
    };
    repeat.answer(&web, &actor, Fingerprint::default(), work).await
}

/// Lets one's app count from now on, by its first code.
#[utoipa::path(post, path = "/me/second-proof/confirm", tag = "sessions", security(("account" = [])),
    request_body = ProofCode, responses((status = 200, description = "It counts.", body = RecoveryCodes)))]
async fn confirm(
    State(web): State<Web>,
    staff: Staff,
    repeat: Repeat,
    call: Call<ProofCode>,
) -> Result<Response, Problem> {
    let (actor, desk) = (staff.actor(), web.desk().clone());
    let work = async move {
        let recovery_codes = desk.confirm_second_proof(&staff.0, &call.input.code).await?;
        Ok(Json(RecoveryCodes { recovery_codes }).into_response())
    };
    repeat.answer(&web, &actor, call.fingerprint, work).await
}

/// Replaces one's recovery codes. The old ones do not work any more.
#[utoipa::path(post, path = "/me/second-proof/recovery-codes", tag = "sessions", security(("account" = [])),
    request_body = ProofCode, responses((status = 200, description = "The new ones.", body = RecoveryCodes)))]
async fn renew(
    State(web): State<Web>,
    staff: Staff,
    repeat: Repeat,
    call: Call<ProofCode>,
) -> Result<Response, Problem> {
    let (actor, desk) = (staff.actor(), web.desk().clone());
    let work = async move {
        let recovery_codes = desk.renew_recovery_codes(&staff.0, &call.input.code).await?;
        Ok(Json(RecoveryCodes { recovery_codes }).into_response())
    };
    repeat.answer(&web, &actor, call.fingerprint, work).await
}

/// Takes one's own second proof away, for another telephone.
#[utoipa::path(delete, path = "/me/second-proof", tag = "sessions", security(("account" = [])),
    request_body = ProofCode, responses((status = 204, description = "Taken away.")))]
async fn remove(
    State(web): State<Web>,
    Staff(scope): Staff,
    Body(body): Body<ProofCode>,
) -> Result<StatusCode, Problem> {
    web.desk().remove_own_second_proof(&scope, &body.code).await?;
    Ok(StatusCode::NO_CONTENT)
}
