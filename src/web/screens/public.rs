//! What everyone may read: what the network is and does now, how accessible it is, and what it holds of people.

use axum::Router;

use crate::web::Web;

mod accessibility;
pub mod action;
mod home;
mod privacy;
mod regions;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new()
        .merge(home::router())
        .merge(action::router())
        .merge(accessibility::router())
        .merge(privacy::router())
        .merge(regions::router())
}
