//! Calls: what Twilio asks when somebody answers or presses a key. Every call of Twilio's is signed, and its address
//! carries our reference of the delivery, which we signed as well: the call that it is about is no secret between
//! the two, and nobody else's business.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http::{StatusCode, header};
use serde::Deserialize;

use super::Web;
use super::extract::{Path, Query};
use super::problem::Problem;
use super::twilio::FromTwilio;
use crate::channels::voice::speech::words;
use crate::channels::voice::twilio::{is_machine, twiml};
use crate::desk::DeskError;
use crate::desk::tips::CallScript;

/// How often a message is repeated for who presses 9.
const MOST_REPEATS: u8 = 3;

/// The routes for calls under way.
pub fn router() -> Router<Web> {
    Router::new()
        .route("/voice/twilio/{reference}", post(answered))
        .route("/voice/twilio/{reference}/key", post(key_pressed))
        .route("/voice/twilio/{reference}/thanks", post(thanks))
        .route("/voice/twilio/{reference}/recording", post(recorded))
}

/// What our own addresses carry.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CallQuery {
    /// `hang_up` where answering machines are not spoken to.
    #[serde(default)]
    machine: Option<MachinePolicy>,
    /// How often the message was repeated so far.
    #[serde(default)]
    again: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum MachinePolicy {
    HangUp,
}

impl CallQuery {
    /// Whether a call is ended that an answering machine takes.
    pub(super) fn hangs_up_on_machines(self) -> bool {
        self.machine == Some(MachinePolicy::HangUp)
    }
}

/// Somebody answered.
async fn answered(
    State(web): State<Web>,
    Path(reference): Path<String>,
    Query(query): Query<CallQuery>,
    call: FromTwilio,
) -> Result<Response, Problem> {
    let script = web.desk().call_script(&reference).await?;
    let is_by_machine = call.get("AnsweredBy").is_some_and(is_machine);
    Ok(markup(if is_by_machine && query.hangs_up_on_machines() {
        twiml::hang_up()
    } else if !script.applies {
        let language = script.message.language;
        twiml::last_word(language, words(language).over)
    } else if is_by_machine {
        twiml::said_to_a_machine(&script.message)
    } else {
        said(&web, &script, &reference, query.again)
    }))
}

fn said(web: &Web, script: &CallScript, reference: &str, again: u8) -> String {
    let service = &web.settings().public_url;
    let key_url = format!("{service}/voice/twilio/{reference}/key?again={again}");
    twiml::said(&script.message, &key_url)
}

/// A key was pressed: 1 for whoever has information, 9 to hear it again; any other ends the call with a word.
async fn key_pressed(
    State(web): State<Web>,
    Path(reference): Path<String>,
    Query(query): Query<CallQuery>,
    call: FromTwilio,
) -> Result<Response, Problem> {
    let script = web.desk().call_script(&reference).await?;
    let language = script.message.language;
    let words = words(language);
    Ok(markup(match call.get("Digits") {
        Some("1") if twiml::takes_reports(&script.message) => {
            match web.desk().submit_tip_by_key(&reference).await {
                // Too many within the hour: they are written down already.
                Ok(_) | Err(DeskError::TooMany { .. }) => {}
                Err(error) => return Err(error.into()),
            }
            let service = &web.settings().public_url;
            twiml::recorded(
                language,
                &format!("{service}/voice/twilio/{reference}/thanks"),
                &format!("{service}/voice/twilio/{reference}/recording"),
            )
        }
        Some("9") if query.again < MOST_REPEATS && script.applies => {
            said(&web, &script, &reference, query.again + 1)
        }
        _ => twiml::last_word(language, words.goodbye),
    }))
}

/// Whoever was asked to speak has spoken.
async fn thanks(
    State(web): State<Web>,
    Path(reference): Path<String>,
    _call: FromTwilio,
) -> Result<Response, Problem> {
    let language = web.desk().call_script(&reference).await?.message.language;
    Ok(markup(twiml::last_word(language, words(language).thanks)))
}

/// What was said can be fetched.
async fn recorded(
    State(web): State<Web>,
    Path(reference): Path<String>,
    call: FromTwilio,
) -> Result<StatusCode, Problem> {
    if let Some(source) = call.get("RecordingUrl")
        && call
            .get("RecordingStatus")
            .is_none_or(|status| status == "completed")
    {
        web.desk().add_recording(&reference, source).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

fn markup(text: String) -> Response {
    ([(header::CONTENT_TYPE, twiml::MEDIA_TYPE)], text).into_response()
}
