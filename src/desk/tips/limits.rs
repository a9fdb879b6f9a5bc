//! How many tips one link or participant may send in an hour.
//!
//! In memory and per node: a table would tie anonymous tips to the link that they came by.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::domain::clock::Timestamp;
use crate::domain::id::ParticipantNumber;
use crate::domain::reference::DeliveryRef;

/// Tips of one sender within [`WINDOW`].
const MOST: usize = 10;
const WINDOW: Duration = Duration::from_hours(1);
/// Senders that are remembered; when there are more, those who sent nothing for longest are forgotten.
const SENDERS: usize = 50_000;

/// Who sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::desk) enum Sender {
    /// Whoever has the link of this message.
    Link(DeliveryRef),
    /// The same, who says where they looked.
    Searching(DeliveryRef),
    /// A participant who is signed in.
    Participant(ParticipantNumber),
}

/// The senders of the last hour.
#[derive(Debug, Default)]
pub(in crate::desk) struct TipLimits(Mutex<HashMap<Sender, VecDeque<Timestamp>>>);

impl TipLimits {
    /// Counts a tip, or answers how long to wait for the next.
    pub(super) fn take(&self, sender: Sender, now: Timestamp) -> Result<(), Duration> {
        let mut senders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if senders.len() >= SENDERS && !senders.contains_key(&sender) {
            forget(&mut senders, now);
        }
        let sent = senders.entry(sender).or_default();
        while sent.front().is_some_and(|first| now.since(*first) >= WINDOW) {
            sent.pop_front();
        }
        match sent.front() {
            Some(first) if sent.len() >= MOST => Err((*first + WINDOW).since(now)),
            _ => {
                sent.push_back(now);
                Ok(())
            }
        }
    }
}

/// Makes room: who sent nothing within the window goes, and when that is not enough, half of the rest.
fn forget(senders: &mut HashMap<Sender, VecDeque<Timestamp>>, now: Timestamp) {
    senders.retain(|_, sent| sent.back().is_some_and(|last| now.since(*last) < WINDOW));
    if senders.len() >= SENDERS {
        let mut last: Vec<_> = senders.values().filter_map(|sent| sent.back().copied()).collect();
        last.sort_unstable();
        let middle = last[last.len() / 2];
        let mut spare = SENDERS / 2;
        senders.retain(|_, sent| {
            let keep = sent.back().is_some_and(|last| *last >= middle) && spare > 0;
            spare -= usize::from(keep);
            keep
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_eleventh_tip_waits_until_an_hour_after_the_first() {
        let (limits, sender) = (TipLimits::default(), Sender::Participant(1));
        let start = Timestamp::from_millis(1_000_000);
        let minute = |minutes| start + Duration::from_mins(minutes);
        for tip in 0..10 {
            assert_eq!(limits.take(sender, minute(tip)), Ok(()));
        }
        assert_eq!(limits.take(sender, minute(20)), Err(Duration::from_mins(40)));
        assert_eq!(limits.take(Sender::Participant(2), minute(20)), Ok(()));
        assert_eq!(limits.take(sender, minute(60)), Ok(()));
        assert_eq!(limits.take(sender, minute(60)), Err(Duration::from_mins(1)));
    }

    #[test]
    fn memory_stays_bounded_whoever_sends() {
        let limits = TipLimits::default();
        for number in 0..u32::try_from(SENDERS).unwrap() + 10 {
            let _ = limits.take(Sender::Participant(number), Timestamp::from_millis(5));
        }
        assert!(limits.0.lock().unwrap().len() <= SENDERS);
    }
}
