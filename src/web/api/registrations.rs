//! Taking part, and signing in as a participant: both begin with a code.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::sessions::OpenedBody;
use crate::desk::participants::{CodeSent, Confirmed, ConfirmedAs};
use crate::domain::channel::Channel;
use crate::domain::clock::Timestamp;
use crate::domain::endpoint::Endpoint;
use crate::domain::id::{ParticipantId, VerificationId};
use crate::domain::language::Language;
use crate::domain::participant::registration::{PlaceInput, RegistrationInput};
use crate::domain::participant::{PlaceKind, Topic};
use crate::web::Web;
use crate::web::address::CallerAddress;
use crate::web::auth::UserAgent;
use crate::web::extract::{Call, Path};
use crate::web::problem::Problem;
use crate::web::rate::Limited;
use crate::web::repeat::Repeat;

/// The routes.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(register))
        .routes(routes!(confirm))
        .routes(routes!(request_code))
        .routes(routes!(sign_in))
}

/// The registration of a device for push messages.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Device {
    /// The app, over Firebase Cloud Messaging.
    Fcm {
        /// The registration token that the app received.
        token: String,
    },
    /// The app on a device of Apple's, over its own push service.
    Apns {
        /// The device token that the app received, in hexadecimal digits.
        token: String,
    },
    /// A browser or `UnifiedPush`, over Web Push.
    WebPush {
        /// The push resource (RFC 8030).
        url: String,
        /// The client's P-256 public key, uncompressed, base64url.
        p256dh: String,
        /// The authentication secret (RFC 8291), base64url.
        auth: String,
    },
}

impl From<Device> for Endpoint {
    fn from(device: Device) -> Self {
        match device {
            Device::Fcm { token } => Self::Fcm { token },
            // Written in one way, so that it is found again.
            Device::Apns { token } => Self::Apns {
                token: token.to_ascii_lowercase(),
            },
            Device::WebPush { url, p256dh, auth } => Self::WebPush { url, p256dh, auth },
        }
    }
}

/// A place as it was typed or pointed at: a point, a postcode, or both (the point goes first).
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PlaceInput, example = json!({ "kind": "home", "postcode": "3511 AB" }))]
pub struct PlaceBody {
    /// What it is to the participant.
    #[serde(default)]
    #[schema(value_type = PlaceKind)]
    kind: String,
    /// Degrees east, WGS84.
    #[serde(default)]
    longitude: Option<f64>,
    /// Degrees north, WGS84.
    #[serde(default)]
    latitude: Option<f64>,
    /// A Dutch postcode.
    #[serde(default)]
    postcode: String,
    /// The person's own name for it, at most 40 characters.
    #[serde(default)]
    label: String,
}

impl From<PlaceBody> for PlaceInput {
    fn from(body: PlaceBody) -> Self {
        Self {
            kind: body.kind,
            longitude: body.longitude,
            latitude: body.latitude,
            postcode: body.postcode,
            label: body.label,
        }
    }
}

/// A registration as it was typed. E-mail address, telephone number or device: one is enough.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Registration, example = json!({
    "language": "nl",
    "email": "naam@voorbeeld.nl",
    "is_old_enough": true,
    "places": [{ "kind": "home", "postcode": "3511 AB" }],
    "topics": ["urgent", "missing_persons"]
}))]
pub struct RegistrationBody {
    /// The language of all messages; Dutch when left out.
    #[serde(default)]
    #[schema(value_type = Language)]
    language: String,
    /// An e-mail address.
    #[serde(default)]
    email: String,
    /// A mobile telephone number.
    #[serde(default)]
    phone: String,
    /// The device that it comes from.
    #[serde(default)]
    device: Option<Device>,
    /// The date of birth as `1990-12-31`. Checked and not kept.
    #[serde(default)]
    birth_date: String,
    /// The person says to be 16 or older; a birth date goes before it.
    #[serde(default)]
    is_old_enough: bool,
    /// The places, one to eight.
    #[serde(default)]
    places: Vec<PlaceBody>,
    /// What to be called on for, at least one.
    #[serde(default)]
    #[schema(value_type = Vec<Topic>)]
    topics: Vec<String>,
    /// Quiet hours on Dutch clocks, every day: `22:00-07:00`, in whole or half hours. Urgent call-outs break them,
    /// unless an exclamation mark stands behind: `22:00-07:00!`. What is kept for later comes at their end. None when
    /// left out.
    #[serde(default)]
    quiet_hours: String,
    /// The most messages a week without hurry, 0 to 7; as many as everyone gets when left out. Urgent call-outs do not
    /// count.
    #[serde(default)]
    weekly_limit: Option<u8>,
}

impl RegistrationBody {
    fn read(self) -> (RegistrationInput, Option<Endpoint>) {
        let device = self.device.map(Endpoint::from);
        let input = RegistrationInput {
            language: self.language,
            email: self.email,
            phone: self.phone,
            has_app: device.is_some(),
            birth_date: self.birth_date,
            is_old_enough: self.is_old_enough,
            places: self.places.into_iter().map(PlaceInput::from).collect(),
            topics: self.topics,
            quiet_hours: self.quiet_hours,
            weekly_limit: self.weekly_limit,
        };
        (input, device)
    }
}

/// A code is under way. The same whether or not the address is known.
#[derive(Serialize, ToSchema)]
#[schema(as = CodeSent)]
pub struct CodeSentBody {
    /// To be repeated beside the code.
    verification: VerificationId,
    /// How the code travels.
    channel: Channel,
    /// Until when it can be used.
    expires_at: Timestamp,
}

