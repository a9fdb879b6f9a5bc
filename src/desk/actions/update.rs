//! Updates and corrections, to everyone who was told or still may be.

use super::super::{Desk, Result, Scope};
use super::start::Started;
use super::waves::WaveDraft;
use crate::domain::action::Texts;
use crate::domain::id::ActionId;
use crate::domain::problem::Problems;
use crate::domain::wave::WaveKind;

impl Desk {
    /// Tells everyone who was told of an action, or whose turn is still to come, something new.
    pub async fn update_action(
        &self,
        scope: &Scope,
        id: ActionId,
        version: u32,
        texts: &Texts,
    ) -> Result<Started> {
        let deed = self.deed(scope);
        let (action, told) = {
            let mut tx = self.parts().store.read().await?;
            let action = self.action_to_send_at(&mut tx, scope, id, version).await?;
            let told = self.told_of(&mut tx, id).await?;
            (action, told)
        };
        let mut problems = Problems::default();
        texts.check(&mut problems);
        problems.or(())?;
        let expires_at = action.state.correctable()?.expires_at;
        let wave = WaveDraft {
            kind: WaveKind::Update,
            texts,
            area: None,
            audience: self.audience_of_told(&action, &told),
            origin: action.content.origin,
            deed,
            expires_at,
        };
        self.send_more(action, wave).await
    }
}
