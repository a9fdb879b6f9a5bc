//! Of whom nothing was heard over the app, and who heard meanwhile.

use std::time::Duration;

use roaring::RoaringBitmap;
use sqlx::FromRow;
use uuid::Uuid;

use super::super::{Result, StorageError, Tx};
use super::receipts::{HEARD, merged};
use super::{read_members, read_outcomes};
use crate::domain::clock::Timestamp;
use crate::domain::delivery::Disposition;
use crate::domain::id::{ActionId, ParticipantNumber, WaveId};

statements! {
    LIST_DUE = "select w.id, w.action_id, w.created_at, w.fallback_after_ms, w.fallback_due_at, w.priority \
        from waves w join actions a on a.id = w.action_id \
        where w.fallback_due_at is not null and w.fallback_due_at <= $1 and w.expires_at > $1 \
        and w.state in ('running', 'finished') and a.state = 'active' and a.stopped_at is null \
        and (w.held_until is null or w.held_until <= $1) \
        order by w.fallback_due_at limit 20";
    // A stop at the same moment either waits, and halts what was just ordered, or is seen here.
    LOCK_GOING_ON = {
        sqlite: "select cast(1 as bigint) from actions where id = $1 and state = 'active' and stopped_at is null",
        postgres: "select cast(1 as bigint) from actions where id = $1 and state = 'active' and stopped_at is null for share"
    };
    END_FALLBACKS = "update waves set fallback_due_at = null where action_id = $1 and fallback_due_at is not null";
    CLAIM_LOOK = "update waves set fallback_due_at = $3 where id = $1 and fallback_due_at = $2 \
        and state in ('running', 'finished')";
    LIST_FALLBACKS = "select id from waves where fallback_of = $1";
    LIST_GOING_ON = "select id from waves where fallback_of = $1 and state in ('running', 'paused')";
    LIST_GOING_ON_OF_ACTION = "select id from waves where action_id = $1 and fallback_of is not null \
        and state in ('running', 'paused')";
    LIST_APP_BATCHES = "select state, members, outcomes, receipts, last_handover_at from batches \
        where wave_id = $1 and channel = 'app' order by ordinal, number";
    LIST_OPEN_BATCHES = {
        sqlite: "select number, members, receipts from batches where wave_id = $1 and state <> 'done' order by number",
        postgres: "select number, members, receipts from batches where wave_id = $1 and state <> 'done' order by number for update"
    };
    WRITE_HEARD = "update batches set receipts = $2 where number = $1";
}

/// A wave that is looked at for those who said nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DueFallback {
    /// The wave.
    pub wave: WaveId,
    /// Its action.
    pub action: ActionId,
    /// When it was ordered.
    pub created_at: Timestamp,
    /// How long after its message a participant has time to be heard of.
    pub after: Duration,
    /// When the look was due.
    pub due_at: Timestamp,
    /// 0 goes first.
    pub priority: u8,
}

/// Of whom nothing was heard.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Silent {
    /// In the order of sending.
    pub people: Vec<ParticipantNumber>,
    /// Whether all can be judged already.
    pub is_complete: bool,
    /// Whether somebody still waits for the app.
    pub is_open: bool,
    /// When the last message so far was handed over.
    pub last_handover_at: Option<Timestamp>,
}

#[derive(FromRow)]
struct AppRow {
    state: String,
    members: Vec<u8>,
    outcomes: Vec<u8>,
    receipts: Option<Vec<u8>>,
    last_handover_at: Option<i64>,
}

impl Tx {
    /// The waves whose look is due.
    pub async fn list_due_fallbacks(&mut self, now: Timestamp) -> Result<Vec<DueFallback>> {
        let rows: Vec<(Uuid, Uuid, i64, i64, i64, i64)> = self.list(LIST_DUE, values![now]).await?;
        rows.into_iter()
            .map(|(id, action, created_at, after_ms, due_at, priority)| {
                Ok(DueFallback {
                    wave: WaveId::from_uuid(id),
                    action: ActionId::from_uuid(action),
                    created_at: Timestamp::from_millis(created_at),
                    after: Duration::from_millis(u64::try_from(after_ms).unwrap_or(0)),
                    due_at: Timestamp::from_millis(due_at),
                    priority: u8::try_from(priority).map_err(|_| StorageError::Corrupt("waves.priority"))?,
                })
            })
            .collect()
    }

