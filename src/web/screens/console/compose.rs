//! Making an action and starting it: the form, what it would reach, check and start, a second person, and the hold.
//!
//! ```text
//! new / edit ──(what is typed)──▶ part: map, reach, regions, texts, checks
//!      │                          save: the draft at the desk
//!      ▼
//!    start ──▶ hold ──▶ the running action
//!      │  ▲
//!      ▼  │ approved, or returned with a reason
//!   review (another's screen)
//! ```

use axum::Router;

use crate::web::Web;

mod aim;
mod content;
mod description;
mod expand;
mod hold;
mod page;
mod part;
mod photos;
mod questions;
pub mod regions;
mod review;
mod shown;
mod start;
mod update;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new()
        .merge(page::router())
        .merge(part::router())
        .merge(photos::router())
        .merge(regions::router())
        .merge(start::router())
        .merge(review::router())
        .merge(hold::router())
        .merge(expand::router())
        .merge(update::router())
}
