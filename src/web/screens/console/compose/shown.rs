//! What is shown of something that would go out: where on the map, whom it reaches, how it reads, and what the checks say.

use std::ops::Range;

use serde_json::{Value, json};

use crate::desk::Scope;
use crate::directory::Reach;
use crate::domain::action::Texts as ActionTexts;
use crate::domain::area::Area;
use crate::domain::channel::Channel;
use crate::domain::check::{Finding, Severity};
use crate::domain::language::Language;
use crate::domain::region::Territory;
use crate::domain::sms_text::{LONGEST_LINK, SmsLength, with_link};
use crate::web::Web;
use crate::web::problem::Problem;
use crate::web::screens::texts::Texts;

/// How long the part of a link is that is shown in the place of a recipient's own.
const SHOWN_LINK: &str = "/a/...";

/// Whom it reaches.
#[derive(Clone, Debug)]
pub struct Reached {
    /// The figures.
    pub reach: Reach,
    /// The regions with how many have a place there.
    pub regions: Vec<(String, String, u64)>,
}

impl Reached {
    /// The figures with the names of the regions.
    pub fn new(reach: Reach, territory: &Territory, language: Language) -> Self {
        let named = reach.by_region.iter().filter_map(|(id, count)| {
            let region = territory.get(*id)?;
            Some((region.name.clone(), region.kind.word(language).to_owned(), *count))
        });
        let mut regions: Vec<_> = named.filter(|(_, _, count)| *count > 0).collect();
        regions.sort_by(|one, other| other.2.cmp(&one.2).then_with(|| one.0.cmp(&other.0)));
        Self { reach, regions }
    }
}

/// A piece of a text, marked where a check found something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The words.
    pub words: String,
    /// How much what was found there weighs; none where nothing was.
    pub severity: Option<&'static str>,
}

/// A text as it is read.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The language's tag.
    pub tag: &'static str,
    /// The title.
    pub title: Vec<Piece>,
    /// The body.
    pub body: Vec<Piece>,
    /// The same as they are, for the form.
    pub plain: (String, String),
    /// How many characters are left of the body.
    pub left: i64,
    /// The parts of the text message that it makes, with the longest link.
    pub segments: usize,
    /// The link that stands below it.
    pub link: String,
}

/// Something that a check found.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its code.
    pub code: &'static str,
    /// How much it weighs.
    pub severity: &'static str,
    /// The words that it is about.
    pub about: Option<String>,
    /// Why, and what to do.
    pub said: String,
    /// What could stand there instead.
    pub proposal: Option<String>,
}

impl Found {
    /// The findings in words; those that go out only once confirmed come by code, once each, in `confirmable`.
    pub fn all(findings: &[Finding], texts: &ActionTexts, language: Language) -> Vec<Self> {
        let mut found: Vec<&Finding> = findings.iter().collect();
        found.sort_by_key(|finding| std::cmp::Reverse(finding.severity()));
        let found = found.into_iter().map(|finding| Self {
            code: finding.code.name(),
            severity: finding.severity().name(),
            about: about(finding, texts),
            said: finding.said.in_language(language).to_owned(),
            proposal: finding.proposal.clone(),
        });
        found.collect()
    }
}

/// Whether something of it never goes out.
pub fn refuses(findings: &[Finding]) -> bool {
    findings
        .iter()
        .any(|finding| finding.severity() == Severity::Refuse)
}

fn field_of<'a>(texts: &'a ActionTexts, field: &str) -> Option<&'a str> {
    Some(match field {
        "texts.nl.title" => &texts.nl.title,
        "texts.nl.body" => &texts.nl.body,
        "texts.en.title" => &texts.en.title,
        "texts.en.body" => &texts.en.body,
        _ => return None,
    })
}

fn about(finding: &Finding, texts: &ActionTexts) -> Option<String> {
    let units = &finding.mark.as_ref()?.units;
    let text: Vec<u16> = field_of(texts, &finding.field)?.encode_utf16().collect();
    Some(String::from_utf16_lossy(text.get(units.clone())?))
}

/// The texts as they are read, with what was found in them.
pub fn readings(web: &Web, texts: &ActionTexts, findings: &[Finding]) -> Vec<Reading> {
    let readings = Language::ALL.into_iter().map(|language| {
        let (tag, text) = (language.tag(), texts.in_language(language));
        let marked = |part: &str, text: &str| {
            let field = format!("texts.{tag}.{part}");
            let here = findings.iter().filter(|finding| finding.field == field);
            let marks =
                here.filter_map(|finding| Some((finding.mark.as_ref()?.units.clone(), finding.severity())));
            pieces(text, marks.collect())
        };
        let longest = "x".repeat(LONGEST_LINK);
        let most = i64::try_from(crate::domain::action::MAX_BODY_CHARS).unwrap_or(i64::MAX);
        let used = i64::try_from(text.body.chars().count()).unwrap_or(i64::MAX);
        Reading {
            tag,
            title: marked("title", &text.title),
            body: marked("body", &text.body),
            plain: (text.title.clone(), text.body.clone()),
            left: most - used,
            segments: SmsLength::of(&with_link(&text.body, Some(&longest))).segments,
            link: format!("{}{SHOWN_LINK}", web.settings().public_url),
        }
    });
    readings.collect()
}

/// A text cut where marks begin and end; where two meet, the heavier counts.
fn pieces(text: &str, mut marks: Vec<(Range<usize>, Severity)>) -> Vec<Piece> {
    marks.sort_by_key(|(_, severity)| std::cmp::Reverse(*severity));
    let mut pieces: Vec<Piece> = Vec::new();
    let mut at = 0;
    for character in text.chars() {
        let mark = marks.iter().find(|(units, _)| units.contains(&at));
        let severity = mark.map(|(_, severity)| severity.name());
        match pieces.last_mut() {
            Some(last) if last.severity == severity => last.words.push(character),
            _ => pieces.push(Piece {
                words: character.to_string(),
                severity,
            }),
        }
        at += character.len_utf16();
    }
    pieces
}

/// What a channel is called.
pub fn channel_words(t: Texts, channel: Channel) -> String {
    t.say(&format!("channel-{}", channel.name())).to_string()
}

/// The area as the map takes it.
pub async fn features(web: &Web, scope: &Scope, area: Option<&Area>, label: &str) -> Result<Value, Problem> {
    let Some(area) = area else {
        return Ok(json!({ "type": "FeatureCollection", "features": [] }));
    };
    let outline = web.desk().outline_of(scope, area).await?;
    Ok(json!({ "type": "FeatureCollection", "features": [{
        "type": "Feature",
        "properties": { "kind": "area", "label": label },
        "geometry": { "type": "MultiPolygon", "coordinates": outline },
    }] }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str, marks: Vec<(Range<usize>, Severity)>) -> Vec<(String, Option<&'static str>)> {
        pieces(text, marks)
            .into_iter()
            .map(|piece| (piece.words, piece.severity))
            .collect()
    }

    #[test]
    fn marks_stand_at_the_words_they_are_about_and_the_heavier_wins() {
        assert_eq!(
            words("m.b.t. iets", vec![(0..6, Severity::Warn)]),
            [("m.b.t.".to_owned(), Some("warn")), (" iets".to_owned(), None),]
        );
        // An emoji takes two units of UTF-16.
        assert_eq!(
            words("😀ab", vec![(2..3, Severity::Warn), (2..4, Severity::Refuse)]),
            [("😀".to_owned(), None), ("ab".to_owned(), Some("refuse")),]
        );
        assert_eq!(words("", vec![]), []);
    }
}
