//! What a handler takes in: bodies, queries and paths, bounded, and refused in words that name the field.

use axum::Json;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, StatusCode, header};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::problem::{Problem, ProblemKind};
use super::repeat::Fingerprint;
use crate::domain::said::Said;
use said::what_is_wrong;

pub mod area;
pub mod incoming;
mod said;
pub mod upload;

/// A JSON body. Its `Rejection` names the field that is wrong.
#[derive(Clone, Copy, Debug)]
pub struct Body<T>(pub T);

impl<S, T> FromRequest<S> for Body<T>
where
    S: Send + Sync,
    T: DeserializeOwned,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(ProblemKind::MediaType.into());
        }
        let bytes = whole(request, state).await?;
        read_json(&bytes).map(Self)
    }
}

/// The JSON body of a call that may be repeated, with what tells its content from another.
#[derive(Clone, Debug)]
pub struct Call<T> {
    /// The body.
    pub input: T,
    /// Of its bytes.
    pub fingerprint: Fingerprint,
}

impl<S, T> FromRequest<S> for Call<T>
where
    S: Send + Sync,
    T: DeserializeOwned,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(ProblemKind::MediaType.into());
        }
        let bytes = whole(request, state).await?;
        Ok(Self {
            input: read_json(&bytes)?,
            fingerprint: Fingerprint::of(&bytes),
        })
    }
}

/// `GeoJSON` (RFC 7946): bytes that come in, or a value that goes out.
#[derive(Clone, Copy, Debug)]
pub struct GeoJson<T>(pub T);

impl<S: Send + Sync> FromRequest<S> for GeoJson<Bytes> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(ProblemKind::MediaType.into());
        }
        whole(request, state).await.map(Self)
    }
}

impl<T: Serialize> IntoResponse for GeoJson<T> {
    fn into_response(self) -> Response {
        let kind = [(header::CONTENT_TYPE, "application/geo+json")];
        (kind, Json(self.0)).into_response()
    }
}

/// The whole body, as far as the limit allows.
pub async fn whole<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Problem> {
    Bytes::from_request(request, state).await.map_err(unread)
}

fn unread(rejection: BytesRejection) -> Problem {
    let kind = match rejection.into_response().status() {
        StatusCode::PAYLOAD_TOO_LARGE => ProblemKind::TooLarge,
        _ => ProblemKind::Malformed,
    };
    kind.into()
}

/// Reads JSON; the problem names the place that is wrong.
pub fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        let error = error.into_inner();
        if error.is_data() {
            what_is_wrong(&path, &error.to_string())
        } else {
            unreadable(&error)
        }
    })?;
    reader.end().map_err(|error| unreadable(&error))?;
    Ok(value)
}

fn unreadable(error: &serde_json::Error) -> Problem {
    let (line, column) = (error.line(), error.column());
    Problem::new(ProblemKind::Malformed).saying(Said::new(
        format!("Dit is geen JSON: kijk bij regel {line}, kolom {column}."),
        format!("This is no JSON: look at line {line}, column {column}."),
    ))
}

/// Whether the content is said to be JSON.
pub fn is_json(headers: &HeaderMap) -> bool {
    media_type(headers).is_some_and(|kind| kind == "application/json" || kind == "application/geo+json")
}

/// The media type of the content, in lower case and without its parameters.
pub fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let kind = value.split(';').next().unwrap_or_default();
    Some(kind.trim().to_ascii_lowercase())
}

/// The query of the address.
#[derive(Clone, Copy, Debug)]
pub struct Query<T>(pub T);

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        let pairs = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
        serde_path_to_error::deserialize(pairs)
            .map(Self)
            .map_err(|error| what_is_wrong(&error.path().to_string(), &error.inner().to_string()))
    }
}

/// The parts of the path. A part that is none names nothing: not found.
#[derive(Clone, Copy, Debug)]
pub struct Path<T>(pub T);

impl<S, T> FromRequestParts<S> for Path<T>
where
    S: Send + Sync,
    T: DeserializeOwned + Send,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Path::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(_) => Err(ProblemKind::NotFound.into()),
        }
    }
}

#[cfg(test)]
mod tests;
