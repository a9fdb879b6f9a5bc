//! Whether an account or one of its services serves, as the answers say: closed, open, half-open.
//!
//! *Closed*, everything goes out. When nearly all of the last seconds' messages failed for a passing reason, or no
//! answer comes while another account could do better, it *opens*: nothing is handed over, and no attempt is used up
//! on a provider that is away. After a pause with jitter that doubles from trial to trial a few messages *probe* it;
//! one answer that is no failure closes it again.

use std::time::Duration;

use crate::domain::clock::Timestamp;
use crate::domain::delivery::Attempt;
use crate::domain::random::Random;

/// How much it takes, and the pauses before what is out is tried again.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Before the first probe.
    pub probe_first: Duration,
    /// The longest between two probes.
    pub probe_longest: Duration,
    /// So many failures in a row open it, whatever was answered before them. Where answers are taken in one by one, a
    /// connection that breaks under many messages is not to count as that.
    pub in_a_row: u64,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            probe_first: Duration::from_secs(1),
            probe_longest: Duration::from_mins(1),
            in_a_row: 2 * TELLING,
        }
    }
}

/// Fewer messages than this say nothing about a whole account.
const TELLING: u64 = 20;
/// How long answers count.
const WINDOW: Duration = Duration::from_secs(2);
/// The most messages of a probe.
pub const PROBE: usize = 10;

/// What may leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// Everything.
    All,
    /// A few, to see whether it serves again; whoever got this answer is the only one.
    Probe,
    /// Nothing before this moment, or until the probe that is under way has ended.
    Nothing(Timestamp),
}

/// What changed with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It opened, or stays open after a probe that failed.
    Opened {
        /// Since when it is out.
        since: Timestamp,
        /// When it is tried again.
        probe_at: Timestamp,
    },
    /// It closed.
    Closed,
}

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    good: u64,
    bad: u64,
}

impl Counts {
    const fn plus(self, other: Self) -> Self {
        Self {
            good: self.good + other.good,
            bad: self.bad + other.bad,
        }
    }

    /// Nearly all of enough.
    const fn is_telling(self) -> bool {
        self.bad >= TELLING && self.bad * 10 >= (self.good + self.bad) * 9
    }
}

/// The counts of this window and of the one before, and how many failed since the last that did not.
#[derive(Clone, Copy, Debug, Default)]
struct Lately {
    began_at: Timestamp,
    now: Counts,
    before: Counts,
    in_a_row: u64,
}

impl Lately {
    fn add(&mut self, counts: Counts, now: Timestamp) {
        if now.since(self.began_at) >= WINDOW {
            let is_next = now.since(self.began_at) < 2 * WINDOW;
            self.before = if is_next { self.now } else { Counts::default() };
            if !is_next {
                self.in_a_row = 0;
            }
            self.now = Counts::default();
            self.began_at = now;
        }
        self.now = self.now.plus(counts);
        self.in_a_row = if counts.good > 0 {
            0
        } else {
            self.in_a_row + counts.bad
        };
    }

    /// Nearly all lately, or all of so many that it is no chance any more.
    const fn is_telling(&self, in_a_row: u64) -> bool {
        self.now.plus(self.before).is_telling() || self.in_a_row >= in_a_row
    }
}

#[derive(Clone, Copy, Debug)]
enum State {
    Closed(Lately),
    Open {
        since: Timestamp,
        probe_at: Timestamp,
        probes: u32,
    },
    HalfOpen {
        since: Timestamp,
        probes: u32,
        began_at: Timestamp,
    },
}

/// One account's breaker on one node.
#[derive(Debug)]
pub struct Breaker {
    patience: Patience,
    random: Random,
    state: State,
}

impl Breaker {
    /// One that is closed.
    pub fn new(patience: Patience, random: Random) -> Self {
        Self {
            patience,
            random,
            state: State::Closed(Lately::default()),
        }
    }

    /// Since when it is not closed.
    pub const fn out_since(&self) -> Option<Timestamp> {
        match self.state {
            State::Closed(_) => None,
            State::Open { since, .. } | State::HalfOpen { since, .. } => Some(since),
        }
    }

    /// What may leave now. After [`Admission::Probe`] it is half-open, until an answer comes or the probe is given
    /// up.
    pub fn admit(&mut self, now: Timestamp) -> Admission {
        match self.state {
            State::Closed(_) => Admission::All,
            State::Open { probe_at, .. } if now < probe_at => Admission::Nothing(probe_at),
            State::Open { since, probes, .. } => {
                self.state = State::HalfOpen {
                    since,
                    probes,
                    began_at: now,
                };
                Admission::Probe
            }
            // Whoever probed may have died of it: then the next one does.
            State::HalfOpen {
                since,
                probes,
                began_at,
            } if now.since(began_at) > self.patience.probe_longest => {
                self.state = State::HalfOpen {
                    since,
                    probes,
                    began_at: now,
                };
                Admission::Probe
            }
            State::HalfOpen { .. } => Admission::Nothing(now + self.patience.probe_first),
        }
    }

