//! Twilio's calls as its documentation has them.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, LOCATION};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::json;

use super::{Callee, Exchange, RecordingGiven, TWILIO_ACCOUNT, here, markup};
use crate::receivers::faults::Course;
use crate::receivers::inbox::Kind;
use crate::receivers::reports::{Target, twilio_signature};
use crate::receivers::serve::hang_up;
use crate::receivers::sms_gateway::twilio::{is_signed_in, refused};

/// The frames of a short MP3 are not needed: nobody plays it. The tag that it begins with is.
const SOUND: &[u8] = b"ID3\x04\0\0\0\0\0\0oproep-local-recording";
/// More than anybody should take, in bytes.
const ENDLESS: usize = 16 * 1024 * 1024;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Form {
    to: String,
    from: String,
    url: String,
    method: String,
    status_callback: String,
    status_callback_event: String,
    status_callback_method: String,
    timeout: u16,
    time_limit: u16,
    #[serde(default)]
    machine_detection: Option<String>,
}

/// A call as it was ordered.
struct Call {
    sid: String,
    to: String,
    from: String,
    url: String,
    ended: Target,
    reference: String,
    detects: Option<String>,
}

pub(super) async fn order(
    State(exchange): State<Exchange>,
    Path(sid): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let course = match exchange.meet().await {
        Ok(course) => course,
        Err(response) => return response,
    };
    if !is_signed_in(&sid, &headers) {
        return refused(StatusCode::UNAUTHORIZED, 20_003, "Authenticate");
    }
    let form = match serde_urlencoded::from_bytes::<Form>(&body) {
        Ok(form) => form,
        Err(error) => return refused(StatusCode::BAD_REQUEST, 21_201, &error.to_string()),
    };
    let call = match read(&exchange, form) {
        Ok(call) => call,
        Err((code, message)) => return refused(StatusCode::BAD_REQUEST, code, message),
    };
    let answer = json!({ "sid": call.sid, "status": "queued" });
    if course == Course::Lose {
        exchange.0.ground.inbox.record_dropped(Kind::Voice);
    } else {
        let caller = exchange.clone();
        let unreachable = course == Course::Unregistered;
        exchange.converse(async move { caller.call(call, unreachable).await });
    }
    if course == (Course::Drop { taken: true }) {
        return hang_up();
    }
    (StatusCode::CREATED, Json(answer)).into_response()
}

