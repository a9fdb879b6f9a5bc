//! Why a call got no answer, or another than was hoped for.

use std::fmt;
use std::time::Duration;

use reqwest::StatusCode;
use serde::Deserialize;

use super::FoundAnswer;

/// Why a call did not do what it was made for.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The address is none of a service.
    #[error("'{0}' is no address of a service: write it as http://HOST:PORT or https://HOST")]
    Address(String),
    /// The token holds characters that no token has.
    #[error("the token of the session is damaged: sign in again with `oproep login`")]
    Token,
    /// No connections can be made at all.
    #[error("cannot set up connections: {0}")]
    Setup(#[source] reqwest::Error),
    /// Nobody answered.
    #[error("{address} does not answer: is the service running? ({})", root(.source))]
    Unreachable {
        /// The service.
        address: String,
        /// Why not.
        source: reqwest::Error,
    },
    /// The answer broke off.
    #[error("the answer of the service broke off: try again ({})", root(.0))]
    Broken(#[source] reqwest::Error),
    /// The answer is longer than any should be.
    #[error("the answer of the service is too long: is it another service?")]
    TooLong,
    /// The answer is none of this API.
    #[error("the answer of the service is not understood: is it another version? ({0})")]
    Answer(#[source] serde_json::Error),
    /// The service refused.
    #[error("{0}")]
    Refused(Box<Problem>),
}

/// The innermost cause, which names what is the matter.
fn root(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

impl ClientError {
    /// The refusal, if it is one.
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Refused(problem) => Some(problem),
            _ => None,
        }
    }

    /// Whether it was refused by this rule.
    pub fn is(&self, code: &str) -> bool {
        self.problem().is_some_and(|problem| problem.is(code))
    }

    /// Whether the same call may succeed a little later.
    pub(super) fn may_pass(&self) -> bool {
        match self {
            Self::Unreachable { .. } => true,
            Self::Refused(problem) => {
                matches!(problem.status, 502..=504) || problem.kind == "/problems/in-progress"
            }
            _ => false,
        }
    }

    /// How long the service asks to wait.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        self.problem()?.retry_after
    }
}

/// A refusal as the service words it (RFC 9457).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Problem {
    /// The HTTP status.
    #[serde(skip)]
    pub status: u16,
    /// How long to wait before another try.
    #[serde(skip)]
    pub retry_after: Option<Duration>,
    /// What sort of refusal: `/problems/refused`.
    #[serde(rename = "type")]
    pub kind: String,
    /// In a few words.
    pub title: String,
    /// What is the matter and what to do.
    pub detail: String,
    /// Which rule, for programs.
    pub code: Option<String>,
    /// What is wrong field by field.
    #[serde(alias = "errors")]
    pub fields: Vec<FieldProblem>,
    /// What the checks before sending found.
    pub findings: Vec<FoundAnswer>,
}

/// What is wrong with a field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct FieldProblem {
    /// The field: `texts.nl.title`.
    pub field: String,
    /// Which rule, for programs.
    pub code: String,
    /// What is wrong and what to do.
    pub message: String,
}

impl Problem {
    /// Whether it is this rule, of the whole or of a field.
    pub fn is(&self, code: &str) -> bool {
        self.code.as_deref() == Some(code) || self.fields.iter().any(|field| field.code == code)
    }

    /// The refusal in an answer; whatever stands before the service may answer without one.
    pub(super) fn read(status: StatusCode, retry_after: Option<Duration>, body: &[u8]) -> Self {
        let problem: Self = serde_json::from_slice(body).unwrap_or_default();
        Self {
            status: status.as_u16(),
            retry_after,
            ..problem
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = [&self.detail, &self.title]
            .into_iter()
            .find(|words| !words.is_empty());
        match words {
            Some(words) => f.write_str(words)?,
            None => write!(f, "the service answered {} without saying why", self.status)?,
        }
        if self.status == 401 {
            f.write_str(" (oproep login)")?;
        }
        for field in &self.fields {
            write!(f, "\n  {}: {}", field.field, field.message)?;
        }
        for finding in &self.findings {
            write!(f, "\n  {finding}")?;
        }
        Ok(())
    }
}
