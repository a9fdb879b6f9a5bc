//! How long a text is as a text message, counted in segments with its link.

use super::{CheckCode, Finding, TextPart, TextPlace};
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::language::Language;
use crate::domain::said::Said;
use crate::domain::sms_text::{Alphabet, LONGEST_LINK, MOST_SEGMENTS, SmsLength, outside_gsm7, with_link};

/// From how many segments on a text message is long.
const MANY: usize = 4;
/// Characters outside of the alphabet of text messages that are marked.
const MARKED: usize = 10;

pub(super) fn check(language: Language, body: &str, channels: ChannelSet, findings: &mut Vec<Finding>) {
    if !channels.contains(Channel::Sms) || body.trim().is_empty() {
        return;
    }
    let at = TextPlace {
        language,
        part: TextPart::Body,
    };
    let link = "x".repeat(LONGEST_LINK);
    let length = SmsLength::of(&with_link(body, Some(&link)));
    let code = match length.segments {
        over if over > MOST_SEGMENTS => Some(CheckCode::TooLongForSms),
        many if many >= MANY => Some(CheckCode::ManySegments),
        _ => None,
    };
    findings.extend(code.map(|code| Finding::of_field(code, at.field()).saying(counted(code, length))));
    if length.alphabet == Alphabet::Ucs2 {
        for character in outside_gsm7(body, MARKED) {
            if let Some(start) = body.find(character) {
                let finding = Finding::at(
                    CheckCode::CostlyCharacter,
                    at,
                    start..start + character.len_utf8(),
                );
                findings.push(match plain(character) {
                    Some(plain) => finding.proposing(plain),
                    None => finding,
                });
            }
        }
    }
}

fn counted(code: CheckCode, length: SmsLength) -> Said {
    let SmsLength { units, segments, .. } = length;
    let said = code.said();
    Said::new(
        format!(
            "{} Nu: {segments} delen, {units} tekens.",
            said.in_language(Language::Nl)
        ),
        format!(
            "{} Now: {segments} parts, {units} characters.",
            said.in_language(Language::En)
        ),
    )
}

/// What stands for a character in the alphabet of text messages.
const fn plain(character: char) -> Option<&'static str> {
    Some(match character {
        '\u{2018}' | '\u{2019}' | '\u{201a}' | '`' | '\u{b4}' => "'",
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{ab}' | '\u{bb}' => "\"",
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{2022}' => "-",
        '\u{2026}' => "...",
        '\u{a0}' | '\u{202f}' => " ",
        '\u{eb}' | '\u{ea}' => "e",
        '\u{ef}' | '\u{ee}' | '\u{ed}' => "i",
        '\u{f3}' | '\u{f4}' => "o",
        '\u{fa}' | '\u{fb}' => "u",
        '\u{e1}' | '\u{e2}' => "a",
        '\u{e7}' => "c",
        _ => return None,
    })
}
