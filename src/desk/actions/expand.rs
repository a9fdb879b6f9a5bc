//! Expanding: a larger or other area, for those who were not called on before.

use super::super::{Desk, Result, Scope};
use super::start::Started;
use super::unknown_region;
use super::waves::WaveDraft;
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
        let texts = action.content.texts.clone();
        let wave = WaveDraft {
            kind: WaveKind::Expansion,
            texts: &texts,
            area: Some(area),
            audience,
            origin: action.content.origin,
            deed,
            expires_at,
        };
        self.send_more(action, wave).await
    }
}
