//! The language switch.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use axum::routing::post;
use http::header;

use super::cookies;
use super::form::Form;
use super::visit::local_path;
use crate::domain::language::Language;
use crate::web::Web;

pub fn router() -> Router<Web> {
    Router::new().route("/language", post(choose))
}

async fn choose(State(web): State<Web>, form: Form) -> impl IntoResponse {
    let language: Language = form.text("language").parse().unwrap_or_default();
    let cookie = [(header::SET_COOKIE, cookies::keep_language(&web, language))];
    (cookie, Redirect::to(local_path(form.text("next"))))
}