    /// Whether something may leave now, without taking the probe.
    pub fn admits(&self, now: Timestamp) -> bool {
        match self.state {
            State::Closed(_) => true,
            State::Open { probe_at, .. } => probe_at <= now,
            State::HalfOpen { began_at, .. } => now.since(began_at) > self.patience.probe_longest,
        }
    }

    /// When it is probed next; none while it is closed.
    pub const fn probe_at(&self) -> Option<Timestamp> {
        match self.state {
            State::Open { probe_at, .. } => Some(probe_at),
            _ => None,
        }
    }

    /// A probe ended without an answer that counts: nothing was handed over.
    pub fn give_up_probe(&mut self, now: Timestamp) {
        if let State::HalfOpen { since, probes, .. } = self.state {
            self.state = State::Open {
                since,
                probe_at: now + self.random.jitter(self.patience.probe_first),
                probes,
            };
        }
    }

    /// Takes in what the provider made of some messages. Only first attempts speak against it: those that are made
    /// again are of the few that failed before, perhaps for a reason of their own.
    pub fn record(&mut self, attempts: &[Attempt], is_first: bool, now: Timestamp) -> Option<Turn> {
        let count = |is: fn(&Attempt) -> bool| attempts.iter().filter(|attempt| is(attempt)).count() as u64;
        let counts = Counts {
            good: count(Attempt::is_answer),
            bad: count(Attempt::is_failure),
        };
        match &mut self.state {
            State::Closed(lately) => {
                let bad = if is_first { counts.bad } else { 0 };
                lately.add(Counts { bad, ..counts }, now);
                if !lately.is_telling(self.patience.in_a_row) {
                    return None;
                }
                Some(self.open(now, 0, now))
            }
            State::HalfOpen { .. } if counts.good > 0 && counts.good >= counts.bad => {
                self.state = State::Closed(Lately::default());
                Some(Turn::Closed)
            }
            State::HalfOpen { since, probes, .. } if counts.bad > 0 => {
                let probes = if is_first { *probes + 1 } else { 0 };
                let since = *since;
                Some(self.open(since, probes, now))
            }
            // What was under way when it opened says nothing new.
            State::HalfOpen { .. } | State::Open { .. } => None,
        }
    }

    /// Opens it for want of an answer; none when it is open.
    pub fn trip(&mut self, now: Timestamp) -> Option<Turn> {
        match self.state {
            State::Closed(_) => Some(self.open(now, 0, now)),
            State::HalfOpen { since, probes, .. } => Some(self.open(since, probes + 1, now)),
            State::Open { .. } => None,
        }
    }

    /// Opens it because the provider asked for a wait until this moment, which is kept whole; none when it is open.
    pub fn rest(&mut self, until: Timestamp, now: Timestamp) -> Option<Turn> {
        let State::Closed(_) = self.state else { return None };
        self.state = State::Open {
            since: now,
            probe_at: until,
            probes: 0,
        };
        Some(Turn::Opened {
            since: now,
            probe_at: until,
        })
    }

    /// Takes in what another node found: that it is out until a probe, or serves.
    pub fn learn(&mut self, out: Option<(Timestamp, Timestamp)>) {
        match (out, self.state) {
            (Some((since, probe_at)), State::Closed(_)) => {
                self.state = State::Open {
                    since,
                    probe_at,
                    probes: 0,
                };
            }
            (
                Some((_, later)),
                State::Open {
                    since,
                    probe_at,
                    probes,
                },
            ) => {
                self.state = State::Open {
                    since,
                    probe_at: probe_at.max(later),
                    probes,
                };
            }
            (None, State::Open { .. }) => self.state = State::Closed(Lately::default()),
            _ => {}
        }
    }

    fn open(&mut self, since: Timestamp, probes: u32, now: Timestamp) -> Turn {
        let pause = self.patience.probe_first * 2_u32.saturating_pow(probes.min(16));
        let probe_at = now + self.random.jitter(pause.min(self.patience.probe_longest));
        self.state = State::Open {
            since,
            probe_at,
            probes,
        };
        Turn::Opened { since, probe_at }
    }
}

#[cfg(test)]
mod tests;
