//! What is asked for, by whom it is read: the language, the path, and whether script asks for a part of a page.

use axum::extract::{FromRef, FromRequestParts};
use http::request::Parts;

use super::cookies;
use super::texts::Texts;
use crate::domain::clock::Timestamp;
use crate::web::Web;
use crate::web::language::asked;

/// A request for a page.
#[derive(Clone, Debug)]
pub struct Visit {
    /// The words, in the reader's language.
    pub t: Texts,
    /// When.
    pub now: Timestamp,
    /// The path with its query.
    pub path: String,
    /// Whether script asks for a part of a page (`HX-Request`).
    pub is_partial: bool,
    /// Whether all of this service is an exercise.
    pub is_training: bool,
    /// What people call the network.
    pub network: String,
}

impl<S> FromRequestParts<S> for Visit
where
    S: Sync,
    Web: FromRef<S>,
{
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::of(parts, &Web::from_ref(state)))
    }
}

impl Visit {
    /// The visit that a request makes.
    pub fn of(parts: &Parts, web: &Web) -> Self {
        let language = cookies::language(web, &parts.headers).or_else(|| asked(&parts.headers));
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        Self {
            t: Texts(language.unwrap_or_default()),
            now: web.clock().now(),
            path: path.to_owned(),
            is_partial: parts.headers.contains_key("hx-request"),
            is_training: web.desk().realm().is_training(),
            network: web.settings().feeds.sender_name.clone(),
        }
    }
}

/// A path of ours to go on to: never another host.
pub fn local_path(path: &str) -> &str {
    let is_local = path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\r', '\n']);
    if is_local { path } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::local_path;

    #[test]
    fn nobody_is_sent_on_to_another_host() {
        assert_eq!(local_path("/console?x=1"), "/console?x=1");
        for path in [
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "evil",
            "",
            "/a\r\nb",
        ] {
            assert_eq!(local_path(path), "/", "{path}");
        }
    }
}
