//! What somebody of the population saw, or thinks they did.

use super::draw::Draw;
use super::scenario::Scenario;
use crate::domain::language::Language;
use crate::domain::point::Point;
use crate::domain::tip::TipContent;

/// Metres in a degree of latitude, about.
const METRES: f64 = 111_320.0;

/// What is reported of one sighting, whoever reports it.
pub(super) struct Sighting {
    text: usize,
    street: usize,
    direction: usize,
    /// East and north of the incident, in metres.
    away_m: (f64, f64),
}

impl Sighting {
    /// What is seen by draws.
    pub(super) fn draw(draw: &Draw, scenario: &Scenario, texts: usize) -> Self {
        let within = f64::from(scenario.tips.within_m) / std::f64::consts::SQRT_2;
        Self {
            text: draw.below(texts),
            street: draw.below(scenario.words.streets.len()),
            direction: draw.below(scenario.words.directions_nl.len()),
            away_m: (draw.between(-within, within), draw.between(-within, within)),
        }
    }

    /// The text of it in a language.
    fn text(&self, scenario: &Scenario, useful: bool, language: Language) -> String {
        let texts = if useful {
            &scenario.useful
        } else {
            &scenario.useless
        };
        let words = &scenario.words;
        let directions = match language {
            Language::Nl => &words.directions_nl,
            Language::En => &words.directions_en,
        };
        texts[self.text % texts.len()]
            .in_language(language)
            .replace("{street}", &words.streets[self.street])
            .replace("{direction}", &directions[self.direction])
    }

    /// Where it was, by the incident; none when that lies at the edge of the earth.
    fn near(&self, incident: Point) -> Option<Point> {
        let (east, north) = self.away_m;
        let (lon, lat) = (incident.lon_degrees(), incident.lat_degrees());
        let narrow = lat.to_radians().cos().max(0.01);
        Point::from_degrees(lon + east / METRES / narrow, lat + north / METRES).ok()
    }
}

/// What somebody sends in about an action.
pub(super) fn report(
    seed: u64,
    subject: &[u8],
    action: &str,
    scenario: &Scenario,
    language: Language,
    incident: Option<Point>,
) -> TipContent {
    let (draw, tips) = (Draw::about(seed, subject), scenario.tips);
    let useful = draw.happens(tips.useful);
    // Several saw the same: what the action itself decides.
    let shared = useful && draw.happens(tips.duplicate);
    let texts = if useful {
        scenario.useful.len()
    } else {
        scenario.useless.len()
    };
    let sighting = if shared {
        Sighting::draw(&Draw::about(seed, action.as_bytes()), scenario, texts)
    } else {
        Sighting::draw(&draw, scenario, texts)
    };
    let located = draw.happens(tips.located) && useful;
    TipContent {
        text: sighting.text(scenario, useful, language),
        location: incident
            .filter(|_| located)
            .and_then(|incident| sighting.near(incident)),
        phone: None,
        name: None,
        anonymous: draw.happens(tips.anonymous),
    }
}
