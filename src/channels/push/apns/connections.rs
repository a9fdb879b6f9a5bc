//! Several connections that are kept warm. On a new one Apple allows a single stream until it has seen a token
//! that holds; whoever sends more meanwhile only makes them wait, so they wait here.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use reqwest::Client;
use tokio::sync::{Mutex, MutexGuard};

use super::ApnsError;
use crate::channels::http::{Clients, HttpSettings, HttpVersion};
use crate::domain::delivery::Attempt;

/// The connections, which take turns.
#[derive(Debug)]
pub(super) struct Connections {
    all: Vec<Connection>,
    turn: AtomicUsize,
}

/// One connection: a client, which opens it again when it breaks.
#[derive(Debug)]
pub(super) struct Connection {
    client: Client,
    warm: AtomicBool,
    /// How often it was lost, so that whoever waited for it to warm up hears of it.
    losses: AtomicU64,
    first: Mutex<()>,
}

impl Connections {
    pub(super) fn build(settings: &HttpSettings) -> Result<Self, ApnsError> {
        if settings.version == HttpVersion::Http1 {
            return Err(ApnsError::Version);
        }
        // Never closed for being quiet: opening one costs more than keeping it.
        let clients = Clients::build_with(settings, |builder| {
            builder.pool_idle_timeout(None).http2_keep_alive_while_idle(true)
        })?;
        let connection = |client| Connection {
            client,
            warm: AtomicBool::new(false),
            losses: AtomicU64::new(0),
            first: Mutex::new(()),
        };
        Ok(Self {
            all: clients.into_each().into_iter().map(connection).collect(),
            turn: AtomicUsize::new(0),
        })
    }

    /// The connection whose turn it is.
    pub(super) fn next(&self) -> &Connection {
        &self.all[self.turn.fetch_add(1, Ordering::Relaxed) % self.all.len()]
    }
}

impl Connection {
    pub(super) const fn client(&self) -> &Client {
        &self.client
    }

    /// Waits for a place on the connection: on a warm one there always is; on a cold one for one at a time, whose
    /// place is held as long as the answer. When the connection was lost under somebody before us, nothing of
    /// ours left, and waiting through everybody's time limit would help nobody.
    pub(super) async fn enter(&self) -> Result<Option<MutexGuard<'_, ()>>, Attempt> {
        if self.warm.load(Ordering::Acquire) {
            return Ok(None);
        }
        let losses = self.losses.load(Ordering::Acquire);
        let place = self.first.lock().await;
        if self.warm.load(Ordering::Acquire) {
            Ok(None)
        } else if self.losses.load(Ordering::Acquire) == losses {
            Ok(Some(place))
        } else {
            Err(Attempt::Transient {
                reason: "connection_not_ready".to_owned(),
            })
        }
    }

    /// Apple took our token on it.
    pub(super) fn warmed(&self) {
        self.warm.store(true, Ordering::Release);
    }

    /// It broke, or never came about.
    pub(super) fn lost(&self) {
        self.losses.fetch_add(1, Ordering::AcqRel);
        self.warm.store(false, Ordering::Release);
    }
}
