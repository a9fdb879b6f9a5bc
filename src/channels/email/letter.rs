//! A mail composed once for all its recipients: what they share is encoded beforehand, and only the lines
//! that differ (To, Message-ID, references, link, signature) are written for each.

use std::io::Write;
use std::time::{Duration, UNIX_EPOCH};

use lettre::Address;
use lettre::address::Envelope;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};

use super::dkim::{LONGEST_SIGNATURE, Shared, Signers};
use super::layout;
use super::marked::Marked;
use crate::domain::clock::Timestamp;
use crate::domain::message::{MailMarks, Message};

/// Parts of a mail, ready to be sent: CRLF lines, dots at the start of a line doubled (RFC 5321, 4.5.2).
#[derive(Debug)]
pub(super) struct Letter {
    /// The domain that ends the Message-ID.
    domain: String,
    /// What is before, between and after the places of its links: those of the text part, then of the HTML part.
    /// One piece when the letter has no links.
    pieces: Vec<Vec<u8>>,
    /// What is signed of them.
    shared: Shared,
    written_at: Timestamp,
}

/// Who sends a letter.
#[derive(Debug)]
pub(super) struct Sender {
    /// As readers see it.
    pub(super) from: Mailbox,
    /// The address of MAIL FROM where bounces have none of their own.
    pub(super) address: String,
    /// Where bounces go.
    pub(super) bounces: Option<Marked>,
    /// Where replies go; without one they go to the sender.
    pub(super) replies: Option<Marked>,
    /// Who signs it.
    pub(super) signers: Signers,
}

/// Which links a letter has places for, in this order in each part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Places {
    /// To the recipient's page of the alert.
    pub(super) alert: bool,
    /// To where mails about its topic end.
    pub(super) ending: bool,
}

impl Places {
    /// Every combination.
    pub(super) const ALL: [Self; 4] = [
        Self::new(true, false),
        Self::new(true, true),
        Self::new(false, false),
        Self::new(false, true),
    ];

    const fn new(alert: bool, ending: bool) -> Self {
        Self { alert, ending }
    }
}

/// What one recipient's copy carries.
#[derive(Clone, Copy)]
pub(super) struct Copy<'a> {
    /// Where it goes.
    pub(super) to: Deliverable<'a>,
    /// The link in it.
    pub(super) link: Option<&'a str>,
    /// By what it comes back.
    pub(super) marks: Option<&'a MailMarks>,
}

/// The message cannot be put into a mail.
#[derive(Debug, thiserror::Error)]
#[error("the message cannot be written as a mail: check its title")]
pub(super) struct Unwritable(#[from] lettre::error::Error);

impl Copy<'_> {
    /// Where the mails about its topic end; none where that is no link.
    fn ending(&self) -> Option<&str> {
        let link = self.marks.and_then(|marks| marks.unsubscribe.as_deref());
        link.filter(|link| is_plain(link))
    }

    /// The places that its letter needs.
    pub(super) fn places(&self) -> Places {
        Places::new(self.link.is_some(), self.ending().is_some())
    }
}

impl Letter {
    /// Composes the mail with places for these links.
    pub(super) fn compose(
        message: &Message,
        sender: &Sender,
        written_at: Timestamp,
        places: Places,
    ) -> Result<Self, Unwritable> {
        let from = &sender.from;
        let mark = absent_mark(message, from);
        let said = layout::Said {
            message,
            link: places.alert.then_some(&mark),
            ending: places.ending.then_some(&mark),
            answered: places.alert && sender.replies.is_some(),
        };
        let part = |kind: ContentType, body: String| {
            SinglePart::builder()
                .header(kind)
                .header(ContentTransferEncoding::QuotedPrintable)
                .body(body.replace("\r\n", "\n").replace('\n', "\r\n"))
        };
        let since_epoch = Duration::from_millis(u64::try_from(written_at.as_millis()).unwrap_or(0));
        let mail = lettre::Message::builder()
            .from(from.clone())
            .subject(one_line(&message.title))
            .date(UNIX_EPOCH + since_epoch)
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".to_owned(),
            ))
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Content-Language"),
                message.language.tag().to_owned(),
            ))
            // The recipient's lines come later; lettre wants an envelope all the same.
            .envelope(Envelope::new(Some(from.email.clone()), vec![from.email.clone()])?)
            .multipart(
                // A boundary with "=_" cannot occur in quoted-printable text (RFC 2045, 6.7).
                MultiPart::alternative()
                    .boundary("=_oproep")
                    .singlepart(part(ContentType::TEXT_PLAIN, layout::text(&said)))
                    .singlepart(part(ContentType::TEXT_HTML, layout::html(&said))),
            )?;
        let whole = mail.formatted();
        let cut = |text: Vec<u8>| split(&text, mark.as_bytes());
        Ok(Self {
            domain: from.email.domain().to_owned(),
            pieces: cut(stuff_dots(&whole)),
            shared: Shared::new(&cut(whole)),
            written_at,
        })
    }

    /// Appends one recipient's mail to `out`, from the first header to the dot that ends it.
    pub(super) fn write(&self, copy: &Copy<'_>, sender: &Sender, out: &mut Vec<u8>) {
        let own = self.own_headers(copy, sender);
        let places = [copy.link, copy.ending()];
        let (mut text_links, mut html_links) = (Vec::new(), Vec::new());
        for link in places.into_iter().flatten() {
            text_links.push(quoted_printable(link.as_bytes()));
            html_links.push(quoted_printable(layout::escape(link).as_bytes()));
        }
        text_links.append(&mut html_links);
        let links: Vec<_> = text_links.iter().map(Vec::as_slice).collect();
        sender
            .signers
            .sign(&self.shared, &own, &links, self.written_at, out);
        for (name, value) in &own {
            write!(out, "{name}: {value}\r\n").expect("writing to memory succeeds");
        }
        out.extend_from_slice(&self.pieces[0]);
        for (link, piece) in links.iter().zip(&self.pieces[1..]) {
            out.extend_from_slice(link);
            out.extend_from_slice(piece);
        }
        out.extend_from_slice(b".\r\n");
    }

    /// The headers of one copy, in their order.
    fn own_headers(&self, copy: &Copy<'_>, sender: &Sender) -> Vec<(&'static str, String)> {
        let Copy { to, marks, .. } = copy;
        let (reference, domain) = (to.reference, &self.domain);
        let mut own = Vec::with_capacity(6);
        own.push(("To", format!("<{}>", to.address)));
        own.push(("Message-ID", format!("<{reference}@{domain}>")));
        own.push(("X-Oproep-Reference", reference.to_owned()));
        if let Some(marks) = marks {
            if let Some(replies) = &sender.replies {
                own.push(("Reply-To", format!("<{}>", replies.with(&marks.reply))));
            }
            if let Some(link) = copy.ending() {
                own.push(("List-Unsubscribe", format!("<{link}>")));
                // One click is for https alone (RFC 8058, section 3.1).
                if link.starts_with("https://") {
                    own.push(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
                }
            }
        }
        own
    }

    /// How long the mail becomes, in bytes, rounded up: what `SIZE=` announces (RFC 1870).
    pub(super) fn size_limit(&self, copy: &Copy<'_>, sender: &Sender) -> usize {
        let unsubscribe = copy.marks.and_then(|marks| marks.unsubscribe.as_deref());
        // Six times for a link: three for each escaped byte, and twice in the mail.
        self.pieces.iter().map(Vec::len).sum::<usize>()
            + 6 * copy.link.map_or(0, str::len)
            + 7 * unsubscribe.map_or(0, str::len)
            + LONGEST_SIGNATURE * sender.signers.count()
            + 1024
    }
}

