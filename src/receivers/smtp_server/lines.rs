//! Lines from a client and replies to it: bounded, and answered together when commands come together.

use std::io;

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// The longest command line, in bytes. RFC 4954 allows 12,288 for AUTH; ours are short.
const LINE_LIMIT: usize = 4096;

/// A client's lines.
pub(super) struct Lines<S> {
    stream: S,
    received: BytesMut,
    replies: Vec<u8>,
}

/// The text of a mail.
pub(super) enum Text {
    /// It came whole; doubled dots are undone.
    Whole(Vec<u8>),
    /// It was longer than the limit, and is thrown away.
    TooLong,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Lines<S> {
    pub(super) fn new(stream: S) -> Self {
        Self {
            stream,
            received: BytesMut::with_capacity(8192),
            replies: Vec::new(),
        }
    }

    /// Lets a reply leave with the next read that has to wait.
    pub(super) fn reply(&mut self, line: &str) {
        self.replies.extend_from_slice(line.as_bytes());
        self.replies.extend_from_slice(b"\r\n");
    }

    /// Sends the replies.
    pub(super) async fn flush(&mut self) -> io::Result<()> {
        self.stream.write_all(&self.replies).await?;
        self.replies.clear();
        self.stream.flush().await
    }

    /// The next line without its end; none when the client is gone. An error when it is too long.
    pub(super) async fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        loop {
            if let Some(length) = self.received.iter().position(|byte| *byte == b'\n') {
                let line = self.received.split_to(length + 1);
                let line = line.strip_suffix(b"\n").expect("the line ends there");
                return Ok(Some(line.strip_suffix(b"\r").unwrap_or(line).to_vec()));
            }
            if self.received.len() > LINE_LIMIT {
                return Err(io::ErrorKind::InvalidData.into());
            }
            if !self.read().await? {
                return Ok(None);
            }
        }
    }

    /// The text up to the line with only a dot, at most `limit` bytes; none when the client is gone.
    pub(super) async fn text(&mut self, limit: usize) -> io::Result<Option<Text>> {
        let mut text = Vec::new();
        let mut too_long = false;
        loop {
            while let Some(length) = self.received.iter().position(|byte| *byte == b'\n') {
                let line = self.received.split_to(length + 1);
                if matches!(&line[..], b".\r\n" | b".\n") {
                    return Ok(Some(if too_long {
                        Text::TooLong
                    } else {
                        Text::Whole(text)
                    }));
                }
                let line = line.strip_prefix(b".").unwrap_or(&line);
                too_long |= text.len() + line.len() > limit;
                if !too_long {
                    text.extend_from_slice(line);
                }
            }
            if self.received.len() > limit {
                return Err(io::ErrorKind::InvalidData.into());
            }
            if !self.read().await? {
                return Ok(None);
            }
        }
    }

    /// Reads more, with all replies sent before. False when the client is gone.
    async fn read(&mut self) -> io::Result<bool> {
        self.flush().await?;
        self.received.reserve(8192);
        Ok(self.stream.read_buf(&mut self.received).await? > 0)
    }

    /// The stream, with nothing left over that would be taken for what comes next (RFC 3207, 6).
    pub(super) fn into_clear_stream(self) -> io::Result<S> {
        if self.received.is_empty() {
            Ok(self.stream)
        } else {
            Err(io::ErrorKind::InvalidData.into())
        }
    }
}
