//! What became of the actions of a period.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::desk::actions::ActionReport;
use crate::domain::clock::Timestamp;
use crate::domain::id::RegionId;
use crate::domain::lost_minutes::StepMedian;
use crate::domain::outcome::{OutcomeKind, SuccessRate};
use crate::web::Web;
use crate::web::auth::Staff;
use crate::web::extract::Query;
use crate::web::problem::Problem;

/// The routes.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new().routes(routes!(report))
}

/// Of which period and region.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReportQuery {
    /// Started at or after this moment.
    from: Timestamp,
    /// Started before this moment.
    to: Timestamp,
    /// In this region or one inside it; one's whole part of the territory when left out.
    region: Option<RegionId>,
}

/// How often actions were a direct success.
#[derive(Serialize, ToSchema)]
pub struct Success {
    /// Direct successes, and the actions that ended and were not withdrawn.
    #[serde(flatten)]
    rate: SuccessRate,
    /// The share, 0 to 1; null without actions.
    share: Option<f64>,
    /// Where the true share lies with 95% confidence: low and high, by Wilson's score interval.
    interval: Option<[f64; 2]>,
}

/// How many ended so.
#[derive(Serialize, ToSchema)]
pub struct ByOutcome {
    outcome: OutcomeKind,
    actions: u64,
}

/// What became of the actions of a period.
#[derive(Serialize, ToSchema)]
pub struct Report {
    /// Actions started.
    started: u64,
    /// Of these, those in which minutes count.
    time_critical: u64,
    /// Of these, how many ended how.
    outcomes: Vec<ByOutcome>,
    /// Of these, how many ended without anybody saying how.
    without_outcome: u64,
    /// How often they were a direct success.
    success: Success,
    /// The median of every step.
    lost_minutes: Vec<StepMedian>,
}

impl From<ActionReport> for Report {
    fn from(report: ActionReport) -> Self {
        let outcomes = report.outcomes.into_iter();
        Self {
            started: report.started,
            time_critical: report.time_critical,
            outcomes: outcomes
                .map(|(outcome, actions)| ByOutcome { outcome, actions })
                .collect(),
            without_outcome: report.without_outcome,
            success: Success {
                share: report.success.share(),
                interval: report.success.interval().map(|(low, high)| [low, high]),
                rate: report.success,
            },
            lost_minutes: report.medians,
        }
    }
}

/// The success rate with its interval and the medians of lost minutes, of the actions started in a period.
#[utoipa::path(get, path = "/statistics", tag = "statistics", security(("account" = [])), params(ReportQuery),
    responses((status = 200, description = "The report.", body = Report)))]
async fn report(
    State(web): State<Web>,
    Staff(scope): Staff,
    Query(query): Query<ReportQuery>,
) -> Result<Json<Report>, Problem> {
    let report = web
        .desk()
        .report_actions(&scope, query.from, query.to, query.region)
        .await?;
    Ok(Json(report.into()))
}
