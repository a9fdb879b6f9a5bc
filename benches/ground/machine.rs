//! The machine under a measurement: time, processor, memory, load.

use std::time::{Duration, Instant};
use std::{env, fs};

use tokio::runtime::{Builder, Runtime};

/// A runtime on one thread: whatever it does takes one core at most, the database's own threads aside.
pub fn one_core() -> Runtime {
    Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime starts")
}

/// What a measurement took.
#[derive(Clone, Copy, Debug)]
pub struct Took {
    /// Seconds on the wall.
    pub wall_s: f64,
    /// Seconds of this process on all processors, to 10 ms.
    pub own_s: f64,
    /// Seconds of the children that ended meanwhile.
    pub children_s: f64,
}

/// Measures from its start.
pub struct Stopwatch {
    start: Instant,
    own_s: f64,
    children_s: f64,
}

impl Stopwatch {
    pub fn start() -> Self {
        let (own_s, children_s) = processor_s();
        #[expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
        let start = Instant::now();
        Self {
            start,
            own_s,
            children_s,
        }
    }

    pub fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    pub fn stop(self) -> Took {
        let wall_s = self.elapsed().as_secs_f64();
        let (own_s, children_s) = processor_s();
        Took {
            wall_s,
            own_s: own_s - self.own_s,
            children_s: children_s - self.children_s,
        }
    }
}

/// Seconds of processor time: this process, and its children that ended (proc(5), `stat`).
fn processor_s() -> (f64, f64) {
    const TICKS_A_SECOND: f64 = 100.0;
    let stat = fs::read_to_string("/proc/self/stat").expect("Linux says how much a process used");
    let (_, fields) = stat.rsplit_once(')').expect("the name stands in brackets");
    let ticks: Vec<f64> = fields
        .split_whitespace()
        .skip(11)
        .take(4)
        .map(|field| field.parse().expect("a number of ticks"))
        .collect();
    (
        (ticks[0] + ticks[1]) / TICKS_A_SECOND,
        (ticks[2] + ticks[3]) / TICKS_A_SECOND,
    )
}

/// Bytes of memory in use now.
pub fn resident_bytes() -> u64 {
    status_bytes("VmRSS:")
}

/// The most bytes in use since [`forget_peak`].
pub fn peak_bytes() -> u64 {
    status_bytes("VmHWM:")
}

/// Starts the peak anew (proc(5), `clear_refs`).
pub fn forget_peak() {
    fs::write("/proc/self/clear_refs", "5").expect("Linux forgets the peak");
}

fn status_bytes(field: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux says how much a process uses");
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix(field))
        .expect("the field is there");
    let kilobytes: u64 = line
        .trim()
        .trim_end_matches(" kB")
        .parse()
        .expect("a number of kB");
    kilobytes * 1024
}

/// The middle of the values.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The value that this share of them does not exceed.
pub fn percentile(mut values: Vec<f64>, share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index")]
    let index = ((values.len() as f64 * share).ceil() as usize).max(1) - 1;
    values[index.min(values.len() - 1)]
}

/// These sizes, none above `OPROEP_BENCH_PEOPLE`; `large` ones with `OPROEP_BENCH_LARGE=1` only.
pub fn sizes(usual: &[u32], large: &[u32]) -> Vec<u32> {
    let most = number("OPROEP_BENCH_PEOPLE").unwrap_or(u32::MAX);
    let wants_large = env::var_os("OPROEP_BENCH_LARGE").is_some_and(|value| value == "1");
    let mut sizes: Vec<u32> = usual
        .iter()
        .chain(large.iter().filter(|_| wants_large))
        .map(|size| (*size).min(most))
        .collect();
    sizes.dedup();
    sizes
}

/// How many rounds, `OPROEP_BENCH_ROUNDS` or the usual number.
pub fn rounds(usual: usize) -> usize {
    number("OPROEP_BENCH_ROUNDS")
        .map_or(usual, |rounds| rounds as usize)
        .max(1)
}

fn number(name: &str) -> Option<u32> {
    env::var(name)
        .ok()
        .map(|value| value.replace('_', "").parse().expect("a number"))
}

/// Says how busy the machine is: other processes take their part of every figure.
pub fn say_load(when: &str) {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    println!(
        "load {when}: {}",
        load.split(' ').take(3).collect::<Vec<_>>().join(" ")
    );
}
