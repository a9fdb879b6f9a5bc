//! Misbehaviour on request: what a receiver does to a share of what it is sent.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::inbox::Kind;
use crate::domain::clock::Clock;
use crate::domain::random::Random;

/// The longest delay or hang, in milliseconds.
pub const LONGEST_MS: u64 = 600_000;

/// One way to misbehave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Fault {
    /// None: the message is taken.
    #[default]
    None,
    /// Answers this status, in the form of the provider, and takes nothing. For SMTP the reply code.
    Status {
        /// The status, 200 to 599.
        code: u16,
        /// Seconds for a `Retry-After` header.
        #[serde(default)]
        retry_after_s: Option<u64>,
    },
    /// Drops the connection instead of an answer.
    Reset {
        /// Whether the message is taken first: then only the answer is lost.
        #[serde(default)]
        taken: bool,
    },
    /// Says nothing for this long, then drops the connection; nothing is taken.
    Hang {
        /// How long, in milliseconds.
        ms: u64,
    },
    /// Answers as usual, but later.
    Delay {
        /// How much later, in milliseconds.
        ms: u64,
    },
    /// Answers success and throws the message away; only counted.
    AcceptAndDrop,
    /// Answers that the endpoint does not exist any more.
    Unregistered,
}

/// A fault and how often it strikes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultPlan {
    /// What happens.
    pub fault: Fault,
    /// The share of requests that it strikes, 0 to 1.
    #[serde(default = "always")]
    pub share: f64,
    /// After so many strikes it is over; endless without.
    #[serde(default)]
    pub first_n: Option<u64>,
}

const fn always() -> f64 {
    1.0
}

impl From<Fault> for FaultPlan {
    fn from(fault: Fault) -> Self {
        Self {
            fault,
            share: always(),
            first_n: None,
        }
    }
}

/// Why a plan is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPlan {
    /// The share is outside of 0 to 1.
    #[error("share must lie between 0 and 1")]
    Share,
    /// The status is no final one.
    #[error("code must lie between 200 and 599")]
    Code,
    /// The delay is too long.
    #[error("ms must be at most 600000")]
    Long,
}

/// What a receiver does with one request, after any delay has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    /// Take the message and answer as usual.
    Usual,
    /// Answer this status and take nothing.
    Status {
        /// The status.
        code: u16,
        /// Seconds for a `Retry-After` header.
        retry_after_s: Option<u64>,
    },
    /// Drop the connection without an answer.
    Drop {
        /// Whether the message is taken first.
        taken: bool,
    },
    /// Answer as usual, count the message as dropped and forget it.
    Lose,
    /// Answer that the endpoint does not exist any more.
    Unregistered,
}

/// The faults of all receivers: settable while they run; clones share them.
#[derive(Clone, Debug)]
pub struct Faults(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    struck: Mutex<HashMap<Kind, Struck>>,
    random: Random,
}

#[derive(Clone, Copy, Debug)]
struct Struck {
    plan: FaultPlan,
    times: u64,
}

impl Faults {
    /// No faults yet; the share that is struck is drawn from `random`.
    pub fn new(random: Random) -> Self {
        Self(Arc::new(Shared {
            struck: Mutex::default(),
            random,
        }))
    }

    /// Sets what happens at a receiver from now on, with the strikes counted from zero.
    pub fn set(&self, kind: Kind, plan: impl Into<FaultPlan>) -> Result<(), BadPlan> {
        let plan = plan.into();
        if !(0.0..=1.0).contains(&plan.share) {
            return Err(BadPlan::Share);
        }
        match plan.fault {
            Fault::Status { code, .. } if !(200..600).contains(&code) => return Err(BadPlan::Code),
            Fault::Hang { ms } | Fault::Delay { ms } if ms > LONGEST_MS => return Err(BadPlan::Long),
            _ => {}
        }
        self.lock().insert(kind, Struck { plan, times: 0 });
        Ok(())
    }

    /// The plan of a receiver.
    pub fn plan(&self, kind: Kind) -> FaultPlan {
        self.lock()
            .get(&kind)
            .map_or_else(|| Fault::None.into(), |struck| struck.plan)
    }

    /// How many requests the present plan has struck.
    pub fn strikes(&self, kind: Kind) -> u64 {
        self.lock().get(&kind).map_or(0, |struck| struck.times)
    }

