//! Waves as they are stored.

use std::time::Duration;

use roaring::RoaringBitmap;
use sqlx::FromRow;
use uuid::Uuid;

use super::sealing::Keyring;
use super::{Result, StorageError, Tx};
use crate::domain::clock::Timestamp;
use crate::domain::id::{AccountId, ActionId, RegionId, WaveId};
use crate::domain::wave::{Accounting, WaveKind, WaveMessage, WaveState};

pub mod hold;
pub mod span;

statements! {
    INSERT_WAVE = "insert into waves (id, action_id, ordinal, kind, state, priority, area_sealed, message_sealed, \
        audience, audience_count, created_by, created_at, expires_at, held_until, fallback_after_ms, fallback_due_at, \
        fallback_of) \
        values ($1, $2, (select coalesce(max(ordinal), 0) + 1 from waves where action_id = $2), \
        $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
    FIND_WAVE = "select id, action_id, ordinal, kind, state, priority, area_sealed, message_sealed, audience_count, \
        created_by, created_at, expires_at, halted_at, finished_at, held_until from waves where id = $1";
    LIST_WAVES = "select id, action_id, ordinal, kind, state, priority, area_sealed, message_sealed, audience_count, \
        created_by, created_at, expires_at, halted_at, finished_at, held_until from waves where action_id = $1 \
        order by ordinal";
    FIND_AUDIENCE = "select audience from waves where id = $1";
    LIST_ALERTED_SINCE = "select action_id, id, created_at, audience from waves \
        where created_at >= $1 and kind in ('first', 'expansion') order by created_at, id";
    ACCOUNT_FOR_WAVE = "select cast(coalesce(sum(size - moved), 0) as bigint), \
        cast(coalesce(sum(accepted), 0) as bigint), cast(coalesce(sum(delivered), 0) as bigint), \
        cast(coalesce(sum(failed), 0) as bigint), cast(coalesce(sum(unknown), 0) as bigint), \
        cast(coalesce(sum(stopped), 0) as bigint), min(first_handover_at), max(last_handover_at) \
        from batches where wave_id = $1";
    ACCOUNT_BY_CHANNEL = "select channel, cast(coalesce(sum(size - moved), 0) as bigint), \
        cast(coalesce(sum(accepted), 0) as bigint), cast(coalesce(sum(delivered), 0) as bigint), \
        cast(coalesce(sum(failed), 0) as bigint), cast(coalesce(sum(unknown), 0) as bigint), \
        cast(coalesce(sum(stopped), 0) as bigint), min(first_handover_at), max(last_handover_at) \
        from batches where wave_id = $1 group by channel order by channel";
    // What is written under a state that was read must be seen by whoever changes the state: a stop waits for
    // the recorder that still read "running".
    LOCK_STATE = {
        sqlite: "select id, state from waves where id = $1",
        postgres: "select id, state from waves where id = $1 for share"
    };
    // PostgreSQL: rows are locked in the order of ids, as the recorders do.
    MARK_PAUSED = {
        sqlite: "update waves set state = 'paused' where action_id = $1 and state = 'running'",
        postgres: "update waves set state = 'paused' where id in (select id from waves where action_id = $1 and state = 'running' \
            order by id for update)"
    };
    MARK_RESUMED = {
        sqlite: "update waves set state = 'running' where action_id = $1 and state = 'paused'",
        postgres: "update waves set state = 'running' where id in (select id from waves where action_id = $1 and state = 'paused' \
            order by id for update)"
    };
    MARK_HALTED = {
        sqlite: "update waves set state = 'halted', halted_at = $2 where action_id = $1 and state in ('running', 'paused')",
        postgres: "update waves set state = 'halted', halted_at = $2 where id in (select id from waves where action_id = $1 and state in ('running', 'paused') \
            order by id for update)"
    };
    FIND_CONTEXT = "select w.action_id, a.region_id, w.kind, w.state \
        from waves w join actions a on a.id = w.action_id where w.id = $1";
    HAS_TO_SETTLE = "select cast(1 as bigint) from waves w where (w.state in ('running', 'paused') and w.expires_at <= $1) \
        or (w.state = 'halted' and exists (select 1 from batches b where b.wave_id = w.id \
            and b.state <> 'done' and (b.state = 'ready' or (b.state = 'claimed' and b.lease_until < $1)))) \
        or (w.state = 'running' and not exists (select 1 from batches b where b.wave_id = w.id \
            and b.state <> 'done')) limit 1";
    MARK_EXPIRED = {
        sqlite: "update waves set state = 'halted', halted_at = $1 where state in ('running', 'paused') and expires_at <= $1",
        postgres: "update waves set state = 'halted', halted_at = $1 where id in (select id from waves where state in ('running', 'paused') and expires_at <= $1 \
            order by id for update)"
    };
    MARK_FINISHED = "update waves set state = 'finished', finished_at = $2 \
        where id = $1 and state = 'running' \
        and not exists (select 1 from batches where wave_id = $1 and state <> 'done')";
    FINISH_OPEN = {
        sqlite: "update waves set state = 'finished', finished_at = $1 where state = 'running' \
            and not exists (select 1 from batches where wave_id = waves.id and state <> 'done') returning id",
        postgres: "update waves set state = 'finished', finished_at = $1 where id in (select id from waves \
            where state = 'running' \
            and not exists (select 1 from batches where wave_id = waves.id and state <> 'done') \
            order by id for update) returning id"
    };
}

