//! The program as it is typed: what it writes, and with which code it ends.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// The program in a folder of its own, without the caller's session and settings.
pub fn oproep(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_oproep"));
    command
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("XDG_CONFIG_HOME", folder.join("config"))
        .stdin(Stdio::null());
    command
}

pub fn run(folder: &Path, arguments: &[&str]) -> Output {
    oproep(folder, arguments).output().expect("the program starts")
}

pub fn code(output: &Output) -> i32 {
    output.status.code().expect("it ends by itself")
}

pub fn done(folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(code(&output), 0, "{arguments:?}: {said}");
    String::from_utf8(output.stdout).expect("answers are UTF-8")
}

/// The exit code of a command in a folder with a session, and what it said was wrong.
pub fn answer(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let config = folder.join("config").join("oproep");
    std::fs::create_dir_all(&config).unwrap();
    let session = r#"{"address":"http://127.0.0.1:1","token":"none"}"#;
    std::fs::write(config.join("session.json"), session).unwrap();
    let output = run(folder, arguments);
    (
        code(&output),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

/// A folder with keys and the demonstration region.
pub fn prepared() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    std::fs::create_dir(path.join("var")).unwrap();
    done(path, &["keys", "create"]);
    std::fs::write(path.join("regions.geojson"), oproep::demo::region::geojson()).unwrap();
    let properties = [
        "--kind-property",
        "kind",
        "--code-property",
        "code",
        "--parent-property",
        "parent",
    ];
    let mut arguments = vec![
        "import",
        "regions",
        "regions.geojson",
        "--inhabitants-property",
        "inhabitants",
    ];
    arguments.extend(properties);
    assert!(done(path, &arguments).contains("regions added"));
    folder
}

#[test]
fn a_configuration_is_shown_without_its_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let text = "[email]\nhost = \"127.0.0.1\"\nport = 25\ntls = \"none\"\nusername = \"oproep\"\n\
        password = \"a-secret-of-ours\"\nfrom_name = \"Oproep\"\nfrom_address = \"oproep@oproep.example\"\n\
        helo_name = \"oproep.example\"\n";
    std::fs::write(folder.path().join("my.toml"), text).unwrap();
    let shown = done(folder.path(), &["--config", "my.toml", "check-config"]);
    assert!(
        shown.contains("SQLite") && shown.contains("SMTP, 200/s"),
        "{shown}"
    );
    let json = done(folder.path(), &["--config", "my.toml", "--json", "check-config"]);
    let plan: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(plan["channels"][0]["providers"], serde_json::json!([]));
    assert!(!shown.contains("a-secret") && !json.contains("a-secret"));
}

#[test]
fn a_wrong_setting_is_named_and_ends_with_two() {
    let folder = tempfile::tempdir().unwrap();
    let output = oproep(folder.path(), &["check-config"])
        .env("OPROEP_SERVER__LISTNE", "x")
        .output()
        .unwrap();
    assert_eq!(code(&output), 2);
    assert!(String::from_utf8_lossy(&output.stderr).contains("listne"));
}

#[test]
fn every_way_to_end_has_its_code() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    assert_eq!(
        code(&run(path, &["action", "start"])),
        2,
        "not typed as the help says"
    );
    assert_eq!(
        code(&run(path, &["demo", "action"])),
        4,
        "there is no demonstration"
    );
    std::fs::create_dir(path.join("var")).unwrap();
    assert_eq!(code(&run(path, &["user", "list"])), 4, "there are no keys");
    assert_eq!(code(&run(path, &["keys", "create"])), 0);
    assert_eq!(code(&run(path, &["keys", "create"])), 3, "keys stay");
    assert_eq!(code(&run(path, &["worker"])), 3, "no workers on SQLite");
    let unreachable = oproep(path, &["action", "list"])
        .envs([("OPROEP_URL", "http://127.0.0.1:9"), ("OPROEP_TOKEN", "token")])
        .output()
        .unwrap();
    assert_eq!(code(&unreachable), 5);
    assert!(String::from_utf8_lossy(&unreachable.stderr).contains("is the service running?"));
}

