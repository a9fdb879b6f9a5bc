//! Keys of other systems.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};

use super::{Tried, region_choices, region_of};
use crate::desk::accounts::keys::NewKey;
use crate::domain::clock::Timestamp;
use crate::domain::id::{KeyId, RegionId};
use crate::domain::key_rights::KeyRight;
use crate::web::Web;
use crate::web::extract::Path;
use crate::web::problem::Problem;
use crate::web::screens::form::Form;
use crate::web::screens::frame::{Frame, answer};
use crate::web::screens::signed::Desked;
use crate::web::screens::texts::Texts;
use crate::web::screens::visit::Visit;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new()
        .route("/console/administration/keys", get(list).post(create))
        .route("/console/administration/keys/{id}/revoke", post(revoke))
}

struct Row {
    id: KeyId,
    name: String,
    prefix: String,
    rights: Vec<String>,
    expires_at: Timestamp,
    used_at: Option<Timestamp>,
    is_revoked: bool,
}

#[derive(Template)]
#[template(path = "console/administration/keys.html")]
struct Keys {
    frame: Frame,
    rows: Vec<Row>,
    rights: Vec<(&'static str, String)>,
    regions: Vec<(RegionId, String)>,
    /// A key that was just made: told once.
    secret: Option<String>,
    tried: Tried,
}

/// What a right is called.
fn words_of(right: KeyRight, t: Texts) -> String {
    t.say(&format!("right-{}", right.name().replace(':', "-")))
        .to_string()
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
    let keys = web.desk().list_keys(&desked.scope).await?;
    let rows = keys.into_iter().rev().map(|key| Row {
        id: key.id,
        rights: key.rights.iter().map(|right| words_of(right, visit.t)).collect(),
        expires_at: key.expires_at,
        used_at: key.used_at,
        is_revoked: key.revoked_at.is_some(),
        name: key.name,
        prefix: key.prefix,
    });
    let status = tried.status;
    let page = Keys {
        frame: desked
            .frame(web, visit, visit.t.say("keys-of-systems-title"))
            .await?,
        rows: rows.collect(),
        rights: KeyRight::ALL
            .map(|right| (right.name(), words_of(right, visit.t)))
            .to_vec(),
        regions: region_choices(web, desked)?,
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
    let created = async {
        let new = NewKey {
            name: form.text("name").to_owned(),
            rights: form
                .all("right")
                .filter_map(|right| right.parse::<KeyRight>().ok())
                .collect(),
            region: region_of(&form, &desked)?,
            expires_at: None,
            rate_per_minute: None,
        };
        Ok::<_, Problem>(web.desk().create_key(&desked.scope, new).await?)
    };
    match created.await {
        Ok(created) => show(&web, &visit, &desked, Tried::fresh(), Some(created.token)).await,
        Err(problem) => {
            let tried = Tried::refused(problem, form, visit.t.0)?;
            show(&web, &visit, &desked, tried, None).await
        }
    }
}

async fn revoke(State(web): State<Web>, desked: Desked, Path(id): Path<KeyId>) -> Result<Response, Problem> {
    web.desk().revoke_key(&desked.scope, id).await?;
    Ok(Redirect::to("/console/administration/keys").into_response())
}