const MESSAGE: &str = "waves.message";
const AREA: &str = "waves.area";

/// A wave to be stored; its ordinal is the next of its action.
#[derive(Debug)]
pub struct NewWave<'a> {
    /// Its id.
    pub id: WaveId,
    /// The action it belongs to.
    pub action: ActionId,
    /// Why it goes out.
    pub kind: WaveKind,
    /// 0 goes first; see [`crate::domain::message::Urgency`].
    pub priority: u8,
    /// The area as JSON; none for a wave to those who were told before.
    pub area: Option<String>,
    /// The texts.
    pub message: &'a WaveMessage,
    /// Whom it is for.
    pub audience: &'a RoaringBitmap,
    /// Who sent it.
    pub created_by: AccountId,
    /// When it was ordered.
    pub created_at: Timestamp,
    /// After this moment nothing of it is handed over.
    pub expires_at: Timestamp,
    /// Before this moment nothing of it is handed over; its batches say so too.
    pub held_until: Option<Timestamp>,
    /// How long after its message a participant of whom nothing is heard over the app is told by text message.
    pub fallback_after: Option<Duration>,
    /// The wave that it tells again.
    pub fallback_of: Option<WaveId>,
}

/// A wave as it is stored.
#[derive(Clone, Debug)]
pub struct Wave {
    /// Its id.
    pub id: WaveId,
    /// The action it belongs to.
    pub action: ActionId,
    /// 1 for the first of its action.
    pub ordinal: u32,
    /// Why it goes out.
    pub kind: WaveKind,
    /// How far it is.
    pub state: WaveState,
    /// The area as JSON.
    pub area: Option<String>,
    /// The texts.
    pub message: WaveMessage,
    /// How many it is for.
    pub audience_count: u64,
    /// Who sent it.
    pub created_by: AccountId,
    /// When it was ordered.
    pub created_at: Timestamp,
    /// After this moment nothing of it is handed over.
    pub expires_at: Timestamp,
    /// When it was stopped.
    pub halted_at: Option<Timestamp>,
    /// When everyone had a final disposition.
    pub finished_at: Option<Timestamp>,
    /// Until when it is held, or was, unless somebody sent it at once; none when nothing was held.
    pub held_until: Option<Timestamp>,
}

#[derive(FromRow)]
struct WaveRow {
    id: Uuid,
    action_id: Uuid,
    ordinal: i64,
    kind: String,
    state: String,
    area_sealed: Option<Vec<u8>>,
    message_sealed: Vec<u8>,
    audience_count: i64,
    created_by: Uuid,
    created_at: i64,
    expires_at: i64,
    halted_at: Option<i64>,
    finished_at: Option<i64>,
    held_until: Option<i64>,
}

impl WaveRow {
    fn open(self, keys: &Keyring) -> Result<Wave> {
        Ok(Wave {
            id: WaveId::from_uuid(self.id),
            action: ActionId::from_uuid(self.action_id),
            ordinal: u32::try_from(self.ordinal).map_err(|_| StorageError::Corrupt("waves.ordinal"))?,
            kind: WaveKind::parse(&self.kind).ok_or(StorageError::Corrupt("waves.kind"))?,
            state: WaveState::parse(&self.state).ok_or(StorageError::Corrupt("waves.state"))?,
            area: self
                .area_sealed
                .map(|sealed| open_area(keys, &sealed))
                .transpose()?,
            message: keys.open_json(MESSAGE, &self.message_sealed)?,
            audience_count: u64::try_from(self.audience_count).unwrap_or(0),
            created_by: AccountId::from_uuid(self.created_by),
            created_at: Timestamp::from_millis(self.created_at),
            expires_at: Timestamp::from_millis(self.expires_at),
            halted_at: self.halted_at.map(Timestamp::from_millis),
            finished_at: self.finished_at.map(Timestamp::from_millis),
            held_until: self.held_until.map(Timestamp::from_millis),
        })
    }
}

/// Where a wave belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaveContext {
    /// The action.
    pub action: ActionId,
    /// The region of the action.
    pub region: RegionId,
    /// Why it goes out.
    pub kind: WaveKind,
    /// How far it is.
    pub state: WaveState,
}

