//! Who wants quiet at a moment, and who had as many messages without hurry as they want in a week.
//!
//! Of each half hour of the day one bitmap says who wants quiet in it, so that who waits until when is a handful of
//! set operations, whatever hours people choose.

use std::array;

use roaring::RoaringBitmap;

use super::alerts::Alerts;
use super::population::put;
use crate::domain::clock::Timestamp;
use crate::domain::id::ParticipantNumber;
use crate::domain::message::Urgency;
use crate::domain::participant::{HALF_HOURS, HalfHour, MAX_WEEKLY, Rest};

/// Those who want rest.
pub(super) struct RestSets {
    /// Of each half hour of the day, who wants quiet in it.
    quiet: [RoaringBitmap; HALF_HOURS as usize],
    /// Who has quiet hours at all.
    has_quiet: RoaringBitmap,
    /// Whose quiet hours nothing breaks.
    undisturbed: RoaringBitmap,
    /// Who wants at most so many messages a week.
    limits: [RoaringBitmap; MAX_WEEKLY as usize + 1],
}

impl Default for RestSets {
    fn default() -> Self {
        Self {
            quiet: array::from_fn(|_| RoaringBitmap::new()),
            has_quiet: RoaringBitmap::new(),
            undisturbed: RoaringBitmap::new(),
            limits: array::from_fn(|_| RoaringBitmap::new()),
        }
    }
}

/// Who is told when.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Waiting {
    /// Who waits until which moment, the earliest first; distinct.
    pub until: Vec<(Timestamp, RoaringBitmap)>,
    /// Whose quiet hours end too late.
    pub too_late: RoaringBitmap,
}

impl RestSets {
    pub(super) fn set(&mut self, number: ParticipantNumber, rest: Rest) {
        // Most have none: they cost one look.
        if rest.quiet_hours.is_some() || self.has_quiet.contains(number) {
            for (index, set) in (0..HALF_HOURS).zip(&mut self.quiet) {
                let half_hour = HalfHour::new(index).expect("the index is of a half hour");
                let is_quiet = rest.quiet_hours.is_some_and(|hours| hours.contain(half_hour));
                put(set, number, is_quiet);
            }
            put(&mut self.has_quiet, number, rest.quiet_hours.is_some());
            let unbroken = rest.quiet_hours.is_some_and(|hours| !hours.urgent_breaks());
            put(&mut self.undisturbed, number, unbroken);
        }
        for (limit, set) in (0..=MAX_WEEKLY).zip(&mut self.limits) {
            put(set, number, rest.weekly_limit == Some(limit));
        }
    }

