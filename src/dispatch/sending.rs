//! Sending one batch: step by step, with a look at stop, pause, lease and quota before each step.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::SemaphorePermit;

use super::account::backoff;
use super::in_hand::InHand;
use super::mail_marks::mail_marks;
use super::waves::Leave;
use super::{Node, crash};
use crate::domain::channel::Channel;
use crate::domain::delivery::{Attempt, Disposition};
use crate::domain::id::{DeviceId, ParticipantNumber};
use crate::domain::language::Language;
use crate::domain::message::Recipient;
use crate::domain::reference::DeliveryRef;
use crate::storage::batches::{BatchState, NewBatch};
use crate::storage::endpoints::{Addressee, GoneEndpoint};
use crate::storage::failures::Failure;

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
}

/// What one message to one endpoint is for.
struct Addressed {
    position: usize,
    device: Option<DeviceId>,
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
        })
    }

    /// Sends until the queue is empty or something ends it; answers what the batch becomes.
    async fn steps(&mut self) -> BatchState {
        let (clock, account) = (&self.node.around.clock, &self.batch.account);
        let mut doubt = None;
        while !self.queue.is_empty() && !self.batch.is_lost() {
            let now = clock.now();
            let paused_until = account.quota.paused_until();
            if self.node.closing.is_cancelled() || self.gives_way() {
                return BatchState::Ready { not_before: now };
            }
            if paused_until > now + SHORT_WAIT {
                return BatchState::Ready {
                    not_before: paused_until,
                };
            }
            let in_doubt = self.queue[0] < self.batch.doubt_to;
            self.hold_doubt(in_doubt, &mut doubt).await;
            let size = account.pace.step_size(in_doubt);
            let step: Vec<usize> = self.queue.iter().take(size).copied().collect();
            self.declare_intent(step[step.len() - 1]).await;
            if !self.turn_comes(step.len()).await {
                continue;
            }
            // The last look before the messages leave: intent and quota may have taken their time.
            if self.batch.is_lost() {
                break;
            }
            match self.batch.wave.may_leave(clock.now()) {
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
        BatchState::Done
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

    /// Whether this batch can wait and an urgent one of its account is under way.
    fn gives_way(&self) -> bool {
        self.batch.priority > 0 && self.batch.account.has_urgent()
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

    /// Makes it durable that members up to this position may be handed over, when it is not yet.
    ///
    /// Where a first attempt is in doubt, the intent goes only as far as this step: who is in doubt a second time
    /// is not tried again, so it should be as few as can be.
    async fn declare_intent(&self, last: usize) {
        let size = self.batch.members.len();
        let needed = self.batch.change(|hand| {
            let needed = last >= hand.intent_to;
            if needed {
                let ahead = if last < self.batch.doubt_to {
                    1
                } else {
                    self.batch.account.pace.window
                };
                hand.intent_to = (last + ahead).min(size);
            }
            needed
        });
        if needed {
            self.until_written().await;
        }
    }

    async fn hand_over(&mut self, step: Vec<usize>) {
        let mut best: HashMap<usize, Attempt> = HashMap::with_capacity(step.len());
        let mut wait: Option<Duration> = None;
        for (language, addressed, recipients) in self.address(&step) {
            let message = self.batch.wave.message.in_language(language);
            let provider = &self.batch.account.provider;
            let figures = self.batch.account.figures(self.batch.priority);
            let limit = provider.batch_limit().max(1);
            for (addressed, recipients) in addressed.chunks(limit).zip(recipients.chunks(limit)) {
                crash::point("send.before_call");
                let began = self.node.around.clock.now();
                let in_flight = figures.in_flight(recipients.len());
                let attempts = provider.send(message, recipients).await;
                drop(in_flight);
                crash::point("send.after_call");
                figures.answered(self.node.around.clock.now().since(began), &attempts);
                for (addressed, attempt) in addressed.iter().zip(attempts) {
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
        let now = self.node.around.clock.now();
        if let Some(wait) = wait {
            let account = self.batch.account.clone();
            account.quota.pause_until(now + wait);
            tokio::spawn(async move { account.quota.share_pause().await });
        }
        for position in step.into_iter().rev() {
            let attempt = best.remove(&position).unwrap_or_else(|| Attempt::Rejected {
                reason: "no_endpoint".to_owned(),
                endpoint_gone: false,
            });
            self.settle(position, attempt, now);
        }
    }

    /// The messages of a step by language, each to one endpoint.
    fn address(&self, step: &[usize]) -> Vec<(Language, Vec<Addressed>, Vec<Recipient>)> {
        let around = &self.node.around;
        let mut groups: Vec<(Language, Vec<Addressed>, Vec<Recipient>)> = Language::ALL
            .map(|language| (language, Vec::new(), Vec::new()))
            .into();
        for &position in step {
            let Some(person) = self.people.get(&self.batch.members[position]) else {
                continue;
            };
            let delivery = DeliveryRef {
                batch: self.batch.number,
                position: u16::try_from(position).expect("a batch has at most 500 members"),
            };
            let link = around.references.delivery(delivery);
            // The app shows the page by its reference; a gateway reports by one that its reader does not know.
            let reference = match self.batch.account.provider.channel() {
                Channel::Sms | Channel::Voice => around.references.receipt(delivery),
                Channel::App | Channel::Email => link.clone(),
            };
            let link = format!("{}/a/{link}", around.public_url);
            let mail = match self.batch.account.provider.channel() {
                Channel::Email => Some(mail_marks(around, self.batch.wave.message.nl.urgency, delivery)),
                Channel::App | Channel::Sms | Channel::Voice => None,
            };
            let group = groups
                .iter_mut()
                .find(|(language, ..)| *language == person.language)
                .expect("every language has a group");
            for (device, endpoint) in &person.endpoints {
                group.1.push(Addressed {
                    position,
                    device: *device,
                });
                group.2.push(Recipient {
                    endpoint: endpoint.clone(),
                    reference: reference.clone(),
                    link: Some(link.clone()),
                    mail: mail.clone(),
                });
            }
        }
        groups.retain(|(_, addressed, _)| !addressed.is_empty());
        groups
    }

    fn note_gone(&self, addressed: &Addressed, attempt: &Attempt) {
        if let Attempt::Rejected {
            reason,
            endpoint_gone: true,
        } = attempt
        {
            let gone = match addressed.device {
                Some(id) => GoneEndpoint::Device {
                    id,
                    reason: reason.clone(),
                },
                None => GoneEndpoint::Address {
                    number: self.batch.members[addressed.position],
                    channel: self.batch.account.provider.channel(),
                },
            };
            self.batch.change(|hand| hand.gone.push(gone));
        }
    }

    /// Writes down what an attempt made of a member.
    fn settle(&mut self, position: usize, attempt: Attempt, now: crate::domain::clock::Timestamp) {
        match attempt {
            Attempt::Accepted => self.batch.change(|hand| {
                hand.outcomes[position] = Disposition::Accepted;
                hand.first_handover_at.get_or_insert(now);
                hand.last_handover_at = Some(now);
            }),
            Attempt::Rejected { reason, .. } => self.fail(position, reason, now),
            Attempt::Throttled { .. } => self.queue.push_front(position),
            Attempt::Transient { reason } => self.later.push((position, reason)),
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

    fn fail(&self, position: usize, reason: String, now: crate::domain::clock::Timestamp) {
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
    fn stop_open(&mut self) {
        self.queue.clear();
        self.later.clear();
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
    fn end(&mut self, ending: BatchState) {
        let around = &self.node.around;
        let now = around.clock.now();
        let later = std::mem::take(&mut self.later);
        let attempt = self.batch.attempt + 1;
        if attempt >= self.batch.account.pace.attempts {
            for (position, reason) in later {
                self.fail(position, reason, now);
            }
        } else if !later.is_empty() {
            self.batch.change(|hand| {
                let positions = later.iter().map(|(position, _)| *position);
                let split = NewBatch {
                    wave: self.batch.wave.id,
                    channel: self.batch.account.provider.channel(),
                    account: self.batch.account.name.clone(),
                    priority: self.batch.priority,
                    ordinal: 0,
                    members: positions
                        .clone()
                        .map(|position| self.batch.members[position])
                        .collect(),
                    outcomes: positions
                        .clone()
                        .map(|position| hand.outcomes[position])
                        .collect(),
                    attempt,
                    not_before: now + around.random.jitter(backoff(attempt)),
                };
                for position in positions {
                    hand.outcomes[position] = Disposition::Moved;
                }
                hand.splits.push(split);
            });
        }
        self.batch.change(|hand| hand.ending = Some(ending));
    }
}

/// Which attempt speaks for a participant with several devices: the one that got furthest.
const fn rank(attempt: &Attempt) -> u8 {
    match attempt {
        Attempt::Accepted => 4,
        Attempt::Unconfirmed { .. } => 3,
        Attempt::Throttled { .. } => 2,
        Attempt::Transient { .. } => 1,
        Attempt::Rejected { .. } => 0,
    }
}