/// A wave's accounts with the span of its sending.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WaveAccounts {
    /// Where everyone is.
    pub accounting: Accounting,
    /// When the first message was handed over.
    pub first_handover_at: Option<Timestamp>,
    /// When the last message so far was handed over.
    pub last_handover_at: Option<Timestamp>,
}

type AccountsRow = (i64, i64, i64, i64, i64, i64, Option<i64>, Option<i64>);

fn accounts(row: AccountsRow) -> WaveAccounts {
    let (size, accepted, delivered, failed, unknown, stopped, first, last) = row;
    let unsigned = |count: i64| u64::try_from(count).unwrap_or(0);
    let final_count = accepted + delivered + failed + unknown + stopped;
    WaveAccounts {
        accounting: Accounting {
            audience: unsigned(size),
            queued: unsigned(size - final_count),
            accepted: unsigned(accepted),
            delivered: unsigned(delivered),
            failed: unsigned(failed),
            unknown: unsigned(unknown),
            stopped: unsigned(stopped),
        },
        first_handover_at: first.map(Timestamp::from_millis),
        last_handover_at: last.map(Timestamp::from_millis),
    }
}

/// An alert's audience, for "had three or more alerts this week".
#[derive(Clone, Debug)]
pub struct AlertedAudience {
    /// The action; several waves of one action are one alert to a participant.
    pub action: ActionId,
    /// The wave.
    pub wave: WaveId,
    /// When it was ordered.
    pub alerted_at: Timestamp,
    /// Who was called on.
    pub audience: RoaringBitmap,
}

/// A bitmap as it is stored.
pub(crate) fn bitmap_bytes(bitmap: &RoaringBitmap) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(bitmap.serialized_size());
    bitmap.serialize_into(&mut bytes).expect("memory takes any bytes");
    bytes
}

fn open_area(keys: &Keyring, sealed: &[u8]) -> Result<String> {
    String::from_utf8(keys.open(AREA, sealed)?).map_err(|_| StorageError::Corrupt("waves.area"))
}

fn read_state((id, state): (Uuid, String)) -> Result<(WaveId, WaveState)> {
    let state = WaveState::parse(&state).ok_or(StorageError::Corrupt("waves.state"))?;
    Ok((WaveId::from_uuid(id), state))
}

fn read_bitmap(bytes: &[u8]) -> Result<RoaringBitmap> {
    RoaringBitmap::deserialize_from(bytes).map_err(|_| StorageError::Corrupt("waves.audience"))
}

impl Tx {
    /// Stores a wave as the next of its action, running.
    pub async fn insert_wave(&mut self, keys: &Keyring, wave: &NewWave<'_>) -> Result<()> {
        let values = values![
            wave.id,
            wave.action,
            wave.kind.name(),
            WaveState::Running.name(),
            wave.priority,
            wave.area.as_ref().map(|area| keys.seal(AREA, area.as_bytes())),
            keys.seal_json(MESSAGE, wave.message),
            bitmap_bytes(wave.audience),
            i64::try_from(wave.audience.len()).unwrap_or(i64::MAX),
            wave.created_by,
            wave.created_at,
            wave.expires_at,
            wave.held_until,
            wave.fallback_after
                .map(|after| i64::try_from(after.as_millis()).unwrap_or(i64::MAX)),
            wave.fallback_after.map(|after| wave.created_at + after),
            wave.fallback_of,
        ];
        self.execute(INSERT_WAVE, values).await.map(drop)
    }

    /// The wave of this id.
    pub async fn find_wave(&mut self, keys: &Keyring, id: WaveId) -> Result<Option<Wave>> {
        let row: Option<WaveRow> = self.find(FIND_WAVE, values![id]).await?;
        row.map(|row| row.open(keys)).transpose()
    }

    /// An action's waves in their order.
    pub async fn list_waves(&mut self, keys: &Keyring, action: ActionId) -> Result<Vec<Wave>> {
        let rows: Vec<WaveRow> = self.list(LIST_WAVES, values![action]).await?;
        rows.into_iter().map(|row| row.open(keys)).collect()
    }

    /// Whom a wave is for.
    pub async fn find_audience(&mut self, wave: WaveId) -> Result<Option<RoaringBitmap>> {
        let row: Option<(Vec<u8>,)> = self.find(FIND_AUDIENCE, values![wave]).await?;
        row.map(|(bytes,)| read_bitmap(&bytes)).transpose()
    }

