//! From another system's message to a draft of ours: what fits is taken over, what does not is left to the operator.

use super::Notice;
use crate::cap::Alert;
use crate::cap::alert::{AlertArea, AlertCircle, Category, Info};
use crate::cap::words::EVENT_LIST;
use crate::desk::Desk;
use crate::domain::action::{
    ActionKind, DraftInput, MAX_BODY_CHARS, MAX_TITLE_CHARS, SHORTEST_RUN, Text, Texts,
};
use crate::domain::area::{Area, Circle, Polygons};
use crate::domain::region::{RegionKind, Territory};
use crate::domain::sms_text::fits_with_link;

/// A body of so many characters fits a text message whatever they are: two UTF-16 units each at most.
const SURE_CHARS: usize = 100;

/// Where a message is, in our terms.
#[derive(Clone, Debug, PartialEq)]
pub enum Placing {
    /// It does not say.
    None,
    /// It does, in a way that leads nowhere here: codes that no region has, rings that cross.
    Unknown,
    /// There.
    Area {
        /// Everything that could be placed.
        area: Area,
        /// The words of what could not.
        unplaced: Vec<String>,
    },
}

/// How a message reads as a draft.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The draft.
    pub draft: DraftInput,
    /// The words of areas that could not be placed: the draft's area lacks them.
    pub unplaced: Vec<String>,
}

impl Desk {
    /// How a message reads as a draft, of a kind that was chosen or of the likeliest.
    pub(super) fn reading(&self, notice: &Notice, kind: Option<ActionKind>) -> Reading {
        let (alert, now) = (&notice.alert, self.now());
        let mut draft = DraftInput::new(kind.unwrap_or_else(|| likeliest(alert)));
        draft.texts = Some(texts(alert));
        let unplaced = match placing(alert, &self.directory().territory()) {
            Placing::Area { area, unplaced } => {
                draft.area = Some(area);
                unplaced
            }
            Placing::None | Placing::Unknown => Vec::new(),
        };
        let longest = draft.kind.defaults().longest;
        draft.expires_after_s = notice
            .expires_at
            .map(|expires_at| expires_at.since(now).clamp(SHORTEST_RUN, longest).as_secs());
        draft.incident_at = Some(notice.sent_at).filter(|sent_at| *sent_at <= now);
        draft.requested_at =
            Some(notice.received_at).filter(|at| draft.incident_at.is_none_or(|sent| sent <= *at));
        Reading { draft, unplaced }
    }
}

/// The kind that another of our kind names; what endangers passers-by for what nature and machines do; otherwise
/// whatever the operator makes of it.
fn likeliest(alert: &Alert) -> ActionKind {
    let codes = alert.infos.iter().flat_map(|info| &info.event_codes);
    let named = codes
        .filter(|(list, _)| list == EVENT_LIST)
        .find_map(|(_, code)| code.parse().ok());
    let endangers = |category: &Category| {
        !matches!(
            category,
            Category::Security | Category::Rescue | Category::Other | Category::Transport
        )
    };
    named.unwrap_or_else(|| {
        if alert
            .infos
            .iter()
            .flat_map(|info| &info.categories)
            .any(endangers)
        {
            ActionKind::DangerousSituation
        } else {
            ActionKind::Other
        }
    })
}

/// Where a message is: the areas of every language together, each once.
pub(super) fn placing(alert: &Alert, territory: &Territory) -> Placing {
    let mut areas: Vec<&AlertArea> = Vec::new();
    for area in alert.infos.iter().flat_map(|info| &info.areas) {
        // Repeated in every language, with other words.
        let is_same = |known: &&AlertArea| {
            (&known.polygons, &known.circles, &known.geocodes)
                == (&area.polygons, &area.circles, &area.geocodes)
        };
        if area.is_placed() && !areas.iter().any(is_same) {
            areas.push(area);
        }
    }
    if areas.is_empty() {
        return Placing::None;
    }
    let (mut parts, mut unplaced) = (Vec::new(), Vec::new());
    for area in areas {
        let found = parts_of(area, territory);
        if found.is_empty() {
            unplaced.push(fitted(&area.description, MAX_TITLE_CHARS, false));
        }
        parts.extend(found);
    }
    let area = match parts.len() {
        0 => return Placing::Unknown,
        1 => Ok(parts.remove(0)),
        _ => Area::union(parts),
    };
    area.map_or(Placing::Unknown, |area| Placing::Area { area, unplaced })
}

