//! What an action says and to whom: as it is typed, as it is kept, and as it is ready to be sent.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::super::area::Area;
use super::super::channel::{Channel, ChannelSet};
use super::super::clock::Timestamp;
use super::super::point::Point;
use super::super::problem::{FieldProblem, ProblemCode, Problems};
use super::compose::compose;
use super::description::Description;
use super::kind::{ActionKind, SHORTEST_RUN};
use super::texts::Texts;

/// How long the app may take to be heard of: long enough for a telephone to wake up, and not so long that a text
/// message is no help any more.
const FALLBACK_S: std::ops::RangeInclusive<u64> = 30..=3600;

/// A draft as it is typed; what is left out follows from the kind.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DraftInput {
    /// What it is about.
    pub kind: ActionKind,
    /// What to look out for.
    #[serde(default)]
    pub description: Description,
    /// The texts; composed from the description when left out.
    #[serde(default)]
    pub texts: Option<Texts>,
    /// Where it is aimed.
    #[serde(default)]
    pub area: Option<Area>,
    /// Where it happened: whoever is nearest is told first.
    #[serde(default)]
    pub origin: Option<Point>,
    /// The channels to use.
    #[serde(default)]
    pub channels: Option<ChannelSet>,
    /// How long it runs, in seconds.
    #[serde(default)]
    pub expires_after_s: Option<u64>,
    /// Whether others than those in the area may read it too.
    #[serde(default)]
    pub is_public: Option<bool>,
    /// How long after a push a participant of whom nothing is heard is told by text message, in seconds; nobody is
    /// without it.
    #[serde(default)]
    pub fallback_after_s: Option<u64>,
    /// When it happened.
    #[serde(default)]
    pub incident_at: Option<Timestamp>,
    /// When the control room was asked for an action.
    #[serde(default)]
    pub requested_at: Option<Timestamp>,
    /// Whether it is meant as an exercise; what the service is for when left out. Chosen when the draft is made, for
    /// ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub training: Option<bool>,
}

/// What an action says and to whom, within all limits; an area and texts may still be missing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Content {
    /// What it is about.
    pub kind: ActionKind,
    /// What to look out for.
    pub description: Description,
    /// The texts.
    pub texts: Texts,
    /// Whether somebody edited the texts: otherwise they follow the description.
    pub texts_edited: bool,
    /// Where it is aimed.
    pub area: Option<Area>,
    /// Where it happened.
    pub origin: Option<Point>,
    /// The channels to use.
    pub channels: ChannelSet,
    /// How long it runs, in seconds.
    pub expires_after_s: u64,
    /// Whether others than those in the area may read it too; never of what was stored before this was asked.
    #[serde(default)]
    pub is_public: bool,
    /// How long after a push a participant of whom nothing is heard is told by text message, in seconds.
    #[serde(default)]
    pub fallback_after_s: Option<u64>,
    /// When it happened.
    pub incident_at: Option<Timestamp>,
    /// When the control room was asked for an action.
    pub requested_at: Option<Timestamp>,
}

/// What is complete enough to be sent.
#[derive(Clone, Copy, Debug)]
pub struct Ready<'a> {
    /// Where it is aimed.
    pub area: &'a Area,
    /// The texts, none of them empty.
    pub texts: &'a Texts,
    /// When it ends by itself, started now.
    pub expires_at: Timestamp,
}

impl DraftInput {
    /// A draft of this kind with nothing filled in.
    pub fn new(kind: ActionKind) -> Self {
        Self {
            kind,
            description: Description::default(),
            texts: None,
            area: None,
            origin: None,
            channels: None,
            expires_after_s: None,
            is_public: None,
            fallback_after_s: None,
            incident_at: None,
            requested_at: None,
            training: None,
        }
    }

    /// The content that it makes, or everything that is wrong with it.
    pub fn check(self, now: Timestamp) -> Result<Content, Vec<FieldProblem>> {
        let defaults = self.kind.defaults();
        let mut problems = Problems::default();
        self.description.check(now, &mut problems);
        let moments = [
            ("incident_at", self.incident_at),
            ("requested_at", self.requested_at),
        ];
        for (field, moment) in moments {
            let ahead = moment.is_some_and(|moment| moment > now);
            problems.add_if(ahead, field, ProblemCode::MomentAhead);
        }
        let reversed =
            matches!((self.incident_at, self.requested_at), (Some(first), Some(then)) if then < first);
        problems.add_if(reversed, "requested_at", ProblemCode::MomentsOutOfOrder);
        let channels = self.channels.unwrap_or(defaults.channels);
        problems.add_if(channels.is_empty(), "channels", ProblemCode::ChannelsMissing);
        let expires_after_s = self.expires_after_s.unwrap_or(defaults.expires_after.as_secs());
        let bounds = SHORTEST_RUN.as_secs()..=defaults.longest.as_secs();
        problems.add_if(
            !bounds.contains(&expires_after_s),
            "expires_after_s",
            ProblemCode::ExpiryOutOfBounds,
        );
        if let Some(after) = self.fallback_after_s {
            let out_of_bounds = !FALLBACK_S.contains(&after);
            problems.add_if(
                out_of_bounds,
                "fallback_after_s",
                ProblemCode::FallbackOutOfBounds,
            );
            let both = channels.contains(Channel::App) && channels.contains(Channel::Sms);
            problems.add_if(!both, "fallback_after_s", ProblemCode::FallbackChannels);
        }
        let texts_edited = self.texts.is_some();
        let texts = self
            .texts
            .unwrap_or_else(|| compose(self.kind, &self.description, now).texts);
        texts.check_draft(channels, &mut problems);
        problems.or(Content {
            kind: self.kind,
            description: self.description,
            texts,
            texts_edited,
            area: self.area,
            origin: self.origin,
            channels,
            expires_after_s,
            is_public: self.is_public.unwrap_or(defaults.is_public),
            fallback_after_s: self.fallback_after_s,
            incident_at: self.incident_at,
            requested_at: self.requested_at,
        })
    }
}

