//! The composition root: the one place that builds everything and knows how it hangs together.

use std::fs::File;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::TcpListener;

use crate::backup::journal::Journal;
use crate::cap::fetch::Fetcher;
use crate::channels::Providers;
use crate::config::Config;
use crate::desk::notices::sources::Sources;
use crate::desk::{Desk, DeskParts};
use crate::directory::Directory;
use crate::dispatch::account::AccountSettings;
use crate::dispatch::codes::Codes;
use crate::dispatch::plan::Accounts;
use crate::dispatch::receipts::Receipts;
use crate::dispatch::{Dispatcher, Surroundings};
use crate::domain::clock::Clock;
use crate::domain::random::Random;
use crate::domain::realm::Realm;
use crate::lifecycle::Stop;
use crate::storage::Store;
use crate::training::evening::Evening;
use crate::web::operations::{Watched, WatchedParts};
use crate::web::{self, Web, WebParts};
use crate::webhooks::call::Caller;
use crate::webhooks::worker::Worker;

mod error;
pub mod keys;
pub mod outlets;
pub mod providers;
mod rounds;

pub use error::AppError;
use keys::Keys;
use outlets::Outlets;
use rounds::{open_journal, sort_figures, tidy, watch_backups};

/// Refuses a database that is for the other of live and training; a new one is for this one from now on.
async fn keep_to_realm(store: &Store, realm: Realm, clock: &Clock) -> Result<(), AppError> {
    let known = store.read().await?.find_realm().await?;
    let database = if let Some(database) = known {
        database
    } else {
        let mut tx = store.write().await?;
        let chosen = tx.choose_realm(realm, clock.now()).await?;
        tx.commit().await?;
        chosen
    };
    if database == realm {
        Ok(())
    } else {
        Err(AppError::WrongRealm { database })
    }
}

/// What every command stands on: the database and its keys.
#[derive(Clone, Debug)]
pub struct Foundation {
    /// The configuration.
    pub config: Arc<Config>,
    /// The database.
    pub store: Store,
    /// Its keys.
    pub keys: Keys,
    /// The clock.
    pub clock: Clock,
    /// Randomness.
    pub random: Random,
}

impl Foundation {
    /// Opens the database and reads its keys; the schema is brought up to date.
    pub async fn open(config: Config, clock: Clock, random: Random) -> Result<Self, AppError> {
        let keys = Keys::load(&config.keys.folder, &random)?;
        let store = Store::open(&config.database.url, config.database.connections).await?;
        store.migrate().await?;
        keep_to_realm(&store, config.realm(), &clock).await?;
        Ok(Self {
            config: Arc::new(config),
            store,
            keys,
            clock,
            random,
        })
    }

    /// What dispatch stands on.
    pub fn surroundings(&self) -> Surroundings {
        Surroundings {
            store: self.store.clone(),
            keys: self.keys.ring.clone(),
            references: self.keys.references.clone(),
            clock: self.clock.clone(),
            random: self.random.clone(),
            public_url: self.config.web.public_url.clone(),
            timing: self.config.dispatch.timing(self.config.failover.times()),
            spool: Some(self.config.dispatch.spool(&self.config.database.url)),
        }
    }

    /// A desk without lanes: what a command on the machine itself works with.
    pub async fn desk(&self) -> Result<Desk, AppError> {
        let accounts = outlets::names(&self.config);
        let codes = Codes::start(Providers::default(), self.clock.clone());
        self.desk_with(accounts, Providers::default(), codes, None).await
    }

    /// The same without anybody in memory: at once, for what asks nothing of the participants as a whole.
    pub fn desk_without_people(&self) -> Result<Desk, AppError> {
        let directory = Directory::unfilled(&self.store, &self.keys.ring, &self.clock)?;
        let accounts = outlets::names(&self.config);
        let codes = Codes::start(Providers::default(), self.clock.clone());
        Ok(self.desk_on(directory, accounts, Providers::default(), codes, None))
    }

    /// What calls other systems; nothing where that is switched off.
    fn webhooks(&self, desk: &Desk) -> Result<Option<Worker>, AppError> {
        // Nothing leaves a training process, other systems' news of it neither.
        if self.config.realm().is_training() {
            return Ok(None);
        }
        let settings = &self.config.web.webhooks;
        if !settings.enabled {
            return Ok(None);
        }
        Ok(Some(Worker {
            store: self.store.clone(),
            keys: self.keys.ring.clone(),
            clock: self.clock.clone(),
            random: self.random.clone(),
            events: desk.events().clone(),
            caller: Caller::new(settings, self.clock.clone())?,
            settings: settings.clone(),
        }))
    }

    async fn desk_with(
        &self,
        accounts: Accounts,
        providers: Providers,
        codes: Codes,
        dispatcher: Option<Dispatcher>,
    ) -> Result<Desk, AppError> {
        let directory = Directory::load(&self.store, &self.keys.ring, &self.clock).await?;
        Ok(self.desk_on(directory, accounts, providers, codes, dispatcher))
    }

