//! Moving batches that wait from one provider account to another of the same channel.
//!
//! Only what nobody holds moves, and nothing in which somebody may have been told once: another provider does not
//! know what the first one did.

use std::collections::BTreeMap;

use super::super::{Result, StorageError, Tx};
use super::signed;
use crate::domain::clock::Timestamp;
use crate::domain::id::BatchNumber;

statements! {
    COUNT_WAITING = "select b.account, b.priority, count(*) from batches b cross join waves w \
        where w.id = b.wave_id and b.state <> 'done' and b.state = 'ready' and b.doubtful <= $1 \
        and w.state = 'running' group by b.account, b.priority";
    LIST_WAITING = {
        sqlite: "select b.number from batches b join waves w on w.id = b.wave_id \
            where b.account = $1 and b.priority = $2 and b.state <> 'done' and b.state = 'ready' \
            and b.doubtful <= $3 and w.state = 'running' order by b.ordinal, b.number limit $4",
        postgres: "select b.number from batches b join waves w on w.id = b.wave_id \
            where b.account = $1 and b.priority = $2 and b.state <> 'done' and b.state = 'ready' \
            and b.doubtful <= $3 and w.state = 'running' order by b.ordinal, b.number limit $4 \
            for update of b skip locked"
    };
    // The last first: whoever is nearest stays where the turn comes soonest.
    LIST_LAST_WAITING = {
        sqlite: "select b.number from batches b join waves w on w.id = b.wave_id \
            where b.account = $1 and b.priority = $2 and b.state <> 'done' and b.state = 'ready' \
            and b.doubtful <= $3 and w.state = 'running' order by b.ordinal desc, b.number desc limit $4",
        postgres: "select b.number from batches b join waves w on w.id = b.wave_id \
            where b.account = $1 and b.priority = $2 and b.state <> 'done' and b.state = 'ready' \
            and b.doubtful <= $3 and w.state = 'running' order by b.ordinal desc, b.number desc limit $4 \
            for update of b skip locked"
    };
    // A pause between two attempts was for the account that is left behind; the hold of a wave stays.
    MOVE = "update batches set account = $2, \
        not_before = case when not_before > $3 and (claims > 0 or attempt > 0) then $3 else not_before end \
        where number = $1 and state <> 'done' and state = 'ready'";
}

/// Batches of an account that wait for their turn, for whoever wants to move them.
#[derive(Clone, Copy, Debug)]
pub struct Waiting<'a> {
    /// The account.
    pub account: &'a str,
    /// 0 goes first.
    pub priority: u8,
    /// Whether those count too in which somebody may have been told once.
    pub doubtful: bool,
    /// The most batches.
    pub limit: usize,
}

impl Tx {
    /// How many batches of running waves wait, by account and priority.
    pub async fn count_waiting(&mut self, doubtful: bool) -> Result<BTreeMap<(String, u8), usize>> {
        let rows: Vec<(String, i64, i64)> = self.list(COUNT_WAITING, values![u8::from(doubtful)]).await?;
        rows.into_iter()
            .map(|(account, priority, count)| {
                let priority =
                    u8::try_from(priority).map_err(|_| StorageError::Corrupt("batches.priority"))?;
                Ok(((account, priority), usize::try_from(count).unwrap_or(0)))
            })
            .collect()
    }

    /// Those that wait, nearest to the incident first; on PostgreSQL held until the commit.
    pub async fn list_waiting(&mut self, waiting: Waiting<'_>) -> Result<Vec<BatchNumber>> {
        self.waiting(LIST_WAITING, waiting).await
    }

    /// The same, farthest first.
    pub async fn list_last_waiting(&mut self, waiting: Waiting<'_>) -> Result<Vec<BatchNumber>> {
        self.waiting(LIST_LAST_WAITING, waiting).await
    }

    async fn waiting(
        &mut self,
        statement: super::super::statement::Statement,
        waiting: Waiting<'_>,
    ) -> Result<Vec<BatchNumber>> {
        let values = values![
            waiting.account,
            waiting.priority,
            u8::from(waiting.doubtful),
            signed(waiting.limit as u64)
        ];
        let rows: Vec<(i64,)> = self.list(statement, values).await?;
        Ok(rows.into_iter().map(|(number,)| number).collect())
    }

    /// Gives a batch that waits to another account. False when somebody took it meanwhile.
    pub async fn move_batch(&mut self, batch: BatchNumber, to: &str, now: Timestamp) -> Result<bool> {
        Ok(self.execute(MOVE, values![batch, to, now]).await? > 0)
    }
}
