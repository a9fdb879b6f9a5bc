//! How well an exercise went: how soon the action was on its way, and how much of the description was filled in.

use std::time::Duration;

use super::{ActionKind, Description, DescriptionPart};

/// An action that leaves within this time scores full marks.
const QUICK: Duration = Duration::from_mins(3);
/// Each of these beyond it costs a point.
const SLOWER: Duration = Duration::from_mins(1);
/// Full marks.
pub const FULL: u32 = 10;

/// Points of ten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Score {
    /// For how soon it was started after its draft was begun.
    pub speed: u32,
    /// For how much of what its kind asks for was described.
    pub description: u32,
}

impl Score {
    /// The score of an action of this kind.
    pub fn of(kind: ActionKind, description: &Description, took: Duration) -> Self {
        let late = took.saturating_sub(QUICK).as_secs().div_ceil(SLOWER.as_secs());
        let late = u32::try_from(late).unwrap_or(FULL);
        let asked = kind.defaults().parts;
        let given = asked.iter().filter(|part| description.has(**part)).count();
        let share = (given * FULL as usize).div_ceil(asked.len().max(1));
        Self {
            speed: FULL.saturating_sub(late).max(1),
            description: u32::try_from(share).unwrap_or(FULL),
        }
    }
}

impl Description {
    /// Whether a part was filled in.
    pub fn has(&self, part: DescriptionPart) -> bool {
        match part {
            DescriptionPart::Persons => !self.persons.is_empty(),
            DescriptionPart::Vehicles => !self.vehicles.is_empty(),
            DescriptionPart::LastSeen => self.last_seen.as_ref().is_some_and(|seen| !seen.place.is_empty()),
            DescriptionPart::Direction => self
                .direction
                .as_ref()
                .is_some_and(|direction| !direction.is_empty()),
            DescriptionPart::Details => self
                .details
                .as_ref()
                .is_some_and(|details| !details.nl.is_empty()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(description: &Description, seconds: u64) -> Score {
        Score::of(ActionKind::Burglary, description, Duration::from_secs(seconds))
    }

    #[test]
    fn whoever_is_quick_and_says_everything_scores_ten_and_nobody_below_one_for_speed() {
        let nothing = Description::default();
        assert_eq!(
            score(&nothing, 180),
            Score {
                speed: 10,
                description: 0
            }
        );
        assert_eq!(score(&nothing, 181).speed, 9);
        assert_eq!(score(&nothing, 100_000).speed, 1);
        let some = Description {
            direction: Some("het station".to_owned()),
            ..Description::default()
        };
        let asked = u32::try_from(ActionKind::Burglary.defaults().parts.len()).unwrap();
        assert_eq!(score(&some, 0).description, FULL.div_ceil(asked));
    }
}
