//! Administration: accounts, regions, providers, what texts may hold, texts that stand ready, keys, webhooks and the audit log.
//! Each page is one form over one use case; what is told once is shown once and stored nowhere.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;

use crate::desk::Permission;
use crate::domain::id::RegionId;
use crate::domain::language::Language;
use crate::web::Web;
use crate::web::problem::Problem;
use crate::web::screens::form::Form;
use crate::web::screens::frame::{Frame, answer};
use crate::web::screens::signed::Desked;
use crate::web::screens::visit::Visit;
use crate::web::screens::wrong::sentences;

mod account;
mod accounts;
mod audit;
mod keys;
mod providers;
mod regions;
mod register;
mod standing_texts;
mod webhooks;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new()
        .route("/console/administration", get(index))
        .merge(accounts::router())
        .merge(account::router())
        .merge(regions::router())
        .merge(providers::router())
        .merge(register::router())
        .merge(standing_texts::router())
        .merge(keys::router())
        .merge(webhooks::router())
        .merge(audit::router())
}

/// The pages with what one needs for them.
const PAGES: [(Permission, &str); 9] = [
    (Permission::ManageAccounts, "accounts"),
    (Permission::ChangeRegions, "regions"),
    (Permission::TestProviders, "providers"),
    (Permission::KeepRegister, "register"),
    (Permission::KeepStandingTexts, "texts/message"),
    (Permission::KeepStandingTexts, "texts/correction"),
    (Permission::ManageKeys, "keys"),
    (Permission::ManageWebhooks, "webhooks"),
    (Permission::SeeAuditLog, "audit"),
];

#[derive(Template)]
#[template(path = "console/administration/index.html")]
struct Index {
    frame: Frame,
    /// Where each is, and what its words are called.
    pages: Vec<(&'static str, String)>,
}

async fn index(State(web): State<Web>, visit: Visit, desked: Desked) -> Result<Response, Problem> {
    desked.scope.require(Permission::SeeAuditLog)?;
    let may = PAGES
        .into_iter()
        .filter(|(permission, _)| desked.scope.require(*permission).is_ok());
    let pages = may.map(|(_, page)| (page, page.replace('/', "-"))).collect();
    let frame = desked
        .frame(&web, &visit, visit.t.say("administration-title"))
        .await?;
    Ok(answer(&visit, StatusCode::OK, &Index { frame, pages }))
}

/// What a form was answered: what was typed, and what is wrong with it.
#[derive(Debug, Default)]
struct Tried {
    asked: Form,
    wrong: Vec<String>,
    status: StatusCode,
}

impl Tried {
    /// A form that nobody filled in yet.
    fn fresh() -> Self {
        Self::default()
    }

    /// A form that was refused: the page is shown again. What is not the fault of who asks goes on as a problem.
    fn refused(problem: Problem, asked: Form, language: Language) -> Result<Self, Problem> {
        let status = problem.kind().status();
        if !status.is_client_error() {
            return Err(problem);
        }
        Ok(Self {
            wrong: sentences(&problem, language),
            asked,
            status,
        })
    }
}

/// The regions that people know by name, for a list to choose from.
fn region_choices(web: &Web, desked: &Desked) -> Result<Vec<(RegionId, String)>, Problem> {
    let entries = web.desk().list_regions(&desked.scope)?;
    let named = entries
        .into_iter()
        .filter(|entry| super::compose::regions::is_named(entry.kind));
    Ok(named.map(|entry| (entry.id, entry.name)).collect())
}

/// The region that a form names; one's own where it names none.
fn region_of(form: &Form, desked: &Desked) -> Result<RegionId, Problem> {
    match form.filled("region") {
        None => Ok(desked.scope.region),
        Some(id) => id.parse().map_err(|_| Problem::missing("region")),
    }
}
