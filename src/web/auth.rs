//! From a credential to a scope. Nothing is decided here: the desk reads the session and makes the scope.

use axum::extract::{FromRef, FromRequestParts};
use http::request::Parts;
use http::{HeaderMap, header};

use super::Web;
use super::problem::{Problem, ProblemKind};
use crate::desk::Scope;
use crate::desk::participants::ParticipantScope;

/// The most bytes of a token.
const TOKEN_BYTES: usize = 128;
/// The most bytes that are read of what a browser calls itself.
const USER_AGENT_BYTES: usize = 400;

/// Someone who works with the network, by `Authorization: Bearer`.
#[derive(Clone, Debug)]
pub struct Staff(pub Scope);

/// A participant, by `Authorization: Bearer`.
#[derive(Clone, Copy, Debug)]
pub struct Citizen(pub ParticipantScope);

/// The token of a session (RFC 6750, section 2.1). `Debug` shows none of it.
#[derive(Clone)]
pub struct Token(String);

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(..)")
    }
}

impl Token {
    /// The token.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The token that a cookie brought.
    pub fn of_cookie(token: &str) -> Self {
        Self(token.to_owned())
    }

    fn of(headers: &HeaderMap) -> Result<Self, Problem> {
        let value = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        let (scheme, token) = value
            .and_then(|value| value.split_once(' '))
            .ok_or(ProblemKind::SignedOut)?;
        let token = token.trim();
        if scheme.eq_ignore_ascii_case("bearer") && (1..=TOKEN_BYTES).contains(&token.len()) {
            Ok(Self(token.to_owned()))
        } else {
            Err(ProblemKind::SignedOut.into())
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Token {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Self::of(&parts.headers)
    }
}

impl<S> FromRequestParts<S> for Staff
where
    S: Sync,
    Web: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let token = Token::of(&parts.headers)?;
        Ok(Self(Web::from_ref(state).desk().scope(token.as_str()).await?))
    }
}

impl<S> FromRequestParts<S> for Citizen
where
    S: Sync,
    Web: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let token = Token::of(&parts.headers)?;
        let scope = Web::from_ref(state)
            .desk()
            .participant_scope(token.as_str())
            .await?;
        Ok(Self(scope))
    }
}

impl Staff {
    /// Who it is, for repeated calls.
    pub fn actor(&self) -> String {
        match self.0.key() {
            Some(key) => format!("key {key}"),
            None => format!("account {}", self.0.account),
        }
    }
}

impl Citizen {
    /// Who it is, for repeated calls.
    pub fn actor(&self) -> String {
        format!("participant {}", self.0.number)
    }
}

/// What the browser or app calls itself, for the list of one's sessions.
#[derive(Clone, Debug)]
pub struct UserAgent(pub Option<String>);

impl<S: Sync> FromRequestParts<S> for UserAgent {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let text = parts
            .headers
            .get(header::USER_AGENT)
            .and_then(|text| text.to_str().ok());
        Ok(Self(
            text.filter(|text| text.len() <= USER_AGENT_BYTES)
                .map(str::to_owned),
        ))
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn a_token_is_read_from_a_bearer_and_from_nothing_else() {
        let read = |value: &str| {
            let headers =
                HeaderMap::from_iter([(header::AUTHORIZATION, HeaderValue::from_str(value).unwrap())]);
            Token::of(&headers).ok().map(|token| token.as_str().to_owned())
        };
        assert_eq!(read("Bearer abc").as_deref(), Some("abc"));
        assert_eq!(read("bearer abc").as_deref(), Some("abc"));
        assert_eq!(read("Basic abc"), None);
        assert_eq!(read("Bearer "), None);
        assert_eq!(read(&format!("Bearer {}", "x".repeat(TOKEN_BYTES + 1))), None);
        assert!(Token::of(&HeaderMap::new()).is_err());
    }
}
