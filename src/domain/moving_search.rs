//! A moving search: how far around the place where somebody was last seen people look out, growing with time.

use std::time::Duration;

use super::action::{ActionKind, ProposedArea};
use super::area::Circle;
use super::travel::Means;

/// How far around the place itself is looked at least: a sighting is never exact.
const LEAST_M: u64 = 500;
/// Radii are rounded up to this.
const STEP_M: u64 = 100;
/// How many times the radius that is proposed for a kind a search may grow to.
const MOST_TIMES: u64 = 5;
/// The furthest that a search of a kind for a whole region goes, in metres.
const REGION_M: u64 = 50_000;
/// The longest that a search grows.
pub const LONGEST_SEARCH: Duration = Duration::from_hours(72);

/// The radius of a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SearchRadius {
    /// In metres.
    pub radius_m: u32,
    /// Whether somebody may have got further than the kind lets a search grow.
    pub is_bounded: bool,
}

/// How far around the place a search goes for somebody who was last seen this long ago.
pub fn search_radius(kind: ActionKind, means: Means, elapsed: Duration) -> SearchRadius {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "positive, and bounded below"
    )]
    let reached = means.reach_m(elapsed.min(LONGEST_SEARCH)).ceil() as u64;
    let wanted = reached.max(LEAST_M).next_multiple_of(STEP_M);
    let most = match kind.defaults().area {
        ProposedArea::Circle { radius_m } => u64::from(radius_m) * MOST_TIMES,
        ProposedArea::Region => REGION_M,
        ProposedArea::Country => u64::from(Circle::MAX_RADIUS_M),
    };
    let most = most.min(u64::from(Circle::MAX_RADIUS_M));
    SearchRadius {
        radius_m: u32::try_from(wanted.min(most)).unwrap_or(Circle::MAX_RADIUS_M),
        is_bounded: wanted > most,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_walker_of_an_hour_is_sought_further_than_a_sighting_and_nearer_than_a_driver() {
        let kind = ActionKind::MissingPerson;
        let radius = |means, minutes| search_radius(kind, means, Duration::from_mins(minutes)).radius_m;
        assert_eq!(radius(Means::OnFoot, 0), 500);
        assert_eq!(radius(Means::OnFoot, 60), 5_000);
        assert_eq!(radius(Means::Bicycle, 30), 9_000);
        let car = search_radius(kind, Means::Car, Duration::from_hours(1));
        assert_eq!((car.radius_m, car.is_bounded), (15_000, true));
    }

    proptest! {
        #[test]
        fn a_search_grows_and_never_shrinks_and_stays_a_circle(first in 0_u64..300_000, more in 0_u64..300_000) {
            for kind in ActionKind::ALL {
                for means in Means::ALL {
                    let radius = |elapsed| search_radius(kind, means, Duration::from_secs(elapsed));
                    let (now, later) = (radius(first), radius(first + more));
                    prop_assert!(now.radius_m <= later.radius_m);
                    prop_assert!((Circle::MIN_RADIUS_M..=Circle::MAX_RADIUS_M).contains(&later.radius_m));
                    prop_assert!(!now.is_bounded || later.is_bounded);
                }
            }
        }
    }
}
