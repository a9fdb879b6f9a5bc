//! What every handler shares.

use std::sync::Arc;

use metrics_exporter_prometheus::PrometheusHandle;
use tokio_util::sync::CancellationToken;

use super::feeds::Feeds;
use super::operations::{Watched, WatchedParts};
use super::rate::RateLimits;
use super::room::Room;
use super::settings::WebSettings;
use crate::desk::Desk;
use crate::desk::notices::sources::Sources;
use crate::dispatch::receipts::Receipts;
use crate::domain::clock::Clock;
use crate::domain::random::Random;
use crate::storage::Store;
use crate::storage::events::feed::EventFeed;
use crate::storage::sealing::Keyring;

/// What the edge is built from.
#[derive(Debug)]
pub struct WebParts {
    /// How it presents itself and what it takes on.
    pub settings: WebSettings,
    /// The clock.
    pub clock: Clock,
    /// Randomness, for ids of requests.
    pub random: Random,
    /// The database: for readiness, repeated calls and the live stream. Everything else goes by the desk.
    pub store: Store,
    /// Its keys.
    pub keys: Keyring,
    /// The use cases.
    pub desk: Desk,
    /// Takes in what providers say.
    pub receipts: Receipts,
    /// The figures for Prometheus; none when they are not kept.
    pub figures: Option<PrometheusHandle>,
}

/// The edge's state. Clones are cheap and share it.
#[derive(Clone, Debug)]
pub struct Web(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    parts: WebParts,
    room: Room,
    rates: RateLimits,
    feeds: Feeds,
    alert_sources: Sources,
    watched: Watched,
    closing: CancellationToken,
}

impl Web {
    /// The state of an edge with these parts.
    pub fn new(parts: WebParts) -> Self {
        let closing = CancellationToken::new();
        let watched = Watched::new(WatchedParts {
            store: parts.store.clone(),
            directory: Some(parts.desk.directory().clone()),
            dispatcher: parts.desk.dispatcher().cloned(),
            figures: parts.figures.clone(),
            backups: parts
                .desk
                .house()
                .warn_without_backup_for
                .map(|age| (parts.clock.clone(), age)),
            closing: closing.clone(),
        });
        Self(Arc::new(Inner {
            room: Room::new(&parts.settings),
            rates: RateLimits::new(parts.settings.rates, parts.clock.clone()),
            feeds: Feeds::default(),
            // Checked at the start; without a sound key there is no source rather than an unsigned one.
            alert_sources: Sources::new(&parts.settings.alert_sources).unwrap_or_default(),
            watched,
            closing,
            parts,
        }))
    }

    /// How the edge presents itself and what it takes on.
    pub fn settings(&self) -> &WebSettings {
        &self.0.parts.settings
    }

    /// The clock.
    pub fn clock(&self) -> &Clock {
        &self.0.parts.clock
    }

    /// Randomness.
    pub fn random(&self) -> &Random {
        &self.0.parts.random
    }

    /// The database.
    pub fn store(&self) -> &Store {
        &self.0.parts.store
    }

    /// The database's keys.
    pub fn keys(&self) -> &Keyring {
        &self.0.parts.keys
    }

    /// The use cases.
    pub fn desk(&self) -> &Desk {
        &self.0.parts.desk
    }

    /// Takes in what providers say.
    pub fn receipts(&self) -> &Receipts {
        &self.0.parts.receipts
    }

    /// What happens, as it is committed.
    pub fn events(&self) -> &EventFeed {
        self.0.parts.desk.events()
    }

    /// What operations watches.
    pub fn watched(&self) -> &Watched {
        &self.0.watched
    }

    /// The room for requests at work.
    pub fn room(&self) -> &Room {
        &self.0.room
    }

    /// How often what can be misused may be tried.
    pub fn rates(&self) -> &RateLimits {
        &self.0.rates
    }

    /// What everyone may read, as it was made last.
    pub fn feeds(&self) -> &Feeds {
        &self.0.feeds
    }

    /// Where alerts of other systems come from.
    pub fn alert_sources(&self) -> &Sources {
        &self.0.alert_sources
    }

    /// Ends when the edge closes: live streams end with it.
    pub fn closing(&self) -> &CancellationToken {
        &self.0.closing
    }
}
