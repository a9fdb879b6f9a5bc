//! Sending one batch: step by step, with a look at stop, pause, lease and quota before each step.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::SemaphorePermit;

use super::account::backoff;
use super::health::Turnstile;
use super::in_hand::InHand;
use super::waves::Leave;
use super::{Node, crash};
use crate::channels::breaker::PROBE;
use crate::domain::clock::Timestamp;
use crate::domain::delivery::Attempt;
use crate::domain::id::ParticipantNumber;
use crate::storage::batches::BatchState;
use crate::storage::endpoints::Addressee;

mod addressing;
mod call;
mod outcome;

/// A wait that is sat out with the batch in hand; for a longer one it is handed back.
const SHORT_WAIT: Duration = Duration::from_secs(2);

/// Sends a batch until nothing of it is open, or it has to be handed back.
pub(super) async fn run(node: &Node, batch: &Arc<InHand>) {
    let mut sending = match Sending::open(node, batch).await {
        Ok(sending) => sending,
        Err(error) => {
            tracing::error!(batch = batch.number, %error, "a batch is handed back: its endpoints cannot be read");
            let not_before = node.around.clock.now() + node.around.random.jitter(backoff(1));
            batch.change(|hand| hand.ending = Some(BatchState::Ready { not_before }));
            return;
        }
    };
    let ending = sending.steps().await;
    if !batch.is_lost() {
        sending.end(ending);
        node.recorder.hurry();
    }
}

struct Sending<'a> {
    node: &'a Node,
    batch: &'a Arc<InHand>,
    people: HashMap<ParticipantNumber, Addressee>,
    /// Positions that wait for their turn, in order.
    queue: VecDeque<usize>,
    /// Positions that are tried again later, with what happened.
    later: Vec<(usize, String)>,
    /// When those are worth another try that were not handed over for want of a service.
    withheld_until: Option<Timestamp>,
}

impl<'a> Sending<'a> {
    async fn open(node: &'a Node, batch: &'a Arc<InHand>) -> crate::storage::Result<Self> {
        let queue: VecDeque<usize> = batch.look(|hand| {
            (0..batch.members.len())
                .filter(|position| hand.outcomes[*position].is_open())
                .collect()
        });
        let numbers: Vec<ParticipantNumber> = queue.iter().map(|position| batch.members[*position]).collect();
        let mut tx = node.around.store.read().await?;
        let people = tx
            .list_endpoints(&node.around.keys, batch.account.provider.channel(), &numbers)
            .await?;
        let people = people.into_iter().map(|person| (person.number, person)).collect();
        Ok(Self {
            node,
            batch,
            people,
            queue,
            later: Vec::new(),
            withheld_until: None,
        })
    }

    /// Sends until the queue is empty or something ends it; answers what the batch becomes.
    async fn steps(&mut self) -> BatchState {
        let (node, batch) = (self.node, self.batch);
        let (clock, account) = (&node.around.clock, &batch.account);
        let mut doubt = None;
        while !self.queue.is_empty() && !batch.is_lost() {
            let now = clock.now();
            let paused_until = account.quota.paused_until();
            if node.closing.is_cancelled() || gives_way(batch) {
                return BatchState::Ready { not_before: now };
            }
            if paused_until > now + SHORT_WAIT {
                let leaves = account.health.leaves_to_others();
                let not_before = if leaves { now } else { paused_until };
                return BatchState::Ready { not_before };
            }
            if node.recorder.is_full() {
                // What leaves now could be lost with this process.
                self.until_written().await;
                continue;
            }
            let in_doubt = self.queue[0] < batch.doubt_to;
            self.hold_doubt(in_doubt, &mut doubt).await;
            let (_probe, most) = match account.health.admit(&node.around) {
                Turnstile::All => (None, account.step_size(in_doubt)),
                Turnstile::Few(probe) => (Some(probe), PROBE),
                // Another account takes it, or this one as soon as it is probed.
                Turnstile::Nothing(_) if account.health.leaves_to_others() => {
                    return BatchState::Ready { not_before: now };
                }
                Turnstile::Nothing(until) => return BatchState::Ready { not_before: until },
            };
            let step = self.next_step(most);
            self.declare_intent(&step).await;
            if !self.turn_comes(step.len()).await {
                continue;
            }
            // The last look before the messages leave: intent and quota may have taken their time.
            if batch.is_lost() {
                break;
            }
            match batch.wave.may_leave(clock.now()) {
                Leave::Go => {}
                Leave::Hold => return BatchState::Ready { not_before: now },
                Leave::Stop => {
                    self.stop_open();
                    break;
                }
            }
            self.queue.drain(..step.len());
            self.hand_over(step).await;
        }
        self.hold_doubt(false, &mut doubt).await;
        match self.withheld_until {
            Some(not_before) => BatchState::Ready { not_before },
            None => BatchState::Done,
        }
    }

    /// The next positions, at most so many, and no more than may be in doubt at once.
    fn next_step(&self, most: usize) -> Vec<usize> {
        let end = self.queue[0] + self.batch.account.pace.window;
        let step = self.queue.iter().copied().take(most);
        step.take_while(|position| *position < end).collect()
    }

    /// Takes one of the account's few places for second attempts, or gives it back once what became of them is
    /// durable: a crash meanwhile makes them unknown.
    async fn hold_doubt(&self, in_doubt: bool, held: &mut Option<SemaphorePermit<'a>>) {
        if in_doubt && held.is_none() {
            let place = self.batch.account.doubts.acquire().await;
            *held = Some(place.expect("the places are never closed"));
        } else if !in_doubt && held.is_some() {
            self.until_written().await;
            *held = None;
        }
    }

