//! Which tips may report the same: by words, place and time. It proposes; the operator decides.

use std::collections::BTreeMap;

use super::super::clock::Timestamp;
use super::super::id::TipId;
use super::super::point::Point;
use super::super::said::Said;
use super::super::travel::distance_m;
use super::words::Words;

/// From this score on a tip is proposed.
const LEAST: f64 = 0.35;
/// The most that are proposed.
const MOST: usize = 10;
/// What a number plate weighs, where a word weighs about one.
const PLATE: f64 = 8.0;
/// What an age weighs.
const AGE: f64 = 3.0;
/// At this distance places are a third alike, in metres.
const PLACE_M: f64 = 400.0;
/// After this time moments are a third alike, in seconds.
const TIME_S: f64 = 1_200.0;
/// The score of two tips that name the same plate is at least this.
const SAME_PLATE: f64 = 0.8;
/// The most words that a reason names.
const NAMED: usize = 6;

/// What of a tip is compared. Personal.
#[derive(Clone)]
pub struct Compared {
    /// Which.
    pub tip: TipId,
    words: Words,
    place: Option<Point>,
    at: Timestamp,
}

impl Compared {
    /// Of a tip with this text, seen at this place, that came in at this moment.
    pub fn new(tip: TipId, text: &str, place: Option<Point>, at: Timestamp) -> Self {
        Self {
            tip,
            words: Words::of(text),
            place,
            at,
        }
    }
}

/// Why two tips look alike. Personal.
#[derive(Clone, PartialEq, Eq)]
pub enum Likeness {
    /// They name the same number plate.
    Plate(String),
    /// They name the same age.
    Age(u8),
    /// They share these words, the rarest first.
    Words(Vec<String>),
    /// They are so many metres apart.
    Place(u32),
    /// They came in so many seconds apart.
    Time(u32),
}

impl Likeness {
    /// The name in the API.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Plate(_) => "plate",
            Self::Age(_) => "age",
            Self::Words(_) => "words",
            Self::Place(_) => "place",
            Self::Time(_) => "time",
        }
    }

    /// In words.
    pub fn said(&self) -> Said {
        match self {
            Self::Plate(plate) => {
                let plate = plate.to_uppercase();
                Said::new(format!("zelfde kenteken {plate}"), format!("same plate {plate}"))
            }
            Self::Age(age) => Said::new(format!("zelfde leeftijd {age}"), format!("same age {age}")),
            Self::Words(words) => {
                let words = words.join(", ");
                Said::new(format!("zelfde woorden: {words}"), format!("same words: {words}"))
            }
            Self::Place(metres) => Said::new(format!("{metres} m uit elkaar"), format!("{metres} m apart")),
            Self::Time(seconds) => {
                let minutes = seconds / 60;
                Said::new(
                    format!("{minutes} minuten na elkaar"),
                    format!("{minutes} minutes apart"),
                )
            }
        }
    }
}

/// A tip that may report the same.
#[derive(Clone, PartialEq)]
pub struct Similar {
    /// Which.
    pub tip: TipId,
    /// How much it looks alike, 0 to 1.
    pub score: f64,
    /// Why, the weightiest first.
    pub reasons: Vec<Likeness>,
}

/// The tips that may report the same as this one, the most alike first, at most ten.
///
/// A word that many of the others use says little: in a call-out for a red coat every tip has one.
pub fn similar(tip: &Compared, others: &[Compared]) -> Vec<Similar> {
    let weights = Weights::of(others.iter().chain([tip]));
    let mut found: Vec<Similar> = others
        .iter()
        .filter(|other| other.tip != tip.tip)
        .map(|other| weights.compare(tip, other))
        .filter(|similar| similar.score >= LEAST)
        .collect();
    found.sort_by(|one, other| other.score.total_cmp(&one.score).then(one.tip.cmp(&other.tip)));
    found.truncate(MOST);
    found
}

/// How often each word is used.
struct Weights {
    tips: f64,
    used: BTreeMap<String, f64>,
}

