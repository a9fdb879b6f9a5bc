//! The pages that people work with: the console of the control room, the participant's app, and what everyone may read.
//!
//! ```text
//! browser ─▶ guard (is it our own page that asks?) ─▶ signed (cookie becomes a scope) ─▶ a page's handler ─▶ desk
//!                                                                                            │
//!                                                       frame (the bar around it) ◀── template of web/templates
//! ```
//!
//! Every page is made here and works without script. Where there is script, parts of a page are asked for again when
//! the live stream says that something happened. Texts are in `web/texts`, looks in `web/style`, scripts in `web/src`.

use axum::Router;
use axum::middleware::from_fn_with_state;

use super::Web;

pub mod assets;
pub mod console;
pub mod cookies;
pub mod form;
pub mod frame;
mod guard;
mod language;
pub mod linked;
pub mod participant;
pub mod problem_page;
pub mod public;
pub mod sign_in;
pub mod signed;
pub mod texts;
pub mod tip_form;
pub mod visit;
pub mod wrong;

/// Every page, behind the guard, with problems as pages.
pub fn router(web: &Web) -> Router<Web> {
    Router::new()
        .merge(sign_in::router())
        .merge(language::router())
        .merge(console::router())
        .merge(participant::router())
        .merge(public::router())
        .layer(from_fn_with_state(web.clone(), problem_page::speak))
        .layer(from_fn_with_state(web.clone(), guard::same_site))
        .merge(assets::router())
}
