//! Mail that comes back to the addresses we marked: bounces, automatic answers, and what people write.
//!
//! What a mail is about stands in the address that it came to (`bounce+MARK@`, `tip+MARK@`). The mark alone says
//! whose it is, and proves that we made it; nothing else in a mail does, since anyone can write one. What a mail
//! is, its headers tell: a report on a delivery (RFC 3464), an automatic answer (RFC 3834), or neither.

use std::borrow::Cow;

use bytes::Bytes;
use mail_parser::{HeaderName, HeaderValue, Message, MessageParser, MimeHeaders, PartType};

pub use answer::Answer;
pub use report::{Action, Report};

mod answer;
mod automatic;
mod quoted;
mod report;

/// The most bytes of a mail: five photos from a telephone as most providers let them through.
pub const MAIL_BYTES: usize = 40 * 1024 * 1024;
/// The most recipients of a mail that are looked at for a mark.
const RECIPIENTS: usize = 20;
/// The most parts of a mail that are looked at.
const PARTS: usize = 200;
/// The longest mark.
const MARK_CHARS: usize = 64;

/// The headers in which servers say for whom a mail came, beside `To` and `Cc`.
const CAME_FOR: [&str; 4] = ["X-Original-To", "Delivered-To", "Envelope-To", "X-Envelope-To"];

/// A mail that came in. Personal: `Debug` shows none of it.
pub struct Incoming {
    /// The marks in the addresses that it came to, the surest first, in lower case.
    pub marks: Vec<String>,
    /// What it is.
    pub kind: Kind,
    /// Tells it from others: its `Message-ID`, or its own digest where it has none.
    pub identity: String,
}

/// What a mail is.
pub enum Kind {
    /// A server says what became of a mail, for one recipient or several.
    Reports(Vec<Report>),
    /// A program answers, or sends to a list.
    Automatic,
    /// Somebody writes.
    Answer(Box<Answer>),
}

impl std::fmt::Debug for Incoming {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.kind {
            Kind::Reports(_) => "Incoming(reports)",
            Kind::Automatic => "Incoming(automatic)",
            Kind::Answer(_) => "Incoming(answer)",
        })
    }
}

/// Reads a mail of at most [`MAIL_BYTES`]; none when it is no mail at all. `recipient` is the address that it came
/// to, where the server told.
pub fn read(bytes: &Bytes, recipient: Option<&str>) -> Option<Incoming> {
    if bytes.len() > MAIL_BYTES {
        return None;
    }
    let mail = MessageParser::default().parse(&bytes[..])?;
    if mail.headers().is_empty() {
        return None;
    }
    Some(Incoming {
        marks: marks(&mail, recipient),
        identity: identity(&mail, bytes),
        kind: match reports(&mail) {
            Some(reports) => Kind::Reports(reports),
            None if automatic::is_automatic(&mail) => Kind::Automatic,
            None => Kind::Answer(Box::new(Answer::of(mail))),
        },
    })
}

/// The reports in a mail; none when it carries none, whatever it says of itself.
fn reports(mail: &Message<'_>) -> Option<Vec<Report>> {
    let status = mail.parts.iter().take(PARTS).find(|part| {
        part.content_type().is_some_and(|kind| {
            let is = |name| {
                kind.subtype()
                    .is_some_and(|subtype| subtype.eq_ignore_ascii_case(name))
            };
            kind.ctype().eq_ignore_ascii_case("message")
                && (is("delivery-status") || is("global-delivery-status"))
        })
    })?;
    let text: Cow<'_, [u8]> = match &status.body {
        PartType::Message(inner) => inner.raw_message.clone(),
        _ => status.contents().into(),
    };
    Some(report::parse(&text))
}

/// The marks in the addresses that a mail came to.
fn marks(mail: &Message<'_>, recipient: Option<&str>) -> Vec<String> {
    let mut addresses: Vec<String> = recipient.map(str::to_owned).into_iter().collect();
    for name in CAME_FOR {
        for value in mail.header_values(name).take(RECIPIENTS) {
            addresses.extend(text_of(value).map(str::to_owned));
        }
    }
    for list in [mail.to(), mail.cc()].into_iter().flatten() {
        let listed = list.iter().filter_map(|one| one.address());
        addresses.extend(listed.take(RECIPIENTS).map(str::to_owned));
    }
    let mut marks = Vec::new();
    for address in addresses.iter().take(RECIPIENTS) {
        if let Some(mark) = mark_in(address)
            && !marks.contains(&mark)
        {
            marks.push(mark);
        }
    }
    marks
}

/// The mark in an address, in lower case.
fn mark_in(address: &str) -> Option<String> {
    let address = address.trim().trim_start_matches('<').trim_end_matches('>');
    let (local, _) = address.rsplit_once('@')?;
    let (_, mark) = local.rsplit_once('+')?;
    let plain =
        (1..=MARK_CHARS).contains(&mark.len()) && mark.bytes().all(|byte| byte.is_ascii_alphanumeric());
    plain.then(|| mark.to_ascii_lowercase())
}

/// The text of a header that is one text, or the first of several.
fn text_of<'a>(value: &'a HeaderValue<'_>) -> Option<&'a str> {
    match value {
        HeaderValue::Text(text) => Some(text.as_ref()),
        HeaderValue::TextList(texts) => texts.first().map(AsRef::as_ref),
        HeaderValue::Address(list) => list.first().and_then(|one| one.address()),
        _ => None,
    }
}

fn identity(mail: &Message<'_>, bytes: &[u8]) -> String {
    use aws_lc_rs::digest::{SHA256, digest};
    let named = mail.header(HeaderName::MessageId).and_then(text_of);
    let digested = digest(&SHA256, named.map_or(bytes, str::as_bytes));
    digested
        .as_ref()
        .iter()
        .take(16)
        .fold(String::with_capacity(32), |mut text, byte| {
            use std::fmt::Write;
            write!(text, "{byte:02x}").expect("a string takes any text");
            text
        })
}

#[cfg(test)]
mod tests;
