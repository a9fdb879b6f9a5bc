//! The regions of one's territory with their borders, for the map.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderValue, header};
use serde_json::{Value, json};

use crate::domain::region::RegionKind;
use crate::web::Web;
use crate::web::extract::GeoJson;
use crate::web::problem::Problem;
use crate::web::screens::signed::Desked;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new().route("/console/map/regions", get(regions))
}

/// Whether a region is one that people know by its name, and not too many of.
pub const fn is_named(kind: RegionKind) -> bool {
    !matches!(kind, RegionKind::PostcodeArea | RegionKind::Neighbourhood)
}

async fn regions(State(web): State<Web>, desked: Desked) -> Result<Response, Problem> {
    let entries = web.desk().list_regions(&desked.scope)?;
    let municipalities = entries
        .iter()
        .filter(|entry| entry.kind == RegionKind::Municipality);
    let mut features: Vec<Value> = Vec::new();
    for entry in municipalities {
        let (_, region) = web.desk().region(&desked.scope, entry.id)?;
        features.push(json!({
            "type": "Feature",
            "properties": { "kind": "region", "label": entry.name },
            "geometry": region.shape,
        }));
    }
    let collection = json!({ "type": "FeatureCollection", "features": features });
    let keep = HeaderValue::from_static("private, max-age=300");
    Ok(([(header::CACHE_CONTROL, keep)], GeoJson(collection)).into_response())
}
