//! What every provider over HTTP shares: clients with limits, and what a failed request means.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use reqwest::{Certificate, Client, ClientBuilder, Response, redirect};
use serde::{Deserialize, Serialize};

use crate::domain::delivery::Attempt;

pub mod retry_after;

/// Which HTTP version is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HttpVersion {
    /// HTTP/2 where the server's TLS offers it (ALPN, RFC 7301), HTTP/1.1 otherwise.
    #[default]
    Alpn,
    /// HTTP/2 from the first byte, also without TLS (RFC 9113 section 3.3).
    PriorKnowledge,
    /// HTTP/1.1 only.
    Http1,
}

/// How a provider over HTTP is connected to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HttpSettings {
    /// How many clients take turns, 1 to 64. Each is one HTTP/2 connection a host, which carries about
    /// (streams / round trip) requests a second whatever the concurrency: 100 streams at 50 ms are 2,000/s.
    pub clients: usize,
    /// The HTTP version.
    pub version: HttpVersion,
    /// The longest that name, TCP and TLS may take together, in milliseconds.
    pub connect_timeout_ms: u64,
    /// The longest that a request may take from start to the last byte of its answer, in milliseconds.
    pub request_timeout_ms: u64,
    /// A PEM file with certificates that are trusted besides the system's, for a proxy or a local receiver.
    pub extra_roots_file: Option<PathBuf>,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            clients: 1,
            version: HttpVersion::Alpn,
            connect_timeout_ms: 3_000,
            request_timeout_ms: 10_000,
            extra_roots_file: None,
        }
    }
}

