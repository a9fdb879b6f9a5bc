//! What went wrong, as RFC 9457 describes it: `application/problem+json` with `type`, `title`, `status`,
//! `detail`, and `fields` for what was filled in wrongly.
//!
//! A handler answers a [`Problem`]; it travels beside the empty response until [`speak`] writes it in the
//! language that the caller asked for.

use std::time::Duration;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Serialize;
use utoipa::ToSchema;

use super::api::checks::FindingBody;
use super::language::accepted;
use crate::domain::check::{Finding, Severity};
use crate::domain::language::Language;
use crate::domain::problem::{FieldProblem, ProblemCode};
use crate::domain::said::Said;

mod kind;
mod of_errors;

pub use kind::ProblemKind;

/// The media type of a problem (RFC 9457, section 3).
pub const MEDIA_TYPE: &str = "application/problem+json";

/// A problem on its way to the caller.
#[derive(Clone, Debug)]
pub struct Problem {
    kind: ProblemKind,
    code: Option<&'static str>,
    detail: Option<Said>,
    fields: Vec<FieldProblem>,
    findings: Option<Box<Findings>>,
    retry_after: Option<Duration>,
}

/// What the checks found: boxed, so that every other problem stays small.
#[derive(Clone, Debug)]
struct Findings(Vec<Finding>);

/// A problem as it is written (RFC 9457, section 3.1).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem, example = json!({
    "type": "/problems/invalid",
    "title": "Not filled in correctly",
    "status": 422,
    "detail": "Correct the fields that are named and try again.",
    "fields": [{
        "field": "places[0].postcode",
        "code": "postcode_form",
        "message": "Enter the postcode as four digits and two letters, for example 3511 AB."
    }]
}))]
pub struct ProblemBody<'a> {
    /// The kind of problem: a path that stays the same.
    #[serde(rename = "type")]
    kind: String,
    /// The same few words for every problem of the kind.
    title: &'a str,
    /// The status of the answer.
    status: u16,
    /// What to do about it.
    detail: &'a str,
    /// What it is more exactly, for programs: `not_a_draft`, for instance.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    /// What was filled in wrongly, field by field; left out when it is no field's fault.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fields: Vec<FieldBody<'a>>,
    /// What the checks before sending found; left out when they were not the reason.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    findings: Vec<FindingBody>,
}

/// One field that was filled in wrongly, as it is written.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProblemField)]
pub struct FieldBody<'a> {
    /// Which, for instance `places[1].postcode`.
    field: &'a str,
    /// What is wrong, for programs.
    code: &'a str,
    /// What is wrong and what to do, for people.
    message: &'a str,
}

impl Problem {
    /// A problem of this kind, with the kind's own words.
    pub fn new(kind: ProblemKind) -> Self {
        Self {
            kind,
            code: None,
            detail: None,
            fields: Vec::new(),
            findings: None,
            retry_after: None,
        }
    }

    /// Fields that were filled in wrongly.
    pub fn invalid(fields: Vec<FieldProblem>) -> Self {
        Self {
            fields,
            ..Self::new(ProblemKind::Invalid)
        }
    }

    /// One field that was filled in wrongly.
    pub fn invalid_field(field: impl Into<String>, code: ProblemCode) -> Self {
        FieldProblem::new(field, code).into()
    }

    /// What the checks before sending found, and hold it for.
    pub fn checked(findings: Vec<Finding>) -> Self {
        let refused = findings
            .iter()
            .any(|finding| finding.severity() == Severity::Refuse);
        let (code, said) = if refused {
            (
                "checks_refuse",
                Said::fixed(
                    "Zo gaat dit bericht niet uit. Verbeter wat genoemd wordt.",
                    "This message does not go out like this. Correct what is named.",
                ),
            )
        } else {
            (
                "checks_unconfirmed",
                Said::fixed(
                    "Verbeter wat genoemd wordt, of bevestig het met de code in confirmed.",
                    "Correct what is named, or confirm it by its code in confirmed.",
                ),
            )
        };
        Self {
            findings: Some(Box::new(Findings(findings))),
            ..Self::new(ProblemKind::Refused).saying(said).coded(code)
        }
    }

