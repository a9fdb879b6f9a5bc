//! The lines of an account: how many calls it makes at once.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::LONGEST_CALL;
use crate::domain::clock::{Clock, Timestamp};

/// The most lines of one account.
pub const MOST_LINES: usize = 1_000;

/// The lines. A call holds one until its end was told, or until no call lasts that long.
pub struct Lines {
    most: usize,
    clock: Clock,
    held: Mutex<HashMap<String, Timestamp>>,
}

impl fmt::Debug for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lines")
            .field("most", &self.most)
            .finish_non_exhaustive()
    }
}

impl Lines {
    /// So many lines; none when there are too few or too many.
    pub fn new(most: usize, clock: Clock) -> Option<Self> {
        (1..=MOST_LINES).contains(&most).then(|| Self {
            most,
            clock,
            held: Mutex::default(),
        })
    }

    /// Takes a line for the call of this reference; false when all are taken. A call that is made again keeps its
    /// line.
    pub fn take(&self, reference: &str) -> bool {
        let now = self.clock.now();
        let mut held = self.held();
        if held.len() >= self.most {
            held.retain(|_, until| *until > now);
        }
        if held.len() >= self.most && !held.contains_key(reference) {
            return false;
        }
        held.insert(reference.to_owned(), now + LONGEST_CALL);
        true
    }

    /// Gives back the line of a call that ended, or was not made.
    pub fn give_back(&self, reference: &str) {
        self.held().remove(reference);
    }

    fn held(&self) -> MutexGuard<'_, HashMap<String, Timestamp>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_calls_are_made_at_once_than_there_are_lines() {
        let clock = Clock::manual(Timestamp::default());
        let lines = Lines::new(2, clock.clone()).unwrap();
        assert!(lines.take("a") && lines.take("b"));
        assert!(!lines.take("c"));
        assert!(lines.take("a"), "it has a line");
        lines.give_back("a");
        assert!(lines.take("c"));
        assert!(!lines.take("d"));
        clock.advance(LONGEST_CALL);
        assert!(lines.take("d"), "nobody told of the end of the others");
        assert!(Lines::new(0, clock.clone()).is_none() && Lines::new(MOST_LINES + 1, clock).is_none());
    }
}
