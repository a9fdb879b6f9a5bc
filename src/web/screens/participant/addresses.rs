//! E-mail address and telephone number: another one comes with a code, and one of two can be forgotten.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};

use super::{code, settings};
use crate::desk::participants::SettingsChange;
use crate::domain::channel::{Channel, ChannelSet};
use crate::web::Web;
use crate::web::address::CallerAddress;
use crate::web::problem::Problem;
use crate::web::rate::Limited;
use crate::web::screens::form::Form;
use crate::web::screens::signed::SignedCitizen;
use crate::web::screens::visit::Visit;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new()
        .route("/me/settings/addresses", post(add))
        .route("/me/settings/addresses/forget", post(forget))
        .route(
            "/me/settings/addresses/{verification}",
            get(code::ask).post(code::take),
        )
}

async fn add(
    State(web): State<Web>,
    visit: Visit,
    address: CallerAddress,
    SignedCitizen(scope): SignedCitizen,
    form: Form,
) -> Result<Response, Problem> {
    web.rates().take(Limited::CodeByAddress, address)?;
    match web.desk().request_address(&scope, form.text("address")).await {
        Ok(sent) => Ok(Redirect::to(&code::path("/me/settings/addresses", &sent, "")).into_response()),
        Err(error) => settings::page(&web, &visit, &scope, form, &error.into()).await,
    }
}

async fn forget(
    State(web): State<Web>,
    visit: Visit,
    SignedCitizen(scope): SignedCitizen,
    form: Form,
) -> Result<Response, Problem> {
    let channel = form.text("channel").parse::<Channel>().ok();
    let change = SettingsChange {
        forget: channel.map_or(ChannelSet::NONE, |channel| ChannelSet::NONE.with(channel)),
        ..SettingsChange::default()
    };
    match web.desk().change_settings(&scope, change).await {
        Ok(_) => Ok(Redirect::to("/me/settings?saved=1#reached").into_response()),
        Err(error) => settings::page(&web, &visit, &scope, form, &error.into()).await,
    }
}
