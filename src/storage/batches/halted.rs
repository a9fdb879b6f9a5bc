//! Settling the batches of a halted wave: whoever was not handed over is stopped, whoever may have been is
//! unknown.

use sqlx::FromRow;

use super::super::{Result, Tx};
use super::{counts, outcome_bytes, read_outcomes, stored_size};
use crate::domain::clock::Timestamp;
use crate::domain::delivery::Disposition;

statements! {
    // Never claimed and never split off: nobody in it can have been told, the figures say it all.
    // `state <> 'done'` is for SQLite, which takes a partial index only where its words return.
    SETTLE_UNTOUCHED = "update batches set state = 'done', stopped = size \
        where state <> 'done' and state = 'ready' and claims = 0 and split_from is null \
        and wave_id in (select id from waves where state = 'halted')";
    // A cross join is how SQLite is told to start from the waves, of which few are halted. PostgreSQL locks what
    // it answers, so that a slow node's last write is either seen here or finds the batch settled.
    LIST_TOUCHED = {
        sqlite: "select b.number, b.size, b.state, b.claims, b.intent_to, b.outcomes \
            from waves w cross join batches b where b.wave_id = w.id and w.state = 'halted' and b.state <> 'done' \
            and (b.state = 'ready' or (b.state = 'claimed' and b.lease_until < $1)) order by b.number limit 500",
        postgres: "select b.number, b.size, b.state, b.claims, b.intent_to, b.outcomes \
            from waves w join batches b on b.wave_id = w.id where w.state = 'halted' and b.state <> 'done' \
            and (b.state = 'ready' or (b.state = 'claimed' and b.lease_until < $1)) order by b.number limit 500 \
            for update of b"
    };
    SETTLE = "update batches set state = 'done', claims = claims + 1, outcomes = $3, accepted = $4, \
        delivered = $5, failed = $6, unknown = $7, stopped = $8, moved = $9 \
        where number = $1 and claims = $2 and state <> 'done'";
}

#[derive(FromRow)]
struct TouchedRow {
    number: i64,
    size: i64,
    state: String,
    claims: i64,
    intent_to: i64,
    outcomes: Vec<u8>,
}

impl Tx {
    /// Settles what no living node holds of halted waves: at the stop itself, and again for the batches of a
    /// node that died. Answers how many batches it settled.
    pub async fn settle_halted_batches(&mut self, now: Timestamp) -> Result<u64> {
        let mut settled = self.execute(SETTLE_UNTOUCHED, vec![]).await?;
        let rows: Vec<TouchedRow> = self.list(LIST_TOUCHED, values![now]).await?;
        for row in rows {
            let mut outcomes = read_outcomes(&row.outcomes, stored_size(row.size))?;
            let under_way = if row.state == "claimed" { row.intent_to } else { 0 };
            for (position, disposition) in (0_i64..).zip(&mut outcomes) {
                *disposition = match *disposition {
                    Disposition::InDoubt => Disposition::Unknown,
                    Disposition::Queued if position < under_way => Disposition::Unknown,
                    Disposition::Queued => Disposition::Stopped,
                    other => other,
                };
            }
            let [accepted, delivered, failed, unknown, stopped, moved] = counts(&outcomes);
            let values = values![
                row.number,
                row.claims,
                outcome_bytes(&outcomes),
                accepted,
                delivered,
                failed,
                unknown,
                stopped,
                moved
            ];
            let changed = self.execute(SETTLE, values).await?;
            if changed > 0 {
                self.merge_receipts(row.number).await?;
            }
            settled += changed;
        }
        Ok(settled)
    }
}
