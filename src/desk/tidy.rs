//! What is forgotten by itself, once its time is over.

use std::time::Duration;

use super::{Desk, Result};

/// Codes are counted by the hour, so they are kept that long.
const CODES: Duration = Duration::from_hours(1);
/// How long a device that is out of use stays in the list of its participant.
pub const RETIRED_DEVICES: Duration = Duration::from_hours(720);
/// How long the answer of a creating call is kept for its repetitions.
const ANSWERED_CALLS: Duration = Duration::from_hours(24);
/// How long what other systems alerted of can be looked at; what became an action stays with it.
const PROPOSALS: Duration = Duration::from_hours(720);
/// How long what other systems were told can be looked at and asked for again one by one.
const DELIVERIES: Duration = Duration::from_hours(720);

/// How long it is known what a tip by telephone came from.
const TIP_KEYS: Duration = Duration::from_hours(720);
/// How long a place from which somebody signed in is known.
const SIGN_IN_PLACES: Duration = Duration::from_hours(180 * 24);

impl Desk {
    /// Forgets sessions, codes, devices out of use, answered calls and told systems whose time is over. Meant to run every
    /// few minutes; answers how many rows went.
    pub async fn tidy(&self) -> Result<u64> {
        let now = self.now();
        let lifetimes = &self.0.lifetimes;
        let mut tx = self.parts().store.write().await?;
        let mut gone = tx
            .delete_stale_sessions(
                now,
                now - lifetimes.account_idle,
                now - lifetimes.participant_idle,
            )
            .await?;
        gone += tx.delete_old_verifications(now - CODES, now).await?;
        gone += tx.delete_retired_devices(now - RETIRED_DEVICES).await?;
        gone += tx.delete_old_calls(now - ANSWERED_CALLS).await?;
        gone += tx.delete_old_notices(now - PROPOSALS).await?;
        gone += tx.delete_done_webhook_deliveries(now - DELIVERIES).await?;
        gone += tx.delete_old_tip_keys(now - TIP_KEYS).await?;
        gone += tx.delete_old_invitations(now).await?;
        gone += tx.delete_old_sign_in_places(now - SIGN_IN_PLACES).await?;
        tx.commit().await?;
        Ok(gone)
    }
}
