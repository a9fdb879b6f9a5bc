//! Named moments at which the crash tests let the process die, as if its power went.
//!
//! Without the feature `crash-points` a point is nothing. With it, `OPROEP_CRASH_AT=NAME:N` ends the process
//! (SIGKILL to itself) when the point NAME is passed for the Nth time.

/// The named moments, in the order in which an action passes them.
pub const POINTS: [&str; 9] = [
    "start.before_commit",
    "start.after_commit",
    "claim.before_commit",
    "claim.after_commit",
    "send.before_call",
    "send.after_call",
    "record.before_commit",
    "record.after_commit",
    "receipt.before_commit",
];

/// Passes the moment `name`.
#[cfg(not(feature = "crash-points"))]
pub fn point(_name: &str) {}

/// Passes the moment `name`, or dies there.
#[cfg(feature = "crash-points")]
pub fn point(name: &str) {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    static TARGET: OnceLock<Option<(String, AtomicU64)>> = OnceLock::new();
    let target = TARGET.get_or_init(|| {
        let wanted = std::env::var("OPROEP_CRASH_AT").ok()?;
        let (name, count) = wanted.rsplit_once(':')?;
        Some((name.to_owned(), AtomicU64::new(count.parse().ok()?)))
    });
    if let Some((wanted, left)) = target
        && wanted == name
        && left.fetch_sub(1, Ordering::SeqCst) == 1
    {
        let process = std::process::id().to_string();
        let _ = std::process::Command::new("kill")
            .args(["-KILL", &process])
            .status();
        std::process::abort();
    }
}
