//! The world outside: one adapter a provider, all of one shape.
//!
//! An adapter turns a [`Message`] and its [`Recipient`]s into the provider's requests and the provider's
//! answers into [`Attempt`]s. It keeps no queue, does not retry, and knows no wave: pacing, retries and
//! recording are `dispatch`'s.

use futures::future::BoxFuture;

use crate::domain::channel::Channel;
use crate::domain::delivery::Attempt;
use crate::domain::message::{Message, Recipient};

pub mod email;
pub mod http;
pub mod push;
pub mod sms;

/// A provider account that messages can be handed to.
pub trait Provider: Send + Sync {
    /// The channel it serves.
    fn channel(&self) -> Channel;

    /// The most recipients that one call takes; at least 1.
    fn batch_limit(&self) -> usize {
        1
    }

    /// Hands the message over to the recipients, at most [`Provider::batch_limit`] of them.
    ///
    /// Answers one attempt a recipient, in their order. Never panics on what a provider sends back, and
    /// always ends: every request has a time limit. Dropping the future may leave a request under way.
    fn send<'a>(&'a self, message: &'a Message, recipients: &'a [Recipient]) -> BoxFuture<'a, Vec<Attempt>>;
}
