//! The map of an action: where it was aimed, wave by wave, where the tips are from, and what was searched.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};

use crate::desk::Permission;
use crate::desk::tips::TipQuery;
use crate::domain::area::Area;
use crate::domain::id::ActionId;
use crate::domain::wave::WaveKind;
use crate::web::Web;
use crate::web::extract::{GeoJson, Path};
use crate::web::problem::Problem;
use crate::web::screens::signed::Desked;
use crate::web::screens::visit::Visit;

/// The most tips on the map, the newest.
const TIPS: u32 = 200;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new().route("/console/actions/{id}/map", get(map))
}

async fn map(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    Path(id): Path<ActionId>,
) -> Result<Response, Problem> {
    let (desk, scope, t) = (web.desk(), &desked.scope, visit.t);
    let view = desk.action(scope, id).await?;
    let mut features: Vec<Value> = Vec::new();
    for wave in &view.waves {
        let (kind, label) = match wave.wave.kind {
            WaveKind::First => ("area", String::new()),
            WaveKind::Expansion => {
                let label = t
                    .say("running-wave")
                    .with("ordinal", u64::from(wave.wave.ordinal));
                ("wave", label.to_string())
            }
            _ => continue,
        };
        let area = wave.wave.area.as_deref().map(serde_json::from_str::<Area>);
        let Some(Ok(area)) = area else { continue };
        let outline = desk.outline_of(scope, &area).await?;
        features.push(feature(
            kind,
            &label,
            &json!({ "type": "MultiPolygon", "coordinates": outline }),
        ));
    }
    if let Some(point) = view.action.content.origin {
        features.push(feature(
            "place",
            &t.say("map-origin").to_string(),
            &json!({ "type": "Point", "coordinates": point }),
        ));
    }
    if scope.require(Permission::SeeTips).is_ok() {
        let searched = desk.searched_area(scope, id).await?;
        if searched.drawn > 0 {
            features.push(feature("searched", "", &searched.covered.outline));
        }
        let query = TipQuery {
            limit: TIPS,
            ..TipQuery::default()
        };
        for tip in desk.list_tips(scope, id, &query).await?.tips {
            let Some(point) = tip.content.location else {
                continue;
            };
            let mut drawn = feature(
                "tip",
                &t.moment(&tip.received_at, &visit.now),
                &json!({ "type": "Point", "coordinates": point }),
            );
            drawn["id"] = json!(format!("tip-{}", tip.id));
            features.push(drawn);
        }
    }
    Ok(GeoJson(json!({ "type": "FeatureCollection", "features": features })).into_response())
}

fn feature(kind: &str, label: &str, geometry: &Value) -> Value {
    json!({ "type": "Feature", "properties": { "kind": kind, "label": label }, "geometry": geometry })
}
