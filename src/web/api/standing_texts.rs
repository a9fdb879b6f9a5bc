//! The texts that stand ready for each kind: corrections, and how messages are worded.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::desk::actions::StandingText;
use crate::domain::action::{ActionKind, StandingPurpose, Texts};
use crate::domain::clock::Timestamp;
use crate::domain::id::{AccountId, RegionId};
use crate::web::Web;
use crate::web::auth::Staff;
use crate::web::extract::{Body, Path, Query};
use crate::web::problem::Problem;

/// The routes.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list_corrections))
        .routes(routes!(write_correction))
        .routes(routes!(list_wordings))
        .routes(routes!(write_wording))
}

/// The text that stands ready for a kind.
#[derive(Serialize, ToSchema)]
#[schema(as = StandingText)]
pub struct StandingTextBody {
    /// The kind.
    kind: ActionKind,
    /// What it says.
    texts: Texts,
    /// The region that wrote it; null for the network's own.
    of: Option<RegionId>,
    /// Who wrote it; null for the network's own.
    changed_by: Option<AccountId>,
    /// When.
    changed_at: Option<Timestamp>,
}

impl From<StandingText> for StandingTextBody {
    fn from(ready: StandingText) -> Self {
        Self {
            kind: ready.kind,
            texts: ready.texts,
            of: ready.of,
            changed_by: ready.changed.map(|deed| deed.by),
            changed_at: ready.changed.map(|deed| deed.at),
        }
    }
}

/// Where.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StandingTextQuery {
    /// The region; one's own when left out.
    region: Option<RegionId>,
}

/// A region's own text.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnTextBody {
    /// The region; one's own when left out.
    #[serde(default)]
    region: Option<RegionId>,
    /// The texts; null takes the region's own away, so that the wider region's holds again.
    texts: Option<Texts>,
}

/// The correction that stands ready for every kind.
#[utoipa::path(get, path = "/corrections", tag = "actions", security(("account" = [])), params(StandingTextQuery),
    responses((status = 200, description = "One a kind.", body = [StandingTextBody])))]
async fn list_corrections(state: State<Web>, staff: Staff, query: Query<StandingTextQuery>) -> Listed {
    list(StandingPurpose::Correction, state, staff, query).await
}

/// Writes a region's own correction for a kind.
#[utoipa::path(put, path = "/corrections/{kind}", tag = "actions", security(("account" = [])),
    params(("kind" = ActionKind, Path)), request_body = OwnTextBody,
    responses((status = 200, description = "What stands ready now.", body = StandingTextBody)))]
async fn write_correction(
    state: State<Web>,
    staff: Staff,
    kind: Path<ActionKind>,
    body: Body<OwnTextBody>,
) -> Written {
    write(StandingPurpose::Correction, state, staff, kind, body).await
}

/// How the messages of every kind are worded: `[titel]` and `[signalement]` in Dutch, `[title]` and `[description]` in
/// English are where the composed title and description come.
#[utoipa::path(get, path = "/wordings", tag = "actions", security(("account" = [])), params(StandingTextQuery),
    responses((status = 200, description = "One a kind.", body = [StandingTextBody])))]
async fn list_wordings(state: State<Web>, staff: Staff, query: Query<StandingTextQuery>) -> Listed {
    list(StandingPurpose::Message, state, staff, query).await
}

/// Writes how a region words the messages of a kind. Drafts that are there keep their texts.
#[utoipa::path(put, path = "/wordings/{kind}", tag = "actions", security(("account" = [])),
    params(("kind" = ActionKind, Path)), request_body = OwnTextBody,
    responses((status = 200, description = "What stands ready now.", body = StandingTextBody)))]
async fn write_wording(
    state: State<Web>,
    staff: Staff,
    kind: Path<ActionKind>,
    body: Body<OwnTextBody>,
) -> Written {
    write(StandingPurpose::Message, state, staff, kind, body).await
}

type Listed = Result<Json<Vec<StandingTextBody>>, Problem>;
type Written = Result<Json<StandingTextBody>, Problem>;

async fn list(
    purpose: StandingPurpose,
    State(web): State<Web>,
    Staff(scope): Staff,
    Query(query): Query<StandingTextQuery>,
) -> Listed {
    let ready = web.desk().list_standing_texts(&scope, purpose, query.region);
    Ok(Json(
        ready.await?.into_iter().map(StandingTextBody::from).collect(),
    ))
}

async fn write(
    purpose: StandingPurpose,
    State(web): State<Web>,
    Staff(scope): Staff,
    Path(kind): Path<ActionKind>,
    Body(body): Body<OwnTextBody>,
) -> Written {
    let desk = web.desk();
    let ready = desk.set_standing_text(&scope, body.region, (purpose, kind), body.texts);
    Ok(Json(ready.await?.into()))
}
