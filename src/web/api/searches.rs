//! "Looked here, found nothing": by the link in a message, and what was searched for whoever handles tips.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::alerts::ANYONE;
use crate::desk::DeskError;
use crate::desk::tips::SearchedArea;
use crate::domain::clock::Timestamp;
use crate::domain::id::{ActionId, SearchId};
use crate::domain::point::Point;
use crate::domain::search::Search;
use crate::web::Web;
use crate::web::address::CallerAddress;
use crate::web::auth::Staff;
use crate::web::extract::{Call, GeoJson, Path};
use crate::web::problem::Problem;
use crate::web::rate::Limited;
use crate::web::repeat::Repeat;

/// The routes.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(report))
        .routes(routes!(searched))
}

/// Where somebody looked and found nothing: a place with a radius, words, or both.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Search, example = json!({ "location": [5.1214, 52.0907], "radius_m": 100, "what": "Het park" }))]
pub struct SearchBody {
    /// The middle of what was searched.
    #[serde(default)]
    location: Option<Point>,
    /// How far around it, 10 to 2,000 metres.
    #[serde(default)]
    radius_m: Option<u32>,
    /// What was searched, at most 500 characters.
    #[serde(default)]
    what: Option<String>,
}

/// A report that came in.
#[derive(Serialize, ToSchema)]
pub struct Reported {
    /// Its id.
    id: SearchId,
}

/// What was searched, as a feature of `GeoJSON`.
#[derive(Serialize, ToSchema)]
#[schema(as = SearchedArea)]
pub struct SearchedBody {
    /// `Feature`.
    r#type: &'static str,
    /// The union of all that was searched: a `MultiPolygon`.
    #[schema(value_type = Object)]
    geometry: Value,
    /// The figures beside it.
    properties: SearchedFigures,
}

/// The figures beside what was searched.
#[derive(Serialize, ToSchema)]
pub struct SearchedFigures {
    /// How many reports there are.
    reports: u64,
    /// How many of them are in the union: those with a place, of the newest 2,000.
    drawn: usize,
    /// The surface that was searched, in square kilometres.
    km2: f64,
    /// The part of the action's area that was searched, 0 to 1.
    share: f64,
    /// What was searched in words, the newest first, at most 200.
    told: Vec<ToldBody>,
}

/// A report in words.
#[derive(Serialize, ToSchema)]
pub struct ToldBody {
    /// When it came in.
    at: Timestamp,
    /// What was searched.
    what: String,
    /// The middle of what was searched.
    location: Option<Point>,
    /// How far around it, in metres.
    radius_m: Option<u32>,
}

impl From<SearchedArea> for SearchedBody {
    fn from(area: SearchedArea) -> Self {
        let told = area.told.into_iter().filter_map(|stored| {
            let circle = stored.search.circle;
            Some(ToldBody {
                at: stored.searched_at,
                what: stored.search.what?,
                location: circle.map(|circle| circle.point),
                radius_m: circle.map(|circle| circle.radius_m),
            })
        });
        Self {
            r#type: "Feature",
            geometry: area.covered.outline,
            properties: SearchedFigures {
                reports: area.reports,
                drawn: area.drawn,
                km2: area.covered.km2,
                share: area.covered.share,
                told: told.collect(),
            },
        }
    }
}

/// Says where one looked and found nothing, by the reference in the link of a message.
#[utoipa::path(post, path = "/alerts/{reference}/searches", tag = "alerts",
    params(("reference" = String, Path, description = "The reference in the link.")), request_body = SearchBody,
    responses((status = 201, description = "It came in.", body = Reported)))]
async fn report(
    State(web): State<Web>,
    Path(reference): Path<String>,
    address: CallerAddress,
    repeat: Repeat,
    call: Call<SearchBody>,
) -> Result<Response, Problem> {
    web.rates().take(Limited::TipByAddress, address)?;
    let SearchBody {
        location,
        radius_m,
        what,
    } = call.input;
    let search = Search::check(location, radius_m, what.as_deref()).map_err(DeskError::from)?;
    let desk = web.desk().clone();
    let work = async move {
        let id = desk.report_search(&reference, search).await?;
        Ok((StatusCode::CREATED, Json(Reported { id })).into_response())
    };
    repeat.answer(&web, ANYONE, call.fingerprint, work).await
}

/// What was searched for an action without a find, and how much of its area.
#[utoipa::path(get, path = "/actions/{id}/searched", tag = "tips", security(("account" = [])),
    params(("id" = ActionId, Path)),
    responses((status = 200, description = "The searched area.", body = SearchedBody,
        content_type = "application/geo+json")))]
async fn searched(
    State(web): State<Web>,
    Staff(scope): Staff,
    Path(id): Path<ActionId>,
) -> Result<GeoJson<SearchedBody>, Problem> {
    Ok(GeoJson(web.desk().searched_area(&scope, id).await?.into()))
}
