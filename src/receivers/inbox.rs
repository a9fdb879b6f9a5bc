//! What arrived at the receivers: the last messages in full, and exact counts of all of them.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, Mutex, MutexGuard};

use aws_lc_rs::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::domain::channel::Channel;
use crate::domain::clock::Timestamp;

/// How many messages are usually kept in full; older ones are only counted.
pub const KEPT: usize = 10_000;

/// How many references that arrived more than once are named.
const EXAMPLES: usize = 100;

/// Which receiver took a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The look-alike of Firebase Cloud Messaging.
    Fcm,
    /// The look-alike of Apple's push notification service.
    Apns,
    /// The Web Push service.
    WebPush,
    /// The SMS gateway.
    Sms,
    /// The SMTP server.
    Email,
    /// The telephone exchange.
    Voice,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Fcm,
        Self::Apns,
        Self::WebPush,
        Self::Sms,
        Self::Email,
        Self::Voice,
    ];

    /// The name in addresses and JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fcm => "fcm",
            Self::Apns => "apns",
            Self::WebPush => "web_push",
            Self::Sms => "sms",
            Self::Email => "email",
            Self::Voice => "voice",
        }
    }

    /// The channel that its messages belong to.
    pub const fn channel(self) -> Channel {
        match self {
            Self::Fcm | Self::Apns | Self::WebPush => Channel::App,
            Self::Sms => Channel::Sms,
            Self::Email => Channel::Email,
            Self::Voice => Channel::Voice,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The name is of no receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown receiver: use fcm, apns, web_push, sms, email or voice")]
pub struct UnknownKind;

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(name: &str) -> Result<Self, UnknownKind> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.name() == name)
            .ok_or(UnknownKind)
    }
}

/// A message as it arrived. Personal, so `Debug` shows the reference only.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Arrival {
    /// When it arrived.
    pub at: Timestamp,
    /// The channel.
    pub channel: Channel,
    /// The receiver that took it.
    pub kind: Kind,
    /// Enough of the address to tell recipients apart on a screen, made by [`hint`].
    pub endpoint_hint: String,
    /// The sender's reference; empty when the message carried none.
    pub reference: String,
    /// Title or subject; empty for SMS.
    pub title: String,
    /// The text.
    pub body: String,
    /// The link that came beside the text, where the channel has a place of its own for it.
    pub link: Option<String>,
}

impl fmt::Debug for Arrival {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Arrival")
            .field("kind", &self.kind)
            .field("reference", &self.reference)
            .finish_non_exhaustive()
    }
}

/// The last four characters of an address behind an ellipsis.
pub fn hint(address: &str) -> String {
    let start = address.char_indices().rev().nth(3).map_or(0, |(at, _)| at);
    format!("…{}", &address[start..])
}

/// How many messages one receiver took.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize)]
pub struct Count {
    /// Taken and recorded.
    pub arrived: u64,
    /// Answered as if taken and then thrown away, on request of a fault.
    pub dropped: u64,
}

/// Exact counts since the start or the last [`Inbox::clear`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    /// Firebase Cloud Messaging.
    pub fcm: Count,
    /// Apple's push notification service.
    pub apns: Count,
    /// Web Push.
    pub web_push: Count,
    /// SMS.
    pub sms: Count,
    /// E-mail.
    pub email: Count,
    /// Calls.
    pub voice: Count,
    /// Distinct references among all that arrived; messages without one are left out.
    pub references: u64,
}

impl Counts {
    /// All that arrived, over every receiver.
    pub fn arrived(&self) -> u64 {
        Kind::ALL.into_iter().map(|kind| self.of(kind).arrived).sum()
    }

    /// All that was dropped, over every receiver.
    pub fn dropped(&self) -> u64 {
        Kind::ALL.into_iter().map(|kind| self.of(kind).dropped).sum()
    }

    /// The count of one receiver.
    pub fn of(&self, kind: Kind) -> Count {
        match kind {
            Kind::Fcm => self.fcm,
            Kind::Apns => self.apns,
            Kind::WebPush => self.web_push,
            Kind::Sms => self.sms,
            Kind::Email => self.email,
            Kind::Voice => self.voice,
        }
    }

    fn of_mut(&mut self, kind: Kind) -> &mut Count {
        match kind {
            Kind::Fcm => &mut self.fcm,
            Kind::Apns => &mut self.apns,
            Kind::WebPush => &mut self.web_push,
            Kind::Sms => &mut self.sms,
            Kind::Email => &mut self.email,
            Kind::Voice => &mut self.voice,
        }
    }
}

