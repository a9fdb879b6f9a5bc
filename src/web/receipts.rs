//! What providers say of our messages. Each call is answered only when its receipts are durable, so that a
//! provider brings again what was not stored.

use std::time::Duration;

use axum::extract::{DefaultBodyLimit, Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use bytes::Bytes;
use futures::StreamExt;
use futures::stream::iter;
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use super::Web;
use super::extract::{Path, Query, incoming};
use super::problem::{Problem, ProblemKind};
use super::settings::open_with;
use super::twilio::FromTwilio;
use super::voice::CallQuery;
use crate::channels::email::incoming::MAIL_BYTES;
use crate::channels::sms::{cm, kannel, spryng, twilio};
use crate::channels::voice::{self, CallEnd};
use crate::desk::DeskError;
use crate::dispatch::receipts::ReceiptError;
use crate::domain::delivery::Receipt;
use crate::domain::language::Language;
use crate::domain::said::Said;

/// How long a provider stays away when we cannot store its receipts.
const COME_BACK: Duration = Duration::from_secs(1);
/// How many receipts of one call wait at once.
const AT_ONCE: usize = 1_000;

/// The routes of the providers' webhooks.
pub fn router() -> Router<Web> {
    Router::new()
        .route("/receipts/kannel/{secret}/{reference}/{status}", get(from_kannel))
        .route("/receipts/cm/{secret}", post(from_cm))
        .route(
            "/receipts/mail/{secret}",
            post(from_mail).layer(DefaultBodyLimit::max(MAIL_BYTES)),
        )
        .route("/receipts/spryng/{secret}", get(from_spryng))
        .route("/receipts/twilio/{reference}", post(from_twilio))
        .route("/receipts/voice/cm/{secret}", post(of_a_call_by_cm))
        .route("/receipts/voice/twilio/{reference}", post(of_a_call_by_twilio))
}

/// Kannel's delivery report: our reference, which we signed, and the status as `dlr-url` gives it.
async fn from_kannel(
    State(web): State<Web>,
    Path((secret, reference, status)): Path<(String, String, i64)>,
) -> Result<StatusCode, Problem> {
    open_with(web.settings().kannel_receipts_secret.as_ref(), &secret)?;
    if let Some(receipt) = kannel::parse_receipt(status) {
        take(&web, &reference, receipt).await?;
    }
    // Kannel takes 204 for a failure, and brings the report again and again.
    Ok(StatusCode::OK)
}

/// CM.com's status reports. The secret in the address keeps strangers from filling the queue; what a report can
/// say is bounded by our signed references anyway.
async fn from_cm(
    State(web): State<Web>,
    Path(secret): Path<String>,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    open_with(web.settings().cm_receipts_secret.as_ref(), &secret)?;
    let receipts = cm::receipts::parse(&body).map_err(|error| {
        let nl = ProblemKind::Malformed.detail(Language::Nl);
        Problem::new(ProblemKind::Malformed).saying(Said::new(nl, error.to_string()))
    })?;
    let taken = iter(receipts).map(|(reference, receipt)| {
        let web = &web;
        async move { take(web, &reference, receipt).await }
    });
    // They share a write, and one that is not ours does not keep the others out.
    let results: Vec<_> = taken.buffer_unordered(AT_ONCE).collect().await;
    results.into_iter().collect::<Result<(), _>>()?;
    Ok(StatusCode::NO_CONTENT)
}

/// To whom a mail came.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MailQuery {
    /// The address, where the server tells; otherwise it is looked for in the mail.
    recipient: Option<String>,
}

/// A mail that came back, as it is (RFC 5322): a bounce or an answer. What is no business of ours is answered like
/// the rest, since bringing it again would not help.
async fn from_mail(
    State(web): State<Web>,
    Path(secret): Path<String>,
    Query(query): Query<MailQuery>,
    request: Request,
) -> Result<Response, Problem> {
    open_with(web.settings().mail_receipts_secret.as_ref(), &secret)?;
    let (mail, place) = incoming::bytes(request, &web, MAIL_BYTES).await?;
    let taken = web.desk().take_mail(mail, query.recipient).await?;
    drop(place);
    if let Some((delivery, receipt)) = taken.receipt {
        answered(web.receipts().take_of(delivery, receipt).await)?;
    }
    let what = taken.what.name();
    metrics::counter!("oproep_mails_total", "what" => what).increment(1);
    Ok(Json(json!({ "what": what })).into_response())
}