/// An area's polygons and circles, or the regions of its codes where it has neither.
fn parts_of(area: &AlertArea, territory: &Territory) -> Vec<Area> {
    let polygons = area.polygons.iter().filter_map(|ring| {
        let polygons = Polygons::new(vec![vec![ring.clone()]]).ok()?;
        Some(Area::polygons(polygons))
    });
    let circles = area
        .circles
        .iter()
        .filter_map(|circle| circle_of(*circle))
        .map(Area::circle);
    let mut parts: Vec<_> = polygons.chain(circles).collect();
    if area.polygons.is_empty() && area.circles.is_empty() {
        let codes = area.geocodes.iter();
        let regions: Vec<_> = codes
            .filter_map(|(list, code)| {
                let named = RegionKind::from_name(list).and_then(|kind| territory.find(kind, code));
                let any = || {
                    RegionKind::ALL
                        .into_iter()
                        .find_map(|kind| territory.find(kind, code))
                };
                named.or_else(any).map(|region| region.id)
            })
            .collect();
        // Rather none than half of what was meant.
        if regions.len() == area.geocodes.len() {
            parts.extend(Area::regions(regions).ok());
        }
    } else if parts.len() < area.polygons.len() + area.circles.len() {
        parts.clear();
    }
    parts
}

fn circle_of(circle: AlertCircle) -> Option<Circle> {
    let radius_m = (circle.radius_km * 1e3)
        .round()
        .max(f64::from(Circle::MIN_RADIUS_M));
    if radius_m > f64::from(Circle::MAX_RADIUS_M) {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between the bounds above"
    )]
    Circle::new(circle.centre, radius_m as u32).ok()
}

/// The texts in our languages; a language that the message does not speak stays empty, to be written.
fn texts(alert: &Alert) -> Texts {
    let speaks = |info: &&Info, tag: &str| {
        info.language
            .split('-')
            .next()
            .is_some_and(|primary| primary.eq_ignore_ascii_case(tag))
    };
    let find = |tag: &str| alert.infos.iter().find(|info| speaks(info, tag));
    let (nl, en) = (find("nl"), find("en"));
    // What is in neither is Dutch's to be translated.
    let nl = nl.or_else(|| alert.infos.first().filter(|_| en.is_none()));
    Texts {
        nl: nl.map(text).unwrap_or_default(),
        en: en.map(text).unwrap_or_default(),
    }
}

fn text(info: &Info) -> Text {
    let title = info.headline.as_deref().unwrap_or(&info.event);
    let parts = [info.description.as_deref(), info.instruction.as_deref()];
    let body = parts.into_iter().flatten().collect::<Vec<_>>().join("\n");
    let fits = fitted(&body, MAX_BODY_CHARS, true);
    let body = if fits_with_link(&fits) {
        fits
    } else {
        fitted(&body, SURE_CHARS, true)
    };
    Text::new(fitted(title, MAX_TITLE_CHARS, false), body)
}

/// A text without control characters, cut at a word where it is too long.
fn fitted(text: &str, most: usize, lines: bool) -> String {
    let clean = |line: &str| {
        let words = line.split(|c: char| c.is_whitespace() || c.is_control());
        words
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    };
    let whole = if lines {
        let all: Vec<_> = text.lines().map(clean).filter(|line| !line.is_empty()).collect();
        all.join("\n")
    } else {
        clean(text)
    };
    if whole.chars().count() <= most {
        return whole;
    }
    let cut: String = whole.chars().take(most - 3).collect();
    let kept = cut
        .rsplit_once([' ', '\n'])
        .map_or(cut.as_str(), |(kept, _)| kept);
    format!("{kept}...")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::clock::Timestamp;

    proptest! {
        #[test]
        fn whatever_was_written_fits_a_draft(headline in "\\PC{0,200}|any[\u{0}-\u{1f}a-z ]{0,50}", description in "(\\PC|\n|\u{7}){0,900}") {
            let info = Info {
                headline: Some(headline),
                description: Some(description),
                ..crate::desk::notices::tests::info("nl")
            };
            let text = text(&info);
            let mut draft = DraftInput::new(ActionKind::Burglary);
            draft.texts = Some(Texts { nl: text, en: Text::default() });
            prop_assert!(draft.check(Timestamp::from_millis(0)).is_ok());
        }
    }

    #[test]
    fn a_text_is_cut_at_a_word() {
        assert_eq!(fitted("een twee drie vier", 14, false), "een twee...");
        assert_eq!(fitted("een\u{0}twee \n\n drie", 100, true), "een twee\ndrie");
    }
}
