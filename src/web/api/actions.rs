//! Actions: found, prepared and read.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::page::Page;
use crate::desk::actions::ActionQuery;
use crate::domain::action::{ActionKind, Description, DraftInput, Phase, Texts};
use crate::domain::area::{Area, UncheckedArea};
use crate::domain::channel::ChannelSet;
use crate::domain::clock::Timestamp;
use crate::domain::id::{ActionId, RegionId};
use crate::domain::outcome::OutcomeKind;
use crate::domain::point::Point;
use crate::domain::problem::{FieldProblem, ProblemCode};
use crate::domain::said::Said;
use crate::storage::actions::listing::{ActionFilter, ActionOrder};
use crate::web::Web;
use crate::web::auth::Staff;
use crate::web::conditions::Conditions;
use crate::web::extract::area::checked;
use crate::web::extract::{Body, Call, Path, Query};
use crate::web::problem::Problem;
use crate::web::repeat::Repeat;
use view::{ActionBody, ActionSummary};

mod compose;
mod review;
mod reviewed;
mod steps;
pub mod view;
mod waves;

pub use steps::StartedBody;

/// The routes.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(one, change))
        .merge(compose::routes())
        .merge(steps::routes())
        .merge(review::routes())
        .merge(waves::routes())
}

/// Which actions.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// In these states, separated by commas: `active,paused`. In any when left out.
    state: Option<String>,
    /// Of this kind.
    kind: Option<ActionKind>,
    /// Ended so.
    outcome: Option<OutcomeKind>,
    /// In this region or one inside it.
    region: Option<RegionId>,
    /// Made at or after this moment.
    from: Option<Timestamp>,
    /// Made before this moment.
    to: Option<Timestamp>,
    /// `true` for only those that wait for a second person: drafts, and running actions with an expansion or update.
    waiting_for_approval: Option<bool>,
    /// Words that stand in description or texts.
    q: Option<String>,
    /// `newest` (the default) or `oldest` first.
    #[param(inline)]
    sort: Option<Sort>,
    /// Where the page before ended: its `next`.
    after: Option<String>,
    /// How many, 1 to 200; 50 when left out.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// In which order.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// The newest first.
    Newest,
    /// The oldest first.
    Oldest,
}

impl ListQuery {
    fn read(self) -> Result<ActionQuery, Problem> {
        let states = self
            .state
            .as_deref()
            .unwrap_or_default()
            .split(',')
            .filter(|name| !name.is_empty());
        let phases: Option<Vec<Phase>> = states.map(Phase::parse).collect();
        let phases = phases.ok_or_else(|| {
            let names = Phase::ALL.map(Phase::name).join(", ");
            let said = Said::new(format!("Kies uit: {names}."), format!("Choose from: {names}."));
            Problem::from(FieldProblem::new("state", ProblemCode::StateUnknown).saying(said))
        })?;
        Ok(ActionQuery {
            filter: ActionFilter {
                phases,
                kind: self.kind,
                region: self.region,
                from: self.from,
                until: self.to,
                outcome: self.outcome,
                waiting_for_approval: self.waiting_for_approval.unwrap_or(false),
            },
            order: match self.sort {
                Some(Sort::Oldest) => ActionOrder::Oldest,
                Some(Sort::Newest) | None => ActionOrder::Newest,
            },
            search: self.q,
            after: self.after,
            limit: self.limit.unwrap_or(50),
        })
    }
}

/// A draft as it is typed; what is left out follows from the kind.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Draft, example = json!({
    "kind": "missing_person",
    "description": {
        "persons": [{ "sex": "male", "age": { "from": 84 }, "name": "Jan" }],
        "last_seen": { "place": "Stationsplein, Utrecht", "at": "2026-03-01T13:40:00Z" }
    },
    "area": { "type": "Circle", "coordinates": [5.1101, 52.0894], "radius_m": 3000 },
    "origin": [5.1101, 52.0894],
    "requested_at": "2026-03-01T13:55:00Z"
}))]
pub struct DraftBody {
    /// What it is about.
    kind: ActionKind,
    /// What to look out for.
    #[serde(default)]
    description: Description,
    /// The texts; composed from the description when left out.
    #[serde(default)]
    texts: Option<Texts>,
    /// Where it is aimed.
    #[serde(default)]
    #[schema(value_type = Option<Area>)]
    area: Option<UncheckedArea>,
    /// Where it happened: whoever is nearest is told first.
    #[serde(default)]
    origin: Option<Point>,
    /// The channels to use.
    #[serde(default)]
    channels: Option<ChannelSet>,
    /// How long it runs, in seconds.
    #[serde(default)]
    expires_after_s: Option<u64>,
    /// Whether everyone may read it, in the public feeds; by its kind when left out.
    #[serde(default)]
    is_public: Option<bool>,
    /// How long after a push a participant of whom nothing is heard is told by text message, in seconds: 30 to 3600.
    /// Nobody is without it. Needs the channels app and sms.
    #[serde(default)]
    #[schema(minimum = 30, maximum = 3600)]
    fallback_after_s: Option<u64>,
    /// When it happened.
    #[serde(default)]
    incident_at: Option<Timestamp>,
    /// When the control room was asked for an action.
    #[serde(default)]
    requested_at: Option<Timestamp>,
    /// Whether it is meant as an exercise. A live service refuses an exercise and a training service everything else,
    /// and both say where to go; what the service is for when left out.
    #[serde(default)]
    training: Option<bool>,
}