/// What Spryng says of a message, by its names.
#[derive(Deserialize)]
#[serde(rename_all = "UPPERCASE")]
struct SpryngReport {
    #[serde(default)]
    reference: String,
    #[serde(default)]
    status: String,
}

/// Spryng's delivery report: a GET with our reference and the status. The secret in the address keeps strangers out,
/// as with CM.com.
async fn from_spryng(
    State(web): State<Web>,
    Path(secret): Path<String>,
    Query(report): Query<SpryngReport>,
) -> Result<StatusCode, Problem> {
    open_with(web.settings().spryng_receipts_secret.as_ref(), &secret)?;
    if let Some(receipt) = spryng::parse_receipt(&report.status) {
        take(&web, &report.reference, receipt).await?;
    }
    Ok(StatusCode::OK)
}

/// Twilio's delivery report, signed with the account's token.
async fn from_twilio(
    State(web): State<Web>,
    Path(reference): Path<String>,
    call: FromTwilio,
) -> Result<StatusCode, Problem> {
    if let Some(receipt) = call.get("MessageStatus").and_then(twilio::parse_receipt) {
        take(&web, &reference, receipt).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Twilio's last word on a call.
async fn of_a_call_by_twilio(
    State(web): State<Web>,
    Path(reference): Path<String>,
    Query(query): Query<CallQuery>,
    call: FromTwilio,
) -> Result<StatusCode, Problem> {
    let status = call.get("CallStatus").unwrap_or_default();
    let end = voice::twilio::parse_end(status, call.get("AnsweredBy"), query.hangs_up_on_machines());
    if let Some(end) = end {
        call_ended(&web, &reference, end).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// CM.com's word on a call that is over, with the key that was pressed. The secret in the address keeps strangers
/// out, as with its other reports.
async fn of_a_call_by_cm(
    State(web): State<Web>,
    Path(secret): Path<String>,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    open_with(web.settings().cm_receipts_secret.as_ref(), &secret)?;
    let ended = voice::cm::parse_end(&body).ok_or(ProblemKind::Malformed)?;
    if ended.end == CallEnd::Answered && ended.digits == "1" {
        match web.desk().submit_tip_by_key(&ended.reference).await {
            // Not ours, or written down already: brought again, it would be no different.
            Ok(_) | Err(DeskError::NotFound(_) | DeskError::TooMany { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    call_ended(&web, &ended.reference, ended.end).await?;
    Ok(StatusCode::OK)
}

/// A call is over: its line is free, and its recipient was reached or not.
async fn call_ended(web: &Web, reference: &str, end: CallEnd) -> Result<(), Problem> {
    web.desk().call_ended(reference);
    metrics::counter!("oproep_calls_total", "result" => end.name()).increment(1);
    take(web, reference, end.receipt()).await
}

/// Takes one in. One that is not ours is done with: brought again, it would be no more ours.
async fn take(web: &Web, reference: &str, receipt: Receipt) -> Result<(), Problem> {
    answered(web.receipts().take(reference, receipt).await)
}

fn answered(taken: Result<(), ReceiptError>) -> Result<(), Problem> {
    match taken {
        Ok(()) => {
            metrics::counter!("oproep_receipts_total", "result" => "taken").increment(1);
            Ok(())
        }
        Err(ReceiptError::Unknown) => {
            metrics::counter!("oproep_receipts_total", "result" => "unknown").increment(1);
            Ok(())
        }
        Err(ReceiptError::Busy | ReceiptError::NotStored) => {
            Err(Problem::new(ProblemKind::Unavailable).retry_after(COME_BACK))
        }
    }
}