    /// Draws what happens to the next request and waits out a delay or hang on `clock`.
    pub async fn meet(&self, kind: Kind, clock: &Clock) -> Course {
        match self.draw(kind) {
            Fault::None => Course::Usual,
            Fault::Status { code, retry_after_s } => Course::Status { code, retry_after_s },
            Fault::Reset { taken } => Course::Drop { taken },
            Fault::Hang { ms } => {
                clock.sleep(Duration::from_millis(ms)).await;
                Course::Drop { taken: false }
            }
            Fault::Delay { ms } => {
                clock.sleep(Duration::from_millis(ms)).await;
                Course::Usual
            }
            Fault::AcceptAndDrop => Course::Lose,
            Fault::Unregistered => Course::Unregistered,
        }
    }

    fn draw(&self, kind: Kind) -> Fault {
        const PARTS: u64 = 1 << 32;
        let mut all = self.lock();
        let Some(struck) = all.get_mut(&kind) else {
            return Fault::None;
        };
        if struck.plan.fault == Fault::None || struck.plan.first_n.is_some_and(|most| struck.times >= most) {
            return Fault::None;
        }
        // A whole or no share needs no draw, so that first_n strikes exactly the first.
        if struck.plan.share < 1.0 && self.0.random.below(PARTS) as f64 >= struck.plan.share * PARTS as f64 {
            return Fault::None;
        }
        struck.times += 1;
        struck.plan.fault
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Kind, Struck>> {
        self.0
            .struck
            .lock()
            .expect("nothing panics while it holds the faults")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn courses(faults: &Faults, kind: Kind, count: usize) -> Vec<Course> {
        let clock = Clock::system();
        let mut courses = Vec::new();
        for _ in 0..count {
            courses.push(faults.meet(kind, &clock).await);
        }
        courses
    }

    #[tokio::test]
    async fn the_first_n_are_struck_and_the_rest_not() {
        let faults = Faults::new(Random::from_seed(1));
        faults
            .set(
                Kind::Sms,
                FaultPlan {
                    first_n: Some(2),
                    ..Fault::Unregistered.into()
                },
            )
            .unwrap();
        assert_eq!(
            courses(&faults, Kind::Sms, 4).await,
            [
                Course::Unregistered,
                Course::Unregistered,
                Course::Usual,
                Course::Usual
            ]
        );
        assert_eq!(courses(&faults, Kind::Email, 1).await, [Course::Usual]);
        assert_eq!(faults.strikes(Kind::Sms), 2);
    }

    #[tokio::test]
    async fn a_share_is_struck_and_the_same_seed_strikes_the_same() {
        let run = async || {
            let faults = Faults::new(Random::from_seed(7));
            faults
                .set(
                    Kind::Fcm,
                    FaultPlan {
                        share: 0.25,
                        ..Fault::AcceptAndDrop.into()
                    },
                )
                .unwrap();
            courses(&faults, Kind::Fcm, 4_000).await
        };
        let courses = run().await;
        let struck = courses.iter().filter(|course| **course == Course::Lose).count();
        assert!((850..1_150).contains(&struck), "{struck} with seed 7");
        assert_eq!(courses, run().await);
    }

    #[test]
    fn plans_are_read_from_json_and_checked() {
        let plan: FaultPlan =
            serde_json::from_str(r#"{"fault":{"status":{"code":429,"retry_after_s":2}},"share":0.5}"#)
                .unwrap();
        assert_eq!(
            plan.fault,
            Fault::Status {
                code: 429,
                retry_after_s: Some(2)
            }
        );
        let plan: FaultPlan = serde_json::from_str(r#"{"fault":"accept_and_drop"}"#).unwrap();
        assert_eq!(plan, Fault::AcceptAndDrop.into());
        assert!(serde_json::from_str::<FaultPlan>(r#"{"fault":{"status":{"code":429,"x":2}}}"#).is_err());

        let faults = Faults::new(Random::from_seed(1));
        let set = |plan: FaultPlan| faults.set(Kind::Fcm, plan);
        assert_eq!(
            set(FaultPlan {
                share: f64::NAN,
                ..Fault::None.into()
            }),
            Err(BadPlan::Share)
        );
        assert_eq!(
            set(Fault::Status {
                code: 99,
                retry_after_s: None
            }
            .into()),
            Err(BadPlan::Code)
        );
        assert_eq!(set(Fault::Hang { ms: LONGEST_MS + 1 }.into()), Err(BadPlan::Long));
    }
}
