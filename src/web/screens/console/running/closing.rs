//! Closing an action: how it ended, which tip led to it, and what those who were called on read.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::StatusCode;

use super::super::overview::title;
use super::deeds::version;
use super::tips::{TipShown, tip_list};
use crate::desk::Permission;
use crate::desk::actions::Closing;
use crate::domain::action::{Text, Texts};
use crate::domain::check::CheckCode;
use crate::domain::id::ActionId;
use crate::domain::outcome::{Outcome, OutcomeKind};
use crate::domain::problem::ProblemCode;
use crate::web::Web;
use crate::web::extract::Path;
use crate::web::problem::Problem;
use crate::web::screens::form::Form;
use crate::web::screens::frame::{Frame, answer};
use crate::web::screens::signed::Desked;
use crate::web::screens::visit::Visit;
use crate::web::screens::wrong::sentences;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new().route("/console/actions/{id}/close", get(ask).post(close))
}

/// The outcomes that one chooses from.
const OUTCOMES: [OutcomeKind; 4] = [
    OutcomeKind::DirectSuccess,
    OutcomeKind::IndirectSuccess,
    OutcomeKind::ResolvedOtherwise,
    OutcomeKind::NotResolved,
];

#[derive(Template)]
#[template(path = "console/running/close.html")]
struct ClosePage {
    frame: Frame,
    id: ActionId,
    version: u32,
    action: String,
    /// Each outcome with the text that goes with it.
    outcomes: Vec<(&'static str, String)>,
    chosen: String,
    tips: Vec<TipShown>,
    tip: String,
    own_text: [String; 4],
    told: u64,
    wrong: Vec<String>,
    /// Findings that go out only once confirmed, by code.
    confirmable: Vec<(&'static str, String)>,
}

impl ClosePage {
    fn has_own_text(&self) -> bool {
        self.own_text.iter().any(|text| !text.is_empty())
    }
}

async fn ask(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    Path(id): Path<ActionId>,
) -> Result<Response, Problem> {
    show(&web, &visit, &desked, id, &Form::default(), None).await
}

async fn show(
    web: &Web,
    visit: &Visit,
    desked: &Desked,
    id: ActionId,
    form: &Form,
    problem: Option<&Problem>,
) -> Result<Response, Problem> {
    let view = web.desk().action(&desked.scope, id).await?;
    let tips = if desked.scope.require(Permission::SeeTips).is_ok() {
        tip_list(web, visit, desked, id).await?.tips
    } else {
        Vec::new()
    };
    let kind = view.action.content.kind;
    let outcomes = OUTCOMES.map(|outcome| {
        let text = outcome.default_texts(kind).in_language(visit.t.0).body.clone();
        (outcome.name(), text)
    });
    let mut wrong = Vec::new();
    let mut confirmable = Vec::new();
    if let Some(problem) = problem {
        wrong = sentences(problem, visit.t.0);
        for finding in problem.found() {
            let said = finding.said.in_language(visit.t.0).to_owned();
            confirmable.push((finding.code.name(), said));
        }
    }
    let field = |name: &str| form.text(name).to_owned();
    let page = ClosePage {
        frame: desked.frame(web, visit, visit.t.say("close-title")).await?,
        id,
        version: view.action.version,
        action: title(visit, &view.action),
        outcomes: outcomes.to_vec(),
        chosen: field("outcome"),
        tips: tips
            .into_iter()
            .filter(|tip| tip.phase != "not_relevant")
            .collect(),
        tip: field("tip"),
        own_text: [
            field("title_nl"),
            field("body_nl"),
            field("title_en"),
            field("body_en"),
        ],
        told: view.accounting().reached(),
        wrong,
        confirmable,
    };
    let status = problem.map_or(StatusCode::OK, |problem| problem.kind().status());
    Ok(answer(visit, status, &page))
}

async fn close(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    Path(id): Path<ActionId>,
    form: Form,
) -> Result<Response, Problem> {
    let closed = async {
        let (version, closing) = (version(&form)?, read(&form)?);
        web.desk()
            .close_action(&desked.scope, id, version, closing)
            .await?;
        Ok::<_, Problem>(())
    };
    match closed.await {
        Ok(()) => Ok(Redirect::to(&format!("/console/actions/{id}")).into_response()),
        Err(problem) if problem.kind().status().is_client_error() => {
            show(&web, &visit, &desked, id, &form, Some(&problem)).await
        }
        Err(problem) => Err(problem),
    }
}

fn read(form: &Form) -> Result<Closing, Problem> {
    let outcome = match OutcomeKind::parse(form.text("outcome")) {
        Some(OutcomeKind::DirectSuccess) => {
            let tip = form.filled("tip").and_then(|tip| tip.parse().ok());
            let tip = tip.ok_or_else(|| Problem::invalid_field("tip", ProblemCode::TipMissing))?;
            Outcome::DirectSuccess { tip }
        }
        Some(OutcomeKind::IndirectSuccess) => Outcome::IndirectSuccess,
        Some(OutcomeKind::ResolvedOtherwise) => Outcome::ResolvedOtherwise,
        Some(OutcomeKind::NotResolved) => Outcome::NotResolved,
        Some(OutcomeKind::Withdrawn) | None => return Err(Problem::missing("outcome")),
    };
    let written = ["title_nl", "body_nl", "title_en", "body_en"].map(|name| form.text(name));
    let texts = written.iter().any(|text| !text.is_empty()).then(|| Texts {
        nl: Text::new(written[0], written[1]),
        en: Text::new(written[2], written[3]),
    });
    Ok(Closing {
        outcome,
        texts,
        confirmed: form
            .all("confirmed")
            .filter_map(|code| code.parse::<CheckCode>().ok())
            .collect(),
    })
}
