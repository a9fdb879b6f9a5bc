//! Calling on more people for an action that runs: another area, and whom it reaches that was not called on yet.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use http::StatusCode;

use super::aim;
use super::page::{RegionChoice, region_choices};
use super::shown::{self, Found, Reached};
use super::start::{confirmed, proved, to_confirm, version};
use crate::desk::DeskError;
use crate::desk::actions::{ActionView, Intended, ReachQuery};
use crate::domain::action::approval::Matter;
use crate::domain::area::Area;
use crate::domain::id::ActionId;
use crate::domain::wave::WaveKind;
use crate::web::Web;
use crate::web::extract::Path;
use crate::web::problem::Problem;
use crate::web::screens::form::Form;
use crate::web::screens::frame::{Frame, Surface, answer};
use crate::web::screens::signed::Desked;
use crate::web::screens::visit::Visit;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new()
        .route("/console/actions/{id}/expand", get(ask).post(send))
        .route("/console/actions/{id}/expand/part", post(part))
}

/// Whom it would reach, and what the checks say.
struct Counted {
    reached: Option<Reached>,
    found: Vec<Found>,
    to_confirm: Vec<(&'static str, String)>,
    /// Whether a second person is asked.
    needs_second: bool,
    asks_code: bool,
}

#[derive(Template)]
#[template(path = "console/compose/expand.html")]
struct ExpandPage {
    frame: Frame,
    id: ActionId,
    version: u32,
    form: Form,
    regions: Vec<RegionChoice>,
    features: String,
    counted: Counted,
    wrong: Vec<(String, String)>,
    detail: Option<String>,
}

#[derive(Template)]
#[template(path = "console/compose/expand_part.html")]
struct ExpandPart {
    frame: Frame,
    counted: Counted,
}

impl ExpandPage {
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
        self.form.filled("means").unwrap_or("on_foot") == means
    }
}

async fn area_of(
    web: &Web,
    desked: &Desked,
    view: &ActionView,
    form: &Form,
) -> Result<Option<Area>, Problem> {
    let action = &view.action;
    let aim = aim::read(web, &desked.scope, form, action.content.kind, Some(action.id)).await?;
    Ok(aim.map(|aim| aim.area))
}

async fn count(
    web: &Web,
    visit: &Visit,
    desked: &Desked,
    view: &ActionView,
    area: Option<&Area>,
) -> Result<Counted, Problem> {
    let (desk, scope, action) = (web.desk(), &desked.scope, &view.action);
    let mut counted = Counted {
        reached: None,
        found: Vec::new(),
        to_confirm: Vec::new(),
        needs_second: false,
        asks_code: false,
    };
    let Some(area) = area else { return Ok(counted) };
    let query = ReachQuery {
        area: area.clone(),
        kind: action.content.kind,
        channels: Some(action.content.channels),
        action: Some(action.id),
    };
    let reach = desk.count_reach(scope, &query).await?;
    counted.reached = Some(Reached::new(reach, &desk.directory().territory(), visit.t.0));
    let intended = Intended {
        wave: WaveKind::Expansion,
        texts: None,
        area: Some(area.clone()),
    };
    let findings = desk.check_intended(scope, action.id, &intended).await?;
    counted.found = Found::all(&findings, &action.content.texts, visit.t.0);
    counted.to_confirm = to_confirm(&findings, &counted.found);
    let matter = Matter::Expansion(area.clone());
    let outlook = desk.outlook(scope, action.id, Some(&matter)).await;
    counted.needs_second = outlook.is_ok_and(|outlook| outlook.needs.is_some());
    Ok(counted)
}

async fn ask(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    Path(id): Path<ActionId>,
) -> Result<Response, Problem> {
    let view = web.desk().action(&desked.scope, id).await?;
    let proposed = match view.proposal.as_ref().map(|proposal| &proposal.matter) {
        Some(Matter::Expansion(area)) => Some(area),
        _ => view.action.content.area.as_ref(),
    };
    let mut fields = Vec::new();
    if let Some(area) = proposed {
        aim::fields(area, view.action.content.origin, &mut fields);
    }
    show(&web, &visit, &desked, &view, Form::of(fields), None).await
}

async fn show(
    web: &Web,
    visit: &Visit,
    desked: &Desked,
    view: &ActionView,
    form: Form,
    error: Option<DeskError>,
) -> Result<Response, Problem> {
    let asks_code = matches!(
        &error,
        Some(DeskError::Forbidden(crate::desk::Reason::ProofNotFresh))
    );
    let mut problem = error.map(Problem::from);
    let area = match area_of(web, desked, view, &form).await {
        Ok(area) => area,
        Err(wrong) => {
            problem = Some(wrong);
            None
        }
    };
    let mut counted = count(web, visit, desked, view, area.as_ref()).await?;
    counted.asks_code = asks_code;
    let title = visit
        .t
        .say("expand-title")
        .with("number", view.action.number.to_string());
    let frame = desked.frame(web, visit, title).await?;
    let fields = problem.iter().flat_map(|problem| problem.fields(visit.t.0));
    let page = ExpandPage {
        frame: frame.wide().with_map(),
        id: view.action.id,
        version: view.action.version,
        regions: region_choices(web, &desked.scope, &form, visit.t)?,
        form,
        features: shown::features(web, &desked.scope, area.as_ref(), "")
            .await?
            .to_string(),
        counted,
        wrong: fields
            .map(|(field, said)| (field.to_owned(), said.to_owned()))
            .collect(),
        detail: problem
            .as_ref()
            .map(|problem| problem.words(visit.t.0).1.to_owned()),
    };
    let status = problem.as_ref().map(|problem| problem.kind().status());
    let status = status
        .filter(StatusCode::is_client_error)
        .unwrap_or(StatusCode::OK);
    Ok(answer(visit, status, &page))
}

async fn part(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    Path(id): Path<ActionId>,
    form: Form,
) -> Result<Response, Problem> {
    let view = web.desk().action(&desked.scope, id).await?;
    let area = area_of(&web, &desked, &view, &form).await.unwrap_or_default();
    let counted = count(&web, &visit, &desked, &view, area.as_ref()).await?;
    let frame = Frame::new(&visit, Surface::Console, String::new());
    Ok(answer(&visit, StatusCode::OK, &ExpandPart { frame, counted }))
}

async fn send(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    Path(id): Path<ActionId>,
    form: Form,
) -> Result<Response, Problem> {
    let view = web.desk().action(&desked.scope, id).await?;
    let area = match area_of(&web, &desked, &view, &form).await {
        Ok(Some(area)) if form.text("do") != "count" => area,
        _ => return show(&web, &visit, &desked, &view, form, None).await,
    };
    let seen = version(&form)?;
    let sent = async {
        if form.text("do") == "submit" {
            let matter = Some(Matter::Expansion(area));
            web.desk().submit_action(&desked.scope, id, seen, matter).await?;
        } else {
            let scope = proved(&web, &desked, &form).await?;
            web.desk()
                .expand_action_confirming(&scope, id, seen, &area, &confirmed(&form))
                .await?;
        }
        Ok::<_, DeskError>(())
    };
    match sent.await {
        Ok(()) => Ok(Redirect::to(&format!("/console/actions/{id}")).into_response()),
        Err(error) => show(&web, &visit, &desked, &view, form, Some(error)).await,
    }
}
