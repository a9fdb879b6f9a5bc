//! The world outside: one adapter a provider, all of one shape.
//!
//! An adapter turns a [`Message`] and its [`Recipient`]s into the provider's requests and the provider's
//! answers into [`Attempt`]s. It keeps no queue, does not retry, and knows no wave: pacing, retries and
//! recording are `dispatch`'s.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;

use crate::domain::channel::Channel;
use crate::domain::delivery::Attempt;
use crate::domain::endpoint::Endpoint;
use crate::domain::message::{Message, Recipient};

use self::voice::recording::{FetchError, Sound};

pub mod breaker;
pub mod email;
pub mod http;
pub mod push;
pub mod sms;
pub mod twilio;
pub mod voice;

/// A provider account that messages can be handed to.
pub trait Provider: Send + Sync {
    /// The channel it serves.
    fn channel(&self) -> Channel;

    /// The most recipients that one call takes; at least 1.
    fn batch_limit(&self) -> usize {
        1
    }

    /// Whether it can hand messages to this endpoint, as it is set up: nobody is to count on a device that never
    /// hears anything.
    fn reaches(&self, endpoint: &Endpoint) -> bool {
        endpoint.is_reached_by(self.channel())
    }

    /// Hands the message over to the recipients, at most [`Provider::batch_limit`] of them.
    ///
    /// Answers one attempt a recipient, in their order. Never panics on what a provider sends back, and
    /// always ends: every request has a time limit. Dropping the future may leave a request under way.
    fn send<'a>(&'a self, message: &'a Message, recipients: &'a [Recipient]) -> BoxFuture<'a, Vec<Attempt>>;

    /// The public key that browsers subscribe with, where it serves Web Push (RFC 8292, section 4), in base64url.
    fn application_server_key(&self) -> Option<&str> {
        None
    }

    /// Hears that what was handed over under this reference is over: the call has ended. Only where something is
    /// held meanwhile, a line for instance.
    fn ended(&self, reference: &str) {
        let _ = reference;
    }

    /// Fetches what somebody said after the tone, from where the provider told us that it is. Ends within half a
    /// minute.
    fn recording<'a>(&'a self, address: &'a str) -> BoxFuture<'a, Result<Sound, FetchError>> {
        let _ = address;
        Box::pin(std::future::ready(Err(FetchError::Elsewhere)))
    }

    /// The same under its caller's eyes, where each message is begun only while the caller goes on: none for those
    /// that were not begun, and could not have left. For providers with whom a call takes long; the others hand
    /// everything over that they are given.
    fn send_for<'a>(
        &'a self,
        message: &'a Message,
        recipients: &'a [Recipient],
        caller: &'a dyn Caller,
    ) -> BoxFuture<'a, Vec<Option<Attempt>>> {
        let _ = caller;
        let sent = self.send(message, recipients);
        async move { sent.await.into_iter().map(Some).collect() }.boxed()
    }

    /// Whether a service of it is out while the others serve: whoever is reached by that one alone waits.
    fn is_partly_out(&self) -> bool {
        false
    }
}

/// Who makes a call at a provider: steers it, and hears of each message as soon as it is answered.
pub trait Caller: Send + Sync {
    /// Whether the next message may still be begun: asked before each.
    fn goes_on(&self) -> bool;

    /// Whether these messages are tried for the first time. What is tried again may fail for a reason of its own, and
    /// says nothing against the provider.
    fn is_first(&self) -> bool;

    /// This became of a message.
    fn answered(&self, attempt: &Attempt);
}

/// A caller that goes on to the end, and waits for the whole.
#[derive(Clone, Copy, Debug)]
pub struct Patient;

impl Caller for Patient {
    fn goes_on(&self) -> bool {
        true
    }

    fn is_first(&self) -> bool {
        true
    }

    fn answered(&self, _: &Attempt) {}
}

/// The provider accounts of each channel that has any.
#[derive(Clone, Default)]
pub struct Providers(BTreeMap<Channel, Vec<Arc<dyn Provider>>>);

impl Providers {
    /// Whether a channel has a provider.
    pub fn serves(&self, channel: Channel) -> bool {
        self.0.contains_key(&channel)
    }

    /// The public key that browsers subscribe with; none where no provider serves Web Push.
    pub fn application_server_key(&self) -> Option<&str> {
        let mut app = self.0.get(&Channel::App)?.iter();
        app.find_map(|provider| provider.application_server_key())
    }

    /// Tells the providers of a channel that what was handed over under this reference is over; it is of one of them.
    pub fn ended(&self, channel: Channel, reference: &str) {
        for provider in self.of(channel) {
            provider.ended(reference);
        }
    }

    /// Fetches what was said to a provider of a channel: from the first that the address belongs to.
    pub async fn recording(&self, channel: Channel, address: &str) -> Result<Sound, FetchError> {
        // On a machine that only works at the desk there is none; another one asks.
        let mut fetched = Err(FetchError::Later);
        for provider in self.of(channel) {
            fetched = provider.recording(address).await;
            if !matches!(fetched, Err(FetchError::Elsewhere)) {
                break;
            }
        }
        fetched
    }

    /// Whether a provider of its channel can hand messages to this endpoint.
    pub fn reaches(&self, endpoint: &Endpoint) -> bool {
        let providers = self.of(endpoint.channel());
        providers.iter().any(|provider| provider.reaches(endpoint))
    }

    /// The providers of a channel, the first one first.
    pub fn of(&self, channel: Channel) -> &[Arc<dyn Provider>] {
        self.0.get(&channel).map_or(&[], Vec::as_slice)
    }
}

impl FromIterator<Arc<dyn Provider>> for Providers {
    fn from_iter<I: IntoIterator<Item = Arc<dyn Provider>>>(providers: I) -> Self {
        let mut by_channel: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for provider in providers {
            by_channel.entry(provider.channel()).or_default().push(provider);
        }
        Self(by_channel)
    }
}

impl From<BTreeMap<Channel, Arc<dyn Provider>>> for Providers {
    fn from(providers: BTreeMap<Channel, Arc<dyn Provider>>) -> Self {
        providers.into_values().collect()
    }
}

impl std::fmt::Debug for Providers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
