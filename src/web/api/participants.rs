//! What participants do with what is held of them.

use axum::Json;
use axum::extract::{DefaultBodyLimit, FromRequest, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use http::header;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::alerts::{ANYONE, SentTip, TipForm};
use super::registrations::{CodeSentBody, Device, PlaceBody};
use crate::desk::participants::{DeviceKind, DeviceView, ParticipantView, SettingsChange};
use crate::domain::channel::ChannelSet;
use crate::domain::clock::Timestamp;
use crate::domain::id::{ActionId, DeviceId, ParticipantId};
use crate::domain::language::Language;
use crate::domain::participant::registration::PlaceInput;
use crate::domain::participant::{Place, PlaceKind, QuietHours, Topics};
use crate::domain::point::Point;
use crate::domain::problem::ProblemCode;
use crate::web::Web;
use crate::web::address::CallerAddress;
use crate::web::auth::Citizen;
use crate::web::conditions::Conditions;
use crate::web::extract::upload::FORM_BYTES;
use crate::web::extract::{Body, Call, Path};
use crate::web::problem::Problem;
use crate::web::rate::Limited;
use crate::web::repeat::Repeat;

/// The routes.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(submit_tip))
        .layer(DefaultBodyLimit::max(FORM_BYTES))
        .routes(routes!(one, change, leave))
        .routes(routes!(set_places))
        .routes(routes!(request_address))
        .routes(routes!(add_device))
        .routes(routes!(remove_device))
        .routes(routes!(export))
        .routes(routes!(sign_out))
}

/// A place.
#[derive(Serialize, ToSchema)]
#[schema(as = Place)]
pub struct PlaceView {
    /// What it is to the participant.
    kind: PlaceKind,
    /// Where it is.
    point: Point,
    /// The participant's own name for it.
    label: Option<String>,
    /// The postcode that it was given as.
    postcode: Option<String>,
}

impl From<Place> for PlaceView {
    fn from(place: Place) -> Self {
        Self {
            kind: place.kind,
            point: place.point,
            label: place.label,
            postcode: place.postcode.map(|postcode| postcode.to_string()),
        }
    }
}

/// What kind of registration a device is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DeviceKind)]
pub enum DeviceKindName {
    /// The app, over Firebase Cloud Messaging.
    Fcm,
    /// The app on a device of Apple's, over its own push service.
    Apns,
    /// A browser or `UnifiedPush`, over Web Push.
    WebPush,
}

/// A device.
#[derive(Serialize, ToSchema)]
#[schema(as = DeviceView)]
pub struct DeviceBody {
    /// Its id.
    id: DeviceId,
    /// What kind of registration it is.
    kind: DeviceKindName,
    /// When it was registered.
    created_at: Timestamp,
    /// When the push service called it gone.
    retired_at: Option<Timestamp>,
}

impl From<DeviceView> for DeviceBody {
    fn from(device: DeviceView) -> Self {
        Self {
            id: device.id,
            kind: match device.kind {
                DeviceKind::Fcm => DeviceKindName::Fcm,
                DeviceKind::Apns => DeviceKindName::Apns,
                DeviceKind::WebPush => DeviceKindName::WebPush,
            },
            created_at: device.created_at,
            retired_at: device.retired_at,
        }
    }
}

/// A participant's own view of what is held.
#[derive(Serialize, ToSchema)]
#[schema(as = Participant)]
pub struct ParticipantBody {
    /// The public id.
    id: ParticipantId,
    /// The language of all messages.
    language: Language,
    /// The confirmed e-mail address.
    email: Option<String>,
    /// The confirmed telephone number.
    phone: Option<String>,
    /// The places.
    places: Vec<PlaceView>,
    /// What to be called on for.
    topics: Topics,
    /// The quiet hours on Dutch clocks, in the form of a registration.
    quiet_hours: Option<String>,
    /// The most messages a week without hurry; as many as everyone gets when null.
    weekly_limit: Option<u8>,
    /// The channels that are allowed.
    channels: ChannelSet,
    /// The channels that reach the participant now.
    reachable: ChannelSet,
    /// The devices, retired ones included.
    devices: Vec<DeviceBody>,
    /// When the participant came.
    confirmed_at: Timestamp,
    /// When something was last changed.
    changed_at: Timestamp,
}

impl From<ParticipantView> for ParticipantBody {
    fn from(view: ParticipantView) -> Self {
        Self {
            id: view.id,
            language: view.language,
            email: view.contact.email.map(|email| email.as_str().to_owned()),
            phone: view.contact.phone.map(|phone| phone.as_str().to_owned()),
            places: view.places.into_iter().map(PlaceView::from).collect(),
            topics: view.topics,
            quiet_hours: view.rest.quiet_hours.map(|hours| hours.to_string()),
            weekly_limit: view.rest.weekly_limit,
            channels: view.channels,
            reachable: view.reachable,
            devices: view.devices.into_iter().map(DeviceBody::from).collect(),
            confirmed_at: view.confirmed_at,
            changed_at: view.changed_at,
        }
    }
}

