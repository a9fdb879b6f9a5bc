//! One account: what it is for, its sessions, its second proof, its training.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use http::StatusCode;
use serde::Deserialize;

use super::accounts::role_choices;
use super::{Tried, region_choices, region_of};
use crate::desk::Permission;
use crate::desk::accounts::AccountChange;
use crate::domain::clock::Timestamp;
use crate::domain::dutch_time::{dutch_time, start_of_day};
use crate::domain::id::{AccountId, RegionId};
use crate::domain::problem::ProblemCode;
use crate::storage::accounts::Account;
use crate::web::Web;
use crate::web::extract::Path;
use crate::web::problem::Problem;
use crate::web::screens::form::Form;
use crate::web::screens::frame::{Frame, answer};
use crate::web::screens::signed::Desked;
use crate::web::screens::visit::Visit;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new()
        .route("/console/administration/accounts/{id}", get(one).post(change))
        .route("/console/administration/accounts/{id}/training", post(train))
        .route("/console/administration/accounts/{id}/{deed}", post(deed))
}

struct SessionRow {
    seen_at: Timestamp,
    agent: String,
}

struct TrainingRow {
    at: Timestamp,
    until: Option<String>,
    note: String,
}

#[derive(Template)]
#[template(path = "console/administration/account.html")]
struct Page {
    frame: Frame,
    account: Account,
    role: &'static str,
    roles: Vec<(&'static str, &'static str)>,
    regions: Vec<(RegionId, String)>,
    sessions: Vec<SessionRow>,
    trainings: Vec<TrainingRow>,
    trained_until: String,
    may_manage: bool,
    may_train: bool,
    done: Option<&'static str>,
    /// A password that was made up: told once.
    secret: Option<String>,
    tried: Tried,
}

#[derive(Deserialize)]
struct Asked {
    done: Option<String>,
}

/// What can be said to have been done, by the end of its key.
fn done(asked: &Asked) -> Option<&'static str> {
    let known = ["invited", "saved", "sessions", "proof", "trained"];
    known
        .into_iter()
        .find(|known| asked.done.as_deref() == Some(known))
}

async fn one(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    Path(id): Path<AccountId>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    show(&web, &visit, &desked, id, Tried::fresh(), done(&asked), None).await
}

async fn show(
    web: &Web,
    visit: &Visit,
    desked: &Desked,
    id: AccountId,
    tried: Tried,
    done: Option<&'static str>,
    secret: Option<String>,
) -> Result<Response, Problem> {
    let (desk, scope) = (web.desk(), &desked.scope);
    let account = desk.account(scope, id).await?;
    let may = |permission| scope.require(permission).is_ok();
    let (may_manage, may_train) = (
        may(Permission::ManageAccounts),
        may(Permission::KeepTrainingRegister),
    );
    let sessions = if may_manage {
        desk.list_sessions_of(scope, id).await?
    } else {
        Vec::new()
    };
    let trainings = if may_train {
        desk.list_trainings(scope, id).await?
    } else {
        Vec::new()
    };
    let day = |at: Timestamp| dutch_time(at).date().to_string();
    let status = tried.status;
    let page = Page {
        frame: desked.frame(web, visit, &account.name).await?,
        role: account.role.name(),
        roles: role_choices(visit.t.0),
        regions: region_choices(web, desked)?,
        sessions: sessions
            .into_iter()
            .map(|session| SessionRow {
                seen_at: session.seen_at,
                agent: session.user_agent.unwrap_or_default(),
            })
            .collect(),
        trainings: trainings
            .into_iter()
            .map(|training| TrainingRow {
                at: training.recorded_at,
                until: training.trained_until.map(day),
                note: training.note.unwrap_or_default(),
            })
            .collect(),
        trained_until: account.trained_until.map(day).unwrap_or_default(),
        account,
        may_manage,
        may_train,
        done,
        secret,
        tried,
    };
    Ok(answer(visit, status, &page))
}

fn back(id: AccountId, done: &str) -> Response {
    Redirect::to(&format!("/console/administration/accounts/{id}?done={done}")).into_response()
}

async fn change(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    Path(id): Path<AccountId>,
    form: Form,
) -> Result<Response, Problem> {
    let changed = async {
        let change = AccountChange {
            name: Some(form.text("name").to_owned()),
            role: Some(form.text("role").parse().map_err(|_| Problem::missing("role"))?),
            region: Some(region_of(&form, &desked)?),
            email: Some(form.text("email").to_owned()),
            is_enabled: Some(form.is_ticked("enabled")),
            version: form.text("version").parse().ok(),
        };
        Ok::<_, Problem>(web.desk().change_account(&desked.scope, id, change).await?)
    };
    match changed.await {
        Ok(_) => Ok(back(id, "saved")),
        Err(problem) => {
            let tried = Tried::refused(problem, form, visit.t.0)?;
            show(&web, &visit, &desked, id, tried, None, None).await
        }
    }
}

async fn train(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    Path(id): Path<AccountId>,
    form: Form,
) -> Result<Response, Problem> {
    let recorded = async {
        let until = match form.filled("until") {
            None => None,
            Some(text) => {
                let day = chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d");
                Some(day.map_err(|_| Problem::invalid_field("until", ProblemCode::InvalidValue))?)
            }
        };
        let note = form.filled("note").map(str::to_owned);
        let until = until.map(start_of_day);
        Ok::<_, Problem>(web.desk().record_training(&desked.scope, id, until, note).await?)
    };
    match recorded.await {
        Ok(_) => Ok(back(id, "trained")),
        Err(problem) => {
            let tried = Tried::refused(problem, form, visit.t.0)?;
            show(&web, &visit, &desked, id, tried, None, None).await
        }
    }
}

async fn deed(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    Path((id, deed)): Path<(AccountId, String)>,
) -> Result<Response, Problem> {
    let (desk, scope) = (web.desk(), &desked.scope);
    match deed.as_str() {
        "password" => {
            let reset = desk.reset_password(scope, id).await?;
            show(&web, &visit, &desked, id, Tried::fresh(), None, reset.password).await
        }
        "invitation" => {
            desk.invite_again(scope, id, visit.t.0).await?;
            Ok(back(id, "invited"))
        }
        "sessions" => {
            desk.end_sessions_of(scope, id).await?;
            Ok(back(id, "sessions"))
        }
        "second-proof" => {
            desk.remove_second_proof(scope, id).await?;
            Ok(back(id, "proof"))
        }
        _ => Ok(StatusCode::NOT_FOUND.into_response()),
    }
}
