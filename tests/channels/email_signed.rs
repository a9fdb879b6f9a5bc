//! Signatures of mails, judged by dkimpy: another implementation of DKIM, in another language.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use oproep::channels::Provider;
use oproep::channels::email::dkim::key::{DkimAlgorithm, DkimKey};
use oproep::domain::delivery::Attempt;
use oproep::domain::message::{MailMarks, Message, Recipient, Urgency};
use oproep::domain::random::Random;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::external::missing;
use crate::sample::{email, mailboxes, message};

/// What a server took: the sender of the envelope, and the mail as it was sent.
struct Taken {
    sender: String,
    mail: String,
}

/// A server that takes one connection and keeps every mail, byte for byte.
async fn keeping() -> (u16, JoinHandle<Vec<Taken>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let kept = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let (reading, mut writing) = stream.into_split();
        let mut lines = BufReader::new(reading).lines();
        writing.write_all(b"220 mx ready\r\n").await.unwrap();
        let (mut kept, mut sender): (Vec<Taken>, String) = (Vec::new(), String::new());
        while let Ok(Some(line)) = lines.next_line().await {
            if let Some(path) = line.strip_prefix("MAIL FROM:<") {
                path.split('>').next().unwrap().clone_into(&mut sender);
            }
            if line == "DATA" {
                writing.write_all(b"354 go on\r\n").await.unwrap();
                let mut mail = String::new();
                while let Some(line) = lines.next_line().await.unwrap().filter(|line| line != ".") {
                    mail.push_str(line.strip_prefix('.').unwrap_or(&line));
                    mail.push_str("\r\n");
                }
                let sender = sender.clone();
                kept.push(Taken { sender, mail });
            }
            if line == "QUIT" {
                break;
            }
            writing.write_all(b"250 ok\r\n").await.unwrap();
        }
        kept
    });
    (port, kept)
}

fn marked(recipients: Vec<Recipient>) -> Vec<Recipient> {
    let marks = |number| MailMarks {
        bounce: format!("bbbb{number}"),
        reply: format!("rrrr{number}"),
        unsubscribe: Some(format!("https://oproep.voorbeeld.nl/u/uuuu{number}")),
    };
    let numbered = recipients.into_iter().enumerate();
    numbered
        .map(|(number, recipient)| Recipient {
            mail: Some(marks(number)),
            ..recipient
        })
        .collect()
}

/// Sends to two people with these settings; the mails as they were taken, in the recipients' order.
async fn sent(change: &Value, message: &Message) -> Vec<Taken> {
    let (port, kept) = keeping().await;
    let mut change = change.clone();
    change["connections"] = json!(1);
    let email = email(port, &change);
    let attempts = email.send(message, &marked(mailboxes(2))).await;
    assert_eq!(attempts, [Attempt::Accepted, Attempt::Accepted]);
    drop(email);
    let mut kept = kept.await.unwrap();
    kept.sort_by_key(|taken| taken.mail.find("deelnemer1@").is_some());
    kept
}

const JUDGE: &str = r#"
import json, sys, dkim
records = json.loads(sys.argv[1])
mail = sys.stdin.buffer.read()
def dns(name, timeout=5):
    record = records.get(name.decode().rstrip("."))
    return record.encode() if record else None
judge = dkim.DKIM(mail)
count = sum(1 for name, _ in judge.headers if name.lower() == b"dkim-signature")
verdicts = []
for index in range(count):
    try:
        verdicts.append(bool(dkim.DKIM(mail).verify(idx=index, dnsfunc=dns)))
    except dkim.DKIMException as error:
        verdicts.append(False)
print(json.dumps(verdicts))
"#;

/// A Python that has dkimpy: the first in the path, or the one that Debian's packages are for.
fn python() -> Option<&'static str> {
    let found = ["/usr/bin/python3", "python3"].into_iter().find(|python| {
        let import = Command::new(python)
            .args(["-c", "import dkim, nacl"])
            .stderr(Stdio::null())
            .status();
        import.is_ok_and(|status| status.success())
    });
    if found.is_none() {
        missing("dkimpy", "apt-get install python3-dkim python3-nacl");
    }
    found
}

