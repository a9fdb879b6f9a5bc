//! What follows what is typed: the area on the map, whom it reaches, how the text reads, and what the checks say of it.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use http::StatusCode;

use crate::desk::Scope;
use crate::desk::actions::ReachQuery;
use crate::domain::action::{Action, DraftInput};
use crate::domain::id::ActionId;
use crate::web::Web;
use crate::web::problem::Problem;
use crate::web::screens::console::compose::content;
use crate::web::screens::console::compose::shown::{self, Found, Reached, Reading};
use crate::web::screens::form::Form;
use crate::web::screens::frame::{Frame, Surface, answer};
use crate::web::screens::signed::Desked;
use crate::web::screens::visit::Visit;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new().route("/console/new/part", post(part))
}

/// What is known of a draft as it is typed.
#[derive(Debug)]
pub struct Part {
    /// The area, as the map takes it.
    pub features: String,
    /// Whom it reaches; none without an area.
    pub reached: Option<Reached>,
    /// Whether it is an expansion, which reaches whoever was not called on.
    pub is_expansion: bool,
    /// What is wrong with what was typed.
    pub wrong: Vec<String>,
    /// How it reads.
    pub readings: Vec<Reading>,
    /// What the checks say.
    pub found: Vec<Found>,
}

#[derive(Template)]
#[template(path = "console/compose/part.html")]
struct PartPage {
    frame: Frame,
    part: Part,
}

async fn part(State(web): State<Web>, visit: Visit, desked: Desked, form: Form) -> Result<Response, Problem> {
    let stored = stored(&web, &desked.scope, form.text("id")).await?;
    let part = match content::read(&web, &desked.scope, &form, stored.as_ref()).await {
        Ok(draft) => of_draft(&web, &visit, &desked.scope, draft).await?,
        Err(problem) => Part::wrong(&visit, &problem),
    };
    let frame = Frame::new(&visit, Surface::Console, String::new());
    Ok(answer(&visit, StatusCode::OK, &PartPage { frame, part }))
}

/// The draft that is being changed, when it is one already.
pub async fn stored(web: &Web, scope: &Scope, id: &str) -> Result<Option<Action>, Problem> {
    match id.parse::<ActionId>() {
        Ok(id) => Ok(Some(web.desk().action(scope, id).await?.action)),
        Err(_) => Ok(None),
    }
}

impl Part {
    /// Nothing but what is wrong.
    pub fn wrong(visit: &Visit, problem: &Problem) -> Self {
        let fields: Vec<_> = problem
            .fields(visit.t.0)
            .map(|(_, said)| said.to_owned())
            .collect();
        let wrong = if fields.is_empty() {
            vec![problem.words(visit.t.0).1.to_owned()]
        } else {
            fields
        };
        Self {
            wrong,
            features: String::new(),
            reached: None,
            is_expansion: false,
            readings: Vec::new(),
            found: Vec::new(),
        }
    }
}

/// What is known of a draft.
pub async fn of_draft(web: &Web, visit: &Visit, scope: &Scope, draft: DraftInput) -> Result<Part, Problem> {
    let language = visit.t.0;
    let desk = web.desk();
    let texts = match &draft.texts {
        Some(texts) => texts.clone(),
        None => {
            desk.compose_message(scope, draft.kind, &draft.description)
                .await?
                .texts
        }
    };
    let mut wrong = Vec::new();
    let reached = match &draft.area {
        Some(area) => {
            let query = ReachQuery {
                area: area.clone(),
                kind: draft.kind,
                channels: draft.channels,
                action: None,
            };
            match desk.count_reach(scope, &query).await {
                Ok(reach) => Some(Reached::new(reach, &desk.directory().territory(), language)),
                Err(error) => {
                    wrong.push(Problem::from(error).words(language).1.to_owned());
                    None
                }
            }
        }
        None => None,
    };
    let area = draft.area.clone();
    let findings = match desk.check_draft(scope, draft).await {
        Ok(findings) => findings,
        Err(error) => {
            let problem = Problem::from(error);
            wrong.extend(problem.fields(language).map(|(_, said)| said.to_owned()));
            Vec::new()
        }
    };
    let features = shown::features(web, scope, area.as_ref(), "").await?;
    Ok(Part {
        features: features.to_string(),
        reached,
        is_expansion: false,
        wrong,
        readings: shown::readings(web, &texts, &findings),
        found: Found::all(&findings, &texts, language),
    })
}