    pub(super) fn all_mut(&mut self) -> impl Iterator<Item = &mut RoaringBitmap> {
        let single = [&mut self.has_quiet, &mut self.undisturbed];
        self.quiet.iter_mut().chain(single).chain(&mut self.limits)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &RoaringBitmap> {
        let single = [&self.has_quiet, &self.undisturbed];
        self.quiet.iter().chain(single).chain(&self.limits)
    }

    fn quiet_at(&self, moment: Timestamp) -> &RoaringBitmap {
        &self.quiet[usize::from(HalfHour::of(moment).index())]
    }

    /// Of these people, whom a message of this urgency would disturb now.
    pub(super) fn resting(&self, people: &RoaringBitmap, now: Timestamp, urgency: Urgency) -> RoaringBitmap {
        let mut resting = people & self.quiet_at(now);
        if urgency == Urgency::Urgent {
            resting &= &self.undisturbed;
        }
        resting
    }

    /// Of these people, who waits until when for a message of this urgency that is worth sending before `ends`.
    pub(super) fn waiting(
        &self,
        people: &RoaringBitmap,
        now: Timestamp,
        ends: Timestamp,
        urgency: Urgency,
    ) -> Waiting {
        let mut resting = self.resting(people, now, urgency);
        let mut until = Vec::new();
        let mut moment = now;
        while !resting.is_empty() {
            moment = HalfHour::next_begins(moment);
            if moment >= ends {
                break;
            }
            let free = &resting - self.quiet_at(moment);
            if !free.is_empty() {
                resting -= &free;
                until.push((moment, free));
            }
        }
        Waiting {
            until,
            too_late: resting,
        }
    }

    /// Of these people, who had as many messages without hurry in the last seven days as they want, or as `most`
    /// says for everyone.
    pub(super) fn full(&self, people: &RoaringBitmap, alerts: &Alerts, most: Option<u8>) -> RoaringBitmap {
        let mut full = RoaringBitmap::new();
        if let Some(had) = most.and_then(|most| alerts.unhurried(most)) {
            full |= people & had;
        }
        for (limit, own) in (0..=MAX_WEEKLY).zip(&self.limits) {
            match alerts.unhurried(limit) {
                Some(had) => full |= (people & own) & had,
                // Who wants none had enough.
                None => full |= people & own,
            }
        }
        full
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::time::Duration;

    use proptest::prelude::*;

    use super::super::alerts::Alert;
    use super::*;
    use crate::domain::id::{ActionId, WaveId};
    use crate::domain::participant::QuietHours;
    use crate::domain::random::Random;

    const NOW: Timestamp = Timestamp::from_millis(1_772_373_720_000);

    fn rest() -> impl Strategy<Value = Rest> {
        let hours = (0..48_u8, 1..48_u8, any::<bool>()).prop_map(|(from, length, urgent)| {
            let [from, to] = [from, (from + length) % 48].map(|index| HalfHour::new(index).unwrap());
            QuietHours::new(from, to, urgent).unwrap()
        });
        (proptest::option::of(hours), proptest::option::of(0..=MAX_WEEKLY)).prop_map(
            |(quiet_hours, weekly_limit)| Rest {
                quiet_hours,
                weekly_limit,
            },
        )
    }

    proptest! {
        #[test]
        fn who_waits_until_when_is_what_each_by_themselves_would_say(
            before in proptest::collection::vec(rest(), 40),
            people in proptest::collection::vec(rest(), 40),
            minutes in 0_u64..(400 * 24 * 60),
            lasts in 1_u64..30,
            urgent in any::<bool>(),
        ) {
            let mut sets = RestSets::default();
            for rests in [&before, &people] {
                for (number, rest) in (0..).zip(rests) {
                    sets.set(number, *rest);
                }
            }
            let now = NOW + Duration::from_mins(minutes);
            let ends = now + Duration::from_hours(lasts);
            let urgency = if urgent { Urgency::Urgent } else { Urgency::Normal };
            let everyone: RoaringBitmap = (0..40).collect();
            let waiting = sets.waiting(&everyone, now, ends, urgency);
            let mut until = HashMap::new();
            for (moment, group) in &waiting.until {
                for number in group {
                    prop_assert!(until.insert(number, *moment).is_none());
                }
            }
            for (number, rest) in (0..).zip(&people) {
                let wanted = rest.quiet_hours.and_then(|hours| hours.wait_until(now, urgency));
                let found = until.get(&number).copied();
                prop_assert_eq!(found, wanted.filter(|moment| *moment < ends));
                let too_late = wanted.is_some_and(|moment| moment >= ends);
                prop_assert_eq!(waiting.too_late.contains(number), too_late);
            }
        }

        #[test]
        fn who_had_enough_had_as_many_as_they_want_or_as_everyone_gets(
            people in proptest::collection::vec((rest(), 0_u8..12), 40),
            most in proptest::option::of(1..=MAX_WEEKLY),
        ) {
            let mut sets = RestSets::default();
            for (number, (rest, _)) in (0..).zip(&people) {
                sets.set(number, *rest);
            }
            let random = Random::from_seed(1);
            let new = (0..12_u8).map(|index| {
                let audience = (0_u32..).zip(&people).filter(|(_, (_, had))| *had > index);
                let alert = Alert {
                    action: ActionId::new(NOW, &random),
                    is_urgent: false,
                    alerted_at: NOW,
                    audience: audience.map(|(number, _)| number).collect(),
                };
                (WaveId::new(NOW, &random), alert)
            });
            let alerts = Alerts::default().with(new.collect(), &[], NOW);
            let everyone: RoaringBitmap = (0..40).collect();
            let full = sets.full(&everyone, &alerts, most);
            for (number, (rest, had)) in (0..).zip(&people) {
                let limit = rest.weekly_limit.into_iter().chain(most).min();
                prop_assert_eq!(full.contains(number), limit.is_some_and(|limit| *had >= limit));
            }
        }
    }
}
