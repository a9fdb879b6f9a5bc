//! What a hand at the console waits for, in Chromium: the first paint of an action with 200 tips, a key, a judgement,
//! and the reach that follows a changed radius. `web/bench/screens.mjs` measures; the limits are those of a hand that
//! feels no delay.

#[allow(dead_code, reason = "every benchmark uses its part of the ground")]
#[path = "ground/machine.rs"]
mod machine;
#[allow(dead_code, reason = "every benchmark uses its part of the report")]
mod report;

use std::process::{Command, Stdio};

use machine::sizes;
use report::Row;
use serde::Deserialize;

#[derive(Deserialize)]
struct Medians {
    paint: f64,
    key: f64,
    judged: f64,
    reached: f64,
}

fn main() {
    machine::say_load("before");
    for people in sizes(&[300_000], &[]) {
        let output = Command::new("node")
            .args(["web/bench/screens.mjs", &people.to_string()])
            .env("OPROEP_BIN", env!("CARGO_BIN_EXE_oproep"))
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .stderr(Stdio::inherit())
            .output()
            .expect("node runs: install Node.js 20 or newer");
        let said = String::from_utf8_lossy(&output.stdout);
        let last = said.lines().last().unwrap_or_default();
        let medians: Medians = serde_json::from_str(last).expect("the browser's figures");
        let rows = [
            (
                "screens: first paint of an action with 200 tips",
                medians.paint,
                1_000.0,
            ),
            ("screens: a key among 200 tips", medians.key, 100.0),
            (
                "screens: a judgement shown, over the service",
                medians.judged,
                100.0,
            ),
            ("screens: reach follows a radius", medians.reached, 300.0),
        ];
        let size = u64::from(people);
        let row = |(name, ours, limit): (&str, f64, f64)| {
            Row::within(name, size, "ms", ours, ("what a hand feels", limit), Some(1.0))
        };
        report::record(rows.map(row).to_vec());
    }
    machine::say_load("after");
}
