//! Planning a wave: whom it reaches over which channel, nearest first, cut into batches.

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
