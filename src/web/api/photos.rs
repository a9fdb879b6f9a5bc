//! Photos: of an action, and of its tips.

use axum::Json;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::domain::id::{ActionId, PhotoId};
use crate::domain::photo::MEDIA_TYPE;
use crate::domain::problem::ProblemCode;
use crate::storage::photos::PhotoSize;
use crate::web::Web;
use crate::web::auth::Staff;
use crate::web::extract::upload::{FORM_BYTES, Upload};
use crate::web::extract::{Path, Query};
use crate::web::problem::Problem;
use crate::web::repeat::Repeat;

/// The routes.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(add))
        .layer(DefaultBodyLimit::max(FORM_BYTES))
        .routes(routes!(one))
        .routes(routes!(remove))
}

/// Which of the two that are kept.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Size {
    /// At most 1,600 pixels on its longest side.
    Full,
    /// At most 320.
    Thumbnail,
}

/// Which of the two that are kept.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SizeQuery {
    /// `full` (the default) or `thumbnail`.
    #[param(inline)]
    size: Option<Size>,
}

impl SizeQuery {
    /// The size asked for.
    pub fn size(&self) -> PhotoSize {
        match self.size {
            Some(Size::Thumbnail) => PhotoSize::Thumbnail,
            Some(Size::Full) | None => PhotoSize::Full,
        }
    }
}

/// An action as the caller saw it.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SeenQuery {
    /// The version of the action that the caller saw.
    version: u32,
}

/// A form with one photo.
#[derive(ToSchema)]
#[schema(as = PhotoForm)]
#[expect(dead_code, reason = "only described")]
pub struct PhotoFormBody {
    /// The version of the action that the caller saw.
    version: u32,
    /// JPEG, PNG or WebP, at most 15 MB. Kept without what it says of place and camera.
    #[schema(value_type = String, format = Binary)]
    photo: Vec<u8>,
}

/// A photo that was taken.
#[derive(Serialize, ToSchema)]
pub struct AddedPhoto {
    /// Its id.
    id: PhotoId,
}

/// Adds a photo to a draft, or to an action that goes on.
#[utoipa::path(post, path = "/actions/{id}/photos", tag = "photos", security(("account" = [])),
    params(("id" = ActionId, Path)),
    request_body(content = PhotoFormBody, content_type = "multipart/form-data"),
    responses((status = 201, description = "Added.", body = AddedPhoto)))]
async fn add(
    State(web): State<Web>,
    staff: Staff,
    Path(id): Path<ActionId>,
    repeat: Repeat,
    mut form: Upload,
) -> Result<Response, Problem> {
    let version = form.filled("version").and_then(|version| version.parse().ok());
    let version = version.ok_or_else(|| Problem::missing("version"))?;
    let photo = form
        .photos
        .pop()
        .filter(|_| form.photos.is_empty())
        .ok_or_else(|| Problem::invalid_field("photo", ProblemCode::OnePhoto))?;
    let (actor, desk, place) = (staff.actor(), web.desk().clone(), form.place);
    let work = async move {
        let added = desk.add_photo(&staff.0, id, version, photo).await;
        drop(place);
        Ok((StatusCode::CREATED, Json(AddedPhoto { id: added? })).into_response())
    };
    repeat.answer(&web, &actor, form.fingerprint, work).await
}

/// A photo's file: of an action for whoever sees it, of a tip for whoever handles tips.
#[utoipa::path(get, path = "/photos/{id}", tag = "photos", security(("account" = [])),
    params(("id" = PhotoId, Path), SizeQuery),
    responses((status = 200, description = "The file.", body = Vec<u8>, content_type = "image/jpeg")))]
async fn one(
    State(web): State<Web>,
    Staff(scope): Staff,
    Path(id): Path<PhotoId>,
    Query(query): Query<SizeQuery>,
) -> Result<Response, Problem> {
    Ok(jpeg(web.desk().photo(&scope, id, query.size()).await?))
}

/// A photo's file as an answer.
pub fn jpeg(file: impl Into<Bytes>) -> Response {
    ([(header::CONTENT_TYPE, MEDIA_TYPE)], file.into()).into_response()
}

/// Removes a photo of a draft.
#[utoipa::path(delete, path = "/actions/{id}/photos/{photo}", tag = "photos", security(("account" = [])),
    params(("id" = ActionId, Path), ("photo" = PhotoId, Path), SeenQuery),
    responses((status = 204, description = "Removed.")))]
async fn remove(
    State(web): State<Web>,
    Staff(scope): Staff,
    Path((id, photo)): Path<(ActionId, PhotoId)>,
    Query(seen): Query<SeenQuery>,
) -> Result<StatusCode, Problem> {
    web.desk().remove_photo(&scope, id, seen.version, photo).await?;
    Ok(StatusCode::NO_CONTENT)
}
