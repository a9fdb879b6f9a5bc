//! One's places: added by postcode or on the map, and taken away.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;

use super::{register, settings};
use crate::desk::participants::SettingsChange;
use crate::domain::participant::Place;
use crate::domain::participant::registration::PlaceInput;
use crate::web::Web;
use crate::web::problem::{Problem, ProblemKind};
use crate::web::screens::form::Form;
use crate::web::screens::signed::SignedCitizen;
use crate::web::screens::texts::Texts;
use crate::web::screens::visit::Visit;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new()
        .route("/me/places", post(add))
        .route("/me/places/remove", post(remove))
}

/// What a place is called: by its own name, and by its postcode where it was given as one.
pub fn name(place: &Place, t: Texts) -> String {
    let kind = t.say(&format!("spot-{}", place.kind.name())).to_string();
    let name = place.label.clone().unwrap_or(kind);
    match &place.postcode {
        Some(postcode) => format!("{name} ({postcode})"),
        None => name,
    }
}

/// A place as it was given.
fn given(place: &Place) -> PlaceInput {
    PlaceInput {
        kind: place.kind.name().to_owned(),
        longitude: Some(place.point.lon_degrees()),
        latitude: Some(place.point.lat_degrees()),
        postcode: place
            .postcode
            .map(|postcode| postcode.to_string())
            .unwrap_or_default(),
        label: place.label.clone().unwrap_or_default(),
    }
}

async fn add(
    State(web): State<Web>,
    visit: Visit,
    SignedCitizen(scope): SignedCitizen,
    form: Form,
) -> Result<Response, Problem> {
    let view = web.desk().own_participant(&scope).await?;
    // The new one first: what is wrong with it is said beside its field.
    let mut places = vec![register::place(&form)];
    places.extend(view.places.iter().map(given));
    store(&web, &visit, &scope, form, places).await
}

async fn remove(
    State(web): State<Web>,
    visit: Visit,
    SignedCitizen(scope): SignedCitizen,
    form: Form,
) -> Result<Response, Problem> {
    let view = web.desk().own_participant(&scope).await?;
    // By its name, so that a list that changed meanwhile loses no other one.
    let gone = view
        .places
        .iter()
        .position(|place| name(place, visit.t) == form.text("place"));
    let gone = gone.ok_or(ProblemKind::NotFound)?;
    let kept = view.places.iter().enumerate().filter(|(at, _)| *at != gone);
    let places = kept.map(|(_, place)| given(place)).collect();
    store(&web, &visit, &scope, form, places).await
}

async fn store(
    web: &Web,
    visit: &Visit,
    scope: &crate::desk::participants::ParticipantScope,
    form: Form,
    places: Vec<PlaceInput>,
) -> Result<Response, Problem> {
    let change = SettingsChange {
        places: Some(places),
        ..SettingsChange::default()
    };
    match web.desk().change_settings(scope, change).await {
        Ok(_) => Ok(Redirect::to("/me/settings?saved=1#places").into_response()),
        Err(error) => settings::page(web, visit, scope, form, &error.into()).await,
    }
}
