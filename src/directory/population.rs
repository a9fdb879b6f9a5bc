//! Participants as bitmaps of their numbers, beside the index of their places.

use roaring::RoaringBitmap;

use super::regions::RegionPeople;
use super::rest::RestSets;
use crate::domain::channel::Channel;
use crate::domain::id::ParticipantNumber;
use crate::domain::language::Language;
use crate::domain::participant::Topic;
use crate::geofence::{Compacted, Index, IndexError, Snapshot};
use crate::storage::directory::DirectoryEntry;

/// Everyone, as the reads need them.
pub(super) struct Population {
    index: Index,
    sets: Sets,
    regions: RegionPeople,
    /// Tells this population from the one before a reload.
    generation: u64,
}

/// One bitmap a property.
#[derive(Default)]
pub(super) struct Sets {
    channels: [RoaringBitmap; Channel::ALL.len()],
    languages: [RoaringBitmap; Language::ALL.len()],
    topics: [RoaringBitmap; Topic::ALL.len()],
    rest: RestSets,
}

impl Sets {
    /// Puts a participant in the sets they belong to, and out of the others.
    pub(super) fn set(&mut self, entry: &DirectoryEntry) {
        let number = entry.number;
        for channel in Channel::ALL {
            put(
                &mut self.channels[channel as usize],
                number,
                entry.reachable.contains(channel),
            );
        }
        for language in Language::ALL {
            put(
                &mut self.languages[language as usize],
                number,
                entry.language == language,
            );
        }
        for topic in Topic::ALL {
            put(
                &mut self.topics[topic as usize],
                number,
                entry.topics.contains(topic),
            );
        }
        self.rest.set(number, entry.rest);
    }

    fn remove(&mut self, number: ParticipantNumber) {
        for set in self.all_mut() {
            set.remove(number);
        }
    }

    fn all_mut(&mut self) -> impl Iterator<Item = &mut RoaringBitmap> {
        self.channels
            .iter_mut()
            .chain(&mut self.languages)
            .chain(&mut self.topics)
            .chain(self.rest.all_mut())
    }

    fn all(&self) -> impl Iterator<Item = &RoaringBitmap> {
        let told_apart = self.channels.iter().chain(&self.languages).chain(&self.topics);
        told_apart.chain(self.rest.all())
    }
}

pub(super) fn put(set: &mut RoaringBitmap, number: ParticipantNumber, belongs: bool) {
    if belongs {
        set.insert(number);
    } else {
        set.remove(number);
    }
}

impl Population {
    pub(super) fn new(index: Index, sets: Sets, regions: RegionPeople, generation: u64) -> Self {
        Self {
            index,
            sets,
            regions,
            generation,
        }
    }

    /// Takes in a participant who came or changed.
    pub(super) fn set(&mut self, entry: &DirectoryEntry) -> Result<(), IndexError> {
        self.index.set_places(entry.number, &entry.points)?;
        self.sets.set(entry);
        self.regions.set(entry.number, &entry.points);
        Ok(())
    }

    /// Forgets a participant who left.
    pub(super) fn remove(&mut self, number: ParticipantNumber) {
        self.index.remove(number);
        self.sets.remove(number);
        self.regions.set(number, &[]);
    }

    pub(super) fn contains(&self, number: ParticipantNumber) -> bool {
        self.index.contains(number)
    }

    pub(super) fn len(&self) -> usize {
        self.index.len()
    }

    pub(super) fn index(&self) -> &Index {
        &self.index
    }

    pub(super) fn channel(&self, channel: Channel) -> &RoaringBitmap {
        &self.sets.channels[channel as usize]
    }

    pub(super) fn language(&self, language: Language) -> &RoaringBitmap {
        &self.sets.languages[language as usize]
    }

    pub(super) fn topic(&self, topic: Topic) -> &RoaringBitmap {
        &self.sets.topics[topic as usize]
    }

    pub(super) fn rest(&self) -> &RestSets {
        &self.sets.rest
    }

    pub(super) fn regions(&self) -> &RegionPeople {
        &self.regions
    }

    pub(super) fn replace_regions(&mut self, regions: RegionPeople) {
        self.regions = regions;
    }

    pub(super) fn generation(&self) -> u64 {
        self.generation
    }

    /// The index at this moment, when so much changed that a compaction pays.
    pub(super) fn snapshot_when_due(&mut self) -> Option<Snapshot> {
        self.index.is_compaction_due().then(|| self.index.snapshot())
    }

    /// Puts a compacted index in place, unless the population was loaded anew since.
    pub(super) fn adopt(&mut self, compacted: Compacted, generation: u64) {
        if generation == self.generation {
            // A later snapshot would have been taken by the same single compactor.
            let _ = self.index.adopt(compacted);
        }
    }

    pub(super) fn memory_bytes(&self) -> usize {
        let sets: usize = self.sets.all().map(RoaringBitmap::serialized_size).sum();
        self.index.memory_bytes() + sets + self.regions.memory_bytes()
    }
}
