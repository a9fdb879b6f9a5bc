//! Time as a parameter: a timestamp in milliseconds, and the clock that everything asks.

use std::fmt;
use std::ops::{Add, Sub};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tokio::sync::watch;

/// A moment: milliseconds since 1970-01-01T00:00:00Z.
///
/// Written as RFC 3339 with milliseconds in JSON, stored as a 64-bit integer in both databases.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The moment `millis` milliseconds after the epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the epoch.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, rounded down.
    pub const fn as_secs(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// How long ago `earlier` was; zero when it lies ahead.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// Reads RFC 3339, for instance `2026-03-01T14:02:00Z`.
    pub fn parse_rfc3339(text: &str) -> Result<Self, chrono::ParseError> {
        Ok(Self(DateTime::parse_from_rfc3339(text)?.timestamp_millis()))
    }

    /// The moment as chrono's type, for calendars and formatting.
    pub fn to_utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0).unwrap_or(DateTime::UNIX_EPOCH)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_utc().to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        Self(
            self.0
                .saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)),
        )
    }
}

impl Sub<Duration> for Timestamp {
    type Output = Self;

    fn sub(self, duration: Duration) -> Self {
        Self(
            self.0
                .saturating_sub(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)),
        )
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Self::parse_rfc3339(&text).map_err(|_| {
            serde::de::Error::custom(format!(
                "'{text}' is not a time; write it as 2026-03-01T14:02:00Z"
            ))
        })
    }
}

/// The clock that everything asks: the system's, or one that a test moves by hand.
#[derive(Clone, Debug)]
pub struct Clock(Inner);

#[derive(Clone, Debug)]
enum Inner {
    System,
    Manual(Arc<watch::Sender<Timestamp>>),
}

impl Clock {
    /// The machine's clock.
    pub const fn system() -> Self {
        Self(Inner::System)
    }

    /// A clock that stands still until [`Clock::advance`] moves it. Clones share it.
    pub fn manual(start: Timestamp) -> Self {
        Self(Inner::Manual(Arc::new(watch::Sender::new(start))))
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            #[expect(
                clippy::disallowed_methods,
                reason = "the one place that reads the machine's clock"
            )]
            Inner::System => Timestamp(Utc::now().timestamp_millis()),
            Inner::Manual(now) => *now.borrow(),
        }
    }

    /// Waits until `duration` has passed on this clock.
    pub async fn sleep(&self, duration: Duration) {
        match &self.0 {
            Inner::System => tokio::time::sleep(duration).await,
            Inner::Manual(_) => self.sleep_until(self.now() + duration).await,
        }
    }

    /// Waits until this clock shows `moment`; at once when it already does.
    pub async fn sleep_until(&self, moment: Timestamp) {
        match &self.0 {
            Inner::System => match moment.since(self.now()) {
                // A timer waits for its next millisecond even then.
                Duration::ZERO => {}
                until => tokio::time::sleep(until).await,
            },
            Inner::Manual(now) => {
                // The sender lives in `self`, so the wait ends only by the clock reaching the moment.
                let _ = now.subscribe().wait_for(|now| *now >= moment).await;
            }
        }
    }

    /// Moves a manual clock forward and wakes whoever waited for it.
    ///
    /// # Panics
    /// On the system's clock, which nobody moves.
    pub fn advance(&self, duration: Duration) {
        match &self.0 {
            Inner::System => panic!("the system's clock cannot be moved"),
            Inner::Manual(now) => now.send_modify(|now| *now = *now + duration),
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[test]
    fn a_timestamp_reads_back_what_it_writes() {
        let moment = Timestamp::from_millis(1_772_373_720_123);
        assert_eq!(moment.to_string(), "2026-03-01T14:02:00.123Z");
        assert_eq!(Timestamp::parse_rfc3339(&moment.to_string()).unwrap(), moment);
    }

    #[tokio::test]
    async fn a_moment_that_is_over_is_not_waited_for() {
        let clock = Clock::system();
        let waited = clock.sleep_until(clock.now()).now_or_never();
        assert!(waited.is_some(), "it waits for the timer's next millisecond");
    }

    #[tokio::test]
    async fn a_sleeper_on_a_manual_clock_wakes_when_it_is_moved_past_the_moment() {
        let clock = Clock::manual(Timestamp::from_millis(0));
        let sleeper = tokio::spawn({
            let clock = clock.clone();
            async move { clock.sleep_until(Timestamp::from_millis(50)).await }
        });
        clock.advance(Duration::from_millis(49));
        tokio::task::yield_now().await;
        assert!(!sleeper.is_finished());
        clock.advance(Duration::from_millis(1));
        sleeper.await.unwrap();
    }
}
