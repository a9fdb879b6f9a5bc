//! The node's own look at new events: read once, handed to every screen that follows.
//!
//! A wake-up (in the process, or of PostgreSQL) only saves waiting; looking each second is the truth. Whoever
//! falls behind misses nothing: the numbers say where to go on reading ([`Tx::list_events`](super::Tx)).

use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::PgListener;
use tokio::sync::{Notify, broadcast, watch};
use tokio_util::sync::CancellationToken;

use super::super::{Result, Store};
use super::{EVENTS_TOPIC, Event, EventFilter, MAX_EVENTS};
use crate::domain::clock::Clock;

/// How many events a screen may fall behind before it reads them from the database again.
const BACKLOG: usize = 1_024;
/// How often it looks unasked.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// New events as they are committed, on any node. Clones share it.
#[derive(Clone, Debug)]
pub struct EventFeed(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    woken: Notify,
    events: broadcast::Sender<Arc<Event>>,
    last: watch::Sender<i64>,
}

impl Default for EventFeed {
    fn default() -> Self {
        Self(Arc::new(Inner {
            woken: Notify::new(),
            events: broadcast::Sender::new(BACKLOG),
            last: watch::Sender::new(0),
        }))
    }
}

impl EventFeed {
    /// Says that events were committed by this process.
    pub fn wake(&self) {
        self.0.woken.notify_one();
    }

    /// Every event from now on, in order. A receiver that lags reads what it missed from the database.
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<Event>> {
        self.0.events.subscribe()
    }

    /// The number of the last event that was handed out, to be waited on.
    pub fn last(&self) -> watch::Receiver<i64> {
        self.0.last.subscribe()
    }

    /// Reads new events and hands them out until `closing`. Starts after what is there.
    pub async fn run(self, store: Store, clock: Clock, closing: CancellationToken) {
        let mut seen = loop {
            match Self::last_number(&store).await {
                Ok(last) => break last,
                Err(error) => tracing::warn!(%error, "the events cannot be read"),
            }
            tokio::select! {
                () = closing.cancelled() => return,
                () = clock.sleep(LOOK_EVERY) => {}
            }
        };
        self.0.last.send_replace(seen);
        let mut listener = listener(&store).await;
        loop {
            match self.hand_out(&store, &mut seen).await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => tracing::warn!(%error, "new events cannot be read"),
            }
            tokio::select! {
                () = closing.cancelled() => return,
                () = self.0.woken.notified() => {}
                () = clock.sleep(LOOK_EVERY) => {}
                () = heard(&mut listener) => {}
            }
        }
    }

    async fn last_number(store: &Store) -> Result<i64> {
        store.read().await?.find_last_event().await
    }

    /// Hands out what came after `seen`; true when there may be more.
    async fn hand_out(&self, store: &Store, seen: &mut i64) -> Result<bool> {
        let mut tx = store.read().await?;
        let events = tx.list_events(*seen, EventFilter::default(), MAX_EVENTS).await?;
        drop(tx);
        let full = events.len() == MAX_EVENTS as usize;
        for event in events {
            *seen = event.number;
            // Nobody listening is no error.
            let _ = self.0.events.send(Arc::new(event));
        }
        self.0.last.send_if_modified(|last| {
            let moved = *last != *seen;
            *last = *seen;
            moved
        });
        Ok(full)
    }
}

async fn listener(store: &Store) -> Option<PgListener> {
    let mut listener = PgListener::connect_with(store.postgres()?).await.ok()?;
    listener.listen(EVENTS_TOPIC).await.ok()?;
    Some(listener)
}

/// Waits for another node's wake-up; for ever where there is none.
async fn heard(listener: &mut Option<PgListener>) {
    let Some(open) = listener else {
        return std::future::pending().await;
    };
    if open.recv().await.is_err() {
        // It reconnects by itself; without it each second's look remains.
        *listener = None;
    }
}
