//! Bounces as others write them: a Postfix of our own that is refused, and Python's email package.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use bytes::Bytes;
use oproep::channels::Provider;
use oproep::channels::email::incoming::{Kind, read};
use oproep::domain::delivery::Attempt;
use oproep::domain::message::{MailMarks, Recipient};
use serde_json::json;

use crate::external::{Running, comes, free_port, listening, missing};
use crate::sample::{email, mailboxes, message};

const SINK: &str = "/usr/sbin/smtp-sink";
const POSTFIX: &str = "/usr/sbin/postfix";

/// A Postfix that relays to one sink and brings its bounces to another.
struct Postfix {
    folder: tempfile::TempDir,
    port: u16,
    _sinks: [Running; 2],
}

impl Drop for Postfix {
    fn drop(&mut self) {
        let configuration = self.folder.path().join("c");
        // It ends with its folder in any case.
        let _ = Command::new(POSTFIX)
            .arg("-c")
            .arg(configuration)
            .arg("stop")
            .stderr(Stdio::null())
            .status();
    }
}

fn sink(arguments: &[&str], port: u16, folder: &Path) -> Running {
    let child = Command::new(SINK)
        .args(["-u", "postfix"])
        .args(arguments)
        .arg(format!("127.0.0.1:{port}"))
        .arg("100")
        .current_dir(folder)
        .stderr(Stdio::null())
        .spawn();
    Running(child.expect("smtp-sink starts"))
}

/// Starts one that is refused with this reply; none where it cannot run.
async fn postfix(reply: &str) -> Option<Postfix> {
    let is_root = fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0);
    if !Path::new(POSTFIX).exists() || !is_root {
        missing("postfix, run by root,", "apt-get install postfix");
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    for name in ["q", "d", "c", "bounces"] {
        fs::create_dir(path.join(name)).unwrap();
    }
    // Postfix and its sink work as a user of their own.
    let owned = [path.join("d"), path.join("bounces")];
    assert!(
        Command::new("chown")
            .arg("postfix")
            .args(&owned)
            .status()
            .unwrap()
            .success()
    );
    assert!(
        Command::new("chmod")
            .arg("755")
            .arg(path)
            .status()
            .unwrap()
            .success()
    );
    let (port, refusing, keeping) = (free_port(), free_port(), free_port());
    let at = path.display();
    let main = format!(
        "compatibility_level = 3.6\nqueue_directory = {at}/q\ndata_directory = {at}/d\n\
         command_directory = /usr/sbin\ndaemon_directory = /usr/lib/postfix/sbin\nmail_owner = postfix\n\
         setgid_group = postdrop\nmaillog_file = {at}/log\nmaillog_file_prefixes = {at}\n\
         myhostname = mx.oproep.example\nmydestination =\ninet_interfaces = 127.0.0.1\ninet_protocols = ipv4\n\
         mynetworks = 127.0.0.0/8\nsmtpd_relay_restrictions = permit_mynetworks, reject\n\
         smtp_dns_support_level = disabled\ndefault_transport = smtp:[127.0.0.1]:{refusing}\n\
         transport_maps = inline:{{ oproep.example=smtp:[127.0.0.1]:{keeping} }}\nalias_maps =\n\
         alias_database =\nlocal_recipient_maps =\n"
    );
    fs::write(path.join("c/main.cf"), main).unwrap();
    let services = [
        &format!("127.0.0.1:{port} inet n - n - - smtpd") as &str,
        "cleanup unix n - n - 0 cleanup",
        "qmgr unix n - n 300 1 qmgr",
        "rewrite unix - - n - - trivial-rewrite",
        "bounce unix - - n - 0 bounce",
        "defer unix - - n - 0 bounce",
        "trace unix - - n - 0 bounce",
        "smtp unix - - n - - smtp",
        "error unix - - n - - error",
        "retry unix - - n - - error",
        "proxymap unix - - n - - proxymap",
        "anvil unix - - n - 1 anvil",
        "postlog unix-dgram n - n - 1 postlogd",
    ];
    fs::write(path.join("c/master.cf"), services.join("\n") + "\n").unwrap();
    let sinks = [
        sink(&["-f", "RCPT", "-B", reply], refusing, path),
        sink(&["-d", "%M."], keeping, &path.join("bounces")),
    ];
    listening(refusing).await;
    listening(keeping).await;
    let started = Command::new(POSTFIX)
        .args(["-c", &format!("{at}/c"), "start"])
        .stderr(Stdio::null())
        .status();
    assert!(started.unwrap().success(), "postfix starts");
    listening(port).await;
    Some(Postfix {
        folder,
        port,
        _sinks: sinks,
    })
}

