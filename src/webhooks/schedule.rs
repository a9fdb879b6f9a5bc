//! When a call that failed is made again.

use std::time::Duration;

use crate::domain::clock::Timestamp;
use crate::domain::random::Random;

/// The pauses after each attempt: seconds for a restart, hours for a night, over three days together.
const PAUSES: [Duration; 11] = [
    Duration::from_secs(5),
    Duration::from_mins(1),
    Duration::from_mins(5),
    Duration::from_mins(30),
    Duration::from_hours(2),
    Duration::from_hours(5),
    Duration::from_hours(10),
    Duration::from_hours(14),
    Duration::from_hours(20),
    Duration::from_hours(24),
    Duration::from_hours(24),
];

/// When to try again after so many tries, at least after the wait that was asked for; none after the last.
pub fn next(tries: u32, now: Timestamp, asked: Option<Duration>, random: &Random) -> Option<Timestamp> {
    let pause = usize::try_from(tries.max(1))
        .ok()
        .and_then(|tries| PAUSES.get(tries - 1))?;
    let pause = random.jitter(*pause).max(asked.unwrap_or_default());
    Some(now + pause)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_spread_over_days_and_come_to_an_end() {
        let random = Random::from_seed(1);
        let mut now = Timestamp::from_millis(0);
        let mut tries = 1;
        while let Some(at) = next(tries, now, None, &random) {
            let pause = at.since(now);
            let most = PAUSES[tries as usize - 1];
            assert!((most / 2..=most).contains(&pause), "{tries}: {pause:?}");
            (now, tries) = (at, tries + 1);
        }
        assert_eq!(tries as usize, PAUSES.len() + 1);
        assert!(now > Timestamp::from_millis(0) + Duration::from_hours(48));
    }

    #[test]
    fn a_wait_that_was_asked_for_is_kept_whole() {
        let asked = Some(Duration::from_mins(10));
        let at = next(1, Timestamp::from_millis(0), asked, &Random::from_seed(1)).unwrap();
        assert_eq!(at, Timestamp::from_millis(600_000));
    }
}