fn judged(python: &str, records: &Value, mail: &str) -> Vec<bool> {
    let mut judge = Command::new(python)
        .args(["-c", JUDGE, &records.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    judge.stdin.take().unwrap().write_all(mail.as_bytes()).unwrap();
    let output = judge.wait_with_output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

#[tokio::test]
async fn dkimpy_takes_both_signatures_and_no_mail_that_was_changed() {
    let Some(python) = python() else { return };
    let folder = tempfile::tempdir().unwrap();
    let (mut settings, mut records) = (Vec::new(), json!({}));
    for (name, algorithm) in [("rsa", DkimAlgorithm::Rsa), ("ed", DkimAlgorithm::Ed25519)] {
        let key = DkimKey::generate(algorithm, &Random::from_seed(7));
        let file = folder.path().join(name);
        fs::write(&file, key.to_pem()).unwrap();
        records[format!("{name}._domainkey.voorbeeld.nl")] = json!(key.record());
        settings.push(json!({ "selector": name, "key_file": file }));
    }
    let change = json!({ "dkim": settings, "reply_address": "tip@voorbeeld.nl", "bounce_address": "bounce@voorbeeld.nl" });
    let calm = Message {
        urgency: Urgency::Normal,
        ..message()
    };
    for (number, Taken { mail, .. }) in sent(&change, &calm).await.into_iter().enumerate() {
        assert_eq!(judged(python, &records, &mail), [true, true], "{mail}");
        let unsubscribe = format!("List-Unsubscribe: <https://oproep.voorbeeld.nl/u/uuuu{number}>\r\n");
        assert!(mail.contains(&unsubscribe), "{mail}");
        let head = mail.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ");
        let signed = head.lines().filter(|line| line.starts_with("DKIM-Signature:"));
        for signature in signed {
            for name in [
                "From",
                "To",
                "List-Unsubscribe",
                "List-Unsubscribe-Post",
                "Reply-To",
                "Subject",
            ] {
                assert!(signature.contains(&format!("{name}:")), "{name} in {signature}");
            }
        }
        for (from, to) in [
            ("Bel 112.", "Bel 113."),
            (&format!("{number:020}"), "99999999999999999999"),
            (
                "List-Unsubscribe: <https://oproep",
                "List-Unsubscribe: <https://ander",
            ),
            ("Reply-To: <tip+", "Reply-To: <tap+"),
            ("Date: ", "From: <ander@voorbeeld.nl>\r\nDate: "),
        ] {
            let changed = mail.replacen(from, to, 1);
            assert_ne!(changed, mail, "{from}");
            assert_eq!(judged(python, &records, &changed), [false, false], "{from}");
        }
        // What servers on the way may do.
        let folded = mail.replacen("Subject: ", "Subject:  ", 1);
        assert_eq!(judged(python, &records, &folded), [true, true]);
    }
}

#[tokio::test]
async fn every_recipient_has_a_return_path_and_an_address_for_answers_of_their_own() {
    let change = json!({ "reply_address": "tip@voorbeeld.nl", "bounce_address": "bounce@voorbeeld.nl" });
    for (number, Taken { sender, mail }) in sent(&change, &message()).await.into_iter().enumerate() {
        assert_eq!(sender, format!("bounce+bbbb{number}@voorbeeld.nl"));
        assert!(
            mail.contains(&format!("Reply-To: <tip+rrrr{number}@voorbeeld.nl>\r\n")),
            "{mail}"
        );
        assert!(mail.contains("alleen de meldkamer leest uw antwoord"), "{mail}");
    }
    for Taken { sender, mail } in sent(&json!({}), &message()).await {
        assert_eq!(sender, "oproep@voorbeeld.nl");
        assert!(
            !mail.contains("Reply-To:") && !mail.contains("beantwoorden"),
            "{mail}"
        );
    }
}

#[tokio::test]
async fn one_click_is_offered_over_https_alone() {
    let (port, kept) = keeping().await;
    let mut recipients = marked(mailboxes(2));
    let plain = Some("http://127.0.0.1:8080/u/uuuu".to_owned());
    recipients[0].mail.as_mut().unwrap().unsubscribe = plain;
    recipients[1].mail.as_mut().unwrap().unsubscribe = None;
    let email = email(port, &json!({ "connections": 1 }));
    email.send(&message(), &recipients).await;
    drop(email);
    let kept = kept.await.unwrap();
    let of = |name: &str| kept.iter().find(|taken| taken.mail.contains(name)).unwrap();
    let (first, second) = (&of("deelnemer0@").mail, &of("deelnemer1@").mail);
    assert!(first.contains("List-Unsubscribe: <http:") && !first.contains("List-Unsubscribe-Post"));
    assert!(!second.contains("List-Unsubscribe"));
}

#[test]
fn a_key_for_another_domain_or_none_at_all_is_refused_with_what_to_do() {
    use oproep::channels::email::Email;
    use oproep::channels::email::settings::EmailSettings;
    use oproep::domain::clock::Clock;

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key");
    let key = DkimKey::generate(DkimAlgorithm::Ed25519, &Random::from_seed(1));
    fs::write(&file, key.to_pem()).unwrap();
    let with = |domain: &str, selector: &str, file: &std::path::Path| {
        let settings = json!({
            "host": "127.0.0.1", "port": 25, "tls": "none", "from_name": "Burgernet", "helo_name": "x",
            "from_address": "oproep@mail.voorbeeld.nl",
            "dkim": [{ "domain": domain, "selector": selector, "key_file": file }],
        });
        let settings: EmailSettings = serde_json::from_value(settings).unwrap();
        Email::new(&settings, Clock::system())
            .map(drop)
            .map_err(|error| error.to_string())
    };
    assert_eq!(with("voorbeeld.nl", "s", &file), Ok(()));
    for (domain, selector, file, said) in [
        ("ander.nl", "s", file.as_path(), "DMARC"),
        ("eeld.nl", "s", &file, "DMARC"),
        ("voorbeeld.nl", "s s", &file, "DNS"),
        ("voorbeeld.nl", "s", folder.path(), "cannot read"),
    ] {
        let refused = with(domain, selector, file).unwrap_err();
        assert!(refused.contains(said), "{refused}");
    }
}
