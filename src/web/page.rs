//! The pages behind the links in messages: an alert with a form for a tip, and what became of the tip.
//!
//! They work without script, on any telephone, and load nothing from elsewhere.

use std::fmt::{self, Write};
use std::sync::LazyLock;

use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderValue, StatusCode, header};

use crate::domain::language::Language;

pub mod alert;
pub mod bulletin;
pub mod followed;
pub mod join;
pub mod refused;
pub mod searched;
pub mod subscription;

const STYLE: &str = include_str!("page/style.css");

/// Only this style, pictures of our own, and forms to ourselves.
static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, STYLE.as_bytes());
    let hash = STANDARD.encode(digest);
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; img-src 'self'; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'"
    );
    HeaderValue::try_from(policy).expect("a policy is visible ASCII")
});

/// Whether the caller reads pages rather than JSON: a browser does, and so does whoever does not say.
pub fn wants_page(headers: &HeaderMap) -> bool {
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok());
    accept.is_none_or(|accept| accept.contains("text/html") || !accept.contains("application/json"))
}

/// A page under construction. What is added as text is escaped; markup is only what stands in this program.
pub struct Page {
    language: Language,
    html: String,
}

impl Page {
    /// A page with this title.
    pub fn new(language: Language, title: &str) -> Self {
        let mut page = Self {
            language,
            html: String::with_capacity(4096),
        };
        page.markup("<!doctype html>\n<html lang=\"")
            .markup(language.tag())
            .markup(
                "\">\n<head>\n<meta charset=\"utf-8\">\n\
                 <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
                 <meta name=\"robots\" content=\"noindex\">\n<title>",
            )
            .text(title)
            .markup("</title>\n<style>")
            .markup(STYLE)
            .markup("</style>\n</head>\n<body>\n<main>\n");
        page
    }

    /// Adds markup.
    pub fn markup(&mut self, markup: &'static str) -> &mut Self {
        self.html.push_str(markup);
        self
    }

    /// Adds text, escaped for content and for quoted attributes.
    pub fn text(&mut self, text: impl fmt::Display) -> &mut Self {
        write!(Escaped(&mut self.html), "{text}").expect("a string takes any text");
        self
    }

    /// Adds a paragraph of text.
    pub fn paragraph(&mut self, text: impl fmt::Display) -> &mut Self {
        self.markup("<p>").text(text).markup("</p>\n")
    }

    /// Adds one of two sentences.
    pub fn said(&mut self, nl: &'static str, en: &'static str) -> &mut Self {
        let text = match self.language {
            Language::Nl => nl,
            Language::En => en,
        };
        self.text(text)
    }

    /// The finished page.
    pub fn answer(mut self, status: StatusCode) -> Response {
        self.markup("</main>\n</body>\n</html>\n");
        let headers = [
            (
                header::CONTENT_TYPE,
                HeaderValue::from_static("text/html; charset=utf-8"),
            ),
            (
                header::CONTENT_LANGUAGE,
                HeaderValue::from_static(self.language.tag()),
            ),
            (header::CONTENT_SECURITY_POLICY, POLICY.clone()),
        ];
        (status, headers, self.html).into_response()
    }
}

/// Escapes what is written to it (HTML, section 13.3: the five characters that can end text or a quote).
struct Escaped<'a>(&'a mut String);

impl fmt::Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            match c {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                c => self.0.push(c),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
