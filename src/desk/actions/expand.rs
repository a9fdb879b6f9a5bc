//! Expanding: a larger or other area, for those who were not called on before.

use super::super::{Desk, Result, Scope};
use super::start::{Started, refuse_nobody};
use super::waves::{WaveDraft, wave_started};
use super::{changed_meanwhile, unknown_region};
use crate::domain::action::Action;
use crate::domain::area::Area;
use crate::domain::id::ActionId;
use crate::domain::wave::WaveKind;

impl Desk {
    /// Calls on everyone in another area who was not called on yet, with the same texts.
    pub async fn expand_action(
        &self,
        scope: &Scope,
        id: ActionId,
        version: u32,
        area: &Area,
    ) -> Result<Started> {
        let deed = self.deed(scope);
        let (action, called) = {
            let mut tx = self.parts().store.read().await?;
            let action = self.action_to_send_at(&mut tx, scope, id, version).await?;
            let called = self.called_on(&mut tx, id).await?;
            (action, called)
        };
        let expires_at = action.state.expandable()?.expires_at;
        self.require_served(&action)?;
        self.keep_within(scope, area)?;
        let fence = self.directory().fence(area).map_err(|_| unknown_region())?;
        let audience = self
            .directory()
            .audience(&fence, self.selection(&action, Some(&called)));
        let wave = WaveDraft {
            kind: WaveKind::Expansion,
            texts: &action.content.texts,
            area: Some(area),
            audience,
            origin: action.content.origin,
            deed,
            expires_at,
        };
        let planned = self.plan_wave(&action, wave).await?;
        refuse_nobody(&planned)?;

        let mut tx = self.parts().store.write().await?;
        // The version rules out that two expansions at once call on the same people.
        if !tx.claim_action(&action).await? {
            return Err(changed_meanwhile());
        }
        tx.insert_planned_wave(&self.parts().keys, &planned).await?;
        tx.append_events(&[wave_started(&action, &planned)]).await?;
        self.commit_and_wake(tx).await?;
        Ok(Started::of(
            Action {
                version: version + 1,
                ..action
            },
            &planned,
        ))
    }
}