    /// The audiences of all alerts ordered since a moment, oldest first.
    pub async fn list_alerted_since(&mut self, since: Timestamp) -> Result<Vec<AlertedAudience>> {
        let rows: Vec<(Uuid, Uuid, i64, Vec<u8>)> = self.list(LIST_ALERTED_SINCE, values![since]).await?;
        rows.into_iter()
            .map(|(action, wave, at, bytes)| {
                Ok(AlertedAudience {
                    action: ActionId::from_uuid(action),
                    wave: WaveId::from_uuid(wave),
                    alerted_at: Timestamp::from_millis(at),
                    audience: read_bitmap(&bytes)?,
                })
            })
            .collect()
    }

    /// Where everyone in a wave's audience is.
    pub async fn account_for_wave(&mut self, wave: WaveId) -> Result<WaveAccounts> {
        let row: Option<AccountsRow> = self.find(ACCOUNT_FOR_WAVE, values![wave]).await?;
        Ok(row.map(accounts).unwrap_or_default())
    }

    /// The same by channel name.
    pub async fn account_by_channel(&mut self, wave: WaveId) -> Result<Vec<(String, WaveAccounts)>> {
        type Row = (String, i64, i64, i64, i64, i64, i64, Option<i64>, Option<i64>);
        let rows: Vec<Row> = self.list(ACCOUNT_BY_CHANNEL, values![wave]).await?;
        Ok(rows
            .into_iter()
            .map(|(channel, a, b, c, d, e, f, first, last)| {
                (channel, accounts((a, b, c, d, e, f, first, last)))
            })
            .collect())
    }

    /// Holds an action's running waves.
    pub async fn mark_waves_paused(&mut self, action: ActionId) -> Result<u64> {
        self.execute(MARK_PAUSED, values![action]).await
    }

    /// Lets an action's held waves go on.
    pub async fn mark_waves_resumed(&mut self, action: ActionId) -> Result<u64> {
        self.execute(MARK_RESUMED, values![action]).await
    }

    /// Stops an action's waves for good. Batches under way notice before their next message; what nobody had
    /// claimed is settled by [`Tx::settle_halted_batches`].
    pub async fn mark_waves_halted(&mut self, action: ActionId, now: Timestamp) -> Result<u64> {
        self.execute(MARK_HALTED, values![action, now]).await
    }

    /// How far these waves are.
    pub async fn list_wave_states(
        &mut self,
        waves: impl IntoIterator<Item = WaveId>,
    ) -> Result<Vec<(WaveId, WaveState)>> {
        let rows: Vec<(Uuid, String)> = self
            .list_in("select id, state from waves where id in (", waves)
            .await?;
        rows.into_iter().map(read_state).collect()
    }

    /// The same, held as they are until the end of the transaction. In the order of ids everywhere.
    pub async fn lock_wave_states(
        &mut self,
        waves: impl IntoIterator<Item = WaveId>,
    ) -> Result<Vec<(WaveId, WaveState)>> {
        let mut states = Vec::new();
        for wave in waves {
            let row: Option<(Uuid, String)> = self.find(LOCK_STATE, values![wave]).await?;
            states.extend(row.map(read_state).transpose()?);
        }
        Ok(states)
    }

    /// Where a wave belongs, without its texts.
    pub async fn find_wave_context(&mut self, wave: WaveId) -> Result<Option<WaveContext>> {
        let row: Option<(Uuid, Uuid, String, String)> = self.find(FIND_CONTEXT, values![wave]).await?;
        row.map(|(action, region, kind, state)| {
            Ok(WaveContext {
                action: ActionId::from_uuid(action),
                region: RegionId::from_uuid(region),
                kind: WaveKind::parse(&kind).ok_or(StorageError::Corrupt("waves.kind"))?,
                state: WaveState::parse(&state).ok_or(StorageError::Corrupt("waves.state"))?,
            })
        })
        .transpose()
    }

    /// Whether a wave is over its time, or open by its state with nothing open in it.
    pub async fn has_waves_to_settle(&mut self, now: Timestamp) -> Result<bool> {
        Ok(self.find::<(i64,)>(HAS_TO_SETTLE, values![now]).await?.is_some())
    }

    /// Stops every wave whose time is over.
    pub async fn mark_expired_waves_halted(&mut self, now: Timestamp) -> Result<u64> {
        self.execute(MARK_EXPIRED, values![now]).await
    }

    /// Marks a wave finished when none of its batches is open.
    pub async fn mark_wave_finished(&mut self, wave: WaveId, now: Timestamp) -> Result<u64> {
        self.execute(MARK_FINISHED, values![wave, now]).await
    }

    /// Marks every wave finished whose batches are all done: what two nodes that ended its last two batches
    /// at the same moment could not see. Answers which.
    pub async fn mark_done_waves_finished(&mut self, now: Timestamp) -> Result<Vec<WaveId>> {
        let rows: Vec<(Uuid,)> = self.list(FINISH_OPEN, values![now]).await?;
        Ok(rows.into_iter().map(|(id,)| WaveId::from_uuid(id)).collect())
    }
}

#[cfg(test)]
mod tests;
