//! Other systems that hear what happens: registered by the administrator, called as the Standard Webhooks specification
//! describes.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::page::Page;
use crate::desk::webhooks::{Again, NewWebhook, WebhookChange};
use crate::domain::clock::Timestamp;
use crate::domain::event::EventKind;
use crate::domain::id::{RegionId, WebhookDeliveryId, WebhookId};
use crate::domain::problem::ProblemCode;
use crate::web::Web;
use crate::web::auth::Staff;
use crate::web::extract::{Body, Call, Path, Query};
use crate::web::problem::Problem;
use crate::web::repeat::{Fingerprint, Repeat};
use crate::webhooks::address::AddressRules;
use crate::webhooks::signing::Scheme;
use view::{DeliveryBody, KeyBody, RegisteredBody, ReplayedBody, TestedBody, WebhookBody};

mod view;

/// The routes.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(one, change, remove))
        .routes(routes!(renew_key))
        .routes(routes!(test))
        .routes(routes!(replay))
        .routes(routes!(deliveries))
}

/// A system to be registered.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewWebhook)]
pub struct NewWebhookBody {
    /// Where it is called: an https address that the internet reaches.
    #[schema(example = "https://gms.example/hooks/oproep")]
    url: String,
    /// What people call it, 1 to 100 characters.
    #[schema(example = "Meldkamersysteem")]
    name: String,
    /// It hears of this region and those inside it; of one's whole part of the territory when left out.
    #[serde(default)]
    region: Option<RegionId>,
    /// Of what it hears; of everything but `wave.progress` when left out.
    #[serde(default)]
    kinds: Vec<EventKind>,
    /// How its calls are signed.
    #[serde(default)]
    scheme: Scheme,
}

/// What changes of a system; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WebhookChange)]
pub struct WebhookChangeBody {
    /// Where it is called.
    #[serde(default)]
    url: Option<String>,
    /// What people call it.
    #[serde(default)]
    name: Option<String>,
    /// Of what it hears.
    #[serde(default)]
    kinds: Option<Vec<EventKind>>,
    /// Whether it is in use. Put into use again it hears what happens from then on.
    #[serde(default)]
    is_enabled: Option<bool>,
}

/// Another key.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewKey {
    /// How calls are signed from now on; as before when left out.
    #[serde(default)]
    scheme: Option<Scheme>,
}

/// What is sent again: one of the two.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WebhookReplay)]
pub struct ReplayBody {
    /// One delivery.
    #[serde(default)]
    delivery: Option<WebhookDeliveryId>,
    /// Everything that happened since this moment, at most 10,000 events.
    #[serde(default)]
    since: Option<Timestamp>,
}

/// Which page.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DeliveriesQuery {
    /// Where the page before ended: its `next`.
    after: Option<String>,
    /// How many, 1 to 100; 20 when left out.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

fn rules(web: &Web) -> AddressRules {
    AddressRules {
        allow_loopback: web.settings().webhooks.allow_loopback,
    }
}

/// The systems that hear of one's part of the territory, the oldest first.
#[utoipa::path(get, path = "/webhooks", tag = "webhooks", security(("account" = [])),
    responses((status = 200, description = "The systems.", body = [WebhookBody])))]
async fn list(State(web): State<Web>, Staff(scope): Staff) -> Result<Json<Vec<WebhookBody>>, Problem> {
    let webhooks = web.desk().list_webhooks(&scope).await?;
    Ok(Json(webhooks.into_iter().map(WebhookBody::from).collect()))
}

/// Registers a system. The key that it checks signatures with is told once.
#[utoipa::path(post, path = "/webhooks", tag = "webhooks", security(("account" = [])),
    request_body = NewWebhookBody,
    responses((status = 201, description = "Registered.", body = RegisteredBody)))]
async fn create(
    State(web): State<Web>,
    staff: Staff,
    repeat: Repeat,
    call: Call<NewWebhookBody>,
) -> Result<Response, Problem> {
    let (actor, desk, rules, body) = (staff.actor(), web.desk().clone(), rules(&web), call.input);
    let work = async move {
        let new = NewWebhook {
            url: body.url,
            name: body.name,
            region: body.region,
            kinds: body.kinds,
            scheme: body.scheme,
        };
        let (webhook, key) = desk.create_webhook(&staff.0, new, rules).await?;
        Ok((StatusCode::CREATED, Json(RegisteredBody::new(webhook, key))).into_response())
    };
    repeat.answer(&web, &actor, call.fingerprint, work).await
}

/// A system.
#[utoipa::path(get, path = "/webhooks/{id}", tag = "webhooks", security(("account" = [])),
    params(("id" = WebhookId, Path)), responses((status = 200, description = "The system.", body = WebhookBody)))]
async fn one(
    State(web): State<Web>,
    Staff(scope): Staff,
    Path(id): Path<WebhookId>,
) -> Result<Json<WebhookBody>, Problem> {
    Ok(Json(web.desk().webhook(&scope, id).await?.into()))
}

