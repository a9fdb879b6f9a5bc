//! What somebody wrote in answer to a mail: the text without what they quoted, and the pictures.

use bytes::Bytes;
use mail_parser::decoders::html::html_to_text;
use mail_parser::{Message, MessagePart, MimeHeaders, PartType};

use super::PARTS;
use super::quoted::{unquoted, unquoted_html};

/// The most characters of text that are taken apart.
const TEXT_CHARS: usize = 200_000;
/// The most files that are taken.
const FILES: usize = 6;
/// Pictures of fewer bytes belong to a signature.
const LEAST_PICTURE: usize = 8 * 1024;

/// What somebody wrote. Personal: `Debug` shows none of it.
pub struct Answer {
    /// The text; empty when there was none.
    pub text: String,
    /// The files that look like pictures or films by what the mail says of them, at most six.
    pub files: Vec<Bytes>,
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Answer({} files)", self.files.len())
    }
}

impl Answer {
    /// Takes a mail apart. The plain part goes before the HTML part, which is reduced to text.
    pub(super) fn of(mail: Message<'_>) -> Self {
        let plain = mail.parts.iter().take(PARTS).find_map(|part| match &part.body {
            PartType::Text(text) if is_plain(part) && !text.trim().is_empty() => Some(unquoted(&first(text))),
            _ => None,
        });
        let text = plain.filter(|text| !text.is_empty()).or_else(|| {
            mail.parts.iter().take(PARTS).find_map(|part| match &part.body {
                PartType::Html(html) if !is_attachment(part) => Some(from_html(&first(html))),
                _ => None,
            })
        });
        // What was decoded is handed on, not copied: it may be most of the mail.
        let parts = mail.parts.into_iter().take(PARTS);
        let files = parts
            .filter(|part| is_picture(part) && part.contents().len() >= LEAST_PICTURE)
            .filter_map(|part| match part.body {
                PartType::Binary(file) | PartType::InlineBinary(file) => Some(Bytes::from(file.into_owned())),
                _ => None,
            })
            .take(FILES)
            .collect();
        Self {
            text: text.unwrap_or_default(),
            files,
        }
    }
}

/// The first part of a text, as much as is taken apart.
fn first(text: &str) -> String {
    text.chars().take(TEXT_CHARS).collect()
}

fn is_attachment(part: &MessagePart<'_>) -> bool {
    part.content_disposition()
        .is_some_and(|kind| kind.ctype().eq_ignore_ascii_case("attachment"))
}

/// Whether a part is text that somebody reads, rather than a file.
fn is_plain(part: &MessagePart<'_>) -> bool {
    let plain = part.content_type().is_none_or(|kind| {
        let subtype = kind.subtype().unwrap_or("plain");
        kind.ctype().eq_ignore_ascii_case("text") && subtype.eq_ignore_ascii_case("plain")
    });
    plain && !is_attachment(part)
}

/// Whether a part is a picture or a film by its type, or by its name where the type says nothing.
fn is_picture(part: &MessagePart<'_>) -> bool {
    let Some(kind) = part.content_type() else {
        return false;
    };
    let of = |name| kind.ctype().eq_ignore_ascii_case(name);
    let unnamed = of("application")
        && kind
            .subtype()
            .is_some_and(|subtype| subtype.eq_ignore_ascii_case("octet-stream"));
    let name = part.attachment_name().unwrap_or_default().to_ascii_lowercase();
    let ends = [".jpg", ".jpeg", ".png", ".webp", ".mp4", ".mov", ".webm"];
    of("image") || of("video") || (unnamed && ends.iter().any(|end| name.ends_with(end)))
}

/// HTML as text, without what was quoted.
fn from_html(html: &str) -> String {
    let mut marked = String::with_capacity(html.len() + 256);
    // Ends of blocks end a line; the decoder knows only <br> and </p>.
    let mut rest = unquoted_html(html);
    while let Some(at) = rest.find('>') {
        let (before, after) = rest.split_at(at + 1);
        marked.push_str(before);
        let tag = before.rsplit('<').next().unwrap_or_default().to_ascii_lowercase();
        if ["/div>", "/li>", "/tr>", "/h1>", "/h2>", "/h3>", "/blockquote>"].contains(&tag.as_str()) {
            marked.push_str("<br>");
        }
        rest = after;
    }
    marked.push_str(rest);
    unquoted(&html_to_text(&marked))
}
