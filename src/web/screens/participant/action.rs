//! An action near one's places: what was said, where it is, photos, and a tip about it.

use askama::Template;
use axum::extract::{DefaultBodyLimit, FromRequest, Path, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::{HeaderMap, StatusCode, header};

use super::me;
use crate::desk::participants::{NearAction, ParticipantScope};
use crate::domain::action::{ActionNumber, EMERGENCY_NUMBER};
use crate::web::Web;
use crate::web::address::CallerAddress;
use crate::web::api::alerts::{ANYONE, SentTip, TipForm};
use crate::web::api::photos::jpeg;
use crate::web::extract::upload::{FORM_BYTES, Upload};
use crate::web::feeds::page_of;
use crate::web::problem::Problem;
use crate::web::rate::Limited;
use crate::web::repeat::Repeat;
use crate::web::screens::frame::{Frame, answer};
use crate::web::screens::public::action::{Shown, features};
use crate::web::screens::signed::SignedCitizen;
use crate::web::screens::tip_form::TipFields;
use crate::web::screens::visit::Visit;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new()
        .route(
            "/me/actions/{number}",
            get(one).post(send).layer(DefaultBodyLimit::max(FORM_BYTES)),
        )
        .route("/me/actions/{number}/photos/{position}", get(photo))
}

#[derive(Template)]
#[template(path = "participant/action.html")]
struct ActionPage<'a> {
    frame: Frame,
    action: Shown<'a>,
    photos: usize,
    features: String,
    /// The page that everyone may read, to share; none of what is kept among participants.
    link: Option<String>,
    tip: TipFields,
    emergency: &'a str,
}

fn show(web: &Web, visit: &Visit, status: StatusCode, near: &NearAction, tip: TipFields) -> Response {
    let action = Shown::of(&near.bulletin, visit.t.0);
    let is_shared = near.is_public && action.is_running && web.settings().feeds.enabled;
    let page = ActionPage {
        frame: me::frame(visit, action.title),
        photos: near.photos.len(),
        features: features(&near.bulletin),
        link: is_shared.then(|| page_of(&web.settings().public_url, action.number)),
        tip,
        emergency: EMERGENCY_NUMBER,
        action,
    };
    answer(visit, status, &page)
}

fn empty_tip(number: ActionNumber) -> TipFields {
    let path = format!("/me/actions/{number}");
    TipFields::to(path.clone(), path)
}

async fn one(
    State(web): State<Web>,
    visit: Visit,
    SignedCitizen(scope): SignedCitizen,
    Path(number): Path<ActionNumber>,
) -> Result<Response, Problem> {
    let near = web.desk().action_near(&scope, number).await?;
    Ok(show(&web, &visit, StatusCode::OK, &near, empty_tip(number)))
}

async fn photo(
    State(web): State<Web>,
    SignedCitizen(scope): SignedCitizen,
    Path((number, position)): Path<(ActionNumber, usize)>,
) -> Result<Response, Problem> {
    Ok(jpeg(web.desk().photo_near(&scope, number, position).await?))
}

/// Takes a tip: of a form, which leads to what becomes of it, or of script, which asks for JSON and may ask again.
#[expect(clippy::too_many_arguments, reason = "each is another part of the request")]
async fn send(
    State(web): State<Web>,
    visit: Visit,
    SignedCitizen(scope): SignedCitizen,
    address: CallerAddress,
    Path(number): Path<ActionNumber>,
    headers: HeaderMap,
    repeat: Repeat,
    request: Request,
) -> Result<Response, Problem> {
    let near = web.desk().action_near(&scope, number).await?;
    let form = match web.rates().take(Limited::TipByAddress, address) {
        Ok(()) => Upload::from_request(request, &web).await,
        Err(problem) => Err(problem),
    };
    let wants_json = headers
        .get(header::ACCEPT)
        .is_some_and(|accept| accept == "application/json");
    let mut fields = empty_tip(number);
    let sent = match form {
        Ok(form) if wants_json => return take_again(&web, scope, &near, form, repeat).await,
        Ok(form) => {
            fields = fields.typed(&form);
            take(&web, scope, &near, form).await
        }
        Err(problem) => Err(problem),
    };
    match sent {
        Ok(sent) => Ok(Redirect::to(&format!("/t/{}", sent.reference)).into_response()),
        Err(problem) => {
            let fields = fields.refused(&problem, visit.t);
            let mut response = show(&web, &visit, problem.kind().status(), &near, fields);
            problem.add_headers(response.headers_mut());
            Ok(response)
        }
    }
}

async fn take(
    web: &Web,
    scope: ParticipantScope,
    near: &NearAction,
    form: Upload,
) -> Result<SentTip, Problem> {
    let form = TipForm::try_from(form)?;
    let sent = web
        .desk()
        .submit_tip_as_participant(scope.number, near.id, form.content, form.photos)
        .await?;
    Ok(sent.into())
}

async fn take_again(
    web: &Web,
    scope: ParticipantScope,
    near: &NearAction,
    form: Upload,
    repeat: Repeat,
) -> Result<Response, Problem> {
    let form = TipForm::try_from(form)?;
    let (repeat, actor) = if form.content.anonymous {
        (repeat.unlinked(), ANYONE.to_owned())
    } else {
        (repeat, format!("participant {}", scope.number))
    };
    let (desk, id, fingerprint) = (web.desk().clone(), near.id, form.fingerprint);
    let work = async move {
        let submitted = desk
            .submit_tip_as_participant(scope.number, id, form.content, form.photos)
            .await;
        drop(form.place);
        Ok((StatusCode::CREATED, Json(SentTip::from(submitted?))).into_response())
    };
    repeat.answer(web, &actor, fingerprint, work).await
}
