//! Cookies: who is signed in, as operator or ambassador and as participant, and which language was chosen.
//!
//! Over TLS their names begin with `__Host-`, so that no other host can set or read them (RFC 6265bis, section
//! 4.1.3.2). They are for the server alone and come along from our own pages and from followed links.

use std::time::Duration;

use http::{HeaderMap, HeaderValue, header};

use crate::domain::language::Language;
use crate::web::Web;

/// The most bytes of a token in a cookie.
const TOKEN_BYTES: usize = 128;
/// How long the choice of a language is kept.
const LANGUAGE_FOR: Duration = Duration::from_hours(24 * 365);

/// Whose session a cookie holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// Somebody who works with the network.
    Staff,
    /// A participant.
    Participant,
}

impl Holder {
    const fn name(self) -> &'static str {
        match self {
            Self::Staff => "oproep-desk",
            Self::Participant => "oproep-me",
        }
    }
}

/// Whether pages come over TLS: then cookies never travel without it.
fn is_secure(web: &Web) -> bool {
    web.settings().public_url.starts_with("https:")
}

fn full_name(web: &Web, name: &str) -> String {
    if is_secure(web) {
        format!("__Host-{name}")
    } else {
        name.to_owned()
    }
}

/// The value of a cookie; none when it comes twice, as only somebody who plants one makes it do.
fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok());
    let mut found = lines
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(key, _)| *key == name)
        .map(|(_, value)| value);
    let first = found.next();
    if found.next().is_some() { None } else { first }
}

/// The token of a session that the browser holds.
pub fn token<'a>(web: &Web, headers: &'a HeaderMap, holder: Holder) -> Option<&'a str> {
    let token = value(headers, &full_name(web, holder.name()))?;
    (1..=TOKEN_BYTES).contains(&token.len()).then_some(token)
}

/// `Set-Cookie` for a session, until it ends at the latest.
pub fn keep(web: &Web, holder: Holder, token: &str, for_at_most: Duration) -> HeaderValue {
    set(web, holder.name(), token, for_at_most, true)
}

/// `Set-Cookie` that takes a session out of the browser.
pub fn drop(web: &Web, holder: Holder) -> HeaderValue {
    set(web, holder.name(), "", Duration::ZERO, true)
}

/// `Set-Cookie` for the language.
pub fn keep_language(web: &Web, language: Language) -> HeaderValue {
    set(web, "oproep-language", language.tag(), LANGUAGE_FOR, false)
}

/// The language that was chosen.
pub fn language(web: &Web, headers: &HeaderMap) -> Option<Language> {
    value(headers, &full_name(web, "oproep-language"))?.parse().ok()
}

fn set(web: &Web, name: &str, value: &str, for_at_most: Duration, server_only: bool) -> HeaderValue {
    let mut cookie = format!(
        "{}={value}; Path=/; SameSite=Lax; Max-Age={}",
        full_name(web, name),
        for_at_most.as_secs()
    );
    if server_only {
        cookie.push_str("; HttpOnly");
    }
    if is_secure(web) {
        cookie.push_str("; Secure");
    }
    HeaderValue::try_from(cookie).expect("tokens and tags are visible ASCII")
}
