//! The form of a draft: new, and changed. Saved as it is typed where there is script.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use crate::desk::Scope;
use crate::domain::action::{Action, ActionKind};
use crate::domain::channel::Channel;
use crate::domain::id::ActionId;
use crate::storage::photos::PhotoEntry;
use crate::web::Web;
use crate::web::extract::{Path, Query};
use crate::web::problem::Problem;
use crate::web::screens::console::compose::part::{self, Part};
use crate::web::screens::console::compose::questions::{self, Part as Questions};
use crate::web::screens::console::compose::regions::is_named;
use crate::web::screens::console::compose::{content, description, shown};
use crate::web::screens::form::Form;
use crate::web::screens::frame::{Frame, answer};
use crate::web::screens::signed::Desked;
use crate::web::screens::texts::Texts;
use crate::web::screens::visit::Visit;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new()
        .route("/console/new", get(new).post(create))
        .route("/console/new/kind", post(of_kind))
        .route("/console/new/save", post(save))
        .route("/console/actions/{id}/edit", get(edit).post(change))
}

/// A region that may be chosen.
pub struct RegionChoice {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What it is.
    pub kind: &'static str,
    /// Whether it was chosen.
    pub is_chosen: bool,
}

/// The regions that people know by name, with those that a form names chosen.
pub fn region_choices(web: &Web, scope: &Scope, form: &Form, t: Texts) -> Result<Vec<RegionChoice>, Problem> {
    let picked: Vec<&str> = form.all("region").collect();
    let entries = web.desk().list_regions(scope)?.into_iter();
    let choices = entries
        .filter(|entry| is_named(entry.kind))
        .map(|entry| RegionChoice {
            id: entry.id.to_string(),
            is_chosen: picked.contains(&entry.id.to_string().as_str()),
            name: entry.name,
            kind: entry.kind.word(t.0),
        });
    Ok(choices.collect())
}