    /// Waits until all that is known of the batch is durable, or its lease is lost.
    async fn until_written(&self) {
        let written = self.batch.written();
        self.node.recorder.hurry();
        // Ends even when the lease is lost, which the caller checks next.
        let _ = written.await;
    }

    /// Waits as long as the provider asked, and for the account's pace. False when there is reason to begin
    /// the step anew: another batch was asked to slow down meanwhile, or the node closes.
    async fn turn_comes(&self, count: usize) -> bool {
        let (clock, quota) = (&self.node.around.clock, &self.batch.account.quota);
        let turn = async {
            clock.sleep_until(quota.paused_until()).await;
            quota.take(count).await;
        };
        tokio::select! {
            () = turn => quota.paused_until() <= clock.now(),
            // A wave that is held or over has no turn to wait for.
            () = self.batch.wave.held_up() => true,
            () = self.node.closing.cancelled() => false,
        }
    }

    /// Makes it durable that the members of a step may be handed over, when it is not yet.
    ///
    /// The intent reaches a window from the step's first member, whose predecessors' outcomes are written with it: no
    /// more than a window is ever in doubt. Where a first attempt is in doubt, it goes only as far as this step: who is
    /// in doubt a second time is not tried again, so it should be as few as can be.
    async fn declare_intent(&self, step: &[usize]) {
        let (first, last) = (step[0], step[step.len() - 1]);
        let size = self.batch.members.len();
        let needed = self.batch.change(|hand| {
            let needed = last >= hand.intent_to;
            if needed {
                let end = if last < self.batch.doubt_to {
                    last + 1
                } else {
                    first + self.batch.account.pace.window
                };
                hand.intent_to = end.clamp(last + 1, size);
            }
            needed
        });
        if needed {
            self.until_written().await;
        }
    }

    async fn hand_over(&mut self, step: Vec<usize>) {
        let (node, batch) = (self.node, self.batch);
        let (clock, account) = (&node.around.clock, &batch.account);
        let figures = account.figures(batch.priority);
        let mut best: HashMap<usize, Attempt> = HashMap::with_capacity(step.len());
        let mut not_begun = HashSet::new();
        let mut wait: Option<Duration> = None;
        let mut first_at = None;
        for (language, addressed, recipients) in self.address(&step) {
            let message = batch.wave.message.in_language(language);
            let limit = account.provider.batch_limit().max(1);
            for (addressed, recipients) in addressed.chunks(limit).zip(recipients.chunks(limit)) {
                crash::point("send.before_call");
                let began = clock.now();
                let in_flight = figures.in_flight(recipients.len());
                let called = self.call(message, recipients).await;
                drop(in_flight);
                crash::point("send.after_call");
                let took = clock.now().since(began);
                first_at = first_at.or(called.first_at);
                let attempts = called.attempts;
                let answered: Vec<Attempt> = attempts.iter().flatten().cloned().collect();
                figures.answered(took, &answered);
                account.took(took, answered.len());
                let is_first = batch.attempt == 0;
                if account.health.record(&answered, is_first, clock.now()) {
                    node.failing.notify_one();
                    node.wake();
                }
                for (addressed, attempt) in addressed.iter().zip(attempts) {
                    let Some(attempt) = attempt else {
                        not_begun.insert(addressed.position);
                        continue;
                    };
                    self.note_gone(addressed, &attempt);
                    if let Attempt::Throttled { retry_after } = attempt {
                        wait = wait.max(Some(retry_after));
                    }
                    match best.get(&addressed.position) {
                        Some(known) if rank(known) >= rank(&attempt) => {}
                        _ => {
                            best.insert(addressed.position, attempt);
                        }
                    }
                }
            }
        }
        let now = clock.now();
        if let Some(first_at) = first_at {
            batch.change(|hand| *hand.first_handover_at.get_or_insert(first_at));
        }
        if let Some(wait) = wait {
            account.quota.pause_until(now + wait);
            let slow_after = node.around.timing.failover.slow_after;
            if account.health.rest(now + wait, slow_after, now) {
                node.failing.notify_one();
            }
            let account = account.clone();
            tokio::spawn(async move { account.quota.share_pause().await });
        }
        for position in step.into_iter().rev() {
            match best.remove(&position) {
                Some(attempt) => self.settle(position, attempt, now),
                None if not_begun.contains(&position) => self.queue.push_front(position),
                None => {
                    let nowhere = Attempt::Rejected {
                        reason: "no_endpoint".to_owned(),
                        endpoint_gone: false,
                    };
                    self.settle(position, nowhere, now);
                }
            }
        }
    }
}

/// Whether this batch can wait and an urgent one of its account is under way.
fn gives_way(batch: &InHand) -> bool {
    batch.priority > 0 && batch.account.has_urgent()
}

/// Which attempt speaks for a participant with several devices: the one that got furthest.
const fn rank(attempt: &Attempt) -> u8 {
    match attempt {
        Attempt::Accepted => 5,
        Attempt::Unconfirmed { .. } => 4,
        Attempt::Throttled { .. } => 3,
        Attempt::Withheld { .. } => 2,
        Attempt::Transient { .. } => 1,
        Attempt::Rejected { .. } => 0,
    }
}
