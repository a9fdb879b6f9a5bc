//! Filling a directory from the database.

use std::sync::atomic::{AtomicBool, AtomicI64};
use std::sync::{Arc, RwLock};

use arc_swap::ArcSwap;
use futures::TryStreamExt;
use tokio::sync::{Mutex, Notify, watch};

use super::alerts::Alerts;
use super::population::{Population, Sets};
use super::regions::RegionPeople;
use super::{Directory, DirectoryError, Inner, Position};
use crate::domain::clock::Clock;
use crate::domain::id::ParticipantNumber;
use crate::domain::point::Point;
use crate::domain::region::Territory;
use crate::geofence::Index;
use crate::storage::Store;
use crate::storage::sealing::Keyring;

impl Directory {
    /// Reads all regions, participants and recent alerts.
    pub async fn load(store: &Store, keys: &Keyring, clock: &Clock) -> Result<Self, DirectoryError> {
        let (territory, regions) = read_territory(store).await?;
        let (population, change) = read_population(store, keys, &territory, 0).await?;
        let position = Position { change, regions };
        let directory = Self::with(store, keys, clock, population, territory, position);
        directory.catch_up().await?;
        Ok(directory)
    }

    /// One with nobody in it that is never filled: for what asks nothing of it.
    pub fn unfilled(store: &Store, keys: &Keyring, clock: &Clock) -> Result<Self, DirectoryError> {
        let territory = Arc::new(Territory::new(Vec::new())?);
        let index = Index::build(Vec::new())?;
        let regions = RegionPeople::build(&territory, &index)?;
        let population = Population::new(index, Sets::default(), regions, 0);
        let position = Position {
            change: 0,
            regions: 0,
        };
        Ok(Self::with(store, keys, clock, population, territory, position))
    }

    fn with(
        store: &Store,
        keys: &Keyring,
        clock: &Clock,
        population: Population,
        territory: Arc<Territory>,
        position: Position,
    ) -> Self {
        let change = position.change;
        Self(Arc::new(Inner {
            store: store.clone(),
            keys: keys.clone(),
            clock: clock.clone(),
            population: RwLock::new(population),
            territory: ArcSwap::new(territory),
            alerts: RwLock::new(Alerts::default()),
            position: Mutex::new(position),
            applied: watch::Sender::new(change),
            followed_at: AtomicI64::new(0),
            woken: Notify::new(),
            compacting: AtomicBool::new(false),
        }))
    }
}

/// The territory, and the version it has.
pub(super) async fn read_territory(store: &Store) -> Result<(Arc<Territory>, i64), DirectoryError> {
    let mut tx = store.read().await?;
    // The version first: what changes while the regions are read is read once more.
    let version = tx.regions_version().await?;
    let regions = tx.list_regions().await?;
    Ok((Arc::new(Territory::new(regions)?), version))
}

/// Everyone, and the last change that is sure to be in it.
pub(super) async fn read_population(
    store: &Store,
    keys: &Keyring,
    territory: &Arc<Territory>,
    generation: u64,
) -> Result<(Population, i64), DirectoryError> {
    let mut tx = store.read().await?;
    let change = tx.directory_position().await?;
    let mut sets = Sets::default();
    let mut places: Vec<(ParticipantNumber, Point)> = Vec::new();
    {
        let mut entries = tx.stream_directory(keys, 0, ParticipantNumber::MAX);
        while let Some(entry) = entries.try_next().await? {
            sets.set(&entry);
            places.extend(entry.points.iter().map(|point| (entry.number, *point)));
        }
    }
    drop(tx);
    let territory = Arc::clone(territory);
    let building = tokio::task::spawn_blocking(move || {
        let index = Index::build(places)?;
        let regions = RegionPeople::build(&territory, &index)?;
        Ok::<_, DirectoryError>(Population::new(index, sets, regions, generation))
    });
    let population = building.await.expect("building the index does not panic")?;
    Ok((population, change))
}
