//! Who was told, or may have been: whom an update, a correction and the closing message are for.

use std::collections::BTreeMap;

use sqlx::FromRow;

use super::super::{Result, StorageError, Tx};
use super::receipts::merged;
use super::{read_members, read_outcomes};
use crate::domain::channel::Channel;
use crate::domain::delivery::Disposition;
use crate::domain::id::{BatchNumber, ParticipantNumber, WaveId};
use crate::domain::reference::DeliveryRef;

statements! {
    LIST_BATCHES_OF_WAVE = "select number, state, intent_to, members, outcomes, receipts from batches \
        where wave_id = $1 order by number";
    LIST_CHANNELS_OF_WAVE = "select number, channel from batches where wave_id = $1";
    FIND_MEMBERS = "select wave_id, members from batches where number = $1";
}

#[derive(FromRow)]
struct BatchRow {
    number: i64,
    state: String,
    intent_to: i64,
    members: Vec<u8>,
    outcomes: Vec<u8>,
    receipts: Option<Vec<u8>>,
}

/// Where one recipient of a wave is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecipientDisposition {
    /// The batch it is counted in.
    pub batch: BatchNumber,
    /// The position in it, from 0.
    pub position: u16,
    /// The participant.
    pub participant: ParticipantNumber,
    /// Where it is.
    pub disposition: Disposition,
    /// Whether a message is on its way at this moment.
    pub in_flight: bool,
}

impl BatchRow {
    fn read(self) -> Result<Vec<RecipientDisposition>> {
        let members = read_members(&self.members)?;
        let mut outcomes = read_outcomes(&self.outcomes, members.len())?;
        if let Some(receipts) = &self.receipts {
            merged(&mut outcomes, receipts);
        }
        let under_way = if self.state == "claimed" {
            self.intent_to
        } else {
            0
        };
        Ok((0_i64..)
            .zip(members.into_iter().zip(outcomes))
            .map(|(position, (participant, disposition))| RecipientDisposition {
                batch: self.number,
                position: u16::try_from(position).unwrap_or(u16::MAX),
                participant,
                disposition: match disposition {
                    Disposition::Queued if self.state == "done" => Disposition::Stopped,
                    other => other,
                },
                in_flight: disposition.is_open() && position < under_way,
            })
            .collect())
    }
}

impl Tx {
    /// Where every recipient of a wave is, in the order of sending; moved ones where they moved to.
    pub async fn list_recipients(&mut self, wave: WaveId) -> Result<Vec<RecipientDisposition>> {
        let mut recipients = self.list_positions(wave).await?;
        recipients.retain(|one| one.disposition != Disposition::Moved);
        Ok(recipients)
    }

    /// Every position of every batch of a wave: all that its references can name.
    pub async fn list_positions(&mut self, wave: WaveId) -> Result<Vec<RecipientDisposition>> {
        let rows: Vec<BatchRow> = self.list(LIST_BATCHES_OF_WAVE, values![wave]).await?;
        let mut positions = Vec::new();
        for row in rows {
            positions.extend(row.read()?);
        }
        Ok(positions)
    }

    /// The channel of every batch of a wave.
    pub async fn list_batch_channels(&mut self, wave: WaveId) -> Result<BTreeMap<BatchNumber, Channel>> {
        let rows: Vec<(i64, String)> = self.list(LIST_CHANNELS_OF_WAVE, values![wave]).await?;
        rows.into_iter()
            .map(|(number, channel)| {
                let channel = channel
                    .parse()
                    .map_err(|_| StorageError::Corrupt("batches.channel"))?;
                Ok((number, channel))
            })
            .collect()
    }

    /// The wave and the participant that a reference names.
    pub async fn find_recipient(
        &mut self,
        delivery: DeliveryRef,
    ) -> Result<Option<(WaveId, ParticipantNumber)>> {
        let row: Option<(uuid::Uuid, Vec<u8>)> = self.find(FIND_MEMBERS, values![delivery.batch]).await?;
        let Some((wave, members)) = row else {
            return Ok(None);
        };
        let members = read_members(&members)?;
        Ok(members
            .get(usize::from(delivery.position))
            .map(|participant| (WaveId::from_uuid(wave), *participant)))
    }
}