impl Content {
    /// What is sent when the action starts now, or everything that is still missing.
    pub fn ready(&self, now: Timestamp) -> Result<Ready<'_>, Vec<FieldProblem>> {
        let mut problems = Problems::default();
        self.texts.check(self.channels, &mut problems);
        problems.add_if(self.area.is_none(), "area", ProblemCode::AreaMissing);
        let expires_at = now + Duration::from_secs(self.expires_after_s);
        problems.or(()).and_then(|()| {
            let area = self.area.as_ref().ok_or_else(Vec::new)?;
            Ok(Ready {
                area,
                texts: &self.texts,
                expires_at,
            })
        })
    }

    /// Whether every word of `needle` stands in it, whatever the case: for the search over actions.
    pub fn contains(&self, needle: &str) -> bool {
        let mut text = serde_json::to_string(&self.description).unwrap_or_default();
        for language in [&self.texts.nl, &self.texts.en] {
            text.push('\n');
            text.push_str(&language.title);
            text.push('\n');
            text.push_str(&language.body);
        }
        let text = text.to_lowercase();
        needle
            .to_lowercase()
            .split_whitespace()
            .all(|word| text.contains(word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::action::description::{Age, Person};
    use crate::domain::area::Circle;

    const NOW: Timestamp = Timestamp::from_millis(1_772_373_720_000);

    #[test]
    fn what_is_left_out_follows_from_the_kind() {
        let content = DraftInput::new(ActionKind::MissingPerson).check(NOW).unwrap();
        assert_eq!(content.channels, ChannelSet::ALL);
        assert_eq!(content.expires_after_s, 6 * 3600);
        assert_eq!(content.texts.nl.title, "Vermist persoon");
        assert!(!content.texts_edited);
    }

    #[test]
    fn all_problems_are_reported_at_once() {
        let mut input = DraftInput::new(ActionKind::Burglary);
        input.description.persons = vec![
            Person {
                age: Some(Age {
                    from: 40,
                    to: Some(30),
                }),
                height_cm: Some(600),
                ..Person::default()
            };
            5
        ];
        input.channels = Some(ChannelSet::NONE);
        input.expires_after_s = Some(60);
        input.incident_at = Some(NOW + Duration::from_secs(1));
        input.requested_at = Some(NOW);
        input.texts = Some(Texts::default());
        let problems = input.check(NOW).unwrap_err();
        let codes: std::collections::BTreeSet<_> =
            problems.iter().map(|problem| problem.code.name()).collect();
        assert_eq!(
            codes.into_iter().collect::<Vec<_>>(),
            [
                "age_out_of_bounds",
                "channels_missing",
                "expiry_out_of_bounds",
                "height_out_of_bounds",
                "moment_ahead",
                "moments_out_of_order",
                "too_many_persons"
            ]
        );
    }

    #[test]
    fn a_fallback_needs_both_channels_and_a_time_that_helps() {
        let codes = |after, channels: &[Channel]| {
            let mut input = DraftInput::new(ActionKind::MissingPerson);
            input.fallback_after_s = Some(after);
            input.channels = Some(channels.iter().copied().collect());
            match input.check(NOW) {
                Ok(content) => {
                    assert_eq!(content.fallback_after_s, Some(after));
                    Vec::new()
                }
                Err(problems) => problems.iter().map(|problem| problem.code.name()).collect(),
            }
        };
        assert!(codes(30, &[Channel::App, Channel::Sms]).is_empty());
        assert_eq!(
            codes(29, &[Channel::App, Channel::Sms]),
            ["fallback_out_of_bounds"]
        );
        assert_eq!(
            codes(3601, &[Channel::App]),
            ["fallback_out_of_bounds", "fallback_channels"]
        );
    }

    #[test]
    fn nothing_is_ready_without_an_area_and_texts() {
        let mut input = DraftInput::new(ActionKind::Burglary);
        input.description.direction = Some("de brug".to_owned());
        input.texts = Some(Texts::default());
        let content = input.clone().check(NOW).unwrap();
        let missing = content.ready(NOW).unwrap_err();
        assert_eq!(missing.len(), 5, "{missing:?}");
        input.texts = None;
        let centre = Point::from_degrees(5.12, 52.09).unwrap();
        input.area = Some(Area::circle(Circle::new(centre, 2_000).unwrap()));
        let content = input.check(NOW).unwrap();
        let ready = content.ready(NOW).unwrap();
        assert_eq!(ready.expires_at, NOW + Duration::from_hours(2));
    }

    #[test]
    fn a_search_finds_words_in_any_order_and_case() {
        let mut input = DraftInput::new(ActionKind::Burglary);
        input.texts = Some(Texts {
            nl: super::super::texts::Text::new("Gezocht", "Een man in een Rode jas"),
            ..Texts::default()
        });
        let content = input.check(NOW).unwrap();
        assert!(content.contains("rode GEZOCHT"));
        assert!(!content.contains("rode trui"));
    }
}
