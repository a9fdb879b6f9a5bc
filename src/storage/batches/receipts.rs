//! What providers said later of a batch's messages: one byte a member beside the worker's outcomes.
//!
//! Receipts come while the batch is still in hand, long after, twice and out of order. They only move
//! forward, and they count once the batch is done: until then the worker owns its figures.

use std::collections::{BTreeMap, HashMap};

use sqlx::FromRow;
use uuid::Uuid;

use super::super::{Result, Tx};
use super::{NewBatch, counts, outcome_bytes, read_members, read_outcomes, stored_size};
use crate::domain::channel::Channel;
use crate::domain::delivery::{Disposition, Receipt};
use crate::domain::id::{BatchNumber, ParticipantNumber, WaveId};

statements! {
    // A writing transaction of SQLite's is the only one already.
    LOCK = {
        sqlite: "select wave_id, channel, state, size, members, outcomes, receipts from batches where number = $1",
        postgres: "select wave_id, channel, state, size, members, outcomes, receipts from batches where number = $1 for update"
    };
    LIST_SPLIT_OFF = "select number, members from batches where split_from = $1 order by number";
    WRITE_RECEIPTS = "update batches set receipts = $2 where number = $1";
    WRITE_MERGED = "update batches set outcomes = $2, receipts = null, accepted = $3, delivered = $4, \
        failed = $5, unknown = $6, stopped = $7, moved = $8 where number = $1";
}

#[derive(FromRow)]
struct LockedRow {
    wave_id: Uuid,
    channel: String,
    state: String,
    size: i64,
    members: Vec<u8>,
    outcomes: Vec<u8>,
    receipts: Option<Vec<u8>>,
}

/// Not a provider's: the participant heard the same over another channel, and needs no message here.
pub(super) const HEARD: u8 = 4;

const fn byte(receipt: Receipt) -> u8 {
    match receipt {
        Receipt::Accepted => 1,
        Receipt::Failed => 2,
        Receipt::Delivered => 3,
    }
}

const fn read(byte: u8) -> Option<Receipt> {
    match byte {
        1 => Some(Receipt::Accepted),
        2 => Some(Receipt::Failed),
        3 => Some(Receipt::Delivered),
        _ => None,
    }
}

/// The app speaks of what it showed; push services say nothing of the kind, the providers of other channels do.
fn may_report(reporter: Reporter, channel: &str) -> bool {
    match reporter {
        Reporter::App => channel == Channel::App.name(),
        Reporter::Provider => channel != Channel::App.name(),
    }
}

/// The outcomes with the receipts in them.
pub(super) fn merged(outcomes: &mut [Disposition], receipts: &[u8]) {
    for (disposition, byte) in outcomes.iter_mut().zip(receipts) {
        if let Some(receipt) = read(*byte) {
            *disposition = disposition.after(receipt);
        }
    }
}

/// Settles the open ones among `outcomes` whom a receipt speaks of: they need no further attempt.
pub(super) fn settle_known(outcomes: &mut [Disposition], receipts: &[u8]) {
    for (disposition, byte) in outcomes.iter_mut().zip(receipts) {
        *disposition = settled(*disposition, *byte);
    }
}

fn settled(disposition: Disposition, byte: u8) -> Disposition {
    match (disposition, read(byte)) {
        (Disposition::Queued | Disposition::InDoubt, Some(receipt)) => Disposition::Accepted.after(receipt),
        (Disposition::Queued, None) if byte == HEARD => Disposition::Stopped,
        (Disposition::InDoubt, None) if byte == HEARD => Disposition::Unknown,
        (before, _) => before,
    }
}

/// What was reported of a batch's members before it was written: one byte a member, or none at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reported(pub(super) Vec<u8>);

impl Reported {
    /// Settles those of a batch that is split off whom a receipt speaks of.
    pub fn settle(&self, split: &mut NewBatch) {
        let Some(origin) = &split.origin else { return };
        for (outcome, position) in split.outcomes.iter_mut().zip(&origin.positions) {
            let byte = self.0.get(usize::from(*position)).copied().unwrap_or_default();
            *outcome = settled(*outcome, byte);
        }
    }
}

/// Who says that a message arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reporter {
    /// The provider that it was handed to.
    Provider,
    /// The app that showed it.
    App,
}

