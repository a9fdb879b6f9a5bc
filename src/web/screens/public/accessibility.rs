//! How accessible the pages are, after the Dutch model of the statement (Besluit digitale toegankelijkheid overheid).

use askama::Template;
use axum::Router;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;

use crate::web::Web;
use crate::web::screens::frame::{Frame, Surface, answer};
use crate::web::screens::visit::Visit;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new().route("/accessibility", get(statement))
}

#[derive(Template)]
#[template(path = "public/accessibility.html")]
struct Statement {
    frame: Frame,
}

async fn statement(visit: Visit) -> Response {
    let title = visit.t.say("accessibility-title").to_string();
    let frame = Frame::new(&visit, Surface::Public, title);
    answer(&visit, StatusCode::OK, &Statement { frame })
}
