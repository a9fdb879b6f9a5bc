//! Accounts, keys and the audit log, as an administrator types at the machine itself.

use serde_json::Value;
use sqlx::{Connection, SqliteConnection};

use crate::program::{code, done, prepared, run};

const REGION: &str = "police_unit:Demo";

fn region(folder: &std::path::Path) -> String {
    let text = std::fs::read_to_string(folder.join("regions.geojson")).unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    let units = file["features"].as_array().unwrap().iter();
    let unit = units
        .map(|feature| &feature["properties"])
        .find(|properties| properties["kind"] == "police_unit");
    unit.map_or_else(
        || REGION.to_owned(),
        |unit| format!("police_unit:{}", unit["code"].as_str().unwrap()),
    )
}

fn json(folder: &std::path::Path, arguments: &[&str]) -> Value {
    let mut all = vec!["--json"];
    all.extend(arguments);
    serde_json::from_str(&done(folder, &all)).expect("it answers in JSON")
}

#[tokio::test]
async fn the_log_is_verified_exported_and_held_against_a_checkpoint_and_a_change_is_named() {
    let folder = prepared();
    let folder = folder.path();
    let region = region(folder);
    for username in ["een", "twee", "drie"] {
        let add = ["user", "add", username, "--role", "operator", "--name", "N. N."];
        done(folder, &[&add[..], &["--region", &region]].concat());
    }
    assert!(done(folder, &["audit", "verify"]).starts_with("all 4 entries"));
    let listed = json(folder, &["audit", "list", "--deed", "account.created"]);
    assert_eq!(listed.as_array().unwrap().len(), 3);
    done(folder, &["audit", "export", "log.jsonl"]);
    let exported = std::fs::read_to_string(folder.join("log.jsonl")).unwrap();
    let first: Value = serde_json::from_str(exported.lines().next().unwrap()).unwrap();
    assert_eq!(
        (exported.lines().count(), &first["deed"]),
        (4, &"regions.imported".into())
    );
    let line = done(folder, &["audit", "checkpoint"]);
    std::fs::write(folder.join("kept.txt"), &line).unwrap();
    done(folder, &["user", "disable", "een"]);
    let against = ["audit", "verify", "--against", "kept.txt"];
    done(folder, &against);
    assert_eq!(
        code(&run(folder, &["audit", "verify", "--against", "log.jsonl"])),
        2
    );

    let url = format!("sqlite:{}", folder.join("var/oproep.db").display());
    let mut database = SqliteConnection::connect(&url).await.unwrap();
    let change = "update audit_log set detail = '{\"role\":\"operator\" }' where number = 3";
    sqlx::query(change).execute(&mut database).await.unwrap();
    database.close().await.unwrap();
    let faulty = run(folder, &["--json", "audit", "verify"]);
    assert_eq!(code(&faulty), 1);
    let answer: Value = serde_json::from_slice(&faulty.stdout).unwrap();
    assert_eq!(
        (&answer["fault"]["number"], &answer["fault"]["kind"]),
        (&3.into(), &"changed".into())
    );
    assert!(String::from_utf8_lossy(&faulty.stderr).contains("entry 3"));
}

/// Copies a database that nobody has open, with what is not yet written into it.
fn copy(from: &std::path::Path, to: &std::path::Path) {
    for end in ["", "-wal", "-shm"] {
        let name = |path: &std::path::Path| format!("{}{end}", path.display());
        let _ = std::fs::remove_file(name(to));
        if std::path::Path::new(&name(from)).exists() {
            std::fs::copy(name(from), name(to)).unwrap();
        }
    }
}

#[test]
fn a_database_that_was_put_back_is_found_by_the_checkpoint_alone() {
    let folder = prepared();
    let folder = folder.path();
    let region = region(folder);
    copy(&folder.join("var/oproep.db"), &folder.join("before.db"));
    let add = ["user", "add", "een", "--role", "operator", "--name", "N. N."];
    done(folder, &[&add[..], &["--region", &region]].concat());
    std::fs::write(folder.join("kept.txt"), done(folder, &["audit", "checkpoint"])).unwrap();
    copy(&folder.join("before.db"), &folder.join("var/oproep.db"));
    done(folder, &["audit", "verify"]);
    let replaced = run(folder, &["--json", "audit", "verify", "--against", "kept.txt"]);
    assert_eq!(code(&replaced), 1);
    let answer: Value = serde_json::from_slice(&replaced.stdout).unwrap();
    assert_eq!(answer["fault"]["kind"], "replaced");
}

#[test]
fn keys_are_made_shown_and_withdrawn() {
    let folder = prepared();
    let folder = folder.path();
    let region = region(folder);
    let add = [
        "key",
        "add",
        "Meldsysteem",
        "--right",
        "actions:request",
        "--right",
        "actions:read",
    ];
    let made = json(folder, &[&add[..], &["--region", &region]].concat());
    let token = made["token"].as_str().unwrap();
    assert!(token.starts_with("oproep_"));
    let shown = done(folder, &["key", "list"]);
    assert!(
        shown.contains("actions:read actions:request") && !shown.contains(token),
        "{shown}"
    );
    done(folder, &["key", "revoke", made["id"].as_str().unwrap()]);
    assert_eq!(json(folder, &["key", "list"])[0]["state"], "revoked");
    let unknown = ["key", "revoke", "019ce9b7-8c40-7498-8fa0-6b7c8d9eafb0"];
    assert_eq!(code(&run(folder, &unknown)), 4);
    let past = [&add[..], &["--region", &region, "--until", "2020-01-01"]].concat();
    assert_eq!(code(&run(folder, &past)), 3);
}

#[test]
fn people_are_invited_and_their_trainings_recorded() {
    let folder = prepared();
    let folder = folder.path();
    let region = region(folder);
    let invite = [
        "user",
        "invite",
        "vrijwilliger",
        "--role",
        "volunteer_operator",
        "--name",
        "V. V.",
    ];
    let rest = ["--region", &region, "--email", "v@example.org"];
    let invited = json(folder, &[&invite[..], &rest].concat());
    assert!(invited["link"].as_str().unwrap().contains("/join/"));
    let training = [
        "user",
        "training",
        "vrijwilliger",
        "--until",
        "2099-06-30",
        "--note",
        "Meldkamer",
    ];
    done(folder, &training);
    let trainings = json(folder, &["user", "trainings", "vrijwilliger"]);
    assert_eq!(trainings[0]["note"], "Meldkamer");
    assert_eq!(json(folder, &["user", "lapsing"]), Value::Array(Vec::new()));
    assert!(done(folder, &["user", "sessions", "vrijwilliger"]).contains("nowhere"));
    done(folder, &["user", "sign-out", "vrijwilliger"]);
    assert_eq!(
        code(&run(folder, &["user", "remove-second-proof", "vrijwilliger"])),
        3
    );
    assert_eq!(code(&run(folder, &["user", "training", "vrijwilliger"])), 2);
}
