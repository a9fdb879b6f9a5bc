//! Medians.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// The median time of a call in seconds: of `rounds` rounds, each long enough to be measured.
pub fn median_s<T>(rounds: usize, mut call: impl FnMut() -> T) -> f64 {
    const ROUND: Duration = Duration::from_millis(20);
    let once = elapsed(&mut call, 1);
    let calls = (ROUND.as_secs_f64() / once.as_secs_f64().max(1e-9))
        .ceil()
        .clamp(1.0, 1e6) as u32;
    let mut times: Vec<_> = (0..rounds)
        .map(|_| elapsed(&mut call, calls).as_secs_f64() / f64::from(calls))
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn elapsed<T>(call: &mut impl FnMut() -> T, calls: u32) -> Duration {
    #[expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
    let start = Instant::now();
    for _ in 0..calls {
        black_box(call());
    }
    start.elapsed()
}
