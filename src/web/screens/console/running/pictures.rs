//! Photos, films and recordings of actions and tips, for whoever may see them at the console.

use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderMap, header};

use crate::domain::id::{PhotoId, TipId, VideoId};
use crate::web::Web;
use crate::web::api::photos::{SizeQuery, jpeg};
use crate::web::api::videos::streamed;
use crate::web::extract::Path;
use crate::web::problem::Problem;
use crate::web::screens::signed::Desked;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new()
        .route("/console/photos/{id}", get(photo))
        .route("/console/videos/{id}", get(film))
        .route("/console/tips/{id}/recording", get(recording))
}

async fn photo(
    State(web): State<Web>,
    desked: Desked,
    Path(id): Path<PhotoId>,
    Query(query): Query<SizeQuery>,
) -> Result<Response, Problem> {
    Ok(jpeg(web.desk().photo(&desked.scope, id, query.size()).await?))
}

async fn film(
    State(web): State<Web>,
    desked: Desked,
    Path(id): Path<VideoId>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    Ok(streamed(web.desk().video(&desked.scope, id).await?, &headers))
}

async fn recording(
    State(web): State<Web>,
    desked: Desked,
    Path(id): Path<TipId>,
) -> Result<Response, Problem> {
    let recording = web.desk().recording(&desked.scope, id).await?;
    Ok(([(header::CONTENT_TYPE, recording.media_type)], recording.sound).into_response())
}