/// Whether a link can stand between the brackets of a header.
fn is_plain(link: &str) -> bool {
    link.len() <= 900
        && link
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>'))
}

/// A recipient that can stand in an envelope and in headers.
#[derive(Clone, Copy)]
pub(super) struct Deliverable<'a> {
    /// The mailbox, ASCII, without anything that ends a command or header.
    pub(super) address: &'a str,
    /// Our reference.
    pub(super) reference: &'a str,
}

/// Why a recipient cannot stand in an envelope; the reason of the rejection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Undeliverable(pub(super) &'static str);

impl<'a> Deliverable<'a> {
    /// Checks a recipient: whatever storage holds, no line break or bracket of it becomes a command.
    pub(super) fn check(address: &'a str, reference: &'a str) -> Result<Self, Undeliverable> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        if reference.is_empty() || reference.len() > 64 || !reference.bytes().all(plain) {
            return Err(Undeliverable("reference not url-safe"));
        }
        if !address.is_ascii() {
            return Err(Undeliverable("address not in ascii"));
        }
        let bracket = |byte: u8| !byte.is_ascii_graphic() || matches!(byte, b'<' | b'>');
        if address.len() > 254 || address.bytes().any(bracket) || address.parse::<Address>().is_err() {
            return Err(Undeliverable("address malformed"));
        }
        Ok(Self { address, reference })
    }
}

/// A word that occurs nowhere in the mail, to hold the place of the link while lettre encodes.
fn absent_mark(message: &Message, from: &Mailbox) -> String {
    let mut mark = "oproeplink".to_owned();
    let from = from.to_string();
    while [&message.body, &message.title, &from]
        .into_iter()
        .any(|text| text.contains(&mark))
    {
        mark.push('x');
    }
    mark
}

/// The title without anything that would end the header.
fn one_line(title: &str) -> String {
    title
        .chars()
        .map(|character| if character.is_control() { ' ' } else { character })
        .collect()
}

/// The text with every dot at the start of a line doubled, ending with a line end.
fn stuff_dots(text: &[u8]) -> Vec<u8> {
    let mut stuffed = Vec::with_capacity(text.len() + 64);
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        if line.starts_with(b".") {
            stuffed.push(b'.');
        }
        stuffed.extend_from_slice(line);
    }
    if !stuffed.ends_with(b"\r\n") {
        stuffed.extend_from_slice(b"\r\n");
    }
    stuffed
}

fn split(text: &[u8], mark: &[u8]) -> Vec<Vec<u8>> {
    let mut pieces = Vec::with_capacity(3);
    let mut start = 0;
    let mut at = 0;
    while at < text.len() {
        if text[at..].starts_with(mark) {
            pieces.push(text[start..at].to_vec());
            at += mark.len();
            start = at;
        } else {
            at += 1;
        }
    }
    pieces.push(text[start..].to_vec());
    pieces
}

/// Bytes that stand on a line of their own in quoted-printable (RFC 2045, 6.7), without a dot at the start of a line.
fn quoted_printable(bytes: &[u8]) -> Vec<u8> {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    // 76 columns, less the quotes around the link in HTML and the "=" of a soft line break.
    const COLUMNS: usize = 73;
    let mut out = Vec::with_capacity(bytes.len() + 16);
    let mut column = 0;
    for byte in bytes {
        let plain = byte.is_ascii_graphic() && *byte != b'=';
        if column + if plain { 1 } else { 3 } > COLUMNS {
            out.extend_from_slice(b"=\r\n");
            column = 0;
        }
        if plain && (*byte != b'.' || column > 0) {
            out.push(*byte);
            column += 1;
        } else {
            out.extend_from_slice(&[b'=', HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
            column += 3;
        }
    }
    out
}

#[cfg(test)]
mod tests;
