//! Other systems that hear what happens.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use http::StatusCode;

use super::Tried;
use crate::desk::webhooks::{Again, NewWebhook, WebhookChange};
use crate::domain::clock::Timestamp;
use crate::domain::id::{WebhookDeliveryId, WebhookId};
use crate::web::Web;
use crate::web::extract::Path;
use crate::web::problem::Problem;
use crate::web::screens::form::Form;
use crate::web::screens::frame::{Frame, answer};
use crate::web::screens::signed::Desked;
use crate::web::screens::visit::Visit;
use crate::webhooks::address::AddressRules;
use crate::webhooks::signing::Scheme;

/// The calls that are shown.
const CALLS: u32 = 50;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new()
        .route("/console/administration/webhooks", get(list).post(create))
        .route("/console/administration/webhooks/{id}", get(one))
        .route("/console/administration/webhooks/{id}/{deed}", post(deed))
}

struct Row {
    id: WebhookId,
    name: String,
    url: String,
    is_enabled: bool,
    failing_since: Option<Timestamp>,
}

#[derive(Template)]
#[template(path = "console/administration/webhooks.html")]
struct Webhooks {
    frame: Frame,
    rows: Vec<Row>,
    /// The key of what was just registered: told once.
    secret: Option<String>,
    tried: Tried,
}

struct Call {
    id: WebhookDeliveryId,
    what: &'static str,
    state: &'static str,
    at: Timestamp,
    answered: Option<String>,
}

#[derive(Template)]
#[template(path = "console/administration/webhook.html")]
struct One {
    frame: Frame,
    row: Row,
    calls: Vec<Call>,
    secret: Option<String>,
}

fn rules(web: &Web) -> AddressRules {
    AddressRules {
        allow_loopback: web.settings().webhooks.allow_loopback,
    }
}

fn row(webhook: crate::storage::webhooks::Webhook) -> Row {
    Row {
        id: webhook.id,
        is_enabled: webhook.disabled_at.is_none(),
        failing_since: webhook.failing_since,
        name: webhook.address.name,
        url: webhook.address.url,
    }
}

async fn list(State(web): State<Web>, visit: Visit, desked: Desked) -> Result<Response, Problem> {
    show(&web, &visit, &desked, Tried::fresh(), None).await
}

async fn show(
    web: &Web,
    visit: &Visit,
    desked: &Desked,
    tried: Tried,
    secret: Option<String>,
) -> Result<Response, Problem> {
    let webhooks = web.desk().list_webhooks(&desked.scope).await?;
    let status = tried.status;
    let page = Webhooks {
        frame: desked.frame(web, visit, visit.t.say("webhooks-title")).await?,
        rows: webhooks.into_iter().map(row).collect(),
        secret,
        tried,
    };
    Ok(answer(visit, status, &page))
}

async fn create(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    form: Form,
) -> Result<Response, Problem> {
    let new = NewWebhook {
        url: form.text("url").to_owned(),
        name: form.text("name").to_owned(),
        region: None,
        kinds: Vec::new(),
        scheme: Scheme::default(),
    };
    match web.desk().create_webhook(&desked.scope, new, rules(&web)).await {
        Ok((_, key)) => show(&web, &visit, &desked, Tried::fresh(), Some(key)).await,
        Err(error) => {
            let tried = Tried::refused(error.into(), form, visit.t.0)?;
            show(&web, &visit, &desked, tried, None).await
        }
    }
}

async fn one(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    Path(id): Path<WebhookId>,
) -> Result<Response, Problem> {
    show_one(&web, &visit, &desked, id, None).await
}

async fn show_one(
    web: &Web,
    visit: &Visit,
    desked: &Desked,
    id: WebhookId,
    secret: Option<String>,
) -> Result<Response, Problem> {
    let webhook = web.desk().webhook(&desked.scope, id).await?;
    let page = web
        .desk()
        .webhook_deliveries(&desked.scope, id, None, CALLS)
        .await?;
    let calls = page.deliveries.into_iter().map(|delivery| Call {
        id: delivery.delivery.id,
        what: delivery
            .kind
            .map_or("webhook.test", crate::domain::event::EventKind::name),
        state: delivery.delivery.state.name(),
        at: delivery.delivery.created_at,
        answered: delivery
            .attempts
            .first()
            .map(|attempt| match (&attempt.failure, attempt.status) {
                (Some(failure), _) => failure.clone(),
                (None, Some(status)) => status.to_string(),
                (None, None) => String::new(),
            }),
    });
    let row = row(webhook);
    let page = One {
        frame: desked.frame(web, visit, &row.name).await?,
        row,
        calls: calls.collect(),
        secret,
    };
    Ok(answer(visit, StatusCode::OK, &page))
}

async fn deed(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    Path((id, deed)): Path<(WebhookId, String)>,
    form: Form,
) -> Result<Response, Problem> {
    let (desk, scope) = (web.desk(), &desked.scope);
    let back = Redirect::to(&format!("/console/administration/webhooks/{id}"));
    match deed.as_str() {
        "test" => {
            desk.test_webhook(scope, id).await?;
        }
        "replay" => {
            let delivery = form
                .text("delivery")
                .parse()
                .map_err(|_| Problem::missing("delivery"))?;
            desk.replay_webhook(scope, id, Again::One(delivery)).await?;
        }
        "key" => {
            let key = desk.rotate_webhook_key(scope, id, None).await?;
            return show_one(&web, &visit, &desked, id, Some(key)).await;
        }
        "enable" | "disable" => {
            let change = WebhookChange {
                url: None,
                name: None,
                kinds: None,
                is_enabled: Some(deed == "enable"),
            };
            desk.change_webhook(scope, id, change, rules(&web)).await?;
        }
        "remove" => {
            desk.remove_webhook(scope, id).await?;
            return Ok(Redirect::to("/console/administration/webhooks").into_response());
        }
        _ => return Ok(StatusCode::NOT_FOUND.into_response()),
    }
    Ok(back.into_response())
}