impl DraftBody {
    /// The draft; `under` is the path of what holds it, with a dot behind it.
    pub(super) fn read(self, under: &str) -> Result<DraftInput, Problem> {
        Ok(DraftInput {
            kind: self.kind,
            description: self.description,
            texts: self.texts,
            area: self.area.map(|area| checked(area, under)).transpose()?,
            origin: self.origin,
            channels: self.channels,
            expires_after_s: self.expires_after_s,
            is_public: self.is_public,
            fallback_after_s: self.fallback_after_s,
            incident_at: self.incident_at,
            requested_at: self.requested_at,
            training: self.training,
        })
    }
}

/// A draft in the stead of one that was seen.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftChange {
    /// The version of the action that the caller saw.
    version: u32,
    /// What it says from now on.
    draft: DraftBody,
}

/// A page of the actions in one's part of the territory.
#[utoipa::path(get, path = "/actions", tag = "actions", security(("account" = [])), params(ListQuery),
    responses((status = 200, description = "A page.", body = Page<ActionSummary>)))]
async fn list(
    State(web): State<Web>,
    Staff(scope): Staff,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<ActionSummary>>, Problem> {
    let page = web.desk().list_actions(&scope, &query.read()?).await?;
    let items = page.actions.iter().map(ActionSummary::from).collect();
    Ok(Json(Page {
        items,
        next: page.next,
    }))
}

/// Makes a draft. It may be incomplete; what is there must be right.
#[utoipa::path(post, path = "/actions", tag = "actions", security(("account" = [])), request_body = DraftBody,
    responses((status = 201, description = "Made.", body = ActionBody)))]
async fn create(
    State(web): State<Web>,
    staff: Staff,
    repeat: Repeat,
    call: Call<DraftBody>,
) -> Result<Response, Problem> {
    let (actor, desk, draft) = (staff.actor(), web.desk().clone(), call.input.read("")?);
    let work = async move {
        let action = desk.create_draft(&staff.0, draft).await?;
        Ok((StatusCode::CREATED, Json(ActionBody::alone(action))).into_response())
    };
    repeat.answer(&web, &actor, call.fingerprint, work).await
}

/// An action with its photos, waves and counts of tips.
#[utoipa::path(get, path = "/actions/{id}", tag = "actions", security(("account" = [])),
    params(("id" = ActionId, Path)),
    responses((status = 200, description = "The action.", body = ActionBody)))]
async fn one(
    State(web): State<Web>,
    Staff(scope): Staff,
    Path(id): Path<ActionId>,
    conditions: Conditions,
) -> Result<Response, Problem> {
    let view = web.desk().action(&scope, id).await?;
    let version = u64::from(view.action.version);
    Ok(conditions.answer(version, &ActionBody::from(view)))
}

/// Replaces what a draft says.
#[utoipa::path(put, path = "/actions/{id}", tag = "actions", security(("account" = [])),
    params(("id" = ActionId, Path)), request_body = DraftChange,
    responses((status = 200, description = "Changed.", body = ActionBody)))]
async fn change(
    State(web): State<Web>,
    Staff(scope): Staff,
    Path(id): Path<ActionId>,
    conditions: Conditions,
    Body(body): Body<DraftChange>,
) -> Result<Json<ActionBody>, Problem> {
    conditions.check(body.version.into())?;
    web.desk()
        .change_draft(&scope, id, body.version, body.draft.read("draft.")?)
        .await
        .map_err(|error| conditions.explain(error.into()))?;
    Ok(Json(web.desk().action(&scope, id).await?.into()))
}
