//! Tips, from whoever reports to whoever acts on it.

use serde_json::json;

use super::{Desk, DeskError, Permission, Result, Scope};
use crate::domain::action::Action;
use crate::domain::actor::Actor;
use crate::domain::channel::Channel;
use crate::domain::clock::Timestamp;
use crate::domain::event::EventKind;
use crate::domain::id::{ActionId, ParticipantNumber, TipId};
use crate::domain::reference::DeliveryRef;
use crate::domain::tip::{Tip, TipMarkError};
use crate::storage::Tx;
use crate::storage::events::NewEvent;

mod around;
mod by_mail;
mod compared;
mod follow;
mod inbound_sms;
pub(super) mod limits;
mod listing;
mod searched;
mod submit;
#[cfg(test)]
mod tests;
mod triage;
mod videos;
mod voice;

pub use by_mail::{TakenMail, WhatMail};
pub use follow::FollowedTip;
pub use inbound_sms::TextTaken;
pub use listing::{TipPage, TipQuery, TipView};
pub use searched::SearchedArea;
pub use submit::Submitted;
pub use videos::Film;
pub use voice::{CallScript, RecordedSound};

/// What a participant's link names.
#[derive(Clone, Copy, Debug)]
pub(super) struct Linked {
    pub(super) delivery: DeliveryRef,
    pub(super) action: ActionId,
    pub(super) participant: ParticipantNumber,
    pub(super) channel: Channel,
}

impl From<TipMarkError> for DeskError {
    fn from(error: TipMarkError) -> Self {
        let code = match error {
            TipMarkError::Already => "judged_already",
            TipMarkError::WithUnit => "with_unit",
        };
        Self::conflict(code, error.said())
    }
}

impl Desk {
    /// Reads the link of a message: who got it, by which channel, about which action.
    pub(super) async fn read_link(&self, tx: &mut Tx, link: &str) -> Result<Linked> {
        let delivery = self.parts().references.read_delivery(link);
        self.read_delivery(tx, delivery.ok_or(DeskError::NotFound("link"))?)
            .await
    }

    /// Whom a delivery was for, by which channel, about which action.
    async fn read_delivery(&self, tx: &mut Tx, delivery: DeliveryRef) -> Result<Linked> {
        const UNKNOWN: DeskError = DeskError::NotFound("link");
        let (wave, participant) = tx.find_recipient(delivery).await?.ok_or(UNKNOWN)?;
        let channel = tx.find_batch_channel(delivery.batch).await?.ok_or(UNKNOWN)?;
        let wave = tx.find_wave(&self.parts().keys, wave).await?.ok_or(UNKNOWN)?;
        Ok(Linked {
            delivery,
            action: wave.action,
            participant,
            channel,
        })
    }

    /// A tip and its action, for whoever may do this with it.
    async fn tip_for(
        &self,
        tx: &mut Tx,
        scope: &Scope,
        permission: Permission,
        id: TipId,
    ) -> Result<(Tip, Action)> {
        scope.require(permission)?;
        let keys = &self.parts().keys;
        let tip = tx.find_tip(keys, id).await?.ok_or(DeskError::NotFound("tip"))?;
        let action = tx.find_action(keys, tip.action).await?;
        let action = action.ok_or(DeskError::NotFound("tip"))?;
        let territory = self.directory().territory();
        scope.require_in(permission, &territory, action.region, "tip")?;
        Ok((tip, action))
    }
}

/// An event of a tip.
fn event(action: &Action, tip: &Tip, kind: EventKind, actor: Actor, at: Timestamp) -> NewEvent {
    NewEvent {
        happened_at: at,
        kind,
        region: Some(action.region),
        action: Some(action.id),
        actor,
        data: json!({
            "tip": tip.id,
            "source": tip.source,
            "state": tip.state.phase(),
            "late": tip.late,
        }),
    }
}
