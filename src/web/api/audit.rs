//! The audit log: what whoever may do much did.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::page::Page;
use crate::desk::Reason;
use crate::desk::audit::MAX_AUDIT;
use crate::domain::actor::Actor;
use crate::domain::audit::{Deed, Subject};
use crate::domain::clock::Timestamp;
use crate::domain::id::RegionId;
use crate::storage::audit::{AuditFilter, AuditRecord};
use crate::web::Web;
use crate::web::auth::Staff;
use crate::web::extract::Query;
use crate::web::problem::Problem;

/// The routes.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new().routes(routes!(list))
}

/// Something privileged that was done.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditEntry)]
pub struct AuditBody {
    /// Counts from 1 without a gap.
    number: i64,
    /// When.
    at: Timestamp,
    /// By whom: an account's id, or `system`, which the machine's own command line is too.
    #[schema(value_type = String)]
    actor: Actor,
    /// What.
    deed: Deed,
    /// To what: its kind and id.
    #[schema(value_type = Option<String>, example = "account 0193a5c1-7f00-7000-8000-000000000001")]
    subject: Option<Subject>,
    /// The region that it concerns; null for the whole installation.
    region: Option<RegionId>,
    /// More, by deed.
    #[schema(value_type = Object)]
    detail: serde_json::Value,
    /// What is personal or was typed by people, by deed.
    #[schema(value_type = Object)]
    personal: serde_json::Value,
    /// The entry's hash, over it and the one before.
    hash: String,
}

impl From<AuditRecord> for AuditBody {
    fn from(entry: AuditRecord) -> Self {
        Self {
            number: entry.number,
            at: entry.at,
            actor: entry.actor,
            deed: entry.deed,
            subject: entry.subject,
            region: entry.region,
            detail: entry.detail,
            personal: entry.personal,
            hash: entry.hash,
        }
    }
}

/// Which entries, and where to go on.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// What was done.
    deed: Option<Deed>,
    /// By whom: an account's id, or `system`.
    #[param(value_type = Option<String>)]
    actor: Option<Actor>,
    /// To what: kind and id, `account 0193...`.
    #[param(value_type = Option<String>)]
    subject: Option<Subject>,
    /// In this region or one inside it.
    region: Option<RegionId>,
    /// At or after this moment.
    from: Option<Timestamp>,
    /// Before this moment.
    until: Option<Timestamp>,
    /// `next` of the page before.
    after: Option<String>,
    /// The most entries, 1 to 200.
    #[serde(default = "full_page")]
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: u32,
}

const fn full_page() -> u32 {
    50
}

/// What was done in one's part of the territory, the newest first.
#[utoipa::path(get, path = "/audit", tag = "audit", security(("account" = [])), params(AuditQuery),
    responses((status = 200, description = "A page of entries.", body = Page<AuditBody>)))]
async fn list(
    State(web): State<Web>,
    Staff(scope): Staff,
    Query(query): Query<AuditQuery>,
) -> Result<Json<Page<AuditBody>>, Problem> {
    let before = query
        .after
        .map(|text| text.parse().map_err(|_| Reason::UnreadableCursor))
        .transpose()
        .map_err(crate::desk::DeskError::from)?;
    let filter = AuditFilter {
        deed: query.deed,
        actor: query.actor,
        subject: query.subject,
        region: query.region,
        from: query.from,
        until: query.until,
    };
    let limit = query.limit.clamp(1, MAX_AUDIT);
    let page = web.desk().list_audit(&scope, filter, before, limit).await?;
    Ok(Json(Page {
        items: page.entries.into_iter().map(AuditBody::from).collect(),
        next: page.next.map(|number| number.to_string()),
    }))
}
