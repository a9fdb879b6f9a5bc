//! E-mail against servers of others: postfix's smtp-sink, and aiosmtpd with STARTTLS and TLS from the start.

use std::path::Path;
use std::process::{Command, Stdio};

use oproep::channels::Provider;
use oproep::domain::delivery::Attempt;
use serde_json::json;

use crate::external::{Running, free_port, listening, missing};
use crate::sample::{email, mailboxes, message};

const SINK: &str = "/usr/sbin/smtp-sink";

fn sink(arguments: &[&str]) -> Option<(Running, u16)> {
    if !Path::new(SINK).exists() {
        missing("smtp-sink", "apt-get install postfix");
        return None;
    }
    let port = free_port();
    let mut command = Command::new(SINK);
    if std::fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0) {
        command.args(["-u", "postfix"]);
    }
    command
        .args(arguments)
        .arg(format!("127.0.0.1:{port}"))
        .arg("100");
    let child = command.stderr(Stdio::null()).spawn().expect("smtp-sink starts");
    Some((Running(child), port))
}

#[tokio::test]
async fn postfix_takes_every_mail() {
    let Some((_sink, port)) = sink(&[]) else { return };
    listening(port).await;
    for pipelining in [true, false] {
        let email = email(port, &json!({ "pipelining": pipelining }));
        let attempts = email.send(&message(), &mailboxes(400)).await;
        assert!(
            attempts.iter().all(|attempt| *attempt == Attempt::Accepted),
            "{attempts:?}"
        );
    }
}

#[tokio::test]
async fn a_recipient_that_postfix_refuses_is_rejected() {
    for (arguments, reason, endpoint_gone) in [
        (
            &["-f", "RCPT", "-B", "550 5.1.1 unknown"],
            "smtp 550 5.1.1 at rcpt",
            true,
        ),
        (
            &["-f", "DATA", "-B", "550 5.7.1 refused"],
            "smtp 550 5.7.1 at data",
            false,
        ),
        (
            &["-f", ".", "-B", "554 5.6.0 refused"],
            "smtp 554 5.6.0 at text",
            false,
        ),
    ] {
        let Some((_sink, port)) = sink(arguments) else {
            return;
        };
        listening(port).await;
        let attempts = email(port, &json!({})).send(&message(), &mailboxes(20)).await;
        let rejected = Attempt::Rejected {
            reason: reason.to_owned(),
            endpoint_gone,
        };
        assert_eq!(attempts, vec![rejected; 20]);
    }
}

#[tokio::test]
async fn a_postfix_that_hangs_up_leaves_nobody_without_an_answer() {
    for (arguments, unconfirmed) in [
        (["-q", "MAIL"], false),
        (["-q", "DATA"], false),
        (["-q", "."], true),
    ] {
        let Some((_sink, port)) = sink(&arguments) else {
            return;
        };
        listening(port).await;
        let attempts = email(port, &json!({ "connections": 1 }))
            .send(&message(), &mailboxes(5))
            .await;
        let unconfirmed_count = attempts
            .iter()
            .filter(|attempt| matches!(attempt, Attempt::Unconfirmed { .. }))
            .count();
        assert_eq!(unconfirmed_count > 0, unconfirmed, "{arguments:?} {attempts:?}");
        assert!(!attempts.contains(&Attempt::Accepted));
    }
}

/// A Python that has aiosmtpd: the first in the path, or the one that Debian's packages are for.
fn python() -> Option<&'static str> {
    let found = ["python3", "/usr/bin/python3"].into_iter().find(|python| {
        let import = Command::new(python)
            .args(["-c", "import aiosmtpd"])
            .stderr(Stdio::null())
            .status();
        import.is_ok_and(|status| status.success())
    });
    if found.is_none() {
        missing("aiosmtpd", "apt-get install python3-aiosmtpd");
    }
    found
}

#[tokio::test]
async fn aiosmtpd_takes_mail_over_starttls_and_over_tls_from_the_start() {
    let Some(python) = python() else { return };
    let folder = tempfile::tempdir().unwrap();
    let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
    let made = rcgen::generate_simple_self_signed(names).unwrap();
    let certificate_file = folder.path().join("certificate.pem");
    std::fs::write(&certificate_file, made.cert.pem()).unwrap();
    let key_file = folder.path().join("key.pem");
    std::fs::write(&key_file, made.signing_key.serialize_pem()).unwrap();
    for (tls, option) in [("starttls", "--tlscert"), ("implicit", "--smtpscert")] {
        let key_option = option.replace("cert", "key");
        let port = free_port();
        let child = Command::new(python)
            .args(["-m", "aiosmtpd", "-n", "-l", &format!("127.0.0.1:{port}")])
            .args(["-c", "aiosmtpd.handlers.Sink"])
            .arg(option)
            .arg(&certificate_file)
            .arg(key_option)
            .arg(&key_file)
            .stderr(Stdio::null())
            .spawn()
            .expect("python starts");
        let _running = Running(child);
        listening(port).await;
        let settings = json!({ "tls": tls, "root_certificate_file": certificate_file });
        let attempts = email(port, &settings).send(&message(), &mailboxes(50)).await;
        assert!(
            attempts.iter().all(|attempt| *attempt == Attempt::Accepted),
            "{tls}: {attempts:?}"
        );
    }
}
