//! What became of an action's waves, how long its steps took, and what happened to it.

use std::num::ParseIntError;
use std::str::FromStr;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::super::page::Page;
use super::view::WaveBody;
use crate::domain::clock::Timestamp;
use crate::domain::delivery::Disposition;
use crate::domain::event::EventKind;
use crate::domain::id::{ActionId, BatchNumber, RegionId, WaveId};
use crate::domain::lost_minutes::{Moments, Step};
use crate::domain::problem::ProblemCode;
use crate::domain::wave::Accounting;
use crate::storage::events::Event;
use crate::web::Web;
use crate::web::auth::Staff;
use crate::web::extract::{Path, Query};
use crate::web::problem::Problem;

/// The routes.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(waves))
        .routes(routes!(accounting))
        .routes(routes!(recipients))
        .routes(routes!(history))
        .routes(routes!(lost_minutes))
}

/// An action's waves in their order, with their accounts.
#[utoipa::path(get, path = "/actions/{id}/waves", tag = "actions", security(("account" = [])),
    params(("id" = ActionId, Path)),
    responses((status = 200, description = "The waves.", body = [WaveBody])))]
async fn waves(
    State(web): State<Web>,
    Staff(scope): Staff,
    Path(id): Path<ActionId>,
) -> Result<Json<Vec<WaveBody>>, Problem> {
    let view = web.desk().action(&scope, id).await?;
    Ok(Json(view.waves.into_iter().map(WaveBody::from).collect()))
}

/// Where everyone is in all waves together; who is in two waves counts twice. Always
/// `audience = queued + accepted + delivered + failed + unknown + stopped`.
#[utoipa::path(get, path = "/actions/{id}/accounting", tag = "actions", security(("account" = [])),
    params(("id" = ActionId, Path)),
    responses((status = 200, description = "The accounts.", body = Accounting)))]
async fn accounting(
    State(web): State<Web>,
    Staff(scope): Staff,
    Path(id): Path<ActionId>,
) -> Result<Json<Accounting>, Problem> {
    Ok(Json(web.desk().action(&scope, id).await?.accounting()))
}

/// Which part of a list by position.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PositionQuery {
    /// Where the page before ended: its `next`.
    after: Option<String>,
    /// How many, 1 to 1000; 200 when left out.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<usize>,
}

impl PositionQuery {
    fn after<T: FromStr + Default>(&self) -> Result<T, Problem> {
        let Some(after) = &self.after else {
            return Ok(T::default());
        };
        after
            .parse()
            .map_err(|_| Problem::invalid_field("after", ProblemCode::UnreadableCursor))
    }
}

/// A place in a list of recipients: batch and position of the last that was seen.
#[derive(Default)]
struct RecipientCursor(Option<(BatchNumber, u16)>);

impl FromStr for RecipientCursor {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        let (batch, position) = text.split_once('.').unwrap_or((text, ""));
        Ok(Self(Some((batch.parse()?, position.parse()?))))
    }
}

/// A recipient of a wave.
#[derive(Serialize, ToSchema)]
pub struct Recipient {
    /// The participant's number in this network; names nobody outside of it.
    participant: u32,
    /// What became of the message.
    disposition: Disposition,
    /// Whether it is on its way at this moment.
    in_flight: bool,
}

/// Where the recipients of a wave are, in the order of sending.
#[utoipa::path(get, path = "/actions/{id}/waves/{wave}/recipients", tag = "actions", security(("account" = [])),
    params(("id" = ActionId, Path), ("wave" = WaveId, Path), PositionQuery),
    responses((status = 200, description = "A page.", body = Page<Recipient>)))]
async fn recipients(
    State(web): State<Web>,
    Staff(scope): Staff,
    Path((id, wave)): Path<(ActionId, WaveId)>,
    Query(query): Query<PositionQuery>,
) -> Result<Json<Page<Recipient>>, Problem> {
    let RecipientCursor(after) = query.after()?;
    let limit = query.limit.unwrap_or(200).clamp(1, 1000);
    let found = web
        .desk()
        .list_wave_recipients(&scope, id, wave, after, limit)
        .await?;
    let last = found.last().filter(|_| found.len() == limit);
    let next = last.map(|last| format!("{}.{}", last.batch, last.position));
    let items = found.into_iter().map(|recipient| Recipient {
        participant: recipient.participant,
        disposition: recipient.disposition,
        in_flight: recipient.in_flight,
    });
    Ok(Json(Page {
        items: items.collect(),
        next,
    }))
}

