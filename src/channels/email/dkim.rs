//! Signing mails: DKIM (RFC 6376) with rsa-sha256, ed25519-sha256 (RFC 8463), or both.
//!
//! What the copies of a letter share is brought into canonical form once, and the hash of the body up to the first
//! link is begun once; a copy costs the rest of its hash and one signature for each key.

use std::fmt::Write;

use aws_lc_rs::digest::{Context, SHA256};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use self::canonical::{body, header};
use self::key::DkimKey;
use super::settings::DkimSettings;
use crate::domain::clock::Timestamp;

mod canonical;
pub mod key;

/// What is signed, where it is there. `List-Unsubscribe` and its `-Post` have to be (RFC 8058, section 4).
const SIGNED: [&str; 12] = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Reply-To",
    "MIME-Version",
    "Content-Type",
    "Content-Language",
    "Auto-Submitted",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
];
/// Named once more than they are there, so that nobody adds another on the way (RFC 6376, section 5.4.2).
const NO_MORE: [&str; 3] = ["From", "Subject", "Reply-To"];
/// Columns of a signature's lines.
const COLUMNS: usize = 72;
/// The most bytes that a signature adds to a mail: with a key of 4,096 bits, names of 255 and 63 characters.
pub(super) const LONGEST_SIGNATURE: usize = 2_048;

/// An account's keys, each of which signs every mail.
#[derive(Debug, Default)]
pub(super) struct Signers(Vec<Signer>);

#[derive(Debug)]
struct Signer {
    domain: String,
    selector: String,
    key: DkimKey,
}

/// Why an account cannot sign.
#[derive(Debug, thiserror::Error)]
pub enum DkimError {
    /// The key.
    #[error("dkim: {0}")]
    Key(#[from] key::DkimKeyError),
    /// A selector or domain that is no name in DNS.
    #[error("dkim: {0:?} cannot stand in DNS: give selector and domain as names of letters, digits, - and .")]
    Name(String),
    /// Receivers would take the signature for somebody else's.
    #[error(
        "dkim: domain {0} is not that of from_address or one above it: receivers would not count it (DMARC)"
    )]
    Foreign(String),
}

impl Signers {
    /// Reads the keys. `from_domain` is the domain of the sender that readers see.
    pub(super) fn new(settings: &[DkimSettings], from_domain: &str) -> Result<Self, DkimError> {
        let signer = |one: &DkimSettings| {
            let domain = one.domain.clone().unwrap_or_else(|| from_domain.to_owned());
            for name in [&domain, &one.selector] {
                if !is_name(name) {
                    return Err(DkimError::Name(name.clone()));
                }
            }
            let (from, own) = (from_domain.to_ascii_lowercase(), domain.to_ascii_lowercase());
            if from != own && !from.ends_with(&format!(".{own}")) {
                return Err(DkimError::Foreign(domain));
            }
            Ok(Signer {
                key: DkimKey::read(&one.key_file)?,
                selector: one.selector.clone(),
                domain,
            })
        };
        settings.iter().map(signer).collect::<Result<_, _>>().map(Self)
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// Writes the headers with the signatures of one copy. `own` are the copy's own headers, `links` what stands
    /// between the shared pieces of its body, as it is sent.
    pub(super) fn sign(
        &self,
        shared: &Shared,
        own: &[(&'static str, String)],
        links: &[&[u8]],
        written_at: Timestamp,
        out: &mut Vec<u8>,
    ) {
        if self.0.is_empty() {
            return;
        }
        let body = STANDARD.encode(shared.body_hash(links));
        let mut names = String::new();
        let mut data = String::with_capacity(1024);
        for name in SIGNED {
            let value = own.iter().find(|(own, _)| *own == name);
            let line = value.map(|(name, value)| header(name, value));
            if let Some(line) = line.as_deref().or_else(|| shared.header(name)) {
                data.push_str(line);
                names.push_str(name);
                names.push(':');
            }
        }
        names.push_str(&NO_MORE.join(":"));
        let at = written_at.as_millis() / 1_000;
        for Signer {
            domain,
            selector,
            key,
        } in &self.0
        {
            let mut signature = format!(
                "v=1; a={}; c=relaxed/relaxed;\r\n d={domain};\r\n s={selector}; t={at};\r\n h={};\r\n bh={body};\r\n b=",
                key.algorithm(),
                names.replace(":M", ":\r\n M"),
            );
            let mut data = data.clone();
            // Without the end of its line (RFC 6376, section 3.7).
            data.push_str(header("DKIM-Signature", &signature).trim_end());
            let signed = STANDARD.encode(key.sign(data.as_bytes()));
            let mut rest = signed.as_str();
            while rest.len() > COLUMNS {
                let (line, after) = rest.split_at(COLUMNS);
                write!(signature, "{line}\r\n ").expect("a string takes any text");
                rest = after;
            }
            signature.push_str(rest);
            out.extend_from_slice(b"DKIM-Signature: ");
            out.extend_from_slice(signature.as_bytes());
            out.extend_from_slice(b"\r\n");
        }
    }
}

/// Whether a text is a domain name.
fn is_name(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    text.len() <= 253 && text.split('.').all(label)
}

/// What the copies of a letter have in common, in canonical form.
pub(super) struct Shared {
    headers: Vec<(String, String)>,
    /// The hash of the body up to the first link.
    begun: Context,
    /// The body after each link.
    rest: Vec<Vec<u8>>,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Shared(..)")
    }
}

impl Shared {
    /// Of the pieces of a mail between its links, without doubled dots; the first holds the headers, and a link
    /// begins and ends in the middle of a line or has it to itself.
    pub(super) fn new(pieces: &[Vec<u8>]) -> Self {
        let (first, rest) = pieces.split_first().expect("a letter has a first piece");
        let head_end = first.windows(4).position(|four| four == b"\r\n\r\n");
        let head_end = head_end.map_or(first.len(), |at| at + 2);
        let head = String::from_utf8_lossy(&first[..head_end]);
        let mut headers: Vec<(String, String)> = Vec::new();
        for line in head.split_inclusive("\r\n") {
            match headers.last_mut() {
                Some((_, value)) if line.starts_with([' ', '\t']) => value.push_str(line),
                _ => {
                    if let Some((name, value)) = line.split_once(':') {
                        headers.push((name.to_owned(), value.to_owned()));
                    }
                }
            }
        }
        let headers = headers
            .into_iter()
            .map(|(name, value)| {
                let line = header(&name, &value);
                (name, line)
            })
            .collect();
        let mut begun = Context::new(&SHA256);
        let last = rest.is_empty();
        begun.update(&body(first.get(head_end + 2..).unwrap_or_default(), last));
        let ends = rest.len();
        let rest = rest.iter().enumerate();
        Self {
            headers,
            begun,
            rest: rest.map(|(at, piece)| body(piece, at + 1 == ends)).collect(),
        }
    }

    fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, line)| line.as_str())
    }

    fn body_hash(&self, links: &[&[u8]]) -> [u8; 32] {
        let mut context = self.begun.clone();
        for (link, piece) in links.iter().zip(&self.rest) {
            context.update(link);
            context.update(piece);
        }
        let mut hash = [0; 32];
        hash.copy_from_slice(context.finish().as_ref());
        hash
    }
}
