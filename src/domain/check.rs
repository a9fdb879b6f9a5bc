//! What is looked at before anything is sent: every text and area, each finding with a reason and how much it
//! weighs, and with the place in the text that a screen marks.
//!
//! What weighs [`Severity::Refuse`] never goes out; what weighs [`Severity::Confirm`] goes out once somebody
//! confirmed it by its code; [`Severity::Warn`] is only shown. Texts are read as people and telephones read
//! them, not as they are spelled: `Folded` brings look-alike characters back to what they look like
//! and drops what cannot be seen, and remembers where each came from.

mod abbreviation;
mod capitals;
mod dialled;
mod disguise;
mod domain_names;
mod extent;
mod finding;
mod folded;
mod length;
mod likeness;
mod link;
mod link_prefix;
mod number_words;
mod offence;
mod register;
mod run;
mod safe;
mod telephone;
#[cfg(test)]
mod tests;
mod words;

pub use dialled::Dialled;
pub use extent::{UsualExtent, usual_extent};
pub use finding::{CheckCode, Finding, Mark, Severity, TextPart};
pub use likeness::{SIMILAR, likeness};
pub use link_prefix::{LinkPrefix, LinkProblem};
pub use register::Register;

use super::action::{ActionKind, Content, Texts};
use super::channel::ChannelSet;
use super::language::Language;

/// The fewest words of a text that stands for a description which nobody filled in.
const FEWEST_WORDS: usize = 5;

/// Everything that is to be said of texts that go out over these channels, in the order of the texts.
pub fn check_texts(
    kind: ActionKind,
    texts: &Texts,
    channels: ChannelSet,
    register: &Register,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for language in Language::ALL {
        let text = texts.in_language(language);
        for (part, text) in [(TextPart::Title, &text.title), (TextPart::Body, &text.body)] {
            let at = TextPlace { language, part };
            if text.trim().is_empty() {
                findings.push(Finding::of_field(CheckCode::TextMissing, at.field()));
                continue;
            }
            let first = findings.len();
            check_text(kind, text, at, register, &mut findings);
            if part == TextPart::Body {
                length::check(language, text, channels, &mut findings);
            }
            finding::count_units(text, &mut findings[first..]);
        }
    }
    findings
}

/// Everything that is to be said of a draft by itself: without the figures of its audience, and without the other
/// actions.
pub fn check_content(content: &Content, register: &Register) -> Vec<Finding> {
    let mut findings = Vec::new();
    if content.area.is_none() {
        findings.push(Finding::of_field(CheckCode::AreaMissing, "area"));
    }
    let defaults = content.kind.defaults();
    let (runs, usual) = (content.expires_after_s, defaults.expires_after.as_secs());
    if runs == 0 || runs > defaults.longest.as_secs() {
        findings.push(Finding::of_field(CheckCode::ExpiryMissing, "expires_after_s"));
    } else if runs > usual {
        findings.push(Finding::of_field(CheckCode::ExpiryLong, "expires_after_s"));
    }
    let words = content.texts.nl.body.split_whitespace().count();
    if content.description.is_empty() && words < FEWEST_WORDS {
        findings.push(Finding::of_field(CheckCode::DescriptionMissing, "description"));
    }
    findings.extend(check_texts(
        content.kind,
        &content.texts,
        content.channels,
        register,
    ));
    findings
}

/// Which text.
#[derive(Clone, Copy, Debug)]
struct TextPlace {
    language: Language,
    part: TextPart,
}

impl TextPlace {
    fn field(self) -> String {
        format!("texts.{}.{}", self.language.tag(), self.part.name())
    }
}

fn check_text(kind: ActionKind, text: &str, at: TextPlace, register: &Register, findings: &mut Vec<Finding>) {
    let folded = folded::Folded::of(text);
    let first = findings.len();
    disguise::check(text, at, findings);
    telephone::check(&folded, at, register, findings);
    link::check(text, &folded, at, register, findings);
    offence::check(kind, text, at, findings);
    abbreviation::check(text, at, findings);
    capitals::check(text, at, findings);
    // What is refused as a number or a link is no abbreviation as well.
    let refused: Vec<_> = findings[first..]
        .iter()
        .filter(|finding| finding.severity() == Severity::Refuse)
        .filter_map(|finding| finding.mark.clone())
        .collect();
    let mut position = 0;
    findings.retain(|finding| {
        let is_older = position < first;
        position += 1;
        let covered = |mark: &Mark| refused.iter().any(|other| other.covers(mark));
        is_older || finding.code != CheckCode::Abbreviation || !finding.mark.as_ref().is_some_and(covered)
    });
}