    /// A field that must be filled in.
    pub fn missing(field: &str) -> Self {
        Self::invalid_field(field, ProblemCode::Missing)
    }

    /// Whether somebody else was quicker.
    pub fn is_changed_meanwhile(&self) -> bool {
        self.kind == ProblemKind::Conflict && self.code == Some("changed_meanwhile")
    }

    /// Not for this long: `Retry-After` in whole seconds, rounded up.
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }

    /// Tells programs more exactly what it is.
    #[must_use]
    pub fn coded(mut self, code: &'static str) -> Self {
        self.code = Some(code);
        self
    }

    /// Says what to do in words of its own.
    #[must_use]
    pub fn saying(mut self, detail: Said) -> Self {
        self.detail = Some(detail);
        self
    }

    /// The kind.
    pub const fn kind(&self) -> ProblemKind {
        self.kind
    }

    /// The title and the sentence that says what to do, for a page.
    pub fn words(&self, language: Language) -> (&str, &str) {
        let detail = self.detail.as_ref();
        let detail = detail.map_or(self.kind.detail(language), |said| said.in_language(language));
        (self.kind.title(language), detail)
    }

    /// The fields that were filled in wrongly, with what to do, for a page.
    pub fn fields(&self, language: Language) -> impl Iterator<Item = (&str, &str)> {
        let fields = self.fields.iter();
        fields.map(move |field| (field.field.as_str(), field.said.in_language(language)))
    }

    /// What the checks found, for a page.
    pub fn found(&self) -> &[Finding] {
        self.findings.as_deref().map_or(&[], |findings| &findings.0)
    }

    /// The answer in this language.
    pub fn render(&self, language: Language) -> Response {
        let (title, detail) = self.words(language);
        let body = ProblemBody {
            kind: format!("/problems/{}", self.kind.name()),
            title,
            status: self.kind.status().as_u16(),
            detail,
            code: self.code,
            fields: self
                .fields
                .iter()
                .map(|field| FieldBody {
                    field: &field.field,
                    code: field.code.name(),
                    message: field.said.in_language(language),
                })
                .collect(),
            findings: self
                .findings
                .iter()
                .flat_map(|findings| &findings.0)
                .map(|finding| FindingBody::new(finding, language))
                .collect(),
        };
        let text = serde_json::to_vec(&body).expect("a problem is plain JSON");
        let mut response = (self.kind.status(), text).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
        self.add_headers(headers);
        response
    }

    /// The headers that go with it.
    pub fn add_headers(&self, headers: &mut HeaderMap) {
        if let Some(wait) = self.retry_after {
            let seconds = u32::try_from(wait.as_millis().div_ceil(1000).max(1)).unwrap_or(u32::MAX);
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.kind == ProblemKind::SignedOut {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
    }
}

impl From<FieldProblem> for Problem {
    fn from(field: FieldProblem) -> Self {
        Self::invalid(vec![field])
    }
}

impl From<ProblemKind> for Problem {
    fn from(kind: ProblemKind) -> Self {
        Self::new(kind)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.kind.status().into_response();
        self.add_headers(response.headers_mut());
        response.extensions_mut().insert(self);
        response
    }
}

/// Writes the problems that come by in the language that the caller asked for.
pub async fn speak(request: Request, next: Next) -> Response {
    let language = accepted(request.headers());
    let response = next.run(request).await;
    let given = response.extensions().get::<Problem>().cloned();
    // What a layer of another crate refused with a bare status.
    let bare = || bare(&response).and_then(ProblemKind::of_status).map(Problem::new);
    let Some(problem) = given.or_else(bare) else {
        return response;
    };
    let (mut parts, body) = problem.render(language).into_parts();
    // Whoever has better words for its caller finds it.
    parts.extensions.insert(problem);
    for (name, value) in response.headers() {
        if *name != header::CONTENT_LENGTH && *name != header::CONTENT_TYPE {
            parts.headers.insert(name, value.clone());
        }
    }
    Response::from_parts(parts, body)
}

fn bare(response: &Response) -> Option<StatusCode> {
    let status = response.status();
    let plain = response.headers().get(header::CONTENT_TYPE);
    let plain = plain.is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    ((status.is_client_error() || status.is_server_error()) && plain).then_some(status)
}

#[cfg(test)]
mod tests;