/// What arrived more than once.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize)]
pub struct Duplicates {
    /// References that arrived more than once.
    pub references: u64,
    /// Arrivals beyond the first, over all references.
    pub extra: u64,
    /// The most often that one reference arrived; 0 when nothing did.
    pub most: u32,
    /// Some of the references that arrived more than once, at most 100.
    pub examples: Vec<String>,
}

/// A shared handle on what arrived; clones see the same.
#[derive(Clone, Debug)]
pub struct Inbox(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    arrived: watch::Sender<u64>,
}

/// A reference as its digest: 20 bytes an entry where the texts themselves would take about 80.
type ReferenceKey = [u8; 16];

#[derive(Debug, Default)]
struct State {
    kept: usize,
    latest: VecDeque<Arrival>,
    counts: Counts,
    per_reference: HashMap<ReferenceKey, u32>,
    duplicates: Duplicates,
}

impl Default for Inbox {
    fn default() -> Self {
        Self::keeping(KEPT)
    }
}

impl Inbox {
    /// An inbox that keeps so many messages in full.
    pub fn keeping(kept: usize) -> Self {
        Self(Arc::new(Shared {
            state: Mutex::new(State::keeping(kept)),
            arrived: watch::Sender::new(0),
        }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0
            .state
            .lock()
            .expect("nothing panics while it holds the inbox")
    }

    /// Takes in a message.
    pub fn record(&self, arrival: Arrival) {
        let key = reference_key(&arrival.reference);
        let mut state = self.state();
        state.counts.of_mut(arrival.kind).arrived += 1;
        if !arrival.reference.is_empty() {
            state.count_reference(key, &arrival.reference);
        }
        state.latest.push_back(arrival);
        if state.latest.len() > state.kept {
            state.latest.pop_front();
        }
        let arrived = state.counts.arrived();
        self.0.arrived.send_replace(arrived);
    }

    /// Counts a message that was answered as if taken and thrown away.
    pub fn record_dropped(&self, kind: Kind) {
        self.state().counts.of_mut(kind).dropped += 1;
    }

    /// How many came in.
    pub fn counts(&self) -> Counts {
        self.state().counts
    }

    /// What came in more than once.
    pub fn duplicates(&self) -> Duplicates {
        self.state().duplicates.clone()
    }

    /// How often this reference arrived.
    pub fn times(&self, reference: &str) -> u32 {
        self.state()
            .per_reference
            .get(&reference_key(reference))
            .copied()
            .unwrap_or(0)
    }

    /// Waits until at least `count` messages have arrived.
    pub async fn wait_for(&self, count: u64) {
        // The sender lives in `self`, so the wait ends only by the count.
        let _ = self
            .0
            .arrived
            .subscribe()
            .wait_for(|arrived| *arrived >= count)
            .await;
    }

    /// The kept messages, latest first: `size` of them after `page` pages, page 0 being the first.
    pub fn list(&self, page: usize, size: usize) -> Vec<Arrival> {
        self.state()
            .latest
            .iter()
            .rev()
            .skip(page.saturating_mul(size))
            .take(size)
            .cloned()
            .collect()
    }

    /// Forgets everything.
    pub fn clear(&self) {
        let mut state = self.state();
        *state = State::keeping(state.kept);
        self.0.arrived.send_replace(0);
    }
}

impl State {
    fn keeping(kept: usize) -> Self {
        Self {
            kept,
            ..Self::default()
        }
    }

    fn count_reference(&mut self, key: ReferenceKey, reference: &str) {
        let times = self.per_reference.entry(key).or_insert(0);
        *times += 1;
        let times = *times;
        let duplicates = &mut self.duplicates;
        duplicates.most = duplicates.most.max(times);
        match times {
            1 => self.counts.references += 1,
            2 => {
                duplicates.references += 1;
                duplicates.extra += 1;
                if duplicates.examples.len() < EXAMPLES {
                    duplicates.examples.push(reference.to_owned());
                }
            }
            _ => duplicates.extra += 1,
        }
    }
}

fn reference_key(reference: &str) -> ReferenceKey {
    let digest = digest(&SHA256, reference.as_bytes());
    *digest.as_ref().first_chunk().expect("SHA-256 gives 32 bytes")
}

#[cfg(test)]
mod tests;
