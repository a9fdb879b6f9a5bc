//! The mail server, postfix's own for tests, and what it took.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process::{Command, Stdio};

use mail_parser::MessageParser;
use oproep::receivers::inbox::Kind;

use crate::arrivals::{Arrived, link_at_end};
use crate::external::{Running, free_port, listening, missing};

const SINK: &str = "/usr/sbin/smtp-sink";

/// Postfix's SMTP server for tests, which keeps every mail in a file of its own.
pub(crate) struct MailServer {
    pub(crate) port: u16,
    folder: tempfile::TempDir,
    _running: Running,
}

impl MailServer {
    pub(crate) async fn start() -> Option<Self> {
        if !Path::new(SINK).exists() {
            missing("smtp-sink", "apt-get install postfix");
            return None;
        }
        let folder = tempfile::tempdir().expect("a temporary folder");
        // It gives up being root for a user of its own, who has to write here.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).expect("our own folder");
        let port = free_port();
        let mut command = Command::new(SINK);
        if fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0) {
            command.args(["-u", "postfix"]);
        }
        let child = command
            .arg("-d")
            .arg(folder.path().join("mail."))
            .arg(format!("127.0.0.1:{port}"))
            .arg("100")
            .stderr(Stdio::null())
            .spawn()
            .expect("smtp-sink starts");
        let running = Running(child);
        listening(port).await;
        Some(Self {
            port,
            folder,
            _running: running,
        })
    }

    /// The mails that it took whole.
    pub(crate) fn arrived(&self) -> Vec<Arrived> {
        let files = fs::read_dir(self.folder.path()).expect("our own folder");
        let files = files.map(|entry| fs::read(entry.expect("an entry").path()).expect("a mail"));
        files.filter_map(|file| read_mail(&file)).collect()
    }
}

fn read_mail(file: &[u8]) -> Option<Arrived> {
    let mail = MessageParser::default().parse(file)?;
    let envelope = mail.header_raw("X-Rcpt-Args")?.trim();
    let address = envelope.split_once('<')?.1.split_once('>')?.0.to_owned();
    assert_eq!(
        mail.to()?.first()?.address()?,
        address,
        "the mail is for whom it was sent to"
    );
    let text = mail.body_text(0)?;
    // The button's words stand between the text and the link.
    let (body, link) = link_at_end(text.trim_end());
    let (body, _) = body.rsplit_once("\n\n")?;
    Some(Arrived {
        receiver: Kind::Email,
        address,
        title: mail.subject()?.to_owned(),
        body: body.to_owned(),
        link,
    })
}
