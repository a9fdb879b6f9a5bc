//! How long each phase took.

use oproep::domain::clock::{Clock, Timestamp};

pub(crate) struct Phases {
    what: String,
    clock: Clock,
    began_at: Timestamp,
    phase_began_at: Timestamp,
}

impl Phases {
    pub(crate) fn begin(what: &str) -> Self {
        let clock = Clock::system();
        let now = clock.now();
        Self {
            what: what.to_owned(),
            clock,
            began_at: now,
            phase_began_at: now,
        }
    }

    /// The phase that ended just now.
    pub(crate) fn ended(&mut self, phase: &str) {
        let now = self.clock.now();
        let took = now.since(self.phase_began_at);
        println!("{}: {:>7.2} s  {phase}", self.what, took.as_secs_f64());
        self.phase_began_at = now;
    }
}

impl Drop for Phases {
    fn drop(&mut self) {
        let took = self.clock.now().since(self.began_at);
        println!("{}: {:>7.2} s  altogether", self.what, took.as_secs_f64());
    }
}
