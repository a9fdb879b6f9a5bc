//! The participant's pages, for telephones first: taking part, what goes on nearby, tips, one's own settings, and
//! leaving.

use axum::Router;

use crate::web::Web;

mod action;
mod addresses;
mod code;
mod devices;
mod installed;
mod leaving;
mod me;
mod places;
mod register;
mod rest;
mod settings;
mod sign_in;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new()
        .merge(register::router())
        .merge(sign_in::router())
        .merge(me::router())
        .merge(action::router())
        .merge(settings::router())
        .merge(places::router())
        .merge(addresses::router())
        .merge(devices::router())
        .merge(leaving::router())
        .merge(installed::router())
}
