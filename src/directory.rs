//! Participants in memory: who is inside an area, reached by which channel, and wants to hear of it.
//!
//! The directory joins the geofence's [`Index`](crate::geofence::Index) with one bitmap of participant numbers
//! for every channel, language, topic and region, and with the audiences of the last seven days' alerts. All
//! its answers are set operations on these: exact, deduplicated, and quick whatever the database does.
//!
//! Every node has one. It is filled at the start ([`Directory::load`]) and follows the database from there
//! ([`Directory::follow`]): writers take increasing numbers for their changes, and a directory asks for those
//! after the last it knows. Readers share a lock that changes hold for microseconds.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use arc_swap::ArcSwap;
use roaring::RoaringBitmap;
use tokio::sync::{Mutex, Notify, watch};

use crate::domain::area::{Area, UnknownRegion};
use crate::domain::channel::Channel;
use crate::domain::clock::{Clock, Timestamp};
use crate::domain::id::{ParticipantNumber, RegionId};
use crate::domain::point::Point;
use crate::domain::region::{Territory, TerritoryError};
use crate::geofence::{Fence, IndexError};
use crate::storage::sealing::Keyring;
use crate::storage::{StorageError, Store};

mod alerts;
mod follow;
mod load;
mod population;
mod reach;
mod regions;
mod rest;
#[cfg(test)]
mod tests;

use alerts::Alerts;
use population::Population;
pub use reach::{Audience, Reach, Selection};

/// Why a directory could not be filled or follow.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// A participant that the index does not take.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// Regions that make no tree.
    #[error(transparent)]
    Territory(#[from] TerritoryError),
    /// A region without usable borders.
    #[error(transparent)]
    Region(#[from] UnknownRegion),
}

/// Participants in memory. Clones share it.
#[derive(Clone)]
pub struct Directory(Arc<Inner>);

struct Inner {
    store: Store,
    keys: Keyring,
    clock: Clock,
    population: RwLock<Population>,
    territory: ArcSwap<Territory>,
    alerts: RwLock<Alerts>,
    /// How far this directory followed; held by whoever applies changes.
    position: Mutex<Position>,
    /// The last change applied, for those who wait for one.
    applied: watch::Sender<i64>,
    /// When everything was taken in last; milliseconds.
    followed_at: AtomicI64,
    /// Says that there may be a change.
    woken: Notify,
    compacting: AtomicBool,
}

/// Up to where the database was followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Position {
    change: i64,
    regions: i64,
}

impl std::fmt::Debug for Directory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Directory({} participants)", self.len())
    }
}

impl Directory {
    fn population(&self) -> RwLockReadGuard<'_, Population> {
        // A change that panicked halfway left at worst one participant's bits behind.
        self.0.population.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn population_mut(&self) -> RwLockWriteGuard<'_, Population> {
        self.0.population.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn alerts(&self) -> RwLockReadGuard<'_, Alerts> {
        self.0.alerts.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// How long ago everything was taken in that was committed then.
    pub fn followed_since(&self) -> Duration {
        let followed_at = Timestamp::from_millis(self.0.followed_at.load(Ordering::Relaxed));
        self.0.clock.now().since(followed_at)
    }

    /// How many changes there are up to this one that were not taken in yet.
    pub fn changes_until(&self, change: i64) -> u64 {
        u64::try_from(change - *self.0.applied.borrow()).unwrap_or(0)
    }

