//! The screens in a real browser: every journey of `web/tests/journeys`, against the built program with its
//! demonstration. They are written in JavaScript, since what drives the browser is; `node --test` runs one alone.

use std::path::{Path, PathBuf};
use std::process::Command;

fn journeys() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("web/tests/journeys");
    let entries = std::fs::read_dir(folder).expect("the journeys are there");
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("a folder can be read").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "mjs"))
        .collect();
    files.sort();
    files
}

#[test]
fn every_journey_through_the_screens_ends_well() {
    let files = journeys();
    assert!(!files.is_empty(), "no journeys");
    let status = Command::new("node")
        .args(["--test", "--test-concurrency=1", "--test-reporter=spec"])
        .args(files)
        .env("OPROEP_BIN", env!("CARGO_BIN_EXE_oproep"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()
        .expect("node runs: install Node.js 20 or newer");
    assert!(
        status.success(),
        "a journey failed; its output stands above, screenshots in target/screens"
    );
}
