//! The overview: what runs now.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;

use crate::web::Web;
use crate::web::problem::Problem;
use crate::web::screens::frame::{Frame, answer};
use crate::web::screens::signed::Desked;
use crate::web::screens::visit::Visit;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new().route("/console", get(overview))
}

#[derive(Template)]
#[template(path = "console/overview.html")]
struct Overview {
    frame: Frame,
}

async fn overview(State(web): State<Web>, visit: Visit, desked: Desked) -> Result<Response, Problem> {
    let frame = desked.frame(&web, &visit, visit.t.say("overview-title")).await?;
    Ok(answer(&visit, StatusCode::OK, &Overview { frame }))
}
