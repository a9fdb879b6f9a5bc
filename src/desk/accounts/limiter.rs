//! Slows down whoever guesses passwords.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::desk::DeskError;
use crate::domain::clock::Timestamp;

/// Tries that one place has for one user name within [`WINDOW`]. Counted by place, so that nobody locks
/// an operator out from elsewhere.
const TRIES: u32 = 10;
const WINDOW: Duration = Duration::from_mins(15);
/// The most pairs of user name and place that are remembered.
const MAX_KEYS: usize = 10_000;

/// Tries by key, within a window that begins with the first. Every node keeps its own.
#[derive(Default)]
pub(in crate::desk) struct Limiter(Mutex<HashMap<Vec<u8>, Tries>>);

struct Tries {
    since: Timestamp,
    count: u32,
}

impl Limiter {
    fn tries(&self) -> MutexGuard<'_, HashMap<Vec<u8>, Tries>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a try, or refuses it.
    pub(super) fn count(&self, key: Vec<u8>, now: Timestamp) -> Result<(), DeskError> {
        let mut all = self.tries();
        if all.len() >= MAX_KEYS {
            all.retain(|_, tries| now.since(tries.since) < WINDOW);
            if all.len() >= MAX_KEYS {
                // Someone tries from everywhere: forgetting lets guessers go on at the pace of the password
                // hash, refusing everyone would lock the control room out.
                all.clear();
            }
        }
        let tries = all.entry(key).or_insert(Tries { since: now, count: 0 });
        let passed = now.since(tries.since);
        if passed >= WINDOW {
            *tries = Tries { since: now, count: 0 };
        }
        if tries.count >= TRIES {
            return Err(DeskError::TooMany {
                retry_after: WINDOW.saturating_sub(passed),
            });
        }
        tries.count += 1;
        Ok(())
    }

    /// Forgets the tries after a right password.
    pub(super) fn forget(&self, key: &[u8]) {
        self.tries().remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_772_373_720_000);

    #[test]
    fn after_ten_tries_one_waits_and_a_right_password_wipes_them() {
        let limiter = Limiter::default();
        for _ in 0..TRIES {
            limiter.count(vec![1], NOW).unwrap();
        }
        assert!(
            matches!(limiter.count(vec![1], NOW), Err(DeskError::TooMany { retry_after }) if retry_after == WINDOW)
        );
        limiter.count(vec![2], NOW).unwrap();
        limiter.count(vec![1], NOW + WINDOW).unwrap();
        for _ in 0..100 {
            limiter.count(vec![3], NOW).unwrap();
            limiter.forget(&[3]);
        }
    }

    #[test]
    fn the_memory_of_tries_is_bounded() {
        let limiter = Limiter::default();
        for key in 0_u32..25_000 {
            limiter.count(key.to_le_bytes().to_vec(), NOW).unwrap();
            assert!(limiter.tries().len() <= MAX_KEYS);
        }
    }
}
