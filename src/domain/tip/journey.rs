//! Whether somebody can have been where a tip saw them: the speed that the way there asks for.
//!
//! It never hides a tip: places are guessed, clocks are wrong, and whoever was last seen there may have been
//! another. It says what the tip asks for, and the operator judges.

use super::super::clock::Timestamp;
use super::super::id::TipId;
use super::super::language::Language;
use super::super::point::Point;
use super::super::said::Said;
use super::super::travel::{Means, distance_m};

/// Places of tips are no better than this: a nearer one asks for no travel at all, in metres.
const NEARBY_M: f64 = 150.0;
/// Moments are no better than this: a way in less time is taken to have had it, in seconds.
const LEAST_S: f64 = 60.0;

/// Where a way begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// Where the call-out says that somebody was last seen.
    LastSeen,
    /// Another tip, which was found relevant or passed on.
    Tip(TipId),
}

/// A place at a moment. `Debug` shows nothing of the place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sighting {
    /// What it is known from.
    pub from: From,
    /// Where.
    pub point: Point,
    /// When.
    pub at: Timestamp,
}

/// The way between two sightings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Journey {
    /// Where the way begins, or ends.
    pub from: From,
    /// How far it is as the crow flies, in metres; no road is shorter.
    pub distance_m: u32,
    /// The time between the two, in seconds. A tip counts from when it came in: who was seen, was seen before.
    pub seconds: u32,
    /// The speed that it asks for at the least, in kilometres an hour; 0 for what is nearby.
    pub needs_km_per_hour: u32,
}

impl Journey {
    /// The way between a sighting and this place at this moment.
    pub fn between(sighting: &Sighting, point: Point, at: Timestamp) -> Self {
        let distance = distance_m(sighting.point, point);
        let apart = at.as_millis().abs_diff(sighting.at.as_millis()) as f64 / 1_000.0;
        let needs = if distance <= NEARBY_M {
            0.0
        } else {
            distance / apart.max(LEAST_S) * 3.6
        };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "no two points on earth are more than 20,004 km apart"
        )]
        let whole = |value: f64| value.round().min(f64::from(u32::MAX)) as u32;
        Self {
            from: sighting.from,
            distance_m: whole(distance),
            seconds: whole(apart),
            needs_km_per_hour: whole(needs),
        }
    }

    /// The slowest means by which it can be done; none when not even a car is fast enough.
    pub fn slowest(&self) -> Option<Means> {
        Means::ALL
            .into_iter()
            .find(|means| means.km_per_hour() >= self.needs_km_per_hour)
    }

    /// What it asks for, in words.
    pub fn said(&self) -> Said {
        let (kmh, distance) = (self.needs_km_per_hour, self.distance_m);
        let km = |comma: &str| format!("{}{comma}{}", distance / 1_000, distance % 1_000 / 100);
        let (nl, en) = (km(","), km("."));
        match self.slowest() {
            _ if kmh == 0 => Said::fixed("vlakbij", "nearby"),
            Some(means) => {
                let said = means.said();
                Said::new(
                    format!(
                        "{nl} km verder, vraagt {kmh} km/h: kan {}",
                        said.in_language(Language::Nl)
                    ),
                    format!(
                        "{en} km on, needs {kmh} km/h: possible {}",
                        said.in_language(Language::En)
                    ),
                )
            }
            None => Said::new(
                format!("{nl} km verder, vraagt {kmh} km/h: sneller dan met de auto"),
                format!("{en} km on, needs {kmh} km/h: faster than by car"),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    fn from_utrecht(kilometres_east: f64, within: Duration) -> Journey {
        let point = |lon| Point::from_degrees(lon, 52.09).unwrap();
        // A degree of longitude is 68.5 km here.
        let start = Timestamp::from_millis(1_000_000);
        let sighting = Sighting {
            from: From::LastSeen,
            point: point(5.12),
            at: start,
        };
        Journey::between(&sighting, point(5.12 + kilometres_east / 68.5), start + within)
    }

    #[test]
    fn it_says_what_the_way_asks_for() {
        let fast = from_utrecht(23.3, Duration::from_mins(10));
        assert_eq!((fast.needs_km_per_hour, fast.slowest()), (140, None));
        assert_eq!(
            fast.said().to_string(),
            "23.3 km on, needs 140 km/h: faster than by car"
        );
        let cycled = from_utrecht(3.0, Duration::from_mins(15));
        assert_eq!(cycled.slowest(), Some(Means::Bicycle));
        assert!(
            cycled
                .said()
                .to_string()
                .ends_with("needs 12 km/h: possible by bicycle")
        );
    }

    #[test]
    fn what_is_nearby_asks_for_nothing_however_soon() {
        let near = from_utrecht(0.1, Duration::ZERO);
        assert_eq!((near.needs_km_per_hour, near.slowest()), (0, Some(Means::OnFoot)));
        let soon = from_utrecht(1.0, Duration::ZERO);
        assert_eq!(soon.needs_km_per_hour, 60, "a minute at least is taken for it");
    }

    proptest! {
        #[test]
        fn it_is_the_same_in_both_directions_and_slower_with_more_time(
            km in 0.2_f64..300.0, minutes in 1_u64..600, more in 1_u64..600,
        ) {
            let within = Duration::from_mins(minutes);
            let there = from_utrecht(km, within);
            let later = from_utrecht(km, within + Duration::from_mins(more));
            prop_assert!(later.needs_km_per_hour <= there.needs_km_per_hour);
            let (a, b) = (Point::from_degrees(5.0, 52.0).unwrap(), Point::from_degrees(5.0 + km / 68.5, 52.0).unwrap());
            let (first, then) = (Timestamp::from_millis(0), Timestamp::from_millis(0) + within);
            let at = |point, at| Sighting { from: From::LastSeen, point, at };
            prop_assert_eq!(Journey::between(&at(a, first), b, then), Journey::between(&at(b, then), a, first));
        }
    }
}
