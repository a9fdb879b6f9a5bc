//! The moments between an order and the first message: held, sent at once, or taken back.

use uuid::Uuid;

use crate::domain::clock::Timestamp;
use crate::domain::id::{ActionId, WaveId};
use crate::domain::wave::WaveKind;
use crate::storage::{Result, StorageError, Tx};

statements! {
    // Of an action's waves the last that calls on people and goes on.
    FIND_LAST_ALERT = "select id, kind, held_until from waves where action_id = $1 \
        and kind in ('first', 'expansion') and state in ('running', 'paused') order by ordinal desc limit 1";
    IS_HELD = "select cast(1 as bigint) from waves where action_id = $1 and state in ('running', 'paused') \
        and held_until > $2 limit 1";
    // The order in which recorders lock: the wave, then its batches. Whoever claims waits or skips, and finds them gone.
    LOCK_WAVE = {
        sqlite: "select id from waves where id = $1",
        postgres: "select id from waves where id = $1 for update"
    };
    LOCK_BATCHES = {
        sqlite: "select number, claims + attempt from batches where wave_id = $1 order by number",
        postgres: "select number, claims + attempt from batches where wave_id = $1 order by number for update"
    };
    DELETE_BATCHES = "delete from batches where wave_id = $1";
    DELETE_WAVE = "delete from waves where id = $1";
    // Who waits for the end of their quiet hours goes on waiting.
    RELEASE_BATCHES = "update batches set not_before = $2 where wave_id = $1 and state <> 'done' and state = 'ready' \
        and claims = 0 and not_before > $2 and not_before <= $3";
    RELEASE_WAVE = "update waves set held_until = $2 where id = $1 and held_until > $2";
}

/// A wave of which perhaps nothing left yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeldWave {
    /// The wave.
    pub id: WaveId,
    /// Why it goes out.
    pub kind: WaveKind,
    /// Until when it is held; none when it never was.
    pub held_until: Option<Timestamp>,
}

impl Tx {
    /// The last wave of an action that calls on people and goes on.
    pub async fn find_last_alert(&mut self, action: ActionId) -> Result<Option<HeldWave>> {
        let row: Option<(Uuid, String, Option<i64>)> = self.find(FIND_LAST_ALERT, values![action]).await?;
        row.map(|(id, kind, held_until)| {
            Ok(HeldWave {
                id: WaveId::from_uuid(id),
                kind: WaveKind::parse(&kind).ok_or(StorageError::Corrupt("waves.kind"))?,
                held_until: held_until.map(Timestamp::from_millis),
            })
        })
        .transpose()
    }

    /// Whether a wave of an action is in its hold.
    pub async fn is_held(&mut self, action: ActionId, now: Timestamp) -> Result<bool> {
        let held: Option<(i64,)> = self.find(IS_HELD, values![action, now]).await?;
        Ok(held.is_some())
    }

    /// Deletes a wave of which no node ever took a batch: nobody was told, and nobody will be. False when one
    /// did, and nothing was changed.
    pub async fn delete_untouched_wave(&mut self, wave: WaveId) -> Result<bool> {
        let there: Option<(Uuid,)> = self.find(LOCK_WAVE, values![wave]).await?;
        let batches: Vec<(i64, i64)> = self.list(LOCK_BATCHES, values![wave]).await?;
        if there.is_none() || batches.iter().any(|(_, touched)| *touched > 0) {
            return Ok(false);
        }
        self.execute(DELETE_BATCHES, values![wave]).await?;
        Ok(self.execute(DELETE_WAVE, values![wave]).await? == 1)
    }

    /// Ends the hold of a wave now. False when it had ended.
    pub async fn mark_wave_released(&mut self, held: &HeldWave, now: Timestamp) -> Result<bool> {
        let released = self.execute(RELEASE_WAVE, values![held.id, now]).await? == 1;
        let until = held.held_until.unwrap_or(now);
        self.execute(RELEASE_BATCHES, values![held.id, now, until])
            .await?;
        Ok(released)
    }
}
