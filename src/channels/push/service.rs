//! One of the account's push services: whether it serves, and its part of a call.
//!
//! Where an account has several services each has a breaker of its own: one that is out, hangs or asks for a wait costs
//! the others no more than the time in which that is noticed, and whoever only it reaches waits without using up an
//! attempt. Where there is one, the account's own breaker says it all. Browsers bring their makers' services: each host
//! that Web Push lists is one.

use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use futures::{StreamExt, stream};

use crate::channels::Caller;
use crate::channels::breaker::{Admission, Breaker, PROBE, Patience, Turn};
use crate::domain::clock::{Clock, Timestamp};
use crate::domain::delivery::Attempt;
use crate::domain::random::Random;

/// The longest that somebody waits for a service without it being looked at again.
const LONGEST_WAIT: Duration = Duration::from_secs(15);

/// A push service.
#[derive(Debug)]
pub(super) struct Service {
    name: String,
    breaker: Option<Mutex<Breaker>>,
    clock: Clock,
}

impl Service {
    /// The only one of its account.
    pub(super) fn alone(name: &str, clock: Clock) -> Self {
        Self {
            name: name.to_owned(),
            breaker: None,
            clock,
        }
    }

    /// One of several.
    pub(super) fn among_others(name: &str, clock: Clock, random: Random) -> Self {
        let patience = Patience {
            in_a_row: u64::MAX,
            ..Patience::default()
        };
        Self {
            breaker: Some(Mutex::new(Breaker::new(patience, random))),
            ..Self::alone(name, clock)
        }
    }

    fn breaker(&self) -> Option<MutexGuard<'_, Breaker>> {
        let breaker = self.breaker.as_ref()?;
        Some(breaker.lock().expect("nothing panics while it is held"))
    }

    /// Whether it is out while others may serve.
    pub(super) fn is_out(&self) -> bool {
        self.breaker()
            .is_some_and(|breaker| breaker.out_since().is_some())
    }

    /// Lets a call in, or says when it is worth another try.
    pub(super) fn gate(&self) -> Result<Gate<'_>, Timestamp> {
        let now = self.clock.now();
        let Some(mut breaker) = self.breaker() else {
            return Ok(Gate::open(self));
        };
        match breaker.admit(now) {
            Admission::All => Ok(Gate::open(self)),
            Admission::Probe => Ok(Gate {
                service: self,
                is_probe: true,
            }),
            Admission::Nothing(until) => Err(until.max(worth_a_try(&breaker, now))),
        }
    }

    /// When what is not begun any more is worth another try; none as long as it serves.
    fn shut_until(&self) -> Option<Timestamp> {
        let breaker = self.breaker()?;
        breaker.out_since()?;
        Some(worth_a_try(&breaker, self.clock.now()))
    }

    /// Takes in what became of messages.
    fn record(&self, attempts: &[Attempt], is_first: bool) {
        let Some(mut breaker) = self.breaker() else { return };
        let now = self.clock.now();
        let turn = breaker.record(attempts, is_first, now);
        let waits = attempts.iter().filter_map(|attempt| match attempt {
            Attempt::Throttled { retry_after } => Some(*retry_after),
            _ => None,
        });
        let rest = waits.max().and_then(|wait| breaker.rest(now + wait, now));
        drop(breaker);
        match rest.or(turn) {
            Some(Turn::Opened { since, .. }) if since == now => {
                self.show(1.0);
                metrics::counter!("oproep_push_service_out_total", "service" => self.name.clone())
                    .increment(1);
                tracing::warn!(service = %self.name, "a push service is out: the others go on");
            }
            Some(Turn::Closed) => {
                self.show(0.0);
                tracing::info!(service = %self.name, "a push service serves again");
            }
            _ => {}
        }
    }

    fn show(&self, out: f64) {
        metrics::gauge!("oproep_push_service_out", "service" => self.name.clone()).set(out);
    }

    /// What an answer means for its message: where others serve, a wait that this service asks for is not the
    /// account's.
    fn of_this_service(&self, attempt: Attempt) -> Attempt {
        match attempt {
            Attempt::Throttled { retry_after } if self.breaker.is_some() => Attempt::Withheld {
                until: self.clock.now() + retry_after,
            },
            other => other,
        }
    }
}

/// The longer it has been out, the less often whoever waits looks again.
fn worth_a_try(breaker: &Breaker, now: Timestamp) -> Timestamp {
    let out_for = breaker
        .out_since()
        .map_or(Duration::ZERO, |since| now.since(since));
    let patience = now + (out_for / 2).min(LONGEST_WAIT);
    breaker.probe_at().unwrap_or(now).max(patience)
}

/// A call that a service let in.
pub(super) struct Gate<'a> {
    service: &'a Service,
    /// Only a few go through, to see whether it serves again.
    is_probe: bool,
}

impl Drop for Gate<'_> {
    fn drop(&mut self) {
        if let (true, Some(mut breaker)) = (self.is_probe, self.service.breaker()) {
            breaker.give_up_probe(self.service.clock.now());
        }
    }
}

impl<'a> Gate<'a> {
    const fn open(service: &'a Service) -> Self {
        Self {
            service,
            is_probe: false,
        }
    }

    /// Sends, `concurrency` of them at once; answers in the order in which they end, with none for what the caller did
    /// not begin any more.
    pub(super) async fn carry(
        self,
        sends: Vec<(usize, impl Future<Output = Attempt>)>,
        concurrency: usize,
        caller: &dyn Caller,
    ) -> Vec<(usize, Option<Attempt>)> {
        let service = self.service;
        let is_probe = self.is_probe;
        let sends = sends
            .into_iter()
            .enumerate()
            .map(|(nth, (place, send))| async move {
                let probes = is_probe && nth < PROBE;
                if let Some(until) = service.shut_until().filter(|_| !probes) {
                    return (place, Some(Attempt::Withheld { until }));
                }
                if !caller.goes_on() {
                    return (place, None);
                }
                let attempt = send.await;
                if !is_probe {
                    service.record(std::slice::from_ref(&attempt), caller.is_first());
                }
                caller.answered(&attempt);
                (place, Some(attempt))
            });
        let sends: Vec<_> = sends.collect();
        let answered: Vec<_> = stream::iter(sends).buffer_unordered(concurrency).collect().await;
        if is_probe {
            let probed: Vec<Attempt> = answered
                .iter()
                .filter_map(|(_, attempt)| attempt.clone())
                .collect();
            service.record(&probed, caller.is_first());
        }
        answered
            .into_iter()
            .map(|(place, attempt)| (place, attempt.map(|attempt| service.of_this_service(attempt))))
            .collect()
    }
}

#[cfg(test)]
mod tests;