impl From<CodeSent> for CodeSentBody {
    fn from(sent: CodeSent) -> Self {
        Self {
            verification: sent.verification,
            channel: sent.channel,
            expires_at: sent.expires_at,
        }
    }
}

/// A code that came back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "code": "042137" }))]
pub struct Code {
    /// Six digits.
    code: String,
}

/// What a right code led to.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ConfirmedAs)]
pub enum ConfirmedName {
    /// Someone new takes part.
    Registered,
    /// Someone who took part already is signed in.
    SignedIn,
    /// An address was added or replaced.
    AddressChanged,
}

/// The answer to a right code.
#[derive(Serialize, ToSchema)]
#[schema(as = Confirmed)]
pub struct ConfirmedBody {
    /// What it led to.
    outcome: ConfirmedName,
    /// Who it is.
    participant: ParticipantId,
    /// A session, unless there was one.
    session: Option<OpenedBody>,
    /// The code for the second address, when two were given.
    next: Option<CodeSentBody>,
}

impl From<Confirmed> for ConfirmedBody {
    fn from(confirmed: Confirmed) -> Self {
        Self {
            outcome: match confirmed.outcome {
                ConfirmedAs::Registered => ConfirmedName::Registered,
                ConfirmedAs::SignedIn => ConfirmedName::SignedIn,
                ConfirmedAs::AddressChanged => ConfirmedName::AddressChanged,
            },
            participant: confirmed.participant,
            session: confirmed.session.map(OpenedBody::from),
            next: confirmed.next.map(CodeSentBody::from),
        }
    }
}

/// Sends a code to the first of e-mail address, telephone number and device.
#[utoipa::path(post, path = "/registrations", tag = "participants", request_body = RegistrationBody,
    responses((status = 202, description = "A code is under way.", body = CodeSentBody)))]
async fn register(
    State(web): State<Web>,
    address: CallerAddress,
    repeat: Repeat,
    call: Call<RegistrationBody>,
) -> Result<Response, Problem> {
    web.rates().take(Limited::CodeByAddress, address)?;
    let (desk, (input, device)) = (web.desk().clone(), call.input.read());
    let work = async move {
        let sent = CodeSentBody::from(desk.register(&input, device).await?);
        Ok((StatusCode::ACCEPTED, Json(sent)).into_response())
    };
    repeat.answer(&web, "anyone", call.fingerprint, work).await
}

/// Repeats the code. A right one is used up by it; a wrong one costs one of five tries.
#[utoipa::path(post, path = "/registrations/{verification}/confirm", tag = "participants",
    params(("verification" = VerificationId, Path)), request_body = Code,
    responses((status = 200, description = "The code was right.", body = ConfirmedBody)))]
async fn confirm(
    state: State<Web>,
    address: CallerAddress,
    agent: UserAgent,
    verification: Path<VerificationId>,
    repeat: Repeat,
    call: Call<Code>,
) -> Result<Response, Problem> {
    take_code(state, address, agent, verification, repeat, call).await
}

/// Whom to send a code to.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeRequest {
    /// An e-mail address or a mobile telephone number.
    #[schema(example = "naam@voorbeeld.nl")]
    address: String,
    /// The language of the message; Dutch when left out.
    #[serde(default)]
    language: Language,
}

/// Sends a code, with which the participant with this address signs in. The answer is the same whether or not
/// there is one.
#[utoipa::path(post, path = "/participant-sessions", tag = "participants", request_body = CodeRequest,
    responses((status = 202, description = "A code is under way.", body = CodeSentBody)))]
async fn request_code(
    State(web): State<Web>,
    address: CallerAddress,
    repeat: Repeat,
    call: Call<CodeRequest>,
) -> Result<Response, Problem> {
    web.rates().take(Limited::CodeByAddress, address)?;
    let (desk, body) = (web.desk().clone(), call.input);
    let work = async move {
        let sent = desk.request_sign_in(&body.address, body.language).await?;
        Ok((StatusCode::ACCEPTED, Json(CodeSentBody::from(sent))).into_response())
    };
    repeat.answer(&web, "anyone", call.fingerprint, work).await
}

/// Signs in with the code.
#[utoipa::path(post, path = "/participant-sessions/{verification}/confirm", tag = "participants",
    params(("verification" = VerificationId, Path)), request_body = Code,
    responses((status = 200, description = "The code was right.", body = ConfirmedBody)))]
async fn sign_in(
    state: State<Web>,
    address: CallerAddress,
    agent: UserAgent,
    verification: Path<VerificationId>,
    repeat: Repeat,
    call: Call<Code>,
) -> Result<Response, Problem> {
    take_code(state, address, agent, verification, repeat, call).await
}

async fn take_code(
    State(web): State<Web>,
    address: CallerAddress,
    UserAgent(agent): UserAgent,
    Path(verification): Path<VerificationId>,
    repeat: Repeat,
    call: Call<Code>,
) -> Result<Response, Problem> {
    web.rates().take(Limited::CodeByAddress, address)?;
    let (desk, code) = (web.desk().clone(), call.input.code);
    let work = async move {
        let confirmed = desk.confirm(verification, &code, agent.as_deref()).await?;
        Ok(Json(ConfirmedBody::from(confirmed)).into_response())
    };
    repeat.answer(&web, "anyone", call.fingerprint, work).await
}
