//! What was found in the archive, as a file: CSV for a spreadsheet, GeoJSON (RFC 7946) for a map.

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderValue, header};
use serde_json::{Value, json};

use super::super::overview::{region, title};
use super::{MAX_PAGE, moment_of, read};
use crate::desk::actions::ActionView;
use crate::domain::outcome::OutcomeKind;
use crate::web::Web;
use crate::web::problem::Problem;
use crate::web::screens::form::Form;
use crate::web::screens::signed::Desked;
use crate::web::screens::visit::Visit;

/// The most actions of a file.
const MOST: usize = 2_000;
/// The columns of a table, with names as the API has them.
const COLUMNS: [&str; 12] = [
    "number",
    "title",
    "kind",
    "region",
    "state",
    "outcome",
    "at",
    "audience",
    "reached",
    "delivered",
    "failed",
    "tips",
];

/// The routes.
pub fn router() -> Router<Web> {
    Router::new()
        .route("/console/archive/actions.csv", get(table))
        .route("/console/archive/actions.geojson", get(map))
}

async fn found(web: &Web, desked: &Desked, query: Option<String>) -> Result<Vec<ActionView>, Problem> {
    let asked = Form::read(query.unwrap_or_default().as_bytes());
    let mut wanted = read(&asked, MAX_PAGE)?;
    let mut views = Vec::new();
    loop {
        let page = web.desk().list_actions(&desked.scope, &wanted).await?;
        for action in page.actions {
            views.push(web.desk().action(&desked.scope, action.id).await?);
        }
        wanted.after = page.next;
        if wanted.after.is_none() || views.len() >= MOST {
            views.truncate(MOST);
            return Ok(views);
        }
    }
}

/// A text that a spreadsheet does not take for a formula.
fn no_formula(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text
    }
}

fn tips(view: &ActionView) -> u64 {
    view.tips.iter().map(|(_, count)| count).sum()
}

fn audience(view: &ActionView) -> u64 {
    view.waves.first().map_or(0, |wave| wave.wave.audience_count)
}

async fn table(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let mut rows = csv::Writer::from_writer(Vec::new());
    let written = "a table is written to memory";
    rows.write_record(COLUMNS).expect(written);
    for view in found(&web, &desked, query).await? {
        let (action, sum) = (&view.action, view.accounting());
        let outcome = action.state.outcome_kind().map_or("", OutcomeKind::name);
        let row = [
            action.number.to_string(),
            no_formula(title(&visit, action)),
            action.content.kind.name().to_owned(),
            no_formula(region(&web, action)),
            action.state.phase().name().to_owned(),
            outcome.to_owned(),
            moment_of(action).to_string(),
            audience(&view).to_string(),
            sum.reached().to_string(),
            sum.delivered.to_string(),
            sum.failed.to_string(),
            tips(&view).to_string(),
        ];
        rows.write_record(row).expect(written);
    }
    let bytes = rows.into_inner().expect(written);
    Ok(file(
        "text/csv; charset=utf-8",
        "attachment; filename=\"oproep-actions.csv\"",
        bytes,
    ))
}

async fn map(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let mut features: Vec<Value> = Vec::new();
    for view in found(&web, &desked, query).await? {
        let action = &view.action;
        let geometry = match &action.content.area {
            Some(area) => {
                let outline = web.desk().outline_of(&desked.scope, area).await?;
                json!({ "type": "MultiPolygon", "coordinates": outline })
            }
            None => Value::Null,
        };
        features.push(json!({
            "type": "Feature",
            "id": action.id,
            "geometry": geometry,
            "properties": {
                "number": action.number.to_string(),
                "title": title(&visit, action),
                "kind": action.content.kind,
                "region": region(&web, action),
                "state": action.state.phase().name(),
                "outcome": action.state.outcome_kind().map(OutcomeKind::name),
                "at": moment_of(action),
                "audience": audience(&view),
                "reached": view.accounting().reached(),
                "tips": tips(&view),
            },
        }));
    }
    let collection = json!({ "type": "FeatureCollection", "features": features });
    Ok(file(
        "application/geo+json",
        "attachment; filename=\"oproep-actions.geojson\"",
        collection.to_string().into_bytes(),
    ))
}

fn file(media_type: &'static str, disposition: &'static str, bytes: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static(disposition)),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, no-store"),
        ),
    ];
    (headers, bytes).into_response()
}

#[cfg(test)]
mod tests {
    use super::no_formula;

    #[test]
    fn a_title_never_reckons_in_a_spreadsheet() {
        assert_eq!(no_formula("=HYPERLINK(1)".to_owned()), "'=HYPERLINK(1)");
        assert_eq!(no_formula("Vermist: Jan".to_owned()), "Vermist: Jan");
    }
}
