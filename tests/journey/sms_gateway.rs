//! The gateway for text messages, Kannel, and what its operator got.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use oproep::receivers::inbox::Kind;

use crate::arrivals::{Arrived, link_at_end};
use crate::external::Running;
use crate::kannel;
use crate::processes::tell_end;

/// Kannel, between the program and an operator.
pub(crate) struct SmsGateway {
    pub(crate) url: String,
    pub(crate) username: String,
    pub(crate) password: String,
    operator_log: PathBuf,
    _running: Running,
}

impl SmsGateway {
    pub(crate) fn start(receipts_port: u16) -> Option<Self> {
        let (running, place) = kannel::start(receipts_port)?;
        let text = |field: &str| place[field].as_str().map(str::to_owned).unwrap_or_default();
        Some(Self {
            url: text("sendsms_url"),
            username: text("username"),
            password: text("password"),
            operator_log: text("operator_log").into(),
            _running: running,
        })
    }

    /// The texts that reached the operator whole.
    pub(crate) fn arrived(&self) -> Vec<Arrived> {
        let log = fs::read(&self.operator_log).expect("the operator keeps a log");
        read_operator_log(&String::from_utf8_lossy(&log))
    }
}

impl Drop for SmsGateway {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let folder = self.operator_log.parent().expect("a folder");
            for name in ["smsbox.log", "bearerbox.log"] {
                tell_end(&folder.join(name));
            }
        }
    }
}

/// A part of a text message as the operator logs it.
struct Part {
    to: String,
    /// Reference, number of parts and which, of a text in several.
    of: Option<(String, usize, usize)>,
    text: String,
}

/// Reads `Got message 7: <Oproep +3197912 text ...>`: a line break of a text in plain form begins a message of its
/// own there.
fn read_operator_log(log: &str) -> Vec<Arrived> {
    let mut parts: Vec<Part> = Vec::new();
    for line in log.lines() {
        let Some((_, message)) = line.split_once("Got message ") else {
            continue;
        };
        let Some(message) = message
            .split_once(": <")
            .and_then(|(_, message)| message.strip_suffix('>'))
        else {
            continue;
        };
        if let Some(part) = message.strip_prefix("Oproep +").and_then(read_part) {
            parts.push(part);
        } else if let Some(last) = parts.last_mut() {
            last.text.push('\n');
            last.text.push_str(message);
        }
    }
    let mut whole: Vec<(String, String)> = Vec::new();
    let mut open: BTreeMap<(String, String), Vec<(usize, String)>> = BTreeMap::new();
    for part in parts {
        let Some((reference, count, number)) = part.of else {
            whole.push((part.to, part.text));
            continue;
        };
        let key = (part.to, reference);
        let so_far = open.entry(key.clone()).or_default();
        so_far.push((number, part.text));
        if so_far.len() == count {
            let mut texts = open.remove(&key).unwrap_or_default();
            texts.sort();
            whole.push((key.0, texts.into_iter().map(|(_, text)| text).collect()));
        }
    }
    let arrived = |(to, text): (String, String)| {
        let (body, link) = link_at_end(&text);
        Arrived {
            receiver: Kind::Sms,
            address: format!("+{to}"),
            title: String::new(),
            body,
            link,
        }
    };
    whole.into_iter().map(arrived).collect()
}

fn read_part(message: &str) -> Option<Part> {
    let (to, rest) = message.split_once(' ')?;
    let (of, rest) = match rest.strip_prefix("udh ") {
        Some(rest) => {
            let (header, rest) = rest.split_once(' ')?;
            // Length, element 00, its length, reference, number of parts, which (3GPP TS 23.040, 9.2.3.24.1).
            let header = unescaped(header);
            let [_, _, _, reference, count, number] = header[..] else {
                return None;
            };
            (
                Some((reference.to_string(), usize::from(count), usize::from(number))),
                rest,
            )
        }
        None => (None, rest),
    };
    let (form, text) = rest.split_once(' ')?;
    let text = match form {
        "text" => text.to_owned(),
        "data" => String::from_utf8(unescaped(text)).ok()?,
        "ucs-2" => {
            let bytes = unescaped(text);
            let units: Vec<u16> = bytes
                .chunks_exact(2)
                .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
                .collect();
            String::from_utf16(&units).ok()?
        }
        _ => return None,
    };
    Some(Part {
        to: to.to_owned(),
        of,
        text,
    })
}

fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digit = |byte: Option<u8>| char::from(byte.unwrap_or(b'0')).to_digit(16).unwrap_or(0);
                let (high, low) = (digit(rest.next()), digit(rest.next()));
                u8::try_from(high * 16 + low).expect("two digits")
            }
            other => other,
        });
    }
    bytes
}
