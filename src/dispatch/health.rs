//! How an account does on this node: its breaker, and the calls that nobody has answered.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use metrics::{Counter, Gauge};
use tokio::sync::watch;

use super::Surroundings;
use crate::channels::breaker::{Admission, Breaker, Turn};
use crate::domain::channel::Channel;
use crate::domain::clock::Timestamp;
use crate::domain::delivery::Attempt;

pub(super) struct Health {
    breaker: Mutex<Breaker>,
    /// Whether it is out of service.
    out: watch::Sender<bool>,
    /// What the other nodes were not told yet.
    untold: Mutex<Option<Turn>>,
    calls: Mutex<Calls>,
    /// Whether another account of the channel serves.
    has_stand_in: AtomicBool,
    gauge: Gauge,
    times: Counter,
}

#[derive(Default)]
struct Calls {
    next: u64,
    /// The last sign of life of each call under way.
    signs: BTreeMap<u64, Timestamp>,
    answered_at: Timestamp,
}

/// A call under way.
pub(super) struct Call<'a> {
    health: &'a Health,
    number: u64,
}

impl Call<'_> {
    /// The call got on.
    pub(super) fn sign(&self, now: Timestamp) {
        self.health.calls().signs.insert(self.number, now);
    }
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        self.health.calls().signs.remove(&self.number);
    }
}

/// A probe under way: given up where nothing is handed over.
pub(super) struct Probe<'a> {
    health: &'a Health,
    around: &'a Surroundings,
}

impl Drop for Probe<'_> {
    fn drop(&mut self) {
        self.health.breaker().give_up_probe(self.around.clock.now());
    }
}

/// What a step may hand over.
pub(super) enum Turnstile<'a> {
    All,
    Few(Probe<'a>),
    Nothing(Timestamp),
}

impl Health {
    pub(super) fn new(account: &str, channel: Channel, around: &Surroundings) -> Self {
        let labels = [
            ("account", account.to_owned()),
            ("channel", channel.name().to_owned()),
        ];
        let gauge = metrics::gauge!("oproep_account_out", &labels);
        gauge.set(0.0);
        Self {
            breaker: Mutex::new(Breaker::new(
                around.timing.failover.patience(),
                around.random.clone(),
            )),
            out: watch::Sender::new(false),
            untold: Mutex::default(),
            calls: Mutex::default(),
            has_stand_in: AtomicBool::new(false),
            gauge,
            times: metrics::counter!("oproep_account_out_total", &labels),
        }
    }

    fn breaker(&self) -> MutexGuard<'_, Breaker> {
        self.breaker.lock().expect("no holder panics")
    }

    fn calls(&self) -> MutexGuard<'_, Calls> {
        self.calls.lock().expect("no holder panics")
    }

    /// What may leave now.
    pub(super) fn admit<'a>(&'a self, around: &'a Surroundings) -> Turnstile<'a> {
        let admission = self.breaker().admit(around.clock.now());
        match admission {
            Admission::All => Turnstile::All,
            Admission::Probe => Turnstile::Few(Probe { health: self, around }),
            Admission::Nothing(until) => Turnstile::Nothing(until),
        }
    }

    /// Whether a lane may take batches: all that it has hands for, or one for a probe.
    pub(super) fn batches(&self, hands: usize, now: Timestamp) -> usize {
        let breaker = self.breaker();
        match (breaker.out_since(), breaker.admits(now)) {
            (None, _) => hands,
            (Some(_), true) => hands.min(1),
            (Some(_), false) => 0,
        }
    }

    /// When it is probed next; none while it serves.
    pub(super) fn probe_at(&self) -> Option<Timestamp> {
        self.breaker().probe_at()
    }

    /// Since when it is out of service.
    pub(super) fn out_since(&self) -> Option<Timestamp> {
        self.breaker().out_since()
    }

    /// A call begins.
    pub(super) fn begin(&self, now: Timestamp) -> Call<'_> {
        let mut calls = self.calls();
        let number = calls.next;
        calls.next += 1;
        calls.signs.insert(number, now);
        Call { health: self, number }
    }

    /// Takes in what a call gave. True when the account went out of service or came back.
    pub(super) fn record(&self, attempts: &[Attempt], is_first: bool, now: Timestamp) -> bool {
        if attempts.iter().any(Attempt::is_answer) {
            self.calls().answered_at = now;
        }
        let turn = self.breaker().record(attempts, is_first, now);
        self.turned(turn)
    }

    /// Takes it out of service when its calls say nothing for so long and another account can do better. True when
    /// it did.
    pub(super) fn give_up_silent(&self, slow_after: Duration, now: Timestamp) -> bool {
        let is_silent = {
            let calls = self.calls();
            let oldest = calls.signs.values().min();
            let silent_since = oldest.map(|sign| (*sign).max(calls.answered_at));
            silent_since.is_some_and(|since| now.since(since) >= slow_after)
        };
        if !is_silent || !self.has_stand_in.load(Ordering::Relaxed) {
            return false;
        }
        let turn = self.breaker().trip(now);
        self.turned(turn)
    }

    /// The provider asked for a wait. Where it is a long one and another account can do better, that one takes over.
    /// True when it does.
    pub(super) fn rest(&self, until: Timestamp, slow_after: Duration, now: Timestamp) -> bool {
        if until.since(now) <= slow_after || !self.has_stand_in.load(Ordering::Relaxed) {
            return false;
        }
        let turn = self.breaker().rest(until, now);
        self.turned(turn)
    }

    fn turned(&self, turn: Option<Turn>) -> bool {
        if turn.is_some() {
            *self.untold.lock().expect("no holder panics") = turn;
        }
        self.show();
        turn.is_some()
    }

    /// What the other nodes were not told yet.
    pub(super) fn untold(&self) -> Option<Turn> {
        *self.untold.lock().expect("no holder panics")
    }

    /// They were told this.
    pub(super) fn told(&self, turn: Turn) {
        let mut untold = self.untold.lock().expect("no holder panics");
        if *untold == Some(turn) {
            *untold = None;
        }
    }

    /// Takes in what is known in the database: since when it is out and when it is probed, and whether another
    /// account of its channel serves. True when it came back.
    pub(super) fn learn(&self, out: Option<(Timestamp, Timestamp)>, has_stand_in: bool) -> bool {
        self.has_stand_in.store(has_stand_in, Ordering::Relaxed);
        let was_out = self.out_since().is_some();
        if self.untold().is_none() {
            self.breaker().learn(out);
        }
        self.show();
        was_out && self.out_since().is_none()
    }

    fn show(&self) {
        let is_out = self.out_since().is_some();
        let changed = self
            .out
            .send_if_modified(|out| std::mem::replace(out, is_out) != is_out);
        if changed {
            self.gauge.set(f64::from(u8::from(is_out)));
            if is_out {
                self.times.increment(1);
            }
        }
    }

    /// Whether another account of the channel takes what this one cannot.
    pub(super) fn leaves_to_others(&self) -> bool {
        *self.out.borrow() && self.has_stand_in.load(Ordering::Relaxed)
    }

    /// Ends when another account is to take what this one cannot.
    pub(super) async fn until_left_to_others(&self) {
        let mut out = self.out.subscribe();
        while !self.leaves_to_others() {
            if out.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }
}
