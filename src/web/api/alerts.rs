//! What the link in a message leads to: the action's public part, and tips.

use std::time::Duration;

use axum::Json;
use axum::extract::{DefaultBodyLimit, FromRef, FromRequest, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::photos::{SizeQuery, jpeg};
use super::tips::TipBody;
use crate::desk::actions::{PublicAction, PublicMessage};
use crate::desk::tips::{FollowedTip, Submitted};
use crate::dispatch::receipts::ReceiptError;
use crate::domain::action::{ActionNumber, Texts};
use crate::domain::clock::Timestamp;
use crate::domain::id::PhotoId;
use crate::domain::language::Language;
use crate::domain::message::Purpose;
use crate::domain::point::Point;
use crate::domain::problem::ProblemCode;
use crate::domain::tip::{FollowedState, TipContent};
use crate::web::Web;
use crate::web::address::CallerAddress;
use crate::web::extract::incoming::{Place, json};
use crate::web::extract::upload::{FORM_BYTES, Upload};
use crate::web::extract::{Path, Query, media_type};
use crate::web::problem::{Problem, ProblemKind};
use crate::web::rate::Limited;
use crate::web::repeat::{Fingerprint, Repeat};

/// Whoever sends a tip by a link, or anonymously, for repeated calls.
pub const ANYONE: &str = "anyone";
/// How long an app stays away when we cannot store what it says.
const COME_BACK: Duration = Duration::from_secs(2);
/// The most bytes of a tip without photos.
const TIP_BYTES: usize = 64 * 1024;

/// The routes.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(submit_tip))
        .layer(DefaultBodyLimit::max(FORM_BYTES))
        .routes(routes!(one))
        .routes(routes!(received))
        .routes(routes!(photo))
        .routes(routes!(follow))
}

/// In which language.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LanguageQuery {
    /// `nl` (the default) or `en`.
    language: Option<Language>,
}

/// Something that was sent.
#[derive(Serialize, ToSchema)]
#[schema(as = PublicMessage)]
pub struct MessageBody {
    /// Why.
    purpose: Purpose,
    /// When.
    sent_at: Timestamp,
    /// A line of a few words.
    title: String,
    /// The text, lines separated by `\n`.
    body: String,
}

impl From<PublicMessage> for MessageBody {
    fn from(message: PublicMessage) -> Self {
        Self {
            purpose: message.purpose,
            sent_at: message.sent_at,
            title: message.text.title,
            body: message.text.body,
        }
    }
}

/// An action for participants.
#[derive(Serialize, ToSchema)]
#[schema(as = Alert)]
pub struct AlertBody {
    /// Its number.
    number: ActionNumber,
    /// What was sent, the newest first: the outcome, updates, and the call-out itself.
    messages: Vec<MessageBody>,
    /// Its photos, to be asked for by the same link.
    photos: Vec<PhotoId>,
    /// Whether it has ended: tips are still taken.
    ended: bool,
}

impl From<PublicAction> for AlertBody {
    fn from(action: PublicAction) -> Self {
        Self {
            number: action.number,
            messages: action.messages.into_iter().map(MessageBody::from).collect(),
            photos: action.photos,
            ended: action.ended,
        }
    }
}

/// A photo or film that was not taken; the tip was.
#[derive(Serialize, ToSchema)]
pub struct RefusedPhoto {
    /// Which, from 0.
    position: usize,
    /// Why not, and what to do.
    why: String,
}

/// A tip that came in, for whoever sent it.
#[derive(Serialize, ToSchema)]
pub struct SentTip {
    /// The reference by which to follow it.
    pub reference: String,
    /// Whether the action had ended before.
    late: bool,
    /// Photos and films that were not taken: a tip is never lost for a photo.
    refused_photos: Vec<RefusedPhoto>,
}

