//! Expanding: a larger or other area, for those who were not called on before.

use super::super::{Desk, Result, Scope};
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
        self.send_more(action, wave, open.filter(|_| approval.is_some()))
            .await
    }
}
