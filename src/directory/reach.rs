//! Whom a call-out reaches, as set operations.

use roaring::RoaringBitmap;

use super::alerts::Alerts;
use super::population::Population;
use crate::domain::channel::{Channel, ChannelSet};
use crate::domain::clock::Timestamp;
use crate::domain::id::RegionId;
use crate::domain::language::Language;
use crate::domain::message::Urgency;
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
    /// How much hurry it has: what is urgent breaks quiet hours where the participant allows it, and is told however
    /// many messages they had.
    pub urgency: Urgency,
    /// When it is sent.
    pub at: Timestamp,
    /// The most messages a week without hurry for everyone; none for no limit.
    pub weekly_limit: Option<u8>,
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
    /// Of `total`, how many have quiet hours now: they are told at their end, if it is still worth it then.
    pub quiet: u64,
    /// Inside, interested and reached, but left out: they had as many messages without hurry in the last seven days
    /// as they want, or as anyone gets.
    pub limited: u64,
}

/// Whom a wave is for, each participant under one channel, fastest channel first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Audience {
    /// The channels used, with those who are told by it; distinct.
    pub by_channel: Vec<(Channel, RoaringBitmap)>,
    /// Of these, who is told later, at the end of their quiet hours.
    pub waiting: Vec<(Timestamp, RoaringBitmap)>,
    /// How many were left out because their quiet hours end when it is over.
    pub left_out_quiet: u64,
    /// How many were left out because they had enough messages without hurry.
    pub left_out_limited: u64,
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

    /// Leaves these people out; answers how many of them were in it.
    fn leave_out(&mut self, people: &RoaringBitmap) -> u64 {
        let before = self.len();
        for (_, set) in &mut self.by_channel {
            *set -= people;
        }
        before - self.len()
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
    let full = full(population, alerts, &interested, selection);
    let (mut audience, unreached) = split(population, interested, selection.channels.iter());
    let limited = audience.leave_out(&full);
    let reached = audience.everyone();
    let rest = population.rest();
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
        quiet: rest.resting(&reached, selection.at, selection.urgency).len(),
        limited,
    }
}

/// Whom a call-out is for that ends at `ends`.
pub(super) fn audience(
    population: &Population,
    alerts: &Alerts,
    fence: &Fence,
    selection: Selection<'_>,
    ends: Timestamp,
) -> Audience {
    let mut people = interested(population, fence, selection.topic);
    if let Some(told) = selection.already_told {
        people -= told;
    }
    let full = full(population, alerts, &people, selection);
    let (mut audience, _) = split(population, people, selection.channels.iter());
    audience.left_out_limited = audience.leave_out(&full);
    let everyone = audience.everyone();
    let waiting = population
        .rest()
        .waiting(&everyone, selection.at, ends, selection.urgency);
    audience.left_out_quiet = audience.leave_out(&waiting.too_late);
    audience.waiting = waiting.until;
    audience
}

/// Puts off those whom a message without hurry would disturb, until their quiet hours end; nobody is left out.
pub(super) fn put_off(population: &Population, audience: &mut Audience, at: Timestamp, ends: Timestamp) {
    let everyone = audience.everyone();
    let waiting = population.rest().waiting(&everyone, at, ends, Urgency::Normal);
    audience.waiting = waiting.until;
}

/// Of these people, who had enough messages without hurry for this to be one too many.
fn full(
    population: &Population,
    alerts: &Alerts,
    people: &RoaringBitmap,
    selection: Selection<'_>,
) -> RoaringBitmap {
    match selection.urgency {
        Urgency::Urgent => RoaringBitmap::new(),
        Urgency::Normal => population.rest().full(people, alerts, selection.weekly_limit),
    }
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
    let audience = Audience {
        by_channel,
        ..Audience::default()
    };
    (audience, people)
}