/// Why clients could not be built.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// A number is out of its range.
    #[error("{setting} must lie between {least} and {most}")]
    OutOfRange {
        /// The setting's name.
        setting: &'static str,
        /// The least that is allowed.
        least: u64,
        /// The most that is allowed.
        most: u64,
    },
    /// The file with certificates cannot be read.
    #[error("cannot read the certificates in {path}: {source}")]
    Roots {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A client was refused, for instance for certificates that are none.
    #[error("cannot set up HTTP clients, check extra_roots_file and the system's certificates: {0}")]
    Client(#[from] reqwest::Error),
}

/// Clients that take turns: the shards of one provider account.
#[derive(Debug)]
pub struct Clients {
    shards: Vec<Client>,
    turn: AtomicUsize,
}

impl Clients {
    /// Clients by these settings: no redirects, no proxy from the environment, our user agent.
    pub fn build(settings: &HttpSettings) -> Result<Self, HttpError> {
        Self::build_with(settings, |builder| builder)
    }

    /// As [`Clients::build`], with something added to each client, for instance a resolver.
    pub fn build_with(
        settings: &HttpSettings,
        add: impl Fn(ClientBuilder) -> ClientBuilder,
    ) -> Result<Self, HttpError> {
        within("clients", settings.clients as u64, 1, 64)?;
        within("connect_timeout_ms", settings.connect_timeout_ms, 1, 60_000)?;
        within("request_timeout_ms", settings.request_timeout_ms, 1, 120_000)?;
        let roots = match &settings.extra_roots_file {
            Some(path) => {
                let pem = std::fs::read(path).map_err(|source| HttpError::Roots {
                    path: path.clone(),
                    source,
                })?;
                Certificate::from_pem_bundle(&pem)?
            }
            None => Vec::new(),
        };
        let shards = (0..settings.clients)
            .map(|_| add(builder(settings).tls_certs_merge(roots.clone())).build())
            .collect::<Result<_, _>>()?;
        Ok(Self {
            shards,
            turn: AtomicUsize::new(0),
        })
    }

    /// Each client by itself, for an adapter that knows more of its connections.
    pub fn into_each(self) -> Vec<Client> {
        self.shards
    }

    /// The client whose turn it is.
    pub fn next(&self) -> &Client {
        &self.shards[self.turn.fetch_add(1, Ordering::Relaxed) % self.shards.len()]
    }
}

fn within(setting: &'static str, value: u64, least: u64, most: u64) -> Result<(), HttpError> {
    if (least..=most).contains(&value) {
        Ok(())
    } else {
        Err(HttpError::OutOfRange { setting, least, most })
    }
}

fn builder(settings: &HttpSettings) -> ClientBuilder {
    let builder = Client::builder()
        .user_agent(concat!("oproep/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .no_proxy()
        .connect_timeout(Duration::from_millis(settings.connect_timeout_ms))
        .timeout(Duration::from_millis(settings.request_timeout_ms))
        // A connection that died silently is found while requests wait on it, not by each one's timeout.
        .http2_keep_alive_interval(Duration::from_secs(30))
        .http2_keep_alive_timeout(Duration::from_secs(10));
    match settings.version {
        HttpVersion::Alpn => builder,
        HttpVersion::PriorKnowledge => builder.http2_prior_knowledge(),
        HttpVersion::Http1 => builder.http1_only(),
    }
}

/// What a request that got no answer means for its recipient.
///
/// Without a connection nothing was handed over. Once the request may have left, nobody can tell.
pub fn unanswered(error: &reqwest::Error) -> Attempt {
    if error.is_builder() {
        // Never left this process: the URL or a header is not one.
        Attempt::Rejected {
            reason: "request_malformed".to_owned(),
            endpoint_gone: false,
        }
    } else if error.is_connect() {
        let reason = if error.is_timeout() {
            "connect_timeout"
        } else {
            "connect_failed"
        };
        Attempt::Transient {
            reason: reason.to_owned(),
        }
    } else {
        let reason = if error.is_timeout() {
            "answer_timeout"
        } else {
            "connection_broken"
        };
        Attempt::Unconfirmed {
            reason: reason.to_owned(),
        }
    }
}

/// The answer's body, at most its first `limit` bytes; empty when it broke off at once.
///
/// Reading it lets the connection be used again. A status that arrived is an answer, so a body that
/// breaks off takes nothing from it.
pub async fn body_start(mut response: Response, limit: usize) -> Vec<u8> {
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        let room = limit - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if chunk.len() >= room {
            break;
        }
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    fn quick() -> Clients {
        Clients::build(&HttpSettings {
            request_timeout_ms: 200,
            ..HttpSettings::default()
        })
        .unwrap()
    }

    #[tokio::test]
    async fn a_refused_connection_was_certainly_not_handed_over() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        drop(listener);
        let error = quick().next().post(url).body("x").send().await.unwrap_err();
        assert_eq!(
            unanswered(&error),
            Attempt::Transient {
                reason: "connect_failed".to_owned()
            }
        );
    }

    #[tokio::test]
    async fn a_request_that_left_and_got_no_answer_is_unconfirmed() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let server = tokio::spawn(async move {
            let (mut silent, _) = listener.accept().await.unwrap();
            let (mut broken, _) = listener.accept().await.unwrap();
            let _ = broken.read(&mut [0; 1024]).await;
            drop(broken);
            let _ = silent.read(&mut [0; 1024]).await;
            silent
        });
        let clients = quick();
        let error = clients.next().post(&url).body("x").send().await.unwrap_err();
        assert_eq!(
            unanswered(&error),
            Attempt::Unconfirmed {
                reason: "answer_timeout".to_owned()
            }
        );
        let error = clients.next().post(&url).body("x").send().await.unwrap_err();
        assert_eq!(
            unanswered(&error),
            Attempt::Unconfirmed {
                reason: "connection_broken".to_owned()
            }
        );
        server.await.unwrap();
    }

    #[tokio::test]
    async fn a_redirect_is_an_answer_and_not_followed_and_a_long_body_is_cut() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 1024]).await;
            let head = "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:9/\r\ncontent-length: 9000\r\n\r\n";
            let _ = stream
                .write_all(format!("{head}{}", "x".repeat(9000)).as_bytes())
                .await;
        });
        let response = quick().next().get(url).send().await.unwrap();
        assert_eq!(response.status(), 302);
        assert_eq!(body_start(response, 5000).await.len(), 5000);
    }

    #[test]
    fn settings_out_of_range_say_which() {
        let error = Clients::build(&HttpSettings {
            clients: 0,
            ..HttpSettings::default()
        })
        .unwrap_err();
        assert_eq!(error.to_string(), "clients must lie between 1 and 64");
    }
}
