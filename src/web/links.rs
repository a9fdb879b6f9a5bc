//! What a browser gets at the links in messages, and what a program gets there.
//!
//! `/a/REFERENCE` is an alert with its form, `/t/REFERENCE` what became of a tip. Both answer with a page, or
//! with JSON to whoever asks for that.

use axum::extract::{DefaultBodyLimit, FromRequest, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::HeaderMap;
use serde_json::json;

use super::Web;
use super::address::CallerAddress;
use super::api::alerts::{AlertBody, FollowedBody, SentTip, TipForm};
use super::api::photos::jpeg;
use super::extract::upload::{FORM_BYTES, Upload};
use super::extract::{GeoJson, Path, whole};
use super::feeds::page_of;
use super::problem::{Problem, ProblemKind};
use super::rate::Limited;
use super::screens::linked::alert::{alert, empty_tip};
use super::screens::linked::followed::followed;
use super::screens::linked::searched::thanked;
use super::screens::linked::{in_language_of, wants_page};
use super::screens::problem_page;
use super::screens::visit::Visit;
use crate::desk::DeskError;
use crate::desk::actions::PublicAction;
use crate::domain::language::Language;
use crate::domain::point::Point;
use crate::domain::problem::ProblemCode;
use crate::domain::search::Search;
use crate::storage::photos::PhotoSize;

/// The most bytes of a form that says where somebody looked.
const SEARCH_BYTES: usize = 8 * 1024;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new()
        .route(
            "/a/{reference}",
            get(show).post(send).layer(DefaultBodyLimit::max(FORM_BYTES)),
        )
        .route("/a/{reference}/area", get(area))
        .route("/a/{reference}/photos/{position}", get(photo))
        .route(
            "/a/{reference}/searched",
            post(searched).layer(DefaultBodyLimit::max(SEARCH_BYTES)),
        )
        .route("/t/{reference}", get(follow))
}

async fn show(
    State(web): State<Web>,
    Path(reference): Path<String>,
    visit: Visit,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let language = web.desk().language_of_link(&reference).await;
    let visit = in_language_of(visit, &web, &headers, language);
    // A program hears the language of the link, whatever cookie it brings.
    let read_in = if wants_page(&headers) { visit.t.0 } else { language };
    match web.desk().action_by_link(&reference, read_in).await {
        Ok(action) if wants_page(&headers) => {
            let (shared, tip) = (shared(&web, &action), empty_tip(&reference));
            Ok(alert(&visit, &reference, &action, shared, tip, None))
        }
        Ok(action) => Ok(Json(AlertBody::from(action)).into_response()),
        Err(error) => refuse(&visit, &headers, error.into()),
    }
}

/// The page of the action that everyone may read, where there is one.
fn shared(web: &Web, action: &PublicAction) -> Option<String> {
    let settings = web.settings();
    settings
        .feeds
        .enabled
        .then(|| page_of(&settings.public_url, action.number))
}

/// A problem as a page for a browser, and as it is for a program.
fn refuse(visit: &Visit, headers: &HeaderMap, problem: Problem) -> Result<Response, Problem> {
    if wants_page(headers) {
        Ok(problem_page::page(visit, &problem))
    } else {
        Err(problem)
    }
}

