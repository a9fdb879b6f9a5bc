//! What is counted of lanes and waves, for whoever watches them. `docs/operation.md` says what to make of it.

use std::collections::BTreeMap;
use std::time::Duration;

use metrics::{Counter, Gauge, Histogram, Label};

use super::lane::PRIORITIES;
use crate::domain::channel::Channel;
use crate::domain::clock::Timestamp;
use crate::domain::delivery::Attempt;
use crate::storage::batches::queued::QueuedInLane;
use crate::storage::waves::span::WaveSpan;

/// A look at the queue may take this share of the time: one part in twenty.
const LOOK_SHARE: u32 = 20;

/// What an attempt can end in, as figures call it: accepted, or an error of one of the classes.
const RESULTS: [&str; 6] = [
    "accepted",
    "permanent",
    "throttled",
    "transient",
    "unconfirmed",
    "withheld",
];

const fn result(attempt: &Attempt) -> usize {
    match attempt {
        Attempt::Accepted => 0,
        Attempt::Rejected { .. } => 1,
        Attempt::Throttled { .. } => 2,
        Attempt::Transient { .. } => 3,
        Attempt::Unconfirmed { .. } => 4,
        Attempt::Withheld { .. } => 5,
    }
}

const fn urgency(priority: u8) -> &'static str {
    if priority == 0 { "urgent" } else { "normal" }
}

fn labels(account: &str, channel: &str, priority: u8) -> Vec<Label> {
    vec![
        Label::new("account", account.to_owned()),
        Label::new("channel", channel.to_owned()),
        Label::new("priority", urgency(priority)),
    ]
}

const fn figure(count: u64) -> f64 {
    count as f64
}

/// What this node hands over in a lane. Kept, because looking figures up by their labels costs more than
/// counting.
pub(super) struct LaneFigures {
    in_flight: Gauge,
    call_seconds: Histogram,
    attempts: [Counter; RESULTS.len()],
    broken: Counter,
    set_aside: Counter,
}

/// Messages that a provider has not answered for yet, until this is dropped.
pub(super) struct InFlight<'a> {
    gauge: &'a Gauge,
    messages: f64,
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.gauge.decrement(self.messages);
    }
}

impl LaneFigures {
    pub(super) fn new(account: &str, channel: Channel, priority: u8) -> Self {
        let lane = labels(account, channel.name(), priority);
        Self {
            in_flight: metrics::gauge!("oproep_in_flight", lane.clone()),
            call_seconds: metrics::histogram!("oproep_call_seconds", lane.clone()),
            broken: metrics::counter!("oproep_broken_total", lane.clone()),
            set_aside: metrics::counter!("oproep_set_aside_total", lane.clone()),
            attempts: RESULTS.map(|result| {
                let mut labels = lane.clone();
                labels.push(Label::new("result", result));
                metrics::counter!("oproep_attempts_total", labels)
            }),
        }
    }

    /// So many messages are handed over now.
    pub(super) fn in_flight(&self, messages: usize) -> InFlight<'_> {
        let messages = figure(messages as u64);
        self.in_flight.increment(messages);
        InFlight {
            gauge: &self.in_flight,
            messages,
        }
    }

    /// The lane, or the sending of a batch in it, ended in a fault of the program and is begun anew.
    pub(super) fn broke(&self) {
        self.broken.increment(1);
    }

    /// The database refused again and again what became of a batch.
    pub(super) fn set_aside(&self) {
        self.set_aside.increment(1);
    }

    /// A call took this long, and ended like this for each of its messages.
    pub(super) fn answered(&self, took: Duration, attempts: &[Attempt]) {
        self.call_seconds.record(took);
        let mut counts = [0; RESULTS.len()];
        for attempt in attempts {
            counts[result(attempt)] += 1;
        }
        for (counter, count) in self.attempts.iter().zip(counts) {
            if count > 0 {
                counter.increment(count);
            }
        }
    }
}

/// What waits in all lanes of the database, those that nobody sends included. The same on every node.
#[derive(Default)]
pub(super) struct QueueFigures {
    lanes: BTreeMap<(String, String, u8), Waiting>,
    look_at: Timestamp,
}

struct Waiting {
    queued: Gauge,
    oldest_seconds: Gauge,
}

impl Waiting {
    fn new((account, channel, priority): &(String, String, u8)) -> Self {
        let lane = labels(account, channel, *priority);
        Self {
            queued: metrics::gauge!("oproep_queued", lane.clone()),
            oldest_seconds: metrics::gauge!("oproep_queue_oldest_seconds", lane),
        }
    }
}

impl QueueFigures {
    /// The lanes of an account, with nobody waiting yet.
    pub(super) fn add(&mut self, account: &str, channel: Channel) {
        for priority in PRIORITIES {
            let lane = (account.to_owned(), channel.name().to_owned(), priority);
            let waiting = Waiting::new(&lane);
            self.lanes.insert(lane, waiting);
        }
    }

    /// Whether it is time to look again: the longer a look takes, the longer it is until the next.
    pub(super) fn is_due(&self, now: Timestamp) -> bool {
        self.look_at <= now
    }

    /// Takes in what waits, as it was `now`, in a look that took this long. A lane that is not among it is empty.
    pub(super) fn set(&mut self, lanes: &[QueuedInLane], now: Timestamp, took: Duration) {
        self.look_at = now + took * LOOK_SHARE;
        for waiting in self.lanes.values() {
            waiting.queued.set(0.0);
            waiting.oldest_seconds.set(0.0);
        }
        for lane in lanes {
            let key = (lane.account.clone(), lane.channel.clone(), lane.priority);
            let waiting = self.lanes.entry(key).or_insert_with_key(Waiting::new);
            waiting.queued.set(figure(lane.queued));
            let age = lane
                .waiting_since
                .map_or(Duration::ZERO, |since| now.since(since));
            waiting.oldest_seconds.set(age.as_secs_f64());
        }
    }
}

/// These waves were finished by this node's last write: the only time that any node says so.
pub(super) fn waves_finished(spans: &[WaveSpan]) {
    for span in spans {
        let labels = [("kind", span.kind.name()), ("urgency", urgency(span.priority))];
        if let Some(first) = span.first_handover_at {
            metrics::histogram!("oproep_wave_first_handover_seconds", &labels)
                .record(first.since(span.due_at));
        }
        if let Some(last) = span.last_handover_at {
            metrics::histogram!("oproep_wave_last_handover_seconds", &labels).record(last.since(span.due_at));
        }
    }
}