/// What a batch's receipts led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedReceipts {
    /// The batch's wave.
    pub wave: WaveId,
    /// Receipts of members who moved, for the batch where they are now, which has a higher number.
    pub moved: BTreeMap<BatchNumber, Vec<(u16, Receipt)>>,
    /// Who was told for certain: reported delivered.
    pub heard: Vec<ParticipantNumber>,
}

impl Tx {
    /// Takes in what was said of some members of a batch; none when there is no such batch, or the reporter has
    /// nothing to say of its channel.
    pub async fn record_receipts(
        &mut self,
        batch: BatchNumber,
        receipts: &[(u16, Receipt)],
        reporter: Reporter,
    ) -> Result<Option<RecordedReceipts>> {
        let Some(row) = self.find::<LockedRow>(LOCK, values![batch]).await? else {
            return Ok(None);
        };
        if !may_report(reporter, &row.channel) {
            return Ok(None);
        }
        let size = stored_size(row.size);
        let (members, outcomes) = (read_members(&row.members)?, read_outcomes(&row.outcomes, size)?);
        let mut bytes = row.receipts.unwrap_or_default();
        bytes.resize(size, 0);
        let (mut moved, mut heard) = (Vec::new(), Vec::new());
        for (position, receipt) in receipts {
            let place = usize::from(*position);
            let (Some(known), Some(member)) = (bytes.get_mut(place), members.get(place)) else {
                continue;
            };
            if outcomes[place] == Disposition::Moved {
                moved.push((*member, *receipt));
                continue;
            }
            *known = match *known {
                HEARD => byte(*receipt),
                before => before.max(byte(*receipt)),
            };
            if *receipt == Receipt::Delivered {
                heard.push(*member);
            }
        }
        if row.state == "done" {
            self.write_merged(batch, outcomes, &bytes).await?;
        } else {
            self.execute(WRITE_RECEIPTS, values![batch, bytes]).await?;
        }
        Ok(Some(RecordedReceipts {
            wave: WaveId::from_uuid(row.wave_id),
            moved: self.find_moved(batch, &moved).await?,
            heard,
        }))
    }

    /// Where those are now who were split off from a batch.
    async fn find_moved(
        &mut self,
        from: BatchNumber,
        receipts: &[(ParticipantNumber, Receipt)],
    ) -> Result<BTreeMap<BatchNumber, Vec<(u16, Receipt)>>> {
        let mut found: BTreeMap<_, Vec<_>> = BTreeMap::new();
        if receipts.is_empty() {
            return Ok(found);
        }
        let rows: Vec<(i64, Vec<u8>)> = self.list(LIST_SPLIT_OFF, values![from]).await?;
        for (number, members) in rows {
            let places: HashMap<ParticipantNumber, u16> =
                read_members(&members)?.into_iter().zip(0..).collect();
            for (member, receipt) in receipts {
                if let Some(position) = places.get(member) {
                    found.entry(number).or_default().push((*position, *receipt));
                }
            }
        }
        Ok(found)
    }

    /// Counts the receipts that came while the batch was in hand.
    pub(super) async fn merge_receipts(&mut self, batch: BatchNumber) -> Result<()> {
        if let Some(LockedRow {
            size,
            outcomes,
            receipts: Some(receipts),
            ..
        }) = self.find(LOCK, values![batch]).await?
        {
            let outcomes = read_outcomes(&outcomes, stored_size(size))?;
            self.write_merged(batch, outcomes, &receipts).await?;
        }
        Ok(())
    }

    async fn write_merged(
        &mut self,
        batch: BatchNumber,
        mut outcomes: Vec<Disposition>,
        receipts: &[u8],
    ) -> Result<()> {
        for disposition in &mut outcomes {
            // A batch of a halted wave was settled by its figures alone.
            if *disposition == Disposition::Queued {
                *disposition = Disposition::Stopped;
            }
        }
        merged(&mut outcomes, receipts);
        let [accepted, delivered, failed, unknown, stopped, moved] = counts(&outcomes);
        let values = values![
            batch,
            outcome_bytes(&outcomes),
            accepted,
            delivered,
            failed,
            unknown,
            stopped,
            moved
        ];
        self.execute(WRITE_MERGED, values).await.map(drop)
    }
}
