//! What everyone may read, without a credential.

use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::options;
use http::{HeaderMap, Method, StatusCode, header};
use tower_http::cors::{Any, CorsLayer};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::web::Web;
use crate::web::address::CallerAddress;
use crate::web::extract::Path;
use crate::web::feeds::{FeedBody, answer};
use crate::web::problem::{Problem, ProblemKind};
use crate::web::rate::Limited;

/// For how long a browser need not ask again whether it may ask.
const PREFLIGHT_HOLDS: Duration = Duration::from_hours(1);

/// The routes.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(actions))
        .routes(routes!(features))
        .routes(routes!(feed))
        .routes(routes!(alert))
        .layer(readable_anywhere())
}

/// What a browser asks before a page of others may ask with a tag; the layer answers it.
pub fn preflights() -> Router<Web> {
    let paths = [
        "/public/actions",
        "/public/actions.geojson",
        "/public/alerts.atom",
        "/public/alerts/{identifier}",
    ];
    let asked = |router: Router<Web>, path| router.route(path, options(async || StatusCode::NO_CONTENT));
    paths
        .into_iter()
        .fold(Router::new(), asked)
        .layer(readable_anywhere())
}

/// Pages of others may read it, and ask with `If-None-Match` (the Fetch standard's CORS protocol): there is nothing in
/// it that depends on who asks.
fn readable_anywhere() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET])
        .allow_headers([header::IF_NONE_MATCH])
        .expose_headers([header::ETAG])
        .max_age(PREFLIGHT_HOLDS)
        .vary([])
}

/// The public actions that run, the latest first, each with the text that counts now. Answered with an entity tag:
/// ask again with `If-None-Match`.
#[utoipa::path(get, path = "/public/actions", tag = "public",
    responses((status = 200, description = "The actions.", body = FeedBody), (status = 304, description = "Unchanged.")))]
async fn actions(
    State(web): State<Web>,
    address: CallerAddress,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    web.rates().take(Limited::FeedByAddress, address)?;
    Ok(answer(&web, &headers, web.published().await?.json()))
}

/// The same as a feature collection of `GeoJSON` (RFC 7946), for maps.
#[utoipa::path(get, path = "/public/actions.geojson", tag = "public",
    responses((status = 200, description = "The actions.", body = Object, content_type = "application/geo+json"),
        (status = 304, description = "Unchanged.")))]
async fn features(
    State(web): State<Web>,
    address: CallerAddress,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    web.rates().take(Limited::FeedByAddress, address)?;
    Ok(answer(&web, &headers, web.published().await?.geojson()))
}

/// The same as alerts of the Common Alerting Protocol (CAP 1.2): an Atom feed (RFC 4287) with the message that counts
/// of every action, and for a day those that say that one ended. Not found where no sender is configured.
#[utoipa::path(get, path = "/public/alerts.atom", tag = "public",
    responses((status = 200, description = "The feed.", body = String, content_type = "application/atom+xml"),
        (status = 304, description = "Unchanged.")))]
async fn feed(
    State(web): State<Web>,
    address: CallerAddress,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    web.rates().take(Limited::FeedByAddress, address)?;
    let published = web.published().await?;
    let feed = published.atom().ok_or(ProblemKind::NotFound)?;
    Ok(answer(&web, &headers, feed))
}

/// A message of the feed, while it counts.
#[utoipa::path(get, path = "/public/alerts/{identifier}", tag = "public",
    params(("identifier" = String, Path, example = "2026-00123.1")),
    responses((status = 200, description = "The message.", body = String, content_type = "application/cap+xml"),
        (status = 304, description = "Unchanged.")))]
async fn alert(
    State(web): State<Web>,
    address: CallerAddress,
    Path(identifier): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    web.rates().take(Limited::FeedByAddress, address)?;
    let published = web.published().await?;
    let alert = published.alert(&identifier).ok_or(ProblemKind::NotFound)?;
    Ok(answer(&web, &headers, alert))
}