impl From<Submitted> for SentTip {
    fn from(submitted: Submitted) -> Self {
        let refused = submitted.refused_photos.into_iter();
        Self {
            reference: submitted.reference,
            late: submitted.late,
            refused_photos: refused
                .map(|(position, error)| RefusedPhoto {
                    position,
                    why: error.to_string(),
                })
                .collect(),
        }
    }
}

/// What became of a tip, for whoever sent it.
#[derive(Serialize, ToSchema)]
#[schema(as = FollowedTip)]
pub struct FollowedBody {
    /// The number of its action.
    action: ActionNumber,
    /// When it came in.
    received_at: Timestamp,
    /// What became of it.
    state: FollowedState,
    /// What everyone who was told read of the end, once there is one.
    closing: Option<Texts>,
}

impl From<FollowedTip> for FollowedBody {
    fn from(tip: FollowedTip) -> Self {
        Self {
            action: tip.action,
            received_at: tip.received_at,
            state: tip.state,
            closing: tip.closing,
        }
    }
}

/// A tip as a form.
#[derive(ToSchema)]
#[schema(as = TipForm)]
#[expect(dead_code, reason = "only described")]
pub struct TipFormBody {
    /// What was seen, at most 2,000 characters.
    text: String,
    /// Degrees east.
    longitude: Option<f64>,
    /// Degrees north.
    latitude: Option<f64>,
    /// A telephone number to call back.
    phone: Option<String>,
    /// The name of whoever reports.
    name: Option<String>,
    /// `true` when nobody is to know who reports.
    anonymous: Option<bool>,
    /// At most five photos: JPEG, PNG or WebP, at most 15 MB each; and one film: MP4, MOV or WebM, at most 30 seconds
    /// and 25 MB. Kept without what they say of place and camera.
    #[schema(value_type = Vec<String>, format = Binary)]
    photos: Vec<Vec<u8>>,
}

/// A tip with its photos: JSON without photos, or a form.
pub struct TipForm {
    /// What it says.
    pub content: TipContent,
    /// The photos' files.
    pub photos: Vec<Bytes>,
    /// Tells one tip from another.
    pub fingerprint: Fingerprint,
    /// Held as long as it is in memory.
    pub place: Place,
}

impl std::fmt::Debug for TipForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TipForm(..)")
    }
}

impl<S> FromRequest<S> for TipForm
where
    S: Send + Sync,
    Web: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if media_type(request.headers()).as_deref() == Some("multipart/form-data") {
            return Upload::from_request(request, state).await?.try_into();
        }
        let (call, place) = json::<TipBody, S>(request, state, TIP_BYTES).await?;
        Ok(Self {
            content: call.input.into(),
            photos: Vec::new(),
            fingerprint: call.fingerprint,
            place,
        })
    }
}

impl TryFrom<Upload> for TipForm {
    type Error = Problem;

    fn try_from(form: Upload) -> Result<Self, Problem> {
        let text = |name| form.filled(name).map(str::to_owned);
        let content = TipContent {
            text: text("text").unwrap_or_default(),
            location: location(&form)?,
            phone: text("phone"),
            name: text("name"),
            anonymous: matches!(form.filled("anonymous"), Some("true" | "on" | "1")),
        };
        Ok(Self {
            content,
            photos: form.photos,
            fingerprint: form.fingerprint,
            place: form.place,
        })
    }
}

fn location(form: &Upload) -> Result<Option<Point>, Problem> {
    let wrong = || Problem::invalid_field("longitude", ProblemCode::PlaceCoordinates);
    match (form.filled("longitude"), form.filled("latitude")) {
        (None, None) => Ok(None),
        (Some(longitude), Some(latitude)) => {
            let degrees = |text: &str| text.trim().parse::<f64>().map_err(|_| wrong());
            let point = Point::from_degrees(degrees(longitude)?, degrees(latitude)?);
            point.map(Some).map_err(|_| wrong())
        }
        _ => Err(wrong()),
    }
}

/// The action that a link leads to.
#[utoipa::path(get, path = "/alerts/{reference}", tag = "alerts",
    params(("reference" = String, Path, description = "The reference in the link."), LanguageQuery),
    responses((status = 200, description = "The action.", body = AlertBody)))]
