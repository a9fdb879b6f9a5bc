//! Updates and corrections, to everyone who was told or still may be.

use super::super::{Desk, Reason, Result, Scope};
use super::checks::Confirmed;
use super::start::Started;
use super::waves::WaveDraft;
use crate::domain::action::Texts;
use crate::domain::id::ActionId;
use crate::domain::wave::WaveKind;

impl Desk {
    /// Tells everyone who was told of an action, or whose turn is still to come, something new.
    ///
    /// Whoever still waits for an earlier text hears the new one only: an earlier one that arrives last would
    /// be believed. Refused while a call-out is held: whom it is for would hear the news before what it is about, and
    /// without the moments in which it can be taken back.
    pub async fn update_action(
        &self,
        scope: &Scope,
        id: ActionId,
        version: u32,
        texts: &Texts,
    ) -> Result<Started> {
        self.update_action_confirming(scope, id, version, texts, &Confirmed::nothing())
            .await
    }

    /// The same, with findings of the checks that the caller took on themselves.
    pub async fn update_action_confirming(
        &self,
        scope: &Scope,
        id: ActionId,
        version: u32,
        texts: &Texts,
        confirmed: &Confirmed,
    ) -> Result<Started> {
        let deed = self.deed(scope);
        let texts = &self.as_sent(texts)?;
        let (action, survey, open) = {
            let mut tx = self.parts().store.read().await?;
            let action = self.action_to_send_at(&mut tx, scope, id, version).await?;
            if tx.is_held(id, deed.at).await? {
                return Err(Reason::StillHeld.into());
            }
            let survey = self.survey_update(&mut tx, &action, texts).await?;
            let open = tx.find_open_proposal(&self.parts().keys, id).await?;
            (action, survey, open)
        };
        let expires_at = action.state.correctable()?.expires_at;
        let approval = survey.admit(open.as_ref())?;
        let wave = WaveDraft {
            kind: WaveKind::Update,
            texts,
            area: None,
            audience: survey.audience,
            origin: action.content.origin,
            deed,
            expires_at,
        };
        let approved = open.filter(|_| approval.is_some());
        self.send_more(action, wave, approved, confirmed).await
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Room, area, operator};
    use super::*;
    use crate::domain::action::Text;
    use crate::domain::wave::WaveState;

    #[tokio::test]
    async fn whoever_still_waits_for_the_first_text_hears_the_corrected_one_only() {
        for room in Room::each().await {
            let action = room.started(area(0, 0, 5, 5)).await;
            room.hand_over(5, false).await;
            let texts = Texts {
                nl: Text::new("Verbeterd", "Het kenteken is 12-ABC-3."),
                en: Text::new("Corrected", "The number plate is 12-ABC-3."),
            };
            let updated = room
                .desk
                .update_action(&operator(), action.id, action.version, &texts)
                .await
                .unwrap();
            assert_eq!(updated.audience, 25, "those who were told and those who were not");
            let waves = room.desk.action(&operator(), action.id).await.unwrap().waves;
            let first = waves[0].accounts.accounting;
            assert_eq!((first.accepted, first.stopped, first.queued), (5, 20, 0));
            assert_eq!(waves[0].wave.state, WaveState::Halted);
            assert_eq!(waves[1].accounts.accounting.queued, 25);
        }
    }
}
