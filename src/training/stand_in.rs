//! The population in the place of a provider: takes messages, and lets them be answered later.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::sync::mpsc;

use super::draw::Draw;
use super::scenario::Scenario;
use crate::channels::Provider;
use crate::domain::channel::Channel;
use crate::domain::delivery::Attempt;
use crate::domain::language::Language;
use crate::domain::message::{Message, Purpose, Recipient};

/// Why a message was not taken.
const NOT_TAKEN: &str = "training: not reachable";

/// Somebody was told something.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) channel: Channel,
    pub(super) purpose: Purpose,
    pub(super) language: Language,
    /// What is the same for all messages of an action.
    pub(super) action: String,
    /// By which a provider reports.
    pub(super) reference: String,
    /// The reference in the link of whoever was told.
    pub(super) link: Option<String>,
}

/// The population, reached by one channel.
pub struct StandIn {
    channel: Channel,
    seed: u64,
    scenario: Arc<Scenario>,
    heard: mpsc::Sender<Told>,
}

impl StandIn {
    pub(super) fn new(
        channel: Channel,
        seed: u64,
        scenario: Arc<Scenario>,
        heard: mpsc::Sender<Told>,
    ) -> Self {
        Self {
            channel,
            seed,
            scenario,
            heard,
        }
    }

    async fn take(&self, message: &Message, recipient: &Recipient) -> Attempt {
        if message.purpose == Purpose::Code {
            return Attempt::Accepted;
        }
        let draw = Draw::about(self.seed, &subject("taken", &recipient.reference));
        if !draw.happens(self.scenario.fate(self.channel).taken) {
            return Attempt::Rejected {
                reason: NOT_TAKEN.to_owned(),
                endpoint_gone: false,
            };
        }
        let told = Told {
            channel: self.channel,
            purpose: message.purpose,
            language: message.language,
            action: message.collapse_key.clone(),
            reference: recipient.reference.clone(),
            link: recipient
                .link
                .as_ref()
                .and_then(|link| link.rsplit('/').next().map(str::to_owned)),
        };
        // Nobody answers when the process stops.
        let _ = self.heard.send(told).await;
        Attempt::Accepted
    }
}

impl Provider for StandIn {
    fn channel(&self) -> Channel {
        self.channel
    }

    fn batch_limit(&self) -> usize {
        500
    }

    fn send<'a>(&'a self, message: &'a Message, recipients: &'a [Recipient]) -> BoxFuture<'a, Vec<Attempt>> {
        async move {
            let mut attempts = Vec::with_capacity(recipients.len());
            for recipient in recipients {
                attempts.push(self.take(message, recipient).await);
            }
            attempts
        }
        .boxed()
    }
}

/// What a draw about a delivery starts from: its batch and position, which a reference begins with, so that the same
/// evening comes from the same seed whatever the keys are.
pub(super) fn subject(what: &str, reference: &str) -> Vec<u8> {
    let mut subject = what.as_bytes().to_vec();
    let named = URL_SAFE_NO_PAD.decode(reference).unwrap_or_default();
    subject.extend_from_slice(named.get(..8).unwrap_or(reference.as_bytes()));
    subject
}
