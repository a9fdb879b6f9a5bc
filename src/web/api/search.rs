//! The area of a moving search, proposed as `GeoJSON`.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::desk::actions::{ProposedSearch, Search, SearchStep};
use crate::domain::action::ActionKind;
use crate::domain::area::{Area, Coordinates};
use crate::domain::clock::Timestamp;
use crate::domain::id::ActionId;
use crate::domain::point::Point;
use crate::domain::travel::Means;
use crate::web::Web;
use crate::web::auth::Staff;
use crate::web::extract::{Body, GeoJson};
use crate::web::problem::Problem;

/// The routes.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new().routes(routes!(propose))
}

/// Whom is searched; what is left out is what the action says.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Search, example = json!({
    "kind": "missing_person", "from": [5.1101, 52.0894], "seen_at": "2026-03-01T13:40:00Z", "means": "on_foot"
}))]
pub struct SearchBody {
    /// The action that it would expand: who was called on for it is not newly reached.
    #[serde(default)]
    action: Option<ActionId>,
    /// What it is about, where there is no action yet.
    #[serde(default)]
    kind: Option<ActionKind>,
    /// Where somebody was last seen.
    #[serde(default)]
    from: Option<Point>,
    /// When, at most 72 hours ago.
    #[serde(default)]
    seen_at: Option<Timestamp>,
    /// By what they go.
    means: Means,
    /// For which moment; now when left out.
    #[serde(default)]
    at: Option<Timestamp>,
}

/// How large a search is at a moment.
#[derive(Serialize, ToSchema)]
#[schema(as = SearchStep)]
pub struct StepBody {
    /// The moment.
    at: Timestamp,
    /// The radius in metres.
    radius_m: u32,
    /// The surface within one's territory, in square kilometres.
    km2: f64,
    /// How many would be reached.
    total: u64,
    /// Of these, who was not called on for the action before.
    newly_reached: u64,
    /// Whether they may have got further than the kind lets a search grow.
    bounded_by_kind: bool,
    /// Whether it ends at the border of one's territory.
    bounded_by_territory: bool,
}

impl From<SearchStep> for StepBody {
    fn from(step: SearchStep) -> Self {
        Self {
            at: step.at,
            radius_m: step.radius_m,
            km2: step.km2,
            total: step.total,
            newly_reached: step.newly_reached,
            bounded_by_kind: step.bounded_by_kind,
            bounded_by_territory: step.bounded_by_territory,
        }
    }
}

/// The area of a search: a `GeoJSON` feature (RFC 7946).
#[derive(Serialize, ToSchema)]
#[schema(as = ProposedSearch)]
pub struct ProposedBody {
    /// Always `Feature`.
    #[serde(rename = "type")]
    #[schema(example = "Feature")]
    kind: &'static str,
    /// Its outline, to be drawn.
    #[schema(value_type = Object)]
    geometry: Outline,
    /// How large it is, how it grows, and the area to be sent.
    properties: PropertiesBody,
}

/// A `MultiPolygon` (RFC 7946, section 3.1.7).
#[derive(Serialize)]
struct Outline {
    #[serde(rename = "type")]
    kind: &'static str,
    coordinates: Coordinates,
}

/// What is known of a proposed area.
#[derive(Serialize, ToSchema)]
#[schema(as = SearchProperties)]
pub struct PropertiesBody {
    /// How large it is.
    #[serde(flatten)]
    now: StepBody,
    /// How it will have grown if nobody is found.
    growth: Vec<StepBody>,
    /// The area, as a draft or an expansion takes it.
    area: Area,
}

impl From<ProposedSearch> for ProposedBody {
    fn from(proposed: ProposedSearch) -> Self {
        Self {
            kind: "Feature",
            geometry: Outline {
                kind: "MultiPolygon",
                coordinates: proposed.outline,
            },
            properties: PropertiesBody {
                now: proposed.now.into(),
                growth: proposed.growth.into_iter().map(StepBody::from).collect(),
                area: proposed.area,
            },
        }
    }
}

/// Proposes where to look for somebody: around the place where they were last seen, as far as they may have got, within
/// one's territory. Nothing is stored or sent; send `properties.area` as a draft's area or as an expansion.
#[utoipa::path(post, path = "/search-areas", tag = "actions", security(("account" = [])), request_body = SearchBody,
    responses((status = 200, description = "The area, with its growth.", body = ProposedBody,
        content_type = "application/geo+json")))]
async fn propose(
    State(web): State<Web>,
    Staff(scope): Staff,
    Body(body): Body<SearchBody>,
) -> Result<GeoJson<ProposedBody>, Problem> {
    let search = Search {
        action: body.action,
        kind: body.kind,
        from: body.from,
        seen_at: body.seen_at,
        means: body.means,
        at: body.at,
    };
    Ok(GeoJson(web.desk().propose_search(&scope, &search).await?.into()))
}
