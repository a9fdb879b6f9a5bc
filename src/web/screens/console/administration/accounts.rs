//! The accounts, and inviting somebody.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;

use super::{Tried, region_choices, region_of};
use crate::desk::accounts::NewAccount;
use crate::domain::clock::Timestamp;
use crate::domain::id::{AccountId, RegionId};
use crate::domain::language::Language;
use crate::domain::role::Role;
use crate::web::Web;
use crate::web::problem::Problem;
use crate::web::screens::form::Form;
use crate::web::screens::frame::{Frame, answer};
use crate::web::screens::signed::Desked;
use crate::web::screens::visit::Visit;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new().route("/console/administration/accounts", get(list).post(invite))
}

struct Row {
    id: AccountId,
    name: String,
    username: String,
    role: &'static str,
    region: String,
    trained_until: Option<Timestamp>,
    is_enabled: bool,
}

#[derive(Template)]
#[template(path = "console/administration/accounts.html")]
struct Accounts {
    frame: Frame,
    rows: Vec<Row>,
    roles: Vec<(&'static str, &'static str)>,
    regions: Vec<(RegionId, String)>,
    tried: Tried,
}

/// The roles with their words, for a list to choose from.
pub(super) fn role_choices(language: Language) -> Vec<(&'static str, &'static str)> {
    Role::ALL.map(|role| (role.name(), role.words(language))).to_vec()
}

async fn list(State(web): State<Web>, visit: Visit, desked: Desked) -> Result<Response, Problem> {
    show(&web, &visit, &desked, Tried::fresh()).await
}

async fn show(web: &Web, visit: &Visit, desked: &Desked, tried: Tried) -> Result<Response, Problem> {
    let accounts = web.desk().list_accounts(&desked.scope).await?;
    let territory = web.desk().directory().territory();
    let name = |id| {
        territory
            .get(id)
            .map(|region| region.name.clone())
            .unwrap_or_default()
    };
    let rows = accounts.into_iter().map(|account| Row {
        id: account.id,
        role: account.role.words(visit.t.0),
        region: name(account.region),
        trained_until: account.trained_until,
        is_enabled: account.disabled_at.is_none(),
        name: account.name,
        username: account.username,
    });
    let status = tried.status;
    let page = Accounts {
        frame: desked.frame(web, visit, visit.t.say("accounts-title")).await?,
        rows: rows.collect(),
        roles: role_choices(visit.t.0),
        regions: region_choices(web, desked)?,
        tried,
    };
    Ok(answer(visit, status, &page))
}

async fn invite(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    form: Form,
) -> Result<Response, Problem> {
    let invited = async {
        let new = NewAccount {
            username: form.text("username").to_owned(),
            name: form.text("name").to_owned(),
            role: form.text("role").parse().map_err(|_| Problem::missing("role"))?,
            region: region_of(&form, &desked)?,
            trained_until: None,
            password: None,
        };
        let email = form.text("email");
        Ok::<_, Problem>(
            web.desk()
                .invite_account(&desked.scope, new, email, visit.t.0)
                .await?,
        )
    };
    match invited.await {
        Ok(invited) => {
            let path = format!("/console/administration/accounts/{}?done=invited", invited.id);
            Ok(Redirect::to(&path).into_response())
        }
        Err(problem) => {
            let tried = Tried::refused(problem, form, visit.t.0)?;
            show(&web, &visit, &desked, tried).await
        }
    }
}