/// What changes; what is left out stays.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = SettingsChange)]
pub struct SettingsBody {
    /// The language of all messages.
    language: Option<Language>,
    /// What to be called on for; none at all is allowed.
    topics: Option<Topics>,
    /// The channels that are allowed; none at all is allowed.
    channels: Option<ChannelSet>,
    /// Quiet hours on Dutch clocks, every day, in whole or half hours: `22:00-07:00`, and `22:00-07:00!` where not even
    /// an urgent call-out breaks them; an empty text for none.
    #[schema(example = "22:00-07:00")]
    quiet_hours: Option<String>,
    /// The most messages a week without hurry, 0 to 7; null for as many as everyone gets.
    #[expect(clippy::option_option, reason = "null is told from what is left out")]
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<u8>)]
    weekly_limit: Option<Option<u8>>,
    /// Addresses to forget: `sms` the telephone number, `email` the e-mail address.
    forget: ChannelSet,
}

/// Tells null from what is left out.
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// Quiet hours as they were typed; none for an empty text.
fn read_quiet_hours(text: &str) -> Result<Option<QuietHours>, Problem> {
    match text.trim() {
        "" => Ok(None),
        text => match text.parse() {
            Ok(hours) => Ok(Some(hours)),
            Err(_) => Err(Problem::invalid_field("quiet_hours", ProblemCode::QuietHoursForm)),
        },
    }
}

/// One's places, all of them.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlacesBody {
    /// One to eight.
    places: Vec<PlaceBody>,
}

/// An address to be added.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAddress {
    /// An e-mail address or a mobile telephone number.
    address: String,
}

/// A device that was registered.
#[derive(Serialize, ToSchema)]
pub struct AddedDevice {
    /// Its id.
    id: DeviceId,
}

/// What is held of oneself.
#[utoipa::path(get, path = "/participants/me", tag = "participants", security(("participant" = [])),
    responses((status = 200, description = "What is held.", body = ParticipantBody)))]
async fn one(
    State(web): State<Web>,
    Citizen(scope): Citizen,
    conditions: Conditions,
) -> Result<Response, Problem> {
    let view = web.desk().own_participant(&scope).await?;
    Ok(conditions.answer(version(&view), &ParticipantBody::from(view)))
}

/// What counts the changes of a participant: the moment of the last.
fn version(view: &ParticipantView) -> u64 {
    u64::try_from(view.changed_at.as_millis()).unwrap_or(0)
}

/// Changes one's settings.
#[utoipa::path(patch, path = "/participants/me", tag = "participants", security(("participant" = [])),
    request_body = SettingsBody,
    responses((status = 200, description = "Changed.", body = ParticipantBody)))]
async fn change(
    State(web): State<Web>,
    Citizen(scope): Citizen,
    conditions: Conditions,
    Body(body): Body<SettingsBody>,
) -> Result<Json<ParticipantBody>, Problem> {
    conditions.check(version(&web.desk().own_participant(&scope).await?))?;
    let change = SettingsChange {
        language: body.language,
        topics: body.topics,
        channels: body.channels,
        places: None,
        quiet_hours: body.quiet_hours.as_deref().map(read_quiet_hours).transpose()?,
        weekly_limit: body.weekly_limit,
        forget: body.forget,
    };
    Ok(Json(web.desk().change_settings(&scope, change).await?.into()))
}

/// Leaves: everything that is held of oneself is erased at once.
#[utoipa::path(delete, path = "/participants/me", tag = "participants", security(("participant" = [])),
    responses((status = 204, description = "Erased.")))]
async fn leave(State(web): State<Web>, Citizen(scope): Citizen) -> Result<StatusCode, Problem> {
    web.desk().leave(&scope).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Replaces one's places.
#[utoipa::path(put, path = "/participants/me/places", tag = "participants", security(("participant" = [])),
    request_body = PlacesBody,
    responses((status = 200, description = "Replaced.", body = ParticipantBody)))]
async fn set_places(
    State(web): State<Web>,
    Citizen(scope): Citizen,
    conditions: Conditions,
    Body(body): Body<PlacesBody>,
) -> Result<Json<ParticipantBody>, Problem> {
    conditions.check(version(&web.desk().own_participant(&scope).await?))?;
    let change = SettingsChange {
        places: Some(body.places.into_iter().map(PlaceInput::from).collect()),
        ..SettingsChange::default()
    };
    Ok(Json(web.desk().change_settings(&scope, change).await?.into()))
}

