//! Planning a wave: whom it reaches over which channel, nearest first, cut into batches.

use std::collections::BTreeMap;
use std::time::Duration;

use roaring::RoaringBitmap;

pub use super::lane::priority;
use super::share::Turns;
use crate::domain::channel::Channel;
use crate::domain::clock::Timestamp;
use crate::domain::delivery::Disposition;
use crate::domain::id::{AccountId, ActionId, ParticipantNumber, WaveId};
use crate::domain::message::Urgency;
use crate::domain::wave::{WaveKind, WaveMessage};
use crate::storage::batches::{BATCH_SIZE, NewBatch};
use crate::storage::sealing::Keyring;
use crate::storage::waves::NewWave;
use crate::storage::{Result, Tx};

pub use super::share::{Accounts, Share};

/// What is to be sent, when, by whom.
#[derive(Clone, Debug)]
pub struct Order {
    /// The id of the new wave.
    pub wave: WaveId,
    /// The action it belongs to.
    pub action: ActionId,
    /// Why it goes out.
    pub kind: WaveKind,
    /// How much hurry it has.
    pub urgency: Urgency,
    /// The area as JSON; none for a wave to those who were told before.
    pub area: Option<String>,
    /// The texts.
    pub message: WaveMessage,
    /// Who sends it.
    pub created_by: AccountId,
    /// When.
    pub created_at: Timestamp,
    /// After this moment nothing of it is handed over.
    pub expires_at: Timestamp,
    /// Before this moment nothing of it is handed over; none to begin at once.
    pub held_until: Option<Timestamp>,
    /// How long after its message a participant of whom nothing is heard over the app is told by text message.
    pub fallback_after: Option<Duration>,
    /// The wave that it tells again.
    pub fallback_of: Option<WaveId>,
}

/// The most recipients of a batch of a wave that tells again: who is heard of while a batch is in hand is told
/// nevertheless, so a batch is to be over soon.
const FALLBACK_BATCH_SIZE: usize = 100;

/// A wave, ready to be stored.
#[derive(Clone, Debug)]
pub struct PlannedWave {
    /// What was ordered.
    pub order: Order,
    /// Whom it is for.
    pub audience: RoaringBitmap,
    /// In the order of sending.
    pub batches: Vec<NewBatch>,
    /// How many of the audience are told later, at the end of their quiet hours.
    pub waiting: u64,
    /// How many were left out because their quiet hours end when it is over.
    pub left_out_quiet: u64,
    /// How many were left out because they had enough messages without hurry.
    pub left_out_limited: u64,
}

/// Plans a wave for an audience in which everyone has one channel. The accounts of a channel take turns by weight.
///
/// `nearest_first` puts participants in the order in which they are told. Batches of all channels are
/// numbered side by side, so that no channel's nearest wait for another's farthest.
pub fn plan(
    order: Order,
    audience: &[(Channel, RoaringBitmap)],
    accounts: &Accounts,
    nearest_first: impl Fn(&RoaringBitmap) -> Vec<ParticipantNumber>,
) -> PlannedWave {
    let mut everyone = RoaringBitmap::new();
    let size = match order.kind {
        WaveKind::Fallback => FALLBACK_BATCH_SIZE,
        _ => BATCH_SIZE,
    };
    let mut batches = Vec::new();
    for (channel, people) in audience {
        let shares = accounts.of(*channel);
        if shares.is_empty() {
            continue;
        }
        let mut turns = Turns::new(shares);
        everyone |= people;
        for (ordinal, members) in (0_u32..).zip(nearest_first(people).chunks(size)) {
            let Some(account) = turns.next() else { break };
            batches.push(NewBatch {
                wave: order.wave,
                channel: *channel,
                account: account.to_owned(),
                priority: priority(order.urgency),
                ordinal,
                members: members.to_vec(),
                outcomes: vec![Disposition::Queued; members.len()],
                attempt: 0,
                not_before: order.held_until.unwrap_or(order.created_at),
                origin: None,
            });
        }
    }
    batches.sort_by_key(|batch| batch.ordinal);
    PlannedWave {
        order,
        audience: everyone,
        batches,
        waiting: 0,
        left_out_quiet: 0,
        left_out_limited: 0,
    }
}

impl PlannedWave {
    /// Lets people wait until a moment: they go to batches of their own that nobody takes before it. Everyone else
    /// stays in the order of sending.
    #[must_use]
    pub fn waiting_for(mut self, waiting: &[(Timestamp, RoaringBitmap)]) -> Self {
        self.waiting = waiting.iter().map(|(_, people)| people.len()).sum();
        if self.waiting == 0 {
            return self;
        }
        let mut ordered = Vec::with_capacity(self.batches.len() + 1);
        let mut later: BTreeMap<(Timestamp, Channel, String), NewBatch> = BTreeMap::new();
        for batch in std::mem::take(&mut self.batches) {
            let mut rest = batch.members.clone();
            for (until, people) in waiting {
                let (wait, go): (Vec<_>, Vec<_>) = rest.into_iter().partition(|one| people.contains(*one));
                rest = go;
                if wait.is_empty() {
                    continue;
                }
                let not_before = batch.not_before.max(*until);
                let key = (not_before, batch.channel, batch.account.clone());
                let held = later.entry(key.clone()).or_insert_with(|| NewBatch {
                    not_before,
                    ..part(&batch, Vec::new())
                });
                let room = BATCH_SIZE - held.members.len();
                let (fits, more) = wait.split_at(room.min(wait.len()));
                held.members.extend_from_slice(fits);
                if !more.is_empty() {
                    let next = NewBatch {
                        not_before,
                        ..part(&batch, more.to_vec())
                    };
                    ordered.extend(later.insert(key, next));
                }
            }
            if !rest.is_empty() {
                ordered.push(part(&batch, rest));
            }
        }
        ordered.extend(later.into_values());
        for batch in &mut ordered {
            batch.outcomes = vec![Disposition::Queued; batch.members.len()];
        }
        self.batches = ordered;
        self
    }
}

/// A batch as another, for other people.
fn part(batch: &NewBatch, members: Vec<ParticipantNumber>) -> NewBatch {
    NewBatch {
        members,
        ..batch.clone()
    }
}

impl Tx {
    /// Stores a planned wave. From the commit on nothing of it can be lost.
    pub async fn insert_planned_wave(&mut self, keys: &Keyring, planned: &PlannedWave) -> Result<()> {
        let order = &planned.order;
        self.insert_wave(
            keys,
            &NewWave {
                id: order.wave,
                action: order.action,
                kind: order.kind,
                priority: priority(order.urgency),
                area: order.area.clone(),
                message: &order.message,
                audience: &planned.audience,
                created_by: order.created_by,
                created_at: order.created_at,
                expires_at: order.expires_at,
                held_until: order.held_until,
                fallback_after: order.fallback_after,
                fallback_of: order.fallback_of,
            },
        )
        .await?;
        self.insert_batches(&planned.batches).await?;
        self.wake_dispatchers().await
    }
}
