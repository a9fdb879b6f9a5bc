//! The pace of provider accounts that several nodes share.

use super::{Result, StorageError, Tx};
use crate::domain::clock::Timestamp;

statements! {
    DRAW = "insert into quotas (account, next_us, paused_until) values ($1, cast($2 as bigint) + cast($3 as bigint), 0) \
        on conflict (account) do update set next_us = \
        (case when quotas.next_us > $2 then quotas.next_us else $2 end) + $3 returning next_us";
    PAUSE = "insert into quotas (account, next_us, paused_until) values ($1, 0, $2) \
        on conflict (account) do update set paused_until = $2 where quotas.paused_until < $2";
    FIND_PAUSE = "select paused_until from quotas where account = $1";
}

impl Tx {
    /// Draws `span_us` microseconds of an account's pace, from `earliest_us` at the earliest; answers the
    /// moment at which the next may be drawn.
    pub async fn draw_quota(&mut self, account: &str, earliest_us: i64, span_us: i64) -> Result<i64> {
        let row: Option<(i64,)> = self.find(DRAW, values![account, earliest_us, span_us]).await?;
        row.map(|(next,)| next).ok_or(StorageError::Corrupt("quotas"))
    }

    /// Lets every node wait with an account; an earlier moment changes nothing.
    pub async fn mark_account_paused(&mut self, account: &str, until: Timestamp) -> Result<()> {
        self.execute(PAUSE, values![account, until]).await.map(drop)
    }

    /// Until when an account waits, when it ever did.
    pub async fn find_pause(&mut self, account: &str) -> Result<Option<Timestamp>> {
        let row: Option<(i64,)> = self.find(FIND_PAUSE, values![account]).await?;
        Ok(row.map(|(until,)| Timestamp::from_millis(until)))
    }
}
