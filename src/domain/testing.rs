//! Real areas for tests, where they are at hand.

use std::path::{Path, PathBuf};

/// A file of real areas in `../shared/data`. None where it is missing, which is an error where `CI` is set.
pub fn shared_data(file: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/data")
        .join(file);
    let is_there = path.is_file();
    assert!(
        is_there || std::env::var_os("CI").is_none(),
        "{} is missing: what runs in CI needs it",
        path.display()
    );
    is_there.then_some(path)
}
