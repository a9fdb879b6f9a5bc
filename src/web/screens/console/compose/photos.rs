//! The photos of an action: shown, added and taken away on its form.

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};

use crate::domain::id::{ActionId, PhotoId};
use crate::domain::problem::ProblemCode;
use crate::storage::photos::PhotoSize;
use crate::web::Web;
use crate::web::api::photos::jpeg;
use crate::web::extract::Path;
use crate::web::extract::upload::{FORM_BYTES, Upload};
use crate::web::problem::Problem;
use crate::web::screens::form::Form;
use crate::web::screens::signed::Desked;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new()
        .route("/console/actions/{id}/photos", post(add))
        .layer(DefaultBodyLimit::max(FORM_BYTES))
        .route("/console/actions/{id}/photos/{photo}", get(one))
        .route("/console/actions/{id}/photos/{photo}/remove", post(remove))
}

fn back(id: ActionId) -> Response {
    Redirect::to(&format!("/console/actions/{id}/edit#photos")).into_response()
}

async fn add(
    State(web): State<Web>,
    desked: Desked,
    Path(id): Path<ActionId>,
    mut form: Upload,
) -> Result<Response, Problem> {
    let photo = form.photos.pop().filter(|_| form.photos.is_empty());
    let photo = photo.ok_or_else(|| Problem::invalid_field("photo", ProblemCode::OnePhoto))?;
    let version = web.desk().action(&desked.scope, id).await?.action.version;
    let added = web.desk().add_photo(&desked.scope, id, version, photo).await;
    drop(form.place);
    added?;
    Ok(back(id))
}

async fn one(
    State(web): State<Web>,
    desked: Desked,
    Path((_, photo)): Path<(ActionId, PhotoId)>,
) -> Result<Response, Problem> {
    Ok(jpeg(
        web.desk()
            .photo(&desked.scope, photo, PhotoSize::Thumbnail)
            .await?,
    ))
}

async fn remove(
    State(web): State<Web>,
    desked: Desked,
    Path((id, photo)): Path<(ActionId, PhotoId)>,
    _form: Form,
) -> Result<Response, Problem> {
    let version = web.desk().action(&desked.scope, id).await?.action.version;
    web.desk().remove_photo(&desked.scope, id, version, photo).await?;
    Ok(back(id))
}