    /// Whether an action goes on; it does until this transaction ends.
    pub async fn lock_going_on(&mut self, action: ActionId) -> Result<bool> {
        let row: Option<(i64,)> = self.find(LOCK_GOING_ON, values![action]).await?;
        Ok(row.is_some())
    }

    /// Takes the look, and says when the next one is due. False when another node took it, or the wave was stopped.
    pub async fn claim_fallback(&mut self, due: &DueFallback, next: Option<Timestamp>) -> Result<bool> {
        let values = values![due.wave, due.due_at, next];
        Ok(self.execute(CLAIM_LOOK, values).await? > 0)
    }

    /// Nobody is told any more what the waves of an action so far said.
    pub async fn end_fallbacks(&mut self, action: ActionId) -> Result<()> {
        self.execute(END_FALLBACKS, values![action]).await.map(drop)
    }

    /// The waves that told again those who said nothing of this one.
    pub async fn list_fallbacks_of(&mut self, wave: WaveId) -> Result<Vec<WaveId>> {
        let rows: Vec<(Uuid,)> = self.list(LIST_FALLBACKS, values![wave]).await?;
        Ok(rows.into_iter().map(|(id,)| WaveId::from_uuid(id)).collect())
    }

    /// Who was told over the app at least `after` ago, or refused by it, without a receipt; and where they `waited`
    /// in vain, who still waits for it.
    pub async fn list_silent(
        &mut self,
        wave: WaveId,
        now: Timestamp,
        after: Duration,
        waited: bool,
    ) -> Result<Silent> {
        let rows: Vec<AppRow> = self.list(LIST_APP_BATCHES, values![wave]).await?;
        let mut silent = Silent {
            is_complete: true,
            ..Silent::default()
        };
        for row in rows {
            let members = read_members(&row.members)?;
            let mut outcomes = read_outcomes(&row.outcomes, members.len())?;
            if let Some(receipts) = &row.receipts {
                merged(&mut outcomes, receipts);
            }
            let handed_over_at = row.last_handover_at.map(Timestamp::from_millis);
            silent.last_handover_at = silent.last_handover_at.max(handed_over_at);
            let is_open = outcomes.iter().any(|outcome| outcome.is_open());
            let is_told = handed_over_at.is_none_or(|at| at + after <= now);
            silent.is_open |= is_open;
            silent.is_complete &= !is_open && is_told;
            for (member, outcome) in members.into_iter().zip(outcomes) {
                let counts = match outcome {
                    Disposition::Accepted | Disposition::Failed | Disposition::Unknown => is_told,
                    Disposition::Queued | Disposition::InDoubt => waited && row.state == "ready",
                    Disposition::Delivered | Disposition::Stopped | Disposition::Moved => false,
                };
                if counts {
                    silent.people.push(member);
                }
            }
        }
        Ok(silent)
    }

    /// These heard of a wave over the app: whoever of them waits to be told by text message is not told any more.
    pub async fn mark_heard(&mut self, wave: WaveId, who: &RoaringBitmap) -> Result<()> {
        let rows: Vec<(Uuid,)> = self.list(LIST_GOING_ON, values![wave]).await?;
        self.mark_heard_in(rows, who).await
    }

    /// These heard of an action, and answered.
    pub async fn mark_answered(&mut self, action: ActionId, who: &RoaringBitmap) -> Result<()> {
        let rows: Vec<(Uuid,)> = self.list(LIST_GOING_ON_OF_ACTION, values![action]).await?;
        self.mark_heard_in(rows, who).await
    }

    async fn mark_heard_in(&mut self, waves: Vec<(Uuid,)>, who: &RoaringBitmap) -> Result<()> {
        for (wave,) in waves {
            let rows: Vec<(i64, Vec<u8>, Option<Vec<u8>>)> = self
                .list(LIST_OPEN_BATCHES, values![WaveId::from_uuid(wave)])
                .await?;
            for (number, members, receipts) in rows {
                let members = read_members(&members)?;
                let mut bytes = receipts.unwrap_or_default();
                bytes.resize(members.len(), 0);
                let mut changed = false;
                for (byte, member) in bytes.iter_mut().zip(&members) {
                    if *byte == 0 && who.contains(*member) {
                        *byte = HEARD;
                        changed = true;
                    }
                }
                if changed {
                    self.execute(WRITE_HEARD, values![number, bytes]).await?;
                }
            }
        }
        Ok(())
    }
}
