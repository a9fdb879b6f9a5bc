//! What every benchmark leaves behind: rows of a measurement, its peer and its goal, in one file.
//!
//! The file is `bench/results.json` in cargo's target folder: a list of objects with `name`, `size`, `ours`,
//! `unit`, `peer`, `peer_value`, `ratio`, `goal` and `met`. A new row takes the place of an older one with
//! the same name, size and peer.

use std::path::PathBuf;
use std::{env, fs};

use serde::{Deserialize, Serialize};

/// One measurement beside its peer or limit from the same run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Row {
    /// What was measured.
    pub name: String,
    /// How much of it, for instance participants.
    pub size: u64,
    /// Our figure, a median.
    pub ours: f64,
    /// The unit of both figures.
    pub unit: String,
    /// What it is compared with; empty when with a fixed limit.
    pub peer: String,
    /// The peer's figure, a median, or the limit.
    pub peer_value: f64,
    /// What the goal speaks of: how many times the peer's figure, or ours, is of the other.
    pub ratio: f64,
    /// In words.
    pub goal: String,
    /// Whether the goal is met; none without a goal.
    pub met: Option<bool>,
}

impl Row {
    /// A figure that should be smaller than the peer's, `at_least` times when that is a goal.
    pub fn faster(
        name: &str,
        size: u64,
        unit: &str,
        ours: f64,
        peer: (&str, f64),
        at_least: Option<f64>,
    ) -> Self {
        let ratio = peer.1 / ours;
        let goal = at_least.map_or_else(String::new, |times| format!("at least {times} times faster"));
        Self::new(
            name,
            size,
            unit,
            ours,
            peer,
            ratio,
            (goal, at_least.map(|times| ratio >= times)),
        )
    }

    /// A figure that may be larger than the limit's, but `at_most` times.
    pub fn within(
        name: &str,
        size: u64,
        unit: &str,
        ours: f64,
        limit: (&str, f64),
        at_most: Option<f64>,
    ) -> Self {
        let ratio = ours / limit.1;
        let goal = at_most.map_or_else(String::new, |times| format!("at most {times} times as much"));
        Self::new(
            name,
            size,
            unit,
            ours,
            limit,
            ratio,
            (goal, at_most.map(|times| ratio <= times)),
        )
    }

    fn new(
        name: &str,
        size: u64,
        unit: &str,
        ours: f64,
        peer: (&str, f64),
        ratio: f64,
        goal: (String, Option<bool>),
    ) -> Self {
        Self {
            name: name.to_owned(),
            size,
            ours,
            unit: unit.to_owned(),
            peer: peer.0.to_owned(),
            peer_value: peer.1,
            ratio,
            goal: goal.0,
            met: goal.1,
        }
    }
}

/// Prints the rows as a table and puts them into the file.
///
/// # Panics
/// When the file cannot be read or written.
pub fn record(rows: Vec<Row>) {
    for row in &rows {
        let verdict = match row.met {
            Some(true) => "met",
            Some(false) => "MISSED",
            None => "",
        };
        println!(
            "{:<42} {:>9} {:>12.2} {:<5} {:<28} {:>12.2} {:>9.2} {:<28} {verdict}",
            row.name, row.size, row.ours, row.unit, row.peer, row.peer_value, row.ratio, row.goal
        );
    }
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target"),
        PathBuf::from,
    );
    let path = target.join("bench/results.json");
    let mut results: Vec<Row> = match fs::read_to_string(&path) {
        Ok(text) => serde_json::from_str(&text).expect("results.json holds rows; remove it if it is damaged"),
        Err(_) => Vec::new(),
    };
    results.retain(|old| {
        !rows
            .iter()
            .any(|new| (&new.name, new.size, &new.peer) == (&old.name, old.size, &old.peer))
    });
    results.extend(rows);
    fs::create_dir_all(path.parent().expect("the path has a folder")).expect("the target folder is writable");
    fs::write(
        &path,
        serde_json::to_string_pretty(&results).expect("rows are plain values"),
    )
    .expect("the target folder is writable");
}
