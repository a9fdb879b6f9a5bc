//! The shape of the code, held by reading it: imports point one way only, and a file keeps to one subject.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// What each module may import of the others, left before right.
const ARROWS: [(&str, &[&str]); 20] = [
    ("domain", &[]),
    ("geofence", &["domain"]),
    ("storage", &["domain"]),
    ("channels", &["domain"]),
    ("cap", &["domain"]),
    ("webhooks", &["domain", "storage", "channels"]),
    ("receivers", &["domain"]),
    ("directory", &["domain", "geofence", "storage"]),
    ("dispatch", &["domain", "storage", "channels"]),
    (
        "desk",
        &[
            "domain",
            "geofence",
            "storage",
            "channels",
            "cap",
            "webhooks",
            "directory",
            "dispatch",
        ],
    ),
    ("backup", &["domain", "storage"]),
    ("capacity", &["domain"]),
    ("training", &["domain", "channels", "desk", "dispatch"]),
    ("telemetry", &[]),
    ("lifecycle", &[]),
    (
        "web",
        &[
            "domain",
            "storage",
            "channels",
            "cap",
            "webhooks",
            "directory",
            "dispatch",
            "desk",
        ],
    ),
    (
        "config",
        &[
            "cap",
            "channels",
            "desk",
            "dispatch",
            "telemetry",
            "web",
            "webhooks",
            "domain",
            "training",
            "backup",
        ],
    ),
    (
        "app",
        &[
            "domain",
            "storage",
            "channels",
            "directory",
            "dispatch",
            "cap",
            "desk",
            "web",
            "webhooks",
            "config",
            "lifecycle",
            "training",
            "backup",
        ],
    ),
    ("client", &["domain", "web"]),
    (
        "demo",
        &[
            "domain",
            "storage",
            "desk",
            "receivers",
            "app",
            "config",
            "client",
            "lifecycle",
            "telemetry",
            "channels",
        ],
    ),
];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The text without the tests at its end, which may reach for anything.
fn without_tests(text: &str) -> &str {
    text.split_once("#[cfg(test)]\nmod tests {")
        .map_or(text, |(code, _)| code)
}

fn is_test(path: &Path) -> bool {
    path.components().any(|part| {
        let part = part.as_os_str().to_string_lossy();
        part == "tests" || part == "tests.rs" || part == "testing" || part == "testing.rs"
    })
}

/// The modules of our own that a file names after `crate::`.
fn imports(code: &str) -> BTreeSet<&str> {
    code.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| line.split("crate::").skip(1))
        .map(|rest| {
            rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .next()
                .unwrap_or("")
        })
        .filter(|name| !name.is_empty())
        .collect()
}

#[test]
fn imports_point_left_only() {
    let arrows: BTreeMap<_, _> = ARROWS.into_iter().collect();
    let mut wrong = Vec::new();
    for path in sources(Path::new("src"))
        .into_iter()
        .filter(|path| !is_test(path))
    {
        let inside = path.strip_prefix("src").expect("below src");
        let first = inside
            .components()
            .next()
            .expect("a name")
            .as_os_str()
            .to_string_lossy()
            .into_owned();
        let module = first.trim_end_matches(".rs");
        let Some(allowed) = arrows.get(module) else {
            assert!(
                ["lib", "main", "cli"].contains(&module),
                "say in ARROWS what {module} may import"
            );
            continue;
        };
        let text = fs::read_to_string(&path).expect("a source");
        for import in imports(without_tests(&text)) {
            if import != module && arrows.contains_key(import) && !allowed.contains(&import) {
                wrong.push(format!("{} imports {import}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn training_knows_no_adapter_and_no_network() {
    let root = Path::new("src/training.rs");
    for path in sources(Path::new("src/training"))
        .into_iter()
        .chain([root.to_owned()])
    {
        let text = fs::read_to_string(&path).expect("a source");
        for way_out in [
            "channels::push",
            "channels::sms",
            "channels::email",
            "channels::http",
            "channels::voice",
            "reqwest",
            "hyper",
            "TcpStream",
            "UdpSocket",
            "UnixStream",
            "std::net",
            "tokio::net",
            "Command",
        ] {
            assert!(!text.contains(way_out), "{} names {way_out}", path.display());
        }
    }
}

#[test]
fn a_file_keeps_to_one_subject() {
    let mut lengths: Vec<(usize, PathBuf)> = sources(Path::new("src"))
        .into_iter()
        .map(|path| (fs::read_to_string(&path).expect("a source").lines().count(), path))
        .collect();
    lengths.sort();
    let (longest, path) = lengths.last().expect("sources");
    assert!(
        *longest <= 450,
        "{} has {longest} lines: it has more than one subject",
        path.display()
    );
    let median = lengths[lengths.len() / 2].0;
    assert!(median <= 160, "half of the files have more than {median} lines");
}

#[test]
fn no_file_is_named_after_nothing() {
    for path in sources(Path::new("src")) {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        for empty in ["utils", "util", "helpers", "helper", "manager", "common", "misc"] {
            assert!(
                !name.split('_').any(|word| word == empty),
                "{} says nothing",
                path.display()
            );
        }
    }
}
