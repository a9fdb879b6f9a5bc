//! A tip beside those that may report the same.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;

use super::tips::TipShown;
use crate::desk::Permission;
use crate::domain::id::{ActionId, TipId};
use crate::web::Web;
use crate::web::extract::Path;
use crate::web::problem::Problem;
use crate::web::screens::frame::{Frame, answer};
use crate::web::screens::signed::Desked;
use crate::web::screens::visit::Visit;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new().route("/console/tips/{id}/beside", get(show))
}

/// Another tip, and why it may be the same.
struct Alike {
    tip: TipShown,
    reasons: Vec<String>,
}

#[derive(Template)]
#[template(path = "console/running/beside.html")]
struct Beside {
    frame: Frame,
    action: ActionId,
    tip: TipShown,
    others: Vec<Alike>,
    may_judge: bool,
}

async fn show(
    State(web): State<Web>,
    visit: Visit,
    desked: Desked,
    Path(id): Path<TipId>,
) -> Result<Response, Problem> {
    let (desk, language) = (web.desk(), visit.t.0);
    let view = desk.tip(&desked.scope, id).await?;
    let action = view.tip.action;
    let mut others = Vec::new();
    for similar in desk.similar_tips(&desked.scope, id).await? {
        let other = desk.tip(&desked.scope, similar.tip).await?;
        let reasons = similar.reasons.iter();
        others.push(Alike {
            tip: TipShown::new(other, language),
            reasons: reasons
                .map(|reason| reason.said().in_language(language).to_owned())
                .collect(),
        });
    }
    let page = Beside {
        frame: desked
            .frame(&web, &visit, visit.t.say("beside-title"))
            .await?
            .wide(),
        action,
        tip: TipShown::new(view, language),
        others,
        may_judge: desked.scope.require(Permission::HandleTips).is_ok(),
    };
    Ok(answer(&visit, StatusCode::OK, &page))
}
