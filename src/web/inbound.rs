//! Text messages that come in, by whichever gateway. Each call is answered only when what came of it is durable, so
//! that a provider brings again what was not stored; and it is answered alike whether or not the number is known.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bytes::Bytes;
use http::{StatusCode, header};
use serde::Deserialize;

use super::Web;
use super::extract::{Path, Query};
use super::problem::{Problem, ProblemKind};
use super::settings::open_with;
use super::twilio::FromTwilio;
use crate::channels::sms::inbound::{self, Text};
use crate::channels::voice::twilio::twiml;

/// The routes.
pub fn router() -> Router<Web> {
    Router::new()
        .route("/inbound/kannel/{secret}", get(from_kannel))
        .route("/inbound/cm/{secret}", post(from_cm))
        .route("/inbound/spryng/{secret}", get(from_spryng))
        .route("/inbound/twilio", post(from_twilio))
}

/// A text message by way of Kannel's `sms-service`, as our `get-url` asks for it.
#[derive(Deserialize)]
struct KannelText {
    #[serde(default)]
    from: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    id: String,
}

async fn from_kannel(
    State(web): State<Web>,
    Path(secret): Path<String>,
    Query(text): Query<KannelText>,
) -> Result<StatusCode, Problem> {
    open_with(web.settings().kannel_receipts_secret.as_ref(), &secret)?;
    let text = Text {
        from: text.from,
        text: text.text,
        id: text.id,
    };
    take(&web, "kannel", text).await?;
    // What stood in the answer's body would be sent as a text message.
    Ok(StatusCode::OK)
}

async fn from_cm(
    State(web): State<Web>,
    Path(secret): Path<String>,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    open_with(web.settings().cm_receipts_secret.as_ref(), &secret)?;
    let text = inbound::parse_cm(&body).ok_or(ProblemKind::Malformed)?;
    take(&web, "cm", text).await?;
    Ok(StatusCode::OK)
}

async fn from_spryng(
    State(web): State<Web>,
    Path(secret): Path<String>,
    Query(parameters): Query<Vec<(String, String)>>,
) -> Result<StatusCode, Problem> {
    open_with(web.settings().spryng_receipts_secret.as_ref(), &secret)?;
    let text = inbound::parse_spryng(&parameters).ok_or(ProblemKind::Malformed)?;
    take(&web, "spryng", text).await?;
    Ok(StatusCode::OK)
}

async fn from_twilio(State(web): State<Web>, call: FromTwilio) -> Result<Response, Problem> {
    let field = |name| call.get(name).unwrap_or_default().to_owned();
    let text = Text {
        from: field("From"),
        text: field("Body"),
        id: field("MessageSid"),
    };
    take(&web, "twilio", text).await?;
    Ok(([(header::CONTENT_TYPE, twiml::MEDIA_TYPE)], twiml::nothing()).into_response())
}

/// Takes one in; counts what came of it, and tells nobody.
async fn take(web: &Web, provider: &str, text: Text) -> Result<(), Problem> {
    let key = (!text.id.is_empty()).then(|| format!("{provider} {}", text.id));
    let taken = web
        .desk()
        .take_text(&text.from, &text.text, key.as_deref())
        .await?;
    metrics::counter!("oproep_texts_total", "result" => taken.name()).increment(1);
    Ok(())
}
