//! Codes that confirm an address: one message to one person, outside the lanes, since nobody else waits for it.
//!
//! The queue is short and lives in memory: a code that is lost with a crash is asked for again.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use crate::channels::Provider;
use crate::domain::channel::Channel;
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
pub struct Codes(mpsc::Sender<(Message, Recipient)>);

impl Codes {
    /// Starts sending over these providers; ends when the last clone is dropped.
    pub fn start(providers: BTreeMap<Channel, Arc<dyn Provider>>, clock: Clock) -> Self {
        let (sender, mut waiting) = mpsc::channel::<(Message, Recipient)>(WAITING);
        tokio::spawn(async move {
            let providers = Arc::new(providers);
            let hands = Arc::new(tokio::sync::Semaphore::new(AT_ONCE));
            while let Some((message, recipient)) = waiting.recv().await {
                let hand = hands
                    .clone()
                    .acquire_owned()
                    .await
                    .expect("the hands are never closed");
                let (providers, clock) = (providers.clone(), clock.clone());
                tokio::spawn(async move {
                    let channel = recipient.endpoint.channel();
                    if let Some(provider) = providers.get(&channel) {
                        send(&**provider, &clock, &message, recipient).await;
                    } else {
                        tracing::error!(%channel, "a code was not sent: the channel has no provider");
                    }
                    drop(hand);
                });
            }
        });
        Self(sender)
    }

    /// Sends a code soon.
    pub fn send(&self, message: Message, recipient: Recipient) -> Result<(), Busy> {
        self.0.try_send((message, recipient)).map_err(|_| Busy)
    }
}

async fn send(provider: &dyn Provider, clock: &Clock, message: &Message, recipient: Recipient) {
    let channel = provider.channel();
    let recipients = [recipient];
    for attempt in 1..=TRIES {
        let wait = match provider.send(message, &recipients).await.pop() {
            Some(Attempt::Accepted | Attempt::Unconfirmed { .. }) => return,
            Some(Attempt::Rejected { reason, .. }) => {
                tracing::info!(%channel, reason, "a code was refused");
                return;
            }
            Some(Attempt::Throttled { retry_after }) => retry_after,
            Some(Attempt::Transient { .. }) | None => Duration::from_secs(1 << attempt),
        };
        if clock.now() + wait >= message.expires_at {
            break;
        }
        clock.sleep(wait).await;
    }
    tracing::warn!(%channel, "a code was given up");
}
