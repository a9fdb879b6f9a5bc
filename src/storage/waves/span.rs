//! From when until when a wave was handed over.

use crate::domain::clock::Timestamp;
use crate::domain::id::WaveId;
use crate::domain::wave::WaveKind;
use crate::storage::{Result, StorageError, Tx};

statements! {
    FIND_SPAN = "select w.kind, w.priority, coalesce(w.held_until, w.created_at), min(b.first_handover_at), max(b.last_handover_at) \
        from waves w join batches b on b.wave_id = w.id where w.id = $1 group by w.kind, w.priority, w.created_at, w.held_until";
}

/// From when until when a wave was handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaveSpan {
    /// Why it went out.
    pub kind: WaveKind,
    /// 0 goes first.
    pub priority: u8,
    /// From when on it could leave: when it was ordered, or its hold was over.
    pub due_at: Timestamp,
    /// When the first message was handed over.
    pub first_handover_at: Option<Timestamp>,
    /// When the last one was.
    pub last_handover_at: Option<Timestamp>,
}

type Row = (String, i64, i64, Option<i64>, Option<i64>);

impl Tx {
    /// The span of a wave; none when nobody was in it.
    pub async fn find_wave_span(&mut self, wave: WaveId) -> Result<Option<WaveSpan>> {
        let row: Option<Row> = self.find(FIND_SPAN, values![wave]).await?;
        row.map(|(kind, priority, due_at, first, last)| {
            Ok(WaveSpan {
                kind: WaveKind::parse(&kind).ok_or(StorageError::Corrupt("waves.kind"))?,
                priority: u8::try_from(priority).map_err(|_| StorageError::Corrupt("waves.priority"))?,
                due_at: Timestamp::from_millis(due_at),
                first_handover_at: first.map(Timestamp::from_millis),
                last_handover_at: last.map(Timestamp::from_millis),
            })
        })
        .transpose()
    }
}
