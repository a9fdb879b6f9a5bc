//! What reaches a participant: what is allowed and has a living address or device. Worked out in one place,
//! by the database, from what it knows: `wanted and not dead and (addresses or devices)`.

use super::super::{Result, Tx};
use crate::domain::id::ParticipantNumber;

/// Ends in the numbers. The bits are those of [`crate::domain::channel::ChannelSet`].
const REFRESH: &str = "update participants set reachable_channels = wanted_channels & ~dead_channels & ( \
    (case when exists (select 1 from devices d where d.number = participants.number and d.retired_at is null \
        and d.unserved = 0) then 1 else 0 end) \
    | (case when phone_hash is null then 0 else 10 end) \
    | (case when email_hash is null then 0 else 4 end)) where number in (";

impl Tx {
    /// Works out again what reaches these participants and tells the directories. Call it last.
    pub(crate) async fn refresh_reachability(&mut self, numbers: &[ParticipantNumber]) -> Result<()> {
        // In one order everywhere, so that two transactions never wait for each other crosswise.
        let mut numbers = numbers.to_vec();
        numbers.sort_unstable();
        numbers.dedup();
        self.execute_in(REFRESH, numbers.iter().copied()).await?;
        self.append_changes(&numbers).await
    }
}
