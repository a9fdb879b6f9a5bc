//! The dialogue with one client (RFC 5321, 4).

use std::io;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncRead, AsyncWrite};

use super::lines::{Lines, Text};
use super::{MAIL_LIMIT, SmtpServer};
use crate::receivers::faults::Course;
use crate::receivers::inbox::Kind;

/// The most recipients of one mail.
const RECIPIENTS: usize = 100;

/// Why a dialogue ended.
pub(super) enum End {
    /// Either side closed.
    Closed,
    /// The client waits for the handshake.
    StartTls,
}

/// A dialogue and what it has come to.
pub(super) struct Dialogue<'a, S> {
    server: &'a SmtpServer,
    lines: Lines<S>,
    encrypted: bool,
    signed_in: bool,
    sender: bool,
    recipients: Vec<(String, Course)>,
}

/// What follows a command.
enum Next {
    Command,
    Close,
    StartTls,
}

impl<'a, S: AsyncRead + AsyncWrite + Unpin> Dialogue<'a, S> {
    pub(super) fn new(server: &'a SmtpServer, lines: Lines<S>) -> Self {
        Self {
            server,
            lines,
            encrypted: false,
            signed_in: server.account.is_none(),
            sender: false,
            recipients: Vec::new(),
        }
    }

    pub(super) fn greet(&mut self) {
        self.lines.reply("220 localhost ESMTP Oproep");
    }

    /// The dialogue after the handshake.
    pub(super) fn encrypted(self) -> Self {
        Self {
            encrypted: true,
            ..self
        }
    }

    pub(super) fn into_clear_stream(self) -> io::Result<S> {
        self.lines.into_clear_stream()
    }

    /// Answers commands until the end.
    pub(super) async fn run(&mut self) -> io::Result<End> {
        while let Some(line) = self.lines.next().await? {
            match self.answer(&String::from_utf8_lossy(&line)).await? {
                Next::Command => {}
                Next::StartTls => {
                    self.lines.flush().await?;
                    return Ok(End::StartTls);
                }
                Next::Close => {
                    self.lines.flush().await?;
                    return Ok(End::Closed);
                }
            }
        }
        Ok(End::Closed)
    }

