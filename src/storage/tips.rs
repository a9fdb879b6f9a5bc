//! Tips as they are stored: what they say sealed, with a history of who did what.

use sqlx::FromRow;
use uuid::Uuid;

use super::sealing::Keyring;
use super::{Result, StorageError, Tx};
use crate::domain::channel::Channel;
use crate::domain::clock::Timestamp;
use crate::domain::id::{AccountId, ActionId, BatchNumber, ParticipantNumber, TipId};
use crate::domain::tip::{Tip, TipDeed, TipPhase, TipSource, TipState};

pub mod history;
pub mod keys;
pub mod lately;
pub mod span;

statements! {
    // Whose it is stays only while they take part: an old link must not bring an erased number back. A writing
    // transaction of SQLite's is the only one already.
    INSERT_TIP = {
        sqlite: "insert into tips (id, action_id, participant_number, source, state, content_sealed, \
            received_by, received_at, late, changed_at, version) values ($1, $2, \
            (select number from participants where number = $3), $4, $5, $6, $7, $8, $9, $8, 1)",
        postgres: "insert into tips (id, action_id, participant_number, source, state, content_sealed, \
            received_by, received_at, late, changed_at, version) values ($1, $2, \
            (select number from participants where number = $3 for key share), $4, $5, $6, $7, $8, $9, $8, 1)"
    };
    LIST_SENDERS = "select distinct participant_number from tips \
        where action_id = $1 and participant_number is not null";
    FIND_TIP = "select id, action_id, participant_number, source, state, duplicate_of, unit, content_sealed, \
        received_by, received_at, late, passed_on_at, changed_at, version from tips where id = $1";
    LIST_TIPS = "select id, action_id, participant_number, source, state, duplicate_of, unit, content_sealed, \
        received_by, received_at, late, passed_on_at, changed_at, version from tips \
        where action_id = $1 and (received_at, id) < ($2, $3) and (state = $4 or $4 is null) \
        order by received_at desc, id desc limit $5";
    LIST_OWN = "select id, action_id, participant_number, source, state, duplicate_of, unit, content_sealed, \
        received_by, received_at, late, passed_on_at, changed_at, version from tips \
        where participant_number = $1 order by received_at, id";
    MARK_TIP = "update tips set state = $4, duplicate_of = $5, unit = $6, \
        passed_on_at = coalesce(passed_on_at, $7), changed_at = $8, version = version + 1 \
        where id = $1 and version = $2 and state = $3";
    FIND_BATCH_CHANNEL = "select channel from batches where number = $1";
    COUNT_RECENT = "select count(*) from tips where participant_number = $1 and received_at > $2";
    COUNT_TIPS = "select state, count(*) from tips where action_id = $1 group by state";
}

const CONTENT: &str = "tips.content";

#[derive(FromRow)]
struct TipRow {
    id: Uuid,
    action_id: Uuid,
    participant_number: Option<i64>,
    source: String,
    state: String,
    duplicate_of: Option<Uuid>,
    unit: Option<String>,
    content_sealed: Vec<u8>,
    received_by: Option<Uuid>,
    received_at: i64,
    late: i64,
    passed_on_at: Option<i64>,
    changed_at: i64,
    version: i64,
}

impl TipRow {
    fn state(&self) -> Option<TipState> {
        Some(match TipPhase::parse(&self.state)? {
            TipPhase::New => TipState::New,
            TipPhase::Seen => TipState::Seen,
            TipPhase::Relevant => TipState::Relevant,
            TipPhase::NotRelevant => TipState::NotRelevant,
            TipPhase::DuplicateOf => TipState::DuplicateOf(TipId::from_uuid(self.duplicate_of?)),
            TipPhase::PassedOn => TipState::PassedOn {
                unit: self.unit.clone()?,
            },
        })
    }

    fn open(self, keys: &Keyring) -> Result<Tip> {
        let participant = self.participant_number.map(ParticipantNumber::try_from);
        Ok(Tip {
            id: TipId::from_uuid(self.id),
            action: ActionId::from_uuid(self.action_id),
            participant: participant
                .transpose()
                .map_err(|_| StorageError::Corrupt("tips.participant_number"))?,
            source: TipSource::parse(&self.source).ok_or(StorageError::Corrupt("tips.source"))?,
            content: keys.open_json(CONTENT, &self.content_sealed)?,
            state: self.state().ok_or(StorageError::Corrupt("tips.state"))?,
            received_by: self.received_by.map(AccountId::from_uuid),
            received_at: Timestamp::from_millis(self.received_at),
            late: self.late != 0,
            passed_on_at: self.passed_on_at.map(Timestamp::from_millis),
            changed_at: Timestamp::from_millis(self.changed_at),
            version: u32::try_from(self.version).map_err(|_| StorageError::Corrupt("tips.version"))?,
        })
    }
}

/// A place between two tips of a list: after this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TipCursor {
    /// When it came in.
    pub received_at: Timestamp,
    /// Its id.
    pub id: TipId,
}