    /// How many participants there are.
    pub fn len(&self) -> usize {
        self.population().len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The territory as it is now.
    pub fn territory(&self) -> Arc<Territory> {
        self.0.territory.load_full()
    }

    /// Makes an area ready for asking; an error when it names a region that does not exist.
    pub fn fence(&self, area: &Area) -> Result<Fence, UnknownRegion> {
        let territory = self.0.territory.load();
        Fence::new(area, &|id| territory.get(id).map(|region| region.shape.clone()))
    }

    /// Whom a call-out to the fence would reach.
    pub fn reach(&self, fence: &Fence, selection: Selection<'_>) -> Reach {
        reach::reach(&self.population(), &self.alerts(), fence, selection)
    }

    /// Whom a call-out to the fence is for that ends at `ends`, each participant under one channel: the fastest that
    /// is used and reaches them. Who was told already is left out; so is, where there is no hurry, who had enough
    /// messages this week, and whose quiet hours end after `ends`.
    pub fn audience(&self, fence: &Fence, selection: Selection<'_>, ends: Timestamp) -> Audience {
        reach::audience(&self.population(), &self.alerts(), fence, selection, ends)
    }

    /// Lets those of an audience whom a message without hurry would disturb wait for the end of their quiet hours,
    /// where that comes before `ends`.
    pub fn put_off(&self, audience: &mut Audience, at: Timestamp, ends: Timestamp) {
        reach::put_off(&self.population(), audience, at, ends);
    }

    /// Puts people, found before, each under the first of these channels that reaches them now; who left or
    /// is not reached is left out.
    pub fn by_channel(
        &self,
        people: &RoaringBitmap,
        channels: impl IntoIterator<Item = Channel>,
    ) -> Audience {
        reach::by_channel(&self.population(), people, channels)
    }

    /// These participants, those with a place nearest to a point first.
    pub fn nearest_first(&self, people: &RoaringBitmap, from: Point) -> Vec<ParticipantNumber> {
        self.population().index().nearest_first(people, from)
    }

    /// How many participants have a place in the area that lies outside the region: nobody, when the area
    /// keeps to it.
    pub fn count_outside(&self, area: &Area, region: RegionId) -> Result<u64, UnknownRegion> {
        let (area, region) = (self.fence(area)?, self.region_fence(region)?);
        Ok(self.population().index().count(&area.without(&region)))
    }

    /// The narrowest region that holds the area, box and everyone in it; none when no region does.
    pub fn region_of(&self, area: &Area) -> Result<Option<RegionId>, UnknownRegion> {
        let territory = self.territory();
        let bounds = self.fence(area)?.bounds();
        let mut found = None;
        loop {
            let candidates: Vec<RegionId> = match found {
                None => territory.roots().map(|region| region.id).collect(),
                Some(id) => territory.children(id).map(|region| region.id).collect(),
            };
            let mut narrower = None;
            for id in candidates {
                let holds = territory
                    .get(id)
                    .is_some_and(|region| region.shape.bounds().holds(bounds));
                if holds && self.count_outside(area, id)? == 0 {
                    narrower = Some(id);
                    break;
                }
            }
            if narrower.is_none() {
                return Ok(found);
            }
            found = narrower;
        }
    }

    fn region_fence(&self, region: RegionId) -> Result<Fence, UnknownRegion> {
        let area = Area::regions([region]).map_err(|_| UnknownRegion(region))?;
        self.fence(&area)
    }

    /// How many participants have a place in the region; zero for a kind narrower than a municipality.
    pub fn count_in_region(&self, region: RegionId) -> u64 {
        self.population().regions().count(region)
    }

    /// How many participants have a place in the region and are reached by each channel of
    /// [`Channel::ALL`].
    pub fn count_by_channel(&self, region: RegionId) -> [u64; Channel::ALL.len()] {
        let population = self.population();
        let Some(people) = population.regions().people(region) else {
            return [0; Channel::ALL.len()];
        };
        Channel::ALL.map(|channel| population.channel(channel).intersection_len(people))
    }

    /// Bytes of memory in use, without what is there but once.
    pub fn memory_bytes(&self) -> usize {
        self.population().memory_bytes() + self.alerts().memory_bytes()
    }

    /// The last change of the database that is in it.
    pub fn applied_change(&self) -> i64 {
        *self.0.applied.borrow()
    }

    /// Waits until a change of the database is in it.
    pub async fn applied(&self, change: i64) {
        // The sender lives in `self`.
        let _ = self
            .0
            .applied
            .subscribe()
            .wait_for(|applied| *applied >= change)
            .await;
    }

    /// Says that something changed, so that [`Directory::follow`] looks at once.
    pub fn wake(&self) {
        self.0.woken.notify_one();
    }
}
