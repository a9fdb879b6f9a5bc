//! What the dispatch benchmarks stand on: a database with participants, a receiver in a process of its own,
//! and a node that sends. Every part of it is what runs in service, except that the receiver checks nothing.
//!
//! `OPROEP_BENCH_PEOPLE=20000` bounds every size, `OPROEP_BENCH_ROUNDS=1` the rounds, and
//! `OPROEP_BENCH_LARGE=1` adds the largest sizes.

pub mod database;
pub mod machine;
pub mod push;
pub mod receiver;
pub mod wave;

pub use database::Ground;
#[allow(unused_imports, reason = "every benchmark uses its part")]
pub use machine::{Stopwatch, median, rounds, sizes};
