//! Mail and the program: a mail server's pipe, the keys that sign, and the check of the configuration.

use serde_json::{Value, json};

use super::{bounce, failed, mailed};
use crate::server::TestServer;

/// The program with the keys and the database of a server, and a mail on its standard input.
fn piped(folder: &std::path::Path, database: &str, arguments: &[&str], mail: &[u8]) -> std::process::Output {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let mut program = Command::new(env!("CARGO_BIN_EXE_oproep"))
        .arg("--json")
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("OPROEP_DATABASE__URL", database)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // It may end without reading what is too much.
    let _ = program.stdin.take().unwrap().write_all(mail);
    program.wait_with_output().expect("it ends by itself")
}

// The test waits for processes while the server goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_servers_pipe_brings_bounces_and_answers_and_hears_what_to_do_in_its_own_codes() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("var/keys")).unwrap();
    // Those of the test's keyring.
    for (name, byte) in [
        ("seal-1.key", "01"),
        ("lookup.key", "02"),
        ("audit.key", "05"),
        ("reference.key", "04"),
    ] {
        std::fs::write(folder.path().join("var/keys").join(name), byte.repeat(32)).unwrap();
    }
    for server in TestServer::each().await {
        let mailed = mailed(&server, true).await;
        let pipe = |arguments: &[&str], mail: &str| {
            let output = piped(folder.path(), server.database_url(), arguments, mail.as_bytes());
            let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
            (
                output.status.code().unwrap(),
                said,
                String::from_utf8_lossy(&output.stderr).into_owned(),
            )
        };
        let (code, said, error) = pipe(&["bounce"], &bounce(&mailed, "5.1.1"));
        assert_eq!((code, said.as_str()), (0, r#"{"what":"bounced"}"#), "{error}");
        failed(&server, &mailed, 1).await;

        let written = "From: a@b.example\r\nTo: x@y.example\r\nMessage-ID: <7@b>\r\n\r\nBij de molen\r\n";
        let to = format!("tip+{}@oproep.example", mailed.marks.reply);
        let (code, said, error) = pipe(&["inbound-mail", "--recipient", &to], written);
        assert_eq!((code, said.as_str()), (0, r#"{"what":"tip"}"#), "{error}");
        let tips = server
            .get(&format!("/actions/{}/tips", mailed.action), &mailed.operator)
            .await
            .ok();
        assert_eq!(tips["items"][0]["text"], "Bij de molen");

        let (code, _, error) = pipe(&["inbound-mail"], written);
        assert_eq!(code, 67, "{error}");
        let automatic = written.replace("From:", "Auto-Submitted: auto-replied\r\nFrom:");
        assert_eq!(pipe(&["inbound-mail", "--recipient", &to], &automatic).0, 0);
    }
    for away in [
        "postgres://oproep@127.0.0.1:1/none",
        "sqlite:var/keys/seal-1.key/oproep.db",
    ] {
        let output = piped(folder.path(), away, &["bounce"], b"From: a@b\r\n\r\nx");
        assert_eq!(output.status.code(), Some(75), "{away}");
    }
    let nowhere = tempfile::tempdir().unwrap();
    let output = piped(nowhere.path(), "sqlite:a.db", &["bounce"], b"From: a@b\r\n\r\nx");
    assert_eq!(output.status.code(), Some(75), "without keys it is kept, too");
}

#[test]
fn a_key_for_signing_is_made_once_and_its_record_is_shown_as_often_as_asked() {
    use std::process::Command;
    let folder = tempfile::tempdir().unwrap();
    let show = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_oproep"))
            .args([
                "keys",
                "dkim",
                "k.pem",
                "--selector",
                "s1",
                "--domain",
                "oproep.example",
            ])
            .args(arguments)
            .current_dir(folder.path())
            .env_clear()
            .output()
            .expect("the program starts");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    };
    let made: Value = serde_json::from_str(&show(&["--json"])).unwrap();
    assert_eq!(
        (&made["made"], &made["name"]),
        (&json!(true), &json!("s1._domainkey.oproep.example"))
    );
    let shown: Value = serde_json::from_str(&show(&["--json"])).unwrap();
    assert_eq!(
        (&shown["made"], &shown["record"]),
        (&json!(false), &made["record"])
    );
    let zone = show(&[]);
    assert!(
        zone.starts_with("s1._domainkey.oproep.example. IN TXT ( \"v=DKIM1; k=rsa; p="),
        "{zone}"
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(folder.path().join("k.pem"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn the_configuration_is_checked_with_the_keys_that_sign() {
    use std::process::Command;
    let folder = tempfile::tempdir().unwrap();
    let oproep = |arguments: &[&str]| {
        let mut program = Command::new(env!("CARGO_BIN_EXE_oproep"));
        program.args(arguments).current_dir(folder.path()).env_clear();
        let output = program.output().expect("the program starts");
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )
    };
    let text = "[email]\nhost = \"127.0.0.1\"\nport = 25\ntls = \"none\"\nfrom_name = \"Oproep\"\n\
        from_address = \"oproep@oproep.example\"\nhelo_name = \"oproep.example\"\n\
        bounce_address = \"bounce@oproep.example\"\n[[email.dkim]]\nselector = \"s1\"\nkey_file = \"k.pem\"\n";
    std::fs::write(folder.path().join("my.toml"), text).unwrap();
    let check = ["--config", "my.toml", "check-config"];
    let (code, said) = oproep(&check);
    assert!(code == Some(2) && said.contains("k.pem"), "{code:?} {said}");
    let make = [
        "keys",
        "dkim",
        "k.pem",
        "--selector",
        "s1",
        "--domain",
        "oproep.example",
    ];
    assert_eq!(oproep(&make).0, Some(0));
    assert_eq!(oproep(&check), (Some(0), String::new()));
    let marked = text.replace("bounce@", "bounce+x@");
    std::fs::write(folder.path().join("my.toml"), marked).unwrap();
    let (code, said) = oproep(&check);
    assert!(
        code == Some(2) && said.contains("bounce_address"),
        "{code:?} {said}"
    );
}
