//! The connections of an account: at most so many, kept for a while between calls.

use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use futures::future::join_all;
use tokio::sync::Semaphore;

use super::connect::{Refusal, Target};
use super::connection::Fault;
use super::session::{Lost, Session};
use super::work::Work;
use crate::domain::clock::{Clock, Timestamp};
use crate::domain::delivery::Attempt;

/// How long a connection rests before it is closed. Servers close after five minutes (RFC 5321, 4.5.3.2.7),
/// some much sooner.
const REST_LIMIT: Duration = Duration::from_secs(30);

/// After so many connections that were lost without ever having worked, one after the other, the rest of the
/// recipients waits for a better moment.
const FUTILE_LIMIT: u32 = 3;

/// The connections of one account. Those in use and those at rest together are never more than the settings
/// allow.
pub(super) struct Pool {
    target: Target,
    permits: Semaphore,
    resting: Mutex<Vec<(Timestamp, Session)>>,
    clock: Clock,
}

impl Pool {
    pub(super) fn new(target: Target, connections: usize, clock: Clock) -> Self {
        Self {
            target,
            permits: Semaphore::new(connections),
            resting: Mutex::default(),
            clock,
        }
    }

    fn resting(&self) -> MutexGuard<'_, Vec<(Timestamp, Session)>> {
        self.resting.lock().expect("nothing panics while it is held")
    }

    /// Carries what waits over one connection at a time, until nothing waits or no connection is to be had.
    /// Answers what that means for those that still wait then.
    pub(super) async fn carry(&self, work: &Work<'_>) -> Option<Attempt> {
        let _permit = self
            .permits
            .acquire()
            .await
            .expect("the semaphore is never closed");
        let mut futile = 0;
        while work.waiting() > 0 {
            let mut session = match self.session().await {
                Ok(session) => session,
                Err(refusal) => {
                    tracing::warn!(?refusal, "no connection to the mail server");
                    return Some(refusal.attempt());
                }
            };
            match session.carry(work).await {
                Ok(()) => self.resting().push((self.clock.now(), session.rested())),
                Err(Lost { fault, had_worked }) => {
                    tracing::debug!(?fault, had_worked, "lost a connection to the mail server");
                    futile = if had_worked { 0 } else { futile + 1 };
                    if fault == Fault::TimedOut || futile == FUTILE_LIMIT {
                        return Some(Attempt::Transient {
                            reason: fault.name().to_owned(),
                        });
                    }
                }
            }
        }
        None
    }

    /// The connection that rested shortest, or a fresh one.
    async fn session(&self) -> Result<Session, Refusal> {
        let rested = self.resting().pop();
        match rested {
            Some((_, session)) => Ok(session),
            None => Ok(Session::new(self.target.connect().await?)),
        }
    }

    /// Closes the connections that rested too long.
    pub(super) async fn dismiss_rested(&self) {
        let now = self.clock.now();
        let dismissed: Vec<_> = self
            .resting()
            .extract_if(.., |(since, _)| now.since(*since) > REST_LIMIT)
            .collect();
        join_all(dismissed.into_iter().map(|(_, session)| session.quit())).await;
    }
}
