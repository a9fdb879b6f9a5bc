//! The console: the control room's pages, and what ambassadors, coordinator and administrator use of them.

use axum::Router;

use crate::web::Web;

mod administration;
mod archive;
mod compose;
mod live;
mod notices;
mod overview;
mod own_account;
mod running;
mod statistics;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new()
        .merge(overview::router())
        .merge(live::router())
        .merge(notices::router())
        .merge(compose::router())
        .merge(running::router())
        .merge(archive::router())
        .merge(administration::router())
        .merge(own_account::router())
        .merge(statistics::router())
}
