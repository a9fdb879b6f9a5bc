//! Notifications on this device: registered by script, tested, and taken away.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use http::StatusCode;

use crate::domain::endpoint::Endpoint;
use crate::domain::id::DeviceId;
use crate::web::Web;
use crate::web::problem::Problem;
use crate::web::rate::Limited;
use crate::web::screens::form::Form;
use crate::web::screens::signed::SignedCitizen;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new()
        .route("/me/devices", post(add))
        .route("/me/devices/{id}/test", post(test))
        .route("/me/devices/{id}/remove", post(remove))
}

/// Takes a subscription of the Push API (W3C), field by field.
async fn add(
    State(web): State<Web>,
    SignedCitizen(scope): SignedCitizen,
    form: Form,
) -> Result<StatusCode, Problem> {
    let endpoint = Endpoint::WebPush {
        url: form.text("url").to_owned(),
        p256dh: form.text("p256dh").to_owned(),
        auth: form.text("auth").to_owned(),
    };
    web.desk().add_device(&scope, &endpoint).await?;
    Ok(StatusCode::CREATED)
}

async fn test(
    State(web): State<Web>,
    SignedCitizen(scope): SignedCitizen,
    Path(id): Path<DeviceId>,
) -> Result<Response, Problem> {
    web.rates().take(Limited::TestByParticipant, scope.number)?;
    let is_taken = web.desk().send_test_alert(&scope, id).await?;
    let said = if is_taken { "taken" } else { "refused" };
    Ok(Redirect::to(&format!("/me/settings?test={said}#devices")).into_response())
}

async fn remove(
    State(web): State<Web>,
    SignedCitizen(scope): SignedCitizen,
    Path(id): Path<DeviceId>,
) -> Result<Response, Problem> {
    web.desk().remove_device(&scope, id).await?;
    Ok(Redirect::to("/me/settings?saved=1#devices").into_response())
}
