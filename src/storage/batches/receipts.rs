//! What providers said later of a batch's messages: one byte a member beside the worker's outcomes.
//!
//! Receipts come while the batch is still in hand, long after, twice and out of order. They only move
//! forward, and they count once the batch is done: until then the worker owns its figures.

use sqlx::FromRow;
use uuid::Uuid;

use super::super::{Result, Tx};
use super::{counts, outcome_bytes, read_outcomes, stored_size};
use crate::domain::channel::Channel;
use crate::domain::delivery::{Disposition, Receipt};
use crate::domain::id::{BatchNumber, WaveId};

statements! {
    // A writing transaction of SQLite's is the only one already.
    LOCK = {
        sqlite: "select wave_id, channel, state, size, outcomes, receipts from batches where number = $1",
        postgres: "select wave_id, channel, state, size, outcomes, receipts from batches where number = $1 for update"
    };
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
    outcomes: Vec<u8>,
    receipts: Option<Vec<u8>>,
}

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

/// The outcomes with the receipts in them.
pub(super) fn merged(outcomes: &mut [Disposition], receipts: &[u8]) {
    for (disposition, byte) in outcomes.iter_mut().zip(receipts) {
        if let Some(receipt) = read(*byte) {
            *disposition = disposition.after(receipt);
        }
    }
}

/// Settles the open ones among `outcomes` that the provider reported on: they need no further attempt.
pub(super) fn known_to_be_handed_over(outcomes: &mut [Disposition], receipts: &[u8]) {
    for (disposition, byte) in outcomes.iter_mut().zip(receipts) {
        if let Some(receipt) = read(*byte)
            && disposition.is_open()
        {
            *disposition = Disposition::Accepted.after(receipt);
        }
    }
}

impl Tx {
    /// Takes in what a provider said of some members of a batch; answers its wave, none when there is no such
    /// batch, or it went over a channel on which nobody reports.
    pub async fn record_receipts(
        &mut self,
        batch: BatchNumber,
        receipts: &[(u16, Receipt)],
    ) -> Result<Option<WaveId>> {
        let Some(row) = self.find::<LockedRow>(LOCK, values![batch]).await? else {
            return Ok(None);
        };
        if row.channel == Channel::App.name() {
            return Ok(None);
        }
        let size = stored_size(row.size);
        let mut bytes = row.receipts.unwrap_or_else(|| vec![0; size]);
        bytes.resize(size, 0);
        for (position, receipt) in receipts {
            if let Some(known) = bytes.get_mut(usize::from(*position)) {
                *known = (*known).max(byte(*receipt));
            }
        }
        if row.state == "done" {
            let outcomes = read_outcomes(&row.outcomes, size)?;
            self.write_merged(batch, outcomes, &bytes).await?;
        } else {
            self.execute(WRITE_RECEIPTS, values![batch, bytes]).await?;
        }
        Ok(Some(WaveId::from_uuid(row.wave_id)))
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
