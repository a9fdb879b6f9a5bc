//! Conditional requests (RFC 9110, sections 8.8.3 and 13): a tag with everything that has versions, `If-None-Match` for
//! whoever has it already, `If-Match` for whoever must not overwrite what they did not see.
//!
//! A tag is `"VERSION.DIGEST"`: what changes the thing counts the version; the digest is of all that was answered, figures
//! that change by themselves included. `If-None-Match` compares all of it. `If-Match` compares the version alone, so
//! that a draft can be changed while the count of its tips goes up.

use aws_lc_rs::digest::{SHA256, digest};
use axum::extract::{FromRef, FromRequestParts};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Serialize;

use super::Web;
use super::problem::{Problem, ProblemKind};

/// The most tags that one header may name.
const TAGS: usize = 32;
/// Bytes of a digest that stand in a tag.
const DIGEST_LEN: usize = 12;

/// What a caller says of what they have.
#[derive(Clone, Debug)]
pub struct Conditions {
    if_match: Option<Tags>,
    if_none_match: Option<Tags>,
    is_demanded: bool,
}

/// The tags of a header.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Tags {
    /// `*`: whatever there is.
    Any,
    /// These, each with whether it is weak.
    These(Vec<(bool, String)>),
}

impl Tags {
    fn of(headers: &HeaderMap, name: &header::HeaderName) -> Result<Option<Self>, Problem> {
        let mut tags = Vec::new();
        let mut is_there = false;
        for value in headers.get_all(name) {
            is_there = true;
            let text = value.to_str().map_err(|_| ProblemKind::Malformed)?;
            if text.trim() == "*" {
                return Ok(Some(Self::Any));
            }
            tags.extend(read_tags(text).ok_or(ProblemKind::Malformed)?);
            if tags.len() > TAGS {
                return Err(ProblemKind::Malformed.into());
            }
        }
        Ok(is_there.then_some(Self::These(tags)))
    }
}

/// Reads `"a", W/"b"`; none for anything else.
fn read_tags(text: &str) -> Option<Vec<(bool, String)>> {
    let mut tags = Vec::new();
    let mut rest = text.trim();
    loop {
        let (is_weak, quoted) = match rest.strip_prefix("W/") {
            Some(quoted) => (true, quoted),
            None => (false, rest),
        };
        let (tag, after) = quoted.strip_prefix('"')?.split_once('"')?;
        // RFC 9110, section 8.8.3: etagc is any visible character but the quote.
        if !tag.chars().all(|c| c.is_ascii_graphic()) {
            return None;
        }
        tags.push((is_weak, tag.to_owned()));
        let after = after.trim_start();
        if after.is_empty() {
            return Some(tags);
        }
        rest = after.strip_prefix(',')?.trim_start();
    }
}

impl<S> FromRequestParts<S> for Conditions
where
    S: Sync,
    Web: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        Ok(Self {
            if_match: Tags::of(&parts.headers, &header::IF_MATCH)?,
            if_none_match: Tags::of(&parts.headers, &header::IF_NONE_MATCH)?,
            is_demanded: Web::from_ref(state).settings().require_if_match,
        })
    }
}

impl Conditions {
    /// The versions that a change may be made of; none for any.
    ///
    /// # Errors
    /// When the configuration demands `If-Match` and there is none.
    fn versions(&self) -> Result<Option<Vec<u64>>, Problem> {
        match &self.if_match {
            None if self.is_demanded => Err(ProblemKind::ConditionMissing.into()),
            None | Some(Tags::Any) => Ok(None),
            Some(Tags::These(tags)) => {
                // A weak tag never matches (RFC 9110, section 13.1.1).
                let strong = tags.iter().filter(|(is_weak, _)| !is_weak);
                let versions = strong.filter_map(|(_, tag)| tag.split('.').next()?.parse().ok());
                Ok(Some(versions.collect()))
            }
        }
    }

    /// Refuses a change of a thing at this version where the caller saw another.
    pub fn check(&self, version: u64) -> Result<(), Problem> {
        match self.versions()? {
            Some(versions) if !versions.contains(&version) => Err(ProblemKind::ConditionFailed.into()),
            _ => Ok(()),
        }
    }

    /// What a change that lost a race is answered: that the condition failed, where there was one.
    pub fn explain(&self, problem: Problem) -> Problem {
        if self.if_match.is_some() && problem.is_changed_meanwhile() {
            ProblemKind::ConditionFailed.into()
        } else {
            problem
        }
    }

    /// The answer with its tag, or that the caller has it already.
    pub fn answer(&self, version: u64, body: &impl Serialize) -> Response {
        let Ok(body) = serde_json::to_vec(body) else {
            return Problem::new(ProblemKind::Internal).into_response();
        };
        let digest = digest(&SHA256, &body);
        let digest = URL_SAFE_NO_PAD.encode(&digest.as_ref()[..DIGEST_LEN]);
        let tag = format!("{version}.{digest}");
        let quoted = HeaderValue::try_from(format!("\"{tag}\"")).expect("a tag is visible ASCII");
        let headers = [
            (header::ETAG, quoted),
            // To be asked for again each time, and kept by nobody between.
            (
                header::CACHE_CONTROL,
                HeaderValue::from_static("private, no-cache"),
            ),
        ];
        let is_known = match &self.if_none_match {
            None => false,
            Some(Tags::Any) => true,
            Some(Tags::These(tags)) => tags.iter().any(|(_, one)| *one == tag),
        };
        if is_known {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        let kind = [(header::CONTENT_TYPE, "application/json")];
        (headers, kind, body).into_response()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn conditions(if_match: Option<&str>, is_demanded: bool) -> Conditions {
        let headers = if_match.map(|text| (header::IF_MATCH, HeaderValue::from_str(text).unwrap()));
        let headers = HeaderMap::from_iter(headers);
        Conditions {
            if_match: Tags::of(&headers, &header::IF_MATCH).unwrap(),
            if_none_match: None,
            is_demanded,
        }
    }

    #[test]
    fn a_change_is_made_of_the_version_that_was_seen() {
        for (header, version, is_made) in [
            (None, 3, true),
            (Some("*"), 3, true),
            (Some("\"3.abc\""), 3, true),
            (Some("\"2.abc\", \"3.def\""), 3, true),
            (Some("\"2.abc\""), 3, false),
            (Some("W/\"3.abc\""), 3, false),
            (Some("\"garbage\""), 3, false),
        ] {
            assert_eq!(
                conditions(header, false).check(version).is_ok(),
                is_made,
                "{header:?}"
            );
        }
        assert!(conditions(None, true).check(3).is_err());
        assert!(conditions(Some("*"), true).check(3).is_ok());
    }

    proptest! {
        #[test]
        fn tags_read_back_and_other_text_is_refused_or_read_whole(
            tags in proptest::collection::vec((any::<bool>(), "[!#-~]{0,20}"), 1..5), text in "[ -~]{0,60}",
        ) {
            let written: Vec<_> = tags
                .iter()
                .map(|(is_weak, tag)| format!("{}\"{tag}\"", if *is_weak { "W/" } else { "" }))
                .collect();
            let joined = written.join(" , ");
            prop_assert_eq!(read_tags(&joined), Some(tags));
            if let Some(read) = read_tags(&text) {
                let quotes = text.matches('"').count();
                prop_assert!(2 * read.len() <= quotes);
            }
        }
    }
}
