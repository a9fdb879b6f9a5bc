//! The audit log: who changed what, and whether it is as it was written.

use askama::Template;
use axum::Router;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;

use crate::domain::actor::Actor;
use crate::domain::audit::Deed;
use crate::domain::clock::Timestamp;
use crate::storage::audit::AuditFilter;
use crate::web::Web;
use crate::web::problem::Problem;
use crate::web::screens::form::Form;
use crate::web::screens::frame::{Frame, answer};
use crate::web::screens::signed::Desked;
use crate::web::screens::visit::Visit;

/// The entries of a page.
const PAGE: u32 = 50;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new().route("/console/administration/audit", get(list).post(verify))
}

struct Row {
    number: i64,
    at: Timestamp,
    deed: &'static str,
    who: String,
    subject: String,
}

#[derive(Template)]
#[template(path = "console/administration/audit.html")]
struct Audit {
    frame: Frame,
    rows: Vec<Row>,
    deeds: Vec<&'static str>,
    deed: String,
    next: Option<i64>,
    /// So many entries are as they were written, or the number of the first that is not.
    verified: Option<Result<i64, i64>>,
}

async fn list(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let asked = Form::read(query.unwrap_or_default().as_bytes());
    show(&web, &visit, &desked, &asked, None).await
}

async fn show(
    web: &Web,
    visit: &Visit,
    desked: &Desked,
    asked: &Form,
    verified: Option<Result<i64, i64>>,
) -> Result<Response, Problem> {
    let filter = AuditFilter {
        deed: Deed::parse(asked.text("deed")),
        ..AuditFilter::default()
    };
    let before = asked.text("after").parse().ok();
    let page = web.desk().list_audit(&desked.scope, filter, before, PAGE).await?;
    let accounts = web.desk().list_accounts(&desked.scope).await?;
    let name = |actor: Actor| match actor {
        Actor::Account(id) => {
            let account = accounts.iter().find(|account| account.id == id);
            account.map_or_else(|| id.to_string(), |account| account.name.clone())
        }
        Actor::Key(_) => visit.t.say("who-key").to_string(),
        Actor::Participant => visit.t.say("who-participant").to_string(),
        Actor::System => visit.t.say("who-system").to_string(),
    };
    let rows = page.entries.iter().map(|entry| Row {
        number: entry.number,
        at: entry.at,
        deed: entry.deed.name(),
        who: name(entry.actor),
        subject: entry
            .subject
            .map(|subject| subject.to_string())
            .unwrap_or_default(),
    });
    let shown = Audit {
        frame: desked.frame(web, visit, visit.t.say("audit-title")).await?,
        rows: rows.collect(),
        deeds: Deed::ALL.iter().map(|deed| deed.name()).collect(),
        deed: asked.text("deed").to_owned(),
        next: page.next,
        verified,
    };
    Ok(answer(visit, StatusCode::OK, &shown))
}

async fn verify(State(web): State<Web>, visit: Visit, desked: Desked) -> Result<Response, Problem> {
    let verified = web.desk().verify_audit(&desked.scope).await?;
    show(&web, &visit, &desked, &Form::default(), Some(verified)).await
}
