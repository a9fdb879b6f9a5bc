//! What each role may do: the use cases, and the one place where anything is authorised.
//!
//! Every use case takes a [`Scope`] first: who asks, in which role, for which part of the territory. It checks
//! what the [table of permissions](permission) says before it reads or writes anything. The web and the command
//! line only turn a credential into a scope.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use crate::channels::Providers;
use crate::directory::Directory;
use crate::dispatch::Dispatcher;
use crate::dispatch::codes::Codes;
use crate::dispatch::plan::Accounts;
use crate::domain::clock::{Clock, Timestamp};
use crate::domain::random::Random;
use crate::domain::reference::ReferenceKey;
use crate::storage::Store;
use crate::storage::events::feed::EventFeed;
use crate::storage::sealing::Keyring;

pub mod accounts;
pub mod actions;
mod aim;
pub mod audit;
mod error;
pub mod feeds;
mod house;
mod lifetimes;
mod links;
mod live;
pub mod moving;
pub mod notices;
mod outages;
pub mod overrides;
mod paging;
pub mod participants;
pub mod permission;
pub mod photos;
mod postcodes;
mod reason;
pub mod register;
pub mod safeguards;
pub mod scope;
pub mod sessions;
pub mod territory;
mod test_message;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod tidy;
pub mod tips;
pub mod watching;
pub mod webhooks;

pub use error::DeskError;
pub use house::House;
pub use lifetimes::Lifetimes;
pub use permission::Permission;
pub use reason::Reason;
pub use safeguards::Safeguards;
pub use scope::Scope;
pub use tidy::RETIRED_DEVICES;

use accounts::limiter::Limiter;
use accounts::passwords::Passwords;
use accounts::policy::AccountPolicy;
use participants::Running;
use photos::Darkroom;
use tips::limits::TipLimits;

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
    /// Participants in memory.
    pub directory: Directory,
    /// The provider account of each channel.
    pub accounts: Accounts,
    /// The same accounts as they are set up here, to see which devices they reach; none on the command line.
    pub providers: Providers,
    /// Sends codes that confirm an address.
    pub codes: Codes,
    /// The lanes of this process, to be woken; none where other processes send.
    pub dispatcher: Option<Dispatcher>,
    /// The clock.
    pub clock: Clock,
    /// Randomness.
    pub random: Random,
}

/// The desk. Clones are cheap and share it.
#[derive(Clone)]
pub struct Desk(Arc<Inner>);

struct Inner {
    parts: DeskParts,
    lifetimes: Lifetimes,
    safeguards: Safeguards,
    policy: AccountPolicy,
    house: House,
    passwords: Passwords,
    sign_ins: Limiter,
    /// Calls of keys within a window.
    key_calls: Limiter,
    events: EventFeed,
    darkroom: Darkroom,
    tip_limits: TipLimits,
    /// Turns to take along all that is held of oneself.
    exports: Semaphore,
    /// The actions that participants may see, as they were read last.
    running: Running,
}

/// Exports of participants at once.
const EXPORTS: usize = 2;

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Desk").field(&self.0.parts).finish()
    }
}

impl Desk {
    /// A desk with these parts, whose sessions and codes last as long as is usual, without safeguards.
    pub fn new(parts: DeskParts) -> Self {
        Self::with_lifetimes(parts, Lifetimes::default())
    }

    /// A desk with these parts, whose sessions and codes last this long, without safeguards.
    pub fn with_lifetimes(parts: DeskParts, lifetimes: Lifetimes) -> Self {
        Self::with_safeguards(parts, lifetimes, Safeguards::none())
    }

    /// A desk with these parts, whose sessions and codes last this long, and who may send what alone.
    pub fn with_safeguards(parts: DeskParts, lifetimes: Lifetimes, safeguards: Safeguards) -> Self {
        Self::of_house(parts, lifetimes, safeguards, House::default())
    }

    /// The same where this holds for everyone.
    pub fn of_house(parts: DeskParts, lifetimes: Lifetimes, safeguards: Safeguards, house: House) -> Self {
        let passwords = Passwords::new(&parts.random);
        Self(Arc::new(Inner {
            parts,
            lifetimes,
            safeguards,
            policy: AccountPolicy::default(),
            house,
            passwords,
            sign_ins: Limiter::within(Duration::from_mins(15)),
            key_calls: Limiter::within(Duration::from_mins(1)),
            events: EventFeed::default(),
            darkroom: Darkroom::default(),
            tip_limits: TipLimits::default(),
            exports: Semaphore::new(EXPORTS),
            running: Running::default(),
        }))
    }

    /// Its parts, for the use cases.
    pub(crate) fn parts(&self) -> &DeskParts {
        &self.0.parts
    }

    /// Its parts, for tests that look behind it.
    #[cfg(any(test, feature = "testing"))]
    pub fn parts_for_tests(&self) -> &DeskParts {
        &self.0.parts
    }

    /// What stands between one person and a whole region.
    pub(crate) fn safeguards(&self) -> &Safeguards {
        &self.0.safeguards
    }

    /// Participants in memory.
    pub fn directory(&self) -> &Directory {
        &self.0.parts.directory
    }

    /// What happens, for live screens; [`EventFeed::run`] must be going on.
    pub fn events(&self) -> &EventFeed {
        &self.0.events
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.0.parts.clock.now()
    }

    /// The lanes of this process; none where other processes send.
    pub fn dispatcher(&self) -> Option<&Dispatcher> {
        self.0.parts.dispatcher.as_ref()
    }

    /// Says that there may be work, or a stop, for the lanes of this process.
    pub(crate) fn wake_lanes(&self) {
        if let Some(dispatcher) = self.dispatcher() {
            dispatcher.wake();
        }
    }
}
