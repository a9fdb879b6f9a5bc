//! A connection to an SMTP server: opening it up to the point where mail can be sent, and moving bytes with a
//! time limit on every step.

use std::io;
use std::time::Duration;

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::reply::{self, Parsed, Reply};

/// A stream of bytes, encrypted or not.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// Why a connection cannot go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The connection failed.
    Io(io::ErrorKind),
    /// The server closed the connection.
    Closed,
    /// A step took longer than it may.
    TimedOut,
    /// What came is not SMTP.
    NotSmtp,
}

impl Fault {
    /// What happened, in a few words, for reasons and logs.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Io(io::ErrorKind::ConnectionRefused) => "smtp connection refused",
            Self::Io(io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe) => "smtp connection reset",
            Self::Io(io::ErrorKind::InvalidData) => "smtp tls refused",
            Self::Io(_) => "smtp connection failed",
            Self::Closed => "smtp connection closed",
            Self::TimedOut => "smtp time limit passed",
            Self::NotSmtp => "smtp reply malformed",
        }
    }
}

/// Both ways of a connection.
pub(super) struct Wire {
    stream: Box<dyn Stream>,
    received: BytesMut,
    step_limit: Duration,
    /// What leaves with the next [`Wire::flush`].
    pub(super) outgoing: Vec<u8>,
}

/// A write that failed, and how many of its bytes may have reached the server.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unsent {
    pub(super) fault: Fault,
    pub(super) handed_over: usize,
}

impl Wire {
    /// Takes a stream over.
    pub(super) fn new(stream: Box<dyn Stream>, step_limit: Duration) -> Self {
        Self {
            stream,
            received: BytesMut::with_capacity(4096),
            step_limit,
            outgoing: Vec::new(),
        }
    }

    /// Sends all that is outgoing.
    pub(super) async fn flush(&mut self) -> Result<(), Unsent> {
        let mut handed_over = 0;
        let stream = &mut self.stream;
        let outgoing = &self.outgoing;
        let write = async {
            while handed_over < outgoing.len() {
                match stream.write(&outgoing[handed_over..]).await? {
                    0 => return Err(io::ErrorKind::BrokenPipe.into()),
                    count => handed_over += count,
                }
            }
            stream.flush().await
        };
        let ended = match timeout(self.step_limit, write).await {
            Err(_) => Err(Fault::TimedOut),
            Ok(Err(error)) => Err(Fault::Io(error.kind())),
            Ok(Ok(())) => Ok(()),
        };
        self.outgoing.clear();
        ended.map_err(|fault| Unsent { fault, handed_over })
    }

    /// The next reply.
    pub(super) async fn reply(&mut self) -> Result<Reply, Fault> {
        let limit = self.step_limit;
        match self.reply_at_hand()? {
            Some(reply) => Ok(reply),
            None => timeout(limit, self.reply_to_come())
                .await
                .unwrap_or(Err(Fault::TimedOut)),
        }
    }

    async fn reply_to_come(&mut self) -> Result<Reply, Fault> {
        loop {
            match self.stream.read_buf(&mut self.received).await {
                Err(error) => return Err(Fault::Io(error.kind())),
                Ok(0) => return Err(Fault::Closed),
                Ok(_) => {}
            }
            if let Some(reply) = self.reply_at_hand()? {
                return Ok(reply);
            }
        }
    }

    fn reply_at_hand(&mut self) -> Result<Option<Reply>, Fault> {
        match reply::parse(&self.received) {
            Parsed::Partial => Ok(None),
            Parsed::Malformed => Err(Fault::NotSmtp),
            Parsed::Whole(reply, length) => {
                self.received.advance(length);
                Ok(Some(reply))
            }
        }
    }

    /// Sends one command and reads its reply.
    pub(super) async fn command(&mut self, command: &[u8]) -> Result<Reply, Fault> {
        self.outgoing.extend_from_slice(command);
        self.outgoing.extend_from_slice(b"\r\n");
        self.flush().await.map_err(|unsent| unsent.fault)?;
        self.reply().await
    }

    /// The stream, to be encrypted. Fails when something came after the reply to STARTTLS: it would be taken
    /// for the encrypted dialogue (RFC 3207, 6).
    pub(super) fn into_clear_stream(self) -> Result<Box<dyn Stream>, Fault> {
        if self.received.is_empty() {
            Ok(self.stream)
        } else {
            Err(Fault::NotSmtp)
        }
    }
}

/// Opens a TCP connection that sends small writes at once: with Nagle's algorithm every mail waits for the
/// server's delayed acknowledgement.
pub(super) async fn dial(host: &str, port: u16, limit: Duration) -> Result<TcpStream, Fault> {
    let stream = match timeout(limit, TcpStream::connect((host, port))).await {
        Err(_) => return Err(Fault::TimedOut),
        Ok(Err(error)) => return Err(Fault::Io(error.kind())),
        Ok(Ok(stream)) => stream,
    };
    stream
        .set_nodelay(true)
        .map_err(|error| Fault::Io(error.kind()))?;
    Ok(stream)
}
