//! How often one address may try what can be misused: signing in, asking for codes, sending tips. What counts
//! by person (wrong passwords for a name, codes for a contact, tips by a link) is the desk's to count. Each
//! address has a bucket that fills with time; the buckets are bounded, and hold no personal data.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::Mutex;
use std::time::Duration;

use serde::Deserialize;

use super::problem::{Problem, ProblemKind};
use crate::domain::clock::{Clock, Timestamp};

/// The most buckets of a generation; there are two.
const BUCKETS: usize = 100_000;

/// A bucket: so many at once, and then one each so often.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// How many may come at once.
    pub burst: u32,
    /// After how many milliseconds one more may come.
    pub every_ms: u64,
}

impl Rate {
    /// So many at once, and one more after each span.
    fn new(burst: u32, every: Duration) -> Self {
        Self {
            burst,
            every_ms: u64::try_from(every.as_millis()).unwrap_or(u64::MAX),
        }
    }
}

/// The rates of everything that is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rates {
    /// Tries to sign in, from one address.
    pub sign_in_by_address: Rate,
    /// Codes asked for and repeated, from one address.
    pub code_by_address: Rate,
    /// Tips, from one address.
    pub tip_by_address: Rate,
    /// Exports of all that is held, by one participant.
    pub export_by_participant: Rate,
    /// What everyone may read, from one address.
    pub feed_by_address: Rate,
    /// Alerts that other systems bring, from one address.
    pub alert_by_address: Rate,
    /// Tests of one's own devices, by one participant.
    pub test_by_participant: Rate,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            sign_in_by_address: Rate::new(20, Duration::from_secs(6)),
            // A household, an office or a provider's network may share an address.
            code_by_address: Rate::new(20, Duration::from_secs(15)),
            tip_by_address: Rate::new(30, Duration::from_secs(5)),
            export_by_participant: Rate::new(3, Duration::from_mins(20)),
            feed_by_address: Rate::new(60, Duration::from_secs(1)),
            alert_by_address: Rate::new(60, Duration::from_secs(1)),
            test_by_participant: Rate::new(3, Duration::from_mins(5)),
        }
    }
}

/// What is limited, and by what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Limited {
    /// A try to sign in, by address.
    SignInByAddress,
    /// A code asked for or repeated, by address.
    CodeByAddress,
    /// A tip, by address.
    TipByAddress,
    /// An export, by participant.
    ExportByParticipant,
    /// A look at what everyone may read, by address.
    FeedByAddress,
    /// An alert of another system, by address.
    AlertByAddress,
    /// A test of one's own device, by participant.
    TestByParticipant,
}

/// The buckets.
#[derive(Debug)]
pub struct RateLimits {
    rates: Rates,
    clock: Clock,
    hasher: RandomState,
    buckets: Mutex<Generations>,
}

/// When each bucket will be full again, in milliseconds (generic cell rate algorithm). The older generation is
/// forgotten when the newer is full: then it holds the least recently used.
#[derive(Debug, Default)]
struct Generations {
    new: HashMap<u64, i64>,
    old: HashMap<u64, i64>,
}

impl RateLimits {
    /// Full buckets.
    pub fn new(rates: Rates, clock: Clock) -> Self {
        Self {
            rates,
            clock,
            hasher: RandomState::new(),
            buckets: Mutex::default(),
        }
    }

    /// Takes one from the bucket of this key.
    ///
    /// # Errors
    /// The problem to answer, with how long to wait, when the bucket is empty.
    pub fn take(&self, what: Limited, key: impl Hash) -> Result<(), Problem> {
        let rate = self.rate(what);
        // A keyed hash: the map never holds an address or a name.
        let key = self.hasher.hash_one((what, key));
        let waited = self
            .buckets
            .lock()
            .expect("no take panics")
            .take(key, rate, self.clock.now());
        waited.map_err(|wait| Problem::new(ProblemKind::TooMany).retry_after(wait))
    }

    const fn rate(&self, what: Limited) -> Rate {
        match what {
            Limited::SignInByAddress => self.rates.sign_in_by_address,
            Limited::CodeByAddress => self.rates.code_by_address,
            Limited::TipByAddress => self.rates.tip_by_address,
            Limited::ExportByParticipant => self.rates.export_by_participant,
            Limited::FeedByAddress => self.rates.feed_by_address,
            Limited::AlertByAddress => self.rates.alert_by_address,
            Limited::TestByParticipant => self.rates.test_by_participant,
        }
    }
}

impl Generations {
    fn take(&mut self, key: u64, rate: Rate, now: Timestamp) -> Result<(), Duration> {
        let now = now.as_millis();
        let every = i64::try_from(rate.every_ms).unwrap_or(i64::MAX);
        let full_at = self.new.get(&key).or_else(|| self.old.get(&key));
        let full_at = full_at.copied().unwrap_or(now).max(now);
        let most = every.saturating_mul(i64::from(rate.burst));
        let next = full_at.saturating_add(every);
        if next - now > most {
            let wait = u64::try_from(next - now - most).unwrap_or(0);
            return Err(Duration::from_millis(wait));
        }
        if self.new.len() >= BUCKETS && !self.new.contains_key(&key) {
            self.old = std::mem::take(&mut self.new);
        }
        self.new.insert(key, next);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(clock: &Clock) -> RateLimits {
        let rates = Rates {
            tip_by_address: Rate::new(3, Duration::from_secs(10)),
            ..Rates::default()
        };
        RateLimits::new(rates, clock.clone())
    }

    #[test]
    fn a_bucket_empties_tells_how_long_to_wait_and_fills_again() {
        let clock = Clock::manual(Timestamp::from_millis(1_000_000));
        let limits = limits(&clock);
        let take = || limits.take(Limited::TipByAddress, "a");
        assert!((0..3).all(|_| take().is_ok()));
        assert!(take().is_err());
        limits
            .take(Limited::TipByAddress, "b")
            .expect("a bucket of its own");
        limits
            .take(Limited::CodeByAddress, "a")
            .expect("another bucket of the same key");
        clock.advance(Duration::from_millis(9_999));
        assert!(take().is_err());
        clock.advance(Duration::from_millis(1));
        assert!(take().is_ok());
        assert!(take().is_err());
    }

    #[test]
    fn the_buckets_stay_bounded_and_the_recent_are_kept() {
        let clock = Clock::manual(Timestamp::from_millis(0));
        let limits = limits(&clock);
        for _ in 0..3 {
            limits.take(Limited::TipByAddress, "mine").unwrap();
        }
        for other in 0..BUCKETS + 10 {
            limits.take(Limited::TipByAddress, other).unwrap();
        }
        assert!(limits.take(Limited::TipByAddress, "mine").is_err());
        let buckets = limits.buckets.lock().unwrap();
        assert!(buckets.new.len() + buckets.old.len() <= 2 * BUCKETS);
    }
}