    async fn answer(&mut self, line: &str) -> io::Result<Next> {
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" => self.hello(),
            "HELO" => self.lines.reply("250 localhost"),
            "STARTTLS" if self.server.tls.is_some() && !self.encrypted => {
                self.lines.reply("220 2.0.0 go ahead");
                return Ok(Next::StartTls);
            }
            "AUTH" => self.sign_in(rest),
            "MAIL" => self.mail(rest),
            "RCPT" => return self.recipient(rest).await,
            "DATA" => return self.data().await,
            "RSET" => {
                self.reset();
                self.lines.reply("250 2.0.0 forgotten");
            }
            "NOOP" => self.lines.reply("250 2.0.0 nothing done"),
            "QUIT" => {
                self.lines.reply("221 2.0.0 bye");
                return Ok(Next::Close);
            }
            _ => self.lines.reply("500 5.5.2 unknown command"),
        }
        Ok(Next::Command)
    }

    fn reset(&mut self) {
        self.sender = false;
        self.recipients.clear();
    }

    fn hello(&mut self) {
        self.reset();
        self.lines.reply("250-localhost");
        if self.server.pipelining {
            self.lines.reply("250-PIPELINING");
        }
        if self.server.tls.is_some() && !self.encrypted {
            self.lines.reply("250-STARTTLS");
        }
        if self.server.account.is_some() {
            self.lines.reply("250-AUTH PLAIN");
        }
        self.lines.reply("250-8BITMIME");
        self.lines.reply("250-ENHANCEDSTATUSCODES");
        self.lines.reply(&format!("250 SIZE {MAIL_LIMIT}"));
    }

    fn sign_in(&mut self, rest: &str) {
        let response = rest
            .strip_prefix("PLAIN ")
            .and_then(|response| STANDARD.decode(response).ok());
        let right = self.server.account.as_ref().is_some_and(|account| {
            let expected = format!("\0{}\0{}", account.username, account.password);
            response.is_some_and(|response| response == expected.as_bytes())
        });
        self.signed_in |= right;
        let reply = if right {
            "235 2.7.0 welcome"
        } else {
            "535 5.7.8 wrong name or password"
        };
        self.lines.reply(reply);
    }

    fn mail(&mut self, rest: &str) {
        let size = rest.to_ascii_uppercase().rsplit_once(" SIZE=").map(|(_, size)| {
            let digits = size.split(' ').next().unwrap_or_default();
            digits.parse().unwrap_or(usize::MAX)
        });
        let reply = if self.server.tls.is_some() && !self.encrypted {
            "530 5.7.0 STARTTLS first"
        } else if !self.signed_in {
            "530 5.7.0 sign in first"
        } else if self.sender {
            "503 5.5.1 a mail is under way"
        } else if path(rest, "FROM:").is_none() {
            "501 5.5.4 MAIL FROM:<address>"
        } else if size.is_some_and(|size| size > MAIL_LIMIT) {
            "552 5.3.4 too large"
        } else {
            self.sender = true;
            "250 2.1.0 ok"
        };
        self.lines.reply(reply);
    }

    async fn recipient(&mut self, rest: &str) -> io::Result<Next> {
        let address = path(rest, "TO:").filter(|address| address.contains('@'));
        let refusal = match address {
            _ if !self.sender => Some("503 5.5.1 MAIL first"),
            _ if self.recipients.len() == RECIPIENTS => Some("452 4.5.3 enough recipients"),
            None => Some("501 5.1.3 RCPT TO:<address>"),
            Some(_) => None,
        };
        let (Some(address), None) = (address, refusal) else {
            self.lines.reply(refusal.unwrap_or("501 5.1.3 RCPT TO:<address>"));
            return Ok(Next::Command);
        };
        let ground = &self.server.ground;
        let course = ground.faults.meet(Kind::Email, &ground.clock).await;
        match course {
            Course::Unregistered => self.lines.reply("550 5.1.1 no such mailbox"),
            Course::Status { code, retry_after_s } if !at_the_dot(code) => {
                // SMTP has no Retry-After; the words say that the account is too fast.
                let words = if retry_after_s.is_some() {
                    "4.7.28 rate limit"
                } else {
                    "on request"
                };
                self.lines.reply(&format!("{code} {words}"));
                if code == 421 {
                    return Ok(Next::Close);
                }
            }
            // What hung and took nothing drops the connection at once: the wait is over.
            Course::Usual | Course::Lose | Course::Status { .. } | Course::Drop { .. } => {
                self.recipients.push((address.to_owned(), course));
                self.lines.reply("250 2.1.5 ok");
            }
        }
        Ok(Next::Command)
    }

    async fn data(&mut self) -> io::Result<Next> {
        if self.recipients.is_empty() {
            let reply = if self.sender {
                "554 5.5.1 no valid recipients"
            } else {
                "503 5.5.1 MAIL first"
            };
            self.lines.reply(reply);
            return Ok(Next::Command);
        }
        self.lines.reply("354 end with a dot on a line");
        let recipients = std::mem::take(&mut self.recipients);
        self.reset();
        let mail = match self.lines.text(MAIL_LIMIT).await? {
            None => return Ok(Next::Close),
            Some(Text::TooLong) => {
                self.lines.reply("552 5.3.4 too large");
                return Ok(Next::Command);
            }
            Some(Text::Whole(mail)) => mail,
        };
        let mut reply = "250 2.0.0 taken".to_owned();
        for (address, course) in recipients {
            match course {
                Course::Lose => self.server.ground.inbox.record_dropped(Kind::Email),
                Course::Status { code, .. } => reply = format!("{code} on request"),
                Course::Drop { taken } => {
                    if taken {
                        self.server.take(&address, &mail);
                    }
                    // Not even the replies to earlier commands leave.
                    return Err(io::ErrorKind::ConnectionAborted.into());
                }
                Course::Usual | Course::Unregistered => self.server.take(&address, &mail),
            }
        }
        self.lines.reply(&reply);
        Ok(Next::Command)
    }
}

/// Replies that servers give once they have seen the text.
const fn at_the_dot(code: u16) -> bool {
    matches!(code, 452 | 552 | 554)
}

/// The address between angle brackets behind `FROM:` or `TO:`.
fn path<'a>(rest: &'a str, keyword: &str) -> Option<&'a str> {
    let start = rest.get(..keyword.len())?;
    if !start.eq_ignore_ascii_case(keyword) {
        return None;
    }
    let path = rest[keyword.len()..].trim_start().strip_prefix('<')?;
    path.split_once('>').map(|(address, _)| address)
}
