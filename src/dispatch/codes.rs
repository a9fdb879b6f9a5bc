//! Codes that confirm an address, and notices to whoever works with the network: one message to one person, outside
//! the lanes, since nobody else waits for it.
//!
//! The queue is short and lives in memory: a code that is lost with a crash is asked for again, and whoever sends a
//! notice keeps it until it has left.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use crate::channels::{Provider, Providers};
use crate::domain::clock::Clock;
use crate::domain::delivery::Attempt;
use crate::domain::message::{Message, Recipient};

/// The most codes that wait.
const WAITING: usize = 1_000;
/// Codes under way at once.
const AT_ONCE: usize = 16;
/// Tries before a code is given up; whoever waits asks for another.
const TRIES: u32 = 3;

/// Too many codes wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many codes are being sent: try again in a minute")]
pub struct Busy;

/// Sends codes.
#[derive(Clone, Debug)]
pub struct Codes(mpsc::Sender<Waiting>);

/// A message that waits for its turn.
#[derive(Debug)]
struct Waiting {
    message: Message,
    recipient: Recipient,
    /// Who wants to know whether it left.
    asks: Option<oneshot::Sender<bool>>,
}

impl Codes {
    /// Starts sending over these providers; ends when the last clone is dropped.
    pub fn start(providers: impl Into<Providers>, clock: Clock) -> Self {
        let providers = Arc::new(providers.into());
        let (sender, mut waiting) = mpsc::channel::<Waiting>(WAITING);
        tokio::spawn(async move {
            let hands = Arc::new(tokio::sync::Semaphore::new(AT_ONCE));
            while let Some(next) = waiting.recv().await {
                let hand = hands
                    .clone()
                    .acquire_owned()
                    .await
                    .expect("the hands are never closed");
                let (providers, clock) = (providers.clone(), clock.clone());
                tokio::spawn(async move {
                    let channel = next.recipient.endpoint.channel();
                    let left = send(providers.of(channel), &clock, &next.message, next.recipient).await;
                    if let Some(asks) = next.asks {
                        // Whoever asked may have given up.
                        let _ = asks.send(left);
                    }
                    drop(hand);
                });
            }
        });
        Self(sender)
    }

    /// Sends a code soon.
    pub fn send(&self, message: Message, recipient: Recipient) -> Result<(), Busy> {
        let next = Waiting {
            message,
            recipient,
            asks: None,
        };
        self.0.try_send(next).map_err(|_| Busy)
    }

    /// Sends a message and waits until a provider took it; false when none did.
    pub async fn deliver(&self, message: Message, recipient: Recipient) -> bool {
        let (asks, answer) = oneshot::channel();
        let next = Waiting {
            message,
            recipient,
            asks: Some(asks),
        };
        self.0.send(next).await.is_ok() && answer.await.unwrap_or(false)
    }
}

/// Tries the providers of the channel in turn; whether one of them took it, or may have.
async fn send(
    providers: &[Arc<dyn Provider>],
    clock: &Clock,
    message: &Message,
    recipient: Recipient,
) -> bool {
    let channel = recipient.endpoint.channel();
    let recipients = [recipient];
    let turns = providers.iter().cycle();
    for (attempt, provider) in (1..=TRIES).zip(turns) {
        let wait = match provider.send(message, &recipients).await.pop() {
            Some(Attempt::Accepted | Attempt::Unconfirmed { .. }) => return true,
            Some(Attempt::Rejected { reason, .. }) => {
                tracing::info!(%channel, reason, "a code was refused");
                return false;
            }
            // Another one may do at once what this one does later.
            Some(Attempt::Throttled { .. } | Attempt::Transient { .. } | Attempt::Withheld { .. })
                if providers.len() > 1 =>
            {
                Duration::from_millis(100)
            }
            Some(Attempt::Throttled { retry_after }) => retry_after,
            Some(Attempt::Withheld { until }) => until.since(clock.now()),
            Some(Attempt::Transient { .. }) | None => Duration::from_secs(1 << attempt),
        };
        if clock.now() + wait >= message.expires_at {
            break;
        }
        clock.sleep(wait).await;
    }
    if providers.is_empty() {
        tracing::error!(%channel, "a code was not sent: the channel has no provider");
    } else {
        tracing::warn!(%channel, "a code was given up");
    }
    false
}