impl Postfix {
    /// Waits for the mail that it sends back.
    async fn bounce(&self) -> Bytes {
        let folder = self.folder.path().join("bounces");
        let bounce = comes(Duration::from_secs(30), async || {
            let mut files = fs::read_dir(&folder).unwrap();
            files.find_map(|file| {
                let text = fs::read(file.unwrap().path()).unwrap();
                let whole = String::from_utf8_lossy(&text);
                // The sink writes the envelope above the mail; the last part ends it.
                let at = whole.find("Received:")?;
                let is_whole = whole.trim_end().ends_with("--");
                is_whole.then(|| Bytes::from(whole[at..].to_owned()))
            })
        });
        if let Some(bounce) = bounce.await {
            return bounce;
        }
        let log = fs::read_to_string(self.folder.path().join("log"));
        panic!("no bounce came within half a minute: {log:?}");
    }
}

#[tokio::test]
async fn what_postfix_sends_back_names_the_mark_and_says_whether_the_mailbox_is_gone() {
    for (reply, code, gone) in [
        ("550 5.1.1 unknown", "5.1.1", true),
        ("552 5.2.2 mailbox full", "5.2.2", false),
        ("550 5.7.1 we do not like you", "5.7.1", false),
        ("550 no enhanced status", "5.0.0", false),
    ] {
        let Some(postfix) = postfix(reply).await else {
            return;
        };
        let settings =
            json!({ "bounce_address": "bounce@oproep.example", "from_address": "oproep@oproep.example" });
        let email = email(postfix.port, &settings);
        let marks = MailMarks {
            bounce: "abcdefghij234567".to_owned(),
            reply: "r".to_owned(),
            unsubscribe: None,
        };
        let recipient = Recipient {
            mail: Some(marks),
            ..mailboxes(1).remove(0)
        };
        assert_eq!(email.send(&message(), &[recipient]).await, [Attempt::Accepted]);
        let incoming = read(&postfix.bounce().await, None).unwrap();
        assert_eq!(incoming.marks, ["abcdefghij234567"]);
        let Kind::Reports(reports) = &incoming.kind else {
            panic!("{incoming:?}")
        };
        assert_eq!(reports.len(), 1);
        assert!(reports[0].is_about("deelnemer0@voorbeeld.nl"));
        assert_eq!(
            (reports[0].code().as_str(), reports[0].says_gone()),
            (code, gone),
            "{reply}"
        );
    }
}

const WRITER: &str = r#"
import sys
from email.message import EmailMessage, Message
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email import message_from_string
kind, status, action = sys.argv[1:4]
whole = MIMEMultipart("report", **{"report-type": "delivery-status"})
whole["From"] = "Mail Delivery <mailer-daemon@mx.voorbeeld.nl>"
whole["To"] = "bounce+ABCD2345@oproep.example"
whole["Subject"] = "Onbestelbaar: caf\u00e9"
whole.attach(MIMEText("Helaas, \u20ac", "plain", "utf-8"))
head = Message(); head["Reporting-MTA"] = "dns; mx.voorbeeld.nl"
about = Message()
about["Final-Recipient"] = "rfc822; jan@voorbeeld.nl"
about["Action"] = action
about["Status"] = status
report = Message()
report["Content-Type"] = "message/delivery-status"
report.set_payload([head, about])
whole.attach(report)
original = EmailMessage(); original["Subject"] = "Vermist"; original.set_content("Kijk uit")
whole.attach(MIMEMessage(original))
sys.stdout.write(whole.as_string())
"#;

#[test]
fn what_pythons_email_package_writes_is_read_alike() {
    for (status, action, gone) in [
        ("5.1.1", "failed", true),
        ("5.1.10", "failed", true),
        ("5.2.2", "failed", false),
        ("4.4.1", "delayed", false),
    ] {
        let written = Command::new("python3")
            .args(["-c", WRITER, "report", status, action])
            .output();
        let Ok(written) = written else {
            missing("python3", "apt-get install python3");
            return;
        };
        assert!(
            written.status.success(),
            "{}",
            String::from_utf8_lossy(&written.stderr)
        );
        let incoming = read(&Bytes::from(written.stdout), None).unwrap();
        assert_eq!(incoming.marks, ["abcd2345"]);
        let Kind::Reports(reports) = &incoming.kind else {
            panic!("{incoming:?}")
        };
        assert_eq!(reports.len(), 1);
        assert_eq!(
            (reports[0].code().as_str(), reports[0].says_gone()),
            (status, gone)
        );
        assert!(reports[0].is_about("jan@voorbeeld.nl"));
    }
}
