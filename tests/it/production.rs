//! The example for production: read by the program itself.

use std::path::Path;
use std::process::Command;

use oproep::domain::clock::Clock;
use oproep::domain::random::Random;
use oproep::receivers::{ReceiverSettings, Receivers};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

#[tokio::test]
async fn the_example_for_production_is_taken_as_it_stands_once_its_secrets_are_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let secrets = path.join("secrets");
    std::fs::create_dir(&secrets).unwrap();
    let base = format!("{}/", secrets.display());
    let stand_ins = [
        ("database_url", "postgres://oproep@127.0.0.1/oproep".to_owned()),
        ("kannel_receipts", "geheim".to_owned()),
        (
            "kannel_receipts_url",
            "http://127.0.0.1:8080/receipts/kannel/geheim".to_owned(),
        ),
        ("kannel", "a-secret-of-kannel".to_owned()),
        ("smtp", "a-secret-of-smtp".to_owned()),
    ];
    for (name, text) in &stand_ins {
        std::fs::write(secrets.join(name), text).unwrap();
    }
    let example = std::fs::read_to_string("config/production.example.toml").unwrap();
    for part in example.split("/run/secrets/").skip(1) {
        let name = part.split('"').next().unwrap();
        let known = name == "fcm.json" || stand_ins.iter().any(|(stand_in, _)| *stand_in == name);
        assert!(known, "say what {name} holds in this test");
    }
    let keys = path.join("keys");
    let text = example
        .replace("/run/secrets/", &base)
        .replace("/etc/oproep/keys", &keys.display().to_string());
    std::fs::write(path.join("oproep.toml"), text).unwrap();
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_oproep"))
            .args(["--config", "oproep.toml"])
            .args(arguments)
            .current_dir(path)
            .env_clear()
            .output()
            .expect("the program starts");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{arguments:?}: {said}");
        String::from_utf8(output.stdout).unwrap()
    };
    let stop = CancellationToken::new();
    let receivers = Receivers::start(
        &ReceiverSettings::default(),
        Clock::system(),
        Random::from_os(),
        &stop,
    )
    .await;
    receivers
        .unwrap()
        .fcm
        .write_service_account(&secrets.join("fcm.json"))
        .unwrap();
    run(&["keys", "create"]);
    let shown = run(&["--json", "check-config"]);
    let plan: Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(
        (&plan["database"], &plan["realm"]),
        (&"PostgreSQL".into(), &"live".into())
    );
    assert_eq!(plan["has_keys"], true);
    for channel in plan["channels"].as_array().unwrap() {
        let name = channel["channel"].as_str().unwrap();
        if ["app", "sms", "email"].contains(&name) {
            assert!(!channel["providers"].as_array().unwrap().is_empty(), "{name}");
        }
    }
    assert!(!shown.contains("a-secret"), "{shown}");
}

#[test]
fn the_unit_of_the_system_leaves_little_open() {
    // 20 stands for an exposure of 2.0 of 10.
    let output = Command::new("systemd-analyze")
        .args([
            "security",
            "--offline=yes",
            "--threshold=20",
            "packaging/systemd/oproep.service",
        ])
        .output()
        .expect("systemd-analyze is there: run scripts/components test");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{}",
        said.lines().last().unwrap_or_default()
    );
}

#[test]
fn the_image_is_built_from_what_is_there_and_runs_as_nobody_special() {
    let text = std::fs::read_to_string("packaging/docker/Dockerfile").unwrap();
    for line in text
        .lines()
        .filter(|line| line.starts_with("COPY ") && !line.contains("--from"))
    {
        let mut words: Vec<_> = line.split_whitespace().skip(1).collect();
        words.pop();
        for source in words {
            assert!(
                std::path::Path::new(source).exists(),
                "{line}: there is no {source}"
            );
        }
    }
    let user = text
        .lines()
        .rfind(|line| line.starts_with("USER "))
        .expect("a user");
    assert!(!user.contains("root") && !user.starts_with("USER 0"), "{user}");
    let after = text.split("USER ").nth(1).unwrap();
    assert!(!after.contains("\nRUN "), "nothing is changed as root after that");
    let compose = std::fs::read_to_string("packaging/docker/compose.yaml").unwrap();
    for wanted in [
        "read_only: true",
        "cap_drop: [ALL]",
        "no-new-privileges:true",
        "dockerfile: packaging/docker/Dockerfile",
    ] {
        assert!(compose.contains(wanted), "{wanted}");
    }
}

#[test]
fn the_image_is_built_from_everything_that_the_program_was_built_from() {
    let text = std::fs::read_to_string("packaging/docker/Dockerfile").unwrap();
    let stage = text
        .split("\nFROM ")
        .find(|stage| stage.contains(" AS build"))
        .expect("a stage that builds");
    let copied: Vec<_> = stage
        .lines()
        .filter_map(|line| line.strip_prefix("COPY "))
        .filter(|line| !line.starts_with("--from"))
        .flat_map(|line| line.split_whitespace())
        .collect();
    let sources = sources_of_the_program();
    assert!(sources.len() > 100, "the list is of this program");
    for source in sources {
        let is_copied = copied.iter().any(|copy| Path::new(&source).starts_with(copy));
        assert!(is_copied, "{source} is not in the image's build");
    }
    assert!(
        stage.contains("COPY --from=screens /source/web/dist web/dist"),
        "the bundled screens"
    );
}

/// What the compiler read for the library of this build, relative to the project's root. rustc writes
/// it beside what it makes; Cargo's own list beside the program is only there after `cargo build`.
fn sources_of_the_program() -> Vec<String> {
    let made = Path::new(env!("CARGO_BIN_EXE_oproep")).with_file_name("deps");
    let newest = std::fs::read_dir(&made)
        .expect("what was compiled")
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let is_library = path.extension().is_some_and(|extension| extension == "rlib");
            (is_library && path.file_name()?.to_str()?.starts_with("liboproep-"))
                .then(|| (path.metadata().and_then(|file| file.modified()).ok(), path))
        })
        .max()
        .expect("the library that the program is linked from")
        .1;
    let name = newest.file_stem().unwrap().to_str().unwrap();
    let list = made.join(format!("{}.d", name.trim_start_matches("lib")));
    let list = std::fs::read_to_string(list).expect("the compiler's list of sources");
    let root = format!("{}/", env!("CARGO_MANIFEST_DIR"));
    let mut sources: Vec<_> = list
        .lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(str::split_whitespace)
        .filter(|word| !word.ends_with(':'))
        .map(|path| path.strip_prefix(&root).unwrap_or(path))
        .filter(|path| Path::new(path).is_relative() && !path.starts_with("target/"))
        .map(str::to_owned)
        .collect();
    // The build script and what Cargo itself reads stand in no list of the compiler's.
    sources.extend(["build.rs", "src/main.rs", "Cargo.toml", "Cargo.lock"].map(str::to_owned));
    sources
}
