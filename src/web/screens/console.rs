//! The console: the control room's pages, and what ambassadors, coordinator and administrator use of them.

use axum::Router;

use crate::web::Web;

mod archive;
mod compose;
mod live;
mod overview;
mod running;
mod statistics;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new()
        .merge(overview::router())
        .merge(live::router())
        .merge(compose::router())
        .merge(running::router())
        .merge(archive::router())
        .merge(statistics::router())
}