#[derive(Template)]
#[template(path = "console/compose/page.html")]
struct ComposePage {
    frame: Frame,
    form: Form,
    /// The draft, once it is one.
    stored: Option<(ActionId, u32)>,
    account: String,
    kinds: Vec<(&'static str, String, bool)>,
    channels: Vec<(&'static str, String, bool)>,
    regions: Vec<RegionChoice>,
    questions: Vec<Questions>,
    part: Part,
    wrong: Vec<(String, String)>,
    detail: Option<String>,
    photos: Vec<PhotoEntry>,
    /// Why it was returned.
    verdict: Option<String>,
}

impl ComposePage {
    /// What is wrong with a field.
    fn wrong_with(&self, name: &str) -> Option<&str> {
        let wrong = self
            .wrong
            .iter()
            .find(|(field, _)| field == name || field.starts_with(&format!("{name}[")));
        wrong.map(|(_, said)| said.as_str())
    }

    fn is_way(&self, way: &str) -> bool {
        self.form.text("way") == way
    }

    fn is_means(&self, means: &str) -> bool {
        let chosen = self.form.filled("means").unwrap_or("on_foot");
        chosen == means
    }

    /// Where the form is sent.
    fn target(&self) -> String {
        self.stored.map_or("/console/new".to_owned(), |(id, _)| {
            format!("/console/actions/{id}/edit")
        })
    }
}

#[derive(Default)]
struct Given {
    stored: Option<Action>,
    photos: Vec<PhotoEntry>,
    problem: Option<Problem>,
}

async fn show(
    web: &Web,
    visit: &Visit,
    desked: &Desked,
    form: Form,
    given: Given,
) -> Result<Response, Problem> {
    let (scope, t) = (&desked.scope, visit.t);
    let title = match &given.stored {
        Some(action) => t
            .say("edit-title")
            .with("number", action.number.to_string())
            .to_string(),
        None => t.say("new-title").to_string(),
    };
    let frame = desked.frame(web, visit, title).await?.wide().with_map();
    let chosen = content::kind(&form);
    let urgent = scope.require(crate::desk::Permission::PrepareUrgent).is_ok();
    let kinds = ActionKind::ALL
        .into_iter()
        .filter(|kind| urgent || !kind.is_time_critical());
    let kinds = kinds.map(|kind| {
        (
            kind.name(),
            t.say(&format!("kind-{}", kind.name())).to_string(),
            kind == chosen,
        )
    });
    let used = content::channels(&form);
    let channels = Channel::ALL.into_iter();
    let channels = channels.map(|channel| {
        (
            channel.name(),
            shown::channel_words(t, channel),
            used.contains(channel),
        )
    });
    let wrong: Vec<(String, String)> = given
        .problem
        .iter()
        .flat_map(|problem| problem.fields(t.0))
        .map(|(field, said)| {
            let field = if field.starts_with("description.") {
                description::field_of(field)
            } else {
                field.to_owned()
            };
            (field, said.to_owned())
        })
        .collect();
    let detail = given
        .problem
        .as_ref()
        .map(|problem| problem.words(t.0).1.to_owned());
    let status = given
        .problem
        .as_ref()
        .map_or(StatusCode::OK, |problem| problem.kind().status());
    let part = match content::read(web, scope, &form, given.stored.as_ref()).await {
        Ok(draft) => part::of_draft(web, visit, scope, draft).await?,
        Err(problem) => Part::wrong(visit, &problem),
    };
    let page = ComposePage {
        kinds: kinds.collect(),
        channels: channels.collect(),
        regions: region_choices(web, scope, &form, t)?,
        questions: questions::parts(t, chosen, &form, &wrong),
        account: scope.account.to_string(),
        stored: given.stored.as_ref().map(|action| (action.id, action.version)),
        verdict: given.stored.and_then(|action| action.verdict),
        photos: given.photos,
        frame,
        form,
        part,
        wrong,
        detail,
    };
    Ok(answer(visit, status, &page))
}

#[derive(Deserialize)]
struct Asked {
    kind: Option<ActionKind>,
}

async fn new(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    desked.scope.require(crate::desk::Permission::PrepareNonUrgent)?;
    let urgent = desked
        .scope
        .require(crate::desk::Permission::PrepareUrgent)
        .is_ok();
    let usual = if urgent {
        ActionKind::MissingPerson
    } else {
        ActionKind::WitnessCall
    };
    let form = Form::of(content::defaults(asked.kind.unwrap_or(usual), visit.now));
    show(&web, &visit, &desked, form, Given::default()).await
}

/// The same form with what another kind brings along.
async fn of_kind(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    form: Form,
) -> Result<Response, Problem> {
    let stored = part::stored(&web, &desked.scope, form.text("id")).await?;
    let given = Given {
        stored,
        ..Given::default()
    };
    show(&web, &visit, &desked, content::with_kind(&form, visit.now), given).await
}

async fn create(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    form: Form,
) -> Result<Response, Problem> {
    let made = match content::read(&web, &desked.scope, &form, None).await {
        Ok(draft) => web
            .desk()
            .create_draft(&desked.scope, draft)
            .await
            .map_err(Problem::from),
        Err(problem) => Err(problem),
    };
    match made {
        Ok(action) => Ok(onward(&form, action.id)),
        Err(problem) => {
            let given = Given {
                problem: Some(problem),
                ..Given::default()
            };
            show(&web, &visit, &desked, form, given).await
        }
    }
}

/// To where it is checked and started, or back to the form.
fn onward(form: &Form, id: ActionId) -> Response {
    let place = if form.text("do") == "save" {
        "edit"
    } else {
        "start"
    };
    Redirect::to(&format!("/console/actions/{id}/{place}")).into_response()
}

async fn edit(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    Path(id): Path<ActionId>,
) -> Result<Response, Problem> {
    let view = web.desk().action(&desked.scope, id).await?;
    if view.action.state.run().is_some() {
        return Ok(Redirect::to(&format!("/console/actions/{id}")).into_response());
    }
    let form = content::fields(&view.action.content);
    let given = Given {
        stored: Some(view.action),
        photos: view.photos,
        problem: None,
    };
    show(&web, &visit, &desked, form, given).await
}

async fn change(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    Path(id): Path<ActionId>,
    form: Form,
) -> Result<Response, Problem> {
    let view = web.desk().action(&desked.scope, id).await?;
    let version = form.text("version").parse().unwrap_or(view.action.version);
    let changed = match content::read(&web, &desked.scope, &form, Some(&view.action)).await {
        Ok(draft) => web
            .desk()
            .change_draft(&desked.scope, id, version, draft)
            .await
            .map_err(Problem::from),
        Err(problem) => Err(problem),
    };
    match changed {
        Ok(action) => Ok(onward(&form, action.id)),
        Err(problem) => {
            let given = Given {
                stored: Some(view.action),
                photos: view.photos,
                problem: Some(problem),
            };
            show(&web, &visit, &desked, form, given).await
        }
    }
}

/// Keeps a draft as it is typed: made at the first call, changed by the others.
async fn save(State(web): State<Web>, visit: Visit, desked: Desked, form: Form) -> Result<Response, Problem> {
    let stored = part::stored(&web, &desked.scope, form.text("id")).await?;
    let draft = content::read(&web, &desked.scope, &form, stored.as_ref()).await?;
    let action = match stored {
        Some(action) => {
            let version = form.text("version").parse().unwrap_or(action.version);
            web.desk()
                .change_draft(&desked.scope, action.id, version, draft)
                .await?
        }
        None => web.desk().create_draft(&desked.scope, draft).await?,
    };
    let said = visit
        .t
        .say("saved-at")
        .with("time", visit.t.moment(&visit.now, &visit.now))
        .to_string();
    Ok(Json(json!({ "id": action.id, "version": action.version, "said": said })).into_response())
}