    fn desk_on(
        &self,
        directory: Directory,
        accounts: Accounts,
        providers: Providers,
        codes: Codes,
        dispatcher: Option<Dispatcher>,
    ) -> Desk {
        let parts = DeskParts {
            store: self.store.clone(),
            keys: self.keys.ring.clone(),
            references: self.keys.references.clone(),
            directory,
            accounts,
            providers,
            codes,
            dispatcher,
            clock: self.clock.clone(),
            random: self.random.clone(),
        };
        Desk::of_house(
            parts,
            self.config.lifetimes(),
            self.config.safeguards(),
            self.config.house(),
        )
        .under(self.config.account_policy())
    }
}

/// A process that answers requests, and sends unless it was told not to.
pub struct Service {
    foundation: Foundation,
    desk: Desk,
    web: Web,
    dispatcher: Option<Dispatcher>,
    /// Who answers in training, and where their receipts go.
    evening: Option<(Evening, Receipts)>,
    journal: Option<Journal>,
    listener: TcpListener,
    operations: Option<TcpListener>,
    webhooks: Option<Worker>,
    figures: Option<PrometheusHandle>,
    _lock: Option<File>,
}

impl Service {
    /// Builds everything and takes the addresses; nothing is answered before [`Service::run`].
    pub async fn build(foundation: Foundation, figures: Option<PrometheusHandle>) -> Result<Self, AppError> {
        let outlets = outlets::open(&foundation.config, &foundation.clock, &foundation.random)?;
        // Large, so that nobody carries it on a stack.
        Box::pin(Self::build_from(foundation, outlets, figures)).await
    }

    /// The same with these provider accounts instead of those of the configuration: for a channel of one's own.
    pub async fn build_with(
        foundation: Foundation,
        accounts: Vec<AccountSettings>,
        figures: Option<PrometheusHandle>,
    ) -> Result<Self, AppError> {
        if foundation.config.realm().is_training() {
            return Err(AppError::AccountsInTraining);
        }
        let outlets = Outlets {
            accounts,
            evening: None,
        };
        // Large, so that nobody carries it on a stack.
        Box::pin(Self::build_from(foundation, outlets, figures)).await
    }

    async fn build_from(
        foundation: Foundation,
        outlets: Outlets,
        figures: Option<PrometheusHandle>,
    ) -> Result<Self, AppError> {
        let Outlets { accounts, evening } = outlets;
        let config = foundation.config.clone();
        let lock = lock_sqlite(&config.database.url)?;
        let mut names = Accounts::drifting_back(config.failover.times().drift_back);
        for one in &accounts {
            names.add(one.provider.channel(), one.name.clone(), u64::from(one.weight));
        }
        let reached: Providers = accounts.iter().map(|one| one.provider.clone()).collect();
        let codes = Codes::start(reached.clone(), foundation.clock.clone());
        let dispatcher = if config.dispatch.enabled {
            Some(Dispatcher::start(foundation.surroundings(), accounts).await?)
        } else {
            None
        };
        let desk = foundation
            .desk_with(names, reached, codes, dispatcher.clone())
            .await?;
        desk.open_audit_log().await?;
        desk.record_settings(config.digests.sections()).await?;
        let journal = open_journal(&foundation).await?;
        let receipts = Receipts::start(foundation.surroundings());
        let web = Web::new(WebParts {
            settings: config.web.clone(),
            clock: foundation.clock.clone(),
            random: foundation.random.clone(),
            store: foundation.store.clone(),
            keys: foundation.keys.ring.clone(),
            desk: desk.clone(),
            receipts: receipts.clone(),
            figures: figures.clone(),
        });
        let webhooks = foundation.webhooks(&desk)?;
        Sources::new(&config.web.alert_sources)?;
        let listener = listen(&config.server.listen).await?;
        let operations = listen_for_operations(&config).await?;
        Ok(Self {
            foundation,
            desk,
            web,
            dispatcher,
            evening: evening.map(|evening| (evening, receipts)),
            journal,
            listener,
            operations,
            webhooks,
            figures,
            _lock: lock,
        })
    }

    /// The address it listens on.
    ///
    /// # Panics
    /// When the socket has no local address, which a bound one has.
    pub fn address(&self) -> SocketAddr {
        self.listener.local_addr().expect("a bound socket has an address")
    }

    /// The desk, for what is prepared before it runs.
    pub fn desk(&self) -> &Desk {
        &self.desk
    }

