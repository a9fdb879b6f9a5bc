//! How large the areas of a kind usually are, in square kilometres and in people.

use std::f64::consts::PI;

use crate::domain::action::{ActionKind, ProposedArea};

/// How many times the usual is large.
const LARGE: f64 = 4.0;
/// Participants on a square kilometre where most people live and many joined.
const PEOPLE_PER_KM2: f64 = 3_000.0;
/// The fewest earlier actions of a kind that say what is usual.
pub const FEWEST_EARLIER: usize = 5;

/// What is usual for a kind: none where the kind knows no bound of its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UsualExtent {
    /// Square kilometres.
    pub km2: f64,
    /// Participants.
    pub people: u64,
}

impl UsualExtent {
    /// Whether an area of this size is far larger.
    pub fn is_exceeded(&self, km2: f64, people: u64) -> bool {
        km2 > self.km2 * LARGE || people as f64 > self.people as f64 * LARGE
    }

    fn of_kind(kind: ActionKind) -> Option<Self> {
        match kind.defaults().area {
            ProposedArea::Circle { radius_m } => {
                let km2 = PI * (f64::from(radius_m) / 1e3).powi(2);
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a positive number far below 2^53"
                )]
                let people = (km2 * PEOPLE_PER_KM2) as u64;
                Some(Self { km2, people })
            }
            ProposedArea::Region | ProposedArea::Country => None,
        }
    }
}

/// What is usual for a kind, by the sizes of earlier actions of it as far as there are enough: nine in ten were no
/// larger. History widens what the kind itself proposes and never narrows it. None for kinds that are meant for a
/// whole region or the country.
pub fn usual_extent(kind: ActionKind, earlier: &[UsualExtent]) -> Option<UsualExtent> {
    let proposed = UsualExtent::of_kind(kind)?;
    if earlier.len() < FEWEST_EARLIER {
        return Some(proposed);
    }
    let mut sizes: Vec<f64> = earlier.iter().map(|one| one.km2).collect();
    let mut people: Vec<u64> = earlier.iter().map(|one| one.people).collect();
    sizes.sort_by(f64::total_cmp);
    people.sort_unstable();
    let nine_in_ten = (earlier.len() * 9).div_ceil(10) - 1;
    Some(UsualExtent {
        km2: sizes[nine_in_ten].max(proposed.km2),
        people: people[nine_in_ten].max(proposed.people),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_burglary_is_not_for_a_province() {
        let usual = usual_extent(ActionKind::Burglary, &[]).unwrap();
        assert!(!usual.is_exceeded(PI * 4.0, 6_000), "what is proposed");
        assert!(usual.is_exceeded(1_400.0, 10), "a province");
        assert!(usual.is_exceeded(1.0, 300_000), "everybody");
        assert_eq!(usual_extent(ActionKind::MissingChildNational, &[]), None);
    }

    #[test]
    fn what_was_usual_before_is_usual() {
        let wide = UsualExtent {
            km2: 300.0,
            people: 90_000,
        };
        let usual = usual_extent(ActionKind::Burglary, &[wide; 4]).unwrap();
        assert!(usual.is_exceeded(300.0, 0), "four say too little");
        let usual = usual_extent(ActionKind::Burglary, &[wide; 5]).unwrap();
        assert!(!usual.is_exceeded(300.0, 90_000));
    }

    proptest! {
        #[test]
        fn history_never_narrows(sizes in proptest::collection::vec((0.0..1e5, 0_u64..1_000_000), 0..40)) {
            let earlier: Vec<_> = sizes.into_iter().map(|(km2, people)| UsualExtent { km2, people }).collect();
            for kind in ActionKind::ALL {
                let (alone, with) = (usual_extent(kind, &[]), usual_extent(kind, &earlier));
                prop_assert_eq!(alone.is_some(), with.is_some());
                if let (Some(alone), Some(with)) = (alone, with) {
                    prop_assert!(with.km2 >= alone.km2 && with.people >= alone.people);
                }
            }
        }
    }
}