/// Changes a system, and puts it out of use or into use again.
#[utoipa::path(patch, path = "/webhooks/{id}", tag = "webhooks", security(("account" = [])),
    params(("id" = WebhookId, Path)), request_body = WebhookChangeBody,
    responses((status = 200, description = "Changed.", body = WebhookBody)))]
async fn change(
    State(web): State<Web>,
    Staff(scope): Staff,
    Path(id): Path<WebhookId>,
    Body(body): Body<WebhookChangeBody>,
) -> Result<Json<WebhookBody>, Problem> {
    let change = WebhookChange {
        url: body.url,
        name: body.name,
        kinds: body.kinds,
        is_enabled: body.is_enabled,
    };
    let changed = web.desk().change_webhook(&scope, id, change, rules(&web)).await?;
    Ok(Json(changed.into()))
}

/// Forgets a system with the log of its calls.
#[utoipa::path(delete, path = "/webhooks/{id}", tag = "webhooks", security(("account" = [])),
    params(("id" = WebhookId, Path)), responses((status = 204, description = "Forgotten.")))]
async fn remove(
    State(web): State<Web>,
    Staff(scope): Staff,
    Path(id): Path<WebhookId>,
) -> Result<StatusCode, Problem> {
    web.desk().remove_webhook(&scope, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives a system another key, told once. For a day calls are signed with both.
#[utoipa::path(post, path = "/webhooks/{id}/key", tag = "webhooks", security(("account" = [])),
    params(("id" = WebhookId, Path)), request_body = NewKey,
    responses((status = 200, description = "The new key.", body = KeyBody)))]
async fn renew_key(
    State(web): State<Web>,
    staff: Staff,
    Path(id): Path<WebhookId>,
    repeat: Repeat,
    call: Call<NewKey>,
) -> Result<Response, Problem> {
    let (actor, desk, scheme) = (staff.actor(), web.desk().clone(), call.input.scheme);
    let work = async move {
        let key = desk.rotate_webhook_key(&staff.0, id, scheme).await?;
        Ok(Json(KeyBody { key }).into_response())
    };
    repeat.answer(&web, &actor, call.fingerprint, work).await
}

/// Makes a call that tells of nothing, `webhook.test`, the way that all calls go: look at its delivery.
#[utoipa::path(post, path = "/webhooks/{id}/test", tag = "webhooks", security(("account" = [])),
    params(("id" = WebhookId, Path)),
    responses((status = 202, description = "On its way.", body = TestedBody)))]
async fn test(
    State(web): State<Web>,
    staff: Staff,
    Path(id): Path<WebhookId>,
    repeat: Repeat,
) -> Result<Response, Problem> {
    let (actor, desk) = (staff.actor(), web.desk().clone());
    let work = async move {
        let delivery = desk.test_webhook(&staff.0, id).await?;
        Ok((StatusCode::ACCEPTED, Json(TestedBody { delivery })).into_response())
    };
    repeat.answer(&web, &actor, Fingerprint::default(), work).await
}

/// Makes calls again, of one delivery or of everything since a moment. They keep their ids.
#[utoipa::path(post, path = "/webhooks/{id}/replay", tag = "webhooks", security(("account" = [])),
    params(("id" = WebhookId, Path)), request_body = ReplayBody,
    responses((status = 202, description = "On their way.", body = ReplayedBody)))]
async fn replay(
    State(web): State<Web>,
    staff: Staff,
    Path(id): Path<WebhookId>,
    repeat: Repeat,
    call: Call<ReplayBody>,
) -> Result<Response, Problem> {
    let again = match (call.input.delivery, call.input.since) {
        (Some(delivery), None) => Again::One(delivery),
        (None, Some(since)) => Again::Since(since),
        _ => return Err(Problem::invalid_field("since", ProblemCode::ReplayOf)),
    };
    let (actor, desk) = (staff.actor(), web.desk().clone());
    let work = async move {
        let count = desk.replay_webhook(&staff.0, id, again).await?;
        Ok((StatusCode::ACCEPTED, Json(ReplayedBody { count })).into_response())
    };
    repeat.answer(&web, &actor, call.fingerprint, work).await
}

/// A page of a system's calls with their attempts, the newest first. Kept for thirty days.
#[utoipa::path(get, path = "/webhooks/{id}/deliveries", tag = "webhooks", security(("account" = [])),
    params(("id" = WebhookId, Path), DeliveriesQuery),
    responses((status = 200, description = "A page.", body = Page<DeliveryBody>)))]
async fn deliveries(
    State(web): State<Web>,
    Staff(scope): Staff,
    Path(id): Path<WebhookId>,
    Query(query): Query<DeliveriesQuery>,
) -> Result<Json<Page<DeliveryBody>>, Problem> {
    let limit = query.limit.unwrap_or(20);
    let page = web
        .desk()
        .webhook_deliveries(&scope, id, query.after.as_deref(), limit)
        .await?;
    Ok(Json(Page {
        items: page.deliveries.into_iter().map(DeliveryBody::from).collect(),
        next: page.next,
    }))
}
