//! The territory: which regions there are, and bringing in others, looked at on the map before they are stored.

use std::io::Cursor;

use askama::Template;
use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::response::Response;
use axum::routing::get;

use super::Tried;
use crate::desk::Permission;
use crate::desk::territory::RegionFile;
use crate::domain::problem::ProblemCode;
use crate::domain::region::RegionKind;
use crate::domain::region::geojson::{KindSource, PropertyNames};
use crate::web::Web;
use crate::web::extract::upload::{FORM_BYTES, Upload};
use crate::web::problem::Problem;
use crate::web::screens::form::Form;
use crate::web::screens::frame::{Frame, answer};
use crate::web::screens::signed::Desked;
use crate::web::screens::visit::Visit;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new().route(
        "/console/administration/regions",
        get(list).post(import).layer(DefaultBodyLimit::max(FORM_BYTES)),
    )
}

struct Row {
    name: String,
    kind: &'static str,
    code: String,
    inhabitants: Option<u32>,
    participants: u64,
}

#[derive(Template)]
#[template(path = "console/administration/regions.html")]
struct Regions {
    frame: Frame,
    rows: Vec<Row>,
    kinds: Vec<(&'static str, &'static str)>,
    /// How many were added and replaced.
    stored: Option<(u64, u64)>,
    tried: Tried,
}

async fn list(State(web): State<Web>, visit: Visit, desked: Desked) -> Result<Response, Problem> {
    desked.scope.require(Permission::ChangeRegions)?;
    show(&web, &visit, &desked, Tried::fresh(), None).await
}

async fn show(
    web: &Web,
    visit: &Visit,
    desked: &Desked,
    tried: Tried,
    stored: Option<(u64, u64)>,
) -> Result<Response, Problem> {
    let entries = web.desk().list_regions(&desked.scope)?;
    let named = entries
        .into_iter()
        .filter(|entry| super::super::compose::regions::is_named(entry.kind));
    let rows = named.map(|entry| Row {
        kind: entry.kind.word(visit.t.0),
        name: entry.name,
        code: entry.code,
        inhabitants: entry.inhabitants,
        participants: entry.participants,
    });
    let (frame, status) = (
        desked.frame(web, visit, visit.t.say("regions-title")).await?,
        tried.status,
    );
    let page = Regions {
        frame: frame.with_map(),
        rows: rows.collect(),
        kinds: RegionKind::ALL
            .map(|kind| (kind.name(), kind.word(visit.t.0)))
            .to_vec(),
        stored,
        tried,
    };
    Ok(answer(visit, status, &page))
}

async fn import(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    mut form: Upload,
) -> Result<Response, Problem> {
    let imported = async {
        let file = form.photos.pop().filter(|_| form.photos.is_empty());
        let file = file.ok_or_else(|| Problem::missing("file"))?;
        let field = |name: &str| {
            form.fields
                .get(name)
                .map(|text| text.trim().to_owned())
                .filter(|text| !text.is_empty())
        };
        let kind = field("kind").and_then(|kind| RegionKind::from_name(&kind));
        let into = RegionFile {
            names: PropertyNames {
                code: field("code_property"),
                name: field("name_property").unwrap_or_else(|| "name".to_owned()),
                inhabitants: None,
                parent: field("parent_property"),
            },
            kind: KindSource::All(
                kind.ok_or_else(|| Problem::invalid_field("kind", ProblemCode::KindMissing))?,
            ),
            default_parent: Some(desked.scope.region),
        };
        Ok::<_, Problem>(
            web.desk()
                .import_region_file(&desked.scope, Cursor::new(file), into)
                .await?,
        )
    };
    match imported.await {
        Ok(stored) => {
            show(
                &web,
                &visit,
                &desked,
                Tried::fresh(),
                Some((stored.added, stored.replaced)),
            )
            .await
        }
        Err(problem) => {
            let fields = form.fields.into_iter().collect();
            let tried = Tried::refused(problem, Form::of(fields), visit.t.0)?;
            show(&web, &visit, &desked, tried, None).await
        }
    }
}
