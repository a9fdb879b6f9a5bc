//! What each role may do: the use cases, and the one place where anything is authorised.
//!
//! Every use case takes a [`Scope`] first: who asks, in which role, for which part of the territory. It checks
//! what the [table of permissions](permission) says before it reads or writes anything. The web and the command
//! line only turn a credential into a scope.

use std::sync::Arc;

use crate::dispatch::Dispatcher;
use crate::dispatch::plan::Accounts;
use crate::domain::clock::{Clock, Timestamp};
use crate::domain::random::Random;
use crate::domain::reference::ReferenceKey;
use crate::storage::Store;
use crate::storage::sealing::Keyring;

mod error;
pub mod permission;
pub mod scope;

pub use error::{DeskError, InvalidField};
pub use permission::Permission;
pub use scope::Scope;

/// What a use case answers.
pub type Result<T, E = DeskError> = std::result::Result<T, E>;

/// What the desk is built from.
#[derive(Clone, Debug)]
pub struct DeskParts {
    /// The database.
    pub store: Store,
    /// Its keys.
    pub keys: Keyring,
    /// Signs and reads the references in links.
    pub references: ReferenceKey,
    /// The provider account of each channel.
    pub accounts: Accounts,
    /// The lanes of this process, to be woken; none where other processes send.
    pub dispatcher: Option<Dispatcher>,
    /// The clock.
    pub clock: Clock,
    /// Randomness.
    pub random: Random,
}

/// The desk. Clones are cheap and share it.
#[derive(Clone, Debug)]
pub struct Desk(Arc<DeskParts>);

impl Desk {
    /// A desk with these parts.
    pub fn new(parts: DeskParts) -> Self {
        Self(Arc::new(parts))
    }

    /// Its parts, for the use cases.
    pub(crate) fn parts(&self) -> &DeskParts {
        &self.0
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// Says that there may be work, or a stop, for the lanes of this process.
    pub(crate) fn wake_lanes(&self) {
        if let Some(dispatcher) = &self.0.dispatcher {
            dispatcher.wake();
        }
    }
}
