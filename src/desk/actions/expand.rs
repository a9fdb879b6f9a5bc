//! Expanding: a larger or other area, for those who were not called on before.

use super::super::{Desk, Result, Scope};
use super::checks::Confirmed;
use super::start::Started;
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
        self.expand_action_confirming(scope, id, version, area, &Confirmed::nothing())
            .await
    }

    /// The same, with findings of the checks that the caller took on themselves.
    pub async fn expand_action_confirming(
        &self,
        scope: &Scope,
        id: ActionId,
        version: u32,
        area: &Area,
        confirmed: &Confirmed,
    ) -> Result<Started> {
        let deed = self.deed(scope);
        let (action, survey, open) = {
            let mut tx = self.parts().store.read().await?;
            let action = self.action_to_send_at(&mut tx, scope, id, version).await?;
            action.state.expandable()?;
            let survey = self.survey_expansion(&mut tx, scope, &action, area).await?;
            let open = tx.find_open_proposal(&self.parts().keys, id).await?;
            (action, survey, open)
        };
        let expires_at = action.state.expandable()?.expires_at;
        let approval = survey.admit(open.as_ref())?;
        let texts = action.content.texts.clone();
        let wave = WaveDraft {
            kind: WaveKind::Expansion,
            texts: &texts,
            area: Some(area),
            audience: survey.audience,
            origin: action.content.origin,
            deed,
            expires_at,
        };
        let approved = open.filter(|_| approval.is_some());
        self.send_more(action, wave, approved, confirmed).await
    }
}
