//! Following the database: changes of participants, regions and alerts, in the order of their commits.

use std::collections::HashSet;
use std::future::pending;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::time::Duration;

use futures::TryStreamExt;
use roaring::RoaringBitmap;
use sqlx::postgres::PgListener;
use tokio_util::sync::CancellationToken;

use super::alerts::{Alert, WINDOW};
use super::load::{read_population, read_territory};
use super::regions::RegionPeople;
use super::{Directory, DirectoryError, Position};
use crate::storage::directory::{DIRECTORY_TOPIC, DirectoryChange, DirectoryEntry};

/// How often the database is asked when nobody says that something changed. Polling is the truth, everything
/// else only makes it sooner.
const POLL_EVERY: Duration = Duration::from_millis(500);
/// Changes read at once.
const PAGE: u32 = 1_000;
/// A run longer than this, as of an import, is cheaper to take in by loading everyone anew.
const LONG_RUN: u32 = 20_000;
/// Participants taken in while readers wait: about half a millisecond.
const APPLIED_AT_ONCE: usize = 64;
/// Waves are committed out of the order of their times, by at most this much.
const WAVES_OVERLAP: Duration = Duration::from_mins(1);

impl Directory {
    /// Follows the database until `closing`. Errors are logged, and the next round tries again.
    pub async fn follow(&self, closing: CancellationToken) {
        let mut listener = Listener::default();
        while !closing.is_cancelled() {
            if let Err(error) = self.catch_up().await {
                tracing::warn!(%error, "the directory could not follow the database; it tries again");
            }
            tokio::select! {
                () = closing.cancelled() => {}
                () = self.0.woken.notified() => {}
                () = listener.heard(self) => {}
                () = self.0.clock.sleep(POLL_EVERY) => {}
            }
        }
    }

    /// Takes in everything that is committed now.
    pub async fn catch_up(&self) -> Result<(), DirectoryError> {
        let mut position = self.0.position.lock().await;
        let began = self.0.clock.now();
        self.follow_regions(&mut position).await?;
        loop {
            let mut tx = self.0.store.read().await?;
            let changes = tx.list_changes_since(position.change, PAGE).await?;
            drop(tx);
            let Some(last) = changes.last() else { break };
            if changes
                .iter()
                .any(|change| change.last - change.first >= LONG_RUN)
            {
                self.reload(&mut position).await?;
                continue;
            }
            for change in &changes {
                self.apply(*change).await?;
            }
            position.change = last.change;
            self.0.applied.send_replace(last.change);
        }
        self.follow_alerts().await?;
        self.0.followed_at.store(began.as_millis(), Ordering::Relaxed);
        drop(position);
        self.compact_when_due();
        Ok(())
    }

    async fn apply(&self, run: DirectoryChange) -> Result<(), DirectoryError> {
        let mut tx = self.0.store.read().await?;
        let entries: Vec<DirectoryEntry> = tx
            .stream_directory(&self.0.keys, run.first, run.last)
            .try_collect()
            .await?;
        drop(tx);
        let mut left: RoaringBitmap = (run.first..=run.last).collect();
        for entry in &entries {
            left.remove(entry.number);
        }
        for entries in entries.chunks(APPLIED_AT_ONCE) {
            let mut population = self.population_mut();
            entries.iter().try_for_each(|entry| population.set(entry))?;
        }
        let left: Vec<u32> = {
            let population = self.population();
            left.iter()
                .filter(|number| population.contains(*number))
                .collect()
        };
        for numbers in left.chunks(APPLIED_AT_ONCE) {
            let mut population = self.population_mut();
            for number in numbers {
                population.remove(*number);
            }
        }
        Ok(())
    }

    async fn reload(&self, position: &mut Position) -> Result<(), DirectoryError> {
        let generation = self.population().generation() + 1;
        let territory = self.territory();
        let (population, change) =
            read_population(&self.0.store, &self.0.keys, &territory, generation).await?;
        // The old population is dropped after the lock is free: it may take a while.
        let _old = std::mem::replace(&mut *self.population_mut(), population);
        position.change = change;
        self.0.applied.send_replace(change);
        Ok(())
    }

    async fn follow_regions(&self, position: &mut Position) -> Result<(), DirectoryError> {
        let version = self.0.store.read().await?.regions_version().await?;
        if version == position.regions {
            return Ok(());
        }
        let (territory, version) = read_territory(&self.0.store).await?;
        // Nobody else changes the population meanwhile: the position is ours.
        let people = RegionPeople::build(&territory, self.population().index())?;
        self.population_mut().replace_regions(people);
        self.0.territory.store(territory);
        position.regions = version;
        Ok(())
    }

    async fn follow_alerts(&self) -> Result<(), DirectoryError> {
        let now = self.0.clock.now();
        let since = {
            let alerts = self.alerts();
            alerts
                .newest()
                .map_or(now - WINDOW, |newest| (newest - WAVES_OVERLAP).max(now - WINDOW))
        };
        let mut tx = self.0.store.read().await?;
        let listed = tx.list_alerts_since(since).await?;
        // What was taken back before anything left is no alert.
        let there: HashSet<_> = listed.iter().map(|called| called.wave).collect();
        let gone = self.alerts().gone_since(since, &there);
        let mut new = Vec::new();
        for called in listed {
            if self.alerts().knows(called.wave) {
                continue;
            }
            if let Some(audience) = tx.find_audience(called.wave).await? {
                let alert = Alert {
                    action: called.action,
                    is_urgent: called.is_urgent,
                    alerted_at: called.at,
                    audience,
                };
                new.push((called.wave, alert));
            }
        }
        if !new.is_empty() || !gone.is_empty() || self.alerts().is_outdated(now) {
            let alerts = self.alerts().with(new, &gone, now);
            *self.0.alerts.write().unwrap_or_else(PoisonError::into_inner) = alerts;
        }
        Ok(())
    }

    /// Builds the index anew in the background, when so much changed that it pays.
    fn compact_when_due(&self) {
        if self.0.compacting.swap(true, Ordering::AcqRel) {
            return;
        }
        let (snapshot, generation) = {
            let mut population = self.population_mut();
            (population.snapshot_when_due(), population.generation())
        };
        let Some(snapshot) = snapshot else {
            self.0.compacting.store(false, Ordering::Release);
            return;
        };
        let directory = self.clone();
        tokio::task::spawn_blocking(move || {
            let compacted = snapshot.compact();
            directory.population_mut().adopt(compacted, generation);
            directory.0.compacting.store(false, Ordering::Release);
        });
    }
}

/// What PostgreSQL says of changes that other nodes made.
#[derive(Default)]
struct Listener(Option<PgListener>);

impl Listener {
    /// Ends when a change is heard of, or at once when the connection had to be made anew; never on SQLite,
    /// where every change is made in this process.
    async fn heard(&mut self, directory: &Directory) {
        let Some(pool) = directory.0.store.postgres() else {
            return pending().await;
        };
        if let Some(listener) = &mut self.0 {
            if listener.recv().await.is_err() {
                self.0 = None;
            }
            return;
        }
        let connected = async {
            let mut listener = PgListener::connect_with(pool).await?;
            listener.listen(DIRECTORY_TOPIC).await?;
            Ok::<_, sqlx::Error>(listener)
        };
        match connected.await {
            Ok(listener) => self.0 = Some(listener),
            // The poll goes on, and the next round tries again.
            Err(_) => pending().await,
        }
    }
}