async fn one(
    State(web): State<Web>,
    Path(reference): Path<String>,
    Query(query): Query<LanguageQuery>,
) -> Result<Json<AlertBody>, Problem> {
    let language = query.language.unwrap_or_default();
    Ok(Json(
        web.desk().action_by_link(&reference, language).await?.into(),
    ))
}

/// Says that the app showed the message with this reference: the call-out arrived. Push services do not say so; who is
/// not heard of may get a text message as well. Saying it again changes nothing.
#[utoipa::path(post, path = "/alerts/{reference}/received", tag = "alerts",
    params(("reference" = String, Path, description = "The reference in the message.")),
    responses((status = 204, description = "Taken.")))]
async fn received(State(web): State<Web>, Path(reference): Path<String>) -> Result<StatusCode, Problem> {
    match web.receipts().take_from_app(&reference).await {
        Ok(()) => {
            metrics::counter!("oproep_receipts_total", "result" => "taken").increment(1);
            Ok(StatusCode::NO_CONTENT)
        }
        Err(ReceiptError::Unknown) => {
            metrics::counter!("oproep_receipts_total", "result" => "unknown").increment(1);
            Err(ProblemKind::NotFound.into())
        }
        Err(ReceiptError::Busy | ReceiptError::NotStored) => {
            Err(Problem::new(ProblemKind::Unavailable).retry_after(COME_BACK))
        }
    }
}

/// A photo of the action that a link leads to.
#[utoipa::path(get, path = "/alerts/{reference}/photos/{photo}", tag = "alerts",
    params(("reference" = String, Path, description = "The reference in the link."), ("photo" = PhotoId, Path),
        SizeQuery),
    responses((status = 200, description = "The file.", body = Vec<u8>, content_type = "image/jpeg")))]
async fn photo(
    State(web): State<Web>,
    Path((reference, photo)): Path<(String, PhotoId)>,
    Query(query): Query<SizeQuery>,
) -> Result<Response, Problem> {
    let file = web.desk().photo_by_link(&reference, photo, query.size()).await?;
    Ok(jpeg(file))
}

/// Sends a tip about the action that a link leads to; also after it ended.
#[utoipa::path(post, path = "/alerts/{reference}/tips", tag = "alerts",
    params(("reference" = String, Path, description = "The reference in the link.")),
    request_body(content((TipBody = "application/json"), (TipFormBody = "multipart/form-data"))),
    responses((status = 201, description = "It came in.", body = SentTip)))]
async fn submit_tip(
    State(web): State<Web>,
    Path(reference): Path<String>,
    address: CallerAddress,
    repeat: Repeat,
    request: Request,
) -> Result<Response, Problem> {
    // Before anything of the body is taken in.
    web.rates().take(Limited::TipByAddress, address)?;
    web.desk().check_link(&reference).await?;
    let form = TipForm::from_request(request, &web).await?;
    let repeat = if form.content.anonymous {
        repeat.unlinked()
    } else {
        repeat
    };
    let (desk, fingerprint) = (web.desk().clone(), form.fingerprint);
    let work = async move {
        let submitted = desk
            .submit_tip_by_link(&reference, form.content, form.photos)
            .await;
        drop(form.place);
        Ok((StatusCode::CREATED, Json(SentTip::from(submitted?))).into_response())
    };
    repeat.answer(&web, ANYONE, fingerprint, work).await
}

/// What became of a tip, by the reference that its sender got.
#[utoipa::path(get, path = "/tips/follow/{reference}", tag = "alerts",
    params(("reference" = String, Path, description = "The reference of the tip.")),
    responses((status = 200, description = "The tip.", body = FollowedBody)))]
async fn follow(
    State(web): State<Web>,
    Path(reference): Path<String>,
) -> Result<Json<FollowedBody>, Problem> {
    Ok(Json(web.desk().follow_tip(&reference).await?.into()))
}
