//! Who was called on how often in the last seven days.
//!
//! Several waves of one action are one alert to a participant. Counts are kept as bit slices: who had one or
//! more, two or more, three or more. Messages without hurry are counted once more by themselves: of these a
//! participant gets a number a week at most.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use roaring::RoaringBitmap;

use crate::domain::clock::Timestamp;
use crate::domain::id::{ActionId, WaveId};
use crate::domain::participant::MAX_WEEKLY;

/// How long an alert counts.
pub(super) const WINDOW: Duration = Duration::from_hours(168);

/// The alerts of the last days, and who had how many.
#[derive(Default)]
pub(super) struct Alerts {
    waves: HashMap<WaveId, Alert>,
    /// Who had at least one, two, three.
    at_least: [RoaringBitmap; 3],
    /// Who had at least one, two and more that were not urgent.
    unhurried: [RoaringBitmap; MAX_WEEKLY as usize],
}

#[derive(Clone)]
pub(super) struct Alert {
    pub(super) action: ActionId,
    pub(super) is_urgent: bool,
    pub(super) alerted_at: Timestamp,
    pub(super) audience: RoaringBitmap,
}

impl Alerts {
    pub(super) fn three_or_more(&self) -> &RoaringBitmap {
        &self.at_least[2]
    }

    /// Who had so many messages without hurry, or more.
    pub(super) fn unhurried(&self, count: u8) -> Option<&RoaringBitmap> {
        self.unhurried.get(usize::from(count.checked_sub(1)?))
    }

    /// When the newest was ordered.
    pub(super) fn newest(&self) -> Option<Timestamp> {
        self.waves.values().map(|alert| alert.alerted_at).max()
    }

    pub(super) fn knows(&self, wave: WaveId) -> bool {
        self.waves.contains_key(&wave)
    }

    /// Whether an alert no longer counts.
    pub(super) fn is_outdated(&self, now: Timestamp) -> bool {
        self.waves.values().any(|alert| !counts(alert, now))
    }

    /// Those ordered at or after a moment that are not among these any more.
    pub(super) fn gone_since(&self, since: Timestamp, there: &HashSet<WaveId>) -> Vec<WaveId> {
        let recent = self.waves.iter().filter(|(_, alert)| alert.alerted_at >= since);
        recent
            .map(|(wave, _)| *wave)
            .filter(|wave| !there.contains(wave))
            .collect()
    }

    /// The alerts with these as well, and without those that are gone or no longer count.
    pub(super) fn with(&self, new: Vec<(WaveId, Alert)>, gone: &[WaveId], now: Timestamp) -> Self {
        let known = self.waves.iter().map(|(wave, alert)| (*wave, alert.clone()));
        let waves: HashMap<_, _> = known
            .filter(|(wave, _)| !gone.contains(wave))
            .chain(new)
            .filter(|(_, alert)| counts(alert, now))
            .collect();
        let at_least = slices(waves.values());
        let unhurried = slices(waves.values().filter(|alert| !alert.is_urgent));
        Self {
            waves,
            at_least,
            unhurried,
        }
    }

    pub(super) fn memory_bytes(&self) -> usize {
        let audiences = self.waves.values().map(|alert| &alert.audience);
        audiences
            .chain(&self.at_least)
            .chain(&self.unhurried)
            .map(RoaringBitmap::serialized_size)
            .sum()
    }
}

fn counts(alert: &Alert, now: Timestamp) -> bool {
    alert.alerted_at > now - WINDOW
}

/// Who had at least one action of these, at least two, and so on.
fn slices<'a, const N: usize>(alerts: impl Iterator<Item = &'a Alert>) -> [RoaringBitmap; N] {
    let mut actions: HashMap<ActionId, RoaringBitmap> = HashMap::new();
    for alert in alerts {
        *actions.entry(alert.action).or_default() |= &alert.audience;
    }
    let mut slices: [RoaringBitmap; N] = std::array::from_fn(|_| RoaringBitmap::new());
    for audience in actions.values() {
        for count in (1..N).rev() {
            let more = &slices[count - 1] & audience;
            slices[count] |= more;
        }
        slices[0] |= audience;
    }
    slices
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::random::Random;

    const NOW: Timestamp = Timestamp::from_millis(1_772_373_720_000);

    fn wave(seed: usize) -> WaveId {
        WaveId::new(NOW, &Random::from_seed(seed as u64))
    }

    fn action(seed: u64) -> ActionId {
        ActionId::new(NOW, &Random::from_seed(seed))
    }

    proptest! {
        #[test]
        fn three_alerts_are_three_actions_within_seven_days(
            alerts in proptest::collection::vec(
                (0_u64..5, 0_u64..200, proptest::collection::btree_set(0_u32..40, 0..40)),
                0..20,
            ),
            cut in 0_usize..20,
        ) {
            let all: Vec<(WaveId, Alert)> = alerts
                .iter()
                .enumerate()
                .map(|(index, (of, hours_ago, people))| {
                    let alert = Alert {
                        action: action(*of),
                        is_urgent: of % 2 == 0,
                        alerted_at: NOW - Duration::from_secs(hours_ago * 3600),
                        audience: people.iter().copied().collect(),
                    };
                    (wave(index), alert)
                })
                .collect();
            let mut first = all;
            let second = first.split_off(cut.min(first.len()));
            let found = Alerts::default().with(first, &[], NOW).with(second, &[], NOW);
            for person in 0..40 {
                let actions: std::collections::BTreeSet<_> = alerts
                    .iter()
                    .filter(|(_, hours_ago, people)| *hours_ago < 7 * 24 && people.contains(&person))
                    .map(|(of, _, _)| of)
                    .collect();
                prop_assert_eq!(found.three_or_more().contains(person), actions.len() >= 3);
                let unhurried = actions.iter().filter(|of| **of % 2 == 1).count();
                for count in 1..=MAX_WEEKLY {
                    let had = found.unhurried(count).is_some_and(|people| people.contains(person));
                    prop_assert_eq!(had, unhurried >= usize::from(count));
                }
            }
            prop_assert!(!found.is_outdated(NOW));
        }
    }
}
