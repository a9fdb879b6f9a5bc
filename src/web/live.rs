//! The live stream: what happens, as server-sent events (WHATWG HTML, section 9.2).
//!
//! Each event carries its number as `id`, so that a screen that comes back with `Last-Event-ID` misses
//! nothing. Whoever reads too slowly is let go, and comes back the same way.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::response::sse;
use futures::stream::{Stream, unfold};
use serde::Serialize;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use tokio::time::Instant;

use super::Web;
use crate::domain::id::ActionId;
use crate::storage::Result;
use crate::storage::events::{Event, EventFilter, MAX_EVENTS};

/// How often a stream says that it lives and it is asked whether its session still does, whatever else it
/// carries.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Who follows, and what they may see.
pub trait Follower: Send + 'static {
    /// Whether an event is theirs to see.
    fn sees(&self, event: &Event) -> bool;

    /// Whether they may still follow.
    fn may_go_on(&mut self) -> impl Future<Output = bool> + Send;
}

/// A stream of events, from after `after` or from now on.
pub fn follow<F: Follower>(
    web: Web,
    follower: F,
    action: Option<ActionId>,
    after: Option<i64>,
) -> impl Stream<Item = Result<sse::Event, Infallible>> {
    unfold(following(web, follower, action, after), async |mut following| {
        let next = following.next().await?;
        Some((Ok(next), following))
    })
}

fn following<F: Follower>(
    web: Web,
    follower: F,
    action: Option<ActionId>,
    after: Option<i64>,
) -> Following<F> {
    Following {
        // Subscribed before anything is read, so that nothing falls between.
        fresh: web.events().subscribe(),
        filter: EventFilter { action, region: None },
        seen: after.unwrap_or_else(|| *web.events().last().borrow()),
        behind: after.is_some(),
        read: VecDeque::new(),
        ask_at: Instant::now() + HEARTBEAT,
        web,
        follower,
    }
}

struct Following<F> {
    web: Web,
    follower: F,
    filter: EventFilter,
    fresh: Receiver<Arc<Event>>,
    /// The number of the last event that was considered.
    seen: i64,
    /// Whether there may be older events in the database.
    behind: bool,
    /// What was read there.
    read: VecDeque<Event>,
    /// When it is next asked whether the follower may go on.
    ask_at: Instant,
}

impl<F: Follower> Following<F> {
    /// The next event to send, or a sign of life; none when the stream ends.
    async fn next(&mut self) -> Option<sse::Event> {
        let closing = self.web.closing().clone();
        let heartbeat = tokio::time::sleep_until(self.ask_at);
        tokio::pin!(heartbeat);
        loop {
            // First, so that no stream of events keeps the question from being asked.
            if Instant::now() >= self.ask_at {
                self.ask_at = Instant::now() + HEARTBEAT;
                let goes_on = self.follower.may_go_on().await;
                return goes_on.then(|| sse::Event::default().comment(""));
            }
            let event = tokio::select! {
                event = self.event() => event?,
                () = &mut heartbeat => continue,
                () = closing.cancelled() => return None,
            };
            if self.follower.sees(&event) {
                return written(&event, self.web.desk().realm().is_training());
            }
        }
    }

    /// The next event that passes the filter; none when reading fails or the reader is too slow.
    async fn event(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.read.pop_front() {
                self.seen = event.number;
                return Some(event);
            }
            if self.behind {
                self.read_on().await.ok()?;
                continue;
            }
            match self.fresh.recv().await {
                Ok(event) if event.number <= self.seen => {}
                Ok(event) => {
                    self.seen = event.number;
                    if self.filter.action.is_none() || event.action == self.filter.action {
                        return Some(Event::clone(&event));
                    }
                }
                Err(RecvError::Lagged(_)) => {
                    metrics::counter!("oproep_live_let_go_total").increment(1);
                    return None;
                }
                Err(RecvError::Closed) => return None,
            }
        }
    }

    async fn read_on(&mut self) -> Result<()> {
        let mut tx = self.web.store().read().await?;
        let events = tx.list_events(self.seen, self.filter, MAX_EVENTS).await?;
        self.behind = events.len() == MAX_EVENTS as usize;
        self.read = events.into();
        Ok(())
    }
}

/// An event as it is sent: with whether all of it is an exercise.
#[derive(Serialize)]
struct Sent<'a> {
    #[serde(flatten)]
    event: &'a Event,
    training: bool,
}

fn written(event: &Event, training: bool) -> Option<sse::Event> {
    sse::Event::default()
        .id(event.number.to_string())
        .event(event.kind.name())
        .json_data(Sent { event, training })
        .ok()
}

#[cfg(test)]
mod tests;