async fn send(
    State(web): State<Web>,
    Path(reference): Path<String>,
    address: CallerAddress,
    visit: Visit,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Problem> {
    // Link and rate are looked at before anything of the body is taken in.
    let language = web.desk().language_of_link(&reference).await;
    let visit = in_language_of(visit, &web, &headers, language);
    let action = match web.desk().action_by_link(&reference, visit.t.0).await {
        Ok(action) => action,
        Err(error) => return refuse(&visit, &headers, error.into()),
    };
    let form = match web.rates().take(Limited::TipByAddress, address) {
        Ok(()) => Upload::from_request(request, &web).await,
        Err(problem) => Err(problem),
    };
    let mut fields = empty_tip(&reference);
    let sent = match form {
        Ok(form) => {
            fields = fields.typed(&form);
            take(&web, &reference, form).await
        }
        Err(problem) => Err(problem),
    };
    match sent {
        Ok(sent) => Ok(Redirect::to(&format!("/t/{}", sent.reference)).into_response()),
        Err(problem) => {
            let shared = shared(&web, &action);
            Ok(alert(&visit, &reference, &action, shared, fields, Some(&problem)))
        }
    }
}

/// Where the action is, for the map.
async fn area(State(web): State<Web>, Path(reference): Path<String>) -> Result<Response, Problem> {
    let outline = web.desk().outline_by_link(&reference).await?;
    let area = json!({ "type": "Feature", "properties": { "kind": "area" }, "geometry": outline.geometry() });
    Ok(GeoJson(json!({ "type": "FeatureCollection", "features": [area] })).into_response())
}

async fn take(web: &Web, reference: &str, form: Upload) -> Result<SentTip, Problem> {
    let form = TipForm::try_from(form)?;
    let desk = web.desk();
    let submitted = desk
        .submit_tip_by_link(reference, form.content, form.photos)
        .await?;
    Ok(submitted.into())
}

/// Takes in where somebody looked and found nothing: the form of the page, without script.
async fn searched(
    State(web): State<Web>,
    Path(reference): Path<String>,
    address: CallerAddress,
    visit: Visit,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Problem> {
    let language = web.desk().language_of_link(&reference).await;
    let visit = in_language_of(visit, &web, &headers, language);
    let taken = async {
        web.rates().take(Limited::TipByAddress, address)?;
        let body = whole(request, &web).await?;
        let search = read_search(&body)?;
        Ok::<_, Problem>(web.desk().report_search(&reference, search).await?)
    };
    match taken.await {
        Ok(_) => Ok(thanked(&visit, &reference)),
        Err(problem) => refuse(&visit, &headers, problem),
    }
}

/// The fields `what`, `place` (latitude and longitude, as maps give them) and `radius_m`.
fn read_search(body: &[u8]) -> Result<Search, Problem> {
    let field = |name: &str| {
        let found = form_urlencoded::parse(body).find(|(known, _)| known == name);
        found
            .map(|(_, value)| value.trim().to_owned())
            .filter(|value| !value.is_empty())
    };
    let place = match field("place") {
        Some(text) => {
            let wrong = || Problem::invalid_field("place", ProblemCode::PositionForm);
            let (lat, lon) = text.split_once(',').ok_or_else(wrong)?;
            let degrees = |text: &str| text.trim().parse::<f64>().map_err(|_| wrong());
            Some(Point::from_degrees(degrees(lon)?, degrees(lat)?).map_err(|_| wrong())?)
        }
        None => None,
    };
    let radius = field("radius_m")
        .and_then(|text| text.parse().ok())
        .filter(|_| place.is_some());
    let search = Search::check(place, radius, field("what").as_deref());
    Ok(search.map_err(DeskError::from)?)
}

async fn photo(
    State(web): State<Web>,
    Path((reference, position)): Path<(String, usize)>,
) -> Result<Response, Problem> {
    let action = web.desk().action_by_link(&reference, Language::Nl).await?;
    let photo = action.photos.get(position).ok_or(ProblemKind::NotFound)?;
    let file = web
        .desk()
        .photo_by_link(&reference, *photo, PhotoSize::Full)
        .await?;
    Ok(jpeg(file))
}

async fn follow(
    State(web): State<Web>,
    Path(reference): Path<String>,
    visit: Visit,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    match web.desk().follow_tip(&reference).await {
        Ok(tip) if wants_page(&headers) => Ok(followed(&visit, &tip)),
        Ok(tip) => Ok(Json(FollowedBody::from(tip)).into_response()),
        Err(error) => refuse(&visit, &headers, error.into()),
    }
}