/// Sends a code to a new e-mail address or telephone number, which takes the place of the one of its kind when
/// the code comes back.
#[utoipa::path(post, path = "/participants/me/addresses", tag = "participants", security(("participant" = [])),
    request_body = NewAddress,
    responses((status = 202, description = "A code is under way.", body = CodeSentBody)))]
async fn request_address(
    State(web): State<Web>,
    citizen: Citizen,
    address: CallerAddress,
    repeat: Repeat,
    call: Call<NewAddress>,
) -> Result<Response, Problem> {
    web.rates().take(Limited::CodeByAddress, address)?;
    let (actor, desk) = (citizen.actor(), web.desk().clone());
    let work = async move {
        let sent = desk.request_address(&citizen.0, &call.input.address).await?;
        Ok((StatusCode::ACCEPTED, Json(CodeSentBody::from(sent))).into_response())
    };
    repeat.answer(&web, &actor, call.fingerprint, work).await
}

/// Registers a device; one that is registered already becomes one's own.
#[utoipa::path(post, path = "/participants/me/devices", tag = "participants", security(("participant" = [])),
    request_body = Device,
    responses((status = 201, description = "Registered.", body = AddedDevice)))]
async fn add_device(
    State(web): State<Web>,
    citizen: Citizen,
    repeat: Repeat,
    call: Call<Device>,
) -> Result<Response, Problem> {
    let (actor, desk) = (citizen.actor(), web.desk().clone());
    let work = async move {
        let id = desk.add_device(&citizen.0, &call.input.into()).await?;
        Ok((StatusCode::CREATED, Json(AddedDevice { id })).into_response())
    };
    repeat.answer(&web, &actor, call.fingerprint, work).await
}

/// Forgets a device.
#[utoipa::path(delete, path = "/participants/me/devices/{id}", tag = "participants",
    security(("participant" = [])), params(("id" = DeviceId, Path)),
    responses((status = 204, description = "Forgotten.")))]
async fn remove_device(
    State(web): State<Web>,
    Citizen(scope): Citizen,
    Path(id): Path<DeviceId>,
) -> Result<StatusCode, Problem> {
    web.desk().remove_device(&scope, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Everything that is held of oneself, as a file (General Data Protection Regulation, articles 15 and 20).
#[utoipa::path(get, path = "/participants/me/export", tag = "participants", security(("participant" = [])),
    responses((status = 200, description = "The file.", body = Object)))]
async fn export(State(web): State<Web>, Citizen(scope): Citizen) -> Result<Response, Problem> {
    web.rates().take(Limited::ExportByParticipant, scope.number)?;
    let export = web.desk().export_own(&scope).await?;
    let name = [(
        header::CONTENT_DISPOSITION,
        "attachment; filename=\"oproep.json\"",
    )];
    Ok((name, Json(export)).into_response())
}

/// Signs out on this device.
#[utoipa::path(delete, path = "/participant-sessions/current", tag = "participants",
    security(("participant" = [])), responses((status = 204, description = "Signed out.")))]
async fn sign_out(State(web): State<Web>, Citizen(scope): Citizen) -> Result<StatusCode, Problem> {
    web.desk().sign_participant_out(&scope).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sends a tip from the app, about an action that was started.
#[utoipa::path(post, path = "/participants/me/actions/{id}/tips", tag = "participants",
    security(("participant" = [])), params(("id" = ActionId, Path)),
    request_body(content((super::tips::TipBody = "application/json"),
        (super::alerts::TipFormBody = "multipart/form-data"))),
    responses((status = 201, description = "It came in.", body = SentTip)))]
async fn submit_tip(
    State(web): State<Web>,
    citizen: Citizen,
    Path(id): Path<ActionId>,
    address: CallerAddress,
    repeat: Repeat,
    request: Request,
) -> Result<Response, Problem> {
    // Before anything of the body is taken in.
    web.rates().take(Limited::TipByAddress, address)?;
    let form = TipForm::from_request(request, &web).await?;
    let (desk, number) = (web.desk().clone(), citizen.0.number);
    let TipForm {
        content,
        photos,
        fingerprint,
        place,
    } = form;
    let (repeat, actor) = if content.anonymous {
        (repeat.unlinked(), ANYONE.to_owned())
    } else {
        (repeat, citizen.actor())
    };
    let work = async move {
        let submitted = desk.submit_tip_as_participant(number, id, content, photos).await;
        drop(place);
        Ok((StatusCode::CREATED, Json(SentTip::from(submitted?))).into_response())
    };
    repeat.answer(&web, &actor, fingerprint, work).await
}
