//! Slows down whoever guesses passwords.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::desk::DeskError;
use crate::domain::clock::Timestamp;

/// Tries that one place has for one user name within a quarter of an hour. Counted by place, so that nobody locks
/// an operator out from elsewhere.
pub(super) const TRIES: u32 = 10;
/// The same, while so many places try one name that it must be an attack.
pub(super) const TRIES_UNDER_ATTACK: u32 = 2;
/// Tries of one name, from places where nobody signed in under it before, that make an attack.
const ATTACK: u32 = 50;
/// The most pairs of user name and place that are remembered.
const MAX_KEYS: usize = 10_000;

/// Tries by key, within a window that begins with the first. Every node keeps its own.
pub(in crate::desk) struct Limiter {
    window: Duration,
    tries: Mutex<HashMap<Vec<u8>, Tries>>,
}

struct Tries {
    since: Timestamp,
    count: u32,
}

impl Limiter {
    /// One that forgets after this long.
    pub(in crate::desk) fn within(window: Duration) -> Self {
        Self {
            window,
            tries: Mutex::default(),
        }
    }

    fn tries(&self) -> MutexGuard<'_, HashMap<Vec<u8>, Tries>> {
        self.tries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a try, or refuses it when there were so many.
    pub(in crate::desk) fn count(&self, key: Vec<u8>, now: Timestamp, allowed: u32) -> Result<(), DeskError> {
        let mut all = self.tries();
        let (tries, passed) = begin(&mut all, key, now, self.window);
        if tries.count >= allowed {
            return Err(DeskError::TooMany {
                retry_after: self.window.saturating_sub(passed),
            });
        }
        tries.count += 1;
        Ok(())
    }

    /// Counts a try that is refused by no means; answers whether there were so many that it is an attack.
    pub(super) fn note(&self, key: Vec<u8>, now: Timestamp) -> bool {
        let mut all = self.tries();
        let (tries, _) = begin(&mut all, key, now, self.window);
        tries.count = tries.count.saturating_add(1);
        tries.count > ATTACK
    }

    /// Forgets the tries after a right password.
    pub(super) fn forget(&self, key: &[u8]) {
        self.tries().remove(key);
    }
}

/// The tries of a key within the window, and how much of it has passed.
fn begin(
    all: &mut HashMap<Vec<u8>, Tries>,
    key: Vec<u8>,
    now: Timestamp,
    window: Duration,
) -> (&mut Tries, Duration) {
    if all.len() >= MAX_KEYS {
        all.retain(|_, tries| now.since(tries.since) < window);
        if all.len() >= MAX_KEYS {
            // Someone tries from everywhere: forgetting lets guessers go on at the pace of the password
            // hash, refusing everyone would lock the control room out.
            all.clear();
        }
    }
    let tries = all.entry(key).or_insert(Tries { since: now, count: 0 });
    let passed = now.since(tries.since);
    if passed >= window {
        *tries = Tries { since: now, count: 0 };
    }
    (tries, passed)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: Duration = Duration::from_mins(15);
    const NOW: Timestamp = Timestamp::from_millis(1_772_373_720_000);

    #[test]
    fn after_ten_tries_one_waits_and_a_right_password_wipes_them() {
        let limiter = Limiter::within(WINDOW);
        for _ in 0..TRIES {
            limiter.count(vec![1], NOW, TRIES).unwrap();
        }
        assert!(
            matches!(limiter.count(vec![1], NOW, TRIES), Err(DeskError::TooMany { retry_after }) if retry_after == WINDOW)
        );
        limiter.count(vec![2], NOW, TRIES).unwrap();
        limiter.count(vec![1], NOW + WINDOW, TRIES).unwrap();
        for _ in 0..100 {
            limiter.count(vec![3], NOW, TRIES).unwrap();
            limiter.forget(&[3]);
        }
    }

    #[test]
    fn the_memory_of_tries_is_bounded() {
        let limiter = Limiter::within(WINDOW);
        for key in 0_u32..25_000 {
            limiter.count(key.to_le_bytes().to_vec(), NOW, TRIES).unwrap();
            assert!(limiter.tries().len() <= MAX_KEYS);
        }
    }
}
