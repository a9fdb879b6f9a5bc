//! Whom a call-out reaches, as set operations.

use roaring::RoaringBitmap;

use super::alerts::Alerts;
use super::population::Population;
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::id::RegionId;
use crate::domain::language::Language;
use crate::domain::participant::Topic;
use crate::geofence::Fence;

/// Of those inside a fence, whom a call-out is for.
#[derive(Clone, Copy, Debug)]
pub struct Selection<'a> {
    /// The channels that are used.
    pub channels: ChannelSet,
    /// What it is about: who does not want to hear of that is left out.
    pub topic: Topic,
    /// Who was told already; none for a first wave.
    pub already_told: Option<&'a RoaringBitmap>,
}

/// Whom a call-out to a fence reaches, in figures: distinct participants throughout.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// Inside, interested, and reached by a channel that is used; told already or not.
    pub total: u64,
    /// Of these, how many by each channel used, each participant under the fastest. Adds up to `total`.
    pub by_channel: Vec<(Channel, u64)>,
    /// Of these, how many read each language. Adds up to `total`.
    pub by_language: Vec<(Language, u64)>,
    /// Of these, how many have a place in each district, base team and municipality around the fence. Who has
    /// places in two counts in both.
    pub by_region: Vec<(RegionId, u64)>,
    /// Of these, how many were not told already.
    pub newly_reached: u64,
    /// Of these, how many were called on for three or more actions in the last seven days.
    pub three_or_more_alerts: u64,
    /// Inside and interested, and reached by no channel that is used.
    pub unreachable: u64,
}

/// Whom a wave is for, each participant under one channel, fastest channel first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Audience {
    /// The channels used, with those who are told by it; distinct.
    pub by_channel: Vec<(Channel, RoaringBitmap)>,
}

impl Audience {
    /// How many it is for.
    pub fn len(&self) -> u64 {
        self.by_channel.iter().map(|(_, people)| people.len()).sum()
    }

    /// Whether it is for nobody.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Everyone it is for.
    pub fn everyone(&self) -> RoaringBitmap {
        let mut everyone = RoaringBitmap::new();
        for (_, people) in &self.by_channel {
            everyone |= people;
        }
        everyone
    }
}

pub(super) fn reach(
    population: &Population,
    alerts: &Alerts,
    fence: &Fence,
    selection: Selection<'_>,
) -> Reach {
    let interested = interested(population, fence, selection.topic);
    let (audience, unreached) = split(population, interested, selection.channels.iter());
    let reached = audience.everyone();
    Reach {
        total: reached.len(),
        by_channel: audience
            .by_channel
            .iter()
            .map(|(channel, people)| (*channel, people.len()))
            .collect(),
        by_language: Language::ALL
            .map(|language| (language, population.language(language).intersection_len(&reached)))
            .to_vec(),
        by_region: population.regions().count_each(&reached, fence.bounds()),
        newly_reached: selection
            .already_told
            .map_or_else(|| reached.len(), |told| reached.difference_len(told)),
        three_or_more_alerts: alerts.three_or_more().intersection_len(&reached),
        unreachable: unreached.len(),
    }
}

pub(super) fn audience(population: &Population, fence: &Fence, selection: Selection<'_>) -> Audience {
    let mut people = interested(population, fence, selection.topic);
    if let Some(told) = selection.already_told {
        people -= told;
    }
    split(population, people, selection.channels.iter()).0
}

/// People who were found by other means, as for a closing message, whichever topics they want today.
pub(super) fn by_channel(
    population: &Population,
    people: &RoaringBitmap,
    channels: impl IntoIterator<Item = Channel>,
) -> Audience {
    split(population, people.clone(), channels).0
}

fn interested(population: &Population, fence: &Fence, topic: Topic) -> RoaringBitmap {
    let mut people = population.index().list(fence);
    people &= population.topic(topic);
    people
}

/// Each under the first channel that reaches them, and who is left over.
fn split(
    population: &Population,
    mut people: RoaringBitmap,
    channels: impl IntoIterator<Item = Channel>,
) -> (Audience, RoaringBitmap) {
    let mut by_channel = Vec::with_capacity(Channel::ALL.len());
    for channel in channels {
        let reached = &people & population.channel(channel);
        people -= &reached;
        by_channel.push((channel, reached));
    }
    (Audience { by_channel }, people)
}
