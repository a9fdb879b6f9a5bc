//! The console: the control room's pages, and what ambassadors, coordinator and administrator use of them.

use axum::Router;

use crate::web::Web;

mod live;
mod overview;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new().merge(overview::router()).merge(live::router())
}
