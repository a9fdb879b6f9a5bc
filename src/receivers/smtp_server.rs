//! An SMTP server that takes every mail and shows it: ESMTP with PIPELINING, 8BITMIME, SIZE, and on request
//! STARTTLS and AUTH PLAIN.
//!
//! Faults ([`super::faults`], kind `email`): a status is the reply code, given at RCPT, but 452, 552 and 554 at
//! the dot that ends the text; 421 also ends the connection, and with `retry_after_s` the reply says that the
//! account sends too fast. `unregistered` is 550 5.1.1 at RCPT. A reset drops
//! the connection at the dot, `accept_and_drop` answers 250 there and forgets the mail; hanging and delaying
//! happen before the reply to RCPT.

use std::future::Future;
use std::io;
use std::sync::Arc;

use mail_parser::MessageParser;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use self::dialogue::{Dialogue, End};
use self::lines::Lines;
use super::Ground;
use super::inbox::{Arrival, Kind, hint};
use super::serve::tls::Tls;

mod dialogue;
mod lines;

/// The most connections at a time; more wait in the system's backlog.
const CONNECTIONS: usize = 512;

/// The largest mail, in bytes, announced by SIZE.
const MAIL_LIMIT: usize = 1024 * 1024;

/// How the server behaves; clones share the inbox and the faults.
#[derive(Clone)]
pub struct SmtpServer {
    ground: Ground,
    tls: Option<Tls>,
    account: Option<Arc<Account>>,
    pipelining: bool,
}

/// Who may send.
struct Account {
    username: String,
    password: String,
}

impl SmtpServer {
    /// A server without TLS or accounts.
    pub fn new(ground: Ground) -> Self {
        Self {
            ground,
            tls: None,
            account: None,
            pipelining: true,
        }
    }

    /// Offers STARTTLS and takes no mail before it.
    #[must_use]
    pub fn with_starttls(self, tls: Tls) -> Self {
        Self {
            tls: Some(tls),
            ..self
        }
    }

    /// Takes mail only from this account.
    #[must_use]
    pub fn with_account(self, username: &str, password: &str) -> Self {
        let account = Account {
            username: username.to_owned(),
            password: password.to_owned(),
        };
        Self {
            account: Some(Arc::new(account)),
            ..self
        }
    }

    /// Does not offer PIPELINING.
    #[must_use]
    pub fn without_pipelining(self) -> Self {
        Self {
            pipelining: false,
            ..self
        }
    }

    /// Serves until `shutdown` ends; open connections are dropped then.
    pub async fn serve(self, listener: TcpListener, shutdown: impl Future<Output = ()>) {
        let permits = Arc::new(Semaphore::new(CONNECTIONS));
        let mut connections = JoinSet::new();
        let accept = async {
            loop {
                let permit = Arc::clone(&permits)
                    .acquire_owned()
                    .await
                    .expect("the semaphore is never closed");
                // Out of descriptors: the next one may find some.
                let Ok((stream, _)) = listener.accept().await else {
                    continue;
                };
                // Replies are short; none waits for the acknowledgement of another.
                let _ = stream.set_nodelay(true);
                while connections.try_join_next().is_some() {}
                let server = self.clone();
                connections.spawn(async move {
                    let _permit = permit;
                    // A client that goes away is no news for a receiver.
                    let _ = server.converse(stream).await;
                });
            }
        };
        tokio::select! {
            () = accept => {}
            () = shutdown => {}
        }
    }

    async fn converse(&self, stream: TcpStream) -> io::Result<()> {
        let mut dialogue = Dialogue::new(self, Lines::new(stream));
        dialogue.greet();
        match dialogue.run().await? {
            End::Closed => Ok(()),
            End::StartTls => {
                let tls = self
                    .tls
                    .as_ref()
                    .expect("STARTTLS is only answered when it is offered");
                let stream = tls.accept(dialogue.into_clear_stream()?).await?;
                Dialogue::new(self, Lines::new(stream))
                    .encrypted()
                    .run()
                    .await
                    .map(drop)
            }
        }
    }

    /// Puts a mail into the inbox.
    fn take(&self, recipient: &str, mail: &[u8]) {
        let parsed = MessageParser::default().parse(mail);
        let parsed = parsed.as_ref();
        let body = parsed
            .and_then(|mail| mail.body_text(0))
            .unwrap_or_default()
            .replace("\r\n", "\n");
        self.ground.inbox.record(Arrival {
            at: self.ground.clock.now(),
            channel: Kind::Email.channel(),
            kind: Kind::Email,
            endpoint_hint: hint(recipient),
            reference: parsed
                .and_then(|mail| mail.header("X-Oproep-Reference")?.as_text())
                .unwrap_or_default()
                .trim()
                .to_owned(),
            title: parsed
                .and_then(|mail| mail.subject())
                .unwrap_or_default()
                .to_owned(),
            link: link(&body),
            body,
        });
    }
}

/// The last line that is an address on the web.
fn link(text: &str) -> Option<String> {
    let is_link = |line: &&str| line.starts_with("https://") || line.starts_with("http://");
    text.lines().map(str::trim).rfind(is_link).map(str::to_owned)
}

#[cfg(test)]
mod tests;