/// The call, or why it is refused: Twilio's number and words.
fn read(exchange: &Exchange, form: Form) -> Result<Call, (u32, &'static str)> {
    let is_number = |number: &str| {
        number.strip_prefix('+').is_some_and(|digits| {
            (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    if !is_number(&form.to) {
        return Err((21_211, "Invalid 'To' Phone Number"));
    }
    if !is_number(&form.from) {
        return Err((21_212, "Invalid 'From' Number"));
    }
    if form.method != "POST" || here(&form.url).is_err() {
        return Err((21_205, "Url parameter is invalid"));
    }
    let ended = here(&form.status_callback).map_err(|_| (21_609, "Invalid 'StatusCallback'"))?;
    if form.status_callback_event != "completed" || form.status_callback_method != "POST" {
        return Err((21_626, "Invalid 'StatusCallbackEvent'"));
    }
    if !(1..=600).contains(&form.timeout) || form.time_limit == 0 {
        return Err((21_208, "The timeout is invalid"));
    }
    let detects = form.machine_detection;
    if detects
        .as_deref()
        .is_some_and(|how| !["Enable", "DetectMessageEnd"].contains(&how))
    {
        return Err((21_231, "Invalid 'MachineDetection'"));
    }
    let path = form.url.split('?').next().unwrap_or_default();
    Ok(Call {
        sid: format!("CA{:032x}", u128::from_be_bytes(exchange.0.ground.random.bytes())),
        reference: path.rsplit('/').next().unwrap_or_default().to_owned(),
        to: form.to,
        from: form.from,
        url: form.url,
        ended,
        detects,
    })
}

impl Exchange {
    async fn call(&self, call: Call, unreachable: bool) {
        let (callee, _) = self.callee();
        let callee = if unreachable { Callee::Failed } else { callee };
        let answered_by = match (callee, call.detects.as_deref()) {
            (_, None) => None,
            (Callee::Machine, Some("DetectMessageEnd")) => Some("machine_end_beep"),
            (Callee::Machine, Some(_)) => Some("machine_start"),
            (_, Some(_)) => Some("human"),
        };
        let status = match callee {
            Callee::Busy => "busy",
            Callee::NoAnswer => "no-answer",
            Callee::Failed => "failed",
            Callee::Answers { .. } | Callee::Machine => {
                self.0.ground.clock.sleep(self.0.delay / 4).await;
                if !self.talk(&call, callee, answered_by).await {
                    return self.ended(&call, "failed", None).await;
                }
                "completed"
            }
        };
        let answered_by = answered_by.filter(|_| status == "completed");
        self.ended(&call, status, answered_by).await;
    }

    async fn ended(&self, call: &Call, status: &str, answered_by: Option<&str>) {
        let mut parameters = vec![
            ("CallSid", call.sid.as_str()),
            ("CallStatus", status),
            ("AccountSid", TWILIO_ACCOUNT.0),
            ("To", call.to.as_str()),
            ("From", call.from.as_str()),
        ];
        parameters.extend(answered_by.map(|by| ("AnsweredBy", by)));
        self.0
            .reports
            .bring(vec![call.ended.twilio_call(&parameters)])
            .await;
    }

    /// Asks what to say, and follows it. False when there was nothing to follow.
    async fn talk(&self, call: &Call, callee: Callee, answered_by: Option<&str>) -> bool {
        let mut parameters = vec![("CallStatus", "in-progress")];
        parameters.extend(answered_by.map(|by| ("AnsweredBy", by)));
        let Some(mut said) = self.ask(call, &call.url, &parameters).await else {
            return false;
        };
        let texts = markup::said(&said);
        if !texts.is_empty() {
            self.said(&call.to, &call.reference, texts.join("\n"));
        }
        let Callee::Answers { key, then } = callee else {
            return true;
        };
        for key in [key, then].into_iter().flatten() {
            let Some(action) = markup::attribute(&said, "Gather", "action") else {
                break;
            };
            let key = key.to_string();
            match self.ask(call, &action, &[("Digits", &key)]).await {
                Some(next) => said = next,
                None => return true,
            }
        }
        if !markup::hangs_up(&said) {
            self.record(call, &said).await;
        }
        true
    }

    /// Leaves a recording where one is asked for.
    async fn record(&self, call: &Call, said: &str) {
        let Some(told) = markup::attribute(said, "Record", "recordingStatusCallback") else {
            return;
        };
        let id = format!("RE{:032x}", u128::from_be_bytes(self.0.ground.random.bytes()));
        let source = format!(
            "{}/2010-04-01/Accounts/{}/Recordings/{id}",
            self.0.origin, TWILIO_ACCOUNT.0
        );
        let parameters = [
            ("RecordingUrl", source.as_str()),
            ("RecordingStatus", "completed"),
        ];
        self.ask(call, &told, &parameters).await;
        if let Some(action) = markup::attribute(said, "Record", "action") {
            self.ask(call, &action, &[("RecordingUrl", &source)]).await;
        }
    }

    /// Asks one of the addresses of whoever ordered the call; none unless it answers with markup or nothing.
    async fn ask(&self, call: &Call, address: &str, more: &[(&str, &str)]) -> Option<String> {
        here(address).ok()?;
        let mut parameters = vec![("CallSid", call.sid.as_str()), ("To", call.to.as_str())];
        parameters.extend(more);
        let request = self
            .0
            .client
            .post(address)
            .header("x-twilio-signature", twilio_signature(address, &parameters))
            .form(&parameters);
        let response = request.send().await.ok()?;
        if !response.status().is_success() {
            return None;
        }
        response.text().await.ok()
    }
}

pub(super) async fn recording(
    State(exchange): State<Exchange>,
    Path((sid, _file)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    if !is_signed_in(&sid, &headers) {
        return refused(StatusCode::UNAUTHORIZED, 20_003, "Authenticate");
    }
    match exchange.callee().1 {
        RecordingGiven::Sound => ([(CONTENT_TYPE, "audio/mpeg")], SOUND).into_response(),
        RecordingGiven::Missing => refused(StatusCode::NOT_FOUND, 20_404, "The recording was not found"),
        RecordingGiven::Page => ([(CONTENT_TYPE, "text/html")], "<p>x</p>").into_response(),
        RecordingGiven::Redirect => {
            (StatusCode::FOUND, [(LOCATION, "http://192.0.2.1/elsewhere.mp3")]).into_response()
        }
        RecordingGiven::Endless => ([(CONTENT_TYPE, "audio/mpeg")], vec![0; ENDLESS]).into_response(),
    }
}
