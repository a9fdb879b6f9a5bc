//! How much waits in the lanes.

use super::super::{Result, StorageError, Tx};
use crate::domain::clock::Timestamp;

statements! {
    // `cross join` keeps SQLite from reading all waves there ever were to find the open batches.
    COUNT_QUEUED = "select b.account, b.channel, b.priority, cast(coalesce(sum(b.size - b.accepted - b.delivered \
        - b.failed - b.unknown - b.stopped - b.moved), 0) as bigint), \
        min(case when w.state = 'running' and w.expires_at > $1 then \
            case when b.state = 'ready' and b.not_before <= $1 then b.not_before \
            when b.state = 'claimed' and b.lease_until < $1 then b.lease_until end end) \
        from batches b cross join waves w where w.id = b.wave_id and b.state <> 'done' \
        group by b.account, b.channel, b.priority";
}

/// How many recipients wait in a lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueuedInLane {
    /// The provider account.
    pub account: String,
    /// The channel's name.
    pub channel: String,
    /// 0 goes first.
    pub priority: u8,
    /// Recipients that wait or are under way.
    pub queued: u64,
    /// Since when the oldest of the batches that may be claimed could be; none when none may be claimed.
    pub waiting_since: Option<Timestamp>,
}

impl Tx {
    /// How many recipients wait or are under way, by lane; empty lanes are left out.
    pub async fn count_queued(&mut self, now: Timestamp) -> Result<Vec<QueuedInLane>> {
        let rows: Vec<(String, String, i64, i64, Option<i64>)> =
            self.list(COUNT_QUEUED, values![now]).await?;
        rows.into_iter()
            .map(|(account, channel, priority, queued, since)| {
                Ok(QueuedInLane {
                    account,
                    channel,
                    priority: u8::try_from(priority)
                        .map_err(|_| StorageError::Corrupt("batches.priority"))?,
                    queued: u64::try_from(queued).unwrap_or(0),
                    waiting_since: since.map(Timestamp::from_millis),
                })
            })
            .collect()
    }
}
