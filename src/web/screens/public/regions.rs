//! The borders of municipalities, which are no secret, under what a map shows.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderValue, header};
use serde_json::{Value, json};

use crate::domain::region::RegionKind;
use crate::web::Web;
use crate::web::address::CallerAddress;
use crate::web::extract::GeoJson;
use crate::web::problem::Problem;
use crate::web::rate::Limited;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new().route("/map/regions", get(regions))
}

async fn regions(State(web): State<Web>, address: CallerAddress) -> Result<Response, Problem> {
    web.rates().take(Limited::FeedByAddress, address)?;
    let territory = web.desk().directory().territory();
    let municipalities = territory
        .regions()
        .iter()
        .filter(|region| region.kind == RegionKind::Municipality);
    let features: Vec<Value> = municipalities
        .map(|region| {
            json!({
                "type": "Feature",
                "properties": { "kind": "region", "label": region.name },
                "geometry": region.shape,
            })
        })
        .collect();
    let collection = json!({ "type": "FeatureCollection", "features": features });
    let keep = HeaderValue::from_static("public, max-age=3600");
    Ok(([(header::CACHE_CONTROL, keep)], GeoJson(collection)).into_response())
}
