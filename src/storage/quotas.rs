//! The pace of provider accounts that several nodes share, and whether they serve.

use std::time::Duration;

use sqlx::FromRow;

use super::{Result, StorageError, Tx};
use crate::domain::clock::Timestamp;

statements! {
    DRAW = "insert into quotas (account, next_us, paused_until) values ($1, cast($2 as bigint) + cast($3 as bigint), 0) \
        on conflict (account) do update set next_us = \
        (case when quotas.next_us > $2 then quotas.next_us else $2 end) + $3 returning next_us";
    PAUSE = "insert into quotas (account, next_us, paused_until) values ($1, 0, $2) \
        on conflict (account) do update set paused_until = $2 where quotas.paused_until < $2";
    FIND_PAUSE = "select paused_until from quotas where account = $1";
    MARK_OUT = "insert into quotas (account, next_us, paused_until, out_since, probe_at) values ($1, 0, 0, $2, $3) \
        on conflict (account) do update set out_since = coalesce(quotas.out_since, $2), probe_at = $3, back_since = null";
    MARK_BACK = "update quotas set out_since = null, back_since = $2 where account = $1 and out_since is not null";
    LIST_HEALTH = "select account, out_since, probe_at, back_since from quotas order by account";
}

/// Whether an account serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountHealth {
    /// The account.
    pub account: String,
    /// Since when it is out of service; none while it serves.
    pub out_since: Option<Timestamp>,
    /// When it is tried again.
    pub probe_at: Timestamp,
    /// Since when it serves again, when it was out.
    pub back_since: Option<Timestamp>,
}

impl AccountHealth {
    /// How many of a thousand parts of its weight it carries: none while it is out, a tenth when it comes back, and
    /// all after `drift_back`.
    pub fn share(&self, now: Timestamp, drift_back: Duration) -> u64 {
        const WHOLE: u64 = 1000;
        match (self.out_since, self.back_since) {
            (Some(_), _) => 0,
            (None, None) => WHOLE,
            (None, Some(back)) => {
                let parts = now.since(back).as_millis() * u128::from(WHOLE) / drift_back.as_millis().max(1);
                u64::try_from(parts).unwrap_or(WHOLE).clamp(WHOLE / 10, WHOLE)
            }
        }
    }
}

#[derive(FromRow)]
struct HealthRow {
    account: String,
    out_since: Option<i64>,
    probe_at: i64,
    back_since: Option<i64>,
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

    /// An account is out of service, and is tried again at `probe_at`.
    pub async fn mark_account_out(
        &mut self,
        account: &str,
        since: Timestamp,
        probe_at: Timestamp,
    ) -> Result<()> {
        self.execute(MARK_OUT, values![account, since, probe_at])
            .await
            .map(drop)
    }

    /// An account that was out serves again. False when it was not out.
    pub async fn mark_account_back(&mut self, account: &str, now: Timestamp) -> Result<bool> {
        Ok(self.execute(MARK_BACK, values![account, now]).await? > 0)
    }

    /// How the accounts do that anything is known of.
    pub async fn list_account_health(&mut self) -> Result<Vec<AccountHealth>> {
        let rows: Vec<HealthRow> = self.list(LIST_HEALTH, vec![]).await?;
        let moment = |millis: Option<i64>| millis.map(Timestamp::from_millis);
        Ok(rows
            .into_iter()
            .map(|row| AccountHealth {
                account: row.account,
                out_since: moment(row.out_since),
                probe_at: Timestamp::from_millis(row.probe_at),
                back_since: moment(row.back_since),
            })
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::testing::TestDatabase;

    #[test]
    fn an_account_that_comes_back_carries_a_tenth_first_and_all_in_the_end() {
        let at = Timestamp::from_millis;
        let health = |out_since, back_since| AccountHealth {
            account: "sms".to_owned(),
            out_since,
            probe_at: at(0),
            back_since,
        };
        let drift = Duration::from_secs(100);
        assert_eq!(health(None, None).share(at(0), drift), 1000);
        assert_eq!(health(Some(at(0)), None).share(at(90_000), drift), 0);
        let back = health(None, Some(at(0)));
        assert_eq!(
            [0, 50_000, 100_000, 900_000].map(|now| back.share(at(now), drift)),
            [100, 500, 1000, 1000]
        );
    }

    #[tokio::test]
    async fn an_account_stays_out_since_the_first_time_until_it_is_back() {
        let at = Timestamp::from_millis;
        for database in TestDatabase::each().await {
            let mut tx = database.store.write().await.unwrap();
            assert!(!tx.mark_account_back("sms", at(1)).await.unwrap());
            tx.mark_account_out("sms", at(10), at(20)).await.unwrap();
            tx.mark_account_out("sms", at(30), at(50)).await.unwrap();
            let out = tx.list_account_health().await.unwrap().remove(0);
            assert_eq!((out.out_since, out.probe_at), (Some(at(10)), at(50)));
            assert!(tx.mark_account_back("sms", at(60)).await.unwrap());
            let back = tx.list_account_health().await.unwrap().remove(0);
            assert_eq!((back.out_since, back.back_since), (None, Some(at(60))));
        }
    }
}
