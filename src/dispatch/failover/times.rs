//! The times that failover lives by.

use std::time::Duration;

use crate::channels::breaker::Patience;

/// The times that failover lives by.
#[derive(Clone, Copy, Debug)]
pub struct Failover {
    /// How long an account may say nothing before another one takes over.
    pub slow_after: Duration,
    /// The pause before the first probe.
    pub probe_first: Duration,
    /// The longest pause between two probes.
    pub probe_longest: Duration,
    /// How long an account that is back takes to carry its whole share again.
    pub drift_back: Duration,
    /// Whether those who may have been told once may be told the second time by another account.
    pub moves_in_doubt: bool,
}

impl Default for Failover {
    fn default() -> Self {
        let patience = Patience::default();
        Self {
            slow_after: Duration::from_secs(3),
            probe_first: patience.probe_first,
            probe_longest: patience.probe_longest,
            drift_back: Duration::from_mins(2),
            moves_in_doubt: false,
        }
    }
}

impl Failover {
    /// What an account's breaker lives by.
    pub fn patience(&self) -> Patience {
        Patience {
            probe_first: self.probe_first,
            probe_longest: self.probe_longest,
            ..Patience::default()
        }
    }
}