#[test]
fn participants_go_in_and_come_out_the_same() {
    let folder = prepared();
    let path = folder.path();
    done(
        path,
        &["demo", "generate", "--participants", "300", "--csv", "people.csv"],
    );
    let imported = done(path, &["--json", "import", "participants", "people.csv"]);
    let imported: Value = serde_json::from_str(&imported).unwrap();
    done(path, &["export", "participants", "out.csv"]);
    let lines = |name: &str| {
        let text = std::fs::read_to_string(path.join(name)).unwrap();
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    let (people, out) = (lines("people.csv"), lines("out.csv"));
    assert_eq!(people, out);
    assert_eq!(imported["stored"], people.len() - 1);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(path.join("out.csv"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "it holds addresses");
    }
    assert_eq!(
        code(&run(path, &["export", "participants", "out.csv"])),
        1,
        "nothing is written over"
    );
}

#[test]
fn a_wrong_line_is_told_by_its_number_and_stores_nobody_unless_asked_to_go_on() {
    let folder = prepared();
    let path = folder.path();
    let text = "language,email,phone,topics,places\n\
        nl,een@voorbeeld.invalid,,urgent,\"home:5.1214,52.0907\"\n\
        nl,twee@voorbeeld.invalid,,urgent,\"home:nergens\"\n";
    std::fs::write(path.join("people.csv"), text).unwrap();
    let output = run(path, &["import", "participants", "people.csv"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(code(&output), 3, "{said}");
    assert!(said.contains("line 3") && !said.contains("twee@"), "{said}");
    assert_eq!(done(path, &["export", "participants"]).lines().count(), 1);
    let arguments = [
        "import",
        "participants",
        "people.csv",
        "--keep-going",
        "--rejects",
        "rejects.txt",
    ];
    assert_eq!(
        done(path, &arguments).trim(),
        "1 participant stored, 1 line passed over"
    );
    assert!(
        std::fs::read_to_string(path.join("rejects.txt"))
            .unwrap()
            .starts_with("people.csv:3: ")
    );
}

#[test]
fn accounts_are_made_listed_and_put_out_of_use() {
    let folder = prepared();
    let path = folder.path();
    let add = [
        "user",
        "add",
        "beheer",
        "--role",
        "administrator",
        "--name",
        "Beheer",
        "--region",
    ];
    let made = done(path, &[&add[..], &["country:Nederland"]].concat());
    assert!(made.contains("shown this once"), "{made}");
    assert_eq!(code(&run(path, &[&add[..], &["gemeente:Atlantis"]].concat())), 4);
    let add = [
        "user",
        "add",
        "zeist",
        "--role",
        "municipal_ambassador",
        "--name",
        "Z",
        "--region",
        "gemeente:Zeist",
        "--trained-until",
        "2027-06-30",
        "--password-stdin",
    ];
    let mut child = oproep(path, &add)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(b"vier losse woorden hier\n")
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        String::from_utf8(output.stdout).unwrap().trim(),
        "zeist can sign in"
    );
    done(path, &["user", "disable", "zeist"]);
    let listed = done(path, &["user", "list"]);
    let row = listed.lines().find(|line| line.starts_with("zeist")).unwrap();
    assert!(
        row.contains("municipality:Zeist") && row.contains(" no "),
        "{row}"
    );
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = oproep(folder.path(), &["check-config"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_file_is_not_brought_in_beside_a_service_on_sqlite() {
    let folder = prepared();
    let path = folder.path();
    std::fs::write(path.join("people.csv"), "language,email,phone,topics,places\n").unwrap();
    let import = || run(path, &["import", "participants", "people.csv"]);
    // What a running service holds.
    let lock = std::fs::File::create(path.join("var/oproep.db.lock")).unwrap();
    lock.lock().unwrap();
    let refused = import();
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(code(&refused), 3, "{said}");
    assert!(said.contains("stop it first"), "{said}");
    drop(lock);
    assert_eq!(code(&import()), 0);
}
