//! Films of tips: streamed piece by piece, from wherever a player asks (RFC 9110, section 14).

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::stream;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::desk::tips::Film;
use crate::domain::id::VideoId;
use crate::storage::videos::VideoEntry;
use crate::web::Web;
use crate::web::auth::Staff;
use crate::web::extract::Path;
use crate::web::problem::Problem;

/// The routes.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new().routes(routes!(one))
}

/// A film of a tip.
#[derive(Serialize, ToSchema)]
#[schema(as = Video)]
pub struct VideoBody {
    /// Its id.
    id: VideoId,
    /// `video/mp4`, `video/quicktime` or `video/webm`.
    media_type: &'static str,
    /// How long it is, in milliseconds.
    duration_ms: u32,
    /// How large it is, in bytes.
    size_bytes: u64,
}

impl From<VideoEntry> for VideoBody {
    fn from(entry: VideoEntry) -> Self {
        Self {
            id: entry.id,
            media_type: entry.container.media_type(),
            duration_ms: entry.duration_ms,
            size_bytes: entry.size_bytes,
        }
    }
}

/// What of a film is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    /// All of it.
    All,
    /// From the first to the last of these bytes.
    Part(u64, u64),
    /// Nothing that there is.
    Nothing,
}

/// A film of a tip, or a part of it: `Range: bytes=0-`.
#[utoipa::path(get, path = "/videos/{id}", tag = "tips", security(("account" = [])),
    params(("id" = VideoId, Path)),
    responses((status = 200, description = "The film.", body = Vec<u8>, content_type = "video/mp4"),
        (status = 206, description = "The part that was asked for.", body = Vec<u8>, content_type = "video/mp4"),
        (status = 416, description = "The film is not that long.")))]
async fn one(
    State(web): State<Web>,
    Staff(scope): Staff,
    Path(id): Path<VideoId>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    Ok(streamed(web.desk().video(&scope, id).await?, &headers))
}

/// The answer with a film, or with the part of it that the headers ask for.
pub fn streamed(film: Film, headers: &HeaderMap) -> Response {
    let size = film.entry.size_bytes;
    let range = headers.get(header::RANGE).and_then(|range| range.to_str().ok());
    // What a range applies to may have changed; a film never does, but a validator that is not ours says nothing.
    let range = range.filter(|_| !headers.contains_key(header::IF_RANGE));
    let number = HeaderValue::from;
    let text = |text: String| HeaderValue::try_from(text).expect("figures are visible ASCII");
    let (status, from, end) = match range.map_or(Asked::All, |range| read(range, size)) {
        Asked::All => (StatusCode::OK, 0, size),
        Asked::Part(first, last) => (StatusCode::PARTIAL_CONTENT, first, last + 1),
        Asked::Nothing => {
            let length = [(header::CONTENT_RANGE, text(format!("bytes */{size}")))];
            return (StatusCode::RANGE_NOT_SATISFIABLE, length).into_response();
        }
    };
    let media_type = film.entry.container.media_type();
    let mut response = (status, Body::from_stream(pieces(film, from, end))).into_response();
    let answer = response.headers_mut();
    answer.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    answer.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    answer.insert(header::CONTENT_LENGTH, number(end - from));
    if status == StatusCode::PARTIAL_CONTENT {
        let part = text(format!("bytes {from}-{}/{size}", end - 1));
        answer.insert(header::CONTENT_RANGE, part);
    }
    response
}

/// The bytes of a film from one place to another, one piece in memory at a time.
fn pieces(film: Film, from: u64, end: u64) -> impl futures::Stream<Item = crate::desk::Result<Bytes>> {
    stream::try_unfold((film, from), move |(film, at)| async move {
        if at >= end {
            return Ok(None);
        }
        let Some(mut bytes) = film.bytes(at).await? else {
            return Ok(None);
        };
        bytes.truncate(usize::try_from(end - at).unwrap_or(usize::MAX));
        let next = at + bytes.len() as u64;
        Ok(Some((Bytes::from(bytes), (film, next))))
    })
}

/// Reads one range; whoever asks for several, or in another unit, gets all.
fn read(range: &str, size: u64) -> Asked {
    let Some((first, last)) = range
        .strip_prefix("bytes=")
        .and_then(|range| range.trim().split_once('-'))
    else {
        return Asked::All;
    };
    let (first, last) = (first.trim(), last.trim());
    let number = |text: &str| {
        text.parse::<u64>()
            .ok()
            .filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()))
    };
    match (first.is_empty(), number(first), number(last)) {
        // The last so many bytes.
        (true, _, Some(count)) if count > 0 && size > 0 => Asked::Part(size.saturating_sub(count), size - 1),
        (true, _, Some(_)) => Asked::Nothing,
        (false, Some(first), None) if last.is_empty() && first < size => Asked::Part(first, size - 1),
        (false, Some(first), Some(last)) if first <= last && first < size => {
            Asked::Part(first, last.min(size - 1))
        }
        (false, Some(_), None) if last.is_empty() => Asked::Nothing,
        (false, Some(first), Some(last)) if first <= last => Asked::Nothing,
        _ => Asked::All,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ranges_are_read_as_the_standard_has_them() {
        for (range, asked) in [
            ("bytes=0-499", Asked::Part(0, 499)),
            ("bytes=500-", Asked::Part(500, 999)),
            ("bytes=-200", Asked::Part(800, 999)),
            ("bytes=-5000", Asked::Part(0, 999)),
            ("bytes=900-5000", Asked::Part(900, 999)),
            ("bytes=1000-", Asked::Nothing),
            ("bytes=-0", Asked::Nothing),
            ("bytes=0-1,5-6", Asked::All),
            ("bytes=5-1", Asked::All),
            ("bytes=+1-2", Asked::All),
            ("lines=0-1", Asked::All),
            ("bytes=-", Asked::All),
        ] {
            assert_eq!(read(range, 1_000), asked, "{range}");
        }
        assert_eq!(read("bytes=0-", 0), Asked::Nothing);
    }

    proptest! {
        #[test]
        fn a_part_always_lies_within(range in "bytes=[0-9-]{0,24}", size in 0_u64..5_000) {
            if let Asked::Part(first, last) = read(&range, size) {
                prop_assert!(first <= last && last < size);
            }
        }
    }
}
