//! The territory: its tree, a region's borders, and new regions from `GeoJSON`.

use std::io::Cursor;

use axum::Json;
use axum::extract::{DefaultBodyLimit, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::desk::moving::regions::RegionsImported;
use crate::desk::territory::{RegionEntry, RegionFile};
use crate::domain::area::Polygons;
use crate::domain::id::RegionId;
use crate::domain::problem::ProblemCode;
use crate::domain::region::RegionKind;
use crate::domain::region::geojson::{KindSource, PropertyNames};
use crate::web::Web;
use crate::web::auth::Staff;
use crate::web::extract::{GeoJson, Path, Query};
use crate::web::problem::Problem;
use crate::web::repeat::{Fingerprint, Repeat};

/// The most bytes of a file of regions; a larger one goes by the command line.
pub const FILE_BYTES: usize = 64 * 1024 * 1024;

/// The routes.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list, import))
        .layer(DefaultBodyLimit::max(FILE_BYTES))
        .routes(routes!(one))
}

/// A region without its borders.
#[derive(Serialize, ToSchema)]
#[schema(as = Region)]
pub struct RegionBody {
    /// Its id.
    id: RegionId,
    /// The wider region that it belongs to; null at the top of what one sees.
    parent: Option<RegionId>,
    /// What it is.
    kind: RegionKind,
    /// Its official code, or its name where it has none; unique within its kind.
    #[schema(example = "GM0344")]
    code: String,
    /// What people call it.
    #[schema(example = "Utrecht")]
    name: String,
    /// How many people live there.
    inhabitants: Option<u32>,
    /// How many participants have a place there; zero for kinds narrower than a municipality.
    participants: u64,
}

impl From<RegionEntry> for RegionBody {
    fn from(region: RegionEntry) -> Self {
        Self {
            id: region.id,
            parent: region.parent,
            kind: region.kind,
            code: region.code,
            name: region.name,
            inhabitants: region.inhabitants,
            participants: region.participants,
        }
    }
}

/// A region with its borders: a `GeoJSON` feature (RFC 7946).
#[derive(Serialize, ToSchema)]
#[schema(as = RegionFeature)]
pub struct RegionFeatureBody {
    /// Always `Feature`.
    #[serde(rename = "type")]
    #[schema(example = "Feature")]
    kind: &'static str,
    /// Everything but the borders.
    properties: RegionBody,
    /// The borders: a polygon or several.
    #[schema(value_type = Object)]
    geometry: Polygons,
}

/// What an import did.
#[derive(Serialize, ToSchema)]
#[schema(as = RegionsImported)]
pub struct ImportedBody {
    /// Regions that were not there.
    added: u64,
    /// Regions of the same kind and code that were replaced.
    replaced: u64,
}

impl From<RegionsImported> for ImportedBody {
    fn from(imported: RegionsImported) -> Self {
        Self {
            added: imported.added,
            replaced: imported.replaced,
        }
    }
}

/// How a file is read.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ImportQuery {
    /// What kind all of its regions are; otherwise give `kind_property`.
    kind: Option<RegionKind>,
    /// The property that names the kind.
    kind_property: Option<String>,
    /// The property that holds the name; `name` when left out.
    name_property: Option<String>,
    /// The property that holds the code; the name serves when left out.
    code_property: Option<String>,
    /// The property that holds the number of inhabitants.
    inhabitants_property: Option<String>,
    /// The property that holds the code of the region that it belongs to.
    parent_property: Option<String>,
    /// Where regions without a parent come under.
    default_parent: Option<RegionId>,
}

impl ImportQuery {
    fn into_file(self) -> Result<RegionFile, Problem> {
        let kind = match (self.kind, self.kind_property) {
            (Some(kind), None) => KindSource::All(kind),
            (None, Some(property)) => KindSource::Property(property),
            _ => {
                return Err(Problem::invalid_field("kind", ProblemCode::KindMissing));
            }
        };
        Ok(RegionFile {
            names: PropertyNames {
                code: self.code_property,
                name: self.name_property.unwrap_or_else(|| "name".to_owned()),
                inhabitants: self.inhabitants_property,
                parent: self.parent_property,
            },
            kind,
            default_parent: self.default_parent,
        })
    }
}

/// The region that one works for and everything in it, each after the one that it belongs to.
#[utoipa::path(get, path = "/regions", tag = "regions", security(("account" = [])),
    responses((status = 200, description = "The regions.", body = [RegionBody])))]
async fn list(State(web): State<Web>, Staff(scope): Staff) -> Result<Json<Vec<RegionBody>>, Problem> {
    let regions = web.desk().list_regions(&scope)?;
    Ok(Json(regions.into_iter().map(RegionBody::from).collect()))
}

/// A region with its borders.
#[utoipa::path(get, path = "/regions/{id}", tag = "regions", security(("account" = [])),
    params(("id" = RegionId, Path)),
    responses((status = 200, description = "The region.", body = RegionFeatureBody,
        content_type = "application/geo+json")))]
async fn one(
    State(web): State<Web>,
    Staff(scope): Staff,
    Path(id): Path<RegionId>,
) -> Result<GeoJson<RegionFeatureBody>, Problem> {
    let (entry, region) = web.desk().region(&scope, id)?;
    Ok(GeoJson(RegionFeatureBody {
        kind: "Feature",
        properties: entry.into(),
        geometry: region.shape,
    }))
}

/// Stores the regions of a `GeoJSON` file: all, or none when anything is wrong. One of the same kind and code as
/// another takes its place and keeps its id.
#[utoipa::path(post, path = "/regions", tag = "regions", security(("account" = [])), params(ImportQuery),
    request_body(content = Object, content_type = "application/geo+json",
        description = "A feature collection of polygons, at most 64 MB."),
    responses((status = 200, description = "Stored.", body = ImportedBody)))]
async fn import(
    State(web): State<Web>,
    staff: Staff,
    Query(query): Query<ImportQuery>,
    repeat: Repeat,
    GeoJson(file): GeoJson<Bytes>,
) -> Result<Response, Problem> {
    let (actor, desk, into) = (staff.actor(), web.desk().clone(), query.into_file()?);
    let fingerprint = Fingerprint::of(&file);
    let work = async move {
        let imported = desk.import_region_file(&staff.0, Cursor::new(file), into).await?;
        Ok(Json(ImportedBody::from(imported)).into_response())
    };
    repeat.answer(&web, &actor, fingerprint, work).await
}
