//! Whether a change is asked for by a page of ours (Fetch Metadata, and the `Origin` of RFC 6454): no other site makes a
//! browser that is signed in here do anything.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, header};

use crate::web::Web;
use crate::web::problem::{Problem, ProblemKind};

/// Refuses a change that another site asks for.
pub async fn same_site(State(web): State<Web>, request: Request, next: Next) -> Response {
    if request.method().is_safe() || is_own(&web.settings().public_url, request.headers()) {
        next.run(request).await
    } else {
        Problem::new(ProblemKind::Forbidden).into_response()
    }
}

/// Whether the request comes from a page of this service. A browser that says neither is older than 2020; what is no
/// browser is told to say an origin.
fn is_own(public_url: &str, headers: &HeaderMap) -> bool {
    let read = |name| {
        headers
            .get(name)
            .and_then(|value: &http::HeaderValue| value.to_str().ok())
    };
    if let Some(site) = read(header::HeaderName::from_static("sec-fetch-site")) {
        return matches!(site, "same-origin" | "none");
    }
    let Some(origin) = read(header::ORIGIN) else {
        return false;
    };
    let ours = public_url.strip_suffix('/').unwrap_or(public_url);
    origin == ours
        || read(header::HOST).is_some_and(|host| origin.split_once("://").is_some_and(|(_, of)| of == host))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pairs = pairs.iter();
        pairs
            .map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)))
            .collect::<HeaderMap>()
    }

    #[test]
    fn only_our_own_pages_change_anything() {
        let ours = "https://oproep.example";
        for (given, own) in [
            (&[("sec-fetch-site", "same-origin")][..], true),
            (&[("sec-fetch-site", "same-site")], false),
            (
                &[
                    ("sec-fetch-site", "cross-site"),
                    ("origin", "https://oproep.example"),
                ],
                false,
            ),
            (&[("origin", "https://oproep.example")], true),
            (&[("origin", "https://oproep.example.evil.example")], false),
            (&[("origin", "null")], false),
            (
                &[("origin", "http://127.0.0.1:8080"), ("host", "127.0.0.1:8080")],
                true,
            ),
            (&[], false),
        ] {
            assert_eq!(is_own(ours, &headers(given)), own, "{given:?}");
        }
    }
}