impl Weights {
    fn of<'a>(tips: impl Iterator<Item = &'a Compared>) -> Self {
        let (mut count, mut used) = (0.0, BTreeMap::new());
        for tip in tips {
            count += 1.0;
            for word in &tip.words.others {
                *used.entry(word.clone()).or_insert(0.0) += 1.0;
            }
        }
        Self { tips: count, used }
    }

    /// From 1 for a word of this tip alone down to a tenth for one that all use.
    fn word(&self, word: &str) -> f64 {
        let used = self.used.get(word).copied().unwrap_or(1.0);
        // Two that report the same both use it.
        let beyond = (used - 2.0).max(0.0) / (self.tips - 2.0).max(1.0);
        (1.0 - beyond).max(0.1)
    }

    fn compare(&self, one: &Compared, other: &Compared) -> Similar {
        let mut reasons = Vec::new();
        let (mut shared, mut all) = (0.0, 0.0);
        let mut same_plate = false;
        for plate in one.words.plates.union(&other.words.plates) {
            all += PLATE;
            if one.words.plates.contains(plate) && other.words.plates.contains(plate) {
                shared += PLATE;
                same_plate = true;
                reasons.push(Likeness::Plate(plate.clone()));
            }
        }
        for age in one.words.ages.union(&other.words.ages) {
            all += AGE;
            if one.words.ages.contains(age) && other.words.ages.contains(age) {
                shared += AGE;
                reasons.push(Likeness::Age(*age));
            }
        }
        let mut words: Vec<&String> = Vec::new();
        for word in one.words.others.union(&other.words.others) {
            let weight = self.word(word);
            all += weight;
            if one.words.others.contains(word) && other.words.others.contains(word) {
                shared += weight;
                words.push(word);
            }
        }
        words.sort_by(|one, other| self.word(other).total_cmp(&self.word(one)).then(one.cmp(other)));
        if !words.is_empty() {
            reasons.push(Likeness::Words(words.into_iter().take(NAMED).cloned().collect()));
        }
        let words = if all > 0.0 { shared / all } else { 0.0 };
        let apart = one.at.as_millis().abs_diff(other.at.as_millis()) as f64 / 1_000.0;
        let time = (-apart / TIME_S).exp();
        let distance = match (one.place, other.place) {
            (Some(one), Some(other)) => Some(distance_m(one, other)),
            _ => None,
        };
        let score = match distance {
            Some(distance) => 0.5 * words + 0.3 * (-distance / PLACE_M).exp() + 0.2 * time,
            // Without a place, when they came in says little: many do at once.
            None => 0.85 * words + 0.15 * time * f64::from(u8::from(shared > 0.0)),
        };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "within bounds that are checked first"
        )]
        let whole = |value: f64| value.round() as u32;
        if let Some(distance) = distance
            && distance < 2.0 * PLACE_M
        {
            reasons.push(Likeness::Place(whole(distance)));
        }
        if apart < 2.0 * TIME_S {
            reasons.push(Likeness::Time(whole(apart)));
        }
        Similar {
            tip: other.tip,
            score: if same_plate { score.max(SAME_PLATE) } else { score }.clamp(0.0, 1.0),
            reasons,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn tip(number: u128, text: &str, east: Option<f64>, minutes: u64) -> Compared {
        let place = east.map(|east| Point::from_degrees(5.12 + east / 68_500.0, 52.09).unwrap());
        let at = Timestamp::from_millis(1_000_000_000) + Duration::from_mins(minutes);
        Compared::new(TipId::from_uuid(Uuid::from_u128(number)), text, place, at)
    }

    fn names(similar: &Similar) -> Vec<&'static str> {
        similar.reasons.iter().map(Likeness::name).collect()
    }

    #[test]
    fn the_same_plate_is_proposed_whatever_else_is_said() {
        let first = tip(1, "Zwarte Golf met kenteken GH-123-X op de A2", None, 0);
        let other = tip(2, "gh123x stond hier geparkeerd", None, 300);
        let found = similar(&first, &[other, tip(3, "Rode fiets bij station", None, 1)]);
        assert_eq!(found.len(), 1);
        assert!(found[0].score >= SAME_PLATE);
        assert_eq!(found[0].reasons[0].said().to_string(), "same plate GH123X");
    }

    #[test]
    fn place_time_and_rare_words_make_it_and_what_everyone_says_does_not() {
        let first = tip(1, "Jongen met blauwe jas bij molen De Ster", Some(0.0), 0);
        let same = tip(2, "Blauwe jas gezien, molen De Ster, jongen", Some(60.0), 4);
        let far: Vec<_> = (3..30)
            .map(|number| {
                let text = format!("Blauwe jas gezien in straat{number}");
                tip(
                    number,
                    &text,
                    Some(3_000.0 * number as f64),
                    60 * u64::try_from(number).unwrap(),
                )
            })
            .collect();
        let others: Vec<_> = [same].into_iter().chain(far).collect();
        let found = similar(&first, &others);
        assert_eq!(
            found.len(),
            1,
            "{:?}",
            found.iter().map(|one| one.score).collect::<Vec<_>>()
        );
        assert_eq!(found[0].tip, others[0].tip);
        assert_eq!(names(&found[0]), ["words", "place", "time"]);
    }

    #[test]
    fn tips_that_share_nothing_but_small_words_are_not_proposed() {
        let first = tip(1, "Ik zag hem bij de kerk", None, 0);
        assert!(similar(&first, &[tip(2, "Ik zag hem op het plein", None, 0)]).is_empty());
    }

    proptest! {
        #[test]
        fn a_score_is_within_bounds_and_the_same_both_ways(
            one in "(rode|jas|GH-123-X|9 jaar|brug|de|[a-f]{3}| ){0,12}", other in "(rode|jas|GH-123-X|9 jaar|brug|de|[a-f]{3}| ){0,12}",
            east in prop::option::of(-5_000.0_f64..5_000.0), minutes in 0_u64..300,
        ) {
            let (a, b) = (tip(1, &one, Some(0.0), 0), tip(2, &other, east, minutes));
            let weights = Weights::of([&a, &b].into_iter());
            let (there, back) = (weights.compare(&a, &b).score, weights.compare(&b, &a).score);
            prop_assert!((0.0..=1.0).contains(&there));
            prop_assert!((there - back).abs() < 1e-9);
        }
    }
}