/// Something that happened.
#[derive(Serialize, ToSchema)]
#[schema(as = Event)]
pub struct EventBody {
    /// Increases in the order of commits.
    number: i64,
    /// When.
    happened_at: Timestamp,
    /// What.
    kind: EventKind,
    /// The region that it concerns.
    region: Option<RegionId>,
    /// The action that it concerns.
    action: Option<ActionId>,
    /// Who did it: an account's id, `participant` or `system`.
    actor: crate::domain::actor::Actor,
    /// More, without personal data.
    #[schema(value_type = Object)]
    data: serde_json::Value,
}

impl From<Event> for EventBody {
    fn from(event: Event) -> Self {
        Self {
            number: event.number,
            happened_at: event.happened_at,
            kind: event.kind,
            region: event.region,
            action: event.action,
            actor: event.actor,
            data: event.data,
        }
    }
}

/// What happened to an action, oldest first.
#[utoipa::path(get, path = "/actions/{id}/history", tag = "actions", security(("account" = [])),
    params(("id" = ActionId, Path), PositionQuery),
    responses((status = 200, description = "A page.", body = Page<EventBody>)))]
async fn history(
    State(web): State<Web>,
    Staff(scope): Staff,
    Path(id): Path<ActionId>,
    Query(query): Query<PositionQuery>,
) -> Result<Json<Page<EventBody>>, Problem> {
    let limit = u32::try_from(query.limit.unwrap_or(200)).unwrap_or(u32::MAX);
    let page = web
        .desk()
        .action_history(&scope, id, query.after()?, limit)
        .await?;
    Ok(Json(Page {
        items: page.events.into_iter().map(EventBody::from).collect(),
        next: page.next.map(|number| number.to_string()),
    }))
}

/// The moments of an action that matter; null where one did not come, or is not known.
#[derive(Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "timestamps end in _at")]
#[schema(as = Moments)]
pub struct MomentsBody {
    /// The incident itself.
    incident_at: Option<Timestamp>,
    /// The control room was asked for an action.
    requested_at: Option<Timestamp>,
    /// The action was started.
    started_at: Option<Timestamp>,
    /// The first message was handed to a provider.
    first_handover_at: Option<Timestamp>,
    /// The last message of the first wave was.
    last_handover_at: Option<Timestamp>,
    /// The first tip came in.
    first_tip_at: Option<Timestamp>,
    /// The first tip was passed on to a unit.
    passed_on_at: Option<Timestamp>,
    /// The action was closed.
    closed_at: Option<Timestamp>,
}

impl From<Moments> for MomentsBody {
    fn from(moments: Moments) -> Self {
        Self {
            incident_at: moments.incident_at,
            requested_at: moments.requested_at,
            started_at: moments.started_at,
            first_handover_at: moments.first_handover_at,
            last_handover_at: moments.last_handover_at,
            first_tip_at: moments.first_tip_at,
            passed_on_at: moments.passed_on_at,
            closed_at: moments.closed_at,
        }
    }
}

/// A step of an action.
#[derive(Serialize, ToSchema)]
#[schema(as = StepTaken)]
pub struct StepBody {
    /// The step.
    step: Step,
    /// How long it took; null while one of its moments is missing.
    took_ms: Option<u64>,
}

/// The clock of lost minutes.
#[derive(Serialize, ToSchema)]
pub struct LostMinutes {
    /// The moments.
    moments: MomentsBody,
    /// The steps between them.
    steps: Vec<StepBody>,
}

/// How long each step of an action took.
#[utoipa::path(get, path = "/actions/{id}/lost-minutes", tag = "actions", security(("account" = [])),
    params(("id" = ActionId, Path)),
    responses((status = 200, description = "The clock.", body = LostMinutes)))]
async fn lost_minutes(
    State(web): State<Web>,
    Staff(scope): Staff,
    Path(id): Path<ActionId>,
) -> Result<Json<LostMinutes>, Problem> {
    let (moments, steps) = web.desk().lost_minutes(&scope, id).await?;
    let steps = steps.into_iter().map(|taken| StepBody {
        step: taken.step,
        took_ms: taken.took_ms,
    });
    Ok(Json(LostMinutes {
        moments: moments.into(),
        steps: steps.collect(),
    }))
}
