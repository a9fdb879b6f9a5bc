//! Starts over a limit, and who saw them.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::page::Page;
use crate::domain::clock::Timestamp;
use crate::domain::id::{AccountId, ActionId, OverrideId, RegionId};
use crate::storage::overrides::Override;
use crate::web::Web;
use crate::web::auth::Staff;
use crate::web::extract::{Path, Query};
use crate::web::problem::Problem;
use crate::web::repeat::{Fingerprint, Repeat};

/// The routes.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(see))
}

/// Which part of the list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OverrideQuery {
    /// Where the page before ended: its `next`.
    after: Option<String>,
    /// How many, 1 to 200; 50 when left out.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// A start over a limit.
#[derive(Serialize, ToSchema)]
#[schema(as = Override)]
pub struct OverrideBody {
    /// Its id.
    id: OverrideId,
    /// The action that was started.
    action: ActionId,
    /// The region of the action.
    region: RegionId,
    /// Who started it.
    account: AccountId,
    /// Which limit: `limit_account_hour`, `limit_account_day`, `limit_territory_hour` or `limit_territory_day`.
    limit: String,
    /// Why, in their words.
    reason: String,
    /// When.
    happened_at: Timestamp,
    /// When the mails about it had left, or nobody had an address; null while they wait.
    told_at: Option<Timestamp>,
    /// Which second person said that they saw it.
    seen_by: Option<AccountId>,
    /// When.
    seen_at: Option<Timestamp>,
}

impl From<Override> for OverrideBody {
    fn from(one: Override) -> Self {
        Self {
            id: one.id,
            action: one.action,
            region: one.region,
            account: one.account,
            limit: one.limit,
            reason: one.reason,
            happened_at: one.happened_at,
            told_at: one.told_at,
            seen_by: one.seen.map(|(by, _)| by),
            seen_at: one.seen.map(|(_, at)| at),
        }
    }
}

/// A page of the starts over a limit in one's part of the territory, the latest first.
#[utoipa::path(get, path = "/overrides", tag = "approval", security(("account" = [])), params(OverrideQuery),
    responses((status = 200, description = "A page.", body = Page<OverrideBody>)))]
async fn list(
    State(web): State<Web>,
    Staff(scope): Staff,
    Query(query): Query<OverrideQuery>,
) -> Result<Json<Page<OverrideBody>>, Problem> {
    let limit = query.limit.unwrap_or(50);
    let page = web
        .desk()
        .list_overrides(&scope, query.after.as_deref(), limit)
        .await?;
    Ok(Json(Page {
        items: page.overrides.into_iter().map(OverrideBody::from).collect(),
        next: page.next,
    }))
}

/// Says that a second person saw a start over a limit; the first who says so is kept. Whoever started it is none.
#[utoipa::path(post, path = "/overrides/{id}/seen", tag = "approval", security(("account" = [])),
    params(("id" = OverrideId, Path)),
    responses((status = 200, description = "Seen.", body = OverrideBody)))]
async fn see(
    State(web): State<Web>,
    staff: Staff,
    Path(id): Path<OverrideId>,
    repeat: Repeat,
) -> Result<Response, Problem> {
    let (actor, desk) = (staff.actor(), web.desk().clone());
    let work = async move {
        let seen = desk.see_override(&staff.0, id).await?;
        Ok(Json(OverrideBody::from(seen)).into_response())
    };
    repeat.answer(&web, &actor, Fingerprint::default(), work).await
}
