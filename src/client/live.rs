//! The live stream: server-sent events (WHATWG HTML, section 9.2), taken up again where they broke off.

use std::time::Duration;

use reqwest::header::{ACCEPT, HeaderName};
use reqwest::{Method, Response};
use serde_json::Value;

use super::{Client, ClientError};

/// The longest line of a stream, in bytes.
const LINE_LIMIT: usize = 256 * 1024;
/// How long a stream may be silent: the service gives a sign of life every 15 seconds.
const SILENCE: Duration = Duration::from_secs(45);
/// How long to wait before the stream is taken up again.
const PAUSE: Duration = Duration::from_millis(500);
/// How often in a row the stream is taken up again without an event in between.
const TRIES: u32 = 20;

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// Something that happened.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct LiveEvent {
    /// Its number, increasing.
    pub number: String,
    /// What happened: `wave.finished`.
    pub kind: String,
    /// The rest, as the service sent it.
    pub data: Value,
}

/// A stream of events that goes on until it is dropped.
#[derive(Debug)]
pub struct LiveStream {
    client: Client,
    path: String,
    last: Option<String>,
    response: Option<Response>,
    lines: Lines,
}

impl Client {
    /// Follows the events under `path`, from after the event `last`, or from now on.
    pub(super) async fn follow(&self, path: String, last: Option<String>) -> Result<LiveStream, ClientError> {
        let mut stream = LiveStream {
            client: self.clone(),
            path,
            last,
            response: None,
            lines: Lines::default(),
        };
        stream.open().await?;
        Ok(stream)
    }
}

impl LiveStream {
    async fn open(&mut self) -> Result<(), ClientError> {
        let mut request = self
            .client
            .request(Method::GET, &self.path)?
            .header(ACCEPT, "text/event-stream");
        if let Some(last) = &self.last {
            request = request.header(LAST_EVENT_ID, last);
        }
        self.lines = Lines::default();
        self.response = Some(self.client.send(request).await?);
        Ok(())
    }

    /// The next event.
    pub async fn next(&mut self) -> Result<LiveEvent, ClientError> {
        let mut tries = 0;
        loop {
            if let Some(event) = self.lines.next_event() {
                self.last = Some(event.number.clone());
                return Ok(event);
            }
            if self.read_on().await? {
                continue;
            }
            self.response = None;
            loop {
                self.client.clock.sleep(PAUSE).await;
                match self.open().await {
                    Ok(()) => break,
                    Err(error) if error.may_pass() && tries < TRIES => tries += 1,
                    Err(error) => return Err(error),
                }
            }
        }
    }

    /// Reads some more; false when the stream broke off.
    async fn read_on(&mut self) -> Result<bool, ClientError> {
        let Some(response) = &mut self.response else {
            return Ok(false);
        };
        match tokio::time::timeout(SILENCE, response.chunk()).await {
            Ok(Ok(Some(part))) => self.lines.add(&part).map(|()| true),
            Ok(Ok(None) | Err(_)) | Err(_) => Ok(false),
        }
    }
}

/// Lines that came in, and the event that they make.
#[derive(Debug, Default)]
pub(super) struct Lines {
    unread: Vec<u8>,
    number: String,
    kind: String,
    data: String,
}

impl Lines {
    pub(super) fn add(&mut self, part: &[u8]) -> Result<(), ClientError> {
        if self.unread.len() + part.len() > LINE_LIMIT {
            return Err(ClientError::TooLong);
        }
        self.unread.extend_from_slice(part);
        Ok(())
    }

    /// The next whole event, if it came in already.
    pub(super) fn next_event(&mut self) -> Option<LiveEvent> {
        while let Some(end) = self.unread.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.unread.drain(..=end).collect();
            let line = String::from_utf8_lossy(&line);
            let line = line.trim_end_matches(['\r', '\n']);
            if !line.is_empty() {
                self.take(line);
            } else if let Some(event) = self.event() {
                return Some(event);
            }
        }
        None
    }

    fn take(&mut self, line: &str) {
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "id" => value.clone_into(&mut self.number),
            "event" => value.clone_into(&mut self.kind),
            "data" => {
                if !self.data.is_empty() {
                    self.data.push('\n');
                }
                self.data.push_str(value);
            }
            // A comment is a sign of life; other fields concern browsers.
            _ => {}
        }
    }

    fn event(&mut self) -> Option<LiveEvent> {
        let data = std::mem::take(&mut self.data);
        let kind = std::mem::take(&mut self.kind);
        if data.is_empty() {
            return None;
        }
        Some(LiveEvent {
            number: self.number.clone(),
            kind,
            data: serde_json::from_str(&data).unwrap_or(Value::Null),
        })
    }
}
