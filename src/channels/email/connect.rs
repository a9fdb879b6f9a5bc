//! From nothing to a connection that takes mail: greeting, EHLO, TLS, sign-in.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};
use tokio::time::timeout;

use super::connection::{Fault, Stream, Wire, dial};
use super::reply::Reply;
use super::settings::{EmailSettings, EmailSettingsError, Tls};
use super::tls::TlsClient;
use super::verdict::{self, Stage};
use crate::domain::delivery::Attempt;

/// What a server said that it can do (the EHLO keywords that matter here).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Capabilities {
    /// RFC 2920.
    pub(super) pipelining: bool,
    /// RFC 1870: `SIZE=` may be sent, so that a mail that is too large is refused before it is written.
    pub(super) size: bool,
    starttls: bool,
    sign_in: Option<SignIn>,
}

/// A way to sign in (RFC 4954).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SignIn {
    /// RFC 4616.
    Plain,
    /// Older, without a standard of its own.
    Login,
}

impl Capabilities {
    fn read(ehlo: &Reply) -> Self {
        let mut found = Self::default();
        for line in ehlo.lines.iter().skip(1) {
            let mut words = line.split_ascii_whitespace().map(str::to_ascii_uppercase);
            match words.next().as_deref() {
                Some("PIPELINING") => found.pipelining = true,
                Some("STARTTLS") => found.starttls = true,
                Some("SIZE") => found.size = true,
                Some("AUTH") => {
                    for mechanism in words {
                        match mechanism.as_str() {
                            "PLAIN" => found.sign_in = Some(SignIn::Plain),
                            "LOGIN" => found.sign_in = found.sign_in.or(Some(SignIn::Login)),
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
        }
        found
    }
}

/// Why no connection came about.
#[derive(Debug)]
pub(super) enum Refusal {
    /// The connection failed.
    Fault(Fault),
    /// The server refused us.
    Reply(Reply),
    /// The server lacks what the settings ask for.
    Lacks(&'static str),
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl Refusal {
    /// What it means for the recipients that wait: passing in every case, since none of them is to blame.
    pub(super) fn attempt(&self) -> Attempt {
        match self {
            Self::Fault(fault) => Attempt::Transient {
                reason: fault.name().to_owned(),
            },
            Self::Reply(reply) => verdict::attempt(Stage::Greeting, reply),
            Self::Lacks(what) => Attempt::Transient {
                reason: format!("smtp server lacks {what}"),
            },
        }
    }
}

/// Whom to connect to, and how.
pub(super) struct Target {
    host: String,
    port: u16,
    tls: Option<(Tls, TlsClient)>,
    credentials: Option<(String, SecretString)>,
    helo: Vec<u8>,
    step_limit: Duration,
}

impl Target {
    /// Reads the certificates; opens no connection.
    pub(super) fn new(settings: &EmailSettings, step_limit: Duration) -> Result<Self, EmailSettingsError> {
        let tls = match settings.tls {
            Tls::None => None,
            kind => Some((kind, TlsClient::new(settings)?)),
        };
        Ok(Self {
            host: settings.host.clone(),
            port: settings.port,
            tls,
            credentials: settings.username.clone().zip(settings.password.clone()),
            helo: format!("EHLO {}", settings.helo_name).into_bytes(),
            step_limit,
        })
    }

    /// Opens a connection that is ready for MAIL.
    pub(super) async fn connect(&self) -> Result<(Wire, Capabilities), Refusal> {
        let stream = dial(&self.host, self.port, self.step_limit).await?;
        let (mut wire, capabilities) = match &self.tls {
            None => {
                // "localhost" is whatever the resolver says; only a loopback address is this machine.
                if !stream.peer_addr().is_ok_and(|peer| peer.ip().is_loopback()) {
                    return Err(Refusal::Lacks("tls"));
                }
                self.greet(Box::new(stream)).await?
            }
            Some((Tls::Implicit, client)) => self.greet(self.encrypt(client, stream).await?).await?,
            Some((_, client)) => {
                let (mut wire, capabilities) = self.greet(Box::new(stream)).await?;
                if !capabilities.starttls {
                    return Err(Refusal::Lacks("starttls"));
                }
                success(wire.command(b"STARTTLS").await?)?;
                let stream = self.encrypt(client, wire.into_clear_stream()?).await?;
                let mut wire = Wire::new(stream, self.step_limit);
                // What was said before does not count any more (RFC 3207, 4.2).
                let capabilities = self.hello(&mut wire).await?;
                (wire, capabilities)
            }
        };
        self.sign_in(&mut wire, capabilities).await?;
        Ok((wire, capabilities))
    }

    async fn encrypt<S: Stream + 'static>(
        &self,
        client: &TlsClient,
        stream: S,
    ) -> Result<Box<dyn Stream>, Fault> {
        let handshake = client.connector.connect(client.server_name.clone(), stream);
        match timeout(self.step_limit, handshake).await {
            Err(_) => Err(Fault::TimedOut),
            Ok(Err(error)) => Err(Fault::Io(error.kind())),
            Ok(Ok(stream)) => Ok(Box::new(stream)),
        }
    }

    async fn greet(&self, stream: Box<dyn Stream>) -> Result<(Wire, Capabilities), Refusal> {
        let mut wire = Wire::new(stream, self.step_limit);
        success(wire.reply().await?)?;
        let capabilities = self.hello(&mut wire).await?;
        Ok((wire, capabilities))
    }

    async fn hello(&self, wire: &mut Wire) -> Result<Capabilities, Refusal> {
        Ok(Capabilities::read(&success(wire.command(&self.helo).await?)?))
    }

    /// AUTH, PLAIN before LOGIN. The connection is encrypted or within this machine.
    async fn sign_in(&self, wire: &mut Wire, capabilities: Capabilities) -> Result<(), Refusal> {
        let Some((username, password)) = &self.credentials else {
            return Ok(());
        };
        let password = password.expose_secret();
        match capabilities.sign_in {
            Some(SignIn::Plain) => {
                let response = STANDARD.encode(format!("\0{username}\0{password}"));
                success(wire.command(format!("AUTH PLAIN {response}").as_bytes()).await?)?;
            }
            Some(SignIn::Login) => {
                intermediate(wire.command(b"AUTH LOGIN").await?)?;
                intermediate(wire.command(STANDARD.encode(username).as_bytes()).await?)?;
                success(wire.command(STANDARD.encode(password).as_bytes()).await?)?;
            }
            None => return Err(Refusal::Lacks("auth plain and login")),
        }
        Ok(())
    }
}

fn success(reply: Reply) -> Result<Reply, Refusal> {
    if reply.is_success() {
        Ok(reply)
    } else {
        Err(Refusal::Reply(reply))
    }
}

fn intermediate(reply: Reply) -> Result<Reply, Refusal> {
    if reply.is_intermediate() {
        Ok(reply)
    } else {
        Err(Refusal::Reply(reply))
    }
}
