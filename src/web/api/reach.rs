//! Whom a call-out would reach, in figures, before anything is sent.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::desk::actions::ReachQuery;
use crate::directory::Reach;
use crate::domain::action::ActionKind;
use crate::domain::area::{Area, UncheckedArea};
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::id::{ActionId, RegionId};
use crate::domain::language::Language;
use crate::web::Web;
use crate::web::auth::Staff;
use crate::web::extract::Body;
use crate::web::extract::area::checked;
use crate::web::problem::Problem;

/// The routes.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new().routes(routes!(count))
}

/// Where, and by what.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReachQuery, example = json!({
    "area": { "type": "Circle", "coordinates": [5.1214, 52.0907], "radius_m": 2000 },
    "kind": "missing_person"
}))]
pub struct ReachBody {
    /// Where.
    #[schema(value_type = Area)]
    area: UncheckedArea,
    /// What it is about; who does not want to hear of that is left out.
    kind: ActionKind,
    /// The channels to use; those of the kind when left out.
    #[serde(default)]
    channels: Option<ChannelSet>,
    /// The action that it would expand: who was called on for it is not newly reached.
    #[serde(default)]
    action: Option<ActionId>,
}

/// How many by one channel.
#[derive(Serialize, ToSchema)]
pub struct ByChannel {
    channel: Channel,
    count: u64,
}

impl From<(Channel, u64)> for ByChannel {
    fn from((channel, count): (Channel, u64)) -> Self {
        Self { channel, count }
    }
}

/// How many read one language.
#[derive(Serialize, ToSchema)]
pub struct ByLanguage {
    language: Language,
    count: u64,
}

/// How many have a place in one region.
#[derive(Serialize, ToSchema)]
pub struct ByRegion {
    region: RegionId,
    count: u64,
}

/// Whom it would reach: distinct participants throughout.
#[derive(Serialize, ToSchema)]
#[schema(as = Reach)]
pub struct ReachAnswer {
    /// Inside, interested, and reached by a channel that is used.
    total: u64,
    /// Of these by each channel, each participant under the fastest. Adds up to `total`.
    by_channel: Vec<ByChannel>,
    /// Of these by language. Adds up to `total`.
    by_language: Vec<ByLanguage>,
    /// Of these with a place in each district, base team and municipality around the area; who has places in
    /// two counts in both.
    by_region: Vec<ByRegion>,
    /// Of these, who was not called on for the action before.
    newly_reached: u64,
    /// Of these, who was called on for three or more actions in the last seven days.
    three_or_more_alerts: u64,
    /// Inside and interested, and reached by no channel that is used.
    unreachable: u64,
    /// Of `total`, who has quiet hours now: told at their end, if it is still worth it then.
    quiet: u64,
    /// Reached, but left out: they had as many messages without hurry this week as they want, or as anyone gets.
    limited: u64,
}

impl From<Reach> for ReachAnswer {
    fn from(reach: Reach) -> Self {
        let by_language = reach.by_language.into_iter();
        let by_region = reach.by_region.into_iter();
        Self {
            total: reach.total,
            by_channel: reach.by_channel.into_iter().map(ByChannel::from).collect(),
            by_language: by_language
                .map(|(language, count)| ByLanguage { language, count })
                .collect(),
            by_region: by_region
                .map(|(region, count)| ByRegion { region, count })
                .collect(),
            newly_reached: reach.newly_reached,
            three_or_more_alerts: reach.three_or_more_alerts,
            unreachable: reach.unreachable,
            quiet: reach.quiet,
            limited: reach.limited,
        }
    }
}

/// Counts whom a call-out would reach. Nothing is stored or sent.
#[utoipa::path(post, path = "/reach", tag = "actions", security(("account" = [])), request_body = ReachBody,
    responses((status = 200, description = "The figures.", body = ReachAnswer)))]
async fn count(
    State(web): State<Web>,
    Staff(scope): Staff,
    Body(body): Body<ReachBody>,
) -> Result<Json<ReachAnswer>, Problem> {
    let query = ReachQuery {
        area: checked(body.area, "")?,
        kind: body.kind,
        channels: body.channels,
        action: body.action,
    };
    Ok(Json(web.desk().count_reach(&scope, &query).await?.into()))
}
