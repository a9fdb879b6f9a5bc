//! Who carries what of a channel: its provider accounts with their weights.

use std::collections::BTreeMap;
use std::time::Duration;

use super::failover::Failover;
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::clock::Timestamp;
use crate::storage::quotas::AccountHealth;

/// A provider account and what it carries beside the others of its channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// The account.
    pub account: String,
    /// Its weight: of two with 3 and 1, the first carries three quarters. With 0 it only stands in.
    pub weight: u64,
}

/// The provider accounts of each channel, as configured; a channel without one cannot be used.
#[derive(Clone, Debug)]
pub struct Accounts {
    by_channel: BTreeMap<Channel, Vec<Share>>,
    drift_back: Duration,
}

impl Default for Accounts {
    fn default() -> Self {
        Self::drifting_back(Failover::default().drift_back)
    }
}

impl Accounts {
    /// No accounts yet; one that comes back after it was out carries its whole share again after this long.
    pub const fn drifting_back(drift_back: Duration) -> Self {
        Self {
            by_channel: BTreeMap::new(),
            drift_back,
        }
    }

    /// Adds an account of a channel.
    pub fn add(&mut self, channel: Channel, account: String, weight: u64) {
        let shares = self.by_channel.entry(channel).or_default();
        shares.push(Share { account, weight });
    }

    /// The channels that an account serves.
    pub fn channels(&self) -> ChannelSet {
        self.by_channel.keys().copied().collect()
    }

    /// The accounts of a channel.
    pub fn of(&self, channel: Channel) -> &[Share] {
        self.by_channel.get(&channel).map_or(&[], Vec::as_slice)
    }

    /// The same with the weights that the accounts carry as they do now.
    #[must_use]
    pub fn in_health(&self, health: &[AccountHealth], now: Timestamp) -> Self {
        let channels = self.by_channel.iter();
        Self {
            by_channel: channels
                .map(|(channel, shares)| (*channel, in_health(shares, health, now, self.drift_back)))
                .collect(),
            drift_back: self.drift_back,
        }
    }
}

impl FromIterator<(Channel, String)> for Accounts {
    fn from_iter<I: IntoIterator<Item = (Channel, String)>>(accounts: I) -> Self {
        let mut all = Self::default();
        for (channel, account) in accounts {
            all.add(channel, account, 1);
        }
        all
    }
}

impl<const N: usize> From<[(Channel, String); N]> for Accounts {
    fn from(accounts: [(Channel, String); N]) -> Self {
        accounts.into_iter().collect()
    }
}

/// The weights that the accounts of one channel carry as they do now. Those that serve carry everything, though
/// they only stand in; where none does, all wait as if nothing were the matter.
pub(super) fn in_health(
    shares: &[Share],
    health: &[AccountHealth],
    now: Timestamp,
    drift_back: Duration,
) -> Vec<Share> {
    let part = |account: &str| {
        let known = health.iter().find(|one| one.account == account);
        known.map_or(1000, |one| one.share(now, drift_back))
    };
    let weighed = |weight: fn(&Share) -> u64| -> Vec<Share> {
        let shares = shares.iter().map(|share| Share {
            account: share.account.clone(),
            weight: weight(share) * part(&share.account),
        });
        shares.collect()
    };
    let carries = |shares: &[Share]| shares.iter().any(|share| share.weight > 0);
    let by_weight = weighed(|share| share.weight);
    if carries(&by_weight) {
        return by_weight;
    }
    let standing_in = weighed(|_| 1);
    if carries(&standing_in) {
        return standing_in;
    }
    shares.to_vec()
}

/// Hands out turns by weight, evenly mixed: after any number of turns nobody is more than one turn from its share.
pub(super) struct Turns<'a> {
    shares: &'a [Share],
    credit: Vec<i128>,
}

impl<'a> Turns<'a> {
    pub(super) fn new(shares: &'a [Share]) -> Self {
        Self {
            shares,
            credit: vec![0; shares.len()],
        }
    }

    /// Whose turn is next; none when there is nobody.
    pub(super) fn next(&mut self) -> Option<&'a str> {
        let total: i128 = self.shares.iter().map(|share| i128::from(share.weight)).sum();
        if total == 0 {
            return self.shares.first().map(|share| share.account.as_str());
        }
        for (credit, share) in self.credit.iter_mut().zip(self.shares) {
            *credit += i128::from(share.weight);
        }
        // The first of equals, so that the same wave is always planned the same.
        let most = *self.credit.iter().max()?;
        let place = self.credit.iter().position(|credit| *credit == most)?;
        self.credit[place] -= total;
        Some(&self.shares[place].account)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shares(weights: &[u64]) -> Vec<Share> {
        let shares = weights.iter().enumerate().map(|(index, weight)| Share {
            account: index.to_string(),
            weight: *weight,
        });
        shares.collect()
    }

    proptest! {
        #[test]
        fn turns_follow_the_weights(weights in prop::collection::vec(0_u64..1000, 1..6), count in 1_usize..400) {
            let shares = shares(&weights);
            let total: u64 = weights.iter().sum();
            prop_assume!(total > 0);
            let mut turns = Turns::new(&shares);
            let mut taken = vec![0_u64; weights.len()];
            for _ in 0..count {
                taken[turns.next().unwrap().parse::<usize>().unwrap()] += 1;
            }
            for (taken, weight) in taken.iter().zip(&weights) {
                let fair = count as f64 * *weight as f64 / total as f64;
                prop_assert!((*taken as f64 - fair).abs() <= weights.len() as f64, "{taken} of {fair}");
                prop_assert!(*weight > 0 || *taken == 0);
            }
        }
    }

    #[test]
    fn those_that_serve_carry_everything_though_they_only_stand_in() {
        let out = |account: &str| AccountHealth {
            account: account.to_owned(),
            out_since: Some(Timestamp::default()),
            probe_at: Timestamp::default(),
            back_since: None,
        };
        let weights = |health: &[AccountHealth]| {
            let weighed = in_health(
                &shares(&[3, 1, 0]),
                health,
                Timestamp::default(),
                Duration::from_secs(1),
            );
            weighed.iter().map(|share| share.weight).collect::<Vec<_>>()
        };
        assert_eq!(weights(&[]), [3000, 1000, 0]);
        assert_eq!(weights(&[out("0")]), [0, 1000, 0]);
        assert_eq!(weights(&[out("0"), out("1")]), [0, 0, 1000]);
        assert_eq!(weights(&[out("0"), out("1"), out("2")]), [3, 1, 0], "all wait");
    }
}
