//! What becomes of the members of a batch, and of the batch.

use super::super::account::backoff;
use super::Sending;
use crate::domain::clock::Timestamp;
use crate::domain::delivery::{Attempt, Disposition};
use crate::storage::batches::{BatchState, NewBatch, SplitOrigin};
use crate::storage::failures::Failure;

impl Sending<'_> {
    /// Writes down what an attempt made of a member.
    pub(super) fn settle(&mut self, position: usize, attempt: Attempt, now: Timestamp) {
        match attempt {
            Attempt::Accepted => self.batch.change(|hand| {
                hand.outcomes[position] = Disposition::Accepted;
                hand.first_handover_at.get_or_insert(now);
                hand.last_handover_at = Some(now);
            }),
            Attempt::Rejected { reason, .. } => self.fail(position, reason, now),
            Attempt::Throttled { .. } => self.queue.push_front(position),
            // The account is out of service: that is not this message's first attempt. A later one is, so that what
            // fails for a reason of its own does not stand before everything else at the next probe.
            Attempt::Transient { .. } if self.is_spared() => self.queue.push_front(position),
            Attempt::Transient { reason } => self.later.push((position, reason)),
            // It stays open, and the batch comes back for it.
            Attempt::Withheld { until } => self.withheld_until = self.withheld_until.max(Some(until)),
            Attempt::Unconfirmed { reason } => {
                let resends = self.batch.account.pace.when_in_doubt.resends(self.batch.priority);
                let again = self.batch.change(|hand| {
                    let once = hand.outcomes[position] == Disposition::Queued;
                    let again = once && resends;
                    hand.outcomes[position] = if again {
                        Disposition::InDoubt
                    } else {
                        Disposition::Unknown
                    };
                    again
                });
                if again {
                    self.later.push((position, reason));
                }
            }
        }
    }

    fn is_spared(&self) -> bool {
        self.batch.attempt == 0 && self.batch.account.health.out_since().is_some()
    }

    fn fail(&self, position: usize, reason: String, now: Timestamp) {
        self.batch.change(|hand| {
            // A first attempt in doubt may have arrived, whatever the second was told.
            if hand.outcomes[position] == Disposition::InDoubt {
                hand.outcomes[position] = Disposition::Unknown;
                return;
            }
            hand.outcomes[position] = Disposition::Failed;
            hand.failures.push(Failure {
                batch: self.batch.number,
                position: u16::try_from(position).expect("a batch has at most 500 members"),
                participant: self.batch.members[position],
                reason,
                failed_at: now,
            });
        });
    }

    /// The wave is over: whoever still waits is stopped, or unknown when an attempt was in doubt.
    pub(super) fn stop_open(&mut self) {
        self.queue.clear();
        self.later.clear();
        self.withheld_until = None;
        self.batch.change(|hand| {
            for disposition in &mut hand.outcomes {
                *disposition = match *disposition {
                    Disposition::Queued => Disposition::Stopped,
                    Disposition::InDoubt => Disposition::Unknown,
                    other => other,
                };
            }
        });
    }

    /// Splits off what is tried again later, and ends the batch.
    pub(super) fn end(&mut self, ending: BatchState) {
        let around = &self.node.around;
        let now = around.clock.now();
        let later = std::mem::take(&mut self.later);
        let attempt = self.batch.attempt + 1;
        if attempt >= self.batch.account.pace.attempts {
            for (position, reason) in later {
                self.fail(position, reason, now);
            }
        } else {
            let positions: Vec<usize> = later.into_iter().map(|(position, _)| position).collect();
            let not_before = now + around.random.jitter(backoff(attempt));
            self.split_off(&positions, attempt, not_before);
        }
        self.batch.change(|hand| hand.ending = Some(ending));
    }

    /// Leaves what was not begun to another account, while a call is still under way that says nothing.
    pub(super) fn split_off_rest(&mut self) {
        let positions: Vec<usize> = std::mem::take(&mut self.queue).into();
        let now = self.node.around.clock.now();
        self.split_off(&positions, self.batch.attempt, now);
        self.node.recorder.hurry();
    }

    /// Makes a batch of their own of these members.
    fn split_off(&self, positions: &[usize], attempt: u16, not_before: Timestamp) {
        if positions.is_empty() {
            return;
        }
        self.batch.change(|hand| {
            let split = NewBatch {
                wave: self.batch.wave.id,
                channel: self.batch.account.provider.channel(),
                account: self.batch.account.name.clone(),
                priority: self.batch.priority,
                ordinal: 0,
                members: positions
                    .iter()
                    .map(|position| self.batch.members[*position])
                    .collect(),
                outcomes: positions
                    .iter()
                    .map(|position| hand.outcomes[*position])
                    .collect(),
                attempt,
                not_before,
                origin: Some(SplitOrigin {
                    batch: self.batch.number,
                    positions: positions
                        .iter()
                        .map(|position| u16::try_from(*position).expect("a batch has at most 500 members"))
                        .collect(),
                }),
            };
            for position in positions {
                hand.outcomes[*position] = Disposition::Moved;
            }
            hand.splits.push(split);
        });
    }
}
