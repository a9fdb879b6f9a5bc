//! What whoever sent a tip may know of it, by the tip's own reference and without an account.

use super::super::{Desk, DeskError, Result};
use crate::domain::action::{ActionNumber, Texts};
use crate::domain::clock::Timestamp;
use crate::domain::tip::FollowedState;

/// A tip for whoever sent it: nothing of what it says, and of nobody else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowedTip {
    /// The number of its action.
    pub action: ActionNumber,
    /// When it came in.
    pub received_at: Timestamp,
    /// What became of it.
    pub state: FollowedState,
    /// What everyone who was told read of the end, once there is one.
    pub closing: Option<Texts>,
}

impl Desk {
    /// What became of the tip with this reference.
    pub async fn follow_tip(&self, reference: &str) -> Result<FollowedTip> {
        const UNKNOWN: DeskError = DeskError::NotFound("tip");
        let id = self.parts().references.read_tip(reference).ok_or(UNKNOWN)?;
        let keys = &self.parts().keys;
        let mut tx = self.parts().store.read().await?;
        let tip = tx.find_tip(keys, id).await?.ok_or(UNKNOWN)?;
        let action = tx.find_action(keys, tip.action).await?.ok_or(UNKNOWN)?;
        // An action whose time is over has not ended for whoever waits for news of it.
        let ended = action.state.outcome_kind().is_some();
        Ok(FollowedTip {
            action: action.number,
            received_at: tip.received_at,
            state: FollowedState::of(tip.state.phase(), ended),
            closing: tx.find_closing_texts(keys, action.id).await?,
        })
    }
}