    /// Answers requests until the stop, then lets what is under way finish and hands back what is not.
    pub async fn run(self, stop: &Stop) {
        let stop_within = Duration::from_millis(self.foundation.config.server.stop_within_ms);
        let (directory, token) = (self.desk.directory().clone(), stop.token());
        tokio::spawn(async move { directory.follow(token).await });
        tokio::spawn(sort_figures(
            self.figures,
            self.foundation.clock.clone(),
            stop.clone(),
        ));
        let desk = self.desk.clone();
        tokio::spawn(async move {
            if let Err(error) = desk.review_devices().await {
                tracing::warn!(%error, "devices were not reviewed: those that no provider reaches may still count");
            }
        });
        let (desk, token) = (self.desk.clone(), stop.token());
        tokio::spawn(async move { desk.keep_going(token).await });
        let journal = self.journal.map(|journal| {
            let (store, clock) = (self.foundation.store.clone(), self.foundation.clock.clone());
            tokio::spawn(journal.follow(store, clock, stop.token()))
        });
        tokio::spawn(watch_backups(self.foundation.clone(), stop.clone()));
        if let Some((evening, receipts)) = self.evening {
            tokio::spawn(evening.run(self.desk.clone(), receipts, stop.token()));
        }
        tokio::spawn(tidy(
            self.desk.clone(),
            self.foundation.clock.clone(),
            stop.clone(),
        ));
        let fetching = (self.desk.clone(), self.web.alert_sources().clone(), stop.token());
        match Fetcher::new() {
            Ok(fetcher) => {
                let (desk, sources, token) = fetching;
                tokio::spawn(async move { desk.keep_fetching(sources, fetcher, token).await });
            }
            Err(error) => tracing::error!(%error, "alerts of other systems are not fetched"),
        }
        let calls = self.webhooks.map(|worker| tokio::spawn(worker.run(stop.token())));
        if let Some(listener) = self.operations {
            tokio::spawn(web::serve_operations(
                listener,
                self.web.clone(),
                stop.token().cancelled_owned(),
            ));
        }
        if let Some(dispatcher) = self.dispatcher.clone() {
            // What is not begun is handed back at once, not after the last answer.
            let stop = stop.clone();
            tokio::spawn(async move {
                stop.asked().await;
                dispatcher.close();
            });
        }
        let answered = web::serve(self.listener, self.web, stop.token().cancelled_owned());
        if !stop.until_hard(answered).await {
            tracing::warn!("answers under way were cut off by the second signal");
        }
        finish(self.dispatcher.as_ref(), stop, stop_within).await;
        if let Some(calls) = calls
            && !stop.finish(stop_within, async { drop(calls.await) }).await
        {
            tracing::warn!("stopped while other systems were called: they are called again");
        }
        if let Some(journal) = journal {
            // It writes what is new once more before it ends.
            stop.until_hard(async { drop(journal.await) }).await;
        }
        stop.until_hard(self.foundation.store.close()).await;
    }
}

/// Runs a process that only sends, until the stop. How it does is told on the listener for operations.
pub async fn work(
    foundation: Foundation,
    figures: Option<PrometheusHandle>,
    stop: &Stop,
) -> Result<(), AppError> {
    if !foundation.store.is_shared() {
        return Err(AppError::WorkerOnSqlite);
    }
    let config = foundation.config.clone();
    if config.realm().is_training() {
        return Err(AppError::WorkerInTraining);
    }
    let accounts = outlets::open(&config, &foundation.clock, &foundation.random)?.accounts;
    let operations = listen_for_operations(&config).await?;
    let dispatcher = Dispatcher::start(foundation.surroundings(), accounts).await?;
    if let Some(listener) = operations {
        let watched = Watched::new(WatchedParts {
            store: foundation.store.clone(),
            directory: None,
            dispatcher: Some(dispatcher.clone()),
            figures: figures.clone(),
            backups: None,
            closing: stop.token(),
        });
        let stopped = stop.token().cancelled_owned();
        tokio::spawn(web::serve_watched(listener, watched, stopped));
    }
    tokio::spawn(sort_figures(figures, foundation.clock.clone(), stop.clone()));
    tracing::info!(node = %dispatcher.node(), "taking batches");
    stop.asked().await;
    finish(
        Some(&dispatcher),
        stop,
        Duration::from_millis(config.server.stop_within_ms),
    )
    .await;
    stop.until_hard(foundation.store.close()).await;
    Ok(())
}

async fn finish(dispatcher: Option<&Dispatcher>, stop: &Stop, within: Duration) {
    if let Some(dispatcher) = dispatcher
        && !stop.finish(within, dispatcher.stop()).await
    {
        tracing::warn!("stopped before everything was handed back: other nodes take it over by its lease");
    }
}

async fn listen_for_operations(config: &Config) -> Result<Option<TcpListener>, AppError> {
    match &config.server.operations_listen {
        Some(address) => listen(address).await.map(Some),
        None => Ok(None),
    }
}

async fn listen(address: &str) -> Result<TcpListener, AppError> {
    TcpListener::bind(address)
        .await
        .map_err(|source| AppError::Listen {
            address: address.to_owned(),
            source,
        })
}

/// Holds a file beside a SQLite database as long as the process lives, or keeps what it answers.
pub fn lock_sqlite(url: &str) -> Result<Option<File>, AppError> {
    let Some(path) = url.strip_prefix("sqlite:") else {
        return Ok(None);
    };
    let path = PathBuf::from(format!("{}.lock", path.trim_start_matches("//")));
    let file = File::create(&path).map_err(|error| AppError::Storage(sqlx::Error::Io(error).into()))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(_) => Err(AppError::InUse(path)),
    }
}