impl TipCursor {
    /// The place after this tip.
    pub const fn after(tip: &Tip) -> Self {
        Self {
            received_at: tip.received_at,
            id: tip.id,
        }
    }
}

impl Tx {
    /// Who sent tips about an action, as far as they let it be known.
    pub async fn list_tip_senders(&mut self, action: ActionId) -> Result<Vec<ParticipantNumber>> {
        let rows: Vec<(i64,)> = self.list(LIST_SENDERS, values![action]).await?;
        rows.into_iter()
            .map(|(number,)| {
                ParticipantNumber::try_from(number)
                    .map_err(|_| StorageError::Corrupt("tips.participant_number"))
            })
            .collect()
    }

    /// Stores a new tip with its first entry in the history. Who sent an anonymous one, and who left, is dropped
    /// here, so that no caller can forget it.
    pub async fn insert_tip(&mut self, keys: &Keyring, tip: &Tip, received: &TipDeed) -> Result<()> {
        let participant = tip.participant.filter(|_| !tip.content.anonymous);
        let values = values![
            tip.id,
            tip.action,
            participant,
            tip.source.name(),
            tip.state.phase().name(),
            keys.seal_json(CONTENT, &tip.content),
            tip.received_by,
            tip.received_at,
            i64::from(tip.late),
        ];
        self.execute(INSERT_TIP, values).await?;
        self.append_tip_deed(keys, tip.id, received).await
    }

    /// The tip of this id.
    pub async fn find_tip(&mut self, keys: &Keyring, id: TipId) -> Result<Option<Tip>> {
        let row: Option<TipRow> = self.find(FIND_TIP, values![id]).await?;
        row.map(|row| row.open(keys)).transpose()
    }

    /// Up to `limit` tips of an action after a place in the list, the newest first.
    pub async fn list_tips(
        &mut self,
        keys: &Keyring,
        action: ActionId,
        phase: Option<TipPhase>,
        after: Option<TipCursor>,
        limit: u32,
    ) -> Result<Vec<Tip>> {
        let start = (Timestamp::from_millis(i64::MAX), Uuid::max());
        let (received_at, id) = after.map_or(start, |after| (after.received_at, after.id.as_uuid()));
        let values = values![action, received_at, id, phase.map(TipPhase::name), limit];
        let rows: Vec<TipRow> = self.list(LIST_TIPS, values).await?;
        rows.into_iter().map(|row| row.open(keys)).collect()
    }

    /// All tips that are known to be a participant's, the oldest first.
    pub async fn list_tips_of(&mut self, keys: &Keyring, participant: ParticipantNumber) -> Result<Vec<Tip>> {
        let rows: Vec<TipRow> = self.list(LIST_OWN, values![participant]).await?;
        rows.into_iter().map(|row| row.open(keys)).collect()
    }

    /// The channel that a batch goes over: how whoever follows its link got it.
    pub async fn find_batch_channel(&mut self, batch: BatchNumber) -> Result<Option<Channel>> {
        let row: Option<(String,)> = self.find(FIND_BATCH_CHANNEL, values![batch]).await?;
        row.map(|(name,)| name.parse().map_err(|_| StorageError::Corrupt("batches.channel")))
            .transpose()
    }

    /// How many tips of a participant came in after a moment.
    pub async fn count_recent_tips(
        &mut self,
        participant: ParticipantNumber,
        after: Timestamp,
    ) -> Result<u64> {
        let row: Option<(i64,)> = self.find(COUNT_RECENT, values![participant, after]).await?;
        Ok(row.map_or(0, |(count,)| u64::try_from(count).unwrap_or(0)))
    }

    /// How many tips of an action are in each phase; those with none are left out.
    pub async fn count_tips(&mut self, action: ActionId) -> Result<Vec<(TipPhase, u64)>> {
        let rows: Vec<(String, i64)> = self.list(COUNT_TIPS, values![action]).await?;
        rows.into_iter()
            .map(|(state, count)| {
                let phase = TipPhase::parse(&state).ok_or(StorageError::Corrupt("tips.state"))?;
                Ok((phase, u64::try_from(count).unwrap_or(0)))
            })
            .collect()
    }

    /// Brings a tip as it was seen into another state, with an entry in its history. False when somebody else
    /// changed it meanwhile, and nothing was written.
    pub async fn mark_tip(
        &mut self,
        keys: &Keyring,
        seen: &Tip,
        to: &TipState,
        deed: &TipDeed,
    ) -> Result<bool> {
        let (duplicate_of, unit) = match to {
            TipState::DuplicateOf(first) => (Some(*first), None),
            TipState::PassedOn { unit } => (None, Some(unit.as_str())),
            _ => (None, None),
        };
        let values = values![
            seen.id,
            seen.version,
            seen.state.phase().name(),
            to.phase().name(),
            duplicate_of,
            unit,
            unit.map(|_| deed.at),
            deed.at,
        ];
        if self.execute(MARK_TIP, values).await? != 1 {
            return Ok(false);
        }
        self.append_tip_deed(keys, seen.id, deed).await?;
        Ok(true)
    }
}

#[cfg(test)]
mod tests;
